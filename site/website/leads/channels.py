"""Delivery channels: mail to staff, confirmation to the sender, webhook."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from email.message import EmailMessage

from website.config import INBOX, LEADS_AT_HOME, Settings
from website.exceptions import DeliveryError
from website.infra import clock as clocks
from website.infra import mail_message
from website.infra.mail_transport import DryRunResult, Transport, transport_for
from website.leads import mail, webhooks
from website.leads.models import Channel, Delivery, Lead
from website.mailboxes import Mailbox
from website.questionnaire import GetQuestionnaire

log = logging.getLogger(__name__)

NULL_SENDER = ""
"""The null reverse-path: bounces are not reported, and no machine replies (RFC 3834)."""


@dataclass(frozen=True)
class MailChannel:
    """Notifies staff by mail."""

    transport: Transport
    _: KW_ONLY
    sender: Mailbox
    questionnaire: GetQuestionnaire
    inbox: str = ""
    """Base URL of leads in the inbox."""
    page_titles: Mapping[str, str] = field(default_factory=dict)

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail and send it."""
        self.transport.send(
            lambda utf8: self._compose(lead, delivery, utf8=utf8),
            sender=self.sender.address,
            recipient=delivery.recipient,
        )

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail, and ask whether the mail server would accept it."""
        for refusal in self.dry_run_all(lead, [delivery]).refusals.values():
            raise refusal

    def dry_run_all(self, lead: Lead, deliveries: Sequence[Delivery]) -> DryRunResult:
        """Compose all mails, and ask which recipients the mail server would accept."""
        for delivery in deliveries:
            self._compose(lead, delivery, utf8=True)
        recipients = [delivery.recipient for delivery in deliveries]
        return self.transport.dry_run(sender=self.sender.address, recipients=recipients)

    def _compose(self, lead: Lead, delivery: Delivery, *, utf8: bool) -> EmailMessage:
        try:
            message = mail.compose(
                lead,
                delivery,
                sender=self.sender,
                questionnaire=self.questionnaire(),
                inbox=self.inbox,
                page_titles=self.page_titles,
                utf8=utf8,
            )
            message.as_bytes()  # what a header cannot carry may show only now
        except Exception as error:  # noqa: BLE001 - a lead nobody can read is a lead lost
            log.error(  # noqa: TRY400 - the traceback would hold the lead's words
                "Lead %s: its mail cannot be composed (%s); sending it uninterpreted",
                lead.reference,
                type(error).__name__,
                extra={"lead": lead.reference},
            )
            return mail.compose_plainly(lead, delivery, sender=self.sender, utf8=utf8)
        return message


@dataclass(frozen=True)
class ConfirmationChannel:
    """Confirms to the sender that the request has arrived."""

    transport: Transport
    composer: mail.ConfirmationComposer

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail and send it."""
        recipient = mail_message.typed_address(lead.email, utf8=True)
        if recipient is None:
            raise DeliveryError("The asker's address is none for a mail", permanent=True)
        self.transport.send(
            lambda utf8: self.composer.compose(lead, delivery, to=recipient, utf8=utf8),
            sender=NULL_SENDER,
            recipient=recipient,
        )

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail, and ask whether the mail server accepts the null sender.

        The invented recipient of a canary cannot be checked.
        """
        self.composer.compose(lead, delivery, to=lead.email, utf8=False).as_bytes()
        self.transport.dry_run(sender=NULL_SENDER, recipients=[])


@dataclass(frozen=True)
class WebhookChannel:
    """Notifies another program."""

    poster: webhooks.Poster
    clock: clocks.Clock = clocks.now

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Sign the message and POST it."""
        self.poster.post(*self._signed(lead, delivery))

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        """Compose and sign the message, and connect to its receiver without sending it.

        Receivers may process whatever they are sent.
        """
        self._signed(lead, delivery)
        self.poster.reach()

    def _signed(self, lead: Lead, delivery: Delivery) -> tuple[bytes, dict[str, str]]:
        content, identifier = webhooks.body(lead), delivery.message_id.strip("<>")
        return content, self.poster.endpoint.headers(identifier, self.clock(), content)


DeliveryChannel = MailChannel | ConfirmationChannel | WebhookChannel
"""Sends messages about leads: ``deliver`` returns when the recipient's server has accepted one,
``dry_run`` if it would. Both raise DeliveryError otherwise."""


def channels_for(
    settings: Settings,
    questionnaire: GetQuestionnaire,
    confirmations: Mapping[str, mail.Confirmation],
    page_titles: Mapping[str, str] = mail.NO_TITLES,
) -> dict[Channel, DeliveryChannel]:
    """Return the channels that are configured.

    :param confirmations: texts by language; without any, no confirmations are sent.
    :param page_titles: titles of pages by path.

    :raises ConfigurationError: if a setting is unusable.
    """
    transport = transport_for(settings)
    channels: dict[Channel, DeliveryChannel] = {
        Channel.MAIL: to_staff(settings, transport, questionnaire, page_titles)
    }
    if confirmations:
        channels[Channel.CONFIRMATION] = to_askers(settings, transport, confirmations)
    if endpoint := webhooks.endpoint_of(settings):
        channels[Channel.WEBHOOK] = WebhookChannel(webhooks.Poster(endpoint))
    return channels


def to_staff(
    settings: Settings,
    transport: Transport,
    questionnaire: GetQuestionnaire,
    page_titles: Mapping[str, str] = mail.NO_TITLES,
) -> MailChannel:
    """Return the mail channel to staff."""
    inbox = f"{settings.base_url}{INBOX}anfragen/"
    return MailChannel(
        transport,
        sender=settings.mail_from,
        questionnaire=questionnaire,
        inbox=inbox,
        page_titles=page_titles,
    )


def to_askers(
    settings: Settings, transport: Transport, confirmations: Mapping[str, mail.Confirmation]
) -> ConfirmationChannel:
    """Return the channel for confirmations."""
    reply_to = "" if settings.leads_to[0] == LEADS_AT_HOME else settings.leads_to[0]
    composer = mail.ConfirmationComposer(confirmations, settings.mail_from, reply_to)
    return ConfirmationChannel(transport, composer)
