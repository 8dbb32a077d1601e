"""Pictures of the figures, each with a sentence that says what is to be seen, and its table."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from website.inbox import chart_captions, chart_svg, words
from website.inbox.chart_svg import NARROW, WIDE, Axes, Mark
from website.infra.clock import MONTHS
from website.infra.german import duration, month_in_words, number, share
from website.infra.text import clean_line
from website.leads.models import LostReason
from website.leads.statistics import Funnel, Month, Sources, Week

UNTOLD = "Seite nicht bekannt"
BY_ORDERS = "Die Linien liegen nicht gleich weit auseinander: Jede steht für ein Mehrfaches."
"""What is said below :func:`duration_runs`."""
RESPONSES = (("median", "Hälfte beantwortet"), ("tail", "Neun von zehn beantwortet"))
"""Legend of the runs of response times."""


@dataclass(frozen=True)
class ChartRow:
    """One row of a table; its bar is drawn below its label."""

    label: str
    cells: tuple[str, ...]
    bar: Markup | None = None
    is_code: bool = False
    """Whether the label is a path and no words."""
    link: str = ""
    """The filters that list what the row counts, as they stand in an address."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One picture with all that is said about it."""

    name: str
    """Identifies it on the page."""
    heading: str
    finding: str
    note: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[ChartRow, ...] = ()
    drawing: Markup | None = None
    """Where there is none, the table's bars are the picture."""
    legend: tuple[tuple[str, str], ...] = ()
    """Kind of mark, and what it stands for."""


def weekly(weeks: Sequence[Week]) -> Chart:
    """Show how many requests came in each week."""
    rows = tuple(
        ChartRow(words.week(week), (number(week.count),), link=_of_week(week))
        for week in reversed(weeks)
    )
    picture = _columns(weeks) if any(week.count for week in weeks) else None
    is_outlined = picture and weeks[-1].count and not weeks[-1].is_over
    return Chart(
        name="wochen",
        heading="Anfragen je Woche",
        finding=chart_captions.weekly(weeks),
        note="Die laufende Woche ist umrandet und noch nicht zu Ende." if is_outlined else "",
        columns=("Woche ab Montag", "Anfragen"),
        rows=rows if picture else (),
        drawing=picture,
    )


def topics(counts: Sequence[tuple[str, int]], labels: Mapping[str, str]) -> Chart:
    """Show what the requests are about."""
    named = [(labels.get(key, key) or "Kein Thema gewählt", count) for key, count in counts]
    return Chart(
        name="themen",
        heading="Themen",
        finding=chart_captions.topics(named),
        columns=("Thema", "Anfragen", "Anteil"),
        rows=_bars(
            (label, count, False, urlencode({"thema": key}) if key else "")
            for (label, count), (key, _) in zip(named, counts, strict=True)
        ),
    )


def sources(found: Sources, titles: Mapping[str, str]) -> Chart:
    """Show which pages brought requests.

    :param titles: of pages by their path. Other paths are what visitors sent, and shown as such.
    """
    named = [
        (
            titles.get(path, clean_line(path)),
            count,
            path not in titles,
            urlencode({"seite-von": path}),
        )
        for path, count in found.top
    ]
    rest = [("Weitere Seiten", found.others, False, ""), (UNTOLD, found.unknown, False, "")]
    return Chart(
        name="seiten",
        heading="Seiten, die Anfragen bringen",
        finding=chart_captions.sources(found, titles),
        columns=("Seite", "Anfragen", "Anteil"),
        rows=_bars([*named, *(row for row in rest if row[1])]),
    )


def funnel(counts: Funnel) -> Chart:
    """Show how far the requests have come."""
    stages = [
        ("Eingegangen", counts.received, "sortierung=newest"),
        ("Beantwortet", counts.answered, ""),
        ("In Bearbeitung oder weiter", counts.taken, ""),
        ("Qualifiziert oder gewonnen", counts.qualified, ""),
        ("Gewonnen", counts.won, "stand=won"),
    ]
    rows = _bars(
        ((label, count, False, link) for label, count, link in stages), whole=counts.received
    )
    return Chart(
        name="stand",
        heading="Was aus den Anfragen wurde",
        finding=chart_captions.funnel(counts),
        note="Nach heutigem Stand. Wie weit verlorene Anfragen schon waren, ist nicht erfasst.",
        columns=("Status", "Anfragen", "Anteil"),
        rows=rows,
    )


