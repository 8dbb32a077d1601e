"""Replies to a lead in the user's own mail program, with subject and quotation."""

from dataclasses import dataclass
from urllib.parse import quote

from website.content.languages import Language
from website.content.library import Library
from website.infra import email_addresses
from website.infra.clock import german_day
from website.infra.text import clean_line, shortened
from website.leads.models import Lead

LONGEST_QUOTE = 1200
"""Characters of the quoted message: some Windows programs limit URLs to 2,000."""


@dataclass(frozen=True)
class Draft:
    """A reply from a template."""

    title: str
    text: str
    link: str | None
    """The ``mailto:`` URL; None without a valid address, so that the text is copied."""


def link(lead: Lead, language: Language) -> str | None:
    """Return the ``mailto:`` URL (RFC 6068) of a reply; None without a valid address."""
    subject = language.gettext("Ihre Anfrage %(number)s: %(company)s") % {
        "number": lead.reference,
        "company": clean_line(lead.company),
    }
    return _mailto(lead, subject, _body(lead, language))


def drafts(lead: Lead, edition: Library, *, sender: str) -> list[Draft]:
    """Return the reply templates of an edition with placeholders replaced.

    :param sender: the name of the current user.
    """
    topic = edition.questionnaire.question("topic").display(lead.topic)
    values = {
        "name": clean_line(lead.name),
        "unternehmen": clean_line(lead.company),
        "nummer": lead.reference,
        "thema": topic or edition.language.gettext("ohne Thema"),
        "eingang": edition.language.date(german_day(lead.received_at)),
        "absender": sender,
    }
    found = []
    for template in edition.reply_templates:
        subject, text = template.filled(values)
        mail = _mailto(lead, subject, text.replace("\n", "\r\n"))
        found.append(Draft(template.title, text, mail))
    return found


def _mailto(lead: Lead, subject: str, body: str) -> str | None:
    address = email_addresses.link(lead.email)
    return f"{address}?subject={quote(subject)}&body={quote(body)}" if address else None


def _body(lead: Lead, language: Language) -> str:
    shown = shortened(lead.answer("message"), LONGEST_QUOTE)
    quoted = [f"> {line}".rstrip() for line in shown.split("\n")]
    words = {"name": clean_line(lead.name), "moment": language.moment(lead.received_at)}
    to_name, to_nobody = language.gettext("Guten Tag %(name)s,"), language.gettext("Guten Tag,")
    greeting = to_name % words if words["name"] else to_nobody
    intro = language.gettext("Am %(moment)s schrieben Sie:") % words
    # Line ends of a mailto link are CR LF (RFC 6068, section 5).
    return "\r\n".join([greeting, "", "", "", intro, *quoted])
