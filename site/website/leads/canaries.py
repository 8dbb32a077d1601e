"""Requests that the program sends itself, to see whether those of companies would arrive.

A canary is announced, then sent through the public form like any request. What is taken in for it
is written like a lead and undone in the same transaction; only a row of its own remains, which says
that it came, what for, and who would be told. So it can appear in no list, count, search or export.

It is known by a marker: signed, five minutes valid, and good once, because only what was announced
and has not come yet is taken for a canary. Whatever else claims to be one is a request like others.
"""

import datetime
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from website.infra import clock as clocks
from website.infra import clock_skew
from website.infra.clock import Clock
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.leads import reference, retention
from website.leads.models import Canary, Delivery, Lead

PURPOSE = "canary"
VALID = datetime.timedelta(minutes=5)
"""How long a marker may be on its way, and how far the clocks of two machines may differ."""
LONGEST = datetime.timedelta(minutes=20)
"""After which nobody waits for a canary any more."""
DOMAIN = "canary.example"
"""Of its mail address; nobody can have one there (RFC 2606)."""

_MARKER = re.compile(r"canary\.1\.(\d{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})", re.ASCII)


def marker(keys: Keys, nonce: str, now: datetime.datetime) -> str:
    """Return the marker of a canary."""
    signed = _signed(nonce, int(now.timestamp()))
    return f"{signed}.{keys.digest(PURPOSE, signed)}"


def nonce_in(keys: Keys, text: str, now: datetime.datetime) -> str:
    """Return the nonce of a marker; nothing if it is forged, too old or from the future."""
    found = _MARKER.fullmatch(text)
    if found is None:
        return ""
    made, nonce, signature = int(found[1]), found[2], found[3]
    age = abs(now.timestamp() - made)
    expected = keys.digest(PURPOSE, _signed(nonce, made))
    is_ours = secrets.compare_digest(signature, expected)
    return nonce if is_ours and age <= VALID.total_seconds() else ""


def address(nonce: str) -> str:
    """Return the mail address in which a canary is found again, should it ever become a lead."""
    return f"probe-{nonce}@{DOMAIN}"


def is_expected(connection: Connection, nonce: str) -> bool:
    """Return whether a canary was announced and has not come yet; let others wait to ask that."""
    query = select(_TABLE.c.nonce).where(_TABLE.c.nonce == nonce, _TABLE.c.received_at.is_(None))
    return connection.execute(query.with_for_update()).first() is not None


def arrived(connection: Connection, nonce: str, seen: Mapping[str, Any]) -> None:
    """Store that a canary has arrived, with its answers."""
    connection.execute(update(_TABLE).where(_TABLE.c.nonce == nonce).values(**seen))


@dataclass(frozen=True)
class Canaries:
    """All canaries of one database.

    Every method raises StorageError while the database cannot be used.
    """

    database: Database
    keys: Keys
    mails: Path
    """Folder of the mails that were written instead of being sent."""
    clock: Clock = clocks.now

    def announce(self) -> tuple[str, str]:
        """Store a new expected canary, and return its nonce and its marker."""
        now, nonce = self.clock(), secrets.token_hex(16)
        with self.database.writing() as session:
            session.add(Canary(nonce=nonce, announced_at=now))
        return nonce, marker(self.keys, nonce, now)

    def get(self, nonce: str) -> Canary | None:
        """Return a canary, or nothing."""
        with self.database.reading() as session:
            return session.get(Canary, nonce)

    def received(self, text: str) -> Canary | None:
        """Return an arrived canary by its number, however that is written."""
        if not (number := reference.normalise(text)):
            return None
        return self.database.first(select(Canary).where(Canary.reference == number))

    def became_a_lead(self, nonce: str) -> bool:
        """Return whether the endpoint took one for a request like others."""
        query = select(Lead.id).where(Lead.mailbox == address(nonce))
        return self.database.first(query) is not None

    def forget(self, nonce: str) -> None:
        """Remove one without a trace, also what may have become of it."""
        self._remove([nonce])

    def forget_old(self) -> int:
        """Remove those that nobody waits for any more, because the process that did has died.

        :returns: how many these were.
        """
        now = self.clock()
        old = or_(Canary.announced_at <= now - LONGEST, Canary.announced_at > now + clock_skew.SKEW)
        nonces = self.database.all(select(Canary.nonce).where(old))
        if nonces:
            self._remove(nonces)
        return len(nonces)

    def _remove(self, nonces: Sequence[str]) -> None:
        with self.database.writing() as session:
            session.execute(delete(Canary).where(Canary.nonce.in_(nonces)))
            addresses = [address(nonce) for nonce in nonces]
            strays = select(Lead.id).where(Lead.mailbox.in_(addresses))
            retention.delete_without_trace(session, strays, self.mails)


def owed(connection: Connection, number: str) -> list[list[str]]:
    """Return channel, recipient and identifier of every message about a lead."""
    query = (
        select(Delivery.channel, Delivery.recipient, Delivery.message_id)
        .join(Lead, Lead.id == Delivery.lead_id)
        .where(Lead.reference == number)
        .order_by(Delivery.id)
    )
    return [[row.channel.value, row.recipient, row.message_id] for row in connection.execute(query)]


def _signed(nonce: str, made: int) -> str:
    return f"canary.1.{made}.{nonce}"


_TABLE = Canary.metadata.tables[Canary.__tablename__]
