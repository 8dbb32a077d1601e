"""What images say besides their pixels: place, time, camera, author, comments.

Nothing of it is to leave a build (Art. 5 (1) c GDPR): images of texts are made anew from their
pixels; those that are published as they are must hold none of it.
"""

from __future__ import annotations

import io

FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
"""Pillow's names of what browsers show; nothing else is even tried."""

_KINDS = {
    "exif": "EXIF",
    "xmp": "XMP",
    "xml:com.adobe.xmp": "XMP",
    "photoshop": "IPTC",
    "comment": "Kommentar",
    "mp": "weitere Bilder",
}
_MARKS = {b"Exif\0\0": "EXIF", b"http://ns.adobe.com/xap/": "XMP", b"<x:xmpmeta": "XMP"}
"""Also found behind the end of the image, where no decoder looks."""


def found(data: bytes) -> tuple[str, ...]:
    """Return the kinds of metadata in an image, each once; none where it is no image."""
    # Imported where it is needed: it takes long.
    from PIL import Image, PngImagePlugin  # noqa: PLC0415

    kinds = {kind: None for mark, kind in _MARKS.items() if mark in data}
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            image.load()
            kinds |= dict.fromkeys(["EXIF"] if image.getexif() else [])
            kinds |= {kind: None for name, kind in _KINDS.items() if name in map(_low, image.info)}
            if isinstance(image, PngImagePlugin.PngImageFile) and image.text:
                kinds |= {"Text": None}
    except (EOFError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        pass
    return tuple(kinds)


def _low(name: object) -> str:
    return str(name).lower()
