"""The outbox: attempts due deliveries and schedules retries.

A delivery is a row that was stored together with its lead. A process leases it, sends the message
without holding a lock, and stores the result. If it dies in between, another process takes over
when the lease has expired, so a recipient may get a message twice, with the same Message-ID, but
always gets it.

Canaries pass through the same channels as dry runs, without sending messages.
"""

import datetime
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, select, update
from sqlalchemy.orm import selectinload

from website.exceptions import DeliveryError, StorageError
from website.infra import clock as clocks
from website.infra import clock_skew, leases
from website.infra.database import Database
from website.leads.channels import DeliveryChannel
from website.leads.models import (
    COLUMNS,
    Canary,
    Channel,
    Delivery,
    DeliveryState,
    Event,
    Lead,
    LeadStatus,
)

log = logging.getLogger(__name__)

DELAYS = tuple(
    datetime.timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Before each attempt, 75.6 hours in all: the example schedule of Standard Webhooks 1.0.

Permanent failures (5xx) are retried, too: mailboxes and settings get repaired.
"""

LONGEST = DELAYS[-1] * 1.1
"""The longest wait between two attempts, with :func:`jitter`."""
LEASE = datetime.timedelta(minutes=5)
"""Longer than any attempt (mail_transport.ATTEMPT, webhooks.TIMEOUT)."""
CANARY_PAUSE = datetime.timedelta(seconds=30)
"""Wait before a failed canary is tried again; whoever waits for it does so for minutes."""
POLL = 1.0
"""Seconds between two polls for due deliveries."""


def jitter() -> float:
    """Return a random factor of 1.0 to 1.1 that spreads retries.

    Never less than 1.0, because the waits must add up to the promised 72 hours.
    """
    return secrets.SystemRandom().uniform(1.0, 1.1)


@dataclass
class Counts:
    """Results of a round of deliveries."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0


def due(now: datetime.datetime) -> Select[Delivery]:
    """Return the query for the next due delivery that is not leased."""
    return (
        select(Delivery)
        .where(
            Delivery.state == DeliveryState.PENDING,
            clock_skew.come(Delivery.next_attempt_at, now, LONGEST),
            leases.free(Delivery.leased_until, now, LEASE),
        )
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(1)
    )


@dataclass
class Outbox:
    """Attempts due deliveries. Any number of processes may share the work."""

    database: Database
    channels: Mapping[Channel, DeliveryChannel]
    clock: clocks.Clock = clocks.now
    jitter: Callable[[], float] = field(default=jitter)
    canaries_to: str = ""
    """Address that gets a real mail for each canary; none if empty."""

    def deliver_due(self, stop: threading.Event | None = None) -> Counts:
        """Attempt everything that is due now, one after the other.

        :param stop: when set, no further delivery is begun.
        :raises StorageError: while the database cannot be used.
        """
        counts = Counts()
        while not (stop and stop.is_set()) and (delivery := self._claim()):
            match self._deliver(delivery.lead, delivery):
                case DeliveryState.SENT:
                    counts.sent += 1
                case DeliveryState.DEAD:
                    counts.dead += 1
                case DeliveryState.PENDING:
                    counts.postponed += 1
        if not (stop and stop.is_set()):
            self.dry_run_due()
        return counts

    def dry_run_due(self) -> int:
        """Run the deliveries of arrived canaries as dry runs.

        :returns: the number of canaries that succeeded.
        :raises StorageError: while the database cannot be used.
        """
        count = 0
        while canary := self._claim_canary():
            reason = self._dry_run(canary)
            count += not reason
            self._settle_canary(canary, reason)
        return count

    def run_forever(self, stop: threading.Event) -> None:
        """Deliver until ``stop`` is set; the current delivery is finished first."""
        while not stop.is_set():
            try:
                self.deliver_due(stop)
            except StorageError as error:
                log.error("Deliveries wait: %s", error)  # noqa: TRY400 - the sentence says it all
            stop.wait(POLL)

    def _claim(self) -> Delivery | None:
        def count(delivery: Delivery) -> None:
            # Counted before it is tried: a message that kills its process gets no endless tries.
            delivery.attempts += 1

        now = self.clock()
        query = due(now).options(selectinload(Delivery.lead))
        return leases.take(self.database, query, now + LEASE, begin=count)

    def _deliver(self, lead: Lead, delivery: Delivery) -> DeliveryState:
        try:
            self._attempt(lead, delivery)
        except DeliveryError as error:
            reason = f"{error} (refused for good)" if error.permanent else str(error)
            return self._failed(lead, delivery, reason)
        except Exception as error:  # noqa: BLE001 - one delivery's fault must not stop the others
            return self._failed(lead, delivery, f"Unexpected {type(error).__name__}")
        return self._settle(lead, delivery, DeliveryState.SENT, "")

    def _attempt(self, lead: Lead, delivery: Delivery) -> None:
        channel = self._channel(delivery.channel)
        if delivery.attempts > len(DELAYS):
            raise DeliveryError("The process ended during the last attempt")
        channel.deliver(lead, delivery)

    def _channel(self, channel: Channel) -> DeliveryChannel:
        try:
            return self.channels[channel]
        except KeyError:
            raise DeliveryError(f"Nothing is set up for the channel {channel}") from None

    def _failed(self, lead: Lead, delivery: Delivery, reason: str) -> DeliveryState:
        left = delivery.attempts < len(DELAYS)
        return self._settle(
            lead, delivery, DeliveryState.PENDING if left else DeliveryState.DEAD, reason
        )

    def _settle(
        self, lead: Lead, claimed: Delivery, state: DeliveryState, reason: str
    ) -> DeliveryState:
        now = self.clock()
        with self.database.writing() as session:
            # Not by its id: SQLite gives that of an erased delivery to the next one.
            ours = select(Delivery).where(Delivery.message_id == claimed.message_id)
            delivery = session.scalar(ours.with_for_update())
            if delivery is None:
                return state  # erased meanwhile, with its lead
            if delivery.state is DeliveryState.SENT:
                return DeliveryState.SENT  # by a process that took over after our lease had ended
            delivery.state = state
            delivery.leased_until = None
            delivery.last_error = reason or None
            if state is DeliveryState.SENT:
                delivery.sent_at = now
            elif state is DeliveryState.PENDING:
                delivery.next_attempt_at = now + DELAYS[claimed.attempts] * self.jitter()
            session.add(
                Event(
                    lead_id=lead.id,
                    at=now,
                    actor="outbox",
                    action=_ACTIONS[state][0],
                    detail=f"delivery {claimed.id}, attempt {claimed.attempts}. {reason}".rstrip(),
                )
            )
        _log(lead, claimed, state, reason)
        return state

    def _claim_canary(self) -> Canary | None:
        now = self.clock()
        return leases.take(self.database, _due_canary(now), now + LEASE)

    def _dry_run(self, canary: Canary) -> str:
        """Run a canary's deliveries; return why they failed, or an empty string."""
        lead = _as_lead(canary)
        owed = [
            first_attempt(Channel(channel), recipient, identifier)
            for channel, recipient, identifier in canary.owed
        ]
        try:
            for delivery in owed:
                self._channel(delivery.channel).dry_run(lead, delivery)
            if self.canaries_to and owed:
                real = first_attempt(Channel.MAIL, self.canaries_to, owed[0].message_id)
                self._channel(Channel.MAIL).deliver(lead, real)
        except DeliveryError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - must not end the process that delivers
            return f"Unexpected {type(error).__name__}"
        return "" if owed else "Nobody is set up to be told of requests"

    def _settle_canary(self, canary: Canary, reason: str) -> None:
        """Store the result, unless the canary was deleted or another process was faster."""
        now = self.clock()
        open_still = (Canary.nonce == canary.nonce) & Canary.delivered_at.is_(None)
        outcome = {
            "leased_until": now + CANARY_PAUSE if reason else None,
            "last_error": reason or None,
            "delivered_at": None if reason else now,
        }
        self.database.execute(update(Canary).where(open_still).values(outcome))
        if reason:
            log.warning("Canary %s: not delivered. %s", canary.reference, reason)


_ACTIONS = {
    DeliveryState.SENT: ("sent", logging.INFO),
    DeliveryState.PENDING: ("postponed", logging.WARNING),
    DeliveryState.DEAD: ("given-up", logging.ERROR),
}
"""Action for the audit trail and log level, by the state after an attempt."""


def _log(lead: Lead, delivery: Delivery, state: DeliveryState, reason: str) -> None:
    action, level = _ACTIONS[state]
    log.log(
        level,
        "Lead %s: delivery %d %s at attempt %d. %s",
        lead.reference,
        delivery.id,
        action,
        delivery.attempts,
        reason,
        extra={"lead": lead.reference},
    )


def _due_canary(now: datetime.datetime) -> Select[Canary]:
    return (
        select(Canary)
        .where(
            Canary.received_at.is_not(None),
            Canary.delivered_at.is_(None),
            leases.free(Canary.leased_until, now, LEASE),
        )
        .limit(1)
    )


def first_attempt(channel: Channel, recipient: str, identifier: str) -> Delivery:
    """Return a delivery that is stored nowhere, as at its first attempt."""
    return Delivery(channel=channel, recipient=recipient, message_id=identifier, attempts=1)


def _as_lead(canary: Canary) -> Lead:
    """Return the lead that a canary would be, for composing messages."""
    given = canary.answers
    return Lead(
        reference=canary.reference,
        received_at=canary.received_at,
        touched_at=canary.received_at,
        status=LeadStatus.NEW,
        **{name: given.get(name, "") for name in COLUMNS},
        answers={name: text for name, text in given.items() if name not in COLUMNS},
        source=canary.source,
        language=canary.language,
        quarantined=False,
        deliveries=[],
    )
