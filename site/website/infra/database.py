"""Database access, to SQLite or PostgreSQL through the same code.

Committed data is on disk, so that neither a killed process nor a power failure loses an
acknowledged lead: SQLite runs in WAL mode with ``synchronous=FULL``, PostgreSQL with
``synchronous_commit=on``.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Executable, PoolProxiedConnection, Select, exc
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from website.config import Settings
from website.exceptions import ConfigurationError, StorageError
from website.infra import clock as clocks
from website.infra import postgresql, sqlite
from website.infra.toml_tables import msg

_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, "23505"}

_WITHOUT_VALUES = {"08", "25", "28", "3D", "40", "42", "53", "54", "55", "57", "58"}
"""Classes of PostgreSQL errors whose messages name tables, settings and files, but never contain
data."""
_INSERTS = {"postgresql": postgresql_insert, "sqlite": sqlite_insert}

Found = TypeVar("Found")


class Database:
    """Sessions for reading and writing; database errors are raised as StorageError."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = sessionmaker(for_reading(engine), expire_on_commit=False)
        self._for_writing = for_writing(engine)
        self._writing = sessionmaker(self._for_writing, expire_on_commit=False)
        self._one_writes = engine.dialect.name == "sqlite"
        self._turn = threading.Lock()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session whose queries all see the same state of the data."""
        with storage_errors(), self._reading.begin() as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits when the block ends, and rolls back if it raises.

        On SQLite only one process writes at a time: no network access and no waiting inside the
        block.
        """
        with storage_errors(), self._in_turn(), self._writing.begin() as session:
            yield session

    def all(self, query: Select[Found]) -> Sequence[Found]:
        """Return the first column of all rows of a query."""
        with self.reading() as session:
            return session.scalars(query).all()

    def first(self, query: Select[Found]) -> Found | None:
        """Return the first column of the first row of a query, or None."""
        with self.reading() as session:
            return session.scalar(query)

    def execute(self, statement: Executable) -> int:
        """Execute a statement in a transaction of its own; return the number of changed rows."""
        with self.writing() as session:
            return session.execute(statement).rowcount  # type: ignore[attr-defined, no-any-return]

    @contextlib.contextmanager
    def connected_for_writing(self) -> Iterator[Connection]:
        """Open a connection for writing rows without the ORM, on the same terms as a session."""
        with storage_errors(), self._in_turn(), self._for_writing.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def unmanaged(self) -> Iterator[PoolProxiedConnection]:
        """Open a DBAPI connection outside any transaction: within one, SQLite shrinks no file."""
        with storage_errors():
            connection = self.engine.raw_connection()
        try:
            yield connection
        except sqlite3.Error as error:
            raise StorageError(f"The database cannot be used now: {error}") from error
        finally:
            connection.close()

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Serialise threads here rather than by SQLite's lock.

        SQLite polls its lock: among many threads, some would poll at the wrong moments until they
        time out.
        """
        if not self._one_writes:
            yield
            return
        if not self._turn.acquire(timeout=sqlite.BUSY_TIMEOUT):
            raise StorageError("The database cannot be used now: database is locked")
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close all connections; they are reopened on next use."""
        self.engine.dispose()


class Store:
    """Base of classes that read and change the rows of one database.

    Every method raises StorageError while the database cannot be used.
    """

    def __init__(self, database: Database, *, clock: clocks.Clock = clocks.now) -> None:
        self._database = database
        self._clock = clock


def file_of(settings: Settings) -> Path | None:
    """Return SQLite's database file, or None for a database server."""
    file = parsed_url(settings.database).database if settings.is_one_machine else None
    return Path(file).absolute() if file else None


def parsed_url(url: str) -> URL:
    """Return the parts of a SQLAlchemy URL.

    :raises ConfigurationError: if it is none.
    """
    try:
        return make_url(url)
    except exc.ArgumentError as error:
        raise ConfigurationError(msg("database.url", error=error)) from error
    except ValueError:  # not repeated: what was taken for a port may be part of a password
        raise ConfigurationError(msg("database.url", error="the port is no number")) from None


def connect(url: str) -> Database:
    """Return the database at a SQLAlchemy URL, not yet connected; SQLite's file is created.

    :raises ConfigurationError: if the URL is unusable.
    """
    try:
        return Database(_engine(parsed_url(url)))
    except (exc.ArgumentError, ImportError) as error:
        raise ConfigurationError(msg("database.url", error=error)) from error


def for_reading(engine: Engine) -> Engine:
    """Return an engine whose transactions each see one state of the data, as SQLite's always do."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return an engine whose transactions take SQLite's write lock at their beginning.

    A transaction that has already read could not get it later: SQLite then fails at once, whatever
    the busy timeout.
    """
    return engine.execution_options(**{sqlite.FOR_WRITING: True})


def for_migrating(engine: Engine) -> Engine:
    """Return an engine as for writing, with SQLite's foreign keys switched off."""
    return for_writing(engine).execution_options(**{sqlite.FOR_MIGRATING: True})


@contextlib.contextmanager
def storage_errors() -> Iterator[None]:
    """Turn errors of a locked, full, missing or broken database into StorageError.

    An IntegrityError about a value that is taken already remains one, because the caller may try
    another value. Neither keeps its cause, whose text may contain a lead's data (PostgreSQL's
    details do).
    """
    try:
        yield
    except exc.DBAPIError as error:
        sentence = _sentence(error)
        if isinstance(error, exc.IntegrityError) and _code(error.orig) in _TAKEN:
            raise exc.IntegrityError(None, None, ValueError(sentence)) from None
        raise StorageError(f"The database cannot be used now: {sentence}") from None
    except exc.TimeoutError as error:
        raise StorageError("The database cannot be used now: all connections are busy") from error


def insert(connection: Connection, table: type[DeclarativeBase]) -> Any:  # noqa: ANN401 - either's
    """Return the dialect's insert statement, which supports ``ON CONFLICT``."""
    return _INSERTS[connection.dialect.name](table)


def insert_new(session: Session, table: type[DeclarativeBase], **values: object) -> None:
    """Insert a row, unless its key exists: another process may be inserting the same one."""
    row = insert(session.connection(), table).values(**values)
    session.execute(row.on_conflict_do_nothing())


def _engine(address: URL) -> Engine:
    match address.get_backend_name():
        case "sqlite":
            return sqlite.open_engine(address)
        case "postgresql":
            return postgresql.open_engine(address)
        case other:
            raise exc.ArgumentError(f"{other} is neither SQLite nor PostgreSQL")


def _sentence(error: exc.DBAPIError) -> str:
    """Return the driver's message, as far as it contains no values of the data."""
    cause, code = error.orig, _code(error.orig)
    if isinstance(cause, sqlite3.Error):
        return str(cause)
    if code is None and isinstance(error, exc.OperationalError):  # no connection, or none any more
        return "; ".join(" ".join(line.split()) for line in str(cause).strip().splitlines())
    message = getattr(getattr(cause, "diag", None), "message_primary", None)
    if message and str(code)[:2] in _WITHOUT_VALUES:
        return f"{message} ({code})"
    return f"{type(cause).__name__} ({code})" if code else type(cause).__name__


def _code(error: BaseException | None) -> int | str | None:
    """Return SQLite's number or PostgreSQL's SQLSTATE."""
    return getattr(error, "sqlite_errorcode", None) or getattr(error, "sqlstate", None)
