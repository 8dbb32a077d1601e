"""What was seen before: the same request twice, the same text again, a proof already spent.

A fingerprint is a keyed hash that points to a lead until it expires. The database's primary key
decides between requests that arrive together, on whatever machine.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, delete, select, text
from sqlalchemy.orm import Session

from website.infra import clock_skew, database
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
    query = select(Fingerprint.key, Fingerprint.lead_id).where(
        Fingerprint.key.in_(fingerprints), ~_expired(now)
    )
    return {row.key: row.lead_id for row in connection.execute(query)}


def remember(
    connection: Connection,
    lead_id: int,
    lifetimes: Mapping[str, datetime.timedelta],
    now: datetime.datetime,
) -> set[str]:
    """Store fingerprints of a lead, each for its time; unexpired ones stay as they are.

    :returns: those that were stored.
    """
    rows = [
        {"key": key, "lead_id": lead_id, "expires_at": now + lifetime}
        for key, lifetime in lifetimes.items()
    ]
    if not rows:
        return set()
    insert = database.insert(connection, Fingerprint)
    stored = insert.on_conflict_do_update(
        index_elements=["key"],
        set_={"lead_id": insert.excluded.lead_id, "expires_at": insert.excluded.expires_at},
        where=_expired(now),
    )
    return set(connection.scalars(stored.returning(Fingerprint.key), rows))


def forget_expired(session: Session, now: datetime.datetime) -> None:
    """Delete what has expired."""
    session.execute(delete(Fingerprint).where(_expired(now)))


def _expired(now: datetime.datetime) -> ColumnElement[bool]:
    return clock_skew.come(Fingerprint.expires_at, now, LONGEST)


LONGEST = datetime.timedelta(days=7)
"""No fingerprint expires later."""

_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number"
)
