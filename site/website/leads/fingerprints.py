"""What was seen before: the same request twice, the same text again, a proof already spent.

A fingerprint is a keyed hash that points to a lead until it expires. The database's primary key
decides between requests that arrive together, on whatever machine.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from website.infra import clock_skew
from website.infra.keyed_hashes import Keys
from website.infra.text import folded
from website.leads.models import Fingerprint


def of(keys: Keys, kind: str, content: str) -> str:
    """Return a fingerprint of one kind."""
    return f"{kind}:{keys.digest(kind, content)}"


def normalised(answers: Mapping[str, str]) -> str:
    """Return answers in a form in which order, case and spaces do not count.

    Every answer counts: somebody who adds a phone number has something new to say.
    """
    return "\x1f".join(f"{name}={folded(answers[name])}" for name in sorted(answers))


def take_turns(connection: Connection, hashes: Iterable[str]) -> None:
    """Serialise requests that share one of these hashes until the transaction ends.

    To be called once in a transaction, and before anything is written: all take their turns in
    the same order, so that no two wait for each other. On SQLite the write lock does as much.

    :param hashes: fingerprints, or other hashes in hexadecimal; empty ones do not count.
    """
    if connection.dialect.name == "postgresql":
        numbers = sorted({int(key.rpartition(":")[2][:15], 16) for key in hashes if key})
        connection.execute(_TAKE_TURNS, {"numbers": numbers})


def known(
    connection: Connection, fingerprints: Sequence[str], now: datetime.datetime
) -> dict[str, int]:
    """Return the ids of the leads that unexpired fingerprints point to."""
    rows = connection.execute(_KNOWN, {"keys": list(fingerprints)} | _bounds(now))
    return {row.key: row.lead_id for row in rows}


def remember(
    connection: Connection,
    lead_id: int,
    lifetimes: Iterable[tuple[str, datetime.timedelta]],
    now: datetime.datetime,
) -> None:
    """Store fingerprints of a lead, each for its time; unexpired ones stay as they are."""
    rows = [
        {"key": key, "lead_id": lead_id, "expires_at": now + lifetime, **_bounds(now)}
        for key, lifetime in lifetimes
    ]
    if rows:
        connection.execute(_REMEMBER[connection.dialect.name], rows)


def claim(
    connection: Connection,
    lead_id: int,
    fingerprint: str,
    lifetime: datetime.timedelta,
    now: datetime.datetime,
) -> bool:
    """Store a fingerprint of a lead unless it is known; return whether it was new."""
    expires_at = now + lifetime
    row = {"key": fingerprint, "lead_id": lead_id, "expires_at": expires_at, **_bounds(now)}
    statement = _REMEMBER[connection.dialect.name].returning(_TABLE.c.key)
    return connection.execute(statement, row).first() is not None


def forget_expired(session: Session, now: datetime.datetime) -> None:
    """Delete what has expired."""
    gone = delete(Fingerprint).where(clock_skew.come(Fingerprint.expires_at, now, LONGEST))
    session.execute(gone)


def _bounds(now: datetime.datetime) -> dict[str, datetime.datetime]:
    """Return the moments between which a fingerprint may expire, see ``clock_skew``."""
    return {"now": now, "latest": now + LONGEST + clock_skew.SKEW}


def _remember(
    insert: sqlite.Insert | postgresql.Insert,
) -> sqlite.Insert | postgresql.Insert:
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={"lead_id": insert.excluded.lead_id, "expires_at": insert.excluded.expires_at},
        where=or_(_TABLE.c.expires_at <= _NOW, _TABLE.c.expires_at > _LATEST),
    )


LONGEST = datetime.timedelta(days=7)
"""No fingerprint expires later."""

_TABLE = Fingerprint.metadata.tables[Fingerprint.__tablename__]
_NOW = bindparam("now", type_=_TABLE.c.expires_at.type)
_LATEST = bindparam("latest", type_=_TABLE.c.expires_at.type)
_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number"
)
_KNOWN = select(_TABLE.c.key, _TABLE.c.lead_id).where(
    _TABLE.c.key.in_(bindparam("keys", expanding=True)),
    _TABLE.c.expires_at > _NOW,
    _TABLE.c.expires_at <= _LATEST,
)
_VALUES: dict[str, Any] = {name: bindparam(name) for name in ("key", "lead_id", "expires_at")}
_REMEMBER = {
    "sqlite": _remember(sqlite.insert(_TABLE).values(_VALUES)),
    "postgresql": _remember(postgresql.insert(_TABLE).values(_VALUES)),
}
