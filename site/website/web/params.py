"""Parsing of request parameters within bounds. Functions never raise, whatever was sent.

Values that cannot be parsed, or that a database would refuse, count as missing.
"""

import datetime
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from website.infra.text import clean_line
from website.leads import reference

Kind = TypeVar("Kind", bound=StrEnum)

LARGEST_ID = 2**31 - 1
"""Largest value of PostgreSQL's type ``integer``, the type of primary keys."""
LAST_PAGE = 999_999
YEARS = range(2000, 2101)
"""Years of accepted dates. Near the limits of ``datetime``, adding a day or converting to another
time zone would overflow."""
LONGEST = 200
"""Maximum length of a filter, in characters."""
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")


def number(text: str, *, largest: int = LARGEST_ID) -> int | None:
    """Return a positive integer, or None.

    Only the digits 0 to 9 count: ``str.isdigit`` also accepts „²“, which ``int`` refuses.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(largest))):
        return None
    found = int(text)
    return found if 1 <= found <= largest else None


def page(text: str) -> int:
    """Return the number of a page of a list; 1 if it cannot be parsed."""
    return number(text, largest=LAST_PAGE) or 1


def day(text: str) -> datetime.date | None:
    """Return a date in ISO or German format, or None."""
    for form in _DAYS:
        try:
            found = datetime.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
        return found if found.year in YEARS else None
    return None


def query(args: Mapping[str, str], names: Iterable[str], **changed: str | int) -> str:
    """Return a query string of some parameters and changes to them; empty ones are left out."""
    kept = {name: args.get(name, "") for name in names} | changed
    return urlencode({name: text for name, text in kept.items() if text})


def member(kind: type[Kind], text: str) -> Kind | None:
    """Return the member of an enumeration with this value, or None."""
    return next((one for one in kind if one.value == text), None)


def line(text: str, *, longest: int = LONGEST) -> str:
    """Return a single line without characters that a database refuses, truncated if too long."""
    return clean_line(text[:longest])


def references(texts: Iterable[str]) -> list[str]:
    """Return the reference numbers of leads, each once; an empty string for invalid ones."""
    return list(dict.fromkeys(reference.normalise(text) or "" for text in texts))


class ReferenceConverter(BaseConverter):
    """URL converter ``<reference:…>``: reference number of a lead, in any common spelling.

    Other values do not match.
    """

    def to_python(self, value: str) -> str:
        """Return the normalised reference number."""
        found = reference.normalise(value)
        if found is None:
            raise ValidationError
        return found


class RowConverter(IntegerConverter):
    """URL converter ``<row:…>``: primary key of a row, up to the largest one."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        found = number(value)
        if found is None:
            raise ValidationError
        return found


def register(app: Flask) -> None:
    """Register these URL converters with an application."""
    app.url_map.converters.update(reference=ReferenceConverter, row=RowConverter)
