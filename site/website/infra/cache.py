"""Caches for what takes long to make.

Files are kept by what they are made from, many small pieces of bytes by their digest.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable
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
    """Many pieces of bytes in one file, each by its digest, so a piece that was spoilt is noticed.

    For one process at a time; call :meth:`close` before another is forked. A file that cannot be
    read is replaced by an empty one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: sqlite3.Connection | None = None

    def get(self, name: str) -> bytes | None:
        """Return a piece; nothing if there is none, or it is not as it was."""
        try:
            rows = self._open().execute("SELECT content FROM blob WHERE digest = ?", (name,))
            found = rows.fetchone()
        except sqlite3.DatabaseError:
            return None
        if found is None or not isinstance(found[0], bytes) or digest(found[0]) != name:
            return None
        return found[0]

    def put(self, content: bytes) -> str:
        """Keep a piece and return its digest."""
        self.put_all([content])
        return digest(content)

    def put_all(self, contents: Iterable[bytes]) -> None:
        """Keep some pieces."""
        rows = [(digest(content), content) for content in contents]
        sentence = "INSERT OR REPLACE INTO blob VALUES (?, ?)"
        try:
            with self._open() as database:
                database.executemany(sentence, rows)
        except sqlite3.DatabaseError:
            self._start_over()
            with self._open() as database:
                database.executemany(sentence, rows)

    def keep_only(self, digests: Collection[str]) -> None:
        """Delete all others, once there are so many that it is worthwhile."""
        with contextlib.suppress(sqlite3.DatabaseError), self._open() as database:
            [(count,)] = database.execute("SELECT count(*) FROM blob")
            if count <= 2 * len(digests):
                return
            database.execute("CREATE TEMP TABLE wanted (digest TEXT PRIMARY KEY)")
            database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", [(d,) for d in digests])
            database.execute("DELETE FROM blob WHERE digest NOT IN (SELECT digest FROM wanted)")
            database.execute("DROP TABLE wanted")

    def close(self) -> None:
        """Close the file; it opens again when it is used."""
        if self._opened:
            self._opened.close()
            self._opened = None

    def _start_over(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = sqlite3.connect(self._path)
            # What a power failure spoils is noticed by its digest, and made again.
            self._opened.execute("PRAGMA synchronous = OFF")
            self._opened.execute(
                "CREATE TABLE IF NOT EXISTS blob (digest TEXT PRIMARY KEY, content BLOB)"
            )
        return self._opened


def digest(content: bytes) -> str:
    """Return the SHA-256 by which bytes are named."""
    return hashlib.sha256(content).hexdigest()
