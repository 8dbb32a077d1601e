"""PostgreSQL, for several machines: bounded waits, and on disk when it says so.

The server's own limits end nothing when it is the server that stands still, and the network's only
notice machines that are gone: a frozen process still has its connections kept by the system. So
every wait has an end on our side, too.
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

T = TypeVar("T")


THREADS = 8
"""Connections kept open: one for each thread of the server (ops/service/server.py)."""
POOL_TIMEOUT = 5.0
"""Seconds to wait for one of them where a process has more threads than connections."""
CONNECT = 4.0
"""Seconds until there must be a new connection, the question to the DNS included."""
PING = 2.0
"""Seconds in which a connection that was kept must show that somebody is there."""
MARGIN = 2.0
"""Seconds after the server's own limit for a statement (``statement_timeout``), so that it may say
itself what took so long."""

CONNECTION = {
    "application_name": "website",
    "connect_timeout": "4",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}
"""How libpq gets on: seconds, but for the last, which says in milliseconds after which time without
any sign of the other side a connection is dead."""

SESSION = {
    "synchronous_commit": "on",
    "lock_timeout": "5s",
    "statement_timeout": "8s",
    "idle_in_transaction_session_timeout": "15s",
}
"""The server's settings for our sessions. A machine that stands still must not hold up others."""


@enum.unique
class AdvisoryLock(enum.Enum):
    """What transactions take turns at. The numbers are the same in every process."""

    MIGRATION = 7_264_501
    SIGN_IN = 7_264_502
    SEARCH_WORDS = 7_264_503


class Connection(psycopg.Connection[Any]):
    """A connection whose every wait has an end; past it, it is closed."""

    usual = CONNECT
    """Seconds for an answer."""
    answer = CONNECT
    """The same for the transaction under way."""

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 - psycopg's
        """Wait as psycopg does, but not for ever.

        :raises OperationalError: if no answer comes in time.
        """
        return super().wait(self._bounded(gen), *args, **kwargs)

    def _bounded(self, gen: PQGen[T]) -> Generator[Any, Any, T]:
        """Pass on what psycopg waits for; it looks up from that several times a second."""
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

    For what works through whole tables while nobody waits for it.
    """
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    driver = connection.connection.driver_connection
    if isinstance(driver, Connection):
        driver.answer = math.inf


def lock(connection: SQLAlchemyConnection, which: AdvisoryLock, *, shared: bool = False) -> None:
    """Hold an advisory lock until a transaction ends.

    On SQLite the write lock, which a transaction that writes already has, does as much.

    :param shared: wait only for whoever holds the same lock not shared.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_SHARED if shared else _LOCK, {"lock": which.value})


_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_LOCK_SHARED = text("SELECT pg_advisory_xact_lock_shared(:lock)")


def open_engine(address: URL) -> Engine:
    """Return an engine for a database; what its address says itself precedes our settings."""
    settings = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    options = f"{settings} {address.query.get('options', '')}".strip()
    engine = create_engine(
        address.update_query_dict({**CONNECTION, **address.query, "options": options}),
        hide_parameters=True,
        pool_size=THREADS,
        max_overflow=THREADS,
        pool_timeout=POOL_TIMEOUT,
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkout", _ping)
    return engine


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
    """Use no connection behind which nobody is any more, nor any that was opened with it."""
    connection.answer = PING
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise exc.InvalidatePoolError from error
    connection.answer = connection.usual
