"""Classification of the files in the content folder: texts, images, lists and others.

Library, checks, preview, build and file watcher all use this classification, so that they agree on
what is published.
"""

import os
import re
import unicodedata
from collections.abc import Collection
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from website.content import kinds
from website.content.models import TEXT
from website.content.problems import msg
from website.infra import folders
from website.infra.folders import SurveyedFile

RIGHTS = "bildrechte.txt"
"""Whose each image is: ``artikel/bild.jpg: Urheber, Lizenz``."""

WORDS = "woerter.txt"
"""The list of words that are right although no dictionary has them."""

OF_EDITION = frozenset({
    "website.toml", "formular.toml", RIGHTS, WORDS, "antworten.toml", "oberflaeche.po",
})  # fmt: skip
"""What is read at the top of an edition's folder."""
LISTS = (OF_EDITION - {"oberflaeche.po"}) | {"adressen.txt", "formular-schluessel.txt"}
"""What is read at the top of the content folder."""

_LANGUAGE = re.compile(r"(?!de\Z)[a-z]{2}")
"""As leads keep it."""

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
"""What an address is made of."""

IMAGES = frozenset({
    ".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg", ".mpo", ".png",
    ".svg", ".tif", ".tiff", ".webp",
})  # fmt: skip
"""Endings of images in lower case, also of those that no browser shows."""


class FileKind(Enum):
    """The kind of a file in the content folder."""

    TEXT = "text"
    IMAGE = "image"
    LIST = "list"
    """Read by its name: :data:`LISTS`."""
    LOST = "lost"
    """Cannot be read, whatever it is."""
    STRAY = "stray"
    """Left out, most likely by mistake: reported to its author."""
    OTHER = "other"
    """Nothing by its name; it is published only where a text shows it and it is an image."""


class File(NamedTuple):
    """A file in the content folder."""

    name: str
    """From the content folder: ``artikel/x.md``."""
    path: str
    kind: FileKind
    state: os.stat_result | None
    """Nothing where it cannot be read."""
    advice: str = ""
    """For its author where it is left out: why, and what to do."""


