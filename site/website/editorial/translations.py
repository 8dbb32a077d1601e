"""Translations of texts: their initial content, and their addresses.

A translation is a file of the same name in the folder of its edition. Its address is derived from
its title when it is first published, and stored in ``[addresses]`` of the edition's site data.
"""

import datetime

from website.content import published, slugs
from website.content.addresses import Addresses
from website.content.kinds import pages_without_address
from website.content.library import Library
from website.content.models import Item
from website.content.problems import MARK, is_placeholder
from website.editorial import front_matter_edits, msg
from website.editorial.new_texts import LONGEST_SLUG, as_draft
from website.exceptions import AuthoringError

TABLE = "addresses"
"""Table of an edition's site data: the address for each German path."""

_TRANSLATED = {"title": "Titel", "description": "Beschreibung"}
"""Values that must be translated before publication, with their labels."""


def begun(original: bytes, language: str, today: datetime.date) -> bytes:
    """Return the initial content of a translation: the original, as a draft to be translated.

    :param language: the German name of its language.
    :raises AuthoringError: if the original cannot be edited safely.
    """
    values = front_matter_edits.values(original)
    data = original
    for key, called in _TRANSLATED.items():
        if words := values.get(key):
            marked = f"{MARK}: {called} auf {language} („{words}“)"
            data = front_matter_edits.set_value(data, key, marked)
    return as_draft(data, today)


def require_translated(data: bytes) -> None:
    """Raise an error if title or description of a translation are not translated yet.

    :raises AuthoringError: naming the missing value.
    """
    values = front_matter_edits.values(data)
    for key, called in _TRANSLATED.items():
        if is_placeholder(str(values.get(key) or "")):
            raise AuthoringError(msg("translations.missing", called=called))


def new_address(edition: Library, item: Item) -> tuple[str, str] | None:
    """Return the row to add to ``[addresses]`` for a text: German path and own path.

    None if it has a row already, or was public before: public addresses never change.

    :param edition: the edition of the text.
    :raises AuthoringError: if the address derived from the title is taken.
    """
    german = edition.every_edition[0]
    path = Addresses().item(item.kind, item.name).strip("/")
    if edition is german or not path or path in edition.addresses.words:
        return None
    has_none = not item.kind.address and item.name in pages_without_address()
    if has_none or german.item_in(item.text.file) is None or was_public(german, item.address):
        return None
    slug = slugs.shorten(slugs.slugify(item.title), LONGEST_SLUG)
    above = edition.addresses.at(path.rpartition("/")[0]).removeprefix(edition.addresses.root)
    word = f"{above}/{slug}" if above else slug
    if not slug or _is_taken(edition, word):
        raise AuthoringError(msg("translations.taken", title=item.title, word=word))
    return path, word


def _is_taken(edition: Library, word: str) -> bool:
    address = edition.addresses.at_root(f"{word}/")
    is_old = edition.redirect_from(address) is not None
    return is_old or word in edition.addresses.words.values() or address in edition.own_addresses


def was_public(german: Library, address: str) -> bool:
    """Return whether an address, or one below it, was ever public."""
    below = "/" + address.removeprefix(german.addresses.root)
    return any(known.startswith(below) for known in published.read(german.folder))
