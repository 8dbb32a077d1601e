"""Two transactions that meet at the worst moment, each time alike."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import event, text

from website.infra.database import Database

T = TypeVar("T")
U = TypeVar("U")

PATIENCE = 10.0
"""Seconds until a test gives up."""
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def interleaved(database: Database, first: Callable[[], T], second: Callable[[], U]) -> tuple[T, U]:
    """Do two things at once: the second comes when the first has written and not committed.

    On PostgreSQL the first goes on when the second waits for it, or is done. On SQLite the second
    has to wait anyway. Only the first transaction of the first is stopped.
    """
    written, go_on = threading.Event(), threading.Event()
    stopped: list[int] = []

    def stop(_connection: Any) -> None:
        if stopped == [threading.get_ident()] and not written.is_set():
            written.set()
            assert go_on.wait(PATIENCE)

    def stopping() -> T:
        stopped.append(threading.get_ident())
        return first()

    event.listen(database.engine, "commit", stop)
    try:
        with ThreadPoolExecutor(2) as threads:
            one = threads.submit(stopping)
            try:
                assert written.wait(PATIENCE), "the first never wrote"
                other = threads.submit(second)
                _until_it_waits(database, other)
            finally:
                go_on.set()
            return one.result(PATIENCE), other.result(PATIENCE)
    finally:
        event.remove(database.engine, "commit", stop)


def _until_it_waits(database: Database, other: Future[Any]) -> None:
    if database.engine.dialect.name == "sqlite":
        return
    until = time.monotonic() + PATIENCE
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not other.done() and not connection.scalar(WAITING):
            assert time.monotonic() < until, "the second neither waits nor ends"
            time.sleep(0.01)
