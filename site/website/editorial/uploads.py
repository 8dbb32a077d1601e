"""Uploaded images: validation, conversion, and file names.

Uploads are decoded by :mod:`website.editorial.image_conversion` in a process with tight limits.
Here only their first bytes are read, and graphics (SVG) as text.
"""

import json
import os
import posixpath
import subprocess
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass

from website.content import graphics, slugs
from website.content.files import same_name
from website.editorial import image_conversion, msg
from website.exceptions import ImageError

LARGEST = 20 * 1024 * 1024
"""Maximum bytes of an upload."""
LARGEST_IN_WORDS = f"{LARGEST // 1024**2} MB"
TOO_LARGE = f"ist größer als {LARGEST_IN_WORDS}. Speichern Sie es kleiner, am besten als JPEG."
LARGEST_GRAPHIC = 1024 * 1024
"""Maximum bytes of a graphic, which is published unchanged."""
SVG = ".svg"

_PATIENCE = 30.0
"""Seconds of wall-clock time."""
_LONGEST_NAME = 50
_ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
"""Environment variables passed to the process; no secrets."""
# One at a time: together they could take all memory from requests.
_one = threading.Lock()


@dataclass(frozen=True)
class UploadedImage:
    """An accepted image."""

    data: bytes
    ending: str


def read(data: bytes, *, wanted: str = "", allows_graphics: bool = False) -> UploadedImage:
    """Return an uploaded image: upright, in sRGB, at most 3,000 pixels long, without metadata.

    :param wanted: file name extension of the image to replace; by default that of its format.
    :param allows_graphics: whether graphics (SVG) are accepted.
    :raises ImageError: if it is rejected; the message continues after „Das Bild“.
    """
    if len(data) > LARGEST:
        raise ImageError(TOO_LARGE)
    if not data:
        raise ImageError("ist leer. Wählen Sie die Datei noch einmal aus.")
    is_graphic = b"<svg" in data[:4096]
    if wanted and is_graphic != (wanted.lower() == SVG):
        raise ImageError(f"hat ein anderes Format. Ersetzen Sie es durch eine Datei „*{wanted}“.")
    return _graphic(data, allowed=allows_graphics) if is_graphic else _photo(data, wanted)


def free_name(folder: str, words: str, ending: str, taken: Collection[str]) -> str:
    """Return a free path for an image, with a descriptive name.

    :param folder: relative to the content folder.
    :param taken: the paths of all files.
    """
    stem = posixpath.join(folder, slugs.shorten(slugs.slugify(words), _LONGEST_NAME))
    used = {same_name(path).casefold().removesuffix(ending) for path in taken}
    return slugs.free(stem, used) + ending


def _graphic(data: bytes, *, allowed: bool) -> UploadedImage:
    if not allowed:
        raise ImageError(msg("images.graphic"))
    if len(data) > LARGEST_GRAPHIC:
        raise ImageError("ist größer als 1 MB. Speichern Sie die Grafik einfacher oder als PNG.")
    graphics.size(data)  # which refuses what may not be published
    return UploadedImage(data, SVG)


def _photo(data: bytes, wanted: str) -> UploadedImage:
    kind = image_conversion.FORMATS.get(wanted.lower(), "")
    if wanted and not kind:
        raise ImageError(f"kann keine Datei „*{wanted}“ ersetzen. Laden Sie es als neues hoch.")
    command = [sys.executable, "-m", "website.editorial.image_conversion", kind]
    environ = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        with _one:
            done = subprocess.run(  # noqa: S603 - our own program
                command, input=data, capture_output=True, check=True, timeout=_PATIENCE, env=environ
            )
        head, _, made = done.stdout.partition(b"\n")
        found = json.loads(head)
    except (subprocess.SubprocessError, ValueError) as error:
        raise ImageError(msg("images.crashed")) from error
    if "error" in found:
        raise ImageError(found["error"])
    return UploadedImage(made, wanted or _ENDINGS[found["format"]])
