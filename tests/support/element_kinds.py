"""Which pages show between them every kind of element that the site has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lxml import html

STATES = ("aria-current", "aria-hidden", "disabled", "hidden", "lang", "open", "type")
"""Attributes that say how an element looks or is read, besides its classes."""


def covering(build: Path, addresses: Sequence[str]) -> list[str]:
    """Return the addresses of few pages on which there is an element of every kind.

    Two elements are of one kind if they and all that they lie in have the same name, classes and
    states: style sheets, darkness and the width of the window treat them alike.
    """
    kinds = {address: _kinds(build, address) for address in addresses}
    covered: set[tuple[str, ...]] = set()
    chosen = []
    for address in sorted(addresses, key=lambda one: len(kinds[one]), reverse=True):
        if not kinds[address] <= covered:
            covered |= kinds[address]
            chosen.append(address)
    return chosen


def _kinds(build: Path, address: str) -> set[tuple[str, ...]]:
    file = build / address.lstrip("/")
    page = html.fromstring((file / "index.html" if file.is_dir() else file).read_bytes())
    return {
        (_described(element), *map(_described, element.iterancestors()))
        for element in page.iter("*")
    }


def _described(element: html.HtmlElement) -> str:
    classes = sorted((element.get("class") or "").split())
    states = [state for state in STATES if element.get(state) is not None]
    return ".".join([str(element.tag), *classes, *states])
