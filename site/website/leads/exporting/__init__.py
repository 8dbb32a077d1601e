"""Exports of leads for other programs, with constant memory.

In reading order: ``columns`` (the exported fields), ``workbook`` (XLSX) and ``tables`` (CSV).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from website.leads.exporting import columns, tables, workbook
from website.leads.exporting.columns import Column
from website.leads.models import Lead
from website.questionnaire import Questionnaire

__all__ = ["EXCEL_CSV", "KINDS", "RAW_CSV", "XLSX", "ExportFormat", "write"]


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


XLSX = ExportFormat(
    "xlsx",
    "Excel (XLSX)",
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    workbook.write,
)
EXCEL_CSV = ExportFormat("csv-excel", "CSV für Excel", ".csv", "text/csv", tables.write_for_excel)
RAW_CSV = ExportFormat("csv-roh", "CSV roh, für Programme", ".csv", "text/csv", tables.write_raw)
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
