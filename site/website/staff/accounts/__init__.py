"""Accounts of staff: who they are, how they prove it, where they are signed in. Knows no Flask.

In reading order: ``models`` (what is kept), ``passwords``, ``one_time_codes`` (codes of an app, and
those on paper), ``passkeys``, ``directory`` (the accounts), ``login_throttle``
(how often somebody may try), ``sessions`` (where somebody is signed in). :class:`Accounts` joins
them.

The parts are libraries of their field (argon2-cffi, pyotp, webauthn, itsdangerous); why not one
extension for all of it is explained in ``docs/decisions/0003-sign-in.md``.
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
    """Everything that is done with the accounts of one database."""

    directory: AccountDirectory
    codes: OneTimeCodes
    passkeys: Passkeys
    attempts: LoginThrottle
    sessions: Sessions
    keys: Keys

    def invitation(self, staff: Staff) -> str:
        """Return what the link holds by which somebody chooses a password: good for once.

        It holds the account's stamp, which its use changes.
        """
        return self.keys.sign(INVITATION, [staff.id, staff.stamp])

    def invited(self, token: str) -> Staff | None:
        """Return the account of an invitation; nothing if it is forged, too old, or used up."""
        number, stamp = self.keys.read_signed(INVITATION, token, INVITATION_VALID) or (0, "")
        staff = self.directory.get(number)
        return staff if staff and staff.active and staff.stamp == stamp else None


def open_accounts(database: Database, keys: Keys, *, base_url: str, name: str) -> Accounts:
    """Open the accounts of a migrated database.

    :param base_url: of the site; passkeys hold for its host only.
    :param name: of the site, as apps and passkeys show it.
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
    """Delete attempts that count no more, sessions that are over, and challenges of the past.

    :raises StorageError: if the database cannot be used now.
    """
    with database.writing() as session:
        session.execute(delete(SignInAttempt).where(login_throttle.expired(now)))
        session.execute(delete(StaffSession).where(sessions.is_over(now)))
        session.execute(delete(SpentChallenge).where(passkeys.is_past(now)))
