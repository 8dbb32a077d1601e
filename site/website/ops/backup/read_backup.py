"""Reads a backup, and finds out what is wrong with it before anything is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.exceptions import BackupError
from website.infra.keys import FILE as SECRET
from website.leads import migrations
from website.ops.backup import archive, encryption, manifest, postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pyrage import x25519

    from website.ops.backup.manifest import Manifest

_DATABASES = {"sqlite": sqlite.FILE, "postgresql": postgresql.FILE}


@dataclass(frozen=True)
class Opened:
    """A backup that was decrypted, unpacked and found whole."""

    manifest: Manifest
    folder: Path

    @property
    def database(self) -> Path:
        """SQLite's file, or PostgreSQL's dump."""
        return self.folder / _DATABASES[self.manifest.kind]

    @property
    def secret(self) -> Path | None:
        """The file of the instance's secret, if it was kept in one."""
        return self.folder / SECRET if SECRET in self.manifest.files else None


def unpack(path: Path, place: Path, identities: Callable[[], Sequence[x25519.Identity]]) -> Opened:
    """Decrypt and unpack a backup, and compare it with what it says of itself.

    :param place: an empty folder.
    :param identities: gives the secret keys, if they are needed.
    :raises BackupError: if it cannot be opened, or is not whole.
    :raises ConfigurationError: if a newer version of the website has made it.
    """
    packed = path
    if encryption.is_sealed(path):
        packed = place / "packed"
        encryption.unseal(path, packed, identities())
    folder = place / "content"
    folder.mkdir(mode=0o700)
    opened = Opened(archive.unpack(packed, folder), folder)
    if opened.manifest.kind not in _DATABASES or not opened.database.is_file():
        raise BackupError("The backup holds no database that this version of the website knows.")
    migrations.check_known(opened.manifest.revision)
    if opened.manifest.kind == "sqlite":
        sqlite.check(opened.database)
        compare(opened.manifest, sqlite.counts(opened.database))
    return opened


def compare(said: Manifest, counts: dict[str, int]) -> None:
    """Compare the rows of a database with those that the manifest tells of.

    :raises BackupError: naming the tables that differ.
    """
    if wrong := manifest.differences(said.counts, counts):
        raise BackupError(f"Not as many rows as the manifest says: {'; '.join(wrong)}")
