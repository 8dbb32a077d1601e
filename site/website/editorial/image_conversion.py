"""Program that decodes an untrusted image, and writes its pixels without metadata.

Run by :mod:`website.editorial.uploads` as a separate process with the bytes on standard input:
a broken or hostile file can harm only this process, which has tight limits on memory and CPU time
and no access to secrets.
"""

import contextlib
import io
import json
import os
import resource
import sys
from pathlib import Path

from website.content import image_decoding
from website.editorial import msg
from website.exceptions import ImageError

LARGEST_PIXELS = 50_000_000
LONGEST_SIDE = 3_000
"""Pixels. The widest variant used by a page is narrower."""
LARGEST_WHOLE = 16_000_000
"""Pixels. Larger images are rejected, but JPEG is decoded at half its size."""
MEMORY = 380_000_000
"""Bytes of address space; a photo of 12 megapixels takes 250 MB. The limit of
the service is 512 MB, of which it needs 120 itself."""
SECONDS = 20
"""CPU time."""

_NICE = 10
_RECIPES: dict[str, dict[str, int | bool]] = {
    # These are originals: the variants that visitors load are made from them.
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 90, "method": 1},
}
FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
"""Pillow's names of the accepted formats, by file name extension."""


def convert(data: bytes, wanted: str = "") -> tuple[str, bytes]:
    """Return format and bytes of an image: upright, in sRGB, without metadata.

    :param wanted: the format to write; by default that of the image.
    :raises ImageError: if it cannot be accepted.
    """
    with image_decoding.opened(data) as image:
        # Before a format is looked at whose faults are mended in another way.
        if image.format not in {*_RECIPES, "MPO"}:
            raise ImageError(f"ist ein {image.format}. Speichern Sie es als JPEG, PNG oder WebP.")
        if image_decoding.moves(image):
            raise ImageError("bewegt sich. Laden Sie ein stehendes Bild hoch.")
        if image.width * image.height > LARGEST_PIXELS:
            raise ImageError(msg("images.pixels", image=image))
        is_large = image.width * image.height > LARGEST_WHOLE
        if is_large and image.format in {"PNG", "WEBP"}:
            raise ImageError(msg("images.pixels_of_format", image=image))
    if is_large:
        data = _halved(data)
    look = image_decoding.look(data)
    scale = min(1.0, LONGEST_SIDE / max(look.width, look.height))
    size = max(1, round(look.width * scale)), max(1, round(look.height * scale))
    pixels = image_decoding.still(data, size)
    kind = wanted or look.format
    if kind == "JPEG" and pixels.mode != "RGB":
        pixels = pixels.convert("RGB")
    file = io.BytesIO()
    pixels.save(file, kind, **_RECIPES[kind])
    return kind, file.getvalue()


def _halved(data: bytes) -> bytes:
    """Return a JPEG at half its size, with the same orientation and color profile."""
    file = io.BytesIO()
    with image_decoding.opened(data) as image:
        image.draft(image.mode, (image.width // 2, image.height // 2))
        profile = image.info.get("icc_profile")
        image.save(file, "JPEG", quality=95, exif=image.getexif(), icc_profile=profile)
    return file.getvalue()


def main() -> None:
    """Convert standard input; write a line of JSON with the result or the error, then the bytes."""
    os.nice(_NICE)
    with contextlib.suppress(OSError):
        # If memory runs out, this process ends and not the one that answers requests.
        Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    data = b""
    try:
        kind, data = convert(sys.stdin.buffer.read(), wanted)
        head = {"format": kind}
    except ImageError as error:
        head = {"error": str(error)}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + data)


if __name__ == "__main__":
    main()
