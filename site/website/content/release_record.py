"""What a release promises: its addresses, and the keys of its form.

Both are kept in lists of the content (see :mod:`website.content.published`).
"""

import logging

from website.content import published
from website.content.library import Library
from website.exceptions import UnreadableFile

log = logging.getLogger(__name__)


def record(library: Library) -> None:
    """Add the addresses of a release that has gone live.

    Where the list cannot be written, the log says what to add to it.
    """
    for name, held in (
        (published.NAME, promised(library)),
        (published.FORM_KEYS, library.questionnaire.keys),
    ):
        known = {row for _, row in published.rows(library.folder, name)}
        new = [row for row in held if row not in known]
        try:
            published.add(library.folder, new, name)
        except (OSError, UnreadableFile) as error:
            log.warning(
                "%s/%s lässt sich nicht ergänzen: %s Tragen Sie dort ein: %s",
                library.folder.name,
                name,
                error,
                " ".join(new) if name == published.NAME else ", ".join(new),
            )


def promised(library: Library) -> tuple[str, ...]:
    """Return the addresses that are public now and must stay, as below the root ``/``.

    Pages of long lists are not among them: they come and go with the number of articles.
    """
    root = library.addresses.at_site_root("/")
    found = {address for edition in library.every_edition for address in _promised(edition)}
    return tuple(sorted("/" + address.removeprefix(root) for address in found))


def _promised(library: Library) -> frozenset[str]:
    forms = {library.addresses.request(topic) for topic in library.request_topics}
    return library.own_addresses | forms
