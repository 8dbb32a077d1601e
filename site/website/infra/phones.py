"""Phone numbers: finding, dialling and searching them, by Google's ``libphonenumber``.

A number without a country code is taken for a German one. No lead is refused for its number.
"""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from website.infra.text import HYPHENS, normalised

COUNTRY = "DE"
CALLING_CODE = "49"
LONGEST = 100
"""Characters of a text that are searched."""

_PREFIXED = re.compile(r"[(\[]?\s*[+＋0]")
"""How a number begins that is complete in itself: with a plus sign or an area code."""
_TYPED = re.compile(r"(?<!\w)[(\[]?(?:\+|0)[\d\s()/.-]{5,}")
_CLOCK = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_TIME = re.compile(rf"(?<![\d.])(?:{_CLOCK} ?- ?)?{_CLOCK}(?=\s+[(+0])")
"""A time of day, or from one to another, right before a number."""
_OTHER_ENDING = re.compile(r"(?<=\d{4})(-\d{1,3})/-?\d{1,3}(?!\d)")
"""A second extension: „12345-67/68“."""
_AS_HYPHENS = str.maketrans(dict.fromkeys(HYPHENS, "-"))
_LEAST = 6
"""Digits of a part of a query from which on it counts as a phone number, not as a postal code."""


def numbers(text: str) -> Iterator[str]:
    """Yield every number in a text in E.164 format: „+491711234567“.

    Digits without a prefix (a time of day, an extension) are left out.
    """
    typed = _OTHER_ENDING.sub(r"\1", _TIME.sub(" ", _plain(text[:LONGEST])))
    for found in PhoneNumberMatcher(typed, COUNTRY, leniency=Leniency.POSSIBLE):
        if _PREFIXED.match(found.raw_string):
            yield format_number(found.number, PhoneNumberFormat.E164)


def link(text: str) -> str:
    """Return the ``tel:`` URL of the first number in a text (RFC 3966, 5.1.4), or an empty text."""
    first = next(numbers(text), "")
    return f"tel:{first}" if first else ""


def words(text: str) -> Iterator[str]:
    """Return the words by which the numbers in a text are found: digits with the country code."""
    return (number.removeprefix("+") for number in numbers(text))


def parted(query: str) -> tuple[str, str, str]:
    """Split the first phone number off a search query; it may be incomplete: „0171 12“.

    :returns: the beginning of the number's word, the number as typed, and the rest of the query;
        the first two are empty if there is no number.
    """
    query = _plain(query)
    found = _TYPED.search(query)
    if found is None:
        return "", "", query
    typed = found[0]
    digits = re.sub(r"\D", "", typed.replace("(0)", "" if "+" in typed else "0"))
    if len(digits) < _LEAST:
        return "", "", query
    if "+" in typed or digits.startswith("00"):
        wanted = digits.removeprefix("00")
    else:
        wanted = CALLING_CODE + digits.removeprefix("0")
    return wanted, typed, f"{query[: found.start()]} {query[found.end() :]}"


def _plain(text: str) -> str:
    """Return a text with one kind of digits, plus signs and hyphens."""
    return normalised("NFKC", text).translate(_AS_HYPHENS)
