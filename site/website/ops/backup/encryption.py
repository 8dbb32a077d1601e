"""Encryption of backups with public keys, in the format of age (age-encryption.org/v1).

No passphrases: whoever broke into this machine could read every backup that was ever made.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pyrage
from pyrage import x25519

from website.exceptions import BackupError, ConfigurationError
from website.infra import system_errors
from website.ops.backup import msg

BEGINNING = b"age-encryption.org/v1\n"
ARMORED = b"-----BEGIN AGE ENCRYPTED FILE-----"
_IDENTITY = "AGE-SECRET-KEY-1"


def recipients(keys: Sequence[str]) -> list[x25519.Recipient]:
    """Parse public keys.

    :raises ConfigurationError: if one is not a public key.
    """
    found = []
    for key in keys:
        try:
            found.append(x25519.Recipient.from_str(key))
        except pyrage.RecipientError as error:
            raise ConfigurationError(msg("key.not-public", key=key, error=error)) from error
    return found


def identities(path: Path, ask: Callable[[], str]) -> list[x25519.Identity]:
    """Return the secret keys of a file of ``age-keygen``, which may be encrypted by ``age -p``.

    :param ask: called for the passphrase, if one is needed.
    :raises BackupError: if there are none, or the passphrase is wrong.
    """
    try:
        content = path.read_bytes()
        if content.startswith((BEGINNING, ARMORED)):
            content = pyrage.passphrase.decrypt(content, ask())
        lines = [line.strip() for line in content.decode().splitlines()]
        found = [x25519.Identity.from_str(line) for line in lines if line.startswith(_IDENTITY)]
    except OSError as error:
        raise BackupError(system_errors.told(error, path)) from error
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError) as error:
        raise BackupError(msg("key.closed", path=path, reason=_reason(error))) from error
    if not found:
        raise BackupError(msg("key.not-secret", path=path, beginning=_IDENTITY))
    return found


def is_encrypted(path: Path) -> bool:
    """Return whether a file is encrypted.

    :raises BackupError: if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(BEGINNING)) == BEGINNING
    except OSError as error:
        raise BackupError(system_errors.told(error, path)) from error


def encrypt(source: Path, target: Path, keys: Sequence[x25519.Recipient]) -> x25519.Identity:
    """Encrypt a file for public keys, and for one more, generated for this file alone.

    :returns: the secret key of that one, with which the file can be verified right away. It is
        stored nowhere.
    """
    ours = x25519.Identity.generate()
    try:
        with source.open("rb") as read, target.open("wb") as write:
            pyrage.encrypt_io(read, write, [*keys, ours.to_public()])
    except (pyrage.EncryptError, OSError) as error:
        advice = msg("disk.full", folder=target.parent)
        raise BackupError(f"The backup cannot be written: {error}. {advice}") from error
    return ours


def decrypt(source: Path, target: Path, keys: Sequence[x25519.Identity]) -> None:
    """Decrypt a file.

    :raises BackupError: if the keys do not match, or the file is damaged.
    """
    target.touch(mode=0o600, exist_ok=False)
    with target.open("wb") as write:
        _decrypt(source, write, keys)


def decrypted_digest(source: Path, keys: Sequence[x25519.Identity]) -> str:
    """Return the SHA-256 of a file's decrypted content, which is not written anywhere.

    :raises BackupError: if the keys do not match, or the file is damaged.
    """
    digest = _Digest()
    _decrypt(source, digest, keys)
    return digest.sha256.hexdigest()


class _Digest(io.BufferedIOBase):
    """A file that only hashes what is written to it."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:  # type: ignore[override]  # what pyrage passes
        self.sha256.update(data)
        return len(data)


def _decrypt(source: Path, target: io.BufferedIOBase, keys: Sequence[x25519.Identity]) -> None:
    try:
        with source.open("rb") as read:
            pyrage.decrypt_io(read, target, keys)
    except pyrage.DecryptError as error:
        raise BackupError(f"{source} cannot be opened: {_reason(error)}.") from error
    except OSError as error:
        if error.errno is not None:  # the disk's, not the format's
            raise
        raise BackupError(msg("file.cut-off", source=source)) from error


def _reason(error: Exception) -> str:
    if "No matching keys" in str(error):
        return "it was made for another key"
    return {"Decryption failed": "the passphrase is wrong"}.get(str(error), str(error))
