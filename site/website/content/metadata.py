"""What images say besides their pixels: place, time, camera, author, comments.

Nothing of it is to leave a build (Art. 5 (1) c GDPR): images of texts are re-encoded from their
pixels; those that are published as they are must hold none of it.
"""

import contextlib

from website.content import picture_files
from website.exceptions import ImageError

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
    kinds = {kind: None for mark, kind in _MARKS.items() if mark in data}
    with contextlib.suppress(ImageError), picture_files.opened(data) as image:
        image.load()
        kinds |= dict.fromkeys(["EXIF"] if image.getexif() else [])
        kinds |= {kind: None for name, kind in _KINDS.items() if name in map(_low, image.info)}
        kinds |= dict.fromkeys(["Text"] if getattr(image, "text", None) else [])
    return tuple(kinds)


def _low(name: object) -> str:
    return str(name).lower()
