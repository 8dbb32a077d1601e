"""A time on a wall clock in Germany is a moment."""

from __future__ import annotations

import datetime

import pytest

from website.editorial import publications
from website.exceptions import AuthoringError

NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        ("2026-03-28", "08:00", "2026-03-28T07:00"),
        ("2026-03-29", "01:59", "2026-03-29T00:59"),
        ("2026-03-29", "03:00", "2026-03-29T01:00"),
        ("2026-03-30", "08:00", "2026-03-30T06:00"),
        ("2026-10-25", "02:30", "2026-10-25T00:30"),
        ("2026-10-25", "03:00", "2026-10-25T02:00"),
        ("2026-10-26", "08:00", "2026-10-26T07:00"),
    ],
)
def test_clocks_show_that_time(day: str, time: str, expected: str) -> None:
    found = publications.due_moment(
        datetime.date.fromisoformat(day), datetime.time.fromisoformat(time), NOW
    )
    assert found == datetime.datetime.fromisoformat(expected).replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("day", "time", "message"),
    [
        ("2026-03-29", "02:30", "02:30 Uhr gibt es am 29.03.2026 nicht"),
        ("2026-03-01", "00:59", "schon vorbei"),
        ("2027-03-03", "12:00", "mehr als ein Jahr"),
    ],
)
def test_no_time_that_never_comes(day: str, time: str, message: str) -> None:
    on, at = datetime.date.fromisoformat(day), datetime.time.fromisoformat(time)
    with pytest.raises(AuthoringError, match=message):
        publications.due_moment(on, at, NOW)
