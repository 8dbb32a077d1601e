"""Exports hold what was sent, sign for sign, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from support.leads import ANSWERS, NOON, HandClock, Sender
from support.questionnaire import QUESTIONNAIRE
from website.infra.clock import GERMANY
from website.leads.exporting import (
    EXCEL_CSV,
    KINDS,
    RAW_CSV,
    XLSX,
    ExportFormat,
    guarded,
    workbook,
    write,
)
from website.leads.exporting.columns import Column
from website.leads.exporting.workbook import CONTINUED, LONG_TEXTS
from website.leads.models import Lead, LeadStatus, LostReason, Tag
from website.leads.workflow import LeadEntry, LeadWork, Workflow

HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://boese.example";"Klick")',
    "+49 (0) 711/123-456",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠1",
    "|calc",
    "'=1",
    "''=1",
    "'s Hertogenbosch",
    "01067",
    "1E5",
    "2026-11-23",
    "3-5",
    "_x0041_",
    "_x005F_x0041_",
    "_x000D_",
    " vorn und hinten ",
    "eins\nzwei\n\ndrei",
    "eins\r\nzwei",
    "👩‍💻 🇩🇪",
    "שלום עליכם",
    "\x00\x01\x0b\x1f\ufffe\uffff",
    "<r><t>fett</t></r>",
    '<r></r></is></c><c r="A1"><f>1+1</f></c><r></r>',
    "<b>&amp;</b> & <",
    "]]>",
    '"; "a"; b',
    "https://boese.example/",
    "ä" * 32_767,
    "😀" * 16_383,
)
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠|")
READABLE = st.text(st.characters(exclude_categories=["Cs"]))
OWNERS = {3: "Erika Beispiel"}


def lead(**changes: Any) -> Lead:
    """Make a lead that is stored nowhere."""
    fields: dict[str, Any] = {
        "reference": "IP-7K3M-Q2",
        "received_at": NOON,
        "status": LeadStatus.NEW,
        "topic": "kam-aufbauen",
        "company": "Müller & Söhne GmbH",
        "name": "Jörg Weiß",
        "email": "joerg@firma.example",
        "language": "de",
        "answers": {},
        "tag_rows": [],
    }
    return Lead(**fields | changes)


def exported(kind: ExportFormat, *leads: Lead) -> bytes:
    target = io.BytesIO()
    assert write(kind, iter(leads), OWNERS, QUESTIONNAIRE, target) == len(leads)
    return target.getvalue()


def cells(data: bytes, sheet: str = "Anfragen") -> list[list[Any]]:
    """Read a sheet; openpyxl leaves the undoing of ``_xHHHH_`` to its caller."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        [unescape(value) if isinstance(value, str) else value for value in row]
        for row in book[sheet].iter_rows(values_only=True)
    ]


def by_heading(rows: Iterable[list[Any]]) -> list[dict[str, Any]]:
    headings, *others = rows
    return [dict(zip(headings, row, strict=True)) for row in others]


def table(data: bytes, delimiter: str) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_comes_back_from_xlsx_sign_for_sign(text: str) -> None:
    data = exported(XLSX, lead(company=text, answers={"message": text}))
    (row,) = by_heading(cells(data))
    assert row["Unternehmen"] == text
    assert row["Situation"] == text


@pytest.mark.parametrize("heading", ["Bedarf\x0b", "_x0041_", "<b>&amp;</b> "])
def test_a_heading_of_a_workbook_is_guarded_like_a_text(heading: str) -> None:
    target = io.BytesIO()
    workbook.write([Column("need", heading, str, str, 12)], [], target)
    assert cells(target.getvalue()) == [[heading]]


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    data = exported(XLSX, *(lead(company=text, name=text) for text in HOSTILE))
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row in book["Anfragen"].iter_rows():
        for cell in row:
            assert cell.data_type in {"s", "d", "n"}
            assert cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert not re.search(rb"<f[ >/]|<hyperlink", archive.read(name)), name


@given(READABLE)
@example("_x0041_" * 3)
@example("<r>\x01&</r>")
def test_any_text_comes_back_from_xlsx(text: str) -> None:
    (row,) = by_heading(cells(exported(XLSX, lead(answers={"message": text}))))
    assert (row["Situation"] or "") == text


@given(st.datetimes(timezones=st.just(datetime.UTC), min_value=datetime.datetime(1971, 1, 1)))  # noqa: DTZ001
def test_any_moment_is_a_date_in_german_time(moment: datetime.datetime) -> None:
    moment = min(moment, datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC))
    (row,) = by_heading(cells(exported(XLSX, lead(received_at=moment))))
    there = row["Eingegangen"]
    assert isinstance(there, datetime.datetime)
    local = moment.astimezone(GERMANY).replace(tzinfo=None)
    assert abs(there - local) <= datetime.timedelta(seconds=1)


