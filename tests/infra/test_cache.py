"""What is made once is kept, whole, whoever makes it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from website.infra.cache import Cache


def test_a_file_is_made_once(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"x"

    cache = Cache(tmp_path / "cache")
    for _ in range(3):
        assert cache.file("bilder/a.png", make).read_bytes() == b"x"
    assert len(made) == 1


def test_a_folder_made_for_it_is_open_to_nobody_else(tmp_path: Path) -> None:
    Cache(tmp_path / "instance" / "cache").file("bilder/a.png", lambda: b"x")
    assert (tmp_path / "instance").stat().st_mode & 0o077 == 0


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise OSError("voll")

    cache = Cache(tmp_path)
    with pytest.raises(OSError, match="voll"):
        cache.file("a.png", fail)
    assert cache.file("a.png", lambda: b"x").read_bytes() == b"x"


def test_many_that_make_the_same_file_at_once_all_get_it_whole(tmp_path: Path) -> None:
    at_once = threading.Barrier(8)
    content = b"x" * 1_000_000

    def make() -> bytes:
        at_once.wait()
        return content

    def get(_: int) -> bytes:
        return Cache(tmp_path).file("a.png", make).read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(get, range(8))) == {content}
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
