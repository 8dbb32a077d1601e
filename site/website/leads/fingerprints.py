"""Fingerprints: keyed hashes that recognise repeated requests, texts and proofs of work.

A fingerprint points to a lead until it expires. Its primary key decides between simultaneous
requests, on any machine.
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
    """Return the fingerprint of a text."""
    return f"{kind}:{keys.digest(kind, content)}"


def normalised(answers: Mapping[str, str]) -> str:
    """Return answers as one text, regardless of order, case and white space.

    All answers are included: a request with a phone number added is another request.
    """
    return "\x1f".join(f"{name}={folded(answers[name])}" for name in sorted(answers))


def take_turns(connection: Connection, hashes: Iterable[str]) -> None:
    """Serialise requests that share one of these hashes until the transaction ends.

    Call it once in a transaction, before anything is written: locks are taken in the same order,
    which prevents deadlocks. On SQLite the write lock suffices.

    :param hashes: fingerprints, or other hexadecimal hashes; empty ones are ignored.
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
    """Store fingerprints of a lead with their lifetimes, except those that exist and are valid.

    :returns: the stored ones.
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
    """Delete expired fingerprints."""
    session.execute(delete(Fingerprint).where(_expired(now)))


def _expired(now: datetime.datetime) -> ColumnElement[bool]:
    return clock_skew.come(Fingerprint.expires_at, now, LONGEST)


LONGEST = datetime.timedelta(days=7)
"""The longest lifetime of a fingerprint."""

_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number"
)
