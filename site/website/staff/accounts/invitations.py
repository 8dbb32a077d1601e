"""The link by which somebody chooses a password: signed, for three days, good for once."""

from __future__ import annotations

import datetime

from itsdangerous import BadSignature, URLSafeTimedSerializer

from website.infra.keyed_hashes import Keys
from website.staff.accounts.models import Staff

VALID = datetime.timedelta(days=3)


class Invitations:
    """Makes and reads invitations. Each holds an account's stamp, which its use changes."""

    def __init__(self, keys: Keys) -> None:
        self._signer = URLSafeTimedSerializer(keys.key("staff invitation"))

    def token(self, staff: Staff) -> str:
        """Return an invitation token for an account."""
        return self._signer.dumps([staff.id, staff.stamp])

    def read(self, token: str) -> tuple[int, str] | None:
        """Return the account's number and stamp; nothing if it is forged or too old."""
        try:
            number, stamp = self._signer.loads(token, max_age=int(VALID.total_seconds()))
        except (BadSignature, TypeError, ValueError):
            return None
        return number, stamp
