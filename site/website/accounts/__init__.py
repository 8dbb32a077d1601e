"""Accounts of staff: who they are, how they prove it, where they are signed in. Knows no Flask.

In reading order: ``models`` (what is kept), ``passwords``, ``onetime`` (codes of an app, and those
on paper), ``passkeys``, ``directory`` (the accounts), ``invitations``, ``attempts`` (how often
somebody may try), ``sessions`` (where somebody is signed in). :class:`Accounts` joins them.

The parts are libraries of their field (argon2-cffi, pyotp, webauthn, itsdangerous); why not one
extension for all of it is told in ``docs/decisions/0003-sign-in.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.accounts.attempts import Attempts
from website.accounts.directory import Directory
from website.accounts.invitations import Invitations
from website.accounts.onetime import OneTimeCodes
from website.accounts.passkeys import Passkeys, relying_party
from website.accounts.sessions import Sessions

if TYPE_CHECKING:
    from website.leads.database import Database
    from website.leads.keys import Keys

__all__ = ["Accounts", "open_accounts"]


@dataclass(frozen=True)
class Accounts:
    """Everything that is done with the accounts of one database."""

    directory: Directory
    codes: OneTimeCodes
    passkeys: Passkeys
    invitations: Invitations
    attempts: Attempts
    sessions: Sessions


def open_accounts(database: Database, keys: Keys, *, base_url: str, name: str) -> Accounts:
    """Make ready to use the accounts of a database that is migrated.

    :param base_url: of the site; passkeys hold for its host only.
    :param name: of the site, as apps and passkeys show it.
    """
    return Accounts(
        directory=Directory(database),
        codes=OneTimeCodes(database, keys, issuer=name),
        passkeys=Passkeys(database, relying_party(base_url, name)),
        invitations=Invitations(keys),
        attempts=Attempts(database, keys),
        sessions=Sessions(database, keys),
    )
