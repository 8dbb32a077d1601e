"""The answer to a lead in the staff's own mail program: subject and quotation prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from website.infra import email_addresses
from website.infra.clock import in_german
from website.infra.text import clean_line

if TYPE_CHECKING:
    from website.leads.models import Lead

LONGEST_QUOTE = 1200
"""Characters of the message: some programs on Windows take no more than 2,000 in a link."""


def link(lead: Lead) -> str | None:
    """Return the ``mailto:`` address (RFC 6068), or nothing where no mail can be sent."""
    to = email_addresses.parse(lead.email)
    if to is None:
        return None
    subject = f"Ihre Anfrage {lead.reference}: {clean_line(lead.company)}"
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject)}&body={quote(_body(lead))}"


def _body(lead: Lead) -> str:
    message = lead.answer("message")
    shown = message[:LONGEST_QUOTE] + ("…" if len(message) > LONGEST_QUOTE else "")
    quoted = [f"> {line}".rstrip() for line in shown.split("\n")]
    told = f"Am {in_german(lead.received_at)} schrieben Sie:"
    greeting = f"Guten Tag {clean_line(lead.name)},"
    # Line ends of a mailto link are CR LF (RFC 6068, section 5).
    return "\r\n".join([greeting, "", "", "", told, *quoted])
