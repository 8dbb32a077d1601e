"""Mails about a lead, to staff and to the sender of the request.

They are composed at each attempt, when the capabilities of the mail server are known; the same lead
always results in the same bytes there. Texts to staff are in ``templates/mail/``, those to senders
in ``content/website.toml``.
"""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import groupby
from types import MappingProxyType
from typing import Any

from website.infra import email_addresses, mail_message, phones, templates
from website.infra.clock import in_german
from website.infra.mail_message import header_text
from website.infra.text import clean, clean_line
from website.leads import labels
from website.leads.models import GERMAN, Delivery, Lead
from website.mailboxes import Mailbox
from website.questionnaire import CALLBACK, Question, QuestionKind, Questionnaire

NO_TITLES: Mapping[str, str] = MappingProxyType({})
SENDER_NAME = "Anfragen über die Website"
NAME_LENGTH = 60
BOUNDARY = "=_answers"
"""Boundary between MIME parts. No part can contain it: quoted-printable never has ``=_`` (RFC 2045,
6.7)."""
PLACEHOLDER = "{reference}"


@dataclass(frozen=True)
class Confirmation:
    """Texts of the confirmation mail, with the placeholder ``{reference}``."""

    subject: str
    text: str
    sender_name: str = ""
    """Name of the sender, if the setting only has an address."""
    language_tag: str = GERMAN
    """Language of the text, for the HTML part (BCP 47)."""


NO_CONFIRMATIONS: Mapping[str, Confirmation] = MappingProxyType({})


def compose(  # noqa: PLR0913 - all but two by name
    lead: Lead,
    delivery: Delivery,
    *,
    sender: Mailbox,
    questionnaire: Questionnaire,
    inbox: str = "",
    page_titles: Mapping[str, str] = NO_TITLES,
    utf8: bool = False,
) -> EmailMessage:
    """Compose the notification of a member of staff. Replies go to the sender of the request.

    Texts by visitors are escaped in both parts.

    :param sender: an address of our own domain, with or without a name: the visitor's address
        would fail SPF and DMARC.
    :param questionnaire: has the headings of the answers.
    :param inbox: base URL of leads in the inbox.
    :param page_titles: titles of pages by path, to name the one that led to the request.
    :param utf8: whether the mail server accepts addresses with umlauts (SMTPUTF8, RFC 6531).
    """
    # A server further on may refuse a mail that needs SMTPUTF8. The lead is worth more than the
    # ease of answering it, so this is tried once only.
    reply_to = mail_message.typed_address(lead.email, utf8=utf8 and delivery.attempts <= 1)
    message = _begin_to_staff(lead, delivery, sender=sender, utf8=utf8, reply_to=reply_to or "")
    number = f"[{lead.reference}] "
    title = header_text(f"Anfrage: {lead.company}", mail_message.SUBJECT_LENGTH - len(number))
    message["Subject"] = number + title
    if reply_to:
        message["Reply-To"] = mail_message.address(reply_to, _display_name(lead.name))
    values = _values(lead, questionnaire, inbox, page_titles) | {
        "title": title,
        "is_answerable": bool(reply_to),
    }
    mail_message.set_text(message, templates.render("mail/lead.txt", **values))
    _add_html(message, "mail/lead.html", **values)
    return message


def compose_plainly(
    lead: Lead, delivery: Delivery, *, sender: Mailbox, utf8: bool = False
) -> EmailMessage:
    """Compose the notification of a lead on which :func:`compose` fails, with escaped answers.

    Uses no template, because that may be the cause.
    """
    message = _begin_to_staff(lead, delivery, sender=sender, utf8=utf8)
    message["Subject"] = f"[{lead.reference}] Anfrage"
    rows = [f"{name!a}: {answer!a}" for name, answer in lead.every_answer.items()]
    notice = "Diese Anfrage enthält Zeichen, die sich nicht darstellen lassen. So liegt sie vor:"
    mail_message.set_text(message, "\n".join([notice, "", *rows]) + "\n")
    return message


