"""The words of the mails that confirm a request, from the content."""

from website.content.library import Library
from website.leads.mail import Confirmation


def confirmations(library: Library) -> dict[str, Confirmation]:
    """Return the confirmation in each language in which there is a form with words of its own."""
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
