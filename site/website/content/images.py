"""Images beside the texts: their names in the build, and their sizes, so that nothing jumps."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Size = tuple[int, int]
"""Width and height in CSS pixels."""

_SVG_SIZE = re.compile(rb'<svg\b[^>]*?\bwidth="(\d+)"[^>]*?\bheight="(\d+)"', re.DOTALL)


def name(path: Path) -> str:
    """Name an image after its content, so that browsers may keep it for ever."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
    return f"{path.stem}.{digest}{path.suffix.lower()}"


def size(path: Path) -> Size | None:
    """Tell how large an image is; nothing where the file is no image that browsers show."""
    if path.suffix.lower() == ".svg":
        found = _SVG_SIZE.search(path.read_bytes())
        return (int(found[1]), int(found[2])) if found else None
    # Imported where it is needed: it takes long, and most builds meet no such image.
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(path, formats=("AVIF", "GIF", "JPEG", "PNG", "WEBP")) as image:
            return image.size
    except (UnidentifiedImageError, OSError):
        return None
