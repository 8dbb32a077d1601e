"""Copying a SQLite database while others write to it, and replacing one."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from website.exceptions import BackupError
from website.infra import disk
from website.infra.sqlite import BUSY_TIMEOUT
from website.infra.text import counted
from website.ops.backup import msg, workdir

FILE = "website.sqlite3"
"""Name of the database in the archive."""

_COMPANIONS = ("-wal", "-shm", "-journal")


def copy(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, including its write-ahead log.

    SQLite's online backup copies all pages in one step: it reads one state of the data and blocks
    no writer (in WAL mode readers block nobody).

    :raises BackupError: if the database is missing, unreadable or damaged.
    """
    target.touch(mode=0o600, exist_ok=False)
    try:
        with _opened(source) as reading, contextlib.closing(sqlite3.connect(target)) as writing:
            reading.backup(writing, pages=-1, progress=_patience())
            _leave_log(writing)
    except sqlite3.Error as error:
        reason = workdir.reason(error, target.parent.parent)
        raise BackupError(f"The database {source} cannot be copied: {reason}") from error
    check(target)


def check(path: Path) -> None:
    """Run the database's own integrity check.

    :raises BackupError: if it finds errors.
    """
    try:
        with _opened(path) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check(5)")]
            loose = database.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.OperationalError as error:  # of the disk, not of what is on it
        reason = workdir.reason(error, path.parent)
        raise BackupError(f"The database {path.name} cannot be read: {reason}") from error
    except sqlite3.Error as error:
        raise BackupError(f"The database {path.name} is damaged: {error}") from error
    if found != ["ok"]:
        raise BackupError(f"The database {path.name} is damaged: {'; '.join(found)}")
    if loose:
        rows = counted(len(loose), "row refers", "rows refer")
        raise BackupError(f"The database {path.name} is damaged: {rows} to none")


def counts(path: Path) -> dict[str, int]:
    """Return the number of rows of each table, except SQLite's own (full-text indexes)."""
    with _opened(path) as database:
        tables = [
            name
            for name, kind in database.execute("SELECT name, type FROM pragma_table_list")
            if kind == "table" and not name.startswith("sqlite_")
        ]
        return {
            table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for table in tables
        }


def revision(path: Path) -> str:
    """Return the revision of the migrations; empty if there is none yet."""
    with _opened(path) as database:
        try:
            found = database.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return ""
    return str(found[0]) if found else ""


def leave_log(path: Path) -> None:
    """Merge the write-ahead log into the database, leaving a single file.

    :raises BackupError: if another process has the database open.
    """
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT)) as database:
            _leave_log(database)
    except sqlite3.Error as error:
        raise BackupError(f"The database {path.name} cannot be closed: {error}") from error


@contextlib.contextmanager
def unused(path: Path) -> Iterator[None]:
    """Lock a database against all other processes until the block ends.

    A file in use must not be replaced: when the old one is closed, SQLite would delete the log of
    the new one by its name, and with it the latest data (https://sqlite.org/howtocorrupt.html).

    :raises BackupError: if a process has it open, even if idle.
    """
    with contextlib.closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as database:
        try:
            # Only whoever is alone can leave the log (https://sqlite.org/wal.html).
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            _leave_log(database)
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise BackupError(msg("restore.file-in-use", path=path)) from error
            raise
        yield


def holds_data(path: Path) -> bool | None:
    """Return whether any table has rows; None for a file that is no readable database.

    :raises BackupError: if a process has it open.
    """
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        with unused(path):
            pass
        found = counts(path)
    except sqlite3.Error:
        return None
    return any(count for table, count in found.items() if table != "alembic_version")


def references(path: Path) -> set[str]:
    """Return the reference numbers of all leads; none if they cannot be read."""
    try:
        with _opened(path) as database:
            return {row[0] for row in database.execute("SELECT reference FROM leads")}
    except sqlite3.Error:
        return set()


def replace(path: Path, new: Path) -> Path | None:
    """Replace a database by another; the old one is kept in a folder of its own.

    At any moment, one of them is complete in its place.

    :param new: on the same file system, and a single file.
    :returns: the folder of the old one, or None if there was none.
    :raises BackupError: if the old one is in use.
    """
    disk.sync(new)
    kept = None
    with contextlib.ExitStack() as held:
        if path.exists():
            with contextlib.suppress(sqlite3.DatabaseError):  # what is broken nobody can use
                held.enter_context(unused(path))
            kept = _keep(path)
        new.replace(path)
        disk.sync(path.parent)
    return kept


def _keep(path: Path) -> Path:
    folder = workdir.kept_folder(path.parent)
    os.link(path, folder / path.name)
    for ending in _COMPANIONS:  # there are some only if it is broken
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(folder / companion.name)
    disk.sync(folder)
    return folder


def _patience() -> Callable[[int, int, int], None]:
    """Return a callback that aborts a copy which cannot begin; it would wait for ever."""
    until = time.monotonic() + BUSY_TIMEOUT

    def look(status: int, _remaining: int, _total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > until:
            raise sqlite3.OperationalError("database is locked")

    return look


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an existing file."""
    address = f"file:{quote(str(path))}?mode=rw"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT)) as database:
        yield database


def _leave_log(database: sqlite3.Connection) -> None:
    (mode,) = database.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode != "delete":
        raise sqlite3.OperationalError("database is locked")
