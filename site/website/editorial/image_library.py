"""The images of the content: their rights, alternative texts, and the texts that use them.

Images lie beside the texts. Their rights are kept in a list with one line per image::

    artikel/team.jpg: Jo Kamm, CC BY 4.0, Einwilligung: 2026-11-28; Alternativtext: Zwei Menschen …
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from website.content import files, text_files
from website.content.files import RIGHTS, same_name
from website.content.postprocess import resolve
from website.editorial import msg
from website.exceptions import AuthoringError, UnreadableFile

_ALT = "; Alternativtext: "
_CONSENT = re.compile(r",?\s*Einwilligung:\s*(\d{4}-\d{2}-\d{2})")
_ENDINGS = "|".join(sorted(ending[1:] for ending in files.IMAGES))
_NAMED = re.compile(
    rf"<(?P<spaced>[^<>\n]+\.(?:{_ENDINGS}))>|(?P<plain>[^\s()<>\"'\[\]|=]+\.(?:{_ENDINGS}))\b",
    re.IGNORECASE,
)
_ENDING = re.compile(rf"\.(?:{_ENDINGS})\b", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[\w./-]+\Z")
WIDE = "-breit.svg"
"""Suffix of the names of graphics for wide pages."""


@dataclass(frozen=True)
class Rights:
    """The entry of an image in the list of rights."""

    author: str = ""
    licence: str = ""
    consent: str = ""
    """Day on which the people shown gave their consent, as ``2026-11-28``."""
    alt: str = ""
    """The alternative text."""

    def __str__(self) -> str:
        parts = [self.author, self.licence, self.consent and f"Einwilligung: {self.consent}"]
        return ", ".join(filter(None, parts)) + (f"{_ALT}{self.alt}" if self.alt else "")


def is_image(path: str) -> bool:
    """Return whether a file name is that of an image."""
    return posixpath.splitext(path)[1].lower() in files.IMAGES


def parse(entry: str) -> Rights:
    """Parse an entry of the list."""
    whose, _, alt = entry.partition(_ALT)
    consent = _CONSENT.search(whose)
    author, _, licence = _CONSENT.sub("", whose).partition(",")
    return Rights(author.strip(), licence.strip(), consent[1] if consent else "", alt.strip())


def rights(data: bytes | None) -> dict[str, Rights]:
    """Return the rights of each image by its path; an empty dict if the list is unreadable."""
    try:
        text = text_files.text_of(data or b"")
    except UnreadableFile:
        return {}
    return {key: parse(entry) for key, entry in map(files.entry, text.split("\n")) if key}


def with_rights(data: bytes | None, path: str, entry: Rights | None) -> bytes:
    """Return the list with the entry of an image replaced, and all other lines unchanged.

    :param entry: None deletes the line.
    :raises AuthoringError: if the list is unreadable, or the path cannot be written into it.
    """
    try:
        text = text_files.decoded(data or b"")
    except UnreadableFile as error:
        raise AuthoringError(msg("images.rights", file=RIGHTS, error=error)) from error
    if entry is not None and set(path) & set(":#\n\r"):
        raise AuthoringError(f"„{path}“ lässt sich so nicht in {RIGHTS} nennen.")
    end = "\r\n" if "\r\n" in text else "\n"
    rows = re.split(r"(?<=\n)", text)
    mine = [index for index, row in enumerate(rows) if files.entry(row)[0] == same_name(path)]
    for index in reversed(mine):
        del rows[index]
    if entry is not None:
        place = mine[0] if mine else len([row for row in rows if row])
        if place and not rows[place - 1].endswith("\n"):
            rows[place - 1] += end
        rows.insert(place, f"{path}: {entry}{end}")
    mark = b"\xef\xbb\xbf" if data and data.startswith(b"\xef\xbb\xbf") else b""
    return mark + "".join(rows).encode()


def uses(images: Iterable[str], texts: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Return the texts that mention each image, in any syntax; false positives are possible.

    :param images: paths from the content folder.
    :param texts: texts and data files by their paths.
    """
    found: dict[str, list[str]] = {path: [] for path in images}
    known = {same_name(path): path for path in found}
    strange = [path for path in found if not _PLAIN_NAME.match(path)]
    for file, data in sorted(texts.items()):
        text = same_name(data.decode(errors="replace"))
        named = {known[name] for name in _named(file, text) if name in known}
        named |= {path for path in strange if same_name(posixpath.basename(path)) in text}
        for path in named:
            found[path].append(file)
    for path in found:
        if path.endswith(WIDE):
            found[path] += found.get(path.removesuffix(WIDE) + ".svg", [])
    return found


def _named(file: str, text: str) -> Iterator[str]:
    folder = posixpath.dirname(file)
    for row in _rows_with_images(text):
        for match in _NAMED.finditer(row):
            target = same_name(unquote(match["spaced"] or match["plain"]))
            yield resolve(folder, target)
            yield target.lstrip("/")


def _rows_with_images(text: str) -> Iterator[str]:
    end = -1
    for found in _ENDING.finditer(text):
        if found.start() >= end:
            end = text.find("\n", found.end()) + 1 or len(text)
            yield text[text.rfind("\n", 0, found.start()) + 1 : end]
