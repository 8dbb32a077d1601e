"""Deliveries of leads: creation, lists, requeueing. ``outbox`` carries them out."""

import datetime
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, joinedload

from website.infra import email_addresses
from website.infra.database import Store
from website.leads.models import Channel, Delivery, DeliveryState, Event, Lead
from website.leads.outbox import due
from website.mailboxes import Mailbox

TO_THE_ASKER = ""
"""Recipient of a confirmation, whose address is stored with the lead only."""


@dataclass(frozen=True)
class Target:
    """A recipient of every new lead."""

    channel: Channel
    recipient: str


@dataclass(frozen=True)
class Backlog:
    """Numbers of undelivered messages, for monitoring."""

    pending: int
    dead: int
    oldest: datetime.datetime | None
    """Creation of the oldest pending delivery."""


@dataclass(frozen=True, kw_only=True)
class DeliveryFilter:
    """Filters for deliveries; defaults match all."""

    references: tuple[str, ...] = ()
    """References of leads, in normal form."""
    states: tuple[DeliveryState, ...] = ()
    channel: Channel | None = None
    since: datetime.datetime | None = None
    """Created at this moment or later."""
    until: datetime.datetime | None = None
    """Created before this moment."""

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


class Deliveries(Store):
    """The deliveries of one database."""

    def find(self, choice: DeliveryFilter, *, limit: int | None = None) -> Sequence[Delivery]:
        """Return deliveries with their leads, the newest first."""
        query = choice.within(
            _WITH_LEADS.options(joinedload(Delivery.lead)).order_by(Delivery.id.desc()).limit(limit)
        )
        return self._database.all(query)

    def send_again(self, choice: DeliveryFilter, *, actor: str) -> int:
        """Queue sent and dead deliveries again, from the first attempt on, with their message ids.

        Withheld and pending ones are left unchanged.

        :returns: the number of queued deliveries.
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

    def send_now(self, choice: DeliveryFilter, *, actor: str) -> int:
        """Make pending deliveries due now.

        Attempts that are under way continue; earlier attempts count.

        :returns: the number of these deliveries.
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

        :returns: the number of these deliveries.
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
        """Update deliveries, each with a line of the audit trail; return their number.

        :param also: text for that line, after the id of the delivery.
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
        """Return the numbers of undelivered messages."""
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
        """Return since when the oldest due delivery waits for its next attempt, or None.

        If that is long ago, no worker runs; a mail server that is down only causes retries.
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
    """Return the rows of a new lead's deliveries, one for each target.

    So a mailbox that refuses mails neither delays the others nor causes duplicates.

    :param sender: its domain is used in message ids.
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
    """Queue the deliveries that were withheld while a lead was in quarantine.

    :returns: the number of these deliveries.
    """
    result = session.execute(
        update(Delivery)
        .where(Delivery.lead_id == lead.id, Delivery.state == DeliveryState.WITHHELD)
        .values(state=DeliveryState.PENDING, next_attempt_at=now)
        .returning(Delivery.id)
    )
    return len(result.all())


def domain_of(sender: Mailbox) -> str:
    """Return the domain of the sender address, for message ids."""
    return email_addresses.deliverable_form(sender.address).rpartition("@")[2]


_WITH_LEADS = select(Delivery).join(Delivery.lead)
