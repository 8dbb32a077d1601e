"""A build with a photograph: whole, without secrets, and made only once."""

from __future__ import annotations

import filecmp
import io
from pathlib import Path

import pytest
from lxml import html as parser
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from support.builds import Checkout, contents
from support.content import ARTICLE, CAMERA, Content, camera
from support.site import freeze, freeze_in_a_process
from website.content import image_decoding

XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{CAMERA}</x:xmpmeta>'.encode()


@pytest.fixture
def photos(content: Content) -> Content:
    """Content with a photograph, at the head of an article and in its text."""
    content.photo("foto.jpg", (450, 820), orientation=6)
    content.photo("grafik.png", (500, 300))
    content.article(
        text=f"{ARTICLE}\n![Ein Foto](foto.jpg)\n\n![Eine Grafik](grafik.png)\n",
        image="foto.jpg",
        image_alt="Ein Foto",
    )
    return content


def test_every_size_of_a_photograph_is_in_the_build(photos: Content, tmp_path: Path) -> None:
    build = tmp_path / "build"
    freeze("--content", photos.folder, "--output", build)
    tree = parser.parse(build / "artikel/ein-artikel/index.html")
    pictures = tree.xpath("//picture")
    assert len(pictures) == 3
    named: set[Path] = set()
    for picture in pictures:
        for source in picture.xpath(".//source"):
            for candidate in source.get("srcset").split(", "):
                address, width = candidate.split(" ")
                named.add(build / address.lstrip("/"))
                with Image.open(build / address.lstrip("/")) as image:
                    assert image.get_format_mimetype() == source.get("type")
                    assert f"{image.width}w" == width
        [shown] = picture.xpath(".//img")
        named.add(build / shown.get("src").lstrip("/"))
        with Image.open(build / shown.get("src").lstrip("/")) as image:
            assert image.size == (int(shown.get("width")), int(shown.get("height")))
    assert named == set((build / "bilder").iterdir())
    for path in named:
        assert CAMERA.encode() not in path.read_bytes()
    urgent = tree.xpath("//img/@fetchpriority")
    assert urgent == ["high"]
    assert "<source" not in (build / "feed.xml").read_text()


