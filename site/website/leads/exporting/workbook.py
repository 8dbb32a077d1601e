"""XLSX exports: texts as texts, moments as dates, no formulas.

The parts of the file are in ``templates/xlsx/`` (SpreadsheetML, ECMA-376 part 1). Rows are streamed
into the file, so memory stays flat. A text too long for a cell is truncated there, and its whole
text is written to a second sheet.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from string import ascii_uppercase
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from website.infra import templates
from website.infra.clock import GERMANY, zone_if_repeated
from website.leads.exporting.columns import WIDE, Column, Value
from website.leads.models import Lead

LONG_TEXTS = "Lange Texte"
LONG_TEXTS_COLUMNS = (("Nummer", 12), ("Angabe", 22), ("Teil", 8), ("Text", 100))
CONTINUED = f" […] (ganzer Text: Blatt „{LONG_TEXTS}“)"
LONGEST = 32_767
"""Maximum UTF-16 code units in a cell."""
PIECE = LONGEST // 2 - 100
"""Characters of a part of a long text; some of them count twice."""
EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones
BUFFERED = 500
"""Number of template parts that are joined before they are written."""

_PARTS = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
)
_LETTERS = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
"""Names of columns."""
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What must be escaped as ``_xHHHH_`` (22.9.2.19), and what looks like such an escape."""

_Cell = tuple[str, int, str, float | None]
"""Name of the column, style, text, number; the text only counts without a number."""


class _Style(IntEnum):
    """Indexes of the formats in ``templates/xlsx/xl/styles.xml``."""

    PLAIN = 0
    MOMENT = 2
    DAY = 3
    WRAPPED = 4
    SUMMER = 5
    WINTER = 6


_IN_ZONE = {" (MESZ)": _Style.SUMMER, " (MEZ)": _Style.WINTER}
"""Formats in the hour that is repeated every October."""


def write(columns: Sequence[Column], leads: Iterable[Lead], target: BinaryIO) -> int:
    """Write leads as a workbook; return their number."""
    rows = _Rows(columns)
    sheets = ["Anfragen"]
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        headings = [(column.heading, column.width) for column in columns]
        _write_sheet(archive, 1, headings, map(rows.of, leads))
        if rows.long_texts:
            sheets.append(LONG_TEXTS)
            _write_sheet(archive, 2, LONG_TEXTS_COLUMNS, rows.long_texts)
        for path in _PARTS:
            archive.writestr(path, templates.render(f"xlsx/{path}", sheets=sheets))
    return rows.count


def _write_sheet(
    archive: ZipFile,
    number: int,
    headings: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[_Cell]],
) -> None:
    columns = [
        (name, _in_xml(heading), width)
        for name, (heading, width) in zip(_LETTERS, headings, strict=False)
    ]
    stream = templates.stream("xlsx/xl/sheet.xml", columns=columns, rows=rows)
    stream.enable_buffering(BUFFERED)
    with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as file:
        stream.dump(file, "utf-8")


class _Rows:
    """Makes the rows of leads, and collects those of their long texts."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self.count = 0
        self.long_texts: list[list[_Cell]] = []

    def of(self, lead: Lead) -> list[_Cell]:
        """Return the non-empty cells of a lead."""
        self.count += 1
        values = zip(_LETTERS, self._columns, strict=False)
        return [
            (name, *self._cell(value, lead, column))
            for name, column in values
            if (value := column.display(lead)) is not None and value != ""
        ]

    def _cell(self, value: Value, lead: Lead, column: Column) -> tuple[int, str, float | None]:
        match value:
            case str():
                is_wide = column.width == WIDE or "\n" in value
                if len(value.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST:
                    self.long_texts += _long_text(lead.reference, column.heading, value)
                    value = value[:PIECE] + CONTINUED
                return _Style.WRAPPED if is_wide else _Style.PLAIN, _in_xml(value), None
            case datetime.datetime():
                local = value.astimezone(GERMANY).replace(tzinfo=None, microsecond=0)
                style = _IN_ZONE.get(zone_if_repeated(value), _Style.MOMENT)
                return style, "", (local - EPOCH) / datetime.timedelta(days=1)
            case datetime.date():
                return _Style.DAY, "", (value - EPOCH.date()).days
            case _:
                return _Style.PLAIN, "", value or 0


def _long_text(reference: str, heading: str, text: str) -> Iterator[list[_Cell]]:
    for part, start in enumerate(range(0, len(text), PIECE), start=1):
        yield [
            ("A", _Style.PLAIN, reference, None),
            ("B", _Style.PLAIN, _in_xml(heading), None),
            ("C", _Style.PLAIN, "", part),
            ("D", _Style.WRAPPED, _in_xml(text[start : start + PIECE]), None),
        ]


def _in_xml(text: str) -> str:
    """Return a text with ``_xHHHH_`` escapes, before XML escaping."""
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
