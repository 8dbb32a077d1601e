"""What people send as parameters, read within bounds: nothing here raises, whatever was sent.

What cannot be read, and what no database would take, counts as not given.
"""

import datetime
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, ValidationError

from website.infra.text import clean_line
from website.leads import reference

Kind = TypeVar("Kind", bound=StrEnum)

LARGEST_ID = 2**31 - 1
"""The largest number of PostgreSQL's type ``integer``, which numbers rows."""
LAST_PAGE = 999_999
YEARS = range(2000, 2101)
"""Years of days that leads may have to do with. Moments near the ends of the calendar cannot be
moved by a day or to another time zone."""
LONGEST = 200
"""Characters of a filter."""
_DAYS = ("%Y-%m-%d", "%d.%m.%Y")


def number(text: str, *, largest: int = LARGEST_ID) -> int | None:
    """Return a whole number from 1 on, or nothing.

    Only the digits 0 to 9 count: ``str.isdigit`` is true of „²“ too, which ``int`` refuses.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(largest))):
        return None
    found = int(text)
    return found if 1 <= found <= largest else None


def page(text: str) -> int:
    """Return the number of a page of a list; what cannot be read means the first."""
    return number(text, largest=LAST_PAGE) or 1


def day(text: str) -> datetime.date | None:
    """Return a day as browsers send it or as Germans write it, or nothing."""
    for form in _DAYS:
        try:
            found = datetime.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
        return found if found.year in YEARS else None
    return None


def member(kind: type[Kind], text: str) -> Kind | None:
    """Return the member of an enumeration that has this value, or nothing."""
    return next((one for one in kind if one.value == text), None)


def line(text: str, *, longest: int = LONGEST) -> str:
    """Return a text of one line without what a database refuses, cut where it is too long."""
    return clean_line(text[:longest])


def references(texts: Iterable[str]) -> list[str]:
    """Return numbers of leads, each once; the empty text, which no lead has, for what is none."""
    return list(dict.fromkeys(reference.normalise(text) or "" for text in texts))


class ReferenceConverter(BaseConverter):
    """A lead's number in an address, ``<reference:…>``, however it was typed.

    Anything else is the address of nothing.
    """

    def to_python(self, value: str) -> str:
        """Return the number as it is stored."""
        found = reference.normalise(value)
        if found is None:
            raise ValidationError
        return found


class RowConverter(IntegerConverter):
    """The number of a row in an address, ``<row:…>``, as large as a database takes it."""

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
