"""The mail that tells the staff of a lead, and what all our mails have in common.

Composed anew at each attempt, when it is known what the mail server takes; towards the same server
the same lead always makes the same bytes.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING

from website.infra import email_addresses, mail_headers
from website.infra.text import clean_line
from website.leads import mail_templates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from website.leads.models import Delivery, Lead
    from website.mailbox import Mailbox

SENDER_NAME = "Anfragen über die Website"
SUBJECT_LENGTH = 69
"""Characters that fit one line of 78 with the header's name; the company stands in the text too."""

NAME_LENGTH = 60
BOUNDARY = "=_answers"
"""Between the parts. No text can hold it: quoted-printable never writes these two signs together
(RFC 2045, 6.7)."""


def compose(
    lead: Lead,
    delivery: Delivery,
    *,
    sender: Mailbox,
    inbox: str = "",
    page_titles: Mapping[str, str] = mail_templates.NO_TITLES,
    utf8: bool = False,
) -> EmailMessage:
    """Compose the mail for one recipient. A reply goes to whoever asked.

    :param sender: an address of our own domain, with or without a name: the visitor's there
        would fail the recipient's checks (SPF, DMARC).
    :param inbox: the address below which staff find each lead by its number.
    :param page_titles: of our pages by their paths, to name the one that led to the request.
    :param utf8: whether the mail server takes addresses with umlauts (SMTPUTF8, RFC 6531).
    """
    reply_to = _reply_to(lead, delivery, utf8=utf8)
    message = _frame(lead, delivery, sender=sender, utf8=utf8, reply_to=reply_to or "")
    title = shortened(f"Anfrage: {lead.company}", SUBJECT_LENGTH - len(f"[{lead.reference}] "))
    message["Subject"] = f"[{lead.reference}] {title}"
    if reply_to:
        message["Reply-To"] = address(reply_to, _display_name(lead.name))
    letter = mail_templates.about(
        lead, title=title, replies=bool(reply_to), inbox=inbox, page_titles=page_titles
    )
    set_text(message, mail_templates.as_text(letter))
    message.add_alternative(mail_templates.as_html(letter), subtype="html", cte="quoted-printable")
    message.set_boundary(BOUNDARY)
    return message


def compose_plainly(
    lead: Lead, delivery: Delivery, *, sender: Mailbox, utf8: bool = False
) -> EmailMessage:
    """Compose the mail for a lead that compose() fails on: nothing interpreted, nothing lost."""
    message = _frame(lead, delivery, sender=sender, utf8=utf8)
    message["Subject"] = f"[{lead.reference}] Anfrage"
    rows = [f"{name!a}: {answer!a}" for name, answer in lead.every_answer.items()]
    notice = "Diese Anfrage enthält Zeichen, die sich nicht darstellen lassen. So liegt sie vor:"
    set_text(message, "\n".join([notice, "", *rows]) + "\n")
    return message


def begin(lead: Lead, delivery: Delivery, *, sender: Address, to: str, utf8: bool) -> EmailMessage:
    """Begin a mail that a program sends about a lead.

    :param utf8: whether headers are written in UTF-8, which such a mail then needs all the way;
        otherwise what is not ASCII is encoded as ever.
    """
    message = EmailMessage(policy=mail_headers.UTF8 if utf8 else mail_headers.ASCII)
    message["From"] = sender
    message["To"] = address(to)
    message["Date"] = lead.received_at
    message["Message-ID"] = delivery.message_id
    message["X-Auto-Response-Suppress"] = "All"
    return message


def sender_address(sender: Mailbox, name: str) -> Address:
    """Give the address that sends; ``name`` where it has none of its own."""
    return address(email_addresses.deliverable_form(sender.address), sender.name or name)


def address(text: str, name: str = "") -> Address:
    """Make an address for a header."""
    if text.isascii():
        return Address(name, addr_spec=text)
    local_part, _, domain = text.rpartition("@")  # Python parses addresses in ASCII only
    return Address(name, username=local_part, domain=domain)


def set_text(message: EmailMessage, text: str) -> None:
    """Give a mail its plain text."""
    # Quoted-printable comes through every server unchanged, also lines that begin with "From".
    message.set_content(text, cte="quoted-printable")


def header_form(typed: str, *, utf8: bool) -> str | None:
    """Give an address that somebody typed as it may stand in a header, or nothing if it may not.

    :param utf8: whether an umlaut before the @ may.
    """
    parsed = email_addresses.parse(typed)
    if parsed is None or "=?" in parsed:  # would be read as an encoded word (RFC 2047)
        return None
    return email_addresses.ascii_form(parsed) or (
        email_addresses.deliverable_form(parsed) if utf8 else None
    )


def shortened(text: str, length: int) -> str:
    """Make a text safe for a header.

    Python reads encoded words (RFC 2047) in what it is given, and one of them may hold a line end
    and with it a header of its own (CVE-2024-6923). Taken apart they are only text.
    """
    line = clean_line(text)
    while "=?" in line:
        line = line.replace("=?", "= ?")
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _frame(
    lead: Lead, delivery: Delivery, *, sender: Mailbox, utf8: bool, reply_to: str = ""
) -> EmailMessage:
    us, to = (
        sender_address(sender, SENDER_NAME),
        email_addresses.deliverable_form(delivery.recipient),
    )
    utf8 = utf8 and not f"{us.addr_spec}{to}{reply_to}".isascii()
    message = begin(lead, delivery, sender=us, to=to, utf8=utf8)
    message["Auto-Submitted"] = "auto-generated"
    # No mail has this identifier; that all mails about a lead answer it makes them one thread.
    thread = f"<{lead.reference}@{delivery.message_id.strip('<>').rpartition('@')[2]}>"
    message["In-Reply-To"] = thread
    message["References"] = thread
    return message


def _reply_to(lead: Lead, delivery: Delivery, *, utf8: bool) -> str | None:
    # A server further on may refuse a mail that needs SMTPUTF8. The lead is worth more than the
    # ease of answering it, so this is tried once only.
    return header_form(lead.email, utf8=utf8 and delivery.attempts <= 1)


def _display_name(name: str) -> str:
    """Reduce a name to signs that have no meaning in an address list (compare CVE-2025-1795)."""
    kept = "".join(sign if sign.isalnum() or sign in "-'’" else " " for sign in name)
    return clean_line(kept)[:NAME_LENGTH].strip()
