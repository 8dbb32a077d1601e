"""The ways by which deliveries leave: mail to the staff, confirmation, webhook."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from email.message import EmailMessage
from typing import Protocol

from website.config import INBOX, LEADS_AT_HOME, Settings
from website.exceptions import DeliveryError
from website.infra import clock as clocks
from website.infra import mail_message
from website.infra.clock import Clock
from website.infra.mail_transport import DryRunResult, Transport, transport_for
from website.leads import mail, webhooks
from website.leads.mail import Confirmation
from website.leads.models import Channel, Delivery, Lead
from website.mailboxes import Mailbox
from website.questionnaire import GetQuestionnaire

log = logging.getLogger(__name__)

NULL_SENDER = ""
"""Nobody: a mail that cannot be delivered is then not reported, and no machine answers it."""


class DeliveryChannel(Protocol):
    """Delivers one message about one lead."""

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Return when the recipient's side has it.

        :raises DeliveryError: if it has not.
        """

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        """Do the same as far as nobody notices: return when the recipient's side would have it.

        :raises DeliveryError: if it would not.
        """


@dataclass(frozen=True)
class MailChannel:
    """Notifies the staff by mail."""

    transport: Transport
    _: KW_ONLY
    sender: Mailbox
    questionnaire: GetQuestionnaire
    inbox: str = ""
    """Address below which staff find each lead by its number."""
    page_titles: Mapping[str, str] = field(default_factory=dict)

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail and hand it over."""
        self.transport.send(
            lambda utf8: self._compose(lead, delivery, utf8=utf8),
            sender=self.sender.address,
            recipient=delivery.recipient,
        )

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail, and hear that the mail server would take one."""
        for refusal in self.dry_run_all(lead, [delivery]).refusals.values():
            raise refusal

    def dry_run_all(self, lead: Lead, deliveries: Sequence[Delivery]) -> DryRunResult:
        """Compose a mail for each, and ask which the mail server would accept."""
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
        """Compose the mail and hand it over."""
        recipient = mail_message.typed_address(lead.email, utf8=True)
        if recipient is None:
            raise DeliveryError("The asker's address is none for a mail", permanent=True)
        self.transport.send(
            lambda utf8: self.composer.compose(lead, delivery, to=recipient, utf8=utf8),
            sender=NULL_SENDER,
            recipient=recipient,
        )

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        """Compose the mail, and hear whether the mail server takes one that nobody sends.

        Who invents an address cannot hear whether that would be taken.
        """
        self.composer.compose(lead, delivery, to=lead.email, utf8=False).as_bytes()
        self.transport.dry_run(sender=NULL_SENDER, recipients=[])


@dataclass(frozen=True)
class WebhookChannel:
    """Notifies another program."""

    poster: webhooks.Poster
    clock: Clock = clocks.now

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        """Sign the message and post it."""
        self.poster.post(*self._signed(lead, delivery))

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        """Write and sign the message, and reach its receiver without a word.

        Receivers tend to make something of whatever they are sent.
        """
        self._signed(lead, delivery)
        self.poster.reach()

    def _signed(self, lead: Lead, delivery: Delivery) -> tuple[bytes, dict[str, str]]:
        content, identifier = webhooks.body(lead), delivery.message_id.strip("<>")
        return content, self.poster.endpoint.headers(identifier, self.clock(), content)


def channels_for(
    settings: Settings,
    questionnaire: GetQuestionnaire,
    confirmations: Mapping[str, Confirmation],
    page_titles: Mapping[str, str] = mail.NO_TITLES,
) -> dict[Channel, DeliveryChannel]:
    """Return each channel that is set up.

    :param confirmations: to askers, by their languages; without any none are sent.
    :param page_titles: of our pages by their paths.

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
    """Return the channel to the staff."""
    inbox = f"{settings.base_url}{INBOX}anfragen/"
    return MailChannel(
        transport,
        sender=settings.mail_from,
        questionnaire=questionnaire,
        inbox=inbox,
        page_titles=page_titles,
    )


def to_askers(
    settings: Settings, transport: Transport, confirmations: Mapping[str, Confirmation]
) -> ConfirmationChannel:
    """Return the channel to whoever asked."""
    reply_to = "" if settings.leads_to[0] == LEADS_AT_HOME else settings.leads_to[0]
    composer = mail.ConfirmationComposer(confirmations, settings.mail_from, reply_to)
    return ConfirmationChannel(transport, composer)
