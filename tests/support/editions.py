"""The editions of the real content, and where each has what another has."""

from __future__ import annotations

from functools import cache

from support.site import ROOT
from website.content import files, loading
from website.content.library import Library
from website.infra import clock

CONTENT = ROOT / "content"
CODES = ("de", *files.editions(CONTENT))
"""The languages; a test takes them as parameters before any content is read."""


def edition(code: str) -> Library:
    """Return an edition of the real content as visitors get it."""
    return _german().editions[code]


@cache
def _german() -> Library:
    return loading.load(CONTENT, today=clock.today())


def edition_at(address: str) -> Library:
    """Return the edition that an address belongs to."""
    others = [edition(code) for code in CODES[1:]]
    return next(
        (other for other in others if address.startswith(other.addresses.root)), edition("de")
    )


def in_german(address: str) -> str:
    """Return the address in German words, by which one tells what kind of page lies there."""
    german = edition_at(address).addresses.german_path(address)
    assert german is not None, address
    return german


def said(address: str, words: str) -> str:
    """Return how the page at an address says some German words of the interface."""
    return edition_at(address).language.gettext(words)
