"""How often somebody may try to sign in: counted before it is tried, per account and per network.

Counted first, so that many attempts at once are not all let through. What finds the account and the
networks are kept as keyed hashes, and deleted by :func:`website.staff.accounts.tidy`.
"""

import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from website.exceptions import TooManyAttempts
from website.infra import clock, postgresql
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.infra.postgresql import AdvisoryLock
from website.leads import rate_limit
from website.staff.accounts.models import SignInAttempt

WINDOW = datetime.timedelta(minutes=15)
OF_AN_ACCOUNT = 10
"""Failed attempts within WINDOW, password and code together. Whoever knows the password then needs
some 240 days for even odds at the code: of a million, three are good at a time."""
OF_A_NETWORK = 50
"""The whole staff may sit behind one address."""
OF_A_WIDER_NETWORK = 200
"""Of IPv6: whoever guesses may have all of its 65,536 networks (RFC 6177)."""
UNKNOWN = "unknown"
"""The network of whoever has no address that can be read: one for all of them."""


class LoginThrottle:
    """The attempts to sign in to one database's accounts."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def count(self, address: str, account: str = "") -> int:
        """Count one attempt more, and give its number.

        :param address: the network address it came from.
        :param account: what the account is found by, see :func:`directory.normal_form`; empty with
            a passkey, which nobody can guess, so that whoever locks an account out by guessing does
            not lock out its passkeys.
        :raises TooManyAttempts: if there were too many; this one is not to be tried.
        """
        now = clock.now()
        attempt = SignInAttempt(
            account=self._account(account), at=now, **self._networks_of(address)
        )
        with self._database.writing() as session:
            # Counting and adding is one thing.
            postgresql.lock(session.connection(), AdvisoryLock.SIGN_IN)
            for mark, column, most in _limits_of(attempt):
                if mark and _counted(session, column == mark, now) >= most:
                    raise TooManyAttempts
            session.add(attempt)
            session.flush()
            return attempt.id

    def take_back(self, attempt: int) -> None:
        """Forget one attempt, by its number: it was right, or was not looked at."""
        self._delete(SignInAttempt.id == attempt)

    def forget(self, account: str) -> None:
        """Forget the attempts at an account: whoever is in was the right one."""
        self._delete(SignInAttempt.account == self._account(account))

    def _delete(self, which: ColumnElement[bool]) -> None:
        self._database.execute(delete(SignInAttempt).where(which))

    def _account(self, account: str) -> str:
        return self._keys.digest("sign-in account", account) if account else ""

    def _networks_of(self, address: str) -> dict[str, str]:
        network = rate_limit.network(address) or UNKNOWN
        wider = rate_limit.network(address, rate_limit.WHOLE_SITE) if ":" in network else ""
        return {
            "network": self._keys.digest("sign-in network", network),
            "wider_network": self._keys.digest("sign-in network", wider) if wider else "",
        }


def expired(now: datetime.datetime) -> ColumnElement[bool]:
    """Choose the attempts that count no more, also those of a clock that was ahead."""
    return or_(SignInAttempt.at <= now - WINDOW, SignInAttempt.at > now + WINDOW)


def _limits_of(attempt: SignInAttempt) -> tuple[tuple[str, ColumnElement[str], int], ...]:
    return (
        (attempt.account, SignInAttempt.account.expression, OF_AN_ACCOUNT),
        (attempt.network, SignInAttempt.network.expression, OF_A_NETWORK),
        (attempt.wider_network, SignInAttempt.wider_network.expression, OF_A_WIDER_NETWORK),
    )


def _counted(session: Session, which: ColumnElement[bool], now: datetime.datetime) -> int:
    query = select(func.count(SignInAttempt.id)).where(which, ~expired(now))
    return session.scalar(query) or 0
