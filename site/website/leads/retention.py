"""Retention periods of leads, and the deletion of leads.

The agency sets the periods, and its privacy page states them. Leads with an open delivery are kept
beyond their period, because nobody could have answered them.
"""

from __future__ import annotations

import bisect
import calendar
import datetime
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select
from sqlalchemy.orm import Session, load_only

from website.exceptions import StorageError
from website.infra import clock as clocks
from website.infra import clock_skew, paging, system_errors
from website.infra.clock import Clock, german_day, midnight
from website.infra.database import Database
from website.infra.text import counted
from website.leads import search, search_vocabulary
from website.leads.models import Channel, Delivery, DeliveryState, Event, Lead, LeadStatus

log = logging.getLogger(__name__)

EARLIEST = datetime.date(2000, 1, 1)
"""Earlier than any contact with a lead."""
BATCH = 100
"""Leads deleted in one transaction, to hold the write lock only shortly."""

STUCK = datetime.timedelta(days=30)
"""Time beyond its period after which a lead that is kept only because deliveries were given up
needs a decision: the mailbox may not exist any more."""

OWED = frozenset({DeliveryState.PENDING, DeliveryState.DEAD})
"""States of deliveries that have not reached their recipient."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """A period of time, computed as in § 188 BGB: it ends with the end of its last day."""

    days: int = 0
    months: int = 0
    years_from_end_of_year: int = 0

    def last_day(self, moment: datetime.datetime) -> datetime.date:
        """Return the last day, in Germany, of the period that begins at a moment."""
        day = german_day(moment)
        if self.years_from_end_of_year:
            return datetime.date(day.year + self.years_from_end_of_year, 12, 31)
        return _months_later(day, self.months) + datetime.timedelta(days=self.days)

    def beginning(self, today: datetime.date) -> datetime.datetime:
        """Return the moment before which all periods that are over have begun."""
        # Whoever comes later is kept as long or longer, so the day can be searched for.
        days = range(EARLIEST.toordinal(), today.toordinal() + 1)
        is_kept = bisect.bisect_left(
            days, today, key=lambda day: self.last_day(midnight(datetime.date.fromordinal(day)))
        )
        return midnight(datetime.date.fromordinal(days[is_kept])) if days else midnight(today)


@dataclass(frozen=True)
class Retention:
    """The retention periods of leads."""

    by_status: Mapping[LeadStatus, Period]
    """From the last contact on."""
    suspected: Period
    """From arrival on, for leads in quarantine that nobody works on."""

    def last_day(self, lead: Lead, since: datetime.datetime | None = None) -> datetime.date:
        """Return the last day of a lead's period.

        :param since: beginning of the period, if not as stored with the lead.
        """
        if lead.quarantined and lead.status is LeadStatus.NEW:
            return self.suspected.last_day(since or lead.received_at)
        return self.by_status[lead.status].last_day(since or lead.touched_at)

    def is_over(self, today: datetime.date) -> ColumnElement[bool]:
        """Return the condition for leads whose period is over."""
        suspected = and_(Lead.quarantined.is_(True), Lead.status == LeadStatus.NEW)
        return or_(
            and_(suspected, Lead.received_at < self.suspected.beginning(today)),
            *(
                and_(~suspected, Lead.status == status, Lead.touched_at < period.beginning(today))
                for status, period in self.by_status.items()
            ),
        )


@dataclass(frozen=True)
class DueDeletions:
    """A lead whose retention period is over."""

    lead: Lead
    """With the columns on which its period depends."""
    since: datetime.date
    """The day after the end of its period."""
    owed: frozenset[DeliveryState]
    """States of open deliveries, for which it is kept; empty if there are none."""

    def is_stuck(self, today: datetime.date) -> bool:
        """Return whether it is kept until somebody decides about it."""
        return self.owed == {DeliveryState.DEAD} and self.since + STUCK <= today


@dataclass(frozen=True)
class DuePage:
    """A page of leads whose period is over."""

    leads: Sequence[DueDeletions]
    total: int
    held_back: int
    """Number of all such leads that are kept because of an open delivery."""
    number: int
    count: int
    """Number of pages, at least one."""


@dataclass(frozen=True)
class Deleted:
    """Numbers of deleted rows."""

    leads: int = 0
    deliveries: int = 0
    undelivered: int = 0
    """Deleted deliveries that had not been sent."""

    def __add__(self, other: Deleted) -> Deleted:
        return Deleted(
            self.leads + other.leads,
            self.deliveries + other.deliveries,
            self.undelivered + other.undelivered,
        )

    def __str__(self) -> str:
        leads = counted(self.leads, "lead", "leads")
        deliveries = counted(self.deliveries, "delivery", "deliveries")
        return f"{leads}, {deliveries} ({self.undelivered} undelivered)"


@dataclass(frozen=True)
class Purge:
    """Deletes leads whose retention period is over.

    Methods raise StorageError while the database cannot be used.
    """

    database: Database
    retention: Retention
    mails: Path
    """Folder of mails that were written to files instead of being sent."""
    clock: Clock = clocks.now

    def due(self) -> list[DueDeletions]:
        """Return all leads whose period is over, including those that are kept."""
        with self.database.reading() as session:
            return list(self._due(session, select(Lead).order_by(Lead.id), self._is_due(session)))

    def page(self, number: int, *, size: int = 50) -> DuePage:
        """Return a page of leads whose period is over, the longest untouched first.

        :param number: of the page; beyond the last one, that is returned.
        """
        owed = select(Delivery.lead_id).where(*_OWED)
        with self.database.reading() as session:
            condition = self._is_due(session)
            total, held = session.execute(
                select(func.count(), func.count(case((Lead.id.in_(owed), 1)))).where(condition)
            ).one()
            number = paging.existing(number, total, size)
            query = select(Lead).order_by(Lead.touched_at, Lead.id)
            query = query.limit(size).offset((number - 1) * size)
            leads = list(self._due(session, query, condition)) if total else []
            return DuePage(leads, total, held, number, paging.count(total, size))

    def run(self, *, actor: str, given_up: bool = False) -> Deleted:
        """Delete due leads without open deliveries, and record how many in the audit trail.

        :param given_up: delete also those for which :meth:`DueDeletions.is_stuck` holds.
        """
        due = self.due()
        gone = [one.lead.reference for one in due if self.goes(one, given_up=given_up)]
        deleted = Deleted()
        for start in range(0, len(gone), BATCH):
            deleted += self._delete(gone[start : start + BATCH], given_up=given_up)
        detail = f"{deleted}, {counted(len(due) - deleted.leads, 'lead', 'leads')} held back"
        with self.database.writing() as session:
            session.add(Event(at=self.clock(), actor=actor, action="purged", detail=detail))
        empty_log(self.database)
        return deleted

    def goes(self, due: DueDeletions, *, given_up: bool) -> bool:
        """Return whether a lead is deleted now, see :meth:`run`."""
        return not due.owed or (given_up and due.is_stuck(self._today()))

    def _today(self) -> datetime.date:
        return german_day(self.clock())

    def _delete(self, references: Sequence[str], *, given_up: bool) -> Deleted:
        with self.database.writing() as session:
            hold(session, references)
            # Somebody may have taken one up, or queued a delivery again, since it was found.
            query = select(Lead).where(Lead.reference.in_(references)).order_by(Lead.id)
            found = self._due(session, query, self._is_due(session))
            gone = [one.lead.reference for one in found if self.goes(one, given_up=given_up)]
            return delete_leads(session, gone, self.mails)

    def _due(
        self, session: Session, query: Select[Lead], condition: ColumnElement[bool]
    ) -> Iterator[DueDeletions]:
        due = query.where(condition)
        of_due = Delivery.lead_id.in_(due.with_only_columns(Lead.id))
        owed: dict[int, set[DeliveryState]] = {}
        for lead_id, state in session.execute(
            select(Delivery.lead_id, Delivery.state).where(of_due, *_OWED)
        ):
            owed.setdefault(lead_id, set()).add(state)
        for lead in session.scalars(due.options(_DATED)):
            last_day = self._last_day(session, lead)
            since = last_day + datetime.timedelta(days=1)
            yield DueDeletions(lead, since, frozenset(owed.get(lead.id, ())))

    def _last_day(self, session: Session, lead: Lead) -> datetime.date:
        return self.retention.last_day(lead, _corrected(session, lead, self.clock()))

    def _is_due(self, session: Session) -> ColumnElement[bool]:
        """Return the condition for leads whose period is over.

        The few leads with moments in the future, from a wrong clock, are checked one by one.
        """
        today, latest = self._today(), self.clock() + clock_skew.SKEW
        ahead = or_(Lead.received_at > latest, Lead.touched_at > latest)
        suspects = session.scalars(select(Lead).where(ahead).options(_DATED))
        over = [lead.id for lead in suspects if self._last_day(session, lead) < today]
        return or_(and_(~ahead, self.retention.is_over(today)), Lead.id.in_(over))


def hold(session: Session, references: Collection[str]) -> None:
    """Lock leads and their deliveries until the end of the transaction.

    Deliveries first, like the outbox. On SQLite the write lock suffices.
    """
    ids = select(Lead.id).where(Lead.reference.in_(references))
    owed = select(Delivery.id).where(Delivery.lead_id.in_(ids)).order_by(Delivery.id)
    session.execute(owed.with_for_update())
    session.execute(ids.order_by(Lead.id).with_for_update())


def delete_leads(session: Session, references: Collection[str], mails: Path) -> Deleted:
    """Delete leads with all dependent data. Lines of the audit trail are kept, without the lead.

    :param mails: folder of mails that were written to files instead of being sent.
    """
    if not references:
        return Deleted()
    found = session.scalars(select(Lead.id).where(Lead.reference.in_(references))).all()
    search_vocabulary.leave(session.connection(), found)
    ids = select(Lead.id).where(Lead.reference.in_(references)).scalar_subquery()
    deliveries = delete(Delivery).where(Delivery.lead_id.in_(ids)).returning(Delivery.state)
    states = session.scalars(deliveries, execution_options=_UNTRACKED).all()
    leads = delete(Lead).where(Lead.reference.in_(references)).returning(Lead.id)
    count = len(session.scalars(leads, execution_options=_UNTRACKED).all())
    # Before all that is certain: a lead that stays because of an error can do without its mails,
    # but mails that stay without their lead would never be found again.
    _delete_mails(mails, references)
    return Deleted(count, len(states), sum(state is not DeliveryState.SENT for state in states))


def delete_without_trace(session: Session, leads: Select[int], mails: Path) -> Deleted:
    """Delete invented leads, including their lines of the audit trail.

    :param leads: selects their ids.
    """
    found = session.execute(select(Lead.id, Lead.reference).where(Lead.id.in_(leads))).all()
    references = [row.reference for row in found]
    hold(session, references)
    session.execute(delete(Event).where(Event.lead_id.in_([row.id for row in found])))
    return delete_leads(session, references, mails)


def empty_log(database: Database) -> None:
    """Purge deleted data from SQLite's full-text index and write-ahead log.

    In the database file SQLite overwrites deleted data itself (``secure_delete``). PostgreSQL needs
    nothing of this.
    """
    if database.engine.dialect.name != "sqlite":
        return
    database.execute(search.FORGET_DELETED)
    with database.unmanaged() as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_emptied = not any(busy for busy, *_ in cursor.fetchall())
    if not is_emptied:
        log.warning(
            "The database's log still holds what was deleted, because another process was reading. "
            "'flask --app website leads purge' tries again."
        )


_UNTRACKED = {"synchronize_session": False}
_DATED = load_only(Lead.reference, Lead.status, Lead.quarantined, Lead.received_at, Lead.touched_at)
"""The columns on which a lead's period depends."""
_OWED = (
    Delivery.state.in_(OWED),
    # Whoever asked knows of it, and often has mistyped the address.
    Delivery.channel != Channel.CONFIRMATION,
)


def _corrected(session: Session, lead: Lead, now: datetime.datetime) -> datetime.datetime | None:
    """Return an upper bound of the last contact if a clock that was ahead has stored it, else None.

    The bound is the next line of the audit trail after that clock was corrected. Nothing is
    rewritten: today's clock may be the wrong one.
    """
    if not clock_skew.is_ahead(max(lead.received_at, lead.touched_at), now):
        return None
    last = select(func.max(Event.id)).where(Event.lead_id == lead.id).scalar_subquery()
    following = select(Event.at).where(Event.id > last, Event.at <= now).order_by(Event.id).limit(1)
    return session.scalar(following)


def _months_later(day: datetime.date, months: int) -> datetime.date:
    """Return the same day some months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    _, longest = calendar.monthrange(year, month + 1)
    return datetime.date(year, month + 1, min(day.day, longest))


def _delete_mails(folder: Path, references: Collection[str]) -> None:
    """Delete mail files, whose names consist of moment, reference and a random part."""
    try:
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name.partition("-")[2].partition(".")[0] in references:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"The mail folder cannot be cleared: {system_errors.told(error, folder)}"
        ) from error
