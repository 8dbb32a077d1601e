"""Decoding of raster images: pixels only, upright and in sRGB.

Checks and builds open images only here, so an image that passes the checks can be built.
"""

import contextlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError
from PIL.Image import Image as Pixels

from website.content.problems import msg
from website.exceptions import ImageError

FORMATS = ("AVIF", "GIF", "JPEG", "PNG", "WEBP")
"""Pillow's names of what browsers show; nothing else is even tried."""

LARGEST = 60_000_000
"""Pixels. A camera has fewer; a file that claims more would take gigabytes to open."""

LARGEST_MOVING = 100_000_000
"""Pixels of all frames together, which are held at once."""

_ORIENTATION = 0x0112
_TURNS = dict(enumerate(
    (None, "FLIP_LEFT_RIGHT", "ROTATE_180", "FLIP_TOP_BOTTOM", "TRANSPOSE", "ROTATE_270",
     "TRANSVERSE", "ROTATE_90"), start=1,
))  # fmt: skip
"""How an image is turned to be upright, by its orientation (Exif 2.32, tag 0x0112)."""
_TURNED = frozenset({5, 6, 7, 8})
"""Orientations by which width and height change places."""
_HEIF = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
"""Brands of what iPhones write by default (ISO/IEC 23008-12, 10)."""

