"""Dry runs: canaries take the way of a lead's deliveries, but nobody gets a message.

The same process runs them through the same channels: each goes as far as the other side's word that
it would take the message, and sends none.
"""

import datetime
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select, update

from website.exceptions import DeliveryError
from website.infra import clock as clocks
from website.infra import leases
from website.infra.clock import Clock
from website.infra.database import Database
from website.leads.channels import DeliveryChannel
from website.leads.models import COLUMNS, Canary, Channel, Delivery, Lead, LeadStatus

log = logging.getLogger(__name__)

LEASE = datetime.timedelta(minutes=5)
PAUSE = datetime.timedelta(seconds=30)
"""Before one that failed is tried again; whoever waits for it does so for some minutes only."""


@dataclass(frozen=True)
class DryRuns:
    """Tries the deliveries of canaries. Any number of processes may share the work."""

    database: Database
    channels: Mapping[Channel, DeliveryChannel]
    also_to: str = ""
    """Somebody who gets a real mail for each."""
    clock: Clock = clocks.now

    def deliver_due(self) -> int:
        """Try every canary that has come.

        :returns: how many were delivered.
        :raises StorageError: while the database cannot be used.
        """
        count = 0
        while canary := self._claim():
            reason = self._attempt(canary)
            count += not reason
            self._settle(canary, reason)
        return count

    def _claim(self) -> Canary | None:
        now = self.clock()
        return leases.take(self.database, _due(now), now + LEASE)

    def _attempt(self, canary: Canary) -> str:
        """Attempt it, and return why it failed, if so."""
        lead = _as_lead(canary)
        owed = [
            _delivery(Channel(channel), recipient, identifier)
            for channel, recipient, identifier in canary.owed
        ]
        try:
            for delivery in owed:
                self._channel(delivery.channel).dry_run(lead, delivery)
            if self.also_to and owed:
                real = _delivery(Channel.MAIL, self.also_to, owed[0].message_id)
                self._channel(Channel.MAIL).deliver(lead, real)
        except DeliveryError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - must not end the process that delivers
            return f"Unexpected {type(error).__name__}"
        return "" if owed else "Nobody is set up to be told of requests"

    def _channel(self, channel: Channel) -> DeliveryChannel:
        try:
            return self.channels[channel]
        except KeyError:
            raise DeliveryError(f"Nothing is set up for the channel {channel}") from None

    def _settle(self, canary: Canary, reason: str) -> None:
        """Store the result, unless nobody waits for it any more or another process was faster."""
        now = self.clock()
        open_still = (Canary.nonce == canary.nonce) & Canary.delivered_at.is_(None)
        outcome = {
            "leased_until": now + PAUSE if reason else None,
            "last_error": reason or None,
            "delivered_at": None if reason else now,
        }
        self.database.execute(update(Canary).where(open_still).values(outcome))
        if reason:
            log.warning("Canary %s: not delivered. %s", canary.reference, reason)


def _due(now: datetime.datetime) -> Select[Canary]:
    return (
        select(Canary)
        .where(
            Canary.received_at.is_not(None),
            Canary.delivered_at.is_(None),
            leases.free(Canary.leased_until, now, LEASE),
        )
        .limit(1)
    )


def _delivery(channel: Channel, recipient: str, identifier: str) -> Delivery:
    """Return a delivery as the outbox has it at its first attempt."""
    return Delivery(channel=channel, recipient=recipient, message_id=identifier, attempts=1)


def _as_lead(canary: Canary) -> Lead:
    """Return the canary as the lead that it would be, to compose messages."""
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
