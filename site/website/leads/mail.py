"""The mail that tells the staff of a lead. Composed anew at each attempt, always the same bytes."""

from __future__ import annotations

import email.policy
from email.headerregistry import Address
from email.message import EmailMessage
from itertools import groupby
from typing import TYPE_CHECKING

from website.leads import mailboxes
from website.leads.clock import in_german
from website.leads.questions import Kind, answered
from website.leads.text import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.leads.models import Delivery, Lead
    from website.leads.questions import Question

SENDER_NAME = "Anfragen über die Website"
SUBJECT_LENGTH = 69
"""Characters that fit one line of 78 with the header's name; the company stands in the text too."""

NAME_LENGTH = 60
INDENT = "    "
"""Before each line that a visitor wrote, so that none can pass for one of ours."""


def compose(lead: Lead, delivery: Delivery, *, sender: str) -> EmailMessage:
    """Compose the mail for one recipient. A reply goes to whoever asked.

    :param sender: an address of our own domain, with or without a name: the visitor's there
        would fail the recipient's checks (SPF, DMARC).
    """
    reply_to = mailboxes.ascii_form(lead.email)
    message = _frame(lead, delivery, sender)
    message["Subject"] = _header_text(f"[{lead.reference}] Anfrage: {lead.company}", SUBJECT_LENGTH)
    if reply_to:
        message["Reply-To"] = Address(_display_name(lead.name), addr_spec=reply_to)
    _set_text(message, "\n".join(_lines(lead, replies=bool(reply_to))) + "\n")
    return message


def compose_plainly(lead: Lead, delivery: Delivery, *, sender: str) -> EmailMessage:
    """Compose the mail for a lead that compose() fails on: nothing interpreted, nothing lost."""
    message = _frame(lead, delivery, sender)
    message["Subject"] = f"[{lead.reference}] Anfrage"
    rows = [f"{name!a}: {answer!a}" for name, answer in lead.every_answer.items()]
    notice = "Diese Anfrage enthält Zeichen, die sich nicht darstellen lassen. So liegt sie vor:"
    _set_text(message, "\n".join([notice, "", *rows]) + "\n")
    return message


def _frame(lead: Lead, delivery: Delivery, sender: str) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    name, address = mailboxes.split(sender)
    message["From"] = _address(address, name or SENDER_NAME)
    message["To"] = _address(delivery.recipient)
    message["Date"] = lead.received_at
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _set_text(message: EmailMessage, text: str) -> None:
    # Quoted-printable comes through every server unchanged, also lines that begin with "From".
    message.set_content(text, cte="quoted-printable")


def _lines(lead: Lead, *, replies: bool) -> Iterator[str]:
    yield f"Nummer: {lead.reference}"
    yield f"Eingegangen: {in_german(lead.received_at)}"
    if lead.source:
        yield f"Seite: {clean_line(lead.source)}"
    for group, rows in groupby(answered(lead.every_answer), lambda row: row[0].group):
        yield ""
        yield group.value.upper()
        for question, answer in rows:
            yield from _row(question, answer)
    yield ""
    yield "-- "
    address = clean_line(lead.email)
    if replies:
        yield f"Ihre Antwort auf diese E-Mail geht an {address}."
    else:
        yield f"Antworten Sie an {address}: Diese Adresse kann die E-Mail nicht selbst vorgeben."


def _row(question: Question, answer: str) -> Iterator[str]:
    text = clean(question.told(answer))
    if question.kind is Kind.LONG_TEXT or "\n" in text:
        yield f"{question.heading}:"
        yield from (INDENT + line if line else "" for line in text.split("\n"))
    else:
        yield f"{question.heading}: {text}"


def _address(address: str, name: str = "") -> Address:
    return Address(name, addr_spec=mailboxes.deliverable_form(address))


def _header_text(text: str, length: int) -> str:
    """Make a text safe for a header.

    Python reads encoded words (RFC 2047) in what it is given, and one of them may hold a line end
    and with it a header of its own (CVE-2024-6923). Taken apart they are only text.
    """
    line = clean_line(text)
    while "=?" in line:
        line = line.replace("=?", "= ?")
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _display_name(name: str) -> str:
    """Reduce a name to signs that have no meaning in an address list (compare CVE-2025-1795)."""
    kept = "".join(sign if sign.isalnum() or sign in "-'’" else " " for sign in name)
    return clean_line(kept)[:NAME_LENGTH].strip()
