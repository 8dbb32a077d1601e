"""A build with a photograph: whole, without secrets, and made only once."""

from __future__ import annotations

import filecmp
from typing import TYPE_CHECKING

import pytest
from lxml import html as parser
from PIL import Image

from support.content import ARTICLE, CAMERA
from support.site import freeze

if TYPE_CHECKING:
    from pathlib import Path

    from support.content import Content


@pytest.fixture
def photos(content: Content) -> Content:
    """Content with a photograph, at the head of an article and in its text."""
    content.photo("foto.jpg", (1300, 900), orientation=6)
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
        freeze("--content", photos.folder, "--output", tmp_path / name)
    for folder in ("bilder", "karten"):
        names = [path.name for path in (tmp_path / "one" / folder).iterdir()]
        assert names
        same, *_ = filecmp.cmpfiles(
            tmp_path / "one" / folder, tmp_path / "other" / folder, names, shallow=False
        )
        assert sorted(same) == sorted(names)


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
