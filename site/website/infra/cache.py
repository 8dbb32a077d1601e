"""Caches for expensive results: files named by their inputs, small blobs named by their digest."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path

from website.infra import disk

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""
_PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
}  # fmt: skip
"""Errors that another file in the same place would meet, too."""


class Cache:
    """A folder of generated files, which may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, make: Callable[[], bytes]) -> Path:
        """Return a cached file, generating it first if necessary.

        Safe to call from several threads and processes: a file gets its name only once it is
        complete.

        :param name: contains a fingerprint of everything that the file is generated from.
        """
        path = self.folder / name
        if not path.exists():
            # The instance folder, where requests and secrets will lie too.
            disk.make_private(self.folder.parent)
            disk.replace(path, make(), durable=True)
        return path


class Blobs:
    """Blobs in one SQLite file, keyed by their SHA-256, so that corrupted ones are detected.

    Several processes may use the file, each with its own connection: call :meth:`close` before
    forking. An unreadable file is replaced by an empty one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: sqlite3.Connection | None = None

    def get(self, name: str) -> bytes | None:
        """Return a blob, or None if it is missing or corrupted."""
        try:
            rows = self._open().execute("SELECT content FROM blob WHERE digest = ?", (name,))
            [content] = rows.fetchone() or (None,)
        except sqlite3.DatabaseError:
            return None
        is_whole = isinstance(content, bytes) and digest(content) == name
        return content if is_whole else None

    def put(self, content: bytes) -> str:
        """Store a blob, unless the file is locked or its disk full, and return its digest."""
        row = digest(content), content
        try:
            self._open().execute(_INSERT, row)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _PASSING:
                self.close()
                self._path.unlink(missing_ok=True)
                self._open().execute(_INSERT, row)
        return row[0]

    def keep_only(self, digests: Collection[str]) -> None:
        """Delete all other blobs, once they outnumber these."""
        with contextlib.suppress(sqlite3.DatabaseError):
            kept = [name for (name,) in self._open().execute("SELECT digest FROM blob")]
            if len(kept) > 2 * len(digests):
                others = [(name,) for name in set(kept).difference(digests)]
                self._open().executemany("DELETE FROM blob WHERE digest = ?", others)

    def close(self) -> None:
        """Close the file; it is reopened on next use."""
        if self._opened:
            self._opened.close()
            self._opened = None

    def _open(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(self._path, BUSY_TIMEOUT, isolation_level=None)
            try:
                opened.executescript(_PREPARE)
            except sqlite3.DatabaseError:
                opened.close()
                raise
            self._opened = opened
        return self._opened


# What a power failure spoils is noticed by its digest, and made again.
_PREPARE = """
    PRAGMA synchronous = OFF;
    PRAGMA journal_mode = MEMORY;
    CREATE TABLE IF NOT EXISTS blob (digest TEXT PRIMARY KEY, content BLOB);
"""
_INSERT = "INSERT OR REPLACE INTO blob VALUES (?, ?)"


def digest(content: bytes) -> str:
    """Return the SHA-256 of a blob in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
