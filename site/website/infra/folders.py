"""Listing of the files below a folder, without hidden and temporary ones.

Locks of editors and Office, AppleDouble files, thumbnails and everything hidden are skipped.

Keeps its imports few: builds use it to find out whether there is anything to do.
"""

import errno
import os
import re
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

_JUNK = re.compile(
    r"\..*|~\$.*|~wr[a-z]\d+.*|.*~|\#.*\#|.*\.(?:sw[a-p]|tmp|part|partial|crdownload|lnk|url)"
    r"|(?:eh)?thumbs\.db|desktop\.ini|icon\r|__macosx|@eadir|\$recycle\.bin|lost\+found|4913",
    re.IGNORECASE | re.DOTALL,
)
_IRREGULAR = "ist keine gewöhnliche Datei. Ersetzen oder löschen Sie sie"


class SurveyedFile(NamedTuple):
    """A file below a folder."""

    name: str
    """Relative to the folder, with slashes."""
    path: str
    state: os.stat_result | None
    """None if the file cannot be read."""
    trouble: str = ""
    """Why it cannot be read."""
    siblings: Collection[str] = ()
    """The names of all files in the same folder."""

    @property
    def is_lost(self) -> bool:
        """Whether nobody can tell what it contains."""
        return not self.state and _is_text(self.name)


def is_junk(name: str) -> bool:
    """Return whether a path below a folder is hidden, or a temporary file of a program."""
    return any(_JUNK.fullmatch(part) for part in name.split("/"))


def walk(folder: Path | str) -> Iterator[SurveyedFile]:
    """Yield every file below a folder except junk; links are followed, but never in a circle.

    Never raises: an unreadable file is yielded with its trouble, and a missing folder is empty.
    """
    yield from _walk(str(folder), "", _above(Path(folder)))


def _above(folder: Path) -> tuple[tuple[int, int], ...]:
    """Return the identities of the folders above one; a link to any of them leads in a circle."""
    try:
        states = [one.stat() for one in folder.resolve().parents]
    except (OSError, RuntimeError):  # which the walk itself reports
        return ()
    return tuple((state.st_dev, state.st_ino) for state in states)


def _walk(folder: str, below: str, above: tuple[tuple[int, int], ...]) -> Iterator[SurveyedFile]:
    try:
        state = os.stat(folder)  # noqa: PTH116 - thousands
        place = state.st_dev, state.st_ino
        if place in above:
            trouble = "ist ein Verweis, der im Kreis führt. Löschen Sie ihn"
            yield SurveyedFile(below.rstrip("/"), folder, None, trouble)
            return
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not _JUNK.fullmatch(entry.name)]
    except FileNotFoundError:
        return
    except OSError as error:
        yield SurveyedFile(below.rstrip("/") or ".", folder, None, why_unreadable(error))
        return
    siblings = frozenset(entry.name for entry in entries)
    for entry in entries:
        name = below + entry.name
        if not _is_text(entry.name):
            trouble = "hat einen Namen, der nicht in UTF-8 geschrieben ist. Benennen Sie das um"
            yield SurveyedFile(name, entry.path, None, trouble)
        elif _is_folder(entry):
            yield from _walk(entry.path, f"{name}/", (*above, place))
        elif file := _file(entry, name, siblings):
            yield file


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _file(entry: os.DirEntry[str], name: str, siblings: Collection[str]) -> SurveyedFile | None:
    try:
        state = entry.stat()
    except FileNotFoundError:
        if not entry.is_symlink():
            return None  # deleted a moment ago
        return SurveyedFile(name, entry.path, None, "ist ein Verweis ins Leere. Löschen Sie ihn")
    except OSError as error:
        return SurveyedFile(name, entry.path, None, why_unreadable(error))
    if not stat.S_ISREG(state.st_mode):
        return SurveyedFile(name, entry.path, None, _IRREGULAR)
    return SurveyedFile(name, entry.path, state, siblings=siblings)


def why_unreadable(error: OSError) -> str:
    """Return why a file or folder cannot be read, and what its author can do."""
    if isinstance(error, PermissionError):
        return "lässt sich nicht lesen: Die Rechte fehlen. Geben Sie sie frei"
    if error.errno in {errno.EINVAL, errno.EISDIR, errno.ENXIO}:
        return _IRREGULAR
    if error.errno in {errno.ELOOP, errno.ENAMETOOLONG}:
        return "lässt sich nicht öffnen, etwa weil ein Verweis im Kreis führt. Löschen Sie ihn"
    return f"lässt sich nicht lesen ({error.strerror}). Holen Sie Hilfe von der Technik"
