"""Caches for what takes long to make.

Files are kept by what they are made from, many small pieces of bytes by their digest.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection
from pathlib import Path

from website.infra import disk


class Cache:
    """A folder of made files. It may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, make: Callable[[], bytes]) -> Path:
        """Return a file, made now if it is not there yet.

        Safe with other threads and processes: a file appears under its name only when whole, and
        two that make the same one at once make the same bytes.

        :param name: holds a fingerprint of everything the file is made from.
        """
        path = self.folder / name
        if not path.exists():
            # The instance folder, where requests and secrets will lie too.
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            disk.replace(path, make(), durable=True)
        return path


class Blobs:
    """Many pieces of bytes in a folder, each by its digest, so a piece that was spoilt is noticed.

    Safe with other threads and processes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        """Return a piece; nothing if there is none, or it is not as it was."""
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return None
        return content if digest(content) == name else None

    def put(self, content: bytes) -> str:
        """Keep a piece and return its digest."""
        name = digest(content)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)
        return name

    def keep_only(self, digests: Collection[str]) -> None:
        """Delete all others, once there are so many that it is worthwhile."""
        kept = os.listdir(self._folder) if self._folder.exists() else []  # noqa: PTH208 - thousands
        if len(kept) > 2 * len(digests):
            for name in set(kept).difference(digests):
                (self._folder / name).unlink()


def digest(content: bytes) -> str:
    """Return the SHA-256 by which bytes are named."""
    return hashlib.sha256(content).hexdigest()
