"""Who carries out a delivery. Each channel has its courier; mail is the first."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from website.leads import mail, mailboxes

if TYPE_CHECKING:
    from email.message import EmailMessage

    from website.leads.models import Delivery, Lead
    from website.leads.transports import Transport

log = logging.getLogger(__name__)


class Courier(Protocol):
    """Tells one recipient of one lead."""

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Return when the recipient's side has it.

        :raises DeliveryError: if it has not.
        """


class MailCourier:
    """Tells by mail."""

    def __init__(self, transport: Transport, *, sender: str) -> None:
        self._transport = transport
        self._sender = sender

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail and hand it over."""
        self._transport.send(
            self._compose(lead, delivery),
            sender=mailboxes.split(self._sender)[1],
            recipient=delivery.recipient,
        )

    def _compose(self, lead: Lead, delivery: Delivery) -> EmailMessage:
        try:
            message = mail.compose(lead, delivery, sender=self._sender)
            message.as_bytes()  # what a header cannot carry may show only now
        except Exception as error:  # noqa: BLE001 - a lead nobody can read is a lead lost
            log.error(  # noqa: TRY400 - the traceback would hold the lead's words
                "Lead %s: its mail cannot be composed (%s); sending it uninterpreted",
                lead.reference,
                type(error).__name__,
            )
            return mail.compose_plainly(lead, delivery, sender=self._sender)
        return message
