"""Passkeys (Web Authentication Level 3): two factors in one step, resistant to phishing.

A passkey is bound to one host name, taken from the settings and never from the request. Sites
without a host name cannot have any; the loopback address is called ``localhost``.
"""

import datetime
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import ColumnElement, delete, exc, func, or_, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from website.config import is_this_machine, origin
from website.exceptions import PasskeyRefused
from website.infra import clock, network
from website.infra.database import Database
from website.staff.accounts.directory import new_stamp, unchanged
from website.staff.accounts.models import Passkey, SpentChallenge, Staff

VALID = datetime.timedelta(minutes=5)
"""Maximum time between a challenge and its answer."""
KEPT = 2 * VALID
"""Time for which answered challenges are stored."""
LONGEST_NAME = 60
MOST = 10
"""Maximum number of passkeys of an account."""


@dataclass(frozen=True)
class RelyingParty:
    """The relying party of passkeys."""

    host: str
    origin: str
    name: str


def relying_party(base_url: str, name: str) -> RelyingParty | None:
    """Return the relying party of passkeys; None if the site has no host name."""
    parts = urlsplit(base_url)
    if network.is_literal(parts.hostname or ""):
        if not is_this_machine(parts.hostname or ""):
            return None
        parts = parts._replace(netloc=f"localhost:{parts.port}" if parts.port else "localhost")
    own = origin(parts.geturl())
    return RelyingParty(urlsplit(own).hostname or "", own, name)


class Passkeys:
    """Passkeys of the accounts of one database. User verification is required."""

    def __init__(self, database: Database, party: RelyingParty | None) -> None:
        self._database = database
        self.party = party

    def of(self, staff_id: int) -> Sequence[Passkey]:
        """Return the passkeys of an account, the oldest first."""
        wanted = select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.id)
        return self._database.all(wanted)

    def offer(self, staff: Staff, challenge: bytes) -> dict[str, Any]:
        """Return the options for creating a passkey."""
        party = self._named()
        kept = [PublicKeyCredentialDescriptor(id=key.credential_id) for key in self.of(staff.id)]
        options = webauthn.generate_registration_options(
            rp_id=party.host,
            rp_name=party.name,
            user_name=staff.email,
            user_display_name=staff.name,
            user_id=bytes.fromhex(staff.handle),
            challenge=challenge,
            exclude_credentials=kept,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return _plain(options)

    def add(self, staff: Staff, name: str, credential: dict[str, Any], challenge: bytes) -> None:
        """Store a passkey that a browser has created.

        :raises PasskeyRefused: if it does not answer the challenge or is known already; if the
            account was changed meanwhile or has too many passkeys.
        """
        party = self._named()
        try:
            made = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.host,
                expected_origin=party.origin,
                require_user_verification=True,
            )
        except _WRONG:
            raise PasskeyRefused from None
        key = Passkey(
            staff_id=staff.id,
            name=name.strip()[:LONGEST_NAME] or "Passkey",
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            created_at=clock.now(),
        )
        try:
            with self._database.writing() as session:
                _require_room(session, staff)
                session.add(key)
        except exc.IntegrityError:
            raise PasskeyRefused from None

    def ask(self, challenge: bytes) -> dict[str, Any]:
        """Return the options for a sign-in with a passkey of any account."""
        return _plain(
            webauthn.generate_authentication_options(
                rp_id=self._named().host,
                challenge=challenge,
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def prove(self, credential: dict[str, Any], challenge: bytes) -> Staff:
        """Return the account whose passkey has answered a challenge.

        :raises PasskeyRefused: if the answer is unknown, wrong or a replay.
        """
        party = self._named()
        try:
            key, staff = self._found(base64url_to_bytes(credential["id"]))
            proven = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.host,
                expected_origin=party.origin,
                credential_public_key=key.public_key,
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        except _WRONG:
            raise PasskeyRefused from None
        self._use(key, challenge, proven.new_sign_count)
        return staff

    def remove(self, staff_id: int, passkey_id: int) -> bool:
        """Delete a passkey of an account. Sign-ins in progress with it fail."""
        which = delete(Passkey).where(Passkey.id == passkey_id, Passkey.staff_id == staff_id)
        stamp = update(Staff).where(Staff.id == staff_id).values(stamp=new_stamp())
        with self._database.writing() as session:
            if not session.execute(which).rowcount:  # type: ignore[attr-defined]
                return False
            session.execute(stamp)
        return True

    def _found(self, credential_id: bytes) -> tuple[Passkey, Staff]:
        wanted = (
            select(Passkey, Staff)
            .join(Staff, Staff.id == Passkey.staff_id)
            .where(Passkey.credential_id == credential_id, Staff.active)
        )
        with self._database.reading() as session:
            row = session.execute(wanted).one_or_none()
        if row is None:
            raise PasskeyRefused
        return row[0], row[1]

    def _use(self, key: Passkey, challenge: bytes, sign_count: int) -> None:
        now = clock.now()
        spent = SpentChallenge(challenge=hashlib.sha256(challenge).hexdigest(), at=now)
        same = (Passkey.id == key.id) & (Passkey.sign_count == key.sign_count)
        used = update(Passkey).where(same).values(sign_count=sign_count, used_at=now)
        try:
            with self._database.writing() as session:
                session.add(spent)
                if not session.execute(used).rowcount:  # type: ignore[attr-defined]
                    raise PasskeyRefused
        except exc.IntegrityError:
            raise PasskeyRefused from None

    def _named(self) -> RelyingParty:
        if self.party is None:
            raise PasskeyRefused
        return self.party


_WRONG = (WebAuthnException, KeyError, TypeError, ValueError, AttributeError)
"""Exceptions that invalid answers raise, in py_webauthn or before it."""


def is_past(now: datetime.datetime) -> ColumnElement[bool]:
    """Return the condition for expired challenges."""
    return or_(SpentChallenge.at <= now - KEPT, SpentChallenge.at > now + KEPT)


def new_challenge() -> bytes:
    """Return a new random challenge."""
    return secrets.token_bytes(32)


def _require_room(session: Session, staff: Staff) -> None:
    """Lock an account.

    :raises PasskeyRefused: if it was changed meanwhile or has too many passkeys.
    """
    held = select(Staff.id).where(unchanged(staff.id, staff.stamp)).with_for_update()
    if session.scalar(held) is None:
        raise PasskeyRefused
    count = select(func.count(Passkey.id)).where(Passkey.staff_id == staff.id)
    if (session.scalar(count) or 0) >= MOST:
        raise PasskeyRefused


def _plain(options: Any) -> dict[str, Any]:  # noqa: ANN401 - two kinds of options
    plain: dict[str, Any] = json.loads(options_to_json(options))
    return plain
