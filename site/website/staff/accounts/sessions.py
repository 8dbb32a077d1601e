"""Sessions of staff, stored on the server so that they can be ended.

The browser has a random token, the database its keyed hash, so that nobody can use a copy of the
database to sign in.
"""

import contextlib
import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, literal, or_, select, update

from website.exceptions import StorageError
from website.infra import clock
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.leads.models import Moment
from website.staff.accounts.directory import unchanged
from website.staff.accounts.models import Staff, StaffSession

IDLE = datetime.timedelta(hours=8)
"""Idle time after which a session ends."""
LONGEST = datetime.timedelta(days=7)
NOTED_EVERY = datetime.timedelta(minutes=1)
"""Resolution of the time of the last use, so that not every request writes."""
FRESH = datetime.timedelta(minutes=10)
"""Time after the sign-in in which credentials may be changed, and personal data exported or
erased."""


@dataclass(frozen=True)
class SignedIn:
    """An account and its current session."""

    staff: Staff
    session_id: int
    opened_at: datetime.datetime

    @property
    def is_fresh(self) -> bool:
        """Whether the sign-in is recent, see :data:`FRESH`."""
        return abs(clock.now() - self.opened_at) < FRESH


class Sessions:
    """Sessions of the accounts of one database."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def open(self, staff: Staff, browser: str) -> str | None:
        """Open a session, and return the token for the browser.

        :param staff: the account as it was when the credentials were verified. If it is disabled or
            has another stamp by now, no session is opened and None is returned.
        """
        token, now = secrets.token_urlsafe(32), clock.now()
        row: dict[str, ColumnElement[Any]] = {
            "token": literal(self._hash(token)),
            "staff_id": Staff.id.expression,
            "opened_at": literal(now, Moment()),
            "seen_at": literal(now, Moment()),
            "browser": literal(browser),
        }
        # On PostgreSQL this waits for concurrent changes of the account, and checks again then.
        same = select(*row.values()).where(unchanged(staff.id, staff.stamp))
        kept = insert(StaffSession).from_select(list(row), same.with_for_update(read=True))
        with self._database.writing() as session:
            opened = session.scalar(kept.returning(StaffSession.id))
        return None if opened is None else token

    def find(self, token: str) -> SignedIn | None:
        """Return the session of a token; None if it is over or the account is disabled."""
        now = clock.now()
        wanted = (
            select(StaffSession, Staff)
            .join(Staff, Staff.id == StaffSession.staff_id)
            .where(StaffSession.token == self._hash(token), Staff.active, ~is_over(now))
        )
        with self._database.reading() as session:
            row = session.execute(wanted).one_or_none()
        if row is None:
            return None
        kept, staff = row
        if now - kept.seen_at > NOTED_EVERY:
            # On a full disk whoever is signed in can still read.
            with contextlib.suppress(StorageError):
                self._note(kept.id, now)
        return SignedIn(staff, kept.id, kept.opened_at)

    def of(self, staff_id: int) -> Sequence[StaffSession]:
        """Return the sessions of an account, the last used first."""
        now = clock.now()
        wanted = (
            select(StaffSession)
            .where(StaffSession.staff_id == staff_id, ~is_over(now))
            .order_by(StaffSession.seen_at.desc())
        )
        return self._database.all(wanted)

    def end(self, staff_id: int, session_id: int) -> None:
        """End a session of an account."""
        self._delete(StaffSession.id == session_id, staff_id)

    def end_others(self, staff_id: int, session_id: int) -> None:
        """End all other sessions of an account."""
        self._delete(StaffSession.id != session_id, staff_id)

    def _delete(self, which: ColumnElement[bool], staff_id: int) -> None:
        gone = delete(StaffSession).where(which, StaffSession.staff_id == staff_id)
        self._database.execute(gone)

    def _note(self, session_id: int, now: datetime.datetime) -> None:
        seen = update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now)
        self._database.execute(seen)

    def _hash(self, token: str) -> str:
        return self._keys.digest("staff session", token)


def end_all(database: Database) -> None:
    """End all sessions of all accounts."""
    database.execute(delete(StaffSession))


def is_over(now: datetime.datetime) -> ColumnElement[bool]:
    """Return the condition for expired sessions, including those with moments in the future."""
    return or_(
        StaffSession.seen_at <= now - IDLE,
        StaffSession.opened_at <= now - LONGEST,
        StaffSession.opened_at > now + IDLE,
    )
