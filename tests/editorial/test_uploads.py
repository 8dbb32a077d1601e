"""What is kept of an uploaded image, and what is refused."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from support.content import CAMERA, camera
from website.config import ROOT
from website.content import image_decoding
from website.editorial import uploads
from website.exceptions import ImageError

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">%s</svg>'


def photo(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    file = io.BytesIO()
    image = Image.new("RGB", size, "navy")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    image.save(file, kind, **options)
    return file.getvalue()


def opened(picture: uploads.UploadedImage) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


@pytest.mark.slow
def test_a_photo_of_a_phone_is_upright_and_tells_nothing_of_whoever_took_it() -> None:
    data = photo(exif=camera(orientation=6), comment=b"Erika", xmp=b"<x:xmpmeta>Erika</x:xmpmeta>")
    assert image_decoding.metadata(data)
    picture = uploads.read(data)
    assert picture.ending == ".jpg"
    assert opened(picture).size == (300, 400)
    # What was left is above after a quarter turn.
    red, _, blue = opened(picture).convert("RGB").getpixel((150, 50))  # type: ignore[misc]
    assert red > 200
    assert blue < 50
    assert image_decoding.metadata(picture.data) == ()
    assert CAMERA.encode() not in picture.data
    assert b"Erika" not in picture.data


@pytest.mark.slow
def test_texts_within_a_png_are_dropped() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Erika Muster")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Erika</x:xmpmeta>", zip=True)
    picture = uploads.read(photo("PNG", pnginfo=info))
    assert picture.ending == ".png"
    assert image_decoding.metadata(picture.data) == ()
    assert b"tEXt" not in picture.data
    assert b"iTXt" not in picture.data


@pytest.mark.slow
def test_large_images_become_smaller_and_small_ones_stay() -> None:
    assert opened(uploads.read(photo(size=(4000, 3000)))).width == 3000
    assert opened(uploads.read(photo("WEBP", (20, 10)))).width == 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "kept"), [((8600, 5800), (2023, 3000)), ((5000, 4000), (2000, 2500))]
)
def test_photos_of_many_pixels_are_taken_too(size: tuple[int, int], kept: tuple[int, int]) -> None:
    picture = uploads.read(photo(size=size, exif=camera(orientation=6)))
    assert opened(picture).size == kept
    assert opened(picture).getpixel((10, 10)) != opened(picture).getpixel((10, kept[1] - 10))


def test_another_profile_becomes_srgb() -> None:
    file = io.BytesIO()
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(file, "JPEG")
    image = opened(uploads.read(file.getvalue()))
    assert image.mode == "RGB"
    assert "icc_profile" not in image.info


def _bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return len(data).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    packed = zlib.compress(b"\0" * 100_000)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _moving(kind: str) -> bytes:
    file = io.BytesIO()
    first, second = (Image.new("RGB", (60, 40), color) for color in ("red", "blue"))
    first.save(file, kind, save_all=True, append_images=[second])
    return file.getvalue()


@pytest.mark.parametrize(
    "file", ["templates/staff/error.html", "templates/hosting/nginx/live.conf", "docs/redaktion.md"]
)
def test_the_largest_size_is_the_same_wherever_it_is_said(file: str) -> None:
    assert f" {uploads.LARGEST_IN_WORDS}" in (ROOT / file).read_text()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: b"", "leer"),
        (lambda: b"\xff\xd8\xff" + b"x" * 100, "beschädigt"),
        (lambda: b"x" * (uploads.LARGEST + 1), "20 MB"),
        (lambda: _bomb(20_000, 10_000), "20000 × 10000 Pixeln zu groß"),
        (lambda: _bomb(8_000, 7_000), "8000 × 7000 Pixeln zu groß"),
        (lambda: _bomb(7_000, 7_000), "für PNG zu groß"),
        (lambda: _bomb(4_000, 3_000), "beschädigt"),
        (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 50, "HEIC"),
        (lambda: photo("GIF"), "JPEG, PNG oder WebP"),
        (lambda: photo("BMP"), "JPEG, PNG oder WebP"),
        (lambda: photo("TIFF"), "JPEG, PNG oder WebP"),
        (lambda: _moving("AVIF"), "ist ein AVIF"),
        (lambda: _moving("WEBP"), "stehendes Bild"),
        (lambda: photo("JPEG")[:900], "beschädigt"),
        (lambda: SVG % b"", "Chefredaktion"),
    ],
    ids=[
        "empty",
        "broken",
        "long",
        "200-mp",
        "56-mp",
        "49-mp",
        "cut",
        "heic",
        "gif",
        "bmp",
        "tiff",
        "moving-avif",
        "moving-webp",
        "half",
        "svg",
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_way_out(
    make: Callable[[], bytes], message: str
) -> None:
    with pytest.raises(ImageError, match=message) as refusal:
        uploads.read(make())
    assert "oder GIF" not in str(refusal.value)


def test_a_process_that_dies_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_PATIENCE", 0.001)
    with pytest.raises(ImageError, match="nicht verarbeiten"):
        uploads.read(photo())


def test_graphics_are_for_those_who_may_publish_and_hold_no_scripts() -> None:
    assert uploads.read(SVG % b"", allows_graphics=True).ending == ".svg"
    with pytest.raises(ImageError, match="script"):
        uploads.read(SVG % b"<script/>", allows_graphics=True)
    foreign = b'<image href="https://evil.example/x.png"/>'
    with pytest.raises(ImageError, match="außerhalb"):
        uploads.read(SVG % foreign, allows_graphics=True)


def test_a_replacement_is_written_in_the_format_of_the_file_it_replaces() -> None:
    picture = uploads.read(photo("PNG"), wanted=".jpeg")
    assert picture.ending == ".jpeg"
    assert opened(picture).format == "JPEG"
    with pytest.raises(ImageError, match="anderes Format"):
        uploads.read(photo(), wanted=".svg")
    with pytest.raises(ImageError, match="kann keine Datei"):
        uploads.read(photo(), wanted=".avif")


def test_names_say_what_is_shown_and_are_free() -> None:
    def name(*taken: str) -> str:
        return uploads.free_name("artikel", "Größe & Ziele im Überblick", ".jpg", taken)

    assert name() == "artikel/groesse-ziele-im-ueberblick.jpg"
    taken = "artikel/Groesse-ziele-im-ueberblick.jpg"
    assert name(taken) == "artikel/groesse-ziele-im-ueberblick-2.jpg"
