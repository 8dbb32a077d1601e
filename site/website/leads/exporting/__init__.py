"""Exports of leads for other programs, with constant memory: XLSX, and CSV (RFC 4180).

In reading order: ``columns`` (the exported fields), ``workbook`` (XLSX).
"""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from website.infra import clock
from website.leads.exporting import columns, workbook
from website.leads.exporting.columns import Column, Value
from website.leads.models import Lead
from website.questionnaire import Questionnaire

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠|]")
"""What a spreadsheet interprets as a formula, or strips to find one (OWASP, "CSV Injection"), with
leading apostrophes, so that guarding is reversible."""
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
"""What a German Excel converts to a number, date, time or boolean when it opens a file: phone
numbers lose their zero, „10-15“ becomes the 15th of October."""


@dataclass(frozen=True)
class ExportFormat:
    """A file format."""

    name: str
    """Identifier in URLs."""
    label: str
    suffix: str
    media_type: str
    """Without the charset, which is always UTF-8."""
    write: Callable[[Sequence[Column], Iterable[Lead], BinaryIO], int]


def write_for_excel(columns: Sequence[Column], leads: Iterable[Lead], target: BinaryIO) -> int:
    """Write CSV that a German Excel opens on a double click, without converting texts."""
    headings = [column.heading for column in columns]
    rows = ([_in_german(column.display(lead)) for column in columns] for lead in leads)
    return _write(target, headings, rows, encoding="utf-8-sig", delimiter=";")


def write_raw(columns: Sequence[Column], leads: Iterable[Lead], target: BinaryIO) -> int:
    """Write CSV of stored values without guarding: moments in ISO 8601, choices as keys."""
    headings = [column.name for column in columns]
    rows = ([_in_iso(column.stored(lead)) for column in columns] for lead in leads)
    return _write(target, headings, rows, encoding="utf-8", delimiter=",")


def _write(
    target: BinaryIO,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    encoding: str,
    delimiter: str,
) -> int:
    # Half a surrogate pair, which no encoding takes, becomes „?“.
    text = io.TextIOWrapper(target, encoding, errors="replace", newline="")
    table = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    table.writerow(headings)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last one is returned
        table.writerow(row)
    text.detach()  # lest it closes the file
    return count


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it if a spreadsheet would interpret it."""
    is_at_risk = _FORMULA.match(text) or _CONVERTED.fullmatch(text)
    return f"'{text}" if is_at_risk else text


def _in_german(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime.datetime():
            return clock.in_digits(value).replace(",", "")
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


XLSX = ExportFormat(
    "xlsx",
    "Excel (XLSX)",
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    workbook.write,
)
EXCEL_CSV = ExportFormat("csv-excel", "CSV für Excel", ".csv", "text/csv", write_for_excel)
RAW_CSV = ExportFormat("csv-roh", "CSV roh, für Programme", "-roh.csv", "text/csv", write_raw)
KINDS = {kind.name: kind for kind in (XLSX, EXCEL_CSV, RAW_CSV)}


def write(
    kind: ExportFormat,
    leads: Iterable[Lead],
    owners: Mapping[int, str],
    questionnaire: Questionnaire,
    target: BinaryIO,
) -> int:
    """Write leads one after the other; their tags must be loaded.

    :param owners: names by account id.
    :returns: the number of leads.
    """
    return kind.write(columns.of(owners, questionnaire), leads, target)
