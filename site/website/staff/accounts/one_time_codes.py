"""The second factor: TOTP codes of an authenticator app (RFC 6238), and recovery codes."""

import base64
import datetime
import secrets
import unicodedata

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import ColumnElement, or_, select, update

from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.staff.accounts.directory import new_stamp, unchanged
from website.staff.accounts.models import Staff

STEP = 30
"""Seconds of a time step."""
AROUND = (0, -1, 1)
"""Accepted offsets of time steps, for clock drift and typing (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
"""Characters of an alphabet of 31: 59 bits."""
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without characters that are easily misread."""


class OneTimeCodes:
    """Second factors of the accounts of one database."""

    def __init__(self, database: Database, keys: Keys, *, issuer: str) -> None:
        self._database = database
        self._keys = keys
        self._issuer = issuer
        self._vault = Fernet(base64.urlsafe_b64encode(keys.key("totp secrets")))

    def new_secret(self) -> str:
        """Return a new shared secret, to be stored after it was used once."""
        return pyotp.random_base32()

    def seal(self, secret: str) -> str:
        """Return an encrypted secret."""
        return self._vault.encrypt(secret.encode()).decode()

    def opened(self, sealed: str | None) -> str | None:
        """Return a decrypted secret; None if there is none, or the key was changed."""
        try:
            return self._vault.decrypt(sealed).decode() if sealed else None
        except InvalidToken:
            return None

    def address(self, secret: str, email: str) -> str:
        """Return the ``otpauth:`` URL of a secret, for a QR code."""
        return pyotp.TOTP(secret, name=email, issuer=self._issuer).provisioning_uri()

    def set_up(self, staff: Staff, secret: str, code: str, now: datetime.datetime) -> Staff | None:
        """Store a secret if the code proves that the app works.

        Sign-ins in progress have to start again.

        :returns: the changed account; None if the code is wrong or the account was changed
        meanwhile.
        """
        step = _step(secret, _typed(code), now)
        if step is None:
            return None
        change = update(Staff).where(unchanged(staff.id, staff.stamp)).returning(Staff)
        sealed = self.seal(secret)
        with self._database.writing() as session:
            return session.scalars(
                change.values(totp_secret=sealed, totp_step=step, stamp=new_stamp())
            ).one_or_none()

    def remove(self, staff: Staff) -> bool:
        """Remove the app; return False if the account was changed meanwhile."""
        return self._change(staff, totp_secret=None, totp_step=None, recovery_codes=[])

    def accepts(self, staff: Staff, code: str, now: datetime.datetime) -> bool:
        """Verify a code of the app or a recovery code, and mark it as used."""
        typed = _typed(code)
        if typed.isdecimal() and len(typed) == 6:  # noqa: PLR2004 - digits of a code
            return self._accepts_app(staff, typed, now)
        return self._accepts_paper(staff, typed)

    def new_recovery_codes(self, staff: Staff) -> list[str]:
        """Return new recovery codes, which replace all earlier ones.

        Empty if no app is set up, or the account was changed meanwhile.
        """
        codes = [
            "".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_LENGTH))
            for _ in range(RECOVERY_CODES)
        ]
        hashes = [self._hash(code) for code in codes]
        if not self._change(staff, Staff.totp_secret.is_not(None), recovery_codes=hashes):
            return []
        return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]

    def _accepts_app(self, staff: Staff, code: str, now: datetime.datetime) -> bool:
        secret = self.opened(staff.totp_secret)
        step = _step(secret, code, now) if secret else None
        if step is None:
            return False
        unused = or_(Staff.totp_step.is_(None), Staff.totp_step < step)
        return self._change(staff, unused, totp_step=step)

    def _accepts_paper(self, staff: Staff, code: str) -> bool:
        with self._database.writing() as session:
            wanted = select(Staff).where(unchanged(staff.id, staff.stamp)).with_for_update()
            found = session.scalar(wanted)
            if found is None:
                return False
            left = [kept for kept in found.recovery_codes if kept != self._hash(code)]
            is_one = len(left) < len(found.recovery_codes)
            found.recovery_codes = left
        return is_one

    def _change(self, staff: Staff, *also: ColumnElement[bool], **values: object) -> bool:
        """Update an account if it is unchanged; return whether it was."""
        same = update(Staff).where(unchanged(staff.id, staff.stamp), *also)
        return self._database.execute(same.values(**values)) == 1

    def _hash(self, code: str) -> str:
        return self._keys.digest("recovery code", code)


def _typed(code: str) -> str:
    """Return a normalised code, with digits of all scripts as 0 to 9."""
    signs = (str(unicodedata.decimal(sign, sign)) for sign in code.casefold() if sign.isalnum())
    return "".join(signs)


def _step(secret: str, code: str, now: datetime.datetime) -> int | None:
    """Return the time step of a code; None if the code is wrong."""
    if not code.isascii():  # letters of other scripts, which compare_digest refuses
        return None
    app = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP
    for offset in AROUND:
        if secrets.compare_digest(app.generate_otp(present + offset), code):
            return present + offset
    return None
