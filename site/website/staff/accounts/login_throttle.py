"""Throttling of sign-in attempts, per account and per network.

Attempts are counted before they are verified, so that simultaneous ones do not slip through.
Accounts and networks are stored as keyed hashes, which :func:`website.staff.accounts.tidy` deletes.
"""

import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from website.exceptions import TooManyAttempts
from website.infra import clock, postgresql
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.leads import rate_limit
from website.staff.accounts.models import SignInAttempt

WINDOW = datetime.timedelta(minutes=15)
OF_AN_ACCOUNT = 10
"""Failed attempts within WINDOW, for password and code together. With a known password, guessing
the code (three of a million are valid) then takes about 240 days for even odds."""
OF_A_NETWORK = 50
"""All staff may share one address."""
OF_A_WIDER_NETWORK = 200
"""For IPv6: an attacker may have all of its 65,536 networks (RFC 6177)."""
UNKNOWN = "unknown"
"""The network of all senders without a valid address."""


class LoginThrottle:
    """Sign-in attempts at the accounts of one database."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def count(self, address: str, account: str = "") -> int:
        """Count an attempt, and return its id.

        :param address: IP address of the sender.
        :param account: see :func:`directory.normal_form`; empty for passkeys, which cannot be
            guessed, so that guessing passwords does not lock them out.
        :raises TooManyAttempts: if the limit is reached; the attempt must not be verified.
        """
        now = clock.now()
        limits = self._limits(address, account)
        attempt = SignInAttempt(at=now, **{column.key: mark for column, mark, _ in limits})
        with self._database.writing() as session:
            # Counting and adding is one thing.
            postgresql.lock(session.connection(), postgresql.AdvisoryLock.SIGN_IN)
            for column, mark, most in limits:
                if mark and _counted(session, column == mark, now) >= most:
                    raise TooManyAttempts
            session.add(attempt)
            session.flush()
            return attempt.id

    def take_back(self, attempt: int) -> None:
        """Delete an attempt that succeeded or was not verified."""
        self._delete(SignInAttempt.id == attempt)

    def forget(self, account: str) -> None:
        """Delete all attempts at an account, after a successful sign-in."""
        self._delete(SignInAttempt.account == self._hash("account", account))

    def _delete(self, which: ColumnElement[bool]) -> None:
        self._database.execute(delete(SignInAttempt).where(which))

    def _hash(self, kind: str, text: str) -> str:
        return self._keys.digest(f"sign-in {kind}", text) if text else ""

    def _limits(
        self, address: str, account: str
    ) -> list[tuple[InstrumentedAttribute[str], str, int]]:
        """Return each column by which attempts are counted, its value, and the limit."""
        network = rate_limit.network(address) or UNKNOWN
        wider = rate_limit.network(address, rate_limit.WHOLE_SITE) if ":" in network else ""
        return [
            (SignInAttempt.account, self._hash("account", account), OF_AN_ACCOUNT),
            (SignInAttempt.network, self._hash("network", network), OF_A_NETWORK),
            (SignInAttempt.wider_network, self._hash("network", wider or ""), OF_A_WIDER_NETWORK),
        ]


def expired(now: datetime.datetime) -> ColumnElement[bool]:
    """Return the condition for expired attempts, including those with moments in the future."""
    return or_(SignInAttempt.at <= now - WINDOW, SignInAttempt.at > now + WINDOW)


def _counted(session: Session, which: ColumnElement[bool], now: datetime.datetime) -> int:
    query = select(func.count(SignInAttempt.id)).where(which, ~expired(now))
    return session.scalar(query) or 0
