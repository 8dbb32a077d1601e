"""Images beside texts: their lookup, and the sizes and formats in which they are published.

Modern formats are published in several widths, from which browsers choose; old browsers get one
file in the original's format. All are re-encoded from the pixels: upright, in sRGB, without
metadata of the camera. Animations are published as one re-encoded file. The same original gives the
same bytes on every machine with the same Pillow.
"""

import difflib
import functools
import hashlib
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import PIL

from website.content import files, graphics, image_decoding
from website.content.image_decoding import Look
from website.content.models import Image, ImageSource
from website.content.problems import msg
from website.content.slugs import slugify
from website.exceptions import ImageError
from website.infra import disk, folders
from website.infra.cache import Cache
from website.infra.disk import State

_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_WIDE = "-breit"
MISSING = "liegt nicht neben der Datei."

WIDTHS = (480, 800, 1200, 1600)
"""Pixels: a phone, a dense phone or a text column, a tablet, a column on a dense screen."""

FALLBACK_WIDTH = 1200

SIZES = "(min-width: 48rem) 40rem, 100vw"
"""How wide an image stands on the page: ``figure.css`` and the measure of ``prose.css``."""

SVG = "image/svg+xml"
WIDE = "(min-width: 64rem)"
"""Where an article's column is wide enough for a graphic drawn for it: ``layout.css``."""

_MODERN = ("AVIF", "WEBP")
"""The best first: a browser takes the first that it knows."""

LONGEST = 16_383
"""Pixels on a side of a WebP (RFC 9649, 2.5), the narrowest of all formats."""

