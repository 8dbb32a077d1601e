"""What the pictures of the figures show, say and survive."""

from __future__ import annotations

import datetime
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.charts import Chart, places
from support.questionnaire import QUESTIONNAIRE
from website.inbox.figures import Bar, named_reasons, named_sources, named_topics
from website.infra.german import DAY, HOUR, MINUTE, duration, number, share
from website.leads.models import LostReason
from website.leads.statistics import Funnel, Month, Responses, Sources, Week

MONDAY = datetime.date(2026, 9, 7)
ARTICLE = "/artikel/der-richtige-umgang-mit-schwierigen-kunden/"
TITLES = {ARTICLE: "Der richtige Umgang mit schwierigen Kunden"}
LIST = "/anfragen/?"
NO_LEADS = Funnel(0, 0, 0, 0, 0, ())
NO_ANSWER = Responses(None, None, 0, 0)
COUNTS = st.integers(0, 10_000)
TOP, BOTTOM = 7.9, 88.1
TIMES = st.timedeltas(datetime.timedelta(), datetime.timedelta(days=2000))


def weeks(*counts: int) -> list[Week]:
    last = len(counts) - 1
    return [
        Week(MONDAY + datetime.timedelta(weeks=at), count, is_over=at < last)
        for at, count in enumerate(counts)
    ]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def weekly(found: list[Week]) -> Chart:
    return Chart("figures", "weekly", found, LIST)


def topics(*counts: Bar) -> Chart:
    return Chart("figures", "topics", list(counts), LIST)


def sources(found: Sources) -> Chart:
    return Chart(
        "figures", "sources", named_sources(found, TITLES), found.others, found.unknown, LIST
    )


def funnel(found: Funnel) -> Chart:
    return Chart("figures", "funnel", found, LIST)


def lost(found: Funnel) -> Chart:
    return Chart("figures", "lost", named_reasons(found), LIST)


def responses(months: list[Month]) -> Chart:
    return Chart("figures", "responses", months)


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
        weekly(weeks(0, 0)),
        topics(),
        sources(Sources((), 0, 0)),
        funnel(NO_LEADS),
        lost(NO_LEADS),
        responses([Month(MONDAY, NO_ANSWER)]),
    ):
        assert "kein" in chart.finding
        assert chart.drawing is None
        assert chart.rows == []


def test_weeks_have_a_bar_each_and_empty_ones_a_row_all_the_same() -> None:
    chart = weekly(weeks(2, 0, 4, 1))
    heights = [places(bar)["height"] for bar in chart.marks]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.02)
    assert [bar.get("data-variant") for bar in chart.marks] == [None, None, "open"]
    assert chart.rows == [
        ("28.09.2026 (läuft noch)", "1"),
        ("21.09.2026", "4"),
        ("14.09.2026", "0"),
        ("07.09.2026", "2"),
    ]
    assert chart.finding == (
        "7 Anfragen in 4 Wochen, im Mittel 2 je abgeschlossener Woche. "
        "Die meisten (4) kamen in der Woche ab dem 21.09.2026."
    )


def test_a_week_leads_to_its_own_requests_alone() -> None:
    (link, *_) = weekly(weeks(2, 1)).element.cssselect("td a")
    assert link.get("href") == f"{LIST}von=2026-09-14&bis=2026-09-20"


def test_a_best_week_is_not_named_where_there_are_two() -> None:
    assert "In keiner Woche waren es mehr als 3." in weekly(weeks(3, 3, 0)).finding


def test_weeks_that_make_no_average_are_only_counted() -> None:
    assert weekly(weeks(3, 1)).finding == "4 Anfragen in 2 Wochen."


def test_pages_are_told_by_their_titles_and_others_by_their_paths() -> None:
    chart = sources(Sources(((ARTICLE, 6), ("/fremd/", 2)), 1, 1))
    assert [row[0] for row in chart.rows] == [
        TITLES[ARTICLE],
        "/fremd/",
        "Weitere Seiten",
        "Seite nicht bekannt",
    ]
    assert [path.text_content() for path in chart.element.cssselect(".plot__path")] == ["/fremd/"]
    assert chart.finding == f"Die meisten Anfragen kamen über „{TITLES[ARTICLE]}“: 6 von 10 (60 %)."


def test_two_pages_that_brought_most_are_not_named() -> None:
    chart = sources(Sources((("/a/", 2), ("/b/", 2)), 0, 0))
    assert chart.finding == "Mehrere Seiten brachten gleich viele Anfragen: je 2 von 4."
    assert "nicht bekannt" not in chart.source
    unknown = sources(Sources((), 0, 3))
    assert unknown.finding == "Bei keiner Anfrage ist bekannt, von welcher Seite sie kam."


@pytest.mark.parametrize(
    ("counts", "finding"),
    [
        ((3, 1), "Die meisten Anfragen gelten dem Thema „T0“: 3 von 4 (75 %)."),
        ((2, 2), "Am häufigsten sind „T0“ und „T1“, mit je 2 Anfragen von 4."),
        ((1, 1, 1), "Am häufigsten sind „T0“ und „T1“ sowie weitere, mit je 1 Anfrage von 3."),
    ],
)
def test_the_commonest_topics_are_named(counts: tuple[int, ...], finding: str) -> None:
    named = [{"label": f"T{at}", "count": count} for at, count in enumerate(counts)]
    assert topics(*named).finding == finding


