"""Takes leads in, and finds them again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from website.leads import clock as clocks
from website.leads import mailboxes, reference
from website.leads.models import COLUMNS, Channel, Delivery, Event, Lead, State
from website.leads.outbox import due
from website.leads.questions import QUESTIONS, Kind
from website.leads.text import clean, clean_line

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from website.leads.clock import Clock
    from website.leads.database import Database

DRAWS = 5
"""How often a number that is taken is drawn again; once is already rare."""


@dataclass(frozen=True)
class Target:
    """Somebody who is told of every new lead."""

    channel: Channel
    recipient: str


@dataclass(frozen=True)
class Receipt:
    """What the visitor gets for a lead that is on disk."""

    reference: str
    received_at: datetime.datetime


@dataclass(frozen=True)
class Backlog:
    """What is still to be delivered, for those who watch over it."""

    pending: int
    dead: int
    oldest: datetime.datetime | None
    """When the delivery that waits longest was first owed."""


class LeadStore:
    """All leads of one database.

    Every method raises StorageError while the database cannot be used.
    """

    def __init__(
        self,
        database: Database,
        targets: Sequence[Target],
        *,
        sender: str,
        clock: Clock = clocks.now,
        draw: Callable[[], str] = reference.new,
    ) -> None:
        self._database = database
        self._targets = tuple(targets)
        self._domain = mailboxes.deliverable_form(mailboxes.split(sender)[1]).rpartition("@")[2]
        self._clock = clock
        self._draw = draw

    def add(self, answers: Mapping[str, str], *, source: str | None = None) -> Receipt:
        """Store a lead, what is owed for it, and a line of the audit trail: all or nothing.

        When this returns, they are on disk.

        :param answers: texts by the names of the questions; cleaned here, checked by the caller.
        :param source: path of the page on which they were given.
        """
        for _ in range(DRAWS - 1):
            try:
                return self._add(answers, source)
            except IntegrityError:
                continue
        return self._add(answers, source)

    def get(self, text: str) -> Lead | None:
        """Find a lead with its deliveries by its number, in whatever way that is written."""
        if not (number := reference.normalise(text)):
            return None
        query = select(Lead).where(Lead.reference == number).options(selectinload(Lead.deliveries))
        with self._database.reading() as session:
            return session.scalar(query)

    def newest(self, limit: int = 50) -> Sequence[Lead]:
        """Give the last leads with their deliveries, newest first."""
        query = (
            select(Lead)
            .order_by(Lead.received_at.desc(), Lead.id.desc())
            .limit(limit)
            .options(selectinload(Lead.deliveries))
        )
        with self._database.reading() as session:
            return session.scalars(query).all()

    def events(self, lead: Lead) -> Sequence[Event]:
        """Give a lead's audit trail, oldest first."""
        query = select(Event).where(Event.lead_id == lead.id).order_by(Event.id)
        with self._database.reading() as session:
            return session.scalars(query).all()

    def send_again(self, lead: Lead, *, actor: str) -> int:
        """Owe a lead's dead deliveries anew, from the first attempt on.

        :returns: how many these were.
        """
        now = self._clock()
        query = select(Delivery).where(Delivery.lead_id == lead.id, Delivery.state == State.DEAD)
        with self._database.writing() as session:
            dead = session.scalars(query).all()
            for delivery in dead:
                delivery.state = State.PENDING
                delivery.attempts = 0
                delivery.next_attempt_at = now
                detail = f"delivery {delivery.id}"
                session.add(
                    Event(lead_id=lead.id, at=now, actor=actor, action="send-again", detail=detail)
                )
        return len(dead)

    def backlog(self) -> Backlog:
        """Count what is still to be delivered."""
        counts = select(Delivery.state, func.count()).group_by(Delivery.state)
        oldest = (
            select(Delivery.created_at)
            .where(Delivery.state == State.PENDING)
            .order_by(Delivery.created_at)
            .limit(1)
        )
        with self._database.reading() as session:
            found = dict(iter(session.execute(counts)))
            return Backlog(
                pending=found.get(State.PENDING, 0),
                dead=found.get(State.DEAD, 0),
                oldest=session.scalar(oldest),
            )

    def neglected_since(self) -> datetime.datetime | None:
        """Tell since when the oldest delivery that is due has not even been tried.

        A mail server that is down makes deliveries late, but tried; nobody delivering does this.
        """
        query = due(self._clock()).with_only_columns(Delivery.next_attempt_at)
        with self._database.reading() as session:
            return session.scalar(query)

    def check_writable(self) -> None:
        """Write a line and take it back.

        :raises StorageError: if a lead could not be stored now.
        """
        with self._database.writing() as session:
            session.add(Event(at=self._clock(), actor="check", action="write"))
            session.flush()
            session.rollback()

    def close(self) -> None:
        """Close the database's connections."""
        self._database.close()

    def _add(self, answers: Mapping[str, str], source: str | None) -> Receipt:
        now = self._clock()
        with self._database.writing() as session:
            lead = _lead(answers, source, self._draw(), now)
            session.add(lead)
            session.flush()
            self._owe(session, lead, now)
            session.add(Event(lead_id=lead.id, at=now, actor="visitor", action="received"))
            return Receipt(lead.reference, lead.received_at)

    def _owe(self, session: Session, lead: Lead, now: datetime.datetime) -> None:
        # One message for each recipient: a mailbox that refuses neither holds up the others
        # nor makes them get the same message again.
        for target in self._targets:
            session.add(
                Delivery(
                    lead_id=lead.id,
                    channel=target.channel,
                    recipient=target.recipient,
                    message_id=f"<{lead.reference}.{secrets.token_hex(4)}@{self._domain}>",
                    created_at=now,
                    next_attempt_at=now,
                )
            )


def _lead(
    answers: Mapping[str, str], source: str | None, number: str, now: datetime.datetime
) -> Lead:
    given = {
        question.name: (clean if question.kind is Kind.LONG_TEXT else clean_line)(text)
        for question in QUESTIONS
        if (text := answers.get(question.name))
    }
    return Lead(
        reference=number,
        received_at=now,
        **{name: given.pop(name, "") for name in COLUMNS},
        answers=given,
        source=source,
    )
