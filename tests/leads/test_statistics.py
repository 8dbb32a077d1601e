"""What is counted, on both databases."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from support.leads import HandClock, Sender
from website.infra.clock import GERMANY
from website.infra.database import Database
from website.leads.models import Delivery, DeliveryState, Lead, LeadStatus, LostReason
from website.leads.statistics import (
    MOST_SOURCES,
    Responses,
    Statistics,
    Week,
    first_monday,
    percentile,
)
from website.leads.store import DueFilter, LeadStore, Wanted

HOUR = datetime.timedelta(hours=1)
MONDAY = datetime.date(2026, 11, 23)
ARTICLE = "/artikel/der-richtige-umgang-mit-schwierigen-kunden/"
_numbers = itertools.count(1)


@pytest.fixture
def statistics(database: Database, clock: HandClock) -> Statistics:
    return Statistics(database, clock=clock)


def german(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=GERMANY)


def row(received: str | datetime.datetime, **values: Any) -> dict[str, Any]:
    moment = german(received) if isinstance(received, str) else received
    answered = values.pop("answered_after", None)
    return {
        "reference": f"IP-{next(_numbers)}",
        "received_at": moment,
        "touched_at": moment,
        "company": "Muster GmbH",
        "name": "Jo Muster",
        "email": "jo@firma.example",
        "status": LeadStatus.NEW,
        "topic": "",
        "quarantined": False,
        "source": None,
        "lost_reason": None,
        "answered_at": moment + answered if answered is not None else None,
        "words": "viele worte " + "und noch mehr " * 30 + "dazu",
    } | values


def store(database: Database, *rows: dict[str, Any]) -> None:
    with database.writing() as session:
        session.execute(insert(Lead), rows)


@pytest.mark.parametrize(
    ("hours", "part", "expected"),
    [
        ([3], 0.9, 3),
        ([1, 3], 0.5, 2),
        ([5, 1, 3], 0.5, 3),
        ([1, 2, 3, 4], 0.5, 2.5),
        ([1, 2, 3, 4], 0.9, 3.7),  # R: quantile(1:4, .9)
        (list(range(1, 12)), 0.9, 10),
        ([0, 10], 0.9, 9),
    ],
)
def test_a_percentile_lies_between_two_values_in_proportion(
    hours: list[float], part: float, expected: float
) -> None:
    assert percentile(hours, part) == pytest.approx(expected)


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile([], 0.5) is None


def test_an_empty_inbox_has_figures_too(statistics: Statistics) -> None:
    glance = statistics.at_a_glance(answer_within=4)
    assert (glance.new_today, glance.waiting, glance.overdue, glance.oldest) == (0, 0, 0, None)
    assert glance.this_month == Responses(None, None, 0, 0)
    figures = statistics.since(MONDAY)
    assert figures.weeks == (Week(MONDAY, 0, is_over=False),)
    assert figures.topics == figures.sources.top == figures.funnel.lost == ()


def test_the_glance_tells_who_waits_and_how_long_others_have_waited(
    database: Database, statistics: Statistics, clock: HandClock
) -> None:
    clock.moment = german("2026-11-23 15:00")
    store(
        database,
        row("2026-11-23 00:30"),  # today in Germany, yesterday in UTC; waiting since 9 o'clock
        row("2026-11-23 14:00"),
        row("2026-11-22 23:59", status=LeadStatus.IN_PROGRESS),
        row("2026-11-20 16:00"),
        row("2026-11-10 10:00", answered_after=HOUR, status=LeadStatus.WON),
        row("2026-11-11 10:00", answered_after=3 * HOUR),
        row("2026-10-31 23:59", answered_after=99 * HOUR, status=LeadStatus.IN_PROGRESS),
        row("2026-11-01 00:00", quarantined=True),
    )
    glance = statistics.at_a_glance(answer_within=4)
    assert glance.new_today == 2
    assert glance.waiting == 3
    assert glance.overdue == 2
    assert glance.oldest == german("2026-11-20 16:00")
    assert glance.quarantined == 1
    assert glance.this_month == Responses(2 * HOUR, 2.8 * HOUR, answered=2, unanswered=4)


def test_leads_with_given_up_deliveries_are_counted_as_they_are_listed(
    database: Database, statistics: Statistics, send: Sender, clock: HandClock
) -> None:
    number = send().reference
    with database.writing() as session:
        session.execute(update(Delivery).values(state=DeliveryState.DEAD))
    send()
    found = LeadStore(database, clock=clock).page(Wanted(due=DueFilter.UNDELIVERED))
    assert [lead.reference for lead in found.leads] == [number], "whose mails are several"
    assert statistics.at_a_glance(answer_within=4).undelivered == found.total == 1


def test_weeks_without_a_request_are_told_and_the_last_one_is_not_over(
    database: Database, statistics: Statistics
) -> None:
    store(
        database,
        row("2026-11-01 23:59"),  # a Sunday before them all
        row("2026-11-02 00:00"),
        row("2026-11-08 23:59"),
        row("2026-11-16 00:00"),
        row("2026-11-16 08:00", quarantined=True),
        row("2026-11-23 00:00"),
    )
    weeks = statistics.since(first_monday(MONDAY, 4)).weeks
    assert [(week.monday.day, week.count) for week in weeks] == [(2, 2), (9, 0), (16, 1), (23, 1)]
    assert [week.is_over for week in weeks] == [True, True, True, False]


def test_weeks_are_german_ones_when_the_clocks_change(
    database: Database, statistics: Statistics
) -> None:
    store(database, row("2026-10-25 23:30"), row("2026-10-26 00:30"))
    weeks = statistics.since(datetime.date(2026, 10, 19)).weeks
    assert [week.count for week in weeks[:2]] == [1, 1]


@pytest.mark.parametrize("day", [MONDAY, MONDAY + datetime.timedelta(days=6)])
def test_the_last_weeks_begin_on_a_monday(day: datetime.date) -> None:
    assert first_monday(day, 1) == MONDAY
    assert first_monday(day, 12) == datetime.date(2026, 9, 7)


def test_the_most_frequent_topics_and_pages_stand_first(
    database: Database, statistics: Statistics
) -> None:
    pages = [f"/artikel/{number:02}/" for number in range(MOST_SOURCES + 2)]
    store(
        database,
        *(row("2026-11-23 08:00", topic="schulung", source=page) for page in pages),
        *(row("2026-11-23 08:00", source=ARTICLE) for _ in range(2)),
        row("2026-11-23 08:00", quarantined=True, source=ARTICLE, topic="sonstiges"),
        row("2026-11-23 08:00", source=""),
        row("2026-11-23 08:00"),
    )
    figures = statistics.since(MONDAY)
    assert figures.topics == (("schulung", 12), ("", 4))
    assert figures.sources.top[0] == (ARTICLE, 2)
    assert [path for path, _ in figures.sources.top[1:]] == pages[: MOST_SOURCES - 1]
    assert (figures.sources.others, figures.sources.unknown) == (3, 2)


def test_the_funnel_counts_by_present_status(database: Database, statistics: Statistics) -> None:
    states = [
        (LeadStatus.NEW, None, None),
        (LeadStatus.IN_PROGRESS, HOUR, None),
        (LeadStatus.QUALIFIED, HOUR, None),
        (LeadStatus.WON, HOUR, None),
        (LeadStatus.LOST, HOUR, LostReason.PRICE),
        (LeadStatus.LOST, None, LostReason.PRICE),
        (LeadStatus.LOST, None, LostReason.NO_FIT),
        (LeadStatus.LOST, None, None),
    ]
    store(
        database,
        *(
            row("2026-11-23 08:00", status=status, answered_after=after, lost_reason=reason)
            for status, after, reason in states
        ),
        row("2026-11-23 08:00", status=LeadStatus.WON, quarantined=True),
        row("2026-11-22 08:00", status=LeadStatus.WON),
    )
    funnel = statistics.since(MONDAY).funnel
    assert (funnel.received, funnel.answered) == (8, 4)
    assert (funnel.taken, funnel.qualified, funnel.won) == (3, 2, 1)
    assert dict(funnel.lost) == {LostReason.PRICE: 2, LostReason.NO_FIT: 1, None: 1}
    assert funnel.all_lost == 4


def test_responses_count_to_the_month_in_which_the_request_came(
    database: Database, statistics: Statistics
) -> None:
    store(
        database,
        row("2026-08-31 23:59", answered_after=HOUR),
        row("2026-09-01 00:00", answered_after=2 * HOUR),
        row("2026-09-30 23:00", answered_after=4 * HOUR),
        row("2026-09-30 23:30"),
        row("2026-11-02 10:00", answered_after=HOUR, quarantined=True),
    )
    months = statistics.since(datetime.date(2026, 9, 7)).months
    assert [month.first.month for month in months] == [9, 10, 11]
    assert months[0].responses == Responses(3 * HOUR, 3.8 * HOUR, answered=2, unanswered=1)
    assert months[1].responses == months[2].responses == Responses(None, None, 0, 0)


# PostgreSQL decides by the table's size, and after VACUUM.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_counting_reads_no_lead(database: Database, statistics: Statistics) -> None:
    store(database, *(row("2026-11-23 08:00") for _ in range(50)))
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, values, *_: asked.append((statement, values)),
    )
    statistics.since(MONDAY)
    statements = [pair for pair in asked if "FROM leads" in pair[0]]
    assert len(statements) == 3
    with database.engine.connect() as connection:
        for statement, values in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            assert "COVERING INDEX ix_leads_figures" in str(plan), statement
