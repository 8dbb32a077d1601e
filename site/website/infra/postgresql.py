"""PostgreSQL: advisory locks, and parameters of connections.

``postgresql_engine`` connects: on SQLite its driver is not imported, which takes a twentieth of a
start.
"""

import enum

from sqlalchemy import Connection, text

CONNECTION = {
    "application_name": "website",
    "connect_timeout": "4",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "15000",
}
"""Parameters of libpq, in seconds; ``tcp_user_timeout`` in milliseconds without a sign of life."""

SESSION = {
    "synchronous_commit": "on",
    "lock_timeout": "5s",
    "statement_timeout": "8s",
    "idle_in_transaction_session_timeout": "15s",
}
"""The server's settings for our sessions, so that a frozen machine does not block others."""


@enum.unique
class AdvisoryLock(enum.Enum):
    """Advisory locks of transactions. The numbers are the same in every process."""

    MIGRATION = 7_264_501
    SIGN_IN = 7_264_502
    SEARCH_WORDS = 7_264_503


def lock(connection: Connection, which: AdvisoryLock, *, shared: bool = False) -> None:
    """Hold an advisory lock until the transaction ends.

    On SQLite, the write lock of a writing transaction has the same effect.

    :param shared: wait only for holders of the same lock that do not share it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_SHARED if shared else _LOCK, {"lock": which.value})


_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_LOCK_SHARED = text("SELECT pg_advisory_xact_lock_shared(:lock)")
