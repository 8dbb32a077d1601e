"""Lookup of the images beside texts: path, format, size, and whether they can be published."""

import difflib
import functools
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from website.content import files, graphics, picture_files
from website.content.problems import msg
from website.exceptions import ImageError
from website.infra import folders

_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_WIDE = "-breit"
MISSING = "liegt nicht neben der Datei."


@dataclass(frozen=True)
class Original:
    """The image file that an author has put beside a text."""

    path: Path
    digest: str
    """Of its bytes."""
    format: str
    """Pillow's name of the format it is re-encoded from; empty for what is published as it is."""
    width: int
    """In pixels, as it is seen: a camera held upright has been taken into account."""
    height: int
    is_moving: bool = False


def find(root: Path, folder: Path, file: str) -> Path:
    """Return the path of an image that a text names.

    :param root: of the content, with all links resolved; nothing outside is found.
    :param folder: of the text.
    :raises ImageError: if there is none; saying which may be meant.
    """
    if _ELSEWHERE.match(file):
        raise ImageError(msg("image.elsewhere"))
    try:
        path = Path(os.path.realpath(folder / file))
    except (OSError, ValueError) as error:
        raise ImageError(MISSING) from error
    if not path.is_relative_to(root):
        raise ImageError(MISSING)
    if folders.is_junk(path.relative_to(root).as_posix()):
        raise ImageError(msg("image.hidden"))
    return path if _exists(path) else _meant(root, path)


def wide_of(path: Path) -> Path | None:
    """Return the graphic that is drawn for wide pages, ``name-breit.svg`` beside ``name.svg``."""
    wide = path.with_name(wide_name(path.name))
    return wide if path.suffix.lower() == ".svg" and _exists(wide) else None


def wide_name(name: str) -> str:
    """Return the name or path that a graphic for wide pages has beside one of that name."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}{_WIDE}{dot}{suffix}"


def examine(path: Path) -> Original:
    """Return format, size and digest of an image. Reads the file again only after a change.

    :raises ImageError: if it is missing, broken, too large, or nothing that browsers show.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise ImageError(MISSING) from error
    return _examine(path, (state.st_mtime_ns, state.st_size, state.st_ino))


# To look at a photograph takes 30 ms, and the preview reads the content again at every change.
@functools.lru_cache(maxsize=4096)
def _examine(path: Path, _state: tuple[int, ...]) -> Original:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(msg("picture.broken")) from error
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() == ".svg":
        return Original(path, digest, "", *graphics.size(data))
    look = picture_files.look(data)
    return Original(path, digest, look.format, look.width, look.height, look.is_moving)


def _meant(root: Path, path: Path) -> Path:
    """Return the image whose name has the same letters, however they are put together (NFD)."""
    folder = path.parent
    if folder != root and not _exists(folder):
        folder = _meant(root, folder)
    names = [name for name in _names(folder) if not folders.is_junk(name)]
    wanted = files.same_name(path.name)
    for name in names:
        if files.same_name(name) == wanted:
            return folder / name
    for name in names:
        if files.same_name(name).casefold() == wanted.casefold():
            raise ImageError(msg("image.other-case", name=name))
    images = [name for name in names if Path(name).suffix.lower() in files.IMAGES]
    if meant := difflib.get_close_matches(wanted, images, n=1):
        raise ImageError(f"{MISSING} Meinten Sie „{meant[0]}“?")
    raise ImageError(MISSING)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # its name is too long
        return False


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:
        return []