_FALLBACKS = {"AVIF": "WEBP", "GIF": "PNG", "JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
_SUFFIXES = {"AVIF": ".avif", "GIF": ".gif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_RECIPES: dict[str, dict[str, int | bool]] = {
    # One thread, no tiles: both would follow the machine's cores, and change the bytes.
    "AVIF": {"quality": 60, "speed": 6, "max_threads": 1, "autotiling": False},
    "GIF": {},
    "JPEG": {"quality": 80, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 78, "method": 6, "use_sharp_yuv": True},
}


@dataclass(frozen=True)
class Original(Look):
    """The image file that an author has put beside a text."""

    path: Path = field(kw_only=True)
    digest: str = field(kw_only=True)
    """Of its bytes."""


def find(root: Path, folder: Path, file: str) -> Path:
    """Return the path of an image that a text names.

    :param root: of the content, with all links resolved; nothing outside is found.
    :param folder: of the text.
    :raises ImageError: if there is none; the message suggests which may be meant.
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
    return path if disk.exists(path) else _meant(root, path)


def wide_of(path: Path) -> Path | None:
    """Return the graphic that is drawn for wide pages, ``name-breit.svg`` beside ``name.svg``."""
    wide = path.with_name(wide_name(path.name))
    return wide if path.suffix.lower() == ".svg" and disk.exists(wide) else None


def wide_name(name: str) -> str:
    """Return the name or path that a graphic for wide pages has beside one of that name."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}{_WIDE}{dot}{suffix}"


def examine(path: Path) -> Original:
    """Return format, size and digest of an image. Reads the file again only after a change.

    :raises ImageError: if it is missing, broken, too large, or nothing that browsers show.
    """
    state = disk.state(path)
    if state is None:
        raise ImageError(MISSING)
    return _examine(path, state)


# To look at a photograph takes 30 ms, and the preview reads the content again at every change.
@functools.lru_cache(maxsize=4096)
def _examine(path: Path, _state: State) -> Original:
    try:
        data = disk.read(path)
    except OSError as error:
        raise ImageError(msg("picture.broken")) from error
    is_graphic = path.suffix.lower() == ".svg"
    look = Look("", *graphics.size(data)) if is_graphic else image_decoding.look(data)
    return Original(**vars(look), path=path, digest=hashlib.sha256(data).hexdigest())


def _meant(root: Path, path: Path) -> Path:
    """Return the image whose name has the same letters, however they are put together (NFD)."""
    folder = path.parent
    if folder != root and not disk.exists(folder):
        folder = _meant(root, folder)
    names = [one.name for one in files.entries(folder) if not folders.is_junk(one.name)]
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


@dataclass(frozen=True)
class Variant:
    """A published file of an image, in one format and width."""

    original: Original
    format: str
    """Pillow's name of it; empty where the original itself is published."""
    width: int

    @property
    def height(self) -> int:
        """The height in pixels, at least 1 and at most :data:`LONGEST`."""
        height = round(self.original.height * self.width / self.original.width)
        return min(max(1, height), LONGEST)

    @cached_property
    def name(self) -> str:
        """The file name, fingerprinted by everything it is made from: it may be cached for ever."""
        path = self.original.path
        if not self.format:
            return f"{slugify(path.stem)}.{self.original.digest[:10]}{path.suffix.lower()}"
        recipe = (self.original.digest, self.width, _RECIPES[self.format], PIL.__version__)
        digest = hashlib.sha256(repr(recipe).encode()).hexdigest()
        return f"{slugify(path.stem)}.{digest[:10]}{_SUFFIXES[self.format]}"


def variants(original: Original) -> tuple[Variant, ...]:
    """Return every file that an image is published as, each once."""
    modern = [variant for kind in _MODERN for variant in _widths(original, kind)]
    return tuple(dict.fromkeys([*modern, fallback(original)]))


def fallback(original: Original) -> Variant:
    """Return the file for browsers that know no modern format."""
    if not original.format:
        return Variant(original, "", original.width)
    width = min(_widest(original), FALLBACK_WIDTH)
    moves = original.is_moving and original.format == "GIF"
    return Variant(original, "GIF" if moves else _FALLBACKS[original.format], width)


def shown(
    original: Original, address_of: Callable[[str], str], wide: Original | None = None
) -> Image:
    """Return an image as a page shows it.

    :param address_of: gives the address of a file by its name.
    :param wide: a graphic that is shown instead where the page is wide.
    """
    usual = fallback(original)
    if wide:
        address = address_of(fallback(wide).name)
        drawn = ImageSource(SVG, address, media=WIDE, width=wide.width, height=wide.height)
        return Image(address_of(usual.name), usual.width, usual.height, (drawn,))
    sources = tuple(
        ImageSource(
            f"image/{kind.lower()}",
            ", ".join(f"{address_of(each.name)} {each.width}w" for each in variants),
            SIZES,
        )
        for kind in _MODERN
        if (variants := _widths(original, kind))
    )
    return Image(address_of(usual.name), usual.width, usual.height, sources)


def make(variant: Variant, cache: Cache) -> Path:
    """Return the file of a variant; making it the first time takes up to a second.

    :raises ImageError: if the original has changed since the content was read.
    """
    if not variant.format:
        return variant.original.path
    return cache.file(f"bilder/{variant.name}", lambda: _encode(variant))


def _widths(original: Original, kind: str) -> tuple[Variant, ...]:
    """Return the variants in one format: every usual width below the original's, and its own."""
    if not original.format or original.is_moving:
        return ()
    widest = _widest(original)
    widths = [width for width in WIDTHS if width < widest]
    return tuple(Variant(original, kind, width) for width in (*widths, widest))


def _widest(original: Original) -> int:
    """Return the greatest width of all files; a very high image is made as high as it can be."""
    highest = LONGEST * original.width // original.height
    return max(1, min(original.width, WIDTHS[-1], highest))


def _encode(variant: Variant) -> bytes:
    path = variant.original.path
    try:
        data = disk.read(path)
    except OSError as error:
        raise ImageError(f"{path.name} lässt sich nicht mehr lesen.") from error
    if hashlib.sha256(data).hexdigest() != variant.original.digest:
        raise ImageError(f"{path.name} hat sich soeben geändert.")
    size = variant.width, variant.height
    file = io.BytesIO()
    if variant.original.is_moving:
        _save(image_decoding.film(data, size), variant.format, file)
    else:
        image_decoding.still(data, size).save(file, variant.format, **_RECIPES[variant.format])
    return file.getvalue()


def _save(film: image_decoding.Film, kind: str, file: io.BytesIO) -> None:
    first, *others = film.frames
    options: dict[str, Any] = {**_RECIPES[kind], "duration": list(film.durations)}
    if film.loop is not None:
        options["loop"] = film.loop
    if kind == "GIF" and first.mode == "RGBA":
        # Else what was seen shines through the next frame.
        options["disposal"] = 2
    first.save(file, kind, save_all=True, append_images=others, **options)
