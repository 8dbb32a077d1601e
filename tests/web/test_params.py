"""Parameters are read within bounds, and whatever is sent, nothing raises."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.leads.models import LeadStatus
from website.web import params

DIGITS = st.text(st.characters(categories=["Nd", "No", "Nl", "Cc", "Pd"]), max_size=24)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("0042", 42),
        ("2147483647", 2147483647),
        ("2147483648", None),
        ("0", None),
        ("", None),
        ("-1", None),
        (" 1", None),
        ("²", None),
        ("٣", None),
        ("9" * 20, None),
    ],
)
def test_a_number_is_one_that_a_database_takes(text: str, number: int | None) -> None:
    assert params.number(text) == number


@given(st.one_of(st.text(), DIGITS))
def test_nothing_raises(text: str) -> None:
    number = params.number(text)
    assert number is None or 1 <= number <= params.LARGEST_ID
    assert params.page(text) >= 1
    params.day(text)
    params.member(LeadStatus, text)
    assert "\x00" not in params.line(text)
    assert len(params.references([text])) == 1


@given(st.dates())
def test_a_day_can_be_moved_and_taken_to_another_time_zone(day: datetime.date) -> None:
    for text in (day.isoformat(), f"{day.day}.{day.month}.{day.year:04}"):
        found = params.day(text)
        assert found == (day if day.year in params.YEARS else None)


def test_an_enumerations_own_attributes_are_no_members() -> None:
    assert params.member(LeadStatus, "new") is LeadStatus.NEW
    assert params.member(LeadStatus, "__class__") is None


def test_a_reference_is_found_however_it_is_typed() -> None:
    assert params.references(["b7km 29qx", "B7KM-29QX", "x"]) == ["B7KM-29QX", ""]
