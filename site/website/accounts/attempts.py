"""How often somebody may try to sign in: counted before it is tried, per account and per network.

Counted first, so that many attempts at once are not all let through. The address that was typed and
the network are kept as keyed hashes, for a day.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text

from website.accounts.models import SignInAttempt
from website.exceptions import TooManyAttempts
from website.leads import clock, limits

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from website.leads.database import Database
    from website.leads.keys import Keys

WINDOW = datetime.timedelta(minutes=15)
OF_AN_ACCOUNT = 10
"""Failed attempts within WINDOW, password and code together. Whoever knows the password then needs
some 240 days for even odds at the code: of a million, three are good at a time."""
OF_A_NETWORK = 50
"""The whole staff may sit behind one address."""
KEPT = datetime.timedelta(days=1)
LOCK = 7_264_502
"""Any number, the same in every process: PostgreSQL's advisory lock for counting attempts."""


class Attempts:
    """The attempts to sign in to one database's accounts."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def count(self, address: str, email: str = "") -> None:
        """Count one attempt more.

        :param address: the network address it came from.
        :param email: what was typed; empty with a passkey, which nobody can guess, so that whoever
            locks an account out by guessing does not lock out its passkeys.
        :raises TooManyAttempts: if there were too many; this one is not to be tried.
        """
        network = limits.network(address)
        by_network = self._keys.digest("sign-in network", network) if network else ""
        by_account = self._account(email)
        now = clock.now()
        with self._database.writing() as session:
            _take_turns(session)
            session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - KEPT))
            limits_of = (
                (by_account, SignInAttempt.account == by_account, OF_AN_ACCOUNT),
                (by_network, SignInAttempt.network == by_network, OF_A_NETWORK),
            )
            for known, which, most in limits_of:
                if known and _counted(session, which, now - WINDOW) >= most:
                    raise TooManyAttempts
            session.add(SignInAttempt(account=by_account, network=by_network, at=now))

    def forget(self, email: str) -> None:
        """Forget the attempts at an account: whoever is in was the right one."""
        with self._database.writing() as session:
            account = self._account(email)
            session.execute(delete(SignInAttempt).where(SignInAttempt.account == account))

    def _account(self, email: str) -> str:
        return self._keys.digest("sign-in account", email.strip().casefold()) if email else ""


def _take_turns(session: Session) -> None:
    """Let nobody count while another has counted and not added. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _counted(session: Session, which: ColumnElement[bool], since: datetime.datetime) -> int:
    query = select(func.count(SignInAttempt.id)).where(which, SignInAttempt.at > since)
    return session.scalar(query) or 0
