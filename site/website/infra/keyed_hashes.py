"""Keyed hashes and signatures, by which values are recognised again without being stored.

Every purpose derives its own key from one secret, so that hashes of different purposes cannot be
compared. Without the secret, nobody can find addresses or texts by trying (plain hashes of IP
addresses are guessed in seconds).
"""

import datetime
import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from website.config import SHORTEST_SECRET, Settings
from website.exceptions import ConfigurationError
from website.infra import disk
from website.infra.toml_tables import msg

FILE = "secret.key"


class Keys:
    """Keys, hashes and signatures for each purpose, derived from one secret (HMAC-SHA-256)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def key(self, purpose: str) -> bytes:
        """Return the key of a purpose: 32 bytes."""
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)

    def digest(self, purpose: str, text: str) -> str:
        """Return the keyed hash of a text: 64 hexadecimal digits."""
        return hmac.digest(self.key(purpose), text.encode(), hashlib.sha256).hex()

    def sign(self, purpose: str, value: object) -> str:
        """Return a value as a signed text with the current time, for a URL or a form."""
        return str(self._signer(purpose).dumps(value))

    def read_signed(self, purpose: str, text: str, valid: datetime.timedelta) -> Any:  # noqa: ANN401
        """Return the value of a signed text; None if its purpose is another, or it is too old."""
        try:
            return self._signer(purpose).loads(text, max_age=int(valid.total_seconds()))
        except BadData:
            return None

    def _signer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key(purpose))


def open_keys(settings: Settings) -> Keys:
    """Return the keys of the secret in the settings, or else in a file, which is generated once.

    :raises ConfigurationError: if the file cannot be read or written, or its secret is too short.
    """
    return Keys(settings.secret_key or _kept(settings.instance_dir / FILE))


def file_of(settings: Settings) -> Path | None:
    """Return the file of the secret, or None if the secret is a setting."""
    return None if settings.secret_key else settings.instance_dir / FILE


def _kept(path: Path) -> str:
    try:
        disk.make_private(path.parent)
        if not path.exists():
            disk.create(path, secrets.token_hex(32).encode())
        secret = path.read_text()
    except OSError as error:
        message = msg("secret.unusable", path=path, reason=error.strerror)
        raise ConfigurationError(message) from error
    except UnicodeDecodeError:
        secret = ""
    if (length := len(secret.strip())) < SHORTEST_SECRET:
        values = {"path": path, "length": length, "shortest": SHORTEST_SECRET}
        raise ConfigurationError(msg("secret.short", **values))
    return secret
