"""PostgreSQL, for several machines: durable commits, a limit for every wait, advisory locks.

The server's own timeouts end nothing if the server itself hangs, and those of the network only
detect machines that are gone: the system of a frozen process keeps its connections alive. So every
wait is limited on our side, too.
"""

import enum
import math
import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import URL, Engine, create_engine, event, exc, text
from sqlalchemy import Connection as SQLAlchemyConnection
from sqlalchemy.pool import ConnectionPoolEntry

from website.infra import network
from website.infra.toml_tables import beside

T = TypeVar("T")

THREADS = 8
"""Connections kept open: one for each thread of the server (ops/service/server.py)."""
POOL_TIMEOUT = 5.0
"""Seconds to wait for a connection where a process has more threads than connections."""
CONNECT = 4.0
"""Seconds for a new connection, including the DNS query."""
PING = 2.0
"""Seconds in which a pooled connection must prove to be alive."""
MARGIN = 2.0
"""Seconds beyond the server's limit for a statement (``statement_timeout``), so that its own
message arrives first."""

_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_LOCK_SHARED = text("SELECT pg_advisory_xact_lock_shared(:lock)")


def parameters(table: str) -> dict[str, str]:
    """Return a table of ``postgresql.toml``: parameters of a connection, or of its session."""
    return dict(beside(__file__, "postgresql.toml")[table])


class Connection(psycopg.Connection[Any]):
    """A connection that limits every wait, and is closed when a limit is exceeded."""

    usual = CONNECT
    """Seconds for a response."""
    answer = CONNECT
    """The same for the current transaction."""

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 - psycopg's
        """Wait as psycopg does, but not indefinitely.

        :raises OperationalError: if no response arrives in time.
        """
        return super().wait(self._bounded(gen), *args, **kwargs)

    def _bounded(self, gen: PQGen[T]) -> Generator[Any, Any, T]:
        """Pass on what psycopg waits for; it wakes up several times a second."""
        until = time.monotonic() + self.answer
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > until:
                    self.close()
                    raise psycopg.OperationalError(f"no answer within {self.answer:g} seconds")
                wanted = gen.send(ready)
        except StopIteration as ended:
            value: T = ended.value
            return value


def without_limit(connection: SQLAlchemyConnection) -> None:
    """Lift the time limit of a connection's statements until its transaction ends.

    For statements that process whole tables while nobody waits for them.
    """
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    driver = connection.connection.driver_connection
    if isinstance(driver, Connection):
        driver.answer = math.inf


def open_engine(address: URL) -> Engine:
    """Return an engine for a database; options in its URL precede our settings."""
    settings = " ".join(f"-c {name}={value}" for name, value in parameters("session").items())
    options = f"{settings} {address.query.get('options', '')}".strip()
    engine = create_engine(
        address.update_query_dict(
            {**parameters("connection"), **address.query, "options": options}
        ),
        hide_parameters=True,
        pool_size=THREADS,
        max_overflow=THREADS,
        pool_timeout=POOL_TIMEOUT,
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkout", _ping)
    return engine


@enum.unique
class AdvisoryLock(enum.Enum):
    """Advisory locks of transactions. The numbers are the same in every process."""

    MIGRATION = 7_264_501
    SIGN_IN = 7_264_502
    SEARCH_WORDS = 7_264_503


def lock(connection: SQLAlchemyConnection, which: AdvisoryLock, *, shared: bool = False) -> None:
    """Hold an advisory lock until the transaction ends.

    On SQLite, the write lock of a writing transaction has the same effect.

    :param shared: wait only for holders of the same lock that do not share it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_SHARED if shared else _LOCK, {"lock": which.value})


def _connect(
    _dialect: object, _record: object, words: tuple[Any, ...], named: dict[str, Any]
) -> Connection:
    deadline = network.Deadline(CONNECT)
    try:
        return deadline.result(lambda: _opened(*words, **named), abandon=lambda late: late.close())
    except TimeoutError as error:
        raise psycopg.OperationalError(f"no connection within {CONNECT:g} seconds") from error


def _opened(*words: Any, **named: Any) -> Connection:  # noqa: ANN401 - psycopg's
    connection = Connection.connect(*words, **named)
    query = "SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'"
    [(milliseconds,)] = connection.execute(query)
    connection.rollback()
    connection.usual = milliseconds / 1000 + MARGIN if milliseconds else math.inf
    return connection


def _ping(connection: Connection, _record: ConnectionPoolEntry, _proxy: object) -> None:
    """Invalidate a connection that does not answer, and all that were opened with it."""
    connection.answer = PING
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise exc.InvalidatePoolError from error
    connection.answer = connection.usual
