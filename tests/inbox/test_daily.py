"""What the pictures of the last days show and say."""

from __future__ import annotations

import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.inbox import chart_svg, daily
from website.inbox.charts import Chart
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


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def marks(chart: Chart) -> list[ET.Element]:
    if chart.drawing is None:
        return []
    parsed = ET.fromstring(str(chart.drawing))  # noqa: S314 - our own
    return [each for each in parsed.iter() if each.tag in {"rect", "circle"}]


def test_of_nothing_there_is_no_picture_but_a_sentence() -> None:
    for chart in daily.pictures(days({}, {}, {})):
        assert chart.drawing is None
        assert chart.rows == ()
        assert "keine" in chart.finding or "Noch ist nichts gemessen" in chart.finding


def test_requests_are_counted_without_quarantine_and_today_is_outlined() -> None:
    chart = daily.requests(days({"received": 5, "quarantined": 1}, {}, {"received": 1}))
    assert plain(chart.finding) == "5 Anfragen in 3 Tagen, am meisten (4) am 01.11.2026."
    assert [bar.get("data-variant") for bar in marks(chart)] == [None, "open"]
    assert [(row.label, row.cells) for row in chart.rows] == [
        ("03.11.2026 (bis jetzt)", ("1",)),
        ("02.11.2026", ("0",)),
        ("01.11.2026", ("4",)),
    ]


def test_a_day_without_a_waiting_delivery_is_told_from_one_that_nobody_saw() -> None:
    chart = daily.waiting(
        days({}, {"has_samples": True}, {"has_samples": True, "oldest": 90 * MINUTE})
    )
    assert [plain(row.cells[0]) for row in chart.rows] == ["1 Std. 30 Min.", "keine wartete", "–"]
    assert len(marks(chart)) == 1
    assert plain(chart.finding) == "Am längsten wartete eine Nachricht 1 Std. 30 Min."


def test_the_last_known_responses_are_told() -> None:
    chart = daily.responses(days({"median": 2 * HOUR, "tail": 2 * DAY, "has_samples": True}, {}))
    assert "Am 01.11.2026" in chart.finding
    assert plain(chart.finding).endswith(
        "höchstens 2 Std., in neun von zehn Fällen bei höchstens 2 Tagen."
    )


def test_the_share_in_quarantine_is_of_all_that_came() -> None:
    chart = daily.quarantine(days({"received": 4, "quarantined": 1}, {"received": 4}))
    assert plain(chart.finding) == "In Quarantäne ist 1 von 8 eingegangenen Anfragen (13 %)."
    assert [tuple(map(plain, row.cells)) for row in chart.rows][1] == ("1", "4", "25 %")


def test_the_disk_is_told_as_it_was_last_and_at_its_worst() -> None:
    chart = daily.disk(days({"disk_free": 0.25}, {}, {"disk_free": 0.5}))
    assert plain(chart.finding) == "Zuletzt waren 50 % frei, am wenigsten 25 %."
    assert len(marks(chart)) == 2


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
    top, bottom = chart_svg.TOP - 0.1, chart_svg.BOTTOM + 0.1
    for chart in daily.pictures(told):
        for mark in marks(chart):
            place = {
                name: float(value.rstrip("%"))
                for name, value in mark.attrib.items()
                if value.endswith("%")
            }
            if mark.tag == "circle":
                assert 0 <= place["cx"] <= 100
                assert top <= place["cy"] <= bottom
            else:
                assert 0 <= place["x"] <= place["x"] + place["width"] <= 100.1
                assert top <= place["y"] <= place["y"] + place["height"] <= bottom


@pytest.mark.parametrize(
    "chart",
    daily.pictures(
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
    assert f'aria-labelledby="{chart.name}-titel"' in str(chart.drawing)
    assert "style" not in str(chart.drawing)
    assert chart.finding.endswith((".", ")."))
    assert len(chart.rows) == 1
    assert len(chart.rows[0].cells) + 1 == len(chart.columns)
