"""Where somebody is signed in. Kept by us, so that it can be ended by us.

The browser holds a random token, we hold its keyed hash: whoever reads the database can sign in
nowhere.
"""

import datetime
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, literal, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from website.infra import clock
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.staff.accounts.directory import unchanged
from website.staff.accounts.models import Staff, StaffSession

IDLE = datetime.timedelta(hours=8)
"""A working day without a click ends it."""
LONGEST = datetime.timedelta(days=7)
NOTED_EVERY = datetime.timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen: a click need not cost a write."""
FRESH = datetime.timedelta(minutes=10)
"""For how long after signing in one may change what one signs in by, and take away or erase what is
kept of people."""


@dataclass(frozen=True)
class SignedIn:
    """Somebody, where they are signed in."""

    staff: Staff
    session_id: int
    opened_at: datetime.datetime

    @property
    def is_fresh(self) -> bool:
        """Whether the person has just proven who they are."""
        return abs(clock.now() - self.opened_at) < FRESH


class Sessions:
    """The sessions of one database's accounts."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def open(self, staff: Staff, browser: str) -> str | None:
        """Sign somebody in, and give the token for the browser to hold.

        :param staff: the account as it was when the person proved to be its owner. If its stamp is
            another one by now, or it is not active, nobody is signed in and nothing is given.
        """
        token, now = secrets.token_urlsafe(32), clock.now()
        kept = {
            "token": self._hash(token),
            "staff_id": staff.id,
            "opened_at": now,
            "seen_at": now,
            "browser": browser,
        }
        with self._database.writing() as session:
            opened = session.scalar(_insert(kept, unchanged(staff.id, staff.stamp)))
        return None if opened is None else token

    def find(self, token: str) -> SignedIn | None:
        """Return who holds a token, if the account is active and the session is not over."""
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
            self._note(kept.id, now)
        return SignedIn(staff, kept.id, kept.opened_at)

    def of(self, staff_id: int) -> Sequence[StaffSession]:
        """List where somebody is signed in, last seen first."""
        now = clock.now()
        wanted = (
            select(StaffSession)
            .where(StaffSession.staff_id == staff_id, ~is_over(now))
            .order_by(StaffSession.seen_at.desc())
        )
        return self._database.all(wanted)

    def end(self, staff_id: int, session_id: int) -> None:
        """Sign somebody out in one place."""
        self._delete(StaffSession.id == session_id, staff_id)

    def end_others(self, staff_id: int, session_id: int) -> None:
        """Sign somebody out everywhere else."""
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
    """Sign everybody out, everywhere."""
    database.execute(delete(StaffSession))


def is_over(now: datetime.datetime) -> ColumnElement[bool]:
    """Choose the sessions that have ended by themselves, also those of a clock that was ahead."""
    return or_(
        StaffSession.seen_at <= now - IDLE,
        StaffSession.opened_at <= now - LONGEST,
        StaffSession.opened_at > now + IDLE,
    )


def _insert(row: Mapping[str, object], which: ColumnElement[bool]) -> ReturningInsert[tuple[int]]:
    """Write a session for an account, if that is still as it was, and give its number.

    PostgreSQL lets whoever is changing the account finish first, and looks again then.
    """
    columns = StaffSession.__table__.c
    values = [literal(value, columns[name].type) for name, value in row.items()]
    still = select(*values).select_from(Staff).where(which).with_for_update(read=True)
    return insert(StaffSession).from_select(list(row), still).returning(StaffSession.id)
