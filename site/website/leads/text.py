"""What people type, made safe to store, to show and to send.

Nothing a person can see is changed. What goes are characters that only harm: NUL (SQLite counts
no further, PostgreSQL refuses it), lone surrogates (no encoding takes them), other control
characters, and the invisible ones that turn the direction of the text around them (Unicode TR 36
and TR 39: they make a line read differently from what it holds).
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_HARMFUL = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    "\ud800-\udfff"  # lone surrogates
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u200b\u2060\ufeff"  # spaces without width, byte order mark
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters at all
    "]"
)


def clean(text: str) -> str:
    """Clean a text of several lines: NFC, lines end with a line feed, no blank ends.

    Cleaning twice is cleaning once.
    """
    text = _HARMFUL.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """Clean a text of one line; whatever parted its words becomes one space."""
    return " ".join(clean(text).split())


def folded(text: str) -> str:
    """Reduce a text to what tells it from another: one spelling, one case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
