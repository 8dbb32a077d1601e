"""The sizes and formats in which an image is published, so that no phone loads a poster.

Modern formats come in several widths, of which the browser takes the one that fits; the oldest
browsers get one file in the original's format. All are made anew from the pixels: upright, in
sRGB, without the camera's place, time and serial number. The same original gives the same bytes
on every machine with the same Pillow.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import PIL

from website.content.images import FORMATS, Original
from website.content.models import Image, ImageSource
from website.content.slugs import slugify
from website.exceptions import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PIL.Image import Image as Pixels

    from website.cache import Cache

WIDTHS = (480, 800, 1200, 1600)
"""Pixels: a phone, a dense phone or a text column, a tablet, a column on a dense screen."""

FALLBACK_WIDTH = 1200

SIZES = "(min-width: 48rem) 40rem, 100vw"
"""How wide an image stands on the page: ``figure.css`` and the measure of ``prose.css``."""

_MODERN = ("AVIF", "WEBP")
"""The best first: a browser takes the first that it knows."""

_FALLBACKS = {"AVIF": "WEBP", "JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
_SUFFIXES = {"AVIF": ".avif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_RECIPES: dict[str, dict[str, int | bool]] = {
    # One thread, no tiles: both would follow the machine's cores, and change the bytes.
    "AVIF": {"quality": 60, "speed": 6, "max_threads": 1, "autotiling": False},
    "JPEG": {"quality": 80, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 78, "method": 6, "use_sharp_yuv": True},
}


@dataclass(frozen=True)
class Variant:
    """One file that an image is published as."""

    original: Original
    format: str
    """Pillow's name of it; empty where the original itself is published."""
    width: int

    @property
    def height(self) -> int:
        """Whole pixels, at least one."""
        return max(1, round(self.original.height * self.width / self.original.width))

    @cached_property
    def name(self) -> str:
        """Named after all it is made from, so that browsers may keep it for ever."""
        path = self.original.path
        if not self.format:
            return f"{slugify(path.stem)}.{self.original.digest[:10]}{path.suffix.lower()}"
        recipe = (self.original.digest, self.width, _RECIPES[self.format], PIL.__version__)
        digest = hashlib.sha256(repr(recipe).encode()).hexdigest()
        return f"{slugify(path.stem)}.{digest[:10]}{_SUFFIXES[self.format]}"


def of(original: Original) -> tuple[Variant, ...]:
    """List every file that an image is published as, each once."""
    modern = [variant for kind in _MODERN for variant in _widths(original, kind)]
    return tuple(dict.fromkeys([*modern, fallback(original)]))


def fallback(original: Original) -> Variant:
    """Give the file for browsers that know no modern format."""
    if not original.format:
        return Variant(original, "", original.width)
    width = min(original.width, FALLBACK_WIDTH)
    return Variant(original, _FALLBACKS[original.format], width)


def shown(original: Original, address_of: Callable[[str], str]) -> Image:
    """Say how a page shows an image.

    :param address_of: gives the address of a file by its name.
    """
    usual = fallback(original)
    sources = tuple(
        ImageSource(f"image/{kind.lower()}", _srcset(variants, address_of), SIZES)
        for kind in _MODERN
        if (variants := _widths(original, kind))
    )
    return Image(address_of(usual.name), usual.width, usual.height, sources)


def make(variant: Variant, cache: Cache) -> Path:
    """Give the file of a variant; the first time, this takes up to a second.

    :raises ImageError: if the original is no longer what it was when the content was read.
    """
    if not variant.format:
        return variant.original.path
    return cache.file(f"bilder/{variant.name}", lambda: _encode(variant))


def _widths(original: Original, kind: str) -> tuple[Variant, ...]:
    """Every width below the original's, and the original's own, up to the widest."""
    if not original.format:
        return ()
    widths = [width for width in WIDTHS if width < original.width]
    widest = min(original.width, WIDTHS[-1])
    return tuple(Variant(original, kind, width) for width in dict.fromkeys([*widths, widest]))


def _srcset(variants: tuple[Variant, ...], address_of: Callable[[str], str]) -> str:
    return ", ".join(f"{address_of(variant.name)} {variant.width}w" for variant in variants)


def _encode(variant: Variant) -> bytes:
    data = variant.original.path.read_bytes()
    if hashlib.sha256(data).hexdigest() != variant.original.digest:
        raise ImageError(f"{variant.original.path.name} hat sich soeben geändert.")
    image = _pixels(data, (variant.width, variant.height))
    file = io.BytesIO()
    image.save(file, variant.format, **_RECIPES[variant.format])
    return file.getvalue()


def _pixels(data: bytes, size: tuple[int, int]) -> Pixels:
    """Give the upright image in a size, without anything but its pixels."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - it takes long, and a second build needs none

    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        # JPEG can be decoded at a half or a quarter of its size. The longer side both ways:
        # whether the image lies on its side is not known yet.
        opened.draft(opened.mode, (2 * max(size), 2 * max(size)))
        upright = ImageOps.exif_transpose(opened)
    resized = _plain(upright).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    coloured = _in_srgb(resized, upright.info.get("icc_profile"))
    # Pillow writes into a file what it finds here: comments, profiles, texts.
    coloured.info.clear()
    return coloured


def _plain(image: Pixels) -> Pixels:
    """Bring an image to eight bits a channel, opaque unless something shines through it."""
    if image.mode.startswith("I;16"):
        # Pillow would cut off what is brighter than 255 instead of scaling it.
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "CMYK":
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Pixels, profile: bytes | None) -> Pixels:
    """Turn the colours of a camera or a printer into those that screens assume."""
    from PIL import ImageCms  # noqa: PLC0415

    mode = "RGB" if image.mode == "CMYK" else image.mode
    if profile:
        # A profile that does not fit its image says nothing; the colours are taken as they are.
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            turned = ImageCms.profileToProfile(image, given, target, outputMode=mode)
            image = turned or image
    return image.convert(mode)
