"""Accounts of staff: passwords, second factors, passkeys, sessions. Independent of Flask.

In reading order: ``models``, ``passwords``, ``one_time_codes`` (TOTP and recovery codes),
``passkeys``, ``directory`` (adding and changing accounts), ``login_throttle``, ``sessions``.
:class:`Accounts` joins them.

Built on argon2-cffi, pyotp, webauthn and itsdangerous; ``docs/decisions/0003-sign-in.md`` explains
why no single extension is used.
"""

import datetime
from dataclasses import dataclass

from sqlalchemy import delete

from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.staff.accounts import login_throttle, passkeys, sessions
from website.staff.accounts.directory import AccountDirectory
from website.staff.accounts.login_throttle import LoginThrottle
from website.staff.accounts.models import SignInAttempt, SpentChallenge, Staff, StaffSession
from website.staff.accounts.one_time_codes import OneTimeCodes
from website.staff.accounts.passkeys import Passkeys, relying_party
from website.staff.accounts.sessions import Sessions

__all__ = ["INVITATION_VALID", "Accounts", "open_accounts", "tidy"]

INVITATION = "staff invitation"
INVITATION_VALID = datetime.timedelta(days=3)


@dataclass(frozen=True)
class Accounts:
    """Services for the accounts of one database."""

    directory: AccountDirectory
    codes: OneTimeCodes
    passkeys: Passkeys
    attempts: LoginThrottle
    sessions: Sessions
    keys: Keys

    def invitation(self, staff: Staff) -> str:
        """Return the token of a link for choosing a password, which is valid once.

        It contains the account's stamp, which changes on use.
        """
        return self.keys.sign(INVITATION, [staff.id, staff.stamp])

    def invited(self, token: str) -> Staff | None:
        """Return the account of an invitation; None if it is forged, expired or used."""
        number, stamp = self.keys.read_signed(INVITATION, token, INVITATION_VALID) or (0, "")
        staff = self.directory.get(number)
        return staff if staff and staff.active and staff.stamp == stamp else None


def open_accounts(database: Database, keys: Keys, *, base_url: str, name: str) -> Accounts:
    """Open the accounts of a migrated database.

    :param base_url: of the site; passkeys are bound to its host.
    :param name: of the site, as shown by apps and for passkeys.
    """
    return Accounts(
        directory=AccountDirectory(database),
        codes=OneTimeCodes(database, keys, issuer=name),
        passkeys=Passkeys(database, relying_party(base_url, name)),
        attempts=LoginThrottle(database, keys),
        sessions=Sessions(database, keys),
        keys=keys,
    )


def tidy(database: Database, now: datetime.datetime) -> None:
    """Delete expired sign-in attempts, sessions and challenges.

    :raises StorageError: if the database cannot be used now.
    """
    with database.writing() as session:
        session.execute(delete(SignInAttempt).where(login_throttle.expired(now)))
        session.execute(delete(StaffSession).where(sessions.is_over(now)))
        session.execute(delete(SpentChallenge).where(passkeys.is_past(now)))
