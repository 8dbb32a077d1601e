"""SQLite engine: a private file, durable commits, and secure deletion."""

import errno
import os
import shutil
import sqlite3
import time
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from website.exceptions import ConfigurationError, StorageError
from website.infra import disk, system_errors
from website.infra.toml_tables import msg

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""

FOR_WRITING = "website_for_writing"
FOR_MIGRATING = "website_for_migrating"
"""Execution options that decide how transactions begin."""

PRAGMAS = ("synchronous=FULL", "secure_delete=ON")

ROOM = 1 << 18
"""Free bytes below which a disk counts as full; SQLite may call that an I/O error."""

_BROKEN = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_READONLY,
}
"""Errors that a connection may keep reporting long after the file was repaired."""
_OF_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def open_engine(address: URL) -> Engine:
    """Return an engine for a file, which is created.

    :raises ConfigurationError: if it cannot be created.
    """
    if not address.database or address.database == ":memory:":
        raise ConfigurationError(msg("database.in-memory"))
    path = Path(address.database)
    _create_private(path)
    if "timeout" not in address.query:
        address = address.update_query_dict({"timeout": str(BUSY_TIMEOUT)})
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _open_anew)
    event.listen(engine, "handle_error", lambda context: _tell_of_disk(context, path))
    _watch(engine, path)
    return engine


def _create_private(path: Path) -> None:
    """Create the file for its owner only; SQLite gives the files beside it the same mode."""
    try:
        disk.make_private(path.parent)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        message = msg("database.not-created", path=path, reason=error.strerror)
        raise ConfigurationError(message) from error


def _prepare(connection: SQLiteConnection, _record: ConnectionPoolEntry) -> None:
    # Python's driver would begin transactions by its own rules; see _begin.
    connection.isolation_level = None
    _use_write_ahead_log(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _use_write_ahead_log(connection: SQLiteConnection) -> None:
    """Switch a new database to WAL; SQLite's busy timeout does not hold for this statement."""
    until = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: Connection) -> None:
    """Begin transactions ourselves, as SQLAlchemy's documentation of its SQLite dialect advises.

    Foreign keys are enforced except in migrations: SQLite changes a column by rebuilding the table,
    and dropping the old one would delete or detach the rows that refer to it.
    """
    options = connection.get_execution_options()
    keys = "OFF" if options.get(FOR_MIGRATING) else "ON"
    if connection.info.get("foreign_keys") != keys:  # SQLite then prepares every statement again
        connection.exec_driver_sql(f"PRAGMA foreign_keys={keys}")
        connection.info["foreign_keys"] = keys
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(FOR_WRITING) else "BEGIN")


def _open_anew(context: ExceptionContext) -> None:
    """Drop connections to an unusable file, so that they do not outlive its repair."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error) and _kind(error) in _BROKEN:
        context.is_disconnect = True


def _tell_of_disk(context: ExceptionContext, path: Path) -> None:
    """Name the file that cannot be written, and say if its disk is full.

    :raises StorageError: where the disk is to blame.
    """
    error = context.original_exception
    if isinstance(error, sqlite3.Error) and _kind(error) in _OF_DISK:
        is_full = shutil.disk_usage(path.parent).free < ROOM
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        advice = f". {system_errors.advice(full, path)}" if is_full else f", in {path}"
        raise StorageError(f"The database cannot be used now: {error}{advice}")


def _kind(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code & 0xFF  # the rest tells details


def _watch(engine: Engine, path: Path) -> None:
    """Use no connection to a file that was deleted or replaced, for example by a restored backup.

    SQLite would go on writing into the old one, and acknowledged data would be lost.
    """

    def identity() -> tuple[int, int]:
        try:
            status = os.stat(path)  # noqa: PTH116 - at each use; pathlib takes thrice as long
        except OSError as error:
            told = f"{error.strerror}: {path}"
            raise StorageError(f"The database cannot be used now: {told}") from error
        return status.st_dev, status.st_ino

    def refuse_to_create(*_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        identity()

    def remember(_connection: SQLiteConnection, record: ConnectionPoolEntry) -> None:
        record.info["file"] = identity()

    def compare(_connection: SQLiteConnection, record: ConnectionPoolEntry, _: object) -> None:
        if record.info["file"] != identity():
            raise exc.InvalidatePoolError

    event.listen(engine, "do_connect", refuse_to_create)
    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", compare)
