"""Channels for alerts, independent of those for leads."""

import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from website.config import Settings
from website.exceptions import DeliveryError
from website.infra import clock, email_addresses, http_client, mail_message, network
from website.infra.mail_transport import DryRunResult, SmtpTransport, Transport, greeting
from website.leads import mail
from website.leads.deliveries import domain_of
from website.mailboxes import Mailbox

log = logging.getLogger(__name__)

TIMEOUT = 20.0
"""Seconds for one response."""
ATTEMPT = 40.0
"""Seconds for a mail; both channels together take less than ``alerts.LEASE``."""


@dataclass(frozen=True)
class TextWebhook:
    """Posts ``{"text": …}``, which chats and SMS gateways accept.

    :raises DeliveryError: from each method, if the message is not or would not be accepted; the
        text contains neither addresses nor secrets. The same holds for :class:`TextMail`.
    """

    url: str
    timeout: float = TIMEOUT
    name: str = "WEBSITE_ALARM_URL"

    def send(self, subject: str, text: str) -> None:  # noqa: ARG002 - the text begins with it
        """Send a message; any response but 2xx is a failure, redirects included."""
        content = json.dumps({"text": text}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "website-alarm/1"}
        with http_client.delivery_errors(self.name):
            response = http_client.request(
                self.url, timeout=self.timeout, method="POST", headers=headers, body=content
            )
        if response.status not in range(200, 300):
            raise DeliveryError(f"{self.name} answered {response.status}")

    def dry_run(self) -> DryRunResult:
        """Connect without sending anything."""
        with (
            http_client.delivery_errors(self.name),
            http_client.connected(self.url, timeout=self.timeout) as connection,
        ):
            return DryRunResult(network.certificate_end(connection.sock), {})


@dataclass(frozen=True)
class TextMail:
    """Sends a mail to each of several people."""

    transport: Transport
    sender: Mailbox
    recipients: Sequence[str]
    name: str = "WEBSITE_ALARM_SMTP_URL"

    def send(self, subject: str, text: str) -> None:
        """Send a mail to each; it is a failure only if none is accepted."""
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

    def dry_run(self) -> DryRunResult:
        """Compose a mail to each, and ask whether the mail server would accept it."""
        for recipient in self.recipients:
            self._message(recipient, "Probe", "Probe").as_bytes()
        return self.transport.dry_run(sender=self.sender.address, recipients=self.recipients)

    def _message(self, recipient: str, subject: str, text: str) -> EmailMessage:
        sender = mail_message.sender_address(self.sender, mail.SENDER_NAME)
        to = email_addresses.deliverable_form(recipient)
        identifier = f"<watch.{secrets.token_hex(8)}@{domain_of(self.sender)}>"
        message = mail_message.begin(sender, to, clock.now(), identifier)
        message["Subject"] = mail_message.header_text(subject)
        message["Auto-Submitted"] = "auto-generated"
        mail_message.set_text(message, text)
        return message


AlertChannel = TextWebhook | TextMail
"""A channel for alerts. Its name is that of the setting that configures it."""


def channels_for(settings: Settings, *, attempt: float = ATTEMPT) -> list[AlertChannel]:
    """Return the configured channels, in the order in which to try them.

    :param attempt: seconds for a mail, in total.
    :raises ConfigurationError: if one is unusable.
    """
    found: list[AlertChannel] = []
    if settings.alarm_url:
        found.append(TextWebhook(settings.alarm_url))
    if settings.alarm_smtp_url:
        transport = SmtpTransport(
            settings.alarm_smtp_url,
            variable="WEBSITE_ALARM_SMTP_URL",
            greeting=greeting(settings),
            timeout=TIMEOUT,
            attempt=attempt,
        )
        found.append(TextMail(transport, settings.mail_from, settings.alarm_to))
    return found


def send(channels: Sequence[AlertChannel], subject: str, text: str) -> bool:
    """Send a message by the first channel that works, and return whether one did."""
    for channel in channels:
        try:
            channel.send(subject, text)
        except DeliveryError as error:
            log.error("An alert could not be sent: %s", error)  # noqa: TRY400 - it says it all
        else:
            log.warning("Alert sent: %s", subject)
            return True
    return False
