"""Photographs are published in sizes that fit, upright, and without what their camera knows."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageCms

from support.content import ARTICLE, CAMERA
from website.cache import Cache
from website.content import images, variants
from website.exceptions import ImageError

if TYPE_CHECKING:
    from pathlib import Path

    from support.content import Content
    from website.content.variants import Variant

RED = (200, 20, 20)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def test_modern_formats_come_in_every_width_up_to_the_widest(content: Content) -> None:
    original = images.examine(content.photo("foto.jpg", (2000, 1500)))
    assert _listed(original) == [
        *(("AVIF", width) for width in (480, 800, 1200, 1600)),
        *(("WEBP", width) for width in (480, 800, 1200, 1600)),
        ("JPEG", 1200),
    ]


def test_nothing_is_larger_than_its_original(content: Content, cache: Cache) -> None:
    original = images.examine(content.photo("foto.jpg", (900, 600)))
    assert {variant.width for variant in variants.of(original)} == {480, 800, 900}
    for variant in variants.of(original):
        with Image.open(variants.make(variant, cache)) as image:
            assert image.format == variant.format
            assert image.size == (variant.width, variant.height)
            assert image.width <= 900
    small = images.examine(content.image("klein.png"))
    assert _listed(small) == [("AVIF", 30), ("WEBP", 30), ("PNG", 30)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", "JPEG"),
        ("a.JPEG", "JPEG"),
        ("a.png", "PNG"),
        ("a.webp", "WEBP"),
        ("a.avif", "WEBP"),
    ],
)
def test_the_fallback_is_in_the_originals_format_or_one_that_all_know(
    content: Content, name: str, expected: str
) -> None:
    original = images.examine(content.photo(name, (60, 40)))
    assert variants.fallback(original).format == expected
    assert len(set(variants.of(original))) == len(variants.of(original))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_upright_whichever_way_the_camera_was_held(
    content: Content, cache: Cache, orientation: int
) -> None:
    original = images.examine(content.photo("foto.jpg", (60, 40), orientation=orientation))
    turned = orientation >= 5
    assert (original.width, original.height) == ((40, 60) if turned else (60, 40))
    with Image.open(variants.make(variants.fallback(original), cache)) as image:
        assert image.size == (original.width, original.height)
        # Where the upper left corner of the stored image belongs (Exif 2.32, tag 0x0112).
        right, bottom = orientation in {2, 3, 6, 7}, orientation in {3, 4, 7, 8}
        corner = (image.width - 6 if right else 5, image.height - 6 if bottom else 5)
        assert _near(image.convert("RGB").getpixel(corner), RED)


@pytest.mark.parametrize("name", ["foto.jpg", "foto.png", "foto.webp", "foto.avif"])
def test_what_the_camera_knows_is_gone(content: Content, cache: Cache, name: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = content.photo(name, (60, 40), icc_profile=profile, comment=b"Kommentar von Erika")
    assert CAMERA.encode() in path.read_bytes()
    for variant in variants.of(images.examine(path)):
        made = variants.make(variant, cache)
        for secret in (CAMERA.encode(), b"Erika", b"Exif", b"EXIF", b"ICC_PROFILE", b"iCCP"):
            assert secret not in made.read_bytes(), (variant.format, secret)
        with Image.open(made) as image:
            assert not image.getexif()
            assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)


def test_colours_of_another_profile_become_those_of_screens(content: Content, cache: Cache) -> None:
    # In this profile red and blue have changed places, so what is stored as red is seen as blue.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = _swap_red_and_blue(profile)
    path = content.write("artikel/foto.png", b"")
    Image.new("RGB", (20, 20), (255, 0, 0)).save(path, icc_profile=swapped)
    made = variants.make(variants.fallback(images.examine(path)), cache)
    with Image.open(made) as image:
        assert _near(image.convert("RGB").getpixel((10, 10)), (0, 0, 255))


def test_a_profile_that_does_not_fit_is_passed_over(content: Content, cache: Cache) -> None:
    path = content.photo("foto.png", (60, 40), icc_profile=b"kein Profil")
    assert variants.make(variants.fallback(images.examine(path)), cache).exists()


def test_a_see_through_image_stays_so(content: Content, cache: Cache) -> None:
    path = content.write("artikel/logo.png", b"")
    Image.new("RGBA", (60, 40), (255, 0, 0, 0)).save(path)
    for variant in variants.of(images.examine(path)):
        with Image.open(variants.make(variant, cache)) as image:
            assert image.convert("RGBA").getpixel((5, 5))[3] == 0, variant.format


@pytest.mark.parametrize(
    ("mode", "stored"), [("1", 1), ("L", 200), ("P", 1), ("I;16", 200 * 257), ("CMYK", (0,) * 4)]
)
def test_every_kind_of_pixels_can_be_shown(
    content: Content, cache: Cache, mode: str, stored: int | tuple[int, ...]
) -> None:
    name = "bild.jpg" if mode == "CMYK" else "bild.png"
    path = content.write(f"artikel/{name}", b"")
    source = Image.new(mode, (60, 40), stored)
    if mode == "P":
        source.putpalette([0, 0, 0, 255, 255, 255])
    source.save(path)
    made = variants.make(variants.fallback(images.examine(path)), cache)
    with Image.open(made) as image:
        expected = (200,) * 3 if mode in {"L", "I;16"} else (255,) * 3
        assert _near(image.convert("RGB").getpixel((5, 5)), expected)


def test_the_same_image_gives_the_same_bytes(content: Content, tmp_path: Path) -> None:
    original = images.examine(content.photo("foto.jpg", (600, 400)))
    for variant in variants.of(original):
        one, other = (variants.make(variant, Cache(tmp_path / name)) for name in ("a", "b"))
        assert one != other
        assert one.read_bytes() == other.read_bytes(), variant.format


def test_nothing_is_made_before_it_is_asked_for_and_then_once(
    content: Content, cache: Cache
) -> None:
    content.photo("foto.jpg", (600, 400))
    content.article(text=f"{ARTICLE}\n![Ein Foto](foto.jpg)\n")
    names = content.load().image_names
    assert not cache.folder.exists()
    made = {name: variants.make(variant, cache) for name, variant in names.items()}
    times = {path: path.stat().st_mtime_ns for path in made.values()}
    again = content.load().image_names
    assert {name: variants.make(variant, cache) for name, variant in again.items()} == made
    assert {path: path.stat().st_mtime_ns for path in made.values()} == times


def test_an_image_that_changes_during_a_build_is_not_kept_under_the_old_name(
    content: Content, cache: Cache
) -> None:
    original = images.examine(content.image("bild.png", color="red"))
    content.image("bild.png", color="blue")
    with pytest.raises(ImageError, match=r"bild\.png hat sich soeben geändert"):
        variants.make(variants.fallback(original), cache)
    assert not list(cache.folder.rglob("*.*"))


def test_graphics_and_moving_images_are_published_as_they_are(content: Content) -> None:
    svg = content.write("artikel/a.svg", '<svg xmlns="x" width="30" height="20"></svg>')
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue")]
    for name in ("b.gif", "c.webp", "d.png"):
        frames[0].save(content.write(f"artikel/{name}", b""), save_all=True, append_images=frames)
    for path in (svg, *(svg.with_name(name) for name in ("b.gif", "c.webp", "d.png"))):
        [variant] = variants.of(images.examine(path))
        assert variants.make(variant, Cache(svg.parent)) == path
        shown = variants.shown(images.examine(path), str)
        assert (shown.sources, shown.width, shown.height) == ((), 30, 20)


def test_a_file_name_becomes_an_address_without_spaces_and_umlauts(content: Content) -> None:
    original = images.examine(content.photo("Gespräch im Büro.JPG", (60, 40)))
    assert variants.fallback(original).name.startswith("gespraech-im-buero.")
    assert variants.fallback(original).name.endswith(".jpg")


def test_the_first_image_is_urgent_and_the_others_are_not(content: Content) -> None:
    content.photo("foto.jpg", (60, 40))
    first, second = _shown(content, "![Eins](foto.jpg)\n\nText ![Zwei](foto.jpg) mitten im Text.")
    assert 'fetchpriority="high"' in first
    assert "loading=" not in first
    assert 'loading="lazy"' in second
    assert 'decoding="async"' in second
    assert "fetchpriority" not in second


def test_below_a_picture_at_the_head_no_image_is_urgent(content: Content) -> None:
    content.photo("foto.jpg", (60, 40))
    [shown] = _shown(content, "![Eins](foto.jpg)", image="foto.jpg", image_alt="Ein Foto")
    assert 'loading="lazy"' in shown
    assert "fetchpriority" not in shown


def test_a_source_names_type_widths_and_the_text_column(content: Content) -> None:
    content.photo("foto.jpg", (500, 400))
    [shown] = _shown(content, "![Eins](foto.jpg)")
    avif, webp = re.findall(r"<source [^>]*>", shown)
    for source, kind in ((avif, "avif"), (webp, "webp")):
        assert f'type="image/{kind}"' in source
        assert 'sizes="(min-width: 48rem) 40rem, 100vw"' in source
        pattern = (
            rf'srcset="/bilder/foto\.\w{{10}}\.{kind} 480w, /bilder/foto\.\w{{10}}\.{kind} 500w"'
        )
        assert re.search(pattern, source)
    assert shown.index(avif) < shown.index(webp) < shown.index("<img ")


def test_the_picture_at_the_head_is_among_the_images(content: Content) -> None:
    content.photo("foto.jpg", (60, 40))
    content.article(image="foto.jpg", image_alt="Ein Foto")
    library = content.load()
    article = library.article("ein-artikel")
    assert article
    shown = library.picture(article)
    assert shown
    assert shown.address.removeprefix("/bilder/") in library.image_names
    assert len(library.image_names) == 3


def test_a_picture_at_the_head_needs_a_text_in_its_place(content: Content) -> None:
    content.photo("foto.jpg", (60, 40))
    content.article(image="foto.jpg")
    [problem] = content.problems()
    assert problem.startswith("content/artikel/ein-artikel.md:2: Zu „image“ fehlt „image_alt“")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_broken_image_is_told_with_its_line(content: Content, kind: str) -> None:
    whole = content.photo(f"foto.{kind.lower()}", (300, 200)).read_bytes()
    for data in (whole[: len(whole) // 2], b"kein Bild", b""):
        name = content.write("artikel/foto.xyz", data).name
        content.article(text=f"{ARTICLE}\n![Ein Foto]({name})\n", image=name, image_alt="Ein Foto")
        head, text = content.problems()
        assert head.startswith(
            "content/artikel/ein-artikel.md:3: Das Bild „foto.xyz“ lässt sich nicht lesen:"
        )
        assert text.startswith(
            "content/artikel/ein-artikel.md:13: Das Bild „foto.xyz“ lässt sich nicht lesen:"
        )
        assert content.load().image_names == {}


def test_a_graphic_without_a_size_is_told(content: Content) -> None:
    content.write("artikel/a.svg", "<svg></svg>")
    content.article(text=f"{ARTICLE}\n![Eine Grafik](a.svg)\n")
    [problem] = content.problems()
    assert "Das Bild „a.svg“ nennt seine Größe nicht" in problem


def test_an_image_of_enormous_size_is_refused_before_it_is_opened(content: Content) -> None:
    file = io.BytesIO()
    Image.new("1", (9000, 9000)).save(file, "PNG")
    content.write("artikel/a.png", file.getvalue())
    content.article(text=f"{ARTICLE}\n![Eine Karte](a.png)\n")
    [problem] = content.problems()
    assert "ist mit 9000 × 9000 Pixeln zu groß" in problem


def _listed(original: images.Original) -> list[tuple[str, int]]:
    found: tuple[Variant, ...] = variants.of(original)
    return [(variant.format, variant.width) for variant in found]


def _shown(content: Content, body: str, **changes: str) -> list[str]:
    content.article(text=f"{ARTICLE}\n{body}\n", **changes)
    library = content.load()
    article = library.article("ein-artikel")
    assert article
    return re.findall(r"<picture>.*?</picture>", library.rendered(article).html)


def _near(pixel: object, expected: tuple[int, ...]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= 30 for one, other in zip(pixel, expected, strict=True))


def _swap_red_and_blue(profile: bytes) -> bytes:
    """Exchange two names in a profile's table of contents (ICC.1:2010, 7.3)."""
    table = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    return re.sub(rb"[rb]XYZ", lambda found: table[found[0]], profile)
