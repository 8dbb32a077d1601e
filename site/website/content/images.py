"""Images beside the texts: whether they can be shown, and how large they are."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.exceptions import ImageError

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import ImageFile

FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
"""Pillow's names of what browsers show; nothing else is even tried."""

LARGEST = 60_000_000
"""Pixels. A camera has fewer; a file that claims more would take gigabytes to open."""

_AS_IT_IS = frozenset({"GIF"})
_TURNED = frozenset({5, 6, 7, 8})
"""Orientations by which width and height change places (Exif 2.32, tag 0x0112)."""
_ORIENTATION = 0x0112
_SVG_SIZE = re.compile(rb'<svg\b[^>]*?\bwidth="(\d+)"[^>]*?\bheight="(\d+)"', re.DOTALL)
_BROKEN = (
    "lässt sich nicht lesen: Die Datei ist beschädigt oder kein JPEG, PNG, WebP, AVIF, GIF oder "
    "SVG. Speichern Sie das Bild neu."
)


@dataclass(frozen=True)
class Original:
    """An image as its author put it beside a text."""

    path: Path
    digest: str
    """Of its bytes."""
    format: str
    """Pillow's name of what it is made anew from; empty for what is published as it is."""
    width: int
    """In pixels, as it is seen: a camera held upright has been taken into account."""
    height: int


def examine(path: Path) -> Original:
    """Look at an image. Reads the file once for as long as it does not change.

    :raises ImageError: if it is missing, broken, too large, or nothing that browsers show.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise ImageError("liegt nicht neben der Datei.") from error
    return _examine(path, (state.st_mtime_ns, state.st_size, state.st_ino))


# To look at a photograph takes 30 ms, and the preview reads the content anew at every change.
@functools.lru_cache(maxsize=4096)
def _examine(path: Path, _state: tuple[int, ...]) -> Original:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(_BROKEN) from error
    digest = hashlib.sha256(data).hexdigest()
    if path.suffix.lower() == ".svg":
        return Original(path, digest, "", *_svg_size(data))
    return Original(path, digest, *_look(data))


def _svg_size(data: bytes) -> tuple[int, int]:
    found = _SVG_SIZE.search(data)
    if found is None:
        raise ImageError("nennt seine Größe nicht: Das Element <svg> braucht width und height.")
    return int(found[1]), int(found[2])


def _look(data: bytes) -> tuple[str, int, int]:
    # Imported where it is needed: it takes long, and most builds meet no such image.
    from PIL import Image  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            width, height = image.size
            if width * height > LARGEST:
                raise ImageError(
                    f"ist mit {width} × {height} Pixeln zu groß. Verkleinern Sie es auf "
                    "höchstens 4000 Pixel Breite."
                )
            kind = "" if _stays(image) else image.format or ""
            if image.getexif().get(_ORIENTATION) in _TURNED:
                width, height = height, width
            # A file can be cut off behind a sound beginning; only decoding shows it. A small
            # draft is enough for that.
            image.draft(image.mode, (width // 8, height // 8))
            image.load()
    except (
        Image.DecompressionBombError,
        EOFError,
        OSError,
        OverflowError,
        RuntimeError,
        SyntaxError,
        ValueError,
        struct.error,
    ) as error:
        raise ImageError(_BROKEN) from error
    return kind, width, height


def _stays(image: ImageFile.ImageFile) -> bool:
    """Say whether an image is published as it is: it moves, or its format is for that."""
    return image.format in _AS_IT_IS or bool(getattr(image, "is_animated", False))
