"""Queries for leads: by reference, by filters and full text; and their audit trail."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Label, Select, case, func, literal, select
from sqlalchemy.orm import Session, defer, selectinload

from website.infra import paging
from website.infra.clock import german_day, midnight
from website.infra.database import Store
from website.leads import reference, search
from website.leads.labels import RECORD
from website.leads.models import (
    Delivery,
    DeliveryState,
    Event,
    Lead,
    LeadStatus,
    LostReason,
    Tag,
)

Found = TypeVar("Found")

OPEN = tuple(status for status in LeadStatus if status.is_open)
AT_A_TIME = 500
"""Rows fetched at a time by :meth:`LeadStore.every`."""
ALIKE = 20
MANY = 500
"""Number of exact matches from which on similar ones are left out."""


class DueFilter(StrEnum):
    """Filter for leads that need action now."""

    UNANSWERED = "unanswered"
    """New and not answered."""
    FOLLOW_UP = "follow-up"
    """Follow-up day reached, also of won and lost leads."""
    UNDELIVERED = "undelivered"
    """With a delivery that was given up."""


class Order(StrEnum):
    """Sort orders."""

    NEWEST = "newest"
    OLDEST = "oldest"
    FOLLOW_UP = "follow-up"
    UNTOUCHED = "untouched"
    COMPANY = "company"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Filters for leads; defaults match every lead outside quarantine."""

    text: str = ""
    """Words that the lead must contain, or their beginnings."""
    statuses: tuple[LeadStatus, ...] = ()
    lost_reason: LostReason | None = None
    owner_id: int | None = None
    no_owner: bool = False
    due: DueFilter | None = None
    topic: str = ""
    source: str = ""
    tag: str = ""
    language: str = ""
    since: datetime.date | None = None
    """Received on this German day or later."""
    until: datetime.date | None = None
    """Received on this German day or before."""
    quarantined: bool = False
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class ResultPage:
    """A page of found leads."""

    leads: Sequence[Lead]
    """With tags loaded."""
    total: int
    number: int
    size: int
    exact: int | None = None
    """Number of leads that contain the typed words; these come first. None without a search."""

    @property
    def first_similar(self) -> int | None:
        """Index on this page of the first lead that is only similar to the search."""
        place = None if self.exact is None else self.exact - (self.number - 1) * self.size
        return place if place is not None and 0 <= place < len(self.leads) else None

    @property
    def count(self) -> int:
        """Number of pages, at least one."""
        return paging.count(self.total, self.size)


@dataclass(frozen=True)
class Today:
    """The leads on the start page of the inbox."""

    new: ResultPage
    """Unanswered, the oldest first."""
    follow_up: ResultPage
    """With a follow-up due, whatever their status, the earliest first."""
    in_progress: ResultPage
    """Other open leads, the longest untouched first."""


