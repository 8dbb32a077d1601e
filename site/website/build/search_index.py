"""The search index, which browsers search by themselves (Pagefind).

It is cut into parts, each an index of its own, so that an edit costs the part that it is in. Which
page is in which part follows from its path and the number of parts, and from nothing else; so a
part is what a build from nothing would make of it. Browsers search all parts.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from website.build import searched_text
from website.build.pagefind import Pagefind
from website.infra.cache import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FOLDER = "suche/index"

NEEDLESS = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")
"""Pagefind's own form and what goes with it; and stems of a language that no page is written in."""

SHARED = ("pagefind*.js", "wasm.*")
"""What searches, whatever the index: the first part's serves for all."""


def write(
    folder: Path,
    pages: Mapping[str, str],
    *,
    parts: int,
    kept: Mapping[int, str],
    jobs: int,
) -> dict[int, str]:
    """Write each part of the index that is not there yet.

    :param folder: of frozen pages.
    :param pages: a digest of what is searched of each page, by its path.
    :param parts: how many there are; none for a site without search.
    :param kept: the parts that are there, as this returned them.
    :returns: the digest of the pages in each part.
    :raises FreezeError: if Pagefind fails.
    """
    held: dict[int, list[str]] = {number: [] for number in range(parts)}
    for path in sorted(pages) if parts else ():
        held[int(digest(path.encode()), 16) % parts].append(path)
    digests = {number: _digest(parts, pages, paths) for number, paths in held.items()}
    changed = [number for number in digests if kept.get(number) != digests[number]]
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda number: _write_part(folder, number, held[number]), changed))
    return digests


def _write_part(folder: Path, number: int, paths: Sequence[str]) -> None:
    target = folder / FOLDER / str(number)
    shutil.rmtree(target, ignore_errors=True)
    needless = (*NEEDLESS, *(SHARED if number else ()))
    with Pagefind() as process:
        for path in paths:
            process.add(path, searched_text.cut((folder / path).read_text("utf-8")))
        for path, content in process.files():
            if not any(fnmatch(path, pattern) for pattern in needless):
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(content)


def part_of(path: str) -> int | None:
    """Return the number of the part that a file of a build belongs to, if it does to any."""
    if not path.startswith(f"{FOLDER}/"):
        return None
    number = path.removeprefix(f"{FOLDER}/").partition("/")[0]
    return int(number) if number.isdecimal() else None


def _digest(parts: int, pages: Mapping[str, str], paths: Sequence[str]) -> str:
    return digest(repr((parts, [(path, pages[path]) for path in paths])).encode())
