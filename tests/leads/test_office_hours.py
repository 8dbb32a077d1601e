from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.infra.clock import GERMANY
from website.leads.office_hours import before, is_working_day

SECOND = datetime.timedelta(seconds=1)
MOMENTS = st.datetimes(
    datetime.datetime.fromisoformat("2020-01-01"),
    datetime.datetime.fromisoformat("2035-01-01"),
    timezones=st.just(datetime.UTC),
)
HOURS = st.integers(0, 8 * 60 * 60 * 40).map(lambda seconds: seconds / 3600)


def german(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=GERMANY)


def counted_by_hand(first: datetime.datetime, last: datetime.datetime) -> float:
    """Add up the hours of working days, 9 to 17 o'clock, day by day."""
    day, total = first.astimezone(GERMANY).date(), 0.0
    while day <= last.astimezone(GERMANY).date():
        opens = max(first, datetime.datetime.combine(day, datetime.time(9), GERMANY))
        closes = min(last, datetime.datetime.combine(day, datetime.time(17), GERMANY))
        if is_working_day(day) and opens < closes:
            total += (closes - opens).total_seconds() / 3600
        day += datetime.timedelta(days=1)
    return total


def days(*texts: str) -> set[datetime.date]:
    return {datetime.date.fromisoformat(text) for text in texts}


def test_holidays_of_all_of_germany_are_no_working_days() -> None:
    year = {datetime.date(2027, 1, 1) + datetime.timedelta(days=count) for count in range(365)}
    off = {day for day in year if day.isoweekday() < 6 and not is_working_day(day)}
    assert off == days(
        "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-06", "2027-05-17"
    )  # the 1st of May, the 3rd of October, and Christmas are on a weekend
    christmas = days("2026-12-25", "2029-10-03", "2026-05-01", "2029-12-26")
    assert not any(map(is_working_day, christmas))
    others = days("2026-12-24", "2026-12-31", "2027-01-06", "2025-10-31", "2027-05-27")
    assert all(map(is_working_day, others)), "in some states only, or nowhere"


@pytest.mark.parametrize(
    "monday",
    ["2000-04-24", "2019-04-22", "2024-04-01", "2038-04-26", "2049-04-19", "2076-04-20"],
)
def test_easter_is_where_calendars_have_it(monday: str) -> None:
    (day,) = days(monday)
    assert not is_working_day(day)
    assert is_working_day(day + datetime.timedelta(days=1))
    assert not is_working_day(day - datetime.timedelta(days=3))


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        ("2026-11-23 15:00", 4, "2026-11-23 11:00"),
        ("2026-11-23 11:00", 4, "2026-11-20 15:00"),
        ("2026-11-22 11:00", 4, "2026-11-20 13:00"),
        ("2026-11-23 13:00", 4, "2026-11-23 09:00"),  # as long as one of Friday evening
        ("2026-11-22 11:00", 0, "2026-11-22 11:00"),
        ("2026-11-23 23:00", 8, "2026-11-23 09:00"),
        ("2026-11-30 09:00", 80, "2026-11-16 09:00"),
        ("2026-03-30 10:00", 2, "2026-03-27 16:00"),  # clocks have gone forward
        ("2026-10-26 10:00", 2, "2026-10-23 16:00"),  # and back
        ("2026-12-28 10:00", 4, "2026-12-24 14:00"),  # after Christmas, on a Friday, and a weekend
        ("2026-04-07 10:00", 2, "2026-04-02 16:00"),  # after Easter
        ("2027-01-01 12:00", 0, "2027-01-01 12:00"),
    ],
)
def test_what_came_in_by_then_has_waited_that_long(
    moment: str, hours: float, expected: str
) -> None:
    assert before(german(moment), hours) == german(expected)


@given(MOMENTS, HOURS)
def test_before_gives_the_last_moment_that_is_so_long_ago(
    moment: datetime.datetime, hours: float
) -> None:
    found = before(moment, hours)
    assert found <= moment
    assert counted_by_hand(found, moment) == pytest.approx(hours, abs=1e-6)
    if hours:
        assert counted_by_hand(found + SECOND, moment) < hours


@given(MOMENTS, st.lists(HOURS, min_size=2, max_size=2).map(sorted))
def test_longer_ago_is_earlier(moment: datetime.datetime, hours: list[float]) -> None:
    assert before(moment, hours[1]) <= before(moment, hours[0])
