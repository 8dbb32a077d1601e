"""PostgreSQL: advisory locks, and parameters of connections.

``postgresql_engine`` connects: on SQLite its driver is not imported, which takes a twentieth of a
start.
"""

import enum

from sqlalchemy import Connection, text

from website.infra.toml_tables import beside


def parameters(table: str) -> dict[str, str]:
    """Return a table of ``postgresql.toml``: parameters of a connection, or of its session."""
    return dict(beside(__file__, "postgresql.toml")[table])


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
