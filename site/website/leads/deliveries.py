"""The deliveries of each lead: created with it, listed, and queued again.

``outbox`` carries them out.
"""

import datetime
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from website.infra import clock as clocks
from website.infra import email_addresses
from website.infra.clock import Clock
from website.infra.database import Database
from website.leads.models import Channel, Delivery, DeliveryState, Event, Lead
from website.leads.outbox import due
from website.mailboxes import Mailbox

TO_THE_ASKER = ""
"""Recipient of a confirmation: the address stands in the lead and nowhere else."""


@dataclass(frozen=True)
class Target:
    """A recipient of every new lead."""

    channel: Channel
    recipient: str


@dataclass(frozen=True)
class Backlog:
    """What is still to be delivered, for those who watch over it."""

    pending: int
    dead: int
    oldest: datetime.datetime | None
    """When the delivery that waits longest was first owed."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which deliveries are meant; what is not said does not matter."""

    references: tuple[str, ...] = ()
    """Of their leads, as written there."""
    states: tuple[DeliveryState, ...] = ()
    channel: Channel | None = None
    since: datetime.datetime | None = None
    """Owed at this moment or later."""
    until: datetime.datetime | None = None
    """Owed before this moment."""

    def within(self, query: Select[Any]) -> Select[Any]:
        """Narrow a query of deliveries joined with their leads."""
        if self.references:
            query = query.where(Lead.reference.in_(self.references))
        if self.states:
            query = query.where(Delivery.state.in_(self.states))
        if self.channel:
            query = query.where(Delivery.channel == self.channel)
        if self.since:
            query = query.where(Delivery.created_at >= self.since)
        if self.until:
            query = query.where(Delivery.created_at < self.until)
        return query


class Deliveries:
    """All deliveries of one database.

    Every method raises StorageError while the database cannot be used.
    """

    def __init__(self, database: Database, *, clock: Clock = clocks.now) -> None:
        self._database = database
        self._clock = clock

    def find(self, choice: Choice, *, limit: int | None = None) -> Sequence[Delivery]:
        """Return deliveries with their leads, the newest first."""
        query = choice.within(
            _WITH_LEADS.options(joinedload(Delivery.lead)).order_by(Delivery.id.desc()).limit(limit)
        )
        return self._database.all(query)

    def send_again(self, choice: Choice, *, actor: str) -> int:
        """Queue deliveries again, from the first attempt on, under the same identifiers.

        What is withheld stays so, and what is pending goes on as it is.

        :returns: how many these were.
        """
        ended = (DeliveryState.SENT, DeliveryState.DEAD)
        return self._change(
            choice.within(_WITH_LEADS).where(Delivery.state.in_(ended)),
            actor,
            "send-again",
            state=DeliveryState.PENDING,
            attempts=0,
            next_attempt_at=self._clock(),
        )

    def send_now(self, choice: Choice, *, actor: str) -> int:
        """Make pending deliveries due at once.

        What is being tried just now goes on; attempts already made count.

        :returns: how many deliveries these were.
        """
        now = self._clock()
        return self._change(
            choice.within(_WITH_LEADS).where(
                Delivery.state == DeliveryState.PENDING,
                Delivery.attempts > 0,
                Delivery.next_attempt_at > now,
            ),
            actor,
            "send-again",
            next_attempt_at=now,
        )

    def hold_pending(self, reason: str, *, actor: str) -> int:
        """Give up pending deliveries, so that somebody decides whether to send them again.

        :returns: how many deliveries these were.
        """
        return self._change(
            select(Delivery).where(Delivery.state == DeliveryState.PENDING),
            actor,
            "held",
            f". {reason}",
            state=DeliveryState.DEAD,
            leased_until=None,
            last_error=reason,
        )

    def _change(
        self, query: Select[Delivery], actor: str, action: str, also: str = "", **values: object
    ) -> int:
        """Give deliveries new values, each with a line of the audit trail; return their number.

        :param also: what stands in that line after the delivery's number.
        """
        line = {"at": self._clock(), "actor": actor, "action": action}
        with self._database.writing() as session:
            # Locked, so that what another process changes meanwhile is not changed twice.
            held = query.order_by(Delivery.id).with_for_update(of=Delivery)
            found = session.scalars(held).all()
            for delivery in found:
                for name, value in values.items():
                    setattr(delivery, name, value)
                detail = f"delivery {delivery.id}{also}"
                session.add(Event(lead_id=delivery.lead_id, detail=detail, **line))
        return len(found)

    def backlog(self) -> Backlog:
        """Count what is still to be delivered."""
        counts = select(Delivery.state, func.count()).group_by(Delivery.state)
        oldest = (
            select(Delivery.created_at)
            .where(Delivery.state == DeliveryState.PENDING)
            .order_by(Delivery.created_at)
            .limit(1)
        )
        with self._database.reading() as session:
            found = dict(iter(session.execute(counts)))
            return Backlog(
                pending=found.get(DeliveryState.PENDING, 0),
                dead=found.get(DeliveryState.DEAD, 0),
                oldest=session.scalar(oldest),
            )

    def neglected_since(self) -> datetime.datetime | None:
        """Return since when the oldest due delivery has not even been attempted.

        A mail server that is down makes deliveries late, but tried; nobody delivering does this.
        """
        query = due(self._clock()).with_only_columns(Delivery.next_attempt_at)
        return self._database.first(query)


def rows(
    targets: Iterable[Target],
    lead_id: int,
    number: str,
    sender: Mailbox,
    now: datetime.datetime,
    *,
    state: DeliveryState,
) -> list[dict[str, Any]]:
    """Return the deliveries of a new lead: one message for each target.

    A mailbox that refuses then neither holds up the others nor makes them get a message again.

    :param sender: whose domain stands in the messages' identifiers.
    """
    domain = domain_of(sender)
    return [
        {
            "lead_id": lead_id,
            "channel": target.channel,
            "recipient": target.recipient,
            "message_id": f"<{number}.{secrets.token_hex(4)}@{domain}>",
            "state": state,
            "created_at": now,
            "next_attempt_at": now,
        }
        for target in targets
    ]


def owe_withheld(session: Session, lead: Lead, now: datetime.datetime) -> int:
    """Queue exactly the deliveries that were withheld while a lead was suspected.

    :returns: how many deliveries these were.
    """
    result = session.execute(
        update(Delivery)
        .where(Delivery.lead_id == lead.id, Delivery.state == DeliveryState.WITHHELD)
        .values(state=DeliveryState.PENDING, next_attempt_at=now)
        .returning(Delivery.id)
    )
    return len(result.all())


def domain_of(sender: Mailbox) -> str:
    """Return the domain of the address that sends, as it stands in identifiers."""
    return email_addresses.deliverable_form(sender.address).rpartition("@")[2]


_WITH_LEADS = select(Delivery).join(Delivery.lead)
