"""Rename and delete texts: the changes to all files that keep links and addresses working."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from website.content import slugs
from website.content.addresses import Addresses
from website.content.library import Library
from website.content.models import Item, Kind, PublicationStatus
from website.content.postprocess import resolve
from website.editorial import front_matter_edits, msg, new_texts, toml_edits, translations
from website.exceptions import AuthoringError, TakenAddress

SITE_DATA = "website.toml"

_TARGET = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>```+|~~~+)(?s:.*?)^ {0,3}(?P=fence)|`[^`\n]*`)"
    r"|(?P<before>\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:[ \t]*<?)(?P<target>[^\s()<>#]+)"
    r"(?P<anchor>#[^\s()<>]*)?",
    re.MULTILINE,
)
"""Link targets in Markdown; code is matched, too, so that it can be skipped."""

_NAVIGATION = re.compile(
    r"""(?P<before>^[ \t]*to[ \t]*=[ \t]*["'])(?P<target>[^"'#]+)(?P<anchor>#[^"']*)?""",
    re.MULTILINE,
)

Changes = dict[str, bytes | None]
"""Files by their paths in the content folder; None for bytes deletes one."""


@dataclass(frozen=True)
class Place:
    """The place of a text in its edition: its file and its address."""

    kind: Kind[Item]
    name: str
    words: Mapping[str, str] = field(default_factory=dict)
    """The edition's path for a German one."""

    @property
    def file(self) -> str:
        """The file, named from the content folder."""
        return self.kind.file(self.name)

    @property
    def address(self) -> str:
        """The address, below the root ``/``."""
        return Addresses(words=self.words).item(self.kind, self.name)


def refuse(library: Library, item: Item, target: Place) -> None:
    """Raise an error if a name cannot be the address of a text.

    :raises AuthoringError: if it is invalid or taken.
    """
    if not target.name or slugs.slugify(target.name) != target.name:
        possible = slugs.slugify(target.name)
        raise AuthoringError(msg("moving.invalid", name=target.name, possible=possible))
    new_texts.refuse_taken(library, target.kind, target.name, but=item)


def was_public(library: Library, address: str, status: str) -> bool:
    """Return whether the address of a text with a status is or was public."""
    return status == PublicationStatus.PUBLISHED or translations.was_public(library, address)


def renamed(old: Place, new: Place, texts: Mapping[str, bytes], *, leads_on: bool) -> Changes:
    """Return the changes that move a text to another address, and update all links to it.

    :param texts: every text, and the site's data, by their paths in the content folder.
    :param leads_on: whether the old address redirects to the new one.
    :raises AuthoringError: if the old address cannot be written into the text.
    """
    data = texts[old.file]
    if leads_on:
        data = _with_aliases(data, new, old.address)
    changes = _mended_links(old, new, texts, keeps_anchors=True)
    changes[new.file] = _mended(data, posixpath.dirname(old.file), old, new, keeps_anchors=True)
    return changes | {old.file: None}


def renamed_in_editions(
    library: Library, old: Place, new: Place, texts: Mapping[str, bytes]
) -> Changes:
    """Return the changes that rename the translations of a text; their addresses stay.

    :param texts: every text, and the site's data, as they are once the German text has moved.
    :raises AuthoringError: if the new name is taken, or an address cannot be kept.
    """
    changes: Changes = {}
    for edition in library.every_edition[1:]:
        start = edition.content_file("")
        if f"{start}{new.file}" in texts:
            message = msg("moving.taken", label=edition.label(new.file))
            raise TakenAddress(message, f"{start}{new.file}")
        if f"{start}{old.file}" not in texts:
            continue
        own = {file[len(start) :]: data for file, data in texts.items() if file.startswith(start)}
        found = renamed(old, new, own, leads_on=False)
        found[SITE_DATA] = _with_row(edition, old, new, found.get(SITE_DATA) or own[SITE_DATA])
        changes |= {f"{start}{file}": data for file, data in found.items()}
    return changes


def _with_row(edition: Library, old: Place, new: Place, data: bytes) -> bytes:
    """Return the site data of an edition with the address moved to the new path."""
    before, after = (place.address.strip("/") for place in (old, new))
    table = translations.TABLE
    address = edition.addresses.at(before).removeprefix(edition.addresses.root)
    if before in edition.addresses.words:
        data = toml_edits.set_value(data, (table, before), None)
    return toml_edits.set_value(data, (table, after), address)


def deleted(
    old: Place, successor: Place | None, texts: Mapping[str, bytes], *, was_public: bool
) -> Changes:
    """Return the changes that delete a text, and point its addresses and links to a successor.

    :param texts: every text, and the site's data, by their paths in the content folder.
    :raises AuthoringError: if a public text has no successor, or the address cannot be written
        into the successor.
    """
    if successor is None:
        if was_public:
            raise AuthoringError(msg("moving.public", address=old.address))
        return {old.file: None}
    if successor.file == old.file or successor.file not in texts:
        raise AuthoringError("Wählen Sie eine andere Seite, zu der diese Adresse künftig führt.")
    changes = _mended_links(old, successor, texts, keeps_anchors=False)
    data = changes.get(successor.file) or texts[successor.file]
    if was_public:
        data = _with_aliases(data, successor, *_aliases(texts[old.file]), old.address)
    return changes | {successor.file: data, old.file: None}


def _mended_links(
    old: Place, new: Place, texts: Mapping[str, bytes], *, keeps_anchors: bool
) -> Changes:
    changes: Changes = {}
    for file, data in texts.items():
        if old.name.encode() not in data:
            continue
        mended = _mended(data, posixpath.dirname(file), old, new, keeps_anchors=keeps_anchors)
        if mended != data and file != old.file:
            changes[file] = mended
    return changes


def _mended(data: bytes, folder: str, old: Place, new: Place, *, keeps_anchors: bool) -> bytes:
    """Return a file with updated links; files not in UTF-8 are returned unchanged."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data

    def mend(found: re.Match[str]) -> str:
        target = found["target"]
        if target is None or (changed := _target(target, folder, old, new)) == target:
            return found[0]
        return found["before"] + changed + ((found["anchor"] or "") if keeps_anchors else "")

    start = front_matter_edits.body_start(text) if folder else 0
    pattern = _TARGET if folder else _NAVIGATION
    return (text[:start] + pattern.sub(mend, text[start:])).encode()


def _target(target: str, folder: str, old: Place, new: Place) -> str:
    """Return the new target of a link in a file of a folder; unrelated ones are unchanged."""
    if target == old.address:
        return new.address
    if not target.endswith(".md") or resolve(folder, target) != old.file:
        return target
    if posixpath.dirname(old.file) == posixpath.dirname(new.file):
        return target[: target.rfind("/") + 1] + posixpath.basename(new.file)
    return posixpath.relpath(new.file, folder)


def _with_aliases(data: bytes, place: Place, *more: str) -> bytes:
    """Add aliases to the front matter, except for the address of the text itself."""
    found = dict.fromkeys([*_aliases(data), *more])
    kept = [alias for alias in found if alias != place.address]
    return front_matter_edits.set_value(data, "aliases", kept or None)


def _aliases(data: bytes) -> list[str]:
    found = front_matter_edits.values(data).get("aliases")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
