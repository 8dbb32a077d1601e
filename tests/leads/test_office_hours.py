from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.infra.clock import GERMANY
from website.leads.office_hours import before

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
    """Add up the hours from Monday to Friday, 9 to 17 o'clock, day by day."""
    day, total = first.astimezone(GERMANY).date(), 0.0
    while day <= last.astimezone(GERMANY).date():
        opens = max(first, datetime.datetime.combine(day, datetime.time(9), GERMANY))
        closes = min(last, datetime.datetime.combine(day, datetime.time(17), GERMANY))
        if day.isoweekday() < 6 and opens < closes:
            total += (closes - opens).total_seconds() / 3600
        day += datetime.timedelta(days=1)
    return total


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
        ("2026-12-25 17:00", 8, "2026-12-25 09:00"),  # holidays count
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
