"""Publications: a queue of jobs in the database, and their results.

A row is both job and record. Requests (:mod:`.publication_requests`) only insert rows; the
publisher on the machine with the content repository runs them.
"""

import datetime
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, String, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from website.editorial import msg
from website.exceptions import AuthoringError
from website.infra import clock_skew, leases
from website.infra.clock import GERMANY
from website.infra.database import Store, insert_new
from website.leads.models import Base, words_of

LEASE = datetime.timedelta(minutes=5)
"""Time without renewal after which another machine may publish."""
AHEAD = datetime.timedelta(days=366)
"""How far ahead publications can be scheduled."""

_NAME = "publisher"


class PublicationKind(StrEnum):
    """The origin of a publication."""

    PUBLISH = "publish"
    """An editor's change."""
    ROLLBACK = "rollback"
    """The reversal of an earlier publication."""
    PUSH = "push"
    """Commits of developers."""
    CHECKOUT = "checkout"
    """Changes in the ``content/`` folder of the checkout."""
    REFRESH = "refresh"
    """A rebuild of the same content, on another day or with other code."""


class PublicationState(StrEnum):
    """The state of a publication."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    UNCONFIRMED = "unconfirmed"
    """Published, but the live page did not show the change."""
    REFUSED = "refused"
    """Rejected because of errors in its files. Nothing was changed."""
    CONFLICT = "conflict"
    """Rejected because somebody else changed the same lines. Nothing was changed."""
    FAILED = "failed"
    """Failed for another reason. The site is unchanged."""
    WITHDRAWN = "withdrawn"
    """Withdrawn before it began."""

    @property
    def is_over(self) -> bool:
        """Whether the state is final."""
        return self not in {PublicationState.WAITING, PublicationState.RUNNING}

    @property
    def is_live(self) -> bool:
        """Whether it went live."""
        return self in {PublicationState.DONE, PublicationState.UNCONFIRMED}


class Publication(Base):
    """A publication."""

    __tablename__ = "publications"
    __table_args__ = (Index("ix_publications_state", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(64), default="")
    """The commit to merge into main; empty for a refresh."""
    actor: Mapped[str]
    """The name of who requested it."""
    subject: Mapped[str]
    """A one-line summary of the change."""
    requested_at: Mapped[datetime.datetime]
    due_at: Mapped[datetime.datetime]
    state: Mapped[PublicationState] = mapped_column(
        words_of(PublicationState), default=PublicationState.WAITING
    )
    started_at: Mapped[datetime.datetime | None]
    ended_at: Mapped[datetime.datetime | None]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Each with ``name``, ``seconds`` and ``note``; the last may have no seconds yet."""
    base: Mapped[str] = mapped_column(String(64), default="")
    """The head of main before the publication."""
    result: Mapped[str] = mapped_column(String(64), default="")
    """The new head of main; the publication is official if main contains it."""
    error: Mapped[str] = mapped_column(default="")
    """Why it is not live, or not confirmed, in German."""
    advice: Mapped[str] = mapped_column(default="")
    """What to do about it, in German."""
    detail: Mapped[str] = mapped_column(default="")
    """Details for operators, in English."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Errors of the content, each with ``path``, ``line``, ``message`` and ``author``."""

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it went live, and changed anything."""
        return self.state.is_live and self.result not in {"", self.base}


class PublisherLease(Base):
    """The single row that names the official repository, and the machine that publishes from it."""

    __tablename__ = "publisher"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    repository: Mapped[str] = mapped_column(String(64))
    machine: Mapped[str]
    leased_until: Mapped[datetime.datetime | None]
    since: Mapped[int] = mapped_column(default=0, server_default="0")
    """The last publication at takeover; the repository need not contain earlier ones."""


class Publications(Store):
    """The publications of one database."""

    def request(self, publication: Publication) -> int:
        """Insert a publication and return its number."""
        with self._database.writing() as session:
            session.add(publication)
            session.flush()
            return publication.id

    def get(self, number: int) -> Publication:
        """Return a publication."""
        with self._database.reading() as session:
            return session.get_one(Publication, number)

    def newest(self, limit: int) -> Sequence[Publication]:
        """Return the latest publications, newest first."""
        rows = select(Publication).order_by(Publication.id.desc()).limit(limit)
        return self._database.all(rows)

    def last_live(self) -> Publication | None:
        """Return the last publication that went live."""
        live = [state for state in PublicationState if state.is_live]
        rows = select(Publication).where(Publication.state.in_(live))
        newest = rows.order_by(Publication.ended_at.desc(), Publication.id.desc())
        return self._database.first(newest.limit(1))

    def of_source(self, source: str) -> Publication | None:
        """Return the last publication of a commit."""
        rows = select(Publication).where(Publication.source == source)
        return self._database.first(rows.order_by(Publication.id.desc()).limit(1))

    def next(self, now: datetime.datetime) -> Publication | None:
        """Return the next publication to run; one left running by a dead process comes first.

        Call it only while no other process can be publishing.
        """
        is_running = Publication.state == PublicationState.RUNNING
        is_waiting = Publication.state == PublicationState.WAITING
        due = is_waiting & clock_skew.come(Publication.due_at, now, AHEAD)
        rows = select(Publication).where(or_(is_running, due))
        first = rows.order_by(is_waiting, Publication.due_at, Publication.id)
        return self._database.first(first.limit(1))

    def waiting(self) -> Sequence[Publication]:
        """Return the publications that have not ended, by due time."""
        states = [state for state in PublicationState if not state.is_over]
        rows = select(Publication).where(Publication.state.in_(states))
        return self._database.all(rows.order_by(Publication.due_at, Publication.id))

    def start(self, number: int, now: datetime.datetime) -> bool:
        """Start or resume a publication; return False if it has ended."""
        states = [state for state in PublicationState if not state.is_over]
        values = {"state": PublicationState.RUNNING, "started_at": now, "steps": []}
        return self._update(number, values, states)

    def record(self, number: int, **values: object) -> None:
        """Update columns of a running publication."""
        self._update(number, values, [PublicationState.RUNNING])

    def finish(
        self, number: int, state: PublicationState, now: datetime.datetime, **values: object
    ) -> None:
        """End a running publication."""
        self._update(
            number, {**values, "state": state, "ended_at": now}, [PublicationState.RUNNING]
        )

    def warn(self, number: int, error: str, advice: str) -> bool:
        """Store why a waiting publication would fail now; an empty error means that it would not.

        :returns: whether the error has changed.
        """
        values, waiting = {"error": error, "advice": advice}, [PublicationState.WAITING]
        return self._update(number, values, waiting, Publication.error != error)

    def withdraw(self, number: int, now: datetime.datetime) -> bool:
        """Withdraw a request; return False if it has started."""
        values = {"state": PublicationState.WITHDRAWN, "ended_at": now, "error": "", "advice": ""}
        return self._update(number, values, [PublicationState.WAITING])

    def _update(
        self,
        number: int,
        values: Mapping[str, object],
        states: Sequence[PublicationState],
        *others: ColumnElement[bool],
    ) -> bool:
        is_in = Publication.state.in_(states)
        ours = update(Publication).where(Publication.id == number, is_in, *others)
        return self._database.execute(ours.values(values)) == 1

    def claim(self, repository: str, machine: str, now: datetime.datetime) -> PublisherLease | None:
        """Take or renew the right to publish.

        :returns: the other holder; None if it is ours now.
        """
        with self._database.writing() as session:
            insert_new(session, PublisherLease, name=_NAME, repository=repository, machine=machine)
            row = session.get_one(PublisherLease, _NAME, with_for_update=True)
            is_ours = row.machine == machine or not leases.is_taken(row, now, LEASE)
            if row.repository != repository or not is_ours:
                return row
            row.machine, row.leased_until = machine, now + LEASE
            return None

    def holder(self) -> PublisherLease | None:
        """Return the current lease; None if nothing was ever published."""
        with self._database.reading() as session:
            return session.get(PublisherLease, _NAME)

    def take_over(self, repository: str, machine: str) -> None:
        """Make a repository the official one, whoever holds the lease."""
        with self._database.writing() as session:
            insert_new(session, PublisherLease, name=_NAME, repository=repository, machine=machine)
            row = session.get_one(PublisherLease, _NAME, with_for_update=True)
            row.repository, row.machine, row.leased_until = repository, machine, None
            row.since = session.scalar(select(func.max(Publication.id))) or 0


def due_moment(
    day: datetime.date, time: datetime.time, now: datetime.datetime
) -> datetime.datetime:
    """Return the UTC time of a German local time.

    Of the repeated hour in October the first is meant.

    :raises AuthoringError: if it is past, too far ahead, or skipped in March.
    """
    local = datetime.datetime.combine(day, time.replace(tzinfo=None, fold=0), GERMANY)
    found = local.astimezone(datetime.UTC)
    if found.astimezone(GERMANY).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise AuthoringError(msg("due.skipped", time=time, day=day))
    if found <= now:
        raise AuthoringError("Dieser Zeitpunkt ist schon vorbei. Wählen Sie einen späteren.")
    if found > now + AHEAD:
        raise AuthoringError("Dieser Zeitpunkt liegt mehr als ein Jahr in der Zukunft.")
    return found
