"""Phone numbers as people type them: which to dial, and how to compare them.

A number never decides whether a lead is taken. What it is, Google's ``libphonenumber`` says, which
knows every country's plan; a number without a country is taken for a German one.
"""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from website.infra.text import HYPHENS, normalised

COUNTRY = "DE"
CALLING_CODE = "49"
LONGEST = 100
"""Characters that are looked through."""

_PREFIXED = re.compile(r"[(\[]?\s*[+＋0]")
"""How a number begins that says itself where it leads: with a plus sign or an area code."""
_TYPED = re.compile(r"(?<!\w)[(\[]?(?:\+|0)[\d\s()/.-]{5,}")
_AS_HYPHENS = str.maketrans(dict.fromkeys(HYPHENS, "-"))
_LEAST = 6
"""Digits from which on a part of a query is taken for a phone number, not for a postal code."""


def numbers(text: str) -> Iterator[str]:
    """Return every number in a text as ITU-T E.164 writes it: „+491711234567“.

    Digits that do not say where they lead (a time of day, an extension) are left out.
    """
    for found in PhoneNumberMatcher(_plain(text[:LONGEST]), COUNTRY, leniency=Leniency.POSSIBLE):
        if _PREFIXED.match(found.raw_string):
            yield format_number(found.number, PhoneNumberFormat.E164)


def link(text: str) -> str:
    """Return the address that dials the first number in a text (RFC 3966, 5.1.4); else nothing."""
    first = next(numbers(text), "")
    return f"tel:{first}" if first else ""


def words(text: str) -> Iterator[str]:
    """Return the words by which each number in a text is found: its digits, from the country on."""
    return (number.removeprefix("+") for number in numbers(text))


def parted(query: str) -> tuple[str, str, str]:
    """Return the first number of a query as a word's beginning, how it was typed, and the rest.

    It may be a part of a number: „0171 12“. The first two are empty if there is none.
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
