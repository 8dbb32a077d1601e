"""Leads as CSV: one kind for Excel, one for programs (RFC 4180)."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from website.infra.clock import GERMANY
from website.leads.exporting.columns import Column, Value
from website.leads.models import Lead

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠|]")
"""What a spreadsheet takes for a formula, or strips to find one (OWASP, „CSV Injection“); with the
apostrophes before it, so that guarding can be undone."""
_MONTH = (
    r"(?:jan(?:uar)?|feb(?:ruar)?|märz?|mrz|mar|apr(?:il)?|mai|may|juni?|juli?|aug(?:ust)?"
    r"|sep(?:t|tember)?|okt(?:ober)?|oct|nov(?:ember)?|dez(?:ember)?|dec)\.?"
)
_PARTED = r"[.\s/-]{0,3}"
_CONVERTED = re.compile(
    "'*\\s*(?:"
    + "|".join(
        (
            r"[€$£]?\s*[\d.,][\d.,:/\s-]{0,30}(?:E[+-]?\d{1,4})?\s*(?:[%€$£]|EUR|[AP]M?)?",
            r"(?:\d{1,2}" + _PARTED + ")?" + _MONTH + _PARTED + r"\d{1,4}",
            r"\d{1,2}" + _PARTED + _MONTH,
            "wahr|falsch|true|false",
        )
    )
    + r")\s*",
    re.IGNORECASE,
)
"""What a German Excel makes a number, a date, a time or a truth value of when it opens a file: the
zero before a phone number goes, „10-15“ becomes the 15th of October."""


def write_for_excel(columns: Sequence[Column], leads: Iterable[Lead], target: BinaryIO) -> int:
    """Write what a double click opens in a German Excel; its texts stay texts."""
    target.write(b"\xef\xbb\xbf")
    table = csv.writer(_Encoded(target), delimiter=";", lineterminator="\r\n")
    table.writerow([column.heading for column in columns])
    count = 0
    for lead in leads:
        count += 1
        table.writerow([_in_german(column.display(lead)) for column in columns])
    return count


def write_raw(columns: Sequence[Column], leads: Iterable[Lead], target: BinaryIO) -> int:
    """Write what is stored, unguarded: moments by ISO 8601, choices by their keys."""
    table = csv.writer(_Encoded(target), lineterminator="\r\n")
    table.writerow([column.name for column in columns])
    count = 0
    for lead in leads:
        count += 1
        table.writerow([_in_iso(column.stored(lead)) for column in columns])
    return count


def guarded(text: str) -> str:
    """Prefix an apostrophe to text that a spreadsheet would interpret."""
    return f"'{text}" if _is_at_risk(text) else text


def _is_at_risk(text: str) -> bool:
    return bool(_FORMULA.match(text) or _CONVERTED.fullmatch(text))


def _in_german(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime.datetime():
            return f"{value.astimezone(GERMANY):%d.%m.%Y %H:%M}"
        case datetime.date():
            return f"{value:%d.%m.%Y}"
        case str():
            return guarded(value)
        case _:
            return str(value)


def _in_iso(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime.date():
            return value.isoformat()
        case _:
            return str(value)


class _Encoded:
    """Lets ``csv`` write to a binary file without closing it, whatever kind of file it is."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def write(self, text: str) -> int:
        """Write in UTF-8; half a surrogate pair, which no encoding takes, becomes „?“."""
        return self._target.write(text.encode(errors="replace"))
