"""Statistics of leads: numbers, sources, outcomes, response times.

Leads in quarantine are excluded. Nearly all is counted from one covering index
(``ix_leads_figures``).

Response times are real time, including nights and weekends, as senders experience it.
"""

from __future__ import annotations

import datetime
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Row, case, cast, extract, func, select
from sqlalchemy.orm import Session

from website.infra.clock import german_day, midnight
from website.infra.database import Store
from website.leads import office_hours
from website.leads.models import Delivery, DeliveryState, Lead, LeadStatus, LostReason

MOST_SOURCES = 10
"""Pages that are listed; all others are summed up."""
WEEK = datetime.timedelta(weeks=1)
NINE_OF_TEN = 0.9


@dataclass(frozen=True)
class Responses:
    """Response times of the leads received in a period."""

    median: datetime.timedelta | None
    """None if no lead is answered."""
    nine_of_ten: datetime.timedelta | None
    """The 90th percentile."""
    answered: int
    unanswered: int
    """Not included in the times, which may therefore still become longer."""

    @property
    def received(self) -> int:
        """Number of leads received."""
        return self.answered + self.unanswered

    @classmethod
    def of(cls, waits: Sequence[float], unanswered: int) -> Responses:
        """Return the responses of a period.

        :param waits: of answered leads, in seconds.
        """
        median, tail = (percentile(waits, part) for part in (0.5, NINE_OF_TEN))
        return cls(_seconds(median), _seconds(tail), len(waits), unanswered)


@dataclass(frozen=True, kw_only=True)
class Glance:
    """The figures on the start page of the inbox."""

    new_today: int
    waiting: int
    """New and unanswered."""
    overdue: int
    """Waiting for longer than the limit."""
    oldest: datetime.datetime | None
    """Arrival of the oldest waiting lead."""
    this_month: Responses
    undelivered: int
    """Leads with a delivery that was given up."""
    quarantined: int


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday."""

    monday: datetime.date
    count: int
    is_over: bool


@dataclass(frozen=True)
class Month:
    """A month, with the responses to leads received in it."""

    first: datetime.date
    responses: Responses


@dataclass(frozen=True)
class Sources:
    """Pages from which requests came."""

    top: tuple[tuple[str, int], ...]
    """Paths with counts, the most frequent first."""
    others: int
    """From all other pages."""
    unknown: int
    """From unknown pages."""


@dataclass(frozen=True)
class Funnel:
    """Leads by the stages that they have reached, as far as their present status shows.

    Earlier stages of lost leads are not stored.
    """

    received: int
    answered: int
    taken: int
    """In progress, or beyond."""
    qualified: int
    """Qualified, or won."""
    won: int
    lost: tuple[tuple[LostReason | None, int], ...]
    """By reason, the most frequent first."""

    @property
    def all_lost(self) -> int:
        """Number of lost leads."""
        return sum(count for _, count in self.lost)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Statistics of the leads received since a day, from one snapshot of the database."""

    since: datetime.date
    weeks: tuple[Week, ...]
    topics: tuple[tuple[str, int], ...]
    """Keys of topics (may be empty) with counts, the most frequent first."""
    sources: Sources
    funnel: Funnel
    months: tuple[Month, ...]
    """Whole months; the first may begin before ``since``."""


class Statistics(Store):
    """Counts the leads of one database."""

    def at_a_glance(self, *, answer_within: float) -> Glance:
        """Return the figures for the start page.

        :param answer_within: office hours after which an unanswered lead is overdue.
        """
        now = self._clock()
        today = german_day(now)
        limit = office_hours.before(now, answer_within)
        with self._database.reading() as session:
            waiting, overdue, oldest = _waiting(session, limit)
            return Glance(
                new_today=_count(session, _SEEN, Lead.received_at >= midnight(today)),
                waiting=waiting,
                overdue=overdue,
                oldest=oldest,
                this_month=_responses(session, today.replace(day=1)),
                undelivered=_undelivered(session),
                quarantined=_count(session, Lead.quarantined.is_(True)),
            )

    def since(self, day: datetime.date) -> Figures:
        """Return statistics of the leads received from a day (in Germany) on."""
        today = german_day(self._clock())
        with self._database.reading() as session:
            alike = _alike(session, day)
            return Figures(
                since=day,
                weeks=_weeks(session, day, today),
                topics=_sorted((each.topic, each.leads) for each in alike),
                sources=_sources(alike),
                funnel=_funnel(alike),
                months=tuple(
                    Month(first, _responses(session, first)) for first in _months(day, today)
                ),
            )


def first_monday(today: datetime.date, weeks: int) -> datetime.date:
    """Return the first Monday of a number of weeks that end with the current one."""
    return today - datetime.timedelta(days=today.weekday()) - (weeks - 1) * WEEK


def _seconds(count: float | None) -> datetime.timedelta | None:
    # SQLite's days have more digits than it keeps.
    return None if count is None else datetime.timedelta(seconds=round(count, 3))


