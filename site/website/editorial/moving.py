"""A text gets another address, or none: the changes to all files, so that no link gets lost."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from website.content import published, slugs
from website.content.addresses import Addresses
from website.content.library import Library
from website.content.models import Item, Kind, PublicationStatus
from website.content.postprocess import resolve
from website.editorial import front_matter_edits, new_texts, toml_edits, translations
from website.exceptions import AuthoringError

SITE_DATA = "website.toml"

_TARGET = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>```+|~~~+)(?s:.*?)^ {0,3}(?P=fence)|`[^`\n]*`)"
    r"|(?P<before>\]\(\s*<?|^ {0,3}\[[^\]\n]+\]:[ \t]*<?)(?P<target>[^\s()<>#]+)"
    r"(?P<anchor>#[^\s()<>]*)?",
    re.MULTILINE,
)
"""Where a link leads, within Markdown; code is matched so that it stays as it is."""

_NAVIGATION = re.compile(
    r"""(?P<before>^[ \t]*to[ \t]*=[ \t]*["'])(?P<target>[^"'#]+)(?P<anchor>#[^"']*)?""",
    re.MULTILINE,
)

Changes = dict[str, bytes | None]
"""Files by their paths in the content folder; None for bytes deletes one."""


@dataclass(frozen=True)
class Place:
    """Where a text stands in its edition: its file and its address."""

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
    """Refuse a name that cannot be the address of a text.

    :raises AuthoringError: if it is none, or taken.
    """
    if not target.name or slugs.slugify(target.name) != target.name:
        raise AuthoringError(
            f"„{target.name}“ kann keine Adresse sein: Erlaubt sind a-z, 0-9 und -. "
            f"Möglich wäre: {slugs.slugify(target.name)}"
        )
    new_texts.refuse_taken(library, target.kind, target.name, but=item)


def was_public(library: Library, item: Item) -> bool:
    """Return whether readers may know the address of a text."""
    address = "/" + item.address.removeprefix(library.addresses.root)
    return item.status is PublicationStatus.PUBLISHED or address in published.read(library.folder)


def renamed(old: Place, new: Place, texts: Mapping[str, bytes], *, leads_on: bool) -> Changes:
    """Return what moves a text to another address, and every link along.

    :param texts: every text, and the site's data, by their paths in the content folder.
    :param leads_on: whether the old address is to lead to the new one.
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
    """Return what moves the translations of a text along, and keeps their addresses.

    :param texts: every text, and the site's data, as they are once the German text has moved.
    :raises AuthoringError: if one has the new name already, or an address cannot be kept.
    """
    changes: Changes = {}
    for edition in library.every_edition[1:]:
        start = edition.content_file("")
        if f"{start}{new.file}" in texts:
            raise AuthoringError(
                f"{edition.label(new.file)} ist schon ein anderer Text. Nehmen Sie einen anderen "
                "Namen."
            )
        if f"{start}{old.file}" not in texts:
            continue
        own = {file[len(start) :]: data for file, data in texts.items() if file.startswith(start)}
        found = renamed(old, new, own, leads_on=False)
        found[SITE_DATA] = _with_row(edition, old, new, found.get(SITE_DATA) or own[SITE_DATA])
        changes |= {f"{start}{file}": data for file, data in found.items()}
    return changes


def _with_row(edition: Library, old: Place, new: Place, data: bytes) -> bytes:
    """Return the site data of an edition in which the new path has the address of the old one."""
    before, after = (place.address.strip("/") for place in (old, new))
    table = translations.TABLE
    address = edition.addresses.at(before).removeprefix(edition.addresses.root)
    if before in edition.addresses.words:
        data = toml_edits.set_value(data, (table, before), None)
    return toml_edits.set_value(data, (table, after), address)


def deleted(
    old: Place, successor: Place | None, texts: Mapping[str, bytes], *, was_public: bool
) -> Changes:
    """Return what deletes a text, and lets its addresses and every link lead to its successor.

    :param texts: every text, and the site's data, by their paths in the content folder.
    :raises AuthoringError: if readers would get lost, because a text that was public has no
        successor, or the address cannot be written into that.
    """
    if successor is None:
        if was_public:
            raise AuthoringError(
                f"{old.address} war öffentlich, andere verlinken darauf. Wählen Sie eine Seite, zu "
                "der diese Adresse künftig führt."
            )
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
    """Mend the links of one file; what is not UTF-8 is nothing that we can mend."""
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
    """Return the new target of a link in a file of a folder; most stay as they are."""
    if target == old.address:
        return new.address
    if not target.endswith(".md") or resolve(folder, target) != old.file:
        return target
    if posixpath.dirname(old.file) == posixpath.dirname(new.file):
        return target[: target.rfind("/") + 1] + posixpath.basename(new.file)
    return posixpath.relpath(new.file, folder)


def _with_aliases(data: bytes, place: Place, *more: str) -> bytes:
    """Add old addresses; one that becomes the text's own again is none."""
    found = dict.fromkeys([*_aliases(data), *more])
    kept = [alias for alias in found if alias != place.address]
    return front_matter_edits.set_value(data, "aliases", kept or None)


def _aliases(data: bytes) -> list[str]:
    found = front_matter_edits.values(data).get("aliases")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
