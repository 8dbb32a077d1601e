"""Where leads are kept: SQLite in one file, or PostgreSQL, through the same code.

What is committed is on disk, so neither a killed process nor a lost power line takes an
acknowledged lead back: SQLite runs in WAL mode with ``synchronous=FULL``, PostgreSQL with
``synchronous_commit=on``.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Executable, PoolProxiedConnection, Select, exc
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from website.config import Settings
from website.exceptions import ConfigurationError, StorageError
from website.infra import postgresql, sqlite
from website.infra.sqlite import BUSY_TIMEOUT

_INSERTS: dict[str, Any] = {
    "sqlite": sqlite_dialect.insert,
    "postgresql": postgresql_dialect.insert,
}

_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, "23505"}

_WITHOUT_VALUES = {"08", "25", "28", "3D", "40", "42", "53", "54", "55", "57", "58"}
"""Classes of PostgreSQL's errors whose messages name tables, settings and files, but never data."""


Found = TypeVar("Found")


class Database:
    """Sessions for reading and for writing; errors of the database arrive as StorageError."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = sessionmaker(for_reading(engine), expire_on_commit=False)
        self._for_writing = for_writing(engine)
        self._writing = sessionmaker(self._for_writing, expire_on_commit=False)
        self._one_writes = engine.dialect.name == "sqlite"
        self._turn = threading.Lock()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one state of the data from its first query on."""
        with storage_errors(), self._reading.begin() as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose work is on disk when the block ends, or undone if it fails.

        On SQLite one process writes at a time: no network and no waiting inside the block.
        """
        with storage_errors(), self._in_turn(), self._writing.begin() as session:
            yield session

    def all(self, query: Select[Found]) -> Sequence[Found]:
        """Return everything that a query finds: the first column of each row."""
        with self.reading() as session:
            return session.scalars(query).all()

    def first(self, query: Select[Found]) -> Found | None:
        """Return the first that a query finds; nothing if that is nothing."""
        with self.reading() as session:
            return session.scalar(query)

    def execute(self, statement: Executable) -> int:
        """Change rows in a transaction of their own, and return how many."""
        with self.writing() as session:
            return session.execute(statement).rowcount  # type: ignore[attr-defined, no-any-return]

    @contextlib.contextmanager
    def connected_for_writing(self) -> Iterator[Connection]:
        """Open a bare connection on the same terms, for writing rows and no objects."""
        with storage_errors(), self._in_turn(), self._for_writing.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def unmanaged(self) -> Iterator[PoolProxiedConnection]:
        """Open a connection of the driver, in no transaction: within one SQLite keeps its files."""
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
        """Serialise threads here instead of at SQLite's lock.

        SQLite only looks at its lock from time to time: of many threads some would look at the
        wrong moments until their time is over.
        """
        if not self._one_writes:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_TIMEOUT):
            raise StorageError("The database cannot be used now: database is locked")
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close all connections; the database opens again when it is used."""
        self.engine.dispose()


def file_of(settings: Settings) -> Path | None:
    """Return the file of SQLite; none where the database is a server."""
    file = make_url(settings.database).database if settings.is_one_machine else None
    return Path(file).absolute() if file else None


def connect(url: str) -> Database:
    """Return the database at a SQLAlchemy address, not yet connected; a file of SQLite is created.

    :raises ConfigurationError: if the address cannot be used at all.
    """
    try:
        return Database(_engine(make_url(url)))
    except (exc.ArgumentError, ImportError) as error:
        raise ConfigurationError(
            f"WEBSITE_DATABASE_URL cannot be used: {error}. It should look like "
            "sqlite:////var/lib/website/website.sqlite3 or postgresql+psycopg://user@host/name"
        ) from error


def for_reading(engine: Engine) -> Engine:
    """Return the same engine, seeing one state of the data throughout each transaction.

    On SQLite each transaction does.
    """
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return the same engine, taking SQLite's write lock at the beginning of each transaction.

    Taken later, a transaction that has read could not get it: SQLite then fails at once instead
    of waiting, whatever the busy timeout.
    """
    return engine.execution_options(**{sqlite.FOR_WRITING: True})


def for_migrating(engine: Engine) -> Engine:
    """Return the same engine as for writing, but on SQLite without regard to foreign keys."""
    return for_writing(engine).execution_options(**{sqlite.FOR_MIGRATING: True})


@contextlib.contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what a locked, full, missing or broken database raises into StorageError.

    Only an IntegrityError about a value that is taken already stays one: the caller may
    know another. Neither keeps the error it came from, whose text may hold the lead's words
    (PostgreSQL's details do).
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
    """Return the insert statement of a connection's database, which knows ``ON CONFLICT``."""
    return _INSERTS[connection.dialect.name](table)


def insert_new(session: Session, table: type[DeclarativeBase], **values: object) -> None:
    """Insert a row, unless its key is taken: another process may do the same at this moment."""
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
    """Return the driver's words for what failed, as far as they hold no values of the data."""
    cause, code = error.orig, _code(error.orig)
    if isinstance(cause, sqlite3.Error):
        return str(cause)
    if code is None and isinstance(error, exc.OperationalError):  # no connection, or none any more
        return " ".join(str(cause).split())
    message = getattr(getattr(cause, "diag", None), "message_primary", None)
    if message and str(code)[:2] in _WITHOUT_VALUES:
        return f"{message} ({code})"
    return f"{type(cause).__name__} ({code})" if code else type(cause).__name__


def _code(error: BaseException | None) -> int | str | None:
    """Return SQLite's number or PostgreSQL's SQLSTATE."""
    return getattr(error, "sqlite_errorcode", None) or getattr(error, "sqlstate", None)