class LeadStore(Store):
    """The leads of one database."""

    def get(self, text: str) -> Lead | None:
        """Return a lead with its deliveries by its reference, in any notation; None if unknown."""
        if not (number := reference.normalise(text)):
            return None
        query = select(Lead).where(Lead.reference == number).options(selectinload(Lead.deliveries))
        return self._database.first(query)

    def newest(self, limit: int = 50, *, quarantined: bool | None = None) -> Sequence[Lead]:
        """Return the latest leads with their deliveries, newest first.

        :param quarantined: only leads inside or outside quarantine; all by default.
        """
        query = _newest(select(Lead), quarantined=quarantined)
        return self._database.all(query.limit(limit).options(selectinload(Lead.deliveries)))

    def references(self, *, quarantined: bool | None = None) -> Sequence[str]:
        """Return the references of all leads, newest first."""
        return self._database.all(_newest(select(Lead.reference), quarantined=quarantined))

    def events(self, lead: Lead) -> Sequence[Event]:
        """Return a lead's audit trail, oldest first."""
        query = select(Event).where(Event.lead_id == lead.id).order_by(Event.id)
        return self._database.all(query)

    def record(self, limit: int = 50) -> Sequence[Event]:
        """Return the latest exports and erasures of leads, newest first, without empty ones."""
        of_leads = Event.action.in_(RECORD) & ~Event.detail.startswith("0 ")
        query = select(Event).where(of_leads).order_by(Event.id.desc())
        return self._database.all(query.limit(limit))

    def check_writable(self) -> None:
        """Check that leads can be stored, by committing and deleting a row.

        :raises StorageError: if not.
        """
        with self._database.writing() as session:
            line = Event(at=self._clock(), actor="check", action="write")
            session.add(line)
        with self._database.writing() as session:
            session.delete(line)

    def page(self, wanted: Wanted, *, number: int = 1, size: int = 50) -> ResultPage:
        """Return a page of leads; the last one if the number is beyond it."""
        with self._database.reading() as session:
            match = search.matching(session.get_bind().dialect, wanted.text)
            conditions, order = self._conditions(wanted), _ORDERS[wanted.order]
            if match is None:
                return _page(session, conditions, order(Lead), number, size)
            return _page_found(session, match, conditions, order, number, size)

    def today(self, *, size: int = 20) -> Today:
        """Return the leads for the start page of the inbox."""
        taken = (Lead.quarantined.is_(False), Lead.status.in_(OPEN), ~Lead.is_waiting)
        later = Lead.follow_up_on.is_(None) | (Lead.follow_up_on > self._today())
        due = self._conditions(Wanted(due=DueFilter.FOLLOW_UP))
        with self._database.reading() as session:
            return Today(
                _page(session, (Lead.is_waiting,), (Lead.received_at, Lead.id), 1, size),
                _page(session, due, (Lead.follow_up_on, Lead.id), 1, size),
                _page(session, (*taken, later), _ORDERS[Order.UNTOUCHED](Lead), 1, size),
            )

    def every(self, wanted: Wanted) -> Iterator[Lead]:
        """Yield all matching leads, in batches that keep memory flat."""
        with self._database.reading() as session:
            conditions, order = self._conditions(wanted), _ORDERS[wanted.order](Lead)
            if match := search.matching(session.get_bind().dialect, wanted.text):
                exact = select(func.count()).select_from(Lead).where(match.exact, *conditions)
                is_rare = (session.scalar(exact) or 0) < MANY
                similar = match.found(session.connection()) if is_rare else None
                conditions = [match.exact if similar is None else similar, *conditions]
                if similar is not None:
                    order = (_is_exact(match).desc(), *order)
            query = (
                select(Lead)
                .where(*conditions)
                .order_by(*order)
                .options(*_SHOWN)
                .execution_options(yield_per=AT_A_TIME)
            )
            yield from session.scalars(query)

    def counts(self, lists: Iterable[Wanted]) -> Sequence[int]:
        """Return the numbers of leads that match filters without a search text."""
        counted = select(func.count()).select_from(Lead)
        with self._database.reading() as session:
            queries = [counted.where(*self._conditions(wanted)) for wanted in lists]
            return [session.scalar(query) or 0 for query in queries]

    def alike(self, lead: Lead) -> Sequence[Lead]:
        """Return other leads of the same address or domain, newest first, quarantined ones last."""
        same: ColumnElement[bool] = (Lead.mailbox == lead.mailbox) & (Lead.mailbox != "")
        if lead.domain:
            same = same | (Lead.domain == lead.domain)
        with self._database.reading() as session:
            others = (same, Lead.id != lead.id)
            order = (Lead.quarantined, *_ORDERS[Order.NEWEST](Lead))
            return _page(session, others, order, 1, ALIKE).leads

    def tags(self) -> Sequence[str]:
        """Return all tags in use, sorted."""
        return sorted(self._database.all(select(Tag.tag).distinct()), key=str.casefold)

    def owners(self) -> Sequence[int]:
        """Return the ids of all accounts that own a lead."""
        query = select(Lead.owner_id).where(Lead.owner_id.is_not(None)).distinct()
        return sorted(number for number in self._database.all(query) if number)

    def sources(self) -> Sequence[str]:
        """Return the paths of all pages that led to a lead."""
        query = select(Lead.source).where(Lead.quarantined.is_(False), Lead.source.is_not(None))
        return sorted(source for source in self._database.all(query.distinct()) if source)

    def _conditions(self, wanted: Wanted) -> Sequence[Any]:
        return [Lead.quarantined.is_(wanted.quarantined), *self._chosen(wanted)]

    def _chosen(self, wanted: Wanted) -> Iterator[Any]:
        if wanted.statuses:
            yield Lead.status.in_(wanted.statuses)
        for name in ("lost_reason", "owner_id", "topic", "source", "language"):
            if value := getattr(wanted, name):
                yield getattr(Lead, name) == value
        if wanted.no_owner:
            yield Lead.owner_id.is_(None)
        if wanted.tag:
            yield Lead.id.in_(select(Tag.lead_id).where(Tag.tag == wanted.tag))
        yield from self._in_time(wanted)

    def _in_time(self, wanted: Wanted) -> Iterator[Any]:
        if wanted.due is DueFilter.UNANSWERED:
            yield Lead.is_waiting
        elif wanted.due is DueFilter.FOLLOW_UP:
            yield Lead.follow_up_on <= self._today()
        elif wanted.due is DueFilter.UNDELIVERED:
            given_up = select(Delivery.lead_id).where(Delivery.state == DeliveryState.DEAD)
            yield Lead.id.in_(given_up)
        if wanted.since:
            yield Lead.received_at >= midnight(wanted.since)
        if wanted.until:
            yield Lead.received_at < midnight(wanted.until + datetime.timedelta(days=1))

    def _today(self) -> datetime.date:
        return german_day(self._clock())


