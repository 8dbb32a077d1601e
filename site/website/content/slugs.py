"""Slugs of titles and headings for addresses, file names and anchors."""

import itertools
import re
import unicodedata
from collections.abc import Container
from urllib.parse import unquote

from anyascii import anyascii

_ANCHOR = re.compile(r"[a-z0-9][a-z0-9_:-]*\Z")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slugify(text: str, separator: str = "-") -> str:
    """Return the slug of a German text: „Wünsche & Ziele“ becomes ``wuensche-ziele``.

    Other scripts are transliterated, emoji left out. A text without letters and digits becomes
    ``abschnitt``.
    """
    text = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    # Digits in another style (²), then letters of all scripts.
    text = "".join(map(_latin, unicodedata.normalize("NFKC", text))).lower()
    return re.sub(r"[^a-z0-9]+", separator, text).strip(separator) or "abschnitt"


def _latin(character: str) -> str:
    """Return a character in ASCII, and a space for an emoji, which has only an English name."""
    ascii_ = anyascii(character)
    return " " if len(ascii_) > 1 and ascii_.startswith(":") else ascii_


def anchor(text: str) -> str:
    """Return the anchor for what an author wrote behind the ``#`` of a link.

    That may be the text of the heading itself, in whatever case: ``#größe-zählt``.
    """
    text = unquote(text)
    return text if _ANCHOR.match(text) else slugify(text)


def shorten(slug: str, longest: int) -> str:
    """Return a slug cut between its words, or within the first word if that alone is too long."""
    if len(slug) <= longest:
        return slug
    whole, hyphen, _ = slug[: longest + 1].rpartition("-")
    return whole if hyphen else slug[:longest]


def free(slug: str, taken: Container[str], separator: str = "-") -> str:
    """Return a slug that is not taken: with a number behind it if necessary."""
    further = (f"{slug}{separator}{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain([slug], further) if each not in taken)
