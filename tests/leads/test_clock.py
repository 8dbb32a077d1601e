from __future__ import annotations

import datetime

import pytest

from website.infra.clock import in_digits, in_german, now


@pytest.mark.parametrize(
    ("utc", "told"),
    [
        ("2026-11-23T20:43:59", "Montag, 23. November 2026, 21:43 Uhr (MEZ)"),
        ("2026-07-01T22:00:00", "Donnerstag, 2. Juli 2026, 00:00 Uhr (MESZ)"),
        ("2026-03-29T00:59:00", "Sonntag, 29. März 2026, 01:59 Uhr (MEZ)"),
        ("2026-03-29T01:00:00", "Sonntag, 29. März 2026, 03:00 Uhr (MESZ)"),
        ("2026-10-25T00:30:00", "Sonntag, 25. Oktober 2026, 02:30 Uhr (MESZ)"),
        ("2026-10-25T01:30:00", "Sonntag, 25. Oktober 2026, 02:30 Uhr (MEZ)"),
    ],
)
def test_a_moment_is_told_in_german_time_with_its_zone(utc: str, told: str) -> None:
    assert in_german(datetime.datetime.fromisoformat(utc).replace(tzinfo=datetime.UTC)) == told


@pytest.mark.parametrize(
    ("utc", "told"),
    [
        ("2026-10-24T23:59:00", "25.10.2026, 01:59"),
        ("2026-10-25T00:00:00", "25.10.2026, 02:00 (MESZ)"),
        ("2026-10-25T00:50:00", "25.10.2026, 02:50 (MESZ)"),
        ("2026-10-25T01:10:00", "25.10.2026, 02:10 (MEZ)"),
        ("2026-10-25T02:00:00", "25.10.2026, 03:00"),
        ("2027-03-28T00:59:59", "28.03.2027, 01:59"),
        ("2027-03-28T01:00:00", "28.03.2027, 03:00"),
        ("2026-12-31T23:00:00", "01.01.2027, 00:00"),
    ],
)
def test_digits_tell_the_zone_in_the_hour_that_comes_twice(utc: str, told: str) -> None:
    assert in_digits(datetime.datetime.fromisoformat(utc).replace(tzinfo=datetime.UTC)) == told


def test_the_present_has_a_zone() -> None:
    assert now().tzinfo is datetime.UTC