@dataclass(frozen=True)
class ConfirmationComposer:
    """Composes confirmation mails, which only vary by recipient, reference and language.

    They contain no text by the visitor, not even the name: otherwise anybody could send own texts
    to others through us. RFC 3834 is followed to prevent mail loops.
    """

    confirmations: Mapping[str, Confirmation]
    """Texts by language; the German one is the default."""
    sender: Mailbox
    reply_to: str = ""
    """Address for replies; none if empty."""

    def compose(self, lead: Lead, delivery: Delivery, *, to: str, utf8: bool) -> EmailMessage:
        """Compose the confirmation of a lead.

        :param utf8: whether the mail server accepts addresses with umlauts.
        """
        confirmation = self.confirmations.get(lead.language) or self.confirmations[GERMAN]
        sender = mail_message.sender_address(self.sender, confirmation.sender_name)
        reply_to = mail_message.typed_address(self.reply_to, utf8=utf8) or ""
        needs_utf8 = utf8 and not f"{sender.addr_spec}{to}{reply_to}".isascii()
        message = mail_message.begin(
            sender, to, lead.received_at, delivery.message_id, utf8=needs_utf8
        )
        message["Auto-Submitted"] = "auto-replied"
        subject = header_text(confirmation.subject.replace(PLACEHOLDER, lead.reference))
        message["Subject"] = subject
        if reply_to:
            message["Reply-To"] = mail_message.address(reply_to)
        text = confirmation.text.replace(PLACEHOLDER, lead.reference)
        mail_message.set_text(message, text + "\n")
        _add_html(
            message,
            "mail/confirmation.html",
            title=subject,
            sender=sender.display_name,
            language=confirmation.language_tag,
            paragraphs=list(_paragraphs(text)),
        )
        return message


def _begin_to_staff(
    lead: Lead, delivery: Delivery, *, sender: Mailbox, utf8: bool, reply_to: str = ""
) -> EmailMessage:
    us = mail_message.sender_address(sender, SENDER_NAME)
    to = email_addresses.deliverable_form(delivery.recipient)
    utf8 = utf8 and not f"{us.addr_spec}{to}{reply_to}".isascii()
    message = mail_message.begin(us, to, lead.received_at, delivery.message_id, utf8=utf8)
    message["Auto-Submitted"] = "auto-generated"
    # No mail has this identifier; that all mails about a lead answer it makes them one thread.
    thread = f"<{lead.reference}@{delivery.message_id.strip('<>').rpartition('@')[2]}>"
    message["In-Reply-To"] = thread
    message["References"] = thread
    return message


def _add_html(message: EmailMessage, template: str, **values: object) -> None:
    """Add the HTML part."""
    html = templates.render(template, **values)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(BOUNDARY)


def _paragraphs(text: str) -> Iterator[dict[str, Any]]:
    """Yield the paragraphs of a plain text for the HTML part."""
    for part in text.split("\n\n"):
        if flush := textwrap.dedent(part).strip("\n"):
            yield {"text": flush, "is_indented": part.lstrip("\n").startswith(" ")}


def _display_name(name: str) -> str:
    """Return a name without characters that are special in address lists (see CVE-2025-1795)."""
    kept = "".join(sign if sign.isalnum() or sign in "-'’" else " " for sign in name)
    return clean_line(kept)[:NAME_LENGTH].strip()


def _values(
    lead: Lead, questionnaire: Questionnaire, inbox: str, page_titles: Mapping[str, str]
) -> dict[str, Any]:
    address = clean_line(lead.email)
    callback, page = _callback(lead, questionnaire), clean_line(lead.source or "")
    rows = [
        row
        for row in questionnaire.answered(lead.every_answer)
        if not (callback and row[0].name == CALLBACK)
    ]
    groups = groupby(rows, lambda row: row[0].group)
    return {
        "reference": lead.reference,
        "received": in_german(lead.received_at),
        "page": f"{page_titles[page]} ({page})" if page in page_titles else page,
        "foreign_language": labels.foreign_language(lead.language),
        "inbox_url": inbox and f"{inbox}{lead.reference}",
        "address": address,
        "suggestion": email_addresses.suggestion(address),
        "callback": callback,
        "groups": [(group.staff_title, [_row(*row) for row in rows]) for group, rows in groups],
    }


def _callback(lead: Lead, questionnaire: Questionnaire) -> dict[str, str]:
    """Return the requested call, with the phone number as typed; empty if none is requested."""
    time = clean_line(questionnaire.callback(lead.every_answer))
    phone = clean_line(lead.answer("phone"))
    return {"time": time, "phone": phone, "link": phones.link(phone)} if time else {}


def _row(question: Question, answer: str) -> dict[str, Any]:
    """Return an answer for the templates, and whether it spans lines."""
    text = clean(question.display(answer))
    return {
        "heading": clean_line(question.heading),
        "text": text,
        "is_long": question.kind is QuestionKind.LONG_TEXT or "\n" in text,
        "link": link(question.kind, text),
    }


def link(kind: QuestionKind, answer: str) -> str:
    """Return the ``mailto:`` or ``tel:`` URL of an answer; empty for other kinds."""
    makers = {QuestionKind.EMAIL: email_addresses.link, QuestionKind.PHONE: phones.link}
    return makers[kind](answer) if kind in makers else ""
