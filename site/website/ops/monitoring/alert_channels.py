"""The ways by which alarms leave the house: others than those by which requests do."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import secrets
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from website.exceptions import DeliveryError
from website.infra import clock, email_addresses, mail_message, network
from website.infra.mail_transport import Rehearsal, SmtpTransport, greeting
from website.leads import mail
from website.leads.deliveries import domain_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from website.config import Settings
    from website.infra.mail_transport import Transport
    from website.mailbox import Mailbox

log = logging.getLogger(__name__)

TIMEOUT = 20.0
"""Seconds for one answer."""
ATTEMPT = 40.0
"""Seconds for a mail; both ways together stay within ``alarms.LEASE``."""


class AlertChannel(Protocol):
    """One way to somebody who mends things."""

    @property
    def name(self) -> str:
        """The setting that names it."""

    def tell(self, subject: str, text: str) -> None:
        """Return when the other side has it.

        :raises DeliveryError: if it has not; its text holds neither addresses nor secrets.
        """

    def rehearse(self) -> Rehearsal:
        """Go the same way as far as nobody is told.

        :raises DeliveryError: if nobody could be.
        """


@dataclass(frozen=True)
class WebhookChannel:
    """Posts ``{"text": …}``, which chats and gateways for text messages take."""

    url: str
    timeout: float = TIMEOUT
    encryption: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    name: str = "WEBSITE_ALARM_URL"

    def tell(self, subject: str, text: str) -> None:  # noqa: ARG002 - the text begins with it
        """Return when it is answered with 2xx; redirects are not followed."""
        parts = urlsplit(self.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        content = json.dumps({"text": text}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "website-alarm/1"}
        with self._open() as connection:
            connection.request("POST", target, content, headers)
            status = connection.getresponse().status
        if status not in range(200, 300):
            raise DeliveryError(f"{self.name} answered {status}")

    def rehearse(self) -> Rehearsal:
        """Connect, and say nothing."""
        with self._open() as connection:
            return Rehearsal(network.certificate_end(connection.sock), {})

    @contextlib.contextmanager
    def _open(self) -> Iterator[http.client.HTTPConnection]:
        parts = urlsplit(self.url)
        is_https = parts.scheme == "https"
        try:
            with network.speaking_http(
                parts.hostname or "",
                parts.port or (443 if is_https else 80),
                network.Deadline(self.timeout),
                encryption=self.encryption if is_https else None,
            ) as connection:
                yield connection
        except (OSError, http.client.HTTPException) as error:
            reason = network.reason(error)
            raise DeliveryError(f"{self.name} cannot be reached: {reason}") from error


@dataclass(frozen=True)
class MailChannel:
    """Sends a mail to each of some people."""

    transport: Transport
    sender: Mailbox
    recipients: Sequence[str]
    name: str = "WEBSITE_ALARM_SMTP_URL"

    def tell(self, subject: str, text: str) -> None:
        """Return when the mail server has taken the mail over for at least one of them."""
        failures = []
        for recipient in self.recipients:
            message = self._message(recipient, subject, text)
            try:
                self.transport.send(
                    lambda _utf8, message=message: message,  # type: ignore[misc]
                    sender=self.sender.address,
                    recipient=recipient,
                )
            except DeliveryError as error:
                failures.append(error)
        if len(failures) == len(self.recipients):
            raise failures[0]

    def rehearse(self) -> Rehearsal:
        """Write a mail to each, and hear that the mail server would take it."""
        for recipient in self.recipients:
            self._message(recipient, "Probe", "Probe").as_bytes()
        return self.transport.rehearse(sender=self.sender.address, recipients=self.recipients)

    def _message(self, recipient: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage(policy=mail_message.ASCII)
        message["From"] = mail_message.sender_address(self.sender, mail.SENDER_NAME)
        message["To"] = mail_message.address(email_addresses.deliverable_form(recipient))
        message["Subject"] = mail_message.header_text(subject)
        message["Date"] = clock.now()
        message["Message-ID"] = f"<watch.{secrets.token_hex(8)}@{domain_of(self.sender)}>"
        message["Auto-Submitted"] = "auto-generated"
        mail_message.set_text(message, text)
        return message


def channels_for(settings: Settings, *, attempt: float = ATTEMPT) -> list[AlertChannel]:
    """Give the ways that are set, the first to be tried first.

    :param attempt: seconds for a mail, all in all.
    :raises ConfigurationError: if one is unusable.
    """
    found: list[AlertChannel] = []
    if settings.alarm_url:
        found.append(WebhookChannel(settings.alarm_url))
    if settings.alarm_smtp_url:
        transport = SmtpTransport(
            settings.alarm_smtp_url,
            variable="WEBSITE_ALARM_SMTP_URL",
            greeting=greeting(settings),
            timeout=TIMEOUT,
            attempt=attempt,
        )
        found.append(MailChannel(transport, settings.mail_from, settings.alarm_to))
    return found


def tell(channels: Sequence[AlertChannel], subject: str, text: str) -> bool:
    """Tell by the first way that works; says whether one did."""
    for channel in channels:
        try:
            channel.tell(subject, text)
        except DeliveryError as error:
            log.error("An alarm could not be told: %s", error)  # noqa: TRY400 - it says it all
        else:
            log.warning("Told by alarm: %s", subject)
            return True
    return False
