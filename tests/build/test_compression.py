"""What lies compressed beside the texts of a release."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest

from support.content import Content
from support.site import freeze, release
from website.build import compression
from website.infra.cache import Cache

TEXT = "Ein Text, der sich gut zusammenfassen lässt. " * 20


def test_a_text_lies_there_in_both_variants_and_a_picture_in_none(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    folder.mkdir()
    for name in ("seite.html", "bild.png", "_headers"):
        (folder / name).write_text(TEXT)
    (folder / "kurz.txt").write_text("User-agent: *")
    compression.compress(folder, Cache(tmp_path / "cache"))
    assert sorted(path.name for path in folder.iterdir()) == [
        "_headers", "bild.png", "kurz.txt", "seite.html", "seite.html.br", "seite.html.gz",
    ]  # fmt: skip
    assert gzip.decompress((folder / "seite.html.gz").read_bytes()).decode() == TEXT
    assert brotli.decompress((folder / "seite.html.br").read_bytes()).decode() == TEXT


def test_a_text_is_compressed_once_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/eine.html").write_text(TEXT)
    compression.compress(tmp_path / "a", cache)
    (tmp_path / "b").mkdir()
    (tmp_path / "b/andere.html").write_text(TEXT)
    monkeypatch.setattr(compression, "VARIANTS", [(s, q, None) for s, q, _ in compression.VARIANTS])
    compression.compress(tmp_path / "b", cache)
    for suffix in (".br", ".gz"):
        one, other = tmp_path / f"a/eine.html{suffix}", tmp_path / f"b/andere.html{suffix}"
        assert one.read_bytes() == other.read_bytes()


def test_the_same_text_gives_the_same_bytes_at_any_time(tmp_path: Path) -> None:
    folder = tmp_path / "build"
    folder.mkdir()
    made = []
    for number in range(2):
        (folder / "seite.html").write_text(TEXT)
        compression.compress(folder, Cache(tmp_path / f"cache{number}"))
        made.append({path.name: path.read_bytes() for path in folder.glob("*.[bg][rz]")})
    assert made[0] == made[1]
    # RFC 1952: the time of the file, which would differ.
    assert made[0]["seite.html.gz"][4:8] == bytes(4)


def test_only_a_release_is_compressed(content: Content, tmp_path: Path) -> None:
    content.article()
    freeze("--content", content.folder, "--output", tmp_path / "build")
    assert not list((tmp_path / "build").rglob("*.br"))
    release(content.folder, tmp_path / "build")
    assert (tmp_path / "build/index.html.br").is_file()
    assert (tmp_path / "build/artikel/ein-artikel/index.html.gz").is_file()
