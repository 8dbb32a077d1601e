"""PostgreSQL, for several machines: bounded waits, and on disk when it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine

if TYPE_CHECKING:
    from sqlalchemy import URL

THREADS = 8
"""Connections kept open: one for each thread of the server (operations/server.py)."""
POOL_TIMEOUT = 5.0
"""Seconds to wait for one of them where a process has more threads than connections."""

CONNECTION = {
    "application_name": "website",
    "connect_timeout": "5",
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
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "15s",
}
"""The server's settings for our sessions. A machine that stands still must not hold up others."""


def open_engine(address: URL) -> Engine:
    """Make ready to use a database; what its address says itself goes before our settings."""
    settings = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    options = f"{settings} {address.query.get('options', '')}".strip()
    return create_engine(
        address.update_query_dict({**CONNECTION, **address.query, "options": options}),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=THREADS,
        max_overflow=THREADS,
        pool_timeout=POOL_TIMEOUT,
    )
