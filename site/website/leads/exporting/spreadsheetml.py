"""The little of SpreadsheetML (ECMA-376, part 1) that a table of texts and dates needs.

There is no way here to write a formula or a link. XlsxWriter takes three times as long, and takes
texts from ``<r>`` to ``</r>`` for finished markup when it writes row by row.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from html import escape

LONGEST = 32_767
"""UTF-16 units that Excel takes in one cell."""

EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones
FIRST = datetime.datetime(1900, 3, 1)  # noqa: DTZ001
"""Before it Excel counts wrongly."""

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What must be written as ``_xHHHH_`` (22.9.2.19), and what would be read as such."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Style(IntEnum):
    """Numbers of the formats in ``_STYLES``."""

    PLAIN = 0
    HEADING = 1
    MOMENT = 2
    DAY = 3
    WRAPPED = 4


def path_of_sheet(number: int) -> str:
    """Return where in the archive a sheet lies; the first is 1."""
    return f"xl/worksheets/sheet{number}.xml"


def letters(number: int) -> str:
    """Return the name of a column, counted from 0: A to Z, AA to ZZ."""
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def fits(value: str) -> bool:
    """Whether a cell takes the whole text."""
    return (
        len(value) <= LONGEST // 2 or len(value.encode("utf-16-le", "surrogatepass")) <= 2 * LONGEST
    )


def text(place: str, value: str, style: Style = Style.PLAIN) -> str:
    """Return a text cell, whatever the text looks like."""
    # Nearly every text is plain, and asking so is ten times as fast as looking at each sign.
    if not value.isprintable() or "_x" in value:
        value = _NOT_IN_XML.sub(_as_number, value)
    written = escape(value, quote=False)
    mark = f' s="{style.value}"' if style else ""
    return f'<c r="{place}"{mark} t="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>'


def number(place: str, value: float, style: Style = Style.PLAIN) -> str:
    """Return a number cell."""
    return f'<c r="{place}" s="{style.value}"><v>{value!r}</v></c>'


def date(place: str, value: datetime.datetime, style: Style) -> str:
    """Return a cell with a local moment, as a text where Excel has no date for it."""
    if value < FIRST:
        return text(place, value.isoformat())
    return number(place, (value - EPOCH) / datetime.timedelta(days=1), style)


def row(cells: Iterable[str]) -> bytes:
    """Return a row; its cells name their places."""
    return f"<row>{''.join(cells)}</row>".encode()


def beginning_of_sheet(columns: Sequence[tuple[str, int]]) -> bytes:
    """Return the beginning of a sheet, with a frozen row of headings.

    :param columns: heading and width of each, in characters.
    """
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, (_, width) in enumerate(columns, start=1)
    )
    headings = row(
        text(f"{letters(at)}1", heading, Style.HEADING) for at, (heading, _) in enumerate(columns)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>"
    ).encode() + headings


def end_of_sheet(columns: int, rows: int) -> bytes:
    """End a sheet; its headings become filters.

    :param rows: how many are below the headings.
    """
    place = f"A1:{letters(columns - 1)}{rows + 1}"
    return f'</sheetData><autoFilter ref="{place}"/></worksheet>'.encode()


def parts(sheets: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield all else that lies in the archive, by path.

    :param sheets: their names.
    """
    numbered = list(enumerate(sheets, start=1))
    types = "".join(
        f'<Override PartName="/{path_of_sheet(n)}" ContentType="{_TYPE}.worksheet+xml"/>'
        for n, _ in numbered
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered
    )
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{types}</Types>'
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield (
        "xl/workbook.xml",
        (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/>'
            f"</bookViews><sheets>{listed}</sheets></workbook>"
        ),
    )
    sheet_paths = [("worksheet", path_of_sheet(n).removeprefix("xl/")) for n, _ in numbered]
    yield "xl/_rels/workbook.xml.rels", _relations([*sheet_paths, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{path}"/>'
        for n, (kind, path) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _as_number(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


_FORMATS = (
    (0, 0, ""),  # plain
    (0, 1, ""),  # heading
    (164, 0, ""),  # moment
    (165, 0, ""),  # day
    (0, 0, ' wrapText="1"'),  # wrapped
)
"""Number format, font and alignment of each style, in the order of :class:`Style`."""
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="dd.mm.yyyy\\ hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="dd.mm.yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs><xf/></cellStyleXfs><cellXfs>"
    + "".join(
        f'<xf numFmtId="{number_format}" fontId="{font}" fillId="0" borderId="0" xfId="0"'
        ' applyNumberFormat="1" applyFont="1" applyAlignment="1">'
        f'<alignment vertical="top"{wrap}/></xf>'
        for number_format, font, wrap in _FORMATS
    )
    + '</cellXfs><cellStyles><cellStyle name="Standard" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