def percentile(values: Iterable[float], part: float) -> float | None:
    """Return a percentile, linearly interpolated; None without values.

    Type 7 of R. J. Hyndman, Y. Fan: Sample Quantiles in Statistical Packages. The American
    Statistician 50 (1996), 361-365; as do R, NumPy and Excel's QUANTIL.INKL.
    """
    ordered = sorted(values)
    if len(ordered) > 1:
        return statistics.quantiles(ordered, n=100, method="inclusive")[round(100 * part) - 1]
    return ordered[0] if ordered else None


_Alike = Row[*tuple[Any, ...]]
"""A group of leads that are alike in all counted columns, with its size."""
_SEEN = Lead.quarantined.is_(False)


def _count(session: Session, *conditions: Any) -> int:  # noqa: ANN401 - SQLAlchemy's
    return session.scalar(select(func.count()).where(*conditions)) or 0


def _waiting(session: Session, limit: datetime.datetime) -> Sequence[Any]:
    """Return the numbers of waiting and of overdue leads, and the arrival of the oldest.

    The only query that reads rows of leads: the new ones, which are few.
    """
    overdue = func.count(case((Lead.is_overdue(limit), 1)))
    query = select(func.count(), overdue, func.min(Lead.received_at)).where(Lead.is_waiting)
    return session.execute(query).one()


def _undelivered(session: Session) -> int:
    leads = select(func.count(Delivery.lead_id.distinct()))
    return session.scalar(leads.where(Delivery.state == DeliveryState.DEAD)) or 0


def _alike(session: Session, day: datetime.date) -> Sequence[_Alike]:
    """Count leads grouped by all columns at once.

    Grouped by a single column, SQLite would use that column's index instead.
    """
    is_answered = Lead.answered_at.is_not(None).label("is_answered")
    columns = (Lead.topic, Lead.source, Lead.status, Lead.lost_reason, is_answered)
    query = select(*columns, func.count().label("leads"))
    query = query.where(_SEEN, Lead.received_at >= midnight(day)).group_by(*columns)
    return session.execute(query).all()


def _sorted(pairs: Iterable[tuple[Any, int]]) -> tuple[tuple[Any, int], ...]:
    """Sum up equal values, the most frequent first."""
    counts: Counter[Any] = Counter()
    for value, count in pairs:
        counts[value] += count
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0] or "")))


def _sources(alike: Iterable[_Alike]) -> Sources:
    counted = _sorted((each.source or None, each.leads) for each in alike)
    known = [(path, count) for path, count in counted if path]
    others = sum(count for _, count in known[MOST_SOURCES:])
    return Sources(tuple(known[:MOST_SOURCES]), others, dict(counted).get(None, 0))


def _funnel(alike: Sequence[_Alike]) -> Funnel:
    def having(*statuses: LeadStatus) -> int:
        return sum(each.leads for each in alike if each.status in statuses)

    return Funnel(
        received=having(*LeadStatus),
        answered=sum(each.leads for each in alike if each.is_answered),
        taken=having(LeadStatus.IN_PROGRESS, LeadStatus.QUALIFIED, LeadStatus.WON),
        qualified=having(LeadStatus.QUALIFIED, LeadStatus.WON),
        won=having(LeadStatus.WON),
        lost=_sorted(
            (each.lost_reason, each.leads) for each in alike if each.status is LeadStatus.LOST
        ),
    )


def _weeks(session: Session, day: datetime.date, today: datetime.date) -> tuple[Week, ...]:
    """Count by week with one index lookup each, because databases do not know German weeks."""
    mondays = [day - datetime.timedelta(days=day.weekday())]
    while mondays[-1] + WEEK <= today:
        mondays.append(mondays[-1] + WEEK)
    counts = [
        _count(
            session,
            _SEEN,
            Lead.received_at >= midnight(max(monday, day)),
            Lead.received_at < midnight(monday + WEEK),
        )
        for monday in mondays
    ]
    return tuple(
        Week(monday, count, is_over=monday + WEEK <= today)
        for monday, count in zip(mondays, counts, strict=True)
    )


def _months(day: datetime.date, today: datetime.date) -> Iterable[datetime.date]:
    first = day.replace(day=1)
    while first <= today:
        yield first
        first = _following(first)


def _following(first: datetime.date) -> datetime.date:
    return (first + datetime.timedelta(days=31)).replace(day=1)


def _responses(session: Session, first: datetime.date) -> Responses:
    """Return the response times of what was received in one month."""
    return responses_between(session, midnight(first), midnight(_following(first)))


def responses_between(
    session: Session, since: datetime.datetime, until: datetime.datetime
) -> Responses:
    """Return the response times of what was received in a period."""
    seconds = _SECONDS_WAITED[session.get_bind().dialect.name]
    query = select(seconds).where(_SEEN, Lead.received_at >= since, Lead.received_at < until)
    # Without the ORM, which would spend more time on each row than the database.
    found = session.connection().scalars(query).all()
    waits = [each for each in found if each is not None]
    return Responses.of(waits, len(found) - len(waits))


_SECONDS_WAITED = {
    "sqlite": (func.julianday(Lead.answered_at) - func.julianday(Lead.received_at)) * 86_400.0,
    "postgresql": cast(extract("epoch", Lead.answered_at - Lead.received_at), Float),
}
"""Seconds from arrival to first answer. SQLite stores moments as texts."""