def test_a_text_that_no_cell_takes_stands_whole_on_a_sheet_of_its_own() -> None:
    text = "😀=1&" * 20_000
    data = exported(XLSX, lead(reference="A"), lead(reference="B", answers={"message": text}))
    told = by_heading(cells(data))[1]["Situation"]
    assert told.endswith(CONTINUED)
    assert text.startswith(told.removesuffix(CONTINUED))
    pieces = by_heading(cells(data, LONG_TEXTS))
    assert {(piece["Nummer"], piece["Angabe"]) for piece in pieces} == {("B", "Situation")}
    assert [piece["Teil"] for piece in pieces] == list(range(1, len(pieces) + 1))
    assert "".join(piece["Text"] for piece in pieces) == text
    assert max(len(piece["Text"].encode("utf-16-le")) for piece in pieces) <= 2 * 32_767


def test_only_a_long_text_makes_a_second_sheet() -> None:
    assert openpyxl.load_workbook(io.BytesIO(exported(XLSX, lead()))).sheetnames == ["Anfragen"]


def test_the_headings_stay_in_sight_and_filter() -> None:
    for leads in ((), (lead(),)):
        sheet = openpyxl.load_workbook(io.BytesIO(exported(XLSX, *leads)))["Anfragen"]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == f"A1:{get_column_letter(sheet.max_column)}{1 + len(leads)}"
        assert sheet["A1"].font.b
        assert sheet.column_dimensions["A"].width > 5


def test_the_work_on_a_lead_comes_first_and_former_questions_last(
    workflow: Workflow, clock: HandClock, send: Sender
) -> None:
    number = send(ANSWERS, source="/artikel/von-kunden-trennen/").reference
    clock.forward(minutes=95)
    workflow.record(number, LeadEntry(answered=True), actor="test")
    work = LeadWork(
        status=LeadStatus.LOST,
        lost_reason=LostReason.TOO_LATE,
        owner_id=3,
        follow_up_on=datetime.date(2026, 12, 1),
        tags=("Maschinenbau", "=1+1"),
    )
    workflow.record(number, LeadEntry(work=work, version=2), actor="test")
    held = workflow.open(number)
    assert held is not None
    held.answers = {**held.answers, "fax": "0711", "telex": "1"}
    headings, row = cells(exported(XLSX, held))
    assert headings[:11] == [
        "Nummer", "Eingegangen", "Status", "Zuständig", "Wiedervorlage", "erste Antwort",
        "Minuten bis zur ersten Antwort", "Schlagwörter", "Absagegrund", "Seite",
        "Sprache",
    ]  # fmt: skip
    assert row[:11] == [
        number,
        datetime.datetime(2026, 11, 23, 13, 0),  # noqa: DTZ001 - Excel knows no zones
        "verloren",
        "Erika Beispiel",
        datetime.datetime(2026, 12, 1),  # noqa: DTZ001
        datetime.datetime(2026, 11, 23, 14, 35),  # noqa: DTZ001
        95,
        "=1+1, Maschinenbau",
        "Zu spät geantwortet",
        "/artikel/von-kunden-trennen/",
        "Deutsch",
    ]
    assert headings[11:] == [
        *(question.heading for question in QUESTIONNAIRE.questions),
        "Weitere Angaben",
    ]
    assert row[11] == "Key Account Management aufbauen"
    assert row[-1] == "fax: 0711\ntelex: 1"


def test_an_account_that_is_unknown_keeps_its_number() -> None:
    (row,) = by_heading(cells(exported(XLSX, lead(owner_id=7))))
    assert row["Zuständig"] == "Konto 7"


def test_csv_for_excel_is_what_a_german_excel_opens() -> None:
    data = exported(EXCEL_CSV, lead(answers={"message": "a;b\nc", "phone": "+49 711"}))
    assert data.startswith(b"\xef\xbb\xbfNummer;Eingegangen;Status;")
    assert data.endswith(b"\r\n")
    (row,) = by_heading(table(data, ";"))
    assert row["Eingegangen"] == "23.11.2026 13:00"
    assert row["Situation"] == "a;b\nc"
    assert row["Telefon"] == "'+49 711"
    assert row["Thema"] == "Key Account Management aufbauen"


@pytest.mark.parametrize(
    ("utc", "written"),
    [
        ("2026-10-24T23:59:59", "25.10.2026 01:59"),
        ("2026-10-25T00:30:00", "25.10.2026 02:30 (MESZ)"),
        ("2026-10-25T01:30:00", "25.10.2026 02:30 (MEZ)"),
        ("2026-10-25T02:00:00", "25.10.2026 03:00"),
    ],
)
def test_files_tell_the_zone_in_the_hour_that_comes_twice(utc: str, written: str) -> None:
    moment = datetime.datetime.fromisoformat(utc).replace(tzinfo=datetime.UTC)
    twice = lead(received_at=moment, answered_at=moment)
    (row,) = by_heading(table(exported(EXCEL_CSV, twice), ";"))
    assert row["Eingegangen"] == row["erste Antwort"] == written
    sheet = openpyxl.load_workbook(io.BytesIO(exported(XLSX, twice)))["Anfragen"]
    _, _, zone = written.partition(" (")
    for column in "BF":
        cell = sheet[f"{column}2"]
        assert cell.is_date
        assert cell.number_format == "dd.mm.yyyy\\ hh:mm" + (f'\\ "({zone}"' if zone else "")
        assert len(written) < sheet.column_dimensions[column].width, "Excel would show ####"