def test_a_second_freeze_makes_no_image_and_no_card_anew(
    photos: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBSITE_INSTANCE_DIR", str(tmp_path / "instance"))
    freeze("--content", photos.folder, "--output", tmp_path / "build")
    first = _times(tmp_path / "instance/cache")
    assert {path.parent.name for path in first} == {"bilder", "karten"}
    freeze("--content", photos.folder, "--output", tmp_path / "again")
    assert _times(tmp_path / "instance/cache") == first
    photos.article("ein-artikel", text=_text(photos), title="Ein besserer Titel")
    freeze("--content", photos.folder, "--output", tmp_path / "again")
    after = _times(tmp_path / "instance/cache")
    assert first.items() <= after.items()
    [new] = set(after) - set(first)
    assert new.name.startswith("ein-artikel.")


def test_another_machine_makes_the_same_images_and_cards(
    photos: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "other"):
        monkeypatch.setenv("WEBSITE_INSTANCE_DIR", str(tmp_path / f"instance-{name}"))
        freeze_in_a_process("--content", photos.folder, "--output", tmp_path / name)
    for folder in ("bilder", "karten"):
        names = [path.name for path in (tmp_path / "one" / folder).iterdir()]
        assert names
        same, *_ = filecmp.cmpfiles(
            tmp_path / "one" / folder, tmp_path / "other" / folder, names, shallow=False
        )
        assert sorted(same) == sorted(names)


def test_nothing_in_a_build_says_where_its_images_were_taken(
    content: Content, tmp_path: Path
) -> None:
    names = [*_still_photos(content), *_moving_photos(content)]
    for path in (content.folder / "artikel").iterdir():
        assert CAMERA.encode() in path.read_bytes(), path
    shown = "".join(f"![Ein Foto]({name})\n\n" for name in names)
    content.article(text=f"{ARTICLE}\n{shown}", image="hochkant.jpg", image_alt="Ein Foto")
    checkout = Checkout.copied(tmp_path / "checkout", content.folder)
    assert content.problems() == []
    checkout.build(tmp_path / "build")
    files = contents(tmp_path / "build")
    pictures = {name: data for name, data in files.items() if _is_picture(data)}
    assert len([name for name in pictures if name.startswith("bilder/")]) >= 3 * len(names) - 6
    assert {name.partition("/")[0] for name in pictures} == {"bilder", "karten", "static"}
    for name, data in files.items():
        assert CAMERA.encode() not in data, name
        assert b"Exif\0\0" not in data, name
        assert image_decoding.metadata(data) == (), name


@pytest.mark.parametrize("target", ["foto.jpg", "dokument.pdf", "/bilder/foto.jpg"])
def test_a_file_that_is_linked_does_not_get_into_a_build(
    content: Content, target: str, tmp_path: Path
) -> None:
    content.photo("foto.jpg", (60, 40))
    content.write("artikel/dokument.pdf", b"%PDF")
    content.article(text=f"{ARTICLE}\n[Eine Datei]({target})\n")
    [problem] = content.problems()
    assert problem.startswith("content/artikel/ein-artikel.md:11: ")
    result = freeze("--content", content.folder, "--output", tmp_path / "build", check=False)
    assert result.returncode == 1


def _still_photos(content: Content) -> list[str]:
    """Put a photo of every kind beside the articles, each with its place."""
    for name in ("a.jpg", "b.png", "c.webp", "d.avif", "e.JPEG"):
        content.photo(name, (500, 300), comment=CAMERA.encode(), xmp=XMP)
    content.photo("hochkant.jpg", (600, 400), orientation=6)
    content.photo("klein.jpg", (20, 10))
    content.photo("falsch.png", (60, 40)).rename(content.folder / "artikel/falsch.jpg")
    exif = {"exif": camera(8)}
    kinds = [
        ("grau.jpg", "L", exif), ("druck.jpg", "CMYK", exif), ("palette.png", "P", exif),
        ("tief.png", "I;16", exif), ("durchsichtig.png", "RGBA", exif),
        ("still.gif", "P", {"comment": CAMERA.encode()}),
    ]  # fmt: skip
    for name, mode, options in kinds:
        Image.new(mode, (60, 40)).save(content.folder / "artikel" / name, **options)
    text = PngInfo()
    text.add_text("Author", CAMERA)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    Image.new("RGB", (60, 40)).save(content.folder / "artikel/text.png", pnginfo=text)
    return sorted(path.name for path in (content.folder / "artikel").iterdir())


def _moving_photos(content: Content) -> list[str]:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    kinds = {"film.png": None, "film.webp": None, "film.gif": None, "kamera.jpg": "MPO"}
    for name, kind in kinds.items():
        path = content.folder / "artikel" / name
        frames[0].save(
            path, kind, save_all=True, append_images=frames[1:], exif=camera(6),
            comment=CAMERA.encode(), xmp=XMP,
        )  # fmt: skip
    # A film that a phone puts behind its photo.
    path = content.photo("lebendig.jpg", (60, 40))
    path.write_bytes(path.read_bytes() + b"\0\0\0\x18ftypmp42" + CAMERA.encode() + XMP)
    return [*kinds, "lebendig.jpg"]


def _is_picture(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data)):
            return True
    except UnidentifiedImageError:
        return False


def test_a_broken_photograph_stops_the_freeze_with_file_and_line(
    photos: Content, tmp_path: Path
) -> None:
    photo = photos.folder / "artikel/foto.jpg"
    photo.write_bytes(photo.read_bytes()[:20_000])
    result = freeze("--content", photos.folder, "--output", tmp_path / "build", check=False)
    assert result.returncode == 1
    assert "content/artikel/ein-artikel.md:3: Das Bild „foto.jpg“ lässt sich nicht" in result.stderr
    assert "content/artikel/ein-artikel.md:13: Das Bild „foto.jpg“ lässt sich" in result.stderr
    assert not (tmp_path / "build").exists()


def _text(content: Content) -> str:
    return (content.folder / "artikel/ein-artikel.md").read_text()


def _times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
