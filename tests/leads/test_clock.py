from __future__ import annotations

import datetime

import pytest

from website.infra.clock import in_german, now


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


def test_the_present_has_a_zone() -> None:
    assert now().tzinfo is datetime.UTC
