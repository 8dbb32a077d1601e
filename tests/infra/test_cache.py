"""What is made once is kept, whole, whoever makes it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.disks import disk, filled
from website.infra import cache as caches
from website.infra.cache import Blobs, Cache


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


@pytest.mark.parametrize("is_open", [False, True])
def test_a_file_that_another_process_writes_to_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_open: bool
) -> None:
    monkeypatch.setattr(caches, "BUSY_TIMEOUT", 0.1)
    path = tmp_path / "blobs"
    with contextlib.closing(Blobs(path)) as blobs:
        kept = blobs.put(b"kept")
        if not is_open:
            blobs.close()
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN EXCLUSIVE")
            left_out = blobs.put(b"left out")
            assert blobs.get(left_out) is None
        assert blobs.get(kept) == b"kept"
        assert blobs.get(left_out) is None
        assert blobs.get(blobs.put(b"later")) == b"later"


def test_a_broken_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_bytes(b"no database" * 1000)
    with contextlib.closing(Blobs(tmp_path / "blobs")) as blobs:
        assert blobs.get(blobs.put(b"x")) == b"x"


def test_a_full_disk_keeps_nothing_and_stops_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    blobs = Blobs(folder / "blobs")
    with disk(folder, megabytes=1), filled(folder), contextlib.closing(blobs):
        assert blobs.get(blobs.put(b"x")) is None