def test_raw_csv_is_what_is_stored() -> None:
    changes = {
        "status": LeadStatus.LOST,
        "lost_reason": LostReason.PRICE,
        "tag_rows": [Tag(tag="a")],
    }
    answers = {"phone": "+49 711", "start": "sofort"}
    data = exported(RAW_CSV, lead(answers=answers, **changes))
    assert data.startswith(b"number,received,status,")
    (row,) = by_heading(table(data, ","))
    assert row["received"] == "2026-11-23T12:00:00+00:00"
    assert (row["status"], row["lost_reason"], row["tags"]) == ("lost", "price", "a")
    assert (row["topic"], row["start"]) == ("kam-aufbauen", "sofort")
    assert row["phone"] == "+49 711"


def unguarded(text: str) -> str:
    """Undo guarded()."""
    is_guarded = text.startswith("'") and guarded(text[1:]) == text
    return text[1:] if is_guarded else text


@given(st.lists(READABLE, min_size=1, max_size=3))
@example(list(HOSTILE[:20]))
def test_any_text_comes_back_from_both_kinds_of_csv(texts: list[str]) -> None:
    leads = [lead(name=text, answers={"message": text}) for text in texts]
    raw = by_heading(table(exported(RAW_CSV, *leads), ","))
    assert [row["message"] for row in raw] == texts
    for_excel = table(exported(EXCEL_CSV, *leads), ";")
    assert [unguarded(row["Situation"]) for row in by_heading(for_excel)] == texts
    assert not any(cell.startswith(FORMULA_SIGNS) for row in for_excel for cell in row)


@given(READABLE | st.from_regex(r"'*[=+\-@|]?'*x?", fullmatch=True))
def test_the_guard_can_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(FORMULA_SIGNS)


@pytest.mark.parametrize(
    "text",
    [
        "0301234567", "10-15", "8:30", "03/2027", "1-2", "1/2", "1.5.", "1.5", "1,5", "1.000",
        "15 %", "50 €", "€ 50", "1E5", "Mai 2027", "1. Mai", "1. Mai 2027", "Jan-27", "März 27",
        "2026-11-23", "23.11.2026", "23.11.2026 8:30", "8:30 PM", "123456789012345", "12 ", "WAHR",
        "falsch", "0",
    ],
)  # fmt: skip
def test_csv_for_excel_guards_what_would_become_a_number_or_a_date(text: str) -> None:
    (row,) = by_heading(table(exported(EXCEL_CSV, lead(company=text)), ";"))
    assert row["Unternehmen"] == f"'{text}"
    assert unguarded(row["Unternehmen"]) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "1&1", "3M", "Mai", "Maier 2", "100 Mitarbeiter", "8:30 Uhr", "Montag, 8:30", "A-1",
        "ab 1.5.", "0171 1234567 (ab 17 Uhr)", "Wahrheit", "Mai oder Juni 2027", "E5",
    ],
)  # fmt: skip
def test_csv_for_excel_leaves_plain_texts_as_they_are(text: str) -> None:
    (row,) = by_heading(table(exported(EXCEL_CSV, lead(company=text)), ";"))
    assert row["Unternehmen"] == text


def test_moments_and_numbers_of_ours_are_not_guarded() -> None:
    answered = NOON + datetime.timedelta(minutes=70)
    (row,) = by_heading(table(exported(EXCEL_CSV, lead(answered_at=answered)), ";"))
    assert row["Minuten bis zur ersten Antwort"] == "70"
    assert row["erste Antwort"] == "23.11.2026 14:10"


def test_a_workbook_shows_texts_of_several_lines_whole() -> None:
    data = exported(XLSX, lead(company="a\nb", answers={"message": "lang " * 50}))
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Anfragen"]
    headings, row = sheet.iter_rows()
    wrapped = {
        heading.value: cell.alignment.wrap_text for heading, cell in zip(headings, row, strict=True)
    }
    assert wrapped["Situation"]
    assert wrapped["Unternehmen"]
    assert not wrapped["Nummer"]
    assert {cell.alignment.vertical for cell in row if cell.value} == {"top"}


def test_half_a_surrogate_pair_stops_no_export() -> None:
    for kind in KINDS.values():
        assert exported(kind, lead(name="a\ud800b"))


def test_each_kind_of_file_is_told_by_its_name() -> None:
    assert len({kind.suffix for kind in KINDS.values()}) == len(KINDS)