def lost(counts: Funnel, labels: Mapping[LostReason, str]) -> Chart:
    """Show why requests have come to nothing."""
    named = [(labels[reason] if reason else "Ohne Angabe", count) for reason, count in counts.lost]
    return Chart(
        name="verloren",
        heading="Warum Anfragen verloren gingen",
        finding=chart_captions.lost(named),
        columns=("Absagegrund", "Anfragen", "Anteil"),
        rows=_bars(
            (label, count, False, f"stand=lost&grund={reason.value}" if reason else "")
            for (label, count), (reason, _) in zip(named, counts.lost, strict=True)
        ),
    )


def responses(months: Sequence[Month]) -> Chart:
    """Show how long the first response took."""
    rows = tuple(
        ChartRow(
            month_in_words(month.first),
            (
                _told(month.responses.median),
                _told(month.responses.nine_of_ten),
                number(month.responses.answered),
                number(month.responses.unanswered),
            ),
        )
        for month in reversed(months)
    )
    picture = _dots(months) if any(month.responses.answered for month in months) else None
    return Chart(
        name="antwortzeit",
        heading="Zeit bis zur ersten Antwort",
        finding=chart_captions.responses(months),
        note=(
            "Nach dem Monat des Eingangs, jeder Monat ganz; Nächte und Wochenenden zählen mit. "
            f"{BY_ORDERS}"
            if picture
            else ""
        ),
        columns=("Monat", "Median", "90 % innerhalb von", "Beantwortet", "Ohne Antwort"),
        rows=rows if any(_received(month) for month in months) else (),
        drawing=picture,
        legend=RESPONSES,
    )


def _columns(weeks: Sequence[Week]) -> Markup:
    """Draw a column for each week."""
    ceiling, lines = chart_svg.counted(max(week.count for week in weeks))
    marks = [
        Mark(words.week(week), number(week.count), week.count / ceiling, week.is_over)
        for week in weeks
    ]
    months = [
        (at, _month_short(week.monday))
        for at, week in enumerate(weeks)
        if at == 0 or week.monday.month != weeks[at - 1].monday.month
    ]
    return chart_svg.columns("wochen", marks, Axes(NARROW, lines, months, "start"))


def _dots(months: Sequence[Month]) -> Markup:
    """Draw two dots for each month: after which time half, and nine of ten, were answered."""
    labels = [month_in_words(month.first) for month in months]
    series = {
        "tail": [month.responses.nine_of_ten for month in months],
        "median": [month.responses.median for month in months],
    }
    below = [(at, _month_short(month.first)) for at, month in enumerate(months)]
    return duration_runs("antwortzeit", labels, series, below)


def duration_runs(
    name: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[datetime.timedelta | None]],
    below: Sequence[tuple[int, str]],
) -> Markup:
    """Draw a run of durations for each series, which is named by its variant.

    :param labels: what each duration belongs to.
    """
    known = (time for times in series.values() for time in times if time is not None)
    scale = chart_svg.Scale.over(known)
    runs = [
        (
            variant,
            [
                Mark(label, "", None)
                if time is None
                else Mark(label, duration(time), scale.part(time))
                for label, time in zip(labels, times, strict=True)
            ],
        )
        for variant, times in series.items()
    ]
    return chart_svg.runs(name, runs, Axes(WIDE, scale.lines, below))


def _month_short(day: datetime.date) -> str:
    return MONTHS[day.month - 1][:3]


def _of_week(week: Week) -> str:
    sunday = week.monday + datetime.timedelta(days=6)
    return urlencode({"von": week.monday.isoformat(), "bis": sunday.isoformat()})


def _bars(
    rows: Iterable[tuple[str, int, bool, str]], whole: int | None = None
) -> tuple[ChartRow, ...]:
    """Return rows whose bars are in proportion to the longest.

    :param rows: label, count, whether the label is a path, and the filters that list them.
    """
    rows = list(rows)
    longest = max((row[1] for row in rows), default=0)
    total = sum(row[1] for row in rows) if whole is None else whole
    return tuple(
        ChartRow(
            label,
            (number(count), share(count, total)),
            chart_svg.bar(count / longest),
            is_code,
            link,
        )
        for label, count, is_code, link in rows
        if longest
    )


def _told(time: datetime.timedelta | None) -> str:
    return "–" if time is None else duration(time)


def _received(month: Month) -> int:
    return month.responses.answered + month.responses.unanswered
