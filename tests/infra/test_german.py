"""Numbers, days and durations as German readers write them."""

from __future__ import annotations

import datetime

import pytest

from website.infra import german


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "unter 1 Min."),
        (0, "unter 1 Min."),
        (59, "unter 1 Min."),
        (60, "1 Min."),
        (3599, "59 Min."),
        (3600, "1 Std."),
        (48 * 3600, "2 Tage"),
    ],
)
def test_no_rough_duration_says_zero(seconds: int, told: str) -> None:
    assert german.rough_duration(datetime.timedelta(seconds=seconds)) == told