def _newest(query: Select[Found], *, quarantined: bool | None) -> Select[Found]:
    if quarantined is not None:
        query = query.where(Lead.quarantined.is_(quarantined))
    return query.order_by(*_ORDERS[Order.NEWEST](Lead))


def _page(
    session: Session, conditions: Sequence[Any], order: Sequence[Any], number: int, size: int
) -> ResultPage:
    """Count by index alone, and load only the leads of the page."""
    total = session.scalar(select(func.count()).select_from(Lead).where(*conditions))
    if not total:
        return ResultPage([], 0, 1, size)
    number = paging.existing(number, total, size)
    query = select(Lead.id).where(*conditions).order_by(*order).limit(size)
    ids = session.scalars(query.offset((number - 1) * size)).all()
    return ResultPage(_leads(session, ids), total, number, size)


def _page_found(
    session: Session,
    match: search.Match,
    conditions: Sequence[Any],
    order: Callable[[Any], tuple[Any, ...]],
    number: int,
    size: int,
) -> ResultPage:
    """Return a page of search results, exact matches first.

    Similar ones are left out if there are many exact ones.
    """
    found = select(*_SORTED_BY, literal(1).label("is_exact")).where(match.exact, *conditions)
    page = _page_of(session, found, order, number, size)
    similar = match.found(session.connection()) if page.total < MANY else None
    if similar is None:
        return page
    found = select(*_SORTED_BY, _is_exact(match)).where(similar, *conditions)
    return _page_of(session, found, order, number, size)


def _page_of(
    session: Session,
    found: Select[*tuple[Any, ...]],
    order: Callable[[Any], tuple[Any, ...]],
    number: int,
    size: int,
) -> ResultPage:
    """Count and select in one query, because the search is the expensive part."""
    # Else PostgreSQL takes every word for common, and reads one lead after the other.
    rows = found.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    counts = (func.count().over(), func.sum(rows.c.is_exact).over())
    query = select(rows.c.id, *counts).order_by(rows.c.is_exact.desc(), *order(rows.c)).limit(size)
    number = max(number, 1)
    shown = session.execute(query.offset((number - 1) * size)).all()
    if not shown and number > 1:
        total = session.scalar(select(func.count()).select_from(rows)) or 0
        number = paging.count(total, size)
        shown = session.execute(query.offset((number - 1) * size)).all()
    _, total, exact = shown[0] if shown else (0, 0, 0)
    return ResultPage(_leads(session, [row.id for row in shown]), total, number, size, exact)


def _is_exact(match: search.Match) -> Label[int]:
    return case((match.is_exact, 1), else_=0).label("is_exact")


def _leads(session: Session, ids: Sequence[int]) -> list[Lead]:
    leads = select(Lead).where(Lead.id.in_(ids)).options(*_SHOWN)
    by_id = {lead.id: lead for lead in session.scalars(leads)}
    return [by_id[one] for one in ids]


_SHOWN = (defer(Lead.words), selectinload(Lead.tag_rows))

_SORTED_BY = (Lead.id, Lead.received_at, Lead.follow_up_on, Lead.touched_at, Lead.company)
_ORDERS: dict[Order, Callable[[Any], tuple[Any, ...]]] = {
    Order.NEWEST: lambda lead: (lead.received_at.desc(), lead.id.desc()),
    Order.OLDEST: lambda lead: (lead.received_at, lead.id),
    Order.FOLLOW_UP: lambda lead: (lead.follow_up_on.is_(None), lead.follow_up_on, lead.id),
    Order.UNTOUCHED: lambda lead: (lead.touched_at, lead.id),
    Order.COMPANY: lambda lead: (func.lower(lead.company), lead.id),
}
"""Makes sort keys from the columns in :data:`_SORTED_BY`."""
