"""Cleaning and normalising of what people type, so that it is safe to store, show and send.

Visible characters are kept. Removed are characters that only do harm: NUL (SQLite counts no
further, PostgreSQL refuses it), lone surrogates (no encoding has them), other control characters,
invisible ones that change the direction of the text around them (Unicode TR 36 and TR 39: a line
then reads differently from what it contains), and those that show nothing at all: an address with a
soft hyphen looks right and does not exist.

Every step takes time in proportion to the length of the text, whatever it contains.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import SplitResult, urlsplit

MOST_MARKS = 30
"""Combining marks in a row that are kept. No language needs more than half as many; without a
limit, sorting them takes quadratic time, and a quarter of a megabyte takes a minute (UAX #15,
section 13: Stream-Safe Text Format, which has the same limit)."""

HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63"
"""Hyphens and dashes that typesetting and smart keyboards use instead of ASCII's."""
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_HARMFUL = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    "\ud800-\udfff"  # lone surrogates
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction
    "\u200b\u2060\ufeff"  # spaces without width, byte order mark
    "\u00ad\u034f\u180e\u2061-\u2065"  # soft hyphen, joiners and operators without a sign
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # fillers and vowels that stand for nothing
    "\u206a-\u206f\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # formatting
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters at all
    "]"
    "|(?<![\U0001f3f4\U000e0000-\U000e007f])[\U000e0000-\U000e007f]+"  # tags but for flags
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and annotations."""

_NO_WORDS = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}")
"""Where many marks in a row may be: none of them counts as a part of a word."""
_TAKEN_APART = "\u0f73\u0f75\u0f81"
"""Characters that become combining marks only when they are decomposed."""
_APART = str.maketrans(
    {
        "\uff9e": "\u3099",
        "\uff9f": "\u309a",
        "\ufdfa": "\u0635\u0644\u0639\u0645",
        "\ufdfb": "\u062c\u0644",
    }
)
"""Half-width voicing marks as the marks that they stand for; and the two ligatures that would
decompose into 18 and 8 letters as their abbreviations, because a text would grow many times
over."""


def gettext_noop(text: str) -> str:
    """Return a text unchanged, marked for ``make translations`` and translated later."""
    return text


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun; :func:`german.counted` also formats the number."""
    return f"{count} {one if count == 1 else many}"


def shortened(text: str, longest: int) -> str:
    """Return a text; if it has more characters, that many of them and an ellipsis."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def listed(names: Sequence[str], most: int) -> str:
    """Return the first names, and how many more there are, in German: „a, b und 3 weitere“."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" und {more} weitere" if more > 0 else "")


def clean(text: str) -> str:
    """Clean a text of several lines: NFC, line feeds, no white space around it.

    Invisible characters that shape their neighbours stay: joiners, variation selectors, emoji.
    Idempotent.
    """
    text = _HARMFUL.sub("", _LINE_ENDS.sub("\n", text))
    return normalised("NFC", text).strip()


def clean_line(text: str) -> str:
    """Clean a text of one line; any white space between words becomes one space."""
    return " ".join(clean(text).split())


def folded(text: str) -> str:
    """Return a text for comparison: one spelling, one case, single spaces."""
    return " ".join(normalised("NFKC", visible(text)).casefold().split())


def visible(text: str) -> str:
    """Remove all invisible characters, for texts that are compared or must be exact."""
    return _INVISIBLE.sub("", text)


def normalised(form: Literal["NFC", "NFKC", "NFD", "NFKD"], text: str) -> str:
    """Return a text in one of Unicode's normal forms, with MOST_MARKS marks in a row at most.

    The only function that may normalise text from outside.
    """
    if text.isascii():
        return text
    if form in {"NFKC", "NFKD"}:
        text = text.translate(_APART)
    return _few_marks(unicodedata.normalize(form, _few_marks(text)))


def _few_marks(text: str) -> str:
    return _NO_WORDS.sub(lambda found: "".join(_without_excess(found[0])), text)


def _without_excess(text: str) -> Iterator[str]:
    row = 0
    for sign in text:
        row = row + 1 if unicodedata.combining(sign) or sign in _TAKEN_APART else 0
        if row <= MOST_MARKS:
            yield sign


def is_one_slip_apart(one: str, other: str) -> bool:
    """Return whether a letter is added, removed or replaced, or two swapped, between two words.

    That is, whether their restricted Damerau-Levenshtein distance is 1.
    """
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    one, other = one[same:], other[same:]
    if len(one) < len(other):
        return one == other[1:]
    return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])


def web_parts(address: str) -> SplitResult | None:
    """Return the parts of an address on the web; None if a text is none."""
    try:
        parts = urlsplit(address)
        is_on_the_web = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if is_on_the_web else None