_COPY = re.compile(
    r"\.sync-conflict-|\((?:[^)]* )?(?:case )?(?:conflict|in konflikt|konflikt)"
    r"|[-_. ]conflict(?:ed)?[-_ ]copy|_conf\(|~head|^(?:kopie|copy|backup|sicherung) (?:von|of) "
    r"|(?: -)? (?:kopie|copy)(?: ?\(?\d+\)?)?$|[._](?:backup|base|local|remote)[._]\d+$"
    r"|\.(?:alt|bak|backup|old|orig|save)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r" ?\(\d+\)$| \d+$")
"""What iCloud, browsers and Windows put behind the name of the second file."""

_BACKUP = re.compile(r"\.(?:alt|bak|backup|old|orig|rej|save)\d*$", re.IGNORECASE)
_OTHER_TEXT = re.compile(
    r"(?:\.(?:md|markdown|mdown|mdwn|mkdn?|mdx|txt|text))+\s*$|^[^.]+$", re.IGNORECASE
)
_DOCUMENT = re.compile(r"\.(?:docx?|odt|rtf|pages|html?|mht|epub)$", re.IGNORECASE)


def same_name(name: str) -> str:
    """Return the form in which two names are compared: macOS takes umlauts apart (NFD)."""
    return unicodedata.normalize("NFC", name)


def entry(row: str) -> tuple[str, str]:
    """Return what a row of an author's list is about, and what it says; ``#`` starts a comment."""
    key, _, said = same_name(row.partition("#")[0]).partition(":")
    return key.strip("\ufeff \t\r\n"), said.strip()


def editions(folder: Path) -> dict[str, Path]:
    """Return the folder of each edition in another language than German, by the language."""
    return {path.name: path for path in entries(folder) if is_edition(path)}


def entries(folder: Path) -> list[Path]:
    """Return what is in a folder, sorted; nothing if it cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def why_no_edition(folder: Path) -> str:
    """Return why a folder with pages is no edition though it looks like one; empty if it is."""
    if is_edition(folder) or not os.path.isdir(folder / "seiten"):  # noqa: PTH112 - never raises
        return ""
    if folder.name == "de":
        return msg("files.german-in-folder")
    if not _LANGUAGE.fullmatch(folder.name):
        return msg("files.edition-name", name=folder.name)
    return msg("files.no-edition", name=folder.name)


def is_edition(folder: Path) -> bool:
    """Return whether a folder is that of an edition in another language than German.

    It is named by the ISO 639-1 code of the language, and contains its site data.
    """
    data = folder / "website.toml", folder.parent / "website.toml"
    # os.path.isfile never raises.
    return bool(_LANGUAGE.fullmatch(folder.name)) and all(map(os.path.isfile, data))


def label(folder: Path, file: str) -> str:
    """Return a file of a content folder, or of an edition's, as authors know it."""
    parent = f"{folder.parent.name}/" if is_edition(folder) else ""
    return f"{parent}{folder.name}/{file}"


def survey(folder: Path) -> list[File]:
    """Return all files of one edition, classified and sorted by name. 1,000 take about 5 ms."""
    others = tuple(f"{name}/" for name in editions(folder))
    is_german = not is_edition(folder)
    found = (file for file in folders.walk(folder) if not file.name.startswith(others))
    return sorted(classify(file, LISTS if is_german else OF_EDITION) for file in found)


def survey_all(folder: Path) -> list[File]:
    """Return all files of all editions, named relative to the content folder."""
    found = survey(folder)
    for code, place in editions(folder).items():
        found += (file._replace(name=f"{code}/{file.name}") for file in survey(place))
    return found


def classify(found: SurveyedFile, lists: Collection[str] = LISTS) -> File:
    """Classify a file of the content.

    :param lists: names of the lists that are read at the top of the folder.
    """
    name, path, state, trouble, siblings = found
    if trouble:
        kind = FileKind.LOST if found.is_lost else FileKind.STRAY
        return File(name, path, kind, None, f"Das {trouble}.")
    folder, _, file = name.rpartition("/")
    if file.endswith(TEXT):
        return _text(found, folder, file, siblings)
    if not folder and file in lists:
        return File(name, path, FileKind.LIST, state)
    _, dot, ending = file.rpartition(".")
    if f"{dot}{ending}".lower() in IMAGES:
        return File(name, path, FileKind.IMAGE, state)
    advice = _advice(folder, file, siblings, lists)
    return File(name, path, FileKind.STRAY if advice else FileKind.OTHER, state, advice)


def _text(found: SurveyedFile, folder: str, file: str, siblings: Collection[str]) -> File:
    stem = file.removesuffix(TEXT)
    if not SLUG.match(stem) and _is_copy(stem, TEXT, siblings):
        return File(found.name, found.path, FileKind.STRAY, found.state, msg("files.copy"))
    if kinds.of_file(found.name):
        return File(found.name, found.path, FileKind.TEXT, found.state)
    return File(found.name, found.path, FileKind.STRAY, found.state, _misplaced(folder))


def _is_copy(stem: str, ending: str, siblings: Collection[str]) -> bool:
    stem = same_name(stem)
    first = _NUMBERED.sub("", stem)
    return bool(_COPY.search(stem)) or (first != stem and f"{first}{ending}" in siblings)


def _advice(folder: str, file: str, siblings: Collection[str], lists: Collection[str]) -> str:
    """Return advice on a file that was probably meant for something else, or an empty string."""
    stem, dot, ending = file.rpartition(".")
    if _BACKUP.search(file) or _is_copy(stem, dot + ending, siblings):
        return msg("files.copy")
    if not folder and file.lower().partition(".")[0] in {name.partition(".")[0] for name in lists}:
        return msg("files.read-here", lists=", ".join(sorted(lists)))
    if _OTHER_TEXT.search(file):
        meant = _OTHER_TEXT.sub("", file) or file
        return msg("files.ending", meant=meant)
    if _DOCUMENT.search(file):
        return msg("files.document")
    return ""


def _misplaced(folder: str) -> str:
    for kind in kinds.KINDS:
        if folder.startswith(f"{kind.folder}/"):
            return msg("files.subfolder", plural=kind.plural, folder=kind.folder)
    plurals = {kind.folder: kind.plural for kind in kinds.KINDS if "/" not in kind.folder}
    (first, of_first), *others = plurals.items()
    places = [f"{of_first} liegen in „{first}“", *(f"{of} in „{at}“" for at, of in others)]
    return msg("files.folder", places=", ".join(places))
