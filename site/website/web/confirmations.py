"""Texts of confirmation mails, taken from the content."""

from website.content.library import Library
from website.leads.mail import Confirmation


def confirmations(library: Library) -> dict[str, Confirmation]:
    """Return the confirmation for each language whose contact form is translated."""
    return {
        each.language.code: Confirmation(
            each.site.confirmation.subject,
            each.site.confirmation.text,
            each.site.name,
            each.language.tag,
        )
        for each in library.every_edition
        if each.is_german or each.site.is_readable
    }