def test_a_topic_that_is_no_longer_asked_is_still_told() -> None:
    named = named_topics((("früher", 2), ("", 1)), QUESTIONNAIRE.question("topic"))
    assert [row[0] for row in topics(*named).rows] == ["früher", "Kein Thema gewählt"]


def test_the_longest_bar_is_as_long_as_there_is_room_and_the_others_in_proportion() -> None:
    chart = topics({"label": "a", "count": 8}, {"label": "b", "count": 2})
    bars = chart.element.cssselect(".plot__bar rect")
    assert [bar.get("width") for bar in bars] == ["100.0%", "25.0%"]


def test_the_funnel_is_measured_by_what_was_received() -> None:
    counts = Funnel(10, 8, 5, 3, 1, ((LostReason.PRICE, 3), (None, 1)))
    chart = funnel(counts)
    assert [row[2] for row in chart.rows] == ["100 %", "80 %", "50 %", "30 %", "10 %"]
    assert chart.finding == (
        "Von 10 Anfragen sind 8 (80 %) beantwortet, 1 (10 %) gewonnen und 4 (40 %) verloren."
    )
    reasons = lost(counts)
    assert [row[0] for row in reasons.rows] == ["Preis", "Ohne Angabe"]
    assert "„Preis“: 3 von 4" in reasons.finding


def test_a_reason_is_not_named_where_two_are_given_most() -> None:
    counts = Funnel(4, 0, 0, 0, 0, ((LostReason.PRICE, 2), (None, 2)))
    assert lost(counts).finding == ("Kein Grund sticht heraus: Die häufigsten kommen je 2-mal vor.")


def test_responses_tell_how_many_the_figure_leaves_out() -> None:
    months = [
        Month(datetime.date(2026, 9, 1), Responses(HOUR, 1.5 * DAY, 9, 0)),
        Month(datetime.date(2026, 10, 1), NO_ANSWER),
        Month(datetime.date(2026, 11, 1), Responses(2.25 * HOUR, 2 * DAY, 5, 2)),
    ]
    chart = responses(months)
    assert chart.finding == (
        "Im November kam die erste Antwort in der Hälfte der Fälle in höchstens 2 Std. 15 Min., "
        "in neun von zehn Fällen in höchstens 2 Tagen. "
        "2 Anfragen fehlen darin, weil sie noch ohne Antwort sind."
    )
    assert [row[1] for row in chart.rows] == ["2 Std. 15 Min.", "–", "1 Std."]
    assert len(chart.marks) == 4
    assert chart.drawing is not None
    assert all("Oktober" not in (title.text or "") for title in chart.drawing.iter("title"))


def test_unanswered_requests_alone_still_have_their_table() -> None:
    chart = responses([Month(MONDAY, Responses(None, None, 0, 3))])
    assert chart.drawing is None
    assert chart.rows[0][1:] == ("–", "–", "0", "3")


@given(st.lists(COUNTS, min_size=1, max_size=54))
def test_bars_stay_within_the_drawing(counts: list[int]) -> None:
    for place in map(places, weekly(weeks(*counts)).marks):
        assert 0 <= place["x"] <= place["x"] + place["width"] <= 100.1
        assert TOP <= place["y"] <= place["y"] + place["height"] <= BOTTOM


@example([(365 * DAY, 365 * DAY)])
@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=13))
def test_dots_stay_within_the_drawing_however_long_it_took(
    times: list[tuple[datetime.timedelta, datetime.timedelta]],
) -> None:
    months = [Month(MONDAY, Responses(min(pair), max(pair), 1, 0)) for pair in times]
    for place in map(places, responses(months).marks):
        assert 0 <= place["cx"] <= 100
        assert TOP <= place["cy"] <= BOTTOM


@given(st.text(min_size=1), COUNTS.filter(bool))
def test_what_visitors_send_never_becomes_markup(path: str, count: int) -> None:
    harmless = tags(sources(Sources((("/", count),), 0, 0)))
    for hostile in (path, f'"><script>{path}', f"{{{{{path}}}}}</svg><img src=x>"):
        assert tags(sources(Sources(((hostile, count),), 0, 0))) == harmless


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))


def tags(chart: Chart) -> list[tuple[str, list[str]]]:
    """List the elements, with their attributes, as which the page shows a chart."""
    parser = _Tags()
    parser.feed(chart.source)
    return parser.found


@pytest.mark.parametrize("chart", [weekly(weeks(1, 2)), topics({"label": "a", "count": 1})])
def test_pictures_have_no_style_of_their_own_and_a_name(chart: Chart) -> None:
    assert "style" not in chart.source
    for drawing in chart.element.cssselect("svg"):
        assert drawing.get("aria-labelledby") or drawing.get("aria-hidden")
