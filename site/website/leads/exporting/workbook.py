"""Leads as an Excel workbook: texts as texts, moments as dates, and nothing else.

Row after row goes into the file, so memory stays flat. A text that is too long for a cell begins
there, and stands whole on a sheet of its own.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from website.infra.clock import GERMANY
from website.leads.exporting import spreadsheetml
from website.leads.exporting.columns import WIDE, Column, Value
from website.leads.exporting.spreadsheetml import LONGEST, Style
from website.leads.models import Lead

LEADS = "Anfragen"
LONG_TEXTS = "Lange Texte"
LONG_TEXTS_COLUMNS = (("Nummer", 12), ("Angabe", 22), ("Teil", 8), ("Text", 100))
CONTINUED = f" […] (ganzer Text: Blatt „{LONG_TEXTS}“)"

IN_MEMORY = 1_000_000
"""Bytes of long texts that need no temporary file."""
PIECE = LONGEST // 2 - 100
"""Characters of a long text in one cell: Excel counts some of them twice."""


def write(columns: Sequence[Column], leads: Iterable[Lead], target: BinaryIO) -> int:
    """Write a workbook."""
    names = [LEADS]
    with (
        tempfile.SpooledTemporaryFile(IN_MEMORY) as spool,
        ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        rows = _Rows(columns, spool)
        headings = [(column.heading, column.width) for column in columns]
        with archive.open(spreadsheetml.path_of_sheet(1), "w") as sheet:
            sheet.write(spreadsheetml.beginning_of_sheet(headings))
            sheet.writelines(map(rows.of, leads))
            sheet.write(spreadsheetml.end_of_sheet(len(headings), rows.count))
        if rows.long_count:
            names.append(LONG_TEXTS)
            spool.seek(0)
            with archive.open(spreadsheetml.path_of_sheet(2), "w") as sheet:
                sheet.write(spreadsheetml.beginning_of_sheet(LONG_TEXTS_COLUMNS))
                shutil.copyfileobj(spool, sheet)
                sheet.write(spreadsheetml.end_of_sheet(len(LONG_TEXTS_COLUMNS), rows.long_count))
        for path, text in spreadsheetml.parts(names):
            archive.writestr(path, text)
    return rows.count


class _Rows:
    """Makes the rows of leads, and beside them those of their long texts."""

    def __init__(self, columns: Sequence[Column], spool: IO[bytes]) -> None:
        self._columns = [
            (spreadsheetml.letters(number), column) for number, column in enumerate(columns)
        ]
        self._spool = spool
        self.count = 0
        self.long_count = 0

    def of(self, lead: Lead) -> bytes:
        """Return the row of the next lead; the first one is below the headings."""
        self.count += 1
        number = self.count + 1
        return spreadsheetml.row(
            self._cell(f"{letters}{number}", value, lead, column)
            for letters, column in self._columns
            if (value := column.display(lead)) is not None and value != ""
        )

    def _cell(self, place: str, value: Value, lead: Lead, column: Column) -> str:
        match value:
            case str():
                if not spreadsheetml.fits(value):
                    self._keep_whole(value, lead, column)
                    value = value[:PIECE] + CONTINUED
                is_wide = column.width == WIDE or "\n" in value
                return spreadsheetml.text(place, value, Style.WRAPPED if is_wide else Style.PLAIN)
            case datetime.datetime():
                local = value.astimezone(GERMANY).replace(tzinfo=None, microsecond=0)
                return spreadsheetml.date(place, local, Style.MOMENT)
            case datetime.date():
                midnight = datetime.datetime.combine(value, datetime.time())
                return spreadsheetml.date(place, midnight, Style.DAY)
            case _:
                return spreadsheetml.number(place, value or 0)

    def _keep_whole(self, text: str, lead: Lead, column: Column) -> None:
        for part, piece in enumerate(_pieces(text), start=1):
            self.long_count += 1
            row = self.long_count + 1
            cells = (
                spreadsheetml.text(f"A{row}", lead.reference),
                spreadsheetml.text(f"B{row}", column.heading),
                spreadsheetml.number(f"C{row}", part),
                spreadsheetml.text(f"D{row}", piece, Style.WRAPPED),
            )
            self._spool.write(spreadsheetml.row(cells))


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))
