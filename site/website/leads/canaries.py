"""Canaries: test requests by the program itself, to check that real ones get through.

A canary is announced, then sent through the public form. Its lead is written and rolled back in the
same transaction; only a row of its own remains, with what arrived and who would be notified. So it
never appears in lists, counts, search or exports.

It is recognised by a signed marker that is valid for five minutes and once: only an announced
canary that has not arrived yet is accepted. Any other request with a marker is treated like others.
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
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.leads import reference, retention
from website.leads.models import Canary, Delivery, Lead

PURPOSE = "canary"
VALID = datetime.timedelta(minutes=5)
"""Validity of a marker, including the difference between the clocks of two machines."""
LONGEST = datetime.timedelta(minutes=20)
"""Age after which nobody waits for a canary any more."""
DOMAIN = "canary.example"
"""Domain of its mail address; reserved, so nobody has one there (RFC 2606)."""

_MARKER = re.compile(r"canary\.1\.(\d{1,12})\.([0-9a-f]{32})\.([0-9a-f]{64})", re.ASCII)


def marker(keys: Keys, nonce: str, now: datetime.datetime) -> str:
    """Return the marker of a canary."""
    signed = _signed(nonce, int(now.timestamp()))
    return f"{signed}.{keys.digest(PURPOSE, signed)}"


def nonce_in(keys: Keys, text: str, now: datetime.datetime) -> str:
    """Return the nonce of a marker; empty if it is forged, too old or from the future."""
    found = _MARKER.fullmatch(text)
    if found is None:
        return ""
    made, nonce, signature = int(found[1]), found[2], found[3]
    age = abs(now.timestamp() - made)
    expected = keys.digest(PURPOSE, _signed(nonce, made))
    is_ours = secrets.compare_digest(signature, expected)
    return nonce if is_ours and age <= VALID.total_seconds() else ""


def address(nonce: str) -> str:
    """Return the mail address of a canary, by which it is found if it becomes a lead."""
    return f"probe-{nonce}@{DOMAIN}"


def is_expected(connection: Connection, nonce: str) -> bool:
    """Return whether a canary is announced and has not arrived yet, and lock its row."""
    query = select(Canary.nonce).where(Canary.nonce == nonce, Canary.received_at.is_(None))
    return connection.execute(query.with_for_update()).first() is not None


def arrived(connection: Connection, nonce: str, seen: Mapping[str, Any]) -> None:
    """Store the arrival of a canary."""
    connection.execute(update(Canary).where(Canary.nonce == nonce).values(**seen))


@dataclass(frozen=True)
class Canaries:
    """The canaries of one database.

    Methods raise StorageError while the database cannot be used.
    """

    database: Database
    keys: Keys
    mails: Path
    """Folder of mails that were written to files instead of being sent."""
    clock: clocks.Clock = clocks.now

    def announce(self) -> tuple[str, str]:
        """Announce a new canary; return its nonce and marker."""
        now, nonce = self.clock(), secrets.token_hex(16)
        with self.database.writing() as session:
            session.add(Canary(nonce=nonce, announced_at=now))
        return nonce, marker(self.keys, nonce, now)

    def get(self, nonce: str) -> Canary | None:
        """Return a canary, or None."""
        with self.database.reading() as session:
            return session.get(Canary, nonce)

    def received(self, text: str) -> Canary | None:
        """Return an arrived canary by its reference, in any notation, or None."""
        if not (number := reference.normalise(text)):
            return None
        return self.database.first(select(Canary).where(Canary.reference == number))

    def became_a_lead(self, nonce: str) -> bool:
        """Return whether a canary was stored as a lead."""
        query = select(Lead.id).where(Lead.mailbox == address(nonce))
        return self.database.first(query) is not None

    def forget(self, nonce: str) -> None:
        """Delete a canary, and the lead that it may have become."""
        self._remove([nonce])

    def forget_old(self) -> int:
        """Delete canaries whose process died while waiting for them.

        :returns: the number of deleted canaries.
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
    """Return channel, recipient and message id of each delivery of a lead."""
    query = (
        select(Delivery.channel, Delivery.recipient, Delivery.message_id)
        .join(Lead, Lead.id == Delivery.lead_id)
        .where(Lead.reference == number)
        .order_by(Delivery.id)
    )
    return [[row.channel.value, row.recipient, row.message_id] for row in connection.execute(query)]


def _signed(nonce: str, made: int) -> str:
    return f"canary.1.{made}.{nonce}"
