"""The guide for editors, as its test and its pictures read it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.site import ROOT

GUIDE = ROOT / "docs/redaktion.md"
PICTURES = ROOT / "docs/bilder"
LARGEST = 60_000
"""Bytes of a picture."""

_EXAMPLE = re.compile(
    r"^(?P<fence>````*)markdown\n(?P<text>.*?)^(?P=fence)\n"
    r"(?:\n!\[[^\]]+\]\(bilder/(?P<picture>[\w-]+)\.webp\))?",
    re.MULTILINE | re.DOTALL,
)
_PICTURE = re.compile(r"^!\[[^\]]+\]\(bilder/([\w-]+)\.webp\)$", re.MULTILINE)

_AROUND = """\
---
title: {title}
description: Ein Beispiel aus dem Leitfaden.
date: 2026-11-23
topic: kundenbeziehungen
reviewed_by: Erika Muster
status: published
---

"""


_LINKED = "von-kunden-trennen", "## Wert und Aufwand getrennt bewerten\n\nText.\n"
"""What an example links to. The real article may get another name; the guide need not follow."""


@dataclass(frozen=True)
class Example:
    """Markdown that the guide shows."""

    slug: str
    text: str
    """A whole article: what is only a body in the guide has front matter here."""
    picture: str
    """Name of the picture below it; empty where there is none."""
    is_whole: bool


def text() -> str:
    """Read the guide."""
    return GUIDE.read_text("utf-8")


def examples() -> list[Example]:
    """List what the guide shows, in its order."""
    return list(_examples())


def pictures() -> list[str]:
    """Name every picture that the guide shows."""
    return _PICTURE.findall(text())


def content_with_examples(folder: Path) -> Path:
    """Copy the real content, with every example as an article."""
    copy = folder / "content"
    shutil.copytree(ROOT / "content", copy)
    slug, body = _LINKED
    (copy / f"artikel/{slug}.md").write_text(_AROUND.format(title="Verlinkt") + body, "utf-8")
    for example in examples():
        (copy / f"artikel/{example.slug}.md").write_text(example.text, "utf-8")
    return copy


def _examples() -> Iterator[Example]:
    for number, found in enumerate(_EXAMPLE.finditer(text())):
        is_whole = found["text"].startswith("---\n")
        around = "" if is_whole else _AROUND.format(title=f"Beispiel {number}")
        slug = f"beispiel-{number}"
        yield Example(slug, around + found["text"], found["picture"] or "", is_whole)
