"""Writes which licences everything is under that the website is made with: ``make licences``.

What is read are the installed packages' own statements (core metadata, PEP 639), of exactly what
the locks name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {"requirements.lock": "The website", "tests/requirements.lock": "Tests and tools"}
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)

MIT = re.compile(r"Permission is hereby granted, free of charge, to any person\s+obtaining a copy")

FREE = (
    "0BSD", "Apache", "Artistic", "BSD", "CC0", "ISC", "LGPL", "MIT", "Mozilla", "MPL", "OFL",
    "PSF", "Python Software Foundation", "Public Domain", "Unlicense", "ZPL", "Zope", "Historical",
)  # fmt: skip
"""What may be used without asking anybody, and without opening our own source: parts of names."""

HEAD = """\
# Licences

Written by `make licences` from the packages' own statements. `tests/test_supply.py` fails when it
is out of date, or when something comes in under a licence that is not free to use.

The fonts in `static/fonts/` are Schibsted Grotesk and Source Serif, both under the SIL Open Font
License 1.1; Source Serif is cut down there and therefore has another name. The tests also install
axe-core (MPL-2.0) and html-validate (MIT) from npm, and programs of Debian; none of these is
delivered with the website. Pagefind (MIT) leaves its script and index in the frozen pages.
"""


def pinned(lock: Path) -> list[tuple[str, str]]:
    """List names and versions of a lock."""
    return PINNED.findall(lock.read_text("utf-8"))


def licence(name: str) -> str:
    """Return what an installed package says of its licence, in short."""
    found = metadata.metadata(name)
    classified = [
        line.rpartition(" :: ")[2].removesuffix(" License")
        for line in found.get_all("Classifier", [])
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    stated = (found.get("License") or "").strip()
    told = str(found.get("License-Expression") or " / ".join(classified) or stated)
    texts = [told, *(file.read_text() for file in metadata.files(name) or () if _is_text(file))]
    if "\n" in told or not told:  # no name of a licence: go by its words
        return "MIT (by its text)" if any(map(MIT.search, texts)) else told.partition("\n")[0]
    return told


def _is_text(file: metadata.PackagePath) -> bool:
    return "licen" in file.name.lower() and file.suffix in {"", ".md", ".txt"}


def is_free(words: str) -> bool:
    """Whether one of the licences that can be chosen is free to use."""
    choices = re.split(r"\bOR\b|/", words)
    return any(_all_free(choice) for choice in choices)


def _all_free(words: str) -> bool:
    parts = [part.strip(" ()") for part in re.split(r"\bAND\b|,", words)]
    return all(any(free.lower() in part.lower() for free in FREE) for part in parts)


def document() -> str:
    """Write the list."""
    return HEAD + "".join(_section(ROOT / lock, title) for lock, title in LOCKS.items())


def _section(lock: Path, title: str) -> str:
    return f"\n## {title}\n\n| Package | Licence |\n|---|---|\n" + "".join(_rows(lock))


def _rows(lock: Path) -> Iterator[str]:
    for name, _ in pinned(lock):
        yield f"| {name} | {licence(name)} |\n"


if __name__ == "__main__":
    print(document(), end="")  # noqa: T201