_DAMAGED = (
    ArithmeticError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises for files that are no longer whole."""

_LOOK = 8
"""A draft of an eighth is enough to find out whether an image can be shown."""

_METADATA = {
    "exif": "EXIF",
    "xmp": "XMP",
    "xml:com.adobe.xmp": "XMP",
    "photoshop": "IPTC",
    "comment": "Kommentar",
    "mp": "weitere Bilder",
}
_METADATA_MARKS = {b"Exif\0\0": "EXIF", b"http://ns.adobe.com/xap/": "XMP", b"<x:xmpmeta": "XMP"}
"""Also found behind the end of the image, where no decoder looks."""


@dataclass(frozen=True)
class Look:
    """Format and size of an image."""

    format: str
    """Pillow's name of it; several pictures in one JPEG (MPO) are a JPEG: its first. Empty for a
    graphic, which is published as it is."""
    width: int
    """In pixels, as it is seen: a camera held upright has been taken into account."""
    height: int
    is_moving: bool = False


@dataclass(frozen=True)
class Film:
    """The frames of a moving image, each whole."""

    frames: tuple[Pixels, ...]
    durations: tuple[int, ...]
    """Milliseconds for which each is seen."""
    loop: int | None
    """How often it runs, 0 for ever; nothing where the file does not say."""


def look(data: bytes) -> Look:
    """Return format and size of an image that can be published.

    :raises ImageError: if it is broken, too large, or nothing that browsers show.
    """
    with opened(data) as image:
        width, height = image.size
        is_moving = moves(image)
        if is_moving and image.format == "AVIF":
            raise ImageError(msg("picture.moving-avif"))
        frames = int(getattr(image, "n_frames", 1)) if is_moving else 1
        if frames * width * height > LARGEST_MOVING:
            raise ImageError(msg("picture.too-long", frames=frames, width=width, height=height))
        size = max(1, width // _LOOK), max(1, height // _LOOK)
        if is_moving:
            _film(image, size)
        else:
            _still(image, size)
        if _orientation(image) in _TURNED:
            width, height = height, width
        kind = "JPEG" if image.format == "MPO" else image.format or ""
    return Look(kind, width, height, is_moving)


def moves(image: Pixels) -> bool:
    """Return whether an image is moving; further pictures in a JPEG (MPO) are not shown."""
    return image.format != "MPO" and bool(getattr(image, "is_animated", False))


def still(data: bytes, size: tuple[int, int]) -> Pixels:
    """Return an image in a size.

    :raises ImageError: as :func:`look` does.
    """
    with opened(data) as image:
        return _still(image, size)


def film(data: bytes, size: tuple[int, int]) -> Film:
    """Return a moving image in a size.

    :raises ImageError: as :func:`look` does.
    """
    with opened(data) as image:
        return _film(image, size)


def _still(image: ImageFile.ImageFile, size: tuple[int, int]) -> Pixels:
    # JPEG can be decoded at a half or a quarter of its size. The longer side both ways: whether
    # the image lies on its side is not known yet.
    image.draft(image.mode, (2 * max(size), 2 * max(size)))
    image.load()
    return _finished(image, size)


def _film(image: ImageFile.ImageFile, size: tuple[int, int]) -> Film:
    frames, durations = [], []
    loop = image.info.get("loop")
    # What is shown where images cannot move is no frame (APNG).
    first = 1 if getattr(image, "default_image", False) else 0
    for number in range(first, int(getattr(image, "n_frames", 1))):
        image.seek(number)
        image.load()
        frames.append(_finished(image, size))
        durations.append(round(image.info.get("duration", 0)))
    return Film(tuple(frames), tuple(durations), loop)


@contextlib.contextmanager
def opened(data: bytes) -> Iterator[ImageFile.ImageFile]:
    """Open an image; errors while it is open are raised in words for authors.

    :raises ImageError: if it is broken, too large, or nothing that browsers show.
    """
    # Ours is stricter; Pillow's would say so in English, and only by a warning.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with (
            # Of damaged metadata, which nobody is going to see.
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=FORMATS) as image,
        ):
            width, height = image.size
            if width * height > LARGEST:
                raise ImageError(msg("picture.too-large", width=width, height=height))
            yield image
    except UnidentifiedImageError as error:
        raise ImageError(_unknown(data)) from error
    except _DAMAGED as error:
        raise ImageError(msg("picture.broken")) from error


def _unknown(data: bytes) -> str:
    if not data:
        return msg("picture.empty")
    is_heic = data[4:8] == b"ftyp" and data[8:12] in _HEIF
    return msg("picture.heic") if is_heic else msg("picture.broken")


def _finished(image: ImageFile.ImageFile, size: tuple[int, int]) -> Pixels:
    """Return the upright image in a size, without anything but its pixels."""
    profile = image.info.get("icc_profile")
    turn = _TURNS[_orientation(image)]
    upright: Pixels = image if turn is None else image.transpose(Image.Transpose[turn])
    resized = _plain(upright).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    coloured = _in_srgb(resized, profile)
    # Pillow writes into a file what it finds here: comments, profiles, texts.
    coloured.info.clear()
    return coloured


def _orientation(image: ImageFile.ImageFile) -> int:
    found = image.getexif().get(_ORIENTATION)
    return found if found in _TURNS else 1


def _plain(image: Pixels) -> Pixels:
    """Return an image with eight bits a channel, opaque unless it has transparency."""
    if image.mode.startswith("I;16"):
        # Pillow would cut off what is brighter than 255 instead of scaling it.
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "CMYK":
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Pixels, profile: bytes | None) -> Pixels:
    """Return an image with its colours converted from its profile to sRGB."""
    mode = "RGB" if image.mode == "CMYK" else image.mode
    if profile:
        # A profile that does not fit its image says nothing; the colours are taken as they are.
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, given, target, outputMode=mode)
            image = turned or image
    return image.convert(mode)


def metadata(data: bytes) -> tuple[str, ...]:
    """Return the kinds of metadata in an image, each once; none where it is no image.

    Place, time, camera, author, comments: nothing of it may leave a build (Art. 5 (1) c GDPR).
    Images of texts are re-encoded from their pixels; those published as they are must hold none.
    """
    kinds = {kind: None for mark, kind in _METADATA_MARKS.items() if mark in data}
    with contextlib.suppress(ImageError), opened(data) as image:
        image.load()
        kinds |= dict.fromkeys(["EXIF"] if image.getexif() else [])
        names = {str(name).lower() for name in image.info}
        kinds |= {kind: None for name, kind in _METADATA.items() if name in names}
        kinds |= dict.fromkeys(["Text"] if getattr(image, "text", None) else [])
    return tuple(kinds)
