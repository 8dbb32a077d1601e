"""What each picture of the figures shows, in one sentence or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from website.infra.clock import MONTHS
from website.infra.german import counted, dative, duration, number, share
from website.infra.text import clean_line
from website.leads.statistics import Funnel, Month, Sources, Week

NOTHING = "In diesem Zeitraum ist keine Anfrage eingegangen."
SHORTEST = 2
"""Whole weeks that make an average."""


def weekly(weeks: Sequence[Week]) -> str:
    """Return how many came, how many a week, and when most."""
    total = sum(week.count for week in weeks)
    if not total:
        return NOTHING
    came = f"{_requests(total)} in {counted(len(weeks), 'Woche', 'Wochen')}"
    over = [week.count for week in weeks if week.is_over]
    if len(over) < SHORTEST:
        return f"{came}."
    average = number(round(sum(over) / len(over), 1))
    return f"{came}, im Mittel {average} je abgeschlossener Woche. {_best(weeks)}"


def _best(weeks: Sequence[Week]) -> str:
    most = max(week.count for week in weeks)
    best = [week for week in weeks if week.count == most]
    if len(best) > 1:
        return f"In keiner Woche waren es mehr als {number(most)}."
    return f"Die meisten ({number(most)}) kamen in der Woche ab dem {best[0].monday:%d.%m.%Y}."


def topics(named: Sequence[tuple[str, int]]) -> str:
    """Return what most requests are about."""
    if not named:
        return NOTHING
    most, total = named[0][1], sum(count for _, count in named)
    first = [label for label, count in named if count == most]
    if len(first) > 1:
        labels = " und ".join(f"„{label}“" for label in first[:2])
        more = " sowie weitere" if len(first) > 2 else ""  # noqa: PLR2004
        return f"Am häufigsten sind {labels}{more}, mit je {_requests(most)} von {number(total)}."
    return f"Die meisten Anfragen gelten dem Thema „{first[0]}“: {_of(most, total)}."


def sources(found: Sources, titles: Mapping[str, str]) -> str:
    """Return which page brought most requests."""
    total = sum(count for _, count in found.top) + found.others + found.unknown
    if not total:
        return NOTHING
    if not found.top:
        return "Bei keiner Anfrage ist bekannt, von welcher Seite sie kam."
    most = found.top[0][1]
    first = [titles.get(path, clean_line(path)) for path, count in found.top if count == most]
    if len(first) > 1:
        return (
            f"Mehrere Seiten brachten gleich viele Anfragen: je {number(most)} von {number(total)}."
        )
    return f"Die meisten Anfragen kamen über „{first[0]}“: {_of(most, total)}."


def funnel(counts: Funnel) -> str:
    """Return how many are answered, won and lost."""
    received = counts.received
    if not received:
        return NOTHING
    return (
        f"Von {_requests(received)} sind {_with_share(counts.answered, received)} beantwortet, "
        f"{_with_share(counts.won, received)} gewonnen und "
        f"{_with_share(counts.all_lost, received)} verloren."
    )


def lost(named: Sequence[tuple[str, int]]) -> str:
    """Tell the reason given most."""
    if not named:
        return "In diesem Zeitraum ist keine Anfrage verloren gegangen."
    most, total = named[0][1], sum(count for _, count in named)
    if sum(count == most for _, count in named) > 1:
        return f"Kein Grund sticht heraus: Die häufigsten kommen je {number(most)}-mal vor."
    return f"Der häufigste Grund ist „{named[0][0]}“: {_of(most, total)}."


def responses(months: Sequence[Month]) -> str:
    """Return how long it took last, and how many the figure leaves out."""
    answered = [month for month in months if month.responses.answered]
    if not answered:
        return "In diesem Zeitraum ist noch keine Anfrage als beantwortet vermerkt."
    last = answered[-1]
    median, tail = last.responses.median, last.responses.nine_of_ten
    assert median is not None  # noqa: S101 - some are answered
    assert tail is not None  # noqa: S101
    told = (
        f"Im {MONTHS[last.first.month - 1]} kam die erste Antwort in der Hälfte der Fälle "
        f"in höchstens {dative(duration(median))}, in neun von zehn Fällen in höchstens "
        f"{dative(duration(tail)).removesuffix('.')}."
    )
    left_out = last.responses.unanswered
    if not left_out:
        return told
    verb = "fehlt darin, weil sie" if left_out == 1 else "fehlen darin, weil sie"
    is_open = "ist" if left_out == 1 else "sind"
    return f"{told} {_requests(left_out)} {verb} noch ohne Antwort {is_open}."


def _requests(count: int) -> str:
    return counted(count, "Anfrage", "Anfragen")


def _of(part: int, whole: int) -> str:
    return f"{number(part)} von {number(whole)} ({share(part, whole)})"


def _with_share(part: int, whole: int) -> str:
    return f"{number(part)} ({share(part, whole)})" if part else "keine"
