"""The mail that tells whoever asked that the request has arrived: fixed words and its number.

Nothing that was typed stands in it, not even the name: otherwise anybody could send words of his
own to anybody, through us. What it must be like to start no exchange between machines: RFC 3834.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.leads import mail

if TYPE_CHECKING:
    from email.message import EmailMessage

    from website.leads.models import Delivery, Lead
    from website.mailbox import Mailbox

PLACEHOLDER = "{reference}"


@dataclass(frozen=True)
class Confirmation:
    """What is said to whoever asked, with ``{reference}`` where the number shall stand."""

    subject: str
    text: str
    sender_name: str = ""
    """Name of who sends, where the setting holds only the address."""


@dataclass(frozen=True)
class Composer:
    """Composes confirmations; all but recipient and number are always the same."""

    confirmation: Confirmation
    sender: Mailbox
    reply_to: str = ""
    """Who reads answers; nobody if empty."""

    def compose(self, lead: Lead, delivery: Delivery, *, to: str, utf8: bool) -> EmailMessage:
        """Compose the mail for one asker.

        :param utf8: whether the mail server takes addresses with umlauts.
        """
        sender = mail.sender_address(self.sender, self.confirmation.sender_name)
        reply_to = mail.header_form(self.reply_to, utf8=utf8) or ""
        needs_utf8 = utf8 and not f"{sender.addr_spec}{to}{reply_to}".isascii()
        message = mail.begin(lead, delivery, sender=sender, to=to, utf8=needs_utf8)
        message["Auto-Submitted"] = "auto-replied"
        subject = self._filled(self.confirmation.subject, lead)
        message["Subject"] = mail.shortened(subject, mail.SUBJECT_LENGTH)
        if reply_to:
            message["Reply-To"] = mail.address(reply_to)
        mail.set_text(message, self._filled(self.confirmation.text, lead) + "\n")
        return message

    @staticmethod
    def _filled(text: str, lead: Lead) -> str:
        return text.replace(PLACEHOLDER, lead.reference)
