"""A text in another language: how its translation begins, and the address that it gets.

The translation lies in a file of the same name in the folder of its edition. Its address comes from
its own title, once: when it is published, a row for it joins ``[addresses]`` of its edition.
"""

import datetime

from website.content import published, slugs
from website.content.addresses import Addresses
from website.content.kinds import pages_without_address
from website.content.library import Library
from website.content.models import Item
from website.content.problems import MARK, is_placeholder
from website.editorial import front_matter_edits
from website.editorial.new_texts import LONGEST_SLUG
from website.exceptions import AuthoringError

TABLE = "addresses"
"""Of an edition's site data: the address of each path, by the German one."""

_TRANSLATED = {"title": "Titel", "description": "Beschreibung"}
"""What no text is published without in its own language."""
_OF_THE_ORIGINAL = ("aliases", "reviewed_by", "updated")
"""What holds for the original alone."""


def begun(original: bytes, language: str, today: datetime.date) -> bytes:
    """Return what a translation begins with: the original, marked as a draft to be translated.

    :param language: the name of its language in German.
    :raises AuthoringError: if the original is written so that this cannot be done safely.
    """
    values = front_matter_edits.values(original)
    data = original
    for key, called in _TRANSLATED.items():
        if words := values.get(key):
            marked = f"{MARK}: {called} auf {language} („{words}“)"
            data = front_matter_edits.set_value(data, key, marked)
    for key in _OF_THE_ORIGINAL:
        if key in values:
            data = front_matter_edits.set_value(data, key, None)
    day = "date" if "date" in values else "updated"
    data = front_matter_edits.set_value(data, day, today.isoformat())
    return front_matter_edits.set_value(data, "status", "draft")


def require_translated(data: bytes) -> None:
    """Refuse a translation whose title still waits for somebody to translate it.

    :raises AuthoringError: saying what is missing.
    """
    values = front_matter_edits.values(data)
    for key, called in _TRANSLATED.items():
        if is_placeholder(str(values.get(key) or "")):
            raise AuthoringError(
                f"{called}: noch nicht übersetzt. Ersetzen Sie den PLATZHALTER, dann geht es "
                "weiter."
            )


def new_address(edition: Library, item: Item) -> tuple[str, str] | None:
    """Return the row of ``[addresses]`` that a text needs: the German path, and its own.

    Nothing where it has a row, or had an address before: addresses that were public stay.

    :param edition: that the text belongs to.
    :raises AuthoringError: if the address that its title makes is taken.
    """
    german = edition.every_edition[0]
    path = Addresses().item(item.kind, item.name).strip("/")
    if edition is german or not path or path in edition.addresses.words:
        return None
    has_none = not item.kind.address and item.name in pages_without_address()
    if has_none or german.item_in(item.text.file) is None or _was_public(german, item):
        return None
    slug = slugs.shorten(slugs.slugify(item.title), LONGEST_SLUG)
    above = edition.addresses.at(path.rpartition("/")[0]).removeprefix(edition.addresses.root)
    word = f"{above}/{slug}" if above else slug
    if not slug or _is_taken(edition, word):
        raise AuthoringError(
            f"Aus dem Titel „{item.title}“ wird die Adresse „{word}“, und die gibt es schon. "
            "Nehmen Sie einen anderen Titel."
        )
    return path, word


def _is_taken(edition: Library, word: str) -> bool:
    address = edition.addresses.at_root(f"{word}/")
    is_old = edition.moved_from(address) is not None
    return is_old or word in edition.addresses.words.values() or address in edition.own_addresses


def _was_public(german: Library, item: Item) -> bool:
    """Return whether a text, or one whose address lies below its own, was ever public."""
    address = "/" + item.address.removeprefix(german.addresses.root)
    return any(known.startswith(address) for known in published.read(german.folder))
