"""What the pictures of the figures show, say and survive."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from support.site import ROOT
from website.inbox import chart_svg, charts
from website.infra.german import DAY, HOUR, MINUTE, duration, number, share
from website.leads.labels import LOST_REASON
from website.leads.models import LostReason
from website.leads.statistics import Funnel, Month, Responses, Sources, Week

MONDAY = datetime.date(2026, 9, 7)
ARTICLE = "/artikel/der-richtige-umgang-mit-schwierigen-kunden/"
TITLES = {ARTICLE: "Der richtige Umgang mit schwierigen Kunden"}
COMPONENT: Any = (
    Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    .get_template("inbox/components/chart.html")
    .module
)
NO_LEADS = Funnel(0, 0, 0, 0, 0, ())
NO_ANSWER = Responses(None, None, 0, 0)
COUNTS = st.integers(0, 10_000)
TIMES = st.timedeltas(datetime.timedelta(), datetime.timedelta(days=2000))


def weeks(*counts: int) -> list[Week]:
    last = len(counts) - 1
    return [
        Week(MONDAY + datetime.timedelta(weeks=at), count, is_over=at < last)
        for at, count in enumerate(counts)
    ]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def drawn(chart: charts.Chart) -> ET.Element:
    """Read a drawing strictly: what is not escaped does not pass."""
    assert chart.drawing is not None
    return ET.fromstring(str(chart.drawing))  # noqa: S314 - our own


def marks(chart: charts.Chart) -> list[ET.Element]:
    return [each for each in drawn(chart).iter() if each.tag in {"rect", "circle"}]


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (0 * MINUTE, "unter 1 Min."),
        (45 * MINUTE, "45 Min."),
        (59.6 * MINUTE, "1 Std."),
        (2.25 * HOUR, "2 Std. 15 Min."),
        (23.999 * HOUR, "1 Tag"),
        (1.5 * DAY, "1,5 Tage"),
        (2.04 * DAY, "2 Tage"),
        (1234.5 * DAY, "1.234,5 Tage"),
    ],
)
def test_durations_are_told_in_german(time: datetime.timedelta, told: str) -> None:
    assert plain(duration(time)) == told


def test_numbers_and_shares_are_told_in_german() -> None:
    assert number(12345) == "12.345"
    assert number(2.5) == "2,5"
    assert plain(share(1, 3)) == "33 %"
    assert plain(share(1, 8)) == "13 %"
    assert plain(share(1, 1000)) == "<1 %"
    assert plain(share(0, 0)) == "0 %"


def test_nothing_is_said_in_words() -> None:
    for chart in (
        charts.weekly(weeks(0, 0)),
        charts.topics((), {}),
        charts.sources(Sources((), 0, 0), TITLES),
        charts.funnel(NO_LEADS),
        charts.lost(NO_LEADS, LOST_REASON),
        charts.responses([Month(MONDAY, NO_ANSWER)]),
    ):
        assert "kein" in chart.finding
        assert chart.drawing is None
        assert chart.rows == ()


def test_weeks_have_a_bar_each_and_empty_ones_a_row_all_the_same() -> None:
    chart = charts.weekly(weeks(2, 0, 4, 1))
    bars = marks(chart)
    heights = [float(bar.attrib["height"].rstrip("%")) for bar in bars]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.02)
    assert [bar.get("data-variant") for bar in bars] == [None, None, "open"]
    assert [row.cells for row in chart.rows] == [("1",), ("4",), ("0",), ("2",)]
    assert plain(chart.finding) == (
        "7 Anfragen in 4 Wochen, im Mittel 2 je abgeschlossener Woche. "
        "Die meisten (4) kamen in der Woche ab dem 21.09.2026."
    )


def test_a_best_week_is_not_named_where_there_are_two() -> None:
    assert "In keiner Woche waren es mehr als 3." in charts.weekly(weeks(3, 3, 0)).finding


def test_pages_are_told_by_their_titles_and_others_by_their_paths() -> None:
    chart = charts.sources(Sources(((ARTICLE, 6), ("/fremd/", 2)), 1, 1), TITLES)
    assert [(row.label, row.is_code) for row in chart.rows] == [
        (TITLES[ARTICLE], False),
        ("/fremd/", True),
        ("Weitere Seiten", False),
        (charts.UNTOLD, False),
    ]
    assert plain(chart.finding) == (
        f"Die meisten Anfragen kamen über „{TITLES[ARTICLE]}“: 6 von 10 (60 %)."
    )


def test_a_topic_that_is_no_longer_asked_is_still_told() -> None:
    chart = charts.topics((("früher", 2), ("", 1)), {"schulung": "Schulung"})
    assert [row.label for row in chart.rows] == ["früher", "Kein Thema gewählt"]


def test_the_longest_bar_is_as_long_as_there_is_room_and_the_others_in_proportion() -> None:
    rows = charts.topics((("a", 8), ("b", 2)), {}).rows
    widths = [re.findall(r'width="([^"]+)"', row.bar or "") for row in rows]
    assert widths == [["100%"], ["25%"]]


def test_the_funnel_is_measured_by_what_was_received() -> None:
    counts = Funnel(10, 8, 5, 3, 1, ((LostReason.PRICE, 3), (None, 1)))
    chart = charts.funnel(counts)
    assert [plain(row.cells[1]) for row in chart.rows] == ["100 %", "80 %", "50 %", "30 %", "10 %"]
    assert plain(chart.finding) == (
        "Von 10 Anfragen sind 8 (80 %) beantwortet, 1 (10 %) gewonnen und 4 (40 %) verloren."
    )
    reasons = charts.lost(counts, LOST_REASON)
    assert [row.label for row in reasons.rows] == ["Preis", "Ohne Angabe"]
    assert "„Preis“: 3 von 4" in plain(reasons.finding)


def test_responses_tell_how_many_the_figure_leaves_out() -> None:
    months = [
        Month(datetime.date(2026, 9, 1), Responses(HOUR, 1.5 * DAY, 9, 0)),
        Month(datetime.date(2026, 10, 1), NO_ANSWER),
        Month(datetime.date(2026, 11, 1), Responses(2.25 * HOUR, 2 * DAY, 5, 2)),
    ]
    chart = charts.responses(months)
    assert plain(chart.finding) == (
        "Im November kam die erste Antwort in der Hälfte der Fälle in höchstens 2 Std. 15 Min., "
        "in neun von zehn Fällen in höchstens 2 Tagen. "
        "2 Anfragen fehlen darin, weil sie noch ohne Antwort sind."
    )
    assert [row.cells[0] for row in chart.rows][1] == "–"
    assert len(marks(chart)) == 4
    assert all("Oktober" not in (title.text or "") for title in drawn(chart).iter("title"))


def test_unanswered_requests_alone_still_have_their_table() -> None:
    chart = charts.responses([Month(MONDAY, Responses(None, None, 0, 3))])
    assert chart.drawing is None
    assert chart.rows[0].cells == ("–", "–", "0", "3")


@given(st.lists(COUNTS, min_size=1, max_size=54))
def test_bars_stay_within_the_drawing(counts: list[int]) -> None:
    chart = charts.weekly(weeks(*counts))
    if not any(counts):
        return
    for bar in marks(chart):
        x, y, wide, high = (float(bar.attrib[name][:-1]) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= 100.1
        assert chart_svg.TOP - 0.1 <= y <= y + high <= chart_svg.BOTTOM + 0.1


@example([(365 * DAY, 365 * DAY)])
@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=13))
def test_dots_stay_within_the_drawing_however_long_it_took(
    times: list[tuple[datetime.timedelta, datetime.timedelta]],
) -> None:
    months = [Month(MONDAY, Responses(min(pair), max(pair), 1, 0)) for pair in times]
    for dot in marks(charts.responses(months)):
        assert 0 <= float(dot.attrib["cx"][:-1]) <= 100
        assert chart_svg.TOP - 0.1 <= float(dot.attrib["cy"][:-1]) <= chart_svg.BOTTOM + 0.1


@given(st.text(min_size=1), COUNTS.filter(bool))
def test_what_visitors_send_never_becomes_markup(path: str, count: int) -> None:
    harmless = tags(charts.sources(Sources((("/", count),), 0, 0), {}))
    for hostile in (path, f'"><script>{path}', f"{{{{{path}}}}}</svg><img src=x>"):
        chart = charts.sources(Sources(((hostile, count),), 0, 0), {})
        assert tags(chart) == harmless


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))


def tags(chart: charts.Chart) -> list[tuple[str, list[str]]]:
    """List the elements, with their attributes, as which the page shows a chart."""
    parser = _Tags()
    parser.feed(COMPONENT.chart(chart))
    return parser.found


@pytest.mark.parametrize("chart", [charts.weekly(weeks(1, 2)), charts.topics((("a", 1),), {})])
def test_pictures_have_no_style_of_their_own_and_a_name(chart: charts.Chart) -> None:
    text = str(chart.drawing or "") + "".join(str(row.bar) for row in chart.rows if row.bar)
    assert "style" not in text
    assert "aria-labelledby=" in text or "aria-hidden=" in text
