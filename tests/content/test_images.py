"""Photographs are published in sizes that fit, upright, and without what their camera knows."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from support.content import ARTICLE, CAMERA, Content, camera
from website.content import image_decoding, images
from website.content.images import Variant
from website.exceptions import ImageError
from website.infra.cache import Cache

RED = (200, 20, 20)
RED_ONLY, BLUE_ONLY, LIME_ONLY = "red", "blue", "lime"


def _sample(kind: str, *, moving: bool = False) -> bytes:
    file = io.BytesIO()
    image = Image.effect_noise((24, 16), 50).convert("RGB")
    others = [Image.effect_noise((24, 16), 60).convert("RGB")] if moving else []
    image.save(file, kind, save_all=moving, append_images=others, exif=camera(6))
    return file.getvalue()


SAMPLES = {kind: _sample(kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")} | {
    f"moving {kind}": _sample(kind, moving=True) for kind in ("MPO", "PNG", "WEBP", "GIF")
}


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


@pytest.mark.slow
def test_nothing_is_larger_than_its_original(content: Content, cache: Cache) -> None:
    original = images.examine(content.photo("foto.jpg", (900, 600)))
    assert {variant.width for variant in images.variants(original)} == {480, 800, 900}
    for variant in images.variants(original):
        with Image.open(images.make(variant, cache)) as image:
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
    assert images.fallback(original).format == expected
    assert len(set(images.variants(original))) == len(images.variants(original))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_upright_whichever_way_the_camera_was_held(
    content: Content, cache: Cache, orientation: int
) -> None:
    original = images.examine(content.photo("foto.jpg", (60, 40), orientation=orientation))
    turned = orientation >= 5
    assert (original.width, original.height) == ((40, 60) if turned else (60, 40))
    with Image.open(images.make(images.fallback(original), cache)) as image:
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
    for variant in images.variants(images.examine(path)):
        made = images.make(variant, cache)
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
    made = images.make(images.fallback(images.examine(path)), cache)
    with Image.open(made) as image:
        assert _near(image.convert("RGB").getpixel((10, 10)), (0, 0, 255))


def test_a_profile_that_does_not_fit_is_passed_over(content: Content, cache: Cache) -> None:
    path = content.photo("foto.png", (60, 40), icc_profile=b"kein Profil")
    assert images.make(images.fallback(images.examine(path)), cache).exists()


def test_a_see_through_image_stays_so(content: Content, cache: Cache) -> None:
    path = content.write("artikel/logo.png", b"")
    Image.new("RGBA", (60, 40), (255, 0, 0, 0)).save(path)
    for variant in images.variants(images.examine(path)):
        with Image.open(images.make(variant, cache)) as image:
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
    made = images.make(images.fallback(images.examine(path)), cache)
    with Image.open(made) as image:
        expected = (200,) * 3 if mode in {"L", "I;16"} else (255,) * 3
        assert _near(image.convert("RGB").getpixel((5, 5)), expected)


@pytest.mark.slow
def test_the_same_image_gives_the_same_bytes(content: Content, tmp_path: Path) -> None:
    original = images.examine(content.photo("foto.jpg", (600, 400)))
    for variant in images.variants(original):
        one, other = (images.make(variant, Cache(tmp_path / name)) for name in ("a", "b"))
        assert one != other
        assert one.read_bytes() == other.read_bytes(), variant.format


@pytest.mark.slow
def test_nothing_is_made_before_it_is_asked_for_and_then_once(
    content: Content, cache: Cache
) -> None:
    content.photo("foto.jpg", (600, 400))
    content.article(text=f"{ARTICLE}\n![Ein Foto](foto.jpg)\n")
    names = content.load().image_names
    assert not cache.folder.exists()
    made = {name: images.make(variant, cache) for name, variant in names.items()}
    times = {path: path.stat().st_mtime_ns for path in made.values()}
    again = content.load().image_names
    assert {name: images.make(variant, cache) for name, variant in again.items()} == made
    assert {path: path.stat().st_mtime_ns for path in made.values()} == times


def test_an_image_that_changes_during_a_build_is_not_kept_under_the_old_name(
    content: Content, cache: Cache
) -> None:
    original = images.examine(content.image("bild.png", color="red"))
    content.image("bild.png", color="blue")
    with pytest.raises(ImageError, match=r"bild\.png hat sich soeben geändert"):
        images.make(images.fallback(original), cache)
    original.path.unlink()
    with pytest.raises(ImageError, match=r"bild\.png lässt sich nicht mehr lesen"):
        images.make(images.fallback(original), cache)
    assert not list(cache.folder.rglob("*.*"))


def test_graphics_are_published_as_they_are(content: Content, cache: Cache) -> None:
    path = content.write("artikel/a.svg", '<svg xmlns="x" width="30" height="20"></svg>')
    [variant] = images.variants(images.examine(path))
    assert images.make(variant, cache) == path
    shown = images.shown(images.examine(path), str)
    assert (shown.sources, shown.width, shown.height) == ((), 30, 20)


@pytest.mark.parametrize(("name", "kind"), [("b.gif", "GIF"), ("c.webp", "WEBP"), ("d.png", "PNG")])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_moves_goes_on_moving_and_says_nothing_of_its_camera(
    content: Content, cache: Cache, name: str, kind: str, mode: str
) -> None:
    frames = [Image.new(mode, (30, 20), colour) for colour in ("red", "blue", "lime")]
    path = content.write(f"artikel/{name}", b"")
    times = [120, 250, 400]
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=times, exif=camera(6),
        comment=CAMERA.encode(), xmp=CAMERA.encode(), loop=3,
    )  # fmt: skip
    original = images.examine(path)
    turned = name != "b.gif"  # which cannot say how it was held
    assert (original.width, original.height) == ((20, 30) if turned else (30, 20))
    [variant] = images.variants(original)
    made = images.make(variant, cache)
    assert image_decoding.metadata(made.read_bytes()) == ()
    assert CAMERA.encode() not in made.read_bytes()
    with Image.open(made) as image:
        assert (image.format, image.size) == (kind, (original.width, original.height))
        assert image.n_frames == 3
        seen = []
        for number in range(3):
            image.seek(number)
            image.load()
            seen.append((_colour(image), round(image.info["duration"])))
        assert seen == list(zip([RED_ONLY, BLUE_ONLY, LIME_ONLY], times, strict=True))
        assert image.info["loop"] == 3
    shown = images.shown(original, str)
    assert shown.sources == ()


def test_a_moving_avif_is_refused_with_the_way_out(content: Content) -> None:
    path = content.folder / "artikel/a.avif"
    path.parent.mkdir()
    # In a process of its own: libavif ends it now and then while it writes such a file.
    code = "from PIL import Image as I; import sys; one = I.new('RGB', (30, 20)); "
    code += "one.save(sys.argv[1], save_all=True, append_images=[I.new('RGB', (30, 20), 'red')])"
    subprocess.run([sys.executable, "-c", code, path], check=True)
    with pytest.raises(ImageError, match=r"bewegt sich.*WebP"):
        images.examine(path)


def test_what_shines_through_a_moving_image_shows_no_earlier_frame(
    content: Content, cache: Cache
) -> None:
    frames = [Image.new("RGBA", (30, 20)) for _ in range(2)]
    frames[0].paste((255, 0, 0, 255), (0, 0, 15, 20))
    frames[1].paste((0, 0, 255, 255), (15, 0, 30, 20))
    path = content.write("artikel/a.gif", b"")
    frames[0].save(path, save_all=True, append_images=frames[1:], disposal=2, duration=100)
    with Image.open(images.make(images.fallback(images.examine(path)), cache)) as image:
        image.seek(1)
        assert image.convert("RGBA").getpixel((5, 5))[3] == 0
        assert image.convert("RGBA").getpixel((20, 5))[3] == 255


def test_a_still_gif_is_a_photograph_like_any_other(content: Content) -> None:
    assert _listed(images.examine(content.image("a.gif"))) == [
        ("AVIF", 30), ("WEBP", 30), ("PNG", 30),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_first_of_several_pictures_is_a_photograph_like_any_other(
    content: Content, cache: Cache
) -> None:
    path = content.photo("foto.jpg", (600, 400), orientation=6)
    with Image.open(path) as first:
        other = Image.new("RGB", (600, 400), "blue")
        first.save(path, "MPO", save_all=True, append_images=[other], exif=camera(6))
    with Image.open(path) as image:
        assert (image.format, image.n_frames) == ("MPO", 2)
    original = images.examine(path)
    assert (original.format, original.width, original.height) == ("JPEG", 400, 600)
    assert _listed(original) == [("AVIF", 400), ("WEBP", 400), ("JPEG", 400)]
    for variant in images.variants(original):
        made = images.make(variant, cache)
        assert image_decoding.metadata(made.read_bytes()) == ()
        with Image.open(made) as image:
            assert getattr(image, "n_frames", 1) == 1
            assert _near(image.convert("RGB").getpixel((395, 5)), RED), variant.format


@pytest.mark.parametrize(
    "size", [(30, 17000), (1, 20000), (2, 60000), (20000, 3), (60000, 1), (1, 1)]
)
def test_an_image_of_any_shape_can_be_built(
    content: Content, cache: Cache, size: tuple[int, int]
) -> None:
    path = content.write("artikel/lang.png", b"")
    Image.new("L", size, 200).save(path)
    for variant in images.variants(images.examine(path)):
        with Image.open(images.make(variant, cache)) as image:
            assert image.size == (variant.width, variant.height), variant.format
            assert max(image.size) <= images.LONGEST


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
@pytest.mark.parametrize("name", ["IMG_4711.HEIC", "img.jpg"])
def test_the_photo_of_an_iphone_is_refused_with_the_way_out(
    content: Content, brand: bytes, name: str
) -> None:
    content.write(f"artikel/{name}", b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" * 9)
    content.article(text=f"{ARTICLE}\n![Ein Foto]({name})\n")
    [problem] = content.problems()
    assert problem.startswith(f"content/artikel/ein-artikel.md:11: Das Bild „{name}“ ist ein HEIC-")
    assert "Exportieren Sie es als JPEG" in problem


def test_an_image_may_have_the_ending_of_another(content: Content, cache: Cache) -> None:
    photo = content.photo("foto.png", (60, 40))
    photo = photo.rename(photo.with_name("bild.jpg"))
    fallback = images.fallback(images.examine(photo))
    assert fallback.name.endswith(".png")
    with Image.open(images.make(fallback, cache)) as image:
        assert image.format == "PNG"


@pytest.mark.slow
def test_a_moving_image_that_would_fill_the_memory_is_refused(content: Content) -> None:
    frames = [Image.new("L", (2000, 2000), number) for number in range(30)]
    path = content.write("artikel/a.gif", b"")
    frames[0].save(path, save_all=True, append_images=frames[1:])
    with pytest.raises(ImageError, match=r"bewegt sich zu lange: 30 Bilder mit 2000 × 2000"):
        images.examine(path)


@given(st.data())
@settings(max_examples=3 * settings.default.max_examples // 5)
def test_what_may_be_published_can_be_built_whatever_its_bytes(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(SAMPLES)))
    damaged = bytearray(SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        look = image_decoding.look(bytes(damaged))
    except ImageError:
        return
    if look.is_moving:
        assert image_decoding.film(bytes(damaged), (look.width, look.height)).frames
    else:
        assert image_decoding.still(bytes(damaged), (look.width, look.height))


def test_a_name_in_other_letters_that_look_the_same_is_found(content: Content) -> None:
    for form, other in (("NFD", "NFC"), ("NFC", "NFD")):
        name, typed = (unicodedata.normalize(f, f"büro-{form.lower()}.png") for f in (form, other))
        content.image(name)
        content.article(text=f"{ARTICLE}\n![Ein Büro]({typed})\n")
        assert content.problems() == []
        assert len(content.load().image_names) == 3


@pytest.mark.parametrize(
    ("there", "typed", "meant"),
    [
        ("Buero.PNG", "buero.png", "Gemeint ist wohl „Buero.PNG“: Groß- und Kleinschreibung"),
        ("foto.png", "Foto.png", "Gemeint ist wohl „foto.png“"),
        ("BU\u0308RO.png", "büro.png", "Groß- und Kleinschreibung zählt."),
        ("gespraech.png", "gesprach.png", "liegt nicht neben der Datei. Meinten Sie „gespraech."),
        ("foto.jpg", "foto.jpeg", "liegt nicht neben der Datei. Meinten Sie „foto.jpg“?"),
        ("._foto.png", "._foto.png", "ist verborgen"),
        (".git/foto.png", ".git/foto.png", "ist verborgen"),
        ("a.png", "https://firma.de/a.png", "liegt auf einem anderen Server"),
        ("a.png", "//firma.de/a.png", "liegt auf einem anderen Server"),
        ("a.png", "../../../../etc/hostname", "liegt nicht neben der Datei."),
        ("a.png", "%00.png", "liegt nicht neben der Datei."),
        ("a.png", "x" * 300, "liegt nicht neben der Datei."),
    ],
)
def test_an_image_that_is_not_there_is_told_with_the_one_that_is_meant(
    content: Content, there: str, typed: str, meant: str
) -> None:
    path = content.image("sonst.gif")
    target = content.write(f"artikel/{there}", path.read_bytes())
    path.unlink()
    assert target.exists()
    content.article(text=f"{ARTICLE}\n![Ein Bild]({typed})\n")
    [problem] = content.problems()
    assert meant in problem


def test_a_link_in_a_circle_in_the_place_of_an_image_is_told(content: Content) -> None:
    content.article(text=f"{ARTICLE}\n![Ein Bild](a.png)\n")
    (content.folder / "artikel/a.png").symlink_to("a.png")
    told = content.problems()
    assert any("ein-artikel.md:11: Das Bild „a.png“ liegt nicht neben" in one for one in told)


def test_a_file_name_becomes_an_address_without_spaces_and_umlauts(content: Content) -> None:
    original = images.examine(content.photo("Gespräch im Büro.JPG", (60, 40)))
    assert images.fallback(original).name.startswith("gespraech-im-buero.")
    assert images.fallback(original).name.endswith(".jpg")


def test_an_image_below_text_waits_until_it_is_near(content: Content) -> None:
    content.photo("foto.jpg", (60, 40))
    [shown] = _shown(content, "Ein Absatz.\n\n![Eins](foto.jpg)")
    assert 'loading="lazy"' in shown
    assert "fetchpriority" not in shown


def test_an_image_that_opens_a_text_is_urgent_and_the_others_are_not(content: Content) -> None:
    content.photo("foto.jpg", (60, 40))
    body = "![Eins](foto.jpg)\n\nText ![Zwei](foto.jpg) mitten im Text."
    first, second = _shown(content, body, above=ARTICLE.removesuffix("Ein Absatz.\n"))
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
    found: tuple[Variant, ...] = images.variants(original)
    return [(variant.format, variant.width) for variant in found]


def _shown(content: Content, body: str, *, above: str = ARTICLE, **changes: str) -> list[str]:
    content.article(text=f"{above}\n{body}\n", **changes)
    library = content.load()
    article = library.article("ein-artikel")
    assert article
    return re.findall(r"<picture>.*?</picture>", library.rendered(article).html)


def _colour(image: Image.Image) -> str:
    red, green, blue = image.convert("RGB").getpixel((10, 10))
    return {(True, False, False): RED_ONLY, (False, False, True): BLUE_ONLY}.get(
        (red > 128, green > 128, blue > 128), LIME_ONLY
    )


def _near(pixel: object, expected: tuple[int, ...]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= 30 for one, other in zip(pixel, expected, strict=True))


def _swap_red_and_blue(profile: bytes) -> bytes:
    """Exchange two names in a profile's table of contents (ICC.1:2010, 7.3)."""
    table = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    return re.sub(rb"[rb]XYZ", lambda found: table[found[0]], profile)


@pytest.mark.parametrize("mark", ["schmückend", " Schmückend ", "schmu\u0308ckend"])
def test_an_image_can_be_marked_as_decorative(content: Content, mark: str) -> None:
    content.photo("foto.jpg", (60, 40))
    content.article(text=f"{ARTICLE}\n![{mark}](foto.jpg)\n", image="foto.jpg", image_alt=mark)
    article = content.load().article("ein-artikel")
    assert article
    assert article.image
    assert article.image.alt == ""
    assert content.problems() == []
    [shown] = _shown(content, f"![{mark}](foto.jpg)")
    assert 'alt=""' in shown
