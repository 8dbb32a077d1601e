"""What the pictures of the last days show and say."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.charts import Chart, places
from website.infra.german import DAY, HOUR, MINUTE
from website.ops.monitoring.health_history import HealthDay

FIRST = datetime.date(2026, 11, 1)
TIMES = st.none() | st.timedeltas(datetime.timedelta(), datetime.timedelta(days=900))
COUNTS = st.integers(0, 10_000)


def days(*told: dict[str, Any]) -> list[HealthDay]:
    """Make days of what is known of each; the last is not over."""
    usual: dict[str, Any] = {"received": 0, "quarantined": 0}
    return [
        HealthDay(date=FIRST + at * DAY, is_over=at < len(told) - 1, **usual | each)
        for at, each in enumerate(told)
    ]


def charts(seen: list[HealthDay]) -> list[Chart]:
    names = ("requests", "waiting", "responses", "quarantine", "disk")
    return [Chart("daily", name, seen) for name in names]


def test_of_nothing_there_is_no_picture_but_a_sentence() -> None:
    for chart in charts(days({}, {}, {})):
        assert chart.drawing is None
        assert chart.rows == []
        assert "keine" in chart.finding or "Noch ist nichts gemessen" in chart.finding


def test_requests_are_counted_without_quarantine_and_today_is_outlined() -> None:
    seen = days({"received": 5, "quarantined": 1}, {}, {"received": 1})
    chart = Chart("daily", "requests", seen)
    assert chart.finding == "5 Anfragen in 3 Tagen, am meisten (4) am 01.11.2026."
    assert [bar.get("data-variant") for bar in chart.marks] == [None, "open"]
    assert chart.rows == [("03.11.2026 (bis jetzt)", "1"), ("02.11.2026", "0"), ("01.11.2026", "4")]


def test_a_day_without_a_waiting_delivery_is_told_from_one_that_nobody_saw() -> None:
    seen = days({}, {"has_samples": True}, {"has_samples": True, "oldest": 90 * MINUTE})
    chart = Chart("daily", "waiting", seen)
    assert [row[1] for row in chart.rows] == ["1 Std. 30 Min.", "keine wartete", "–"]
    assert len(chart.marks) == 1
    assert chart.finding == "Am längsten wartete eine Nachricht 1 Std. 30 Min."


def test_the_last_known_responses_are_told() -> None:
    seen = days({"median": 2 * HOUR, "tail": 2 * DAY, "has_samples": True}, {})
    finding = Chart("daily", "responses", seen).finding
    assert "Am 01.11.2026" in finding
    assert finding.endswith("höchstens 2 Std., in neun von zehn Fällen bei höchstens 2 Tagen.")


def test_an_answer_within_a_minute_is_told_in_a_sentence() -> None:
    seen = days({"median": MINUTE / 3, "tail": MINUTE / 2, "has_samples": True})
    finding = Chart("daily", "responses", seen).finding
    assert finding.endswith("höchstens 1 Min., in neun von zehn Fällen bei höchstens 1 Min.")


def test_what_nobody_measured_is_not_said_to_be_unanswered() -> None:
    assert "nichts gemessen" in Chart("daily", "responses", days({"received": 5}, {})).finding
    seen = days({"received": 5, "has_samples": True}, {})
    assert Chart("daily", "responses", seen).finding.startswith("Bei keiner Messung")


def test_the_share_in_quarantine_is_of_all_that_came() -> None:
    chart = Chart("daily", "quarantine", days({"received": 4, "quarantined": 1}, {"received": 4}))
    assert chart.finding == "In Quarantäne ist 1 von 8 eingegangenen Anfragen (13 %)."
    assert chart.rows[1][1:] == ("1", "4", "25 %")


def test_the_disk_is_told_as_it_was_last_and_at_its_worst() -> None:
    chart = Chart("daily", "disk", days({"disk_free": 0.25}, {}, {"disk_free": 0.5}))
    assert chart.finding == "Zuletzt waren 50 % frei, am wenigsten 25 %."
    assert len(chart.marks) == 2


@given(st.lists(st.tuples(COUNTS, COUNTS, TIMES, st.floats(0, 1)), min_size=1, max_size=30))
def test_marks_stay_within_the_drawing_whatever_was_seen(
    seen: list[tuple[int, int, datetime.timedelta | None, float]],
) -> None:
    told = days(
        *(
            {
                "received": max(one, two),
                "quarantined": min(one, two),
                "oldest": time,
                "median": time,
                "tail": time,
                "disk_free": free,
            }
            for one, two, time, free in seen
        )
    )
    top, bottom = 7.9, 88.1
    for mark in (mark for chart in charts(told) for mark in chart.marks):
        place = places(mark)
        if mark.tag == "circle":
            assert 0 <= place["cx"] <= 100
            assert top <= place["cy"] <= bottom
        else:
            assert 0 <= place["x"] <= place["x"] + place["width"] <= 100.1
            assert top <= place["y"] <= place["y"] + place["height"] <= bottom


@pytest.mark.parametrize(
    "chart",
    charts(
        days(
            {
                "received": 2,
                "quarantined": 1,
                "oldest": HOUR,
                "median": HOUR,
                "tail": HOUR,
                "disk_free": 0.5,
                "has_samples": True,
            }
        )
    ),
)
def test_every_picture_has_a_name_a_sentence_and_its_table(chart: Chart) -> None:
    assert chart.drawing is not None
    name = chart.drawing.get("aria-labelledby")
    assert chart.element.get("aria-labelledby") == name
    assert chart.element.cssselect(f"h3#{name}")
    assert "style" not in chart.source
    assert chart.finding.endswith((".", ")."))
    assert len(chart.rows) == 1
    assert len(chart.rows[0]) == len(chart.headings)
