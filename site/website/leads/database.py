"""Where leads are kept: SQLite in one file, or PostgreSQL, through the same code.

What is committed is on disk: SQLite runs in WAL mode with ``synchronous=FULL``, so neither a
killed process nor a lost power line takes an acknowledged lead back.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, sessionmaker

from website.exceptions import ConfigurationError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SQLiteConnection

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""

_FOR_WRITING = "website_for_writing"


class Database:
    """Sessions for reading and for writing; errors of the database arrive as StorageError."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(for_writing(engine), expire_on_commit=False)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the data from its first query on."""
        with storage_errors(), self._reading.begin() as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is on disk when the block ends, or undone if it fails.

        On SQLite one process writes at a time: no network and no waiting inside the block.
        """
        with storage_errors(), self._writing.begin() as session:
            yield session

    def close(self) -> None:
        """Close all connections; the database opens again when it is used."""
        self.engine.dispose()


def connect(url: str) -> Database:
    """Make ready to use the database at a SQLAlchemy address; a file of SQLite is created.

    :raises ConfigurationError: if the address cannot be used at all.
    """
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return Database(_sqlite(address))
        return Database(create_engine(address, hide_parameters=True, pool_pre_ping=True))
    except (exc.ArgumentError, ImportError) as error:
        raise ConfigurationError(
            f"WEBSITE_DATABASE_URL cannot be used: {error}. It should look like "
            "sqlite:////var/lib/website/website.sqlite3 or postgresql+psycopg://user@host/name"
        ) from error


def for_writing(engine: Engine) -> Engine:
    """Give the same engine, taking SQLite's write lock at the beginning of each transaction.

    Taken later, a transaction that has read could not get it: SQLite then fails at once instead
    of waiting, whatever the busy timeout.
    """
    return engine.execution_options(**{_FOR_WRITING: True})


@contextlib.contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what a locked, full, missing or broken database raises into StorageError.

    The text is the driver's alone: SQLAlchemy's would hold the statement's values.
    """
    try:
        yield
    except (exc.IntegrityError, exc.ProgrammingError):
        raise
    except exc.DBAPIError as error:
        raise StorageError(f"The database cannot be used now: {error.orig}") from error
    except exc.TimeoutError as error:
        raise StorageError("The database cannot be used now: all connections are busy") from error


def _sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:":
        raise ConfigurationError(
            "WEBSITE_DATABASE_URL names no file; leads kept in memory would be lost at the end."
        )
    _create_private(Path(address.database))
    if "timeout" not in address.query:
        address = address.update_query_dict({"timeout": str(BUSY_TIMEOUT)})
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _create_private(path: Path) -> None:
    """Create the file for its owner only; SQLite gives its companion files the same rights."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise ConfigurationError(
            f"The database {path} cannot be created: {error.strerror}. Name another place in "
            "WEBSITE_DATABASE_URL or WEBSITE_INSTANCE_DIR, or give the process the right to write."
        ) from error


def _prepare(connection: SQLiteConnection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
    # Python's driver would begin transactions by its own rules; see _begin.
    connection.isolation_level = None
    _use_write_ahead_log(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _use_write_ahead_log(connection: SQLiteConnection) -> None:
    """Change a new database to WAL; with this alone SQLite does not wait for other processes."""
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
    """Begin transactions ourselves, as SQLAlchemy's documentation of its SQLite dialect advises."""
    immediate = connection.get_execution_options().get(_FOR_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
