"""Creation of backups: one file, written durably and read again before it gets its name."""

import datetime
import secrets as random
import shutil
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from pyrage import x25519

from website.config import Settings
from website.editorial.workspace import Workspace
from website.exceptions import BackupError
from website.infra import clock as clocks
from website.infra import disk, unfinished_restore
from website.infra.database import file_of
from website.infra.keyed_hashes import file_of as secret_file
from website.infra.keyed_hashes import open_keys
from website.ops.backup import archive, encryption, msg, postgresql, rotation, sqlite, workdir


def make(
    settings: Settings, folder: Path, *, plain: bool = False, clock: clocks.Clock = clocks.now
) -> rotation.Backup:
    """Back up database, secret and content repository into a folder, encrypted for the public keys.

    Caches, and mails written to files, are not included.

    :param plain: do not encrypt.
    :raises BackupError: if it cannot be made; then it leaves no file.
    :raises ConfigurationError: if a setting is unusable.
    :raises RepositoryError: if the content repository cannot be read.
    :raises StorageError: if the database cannot be used.
    """
    if not plain and not settings.backup_recipient:
        raise BackupError(msg("create.no-recipient"))
    unfinished_restore.refuse(settings)
    keys = [] if plain else encryption.recipients(settings.backup_recipient)
    with workdir.folder(settings) as place:
        made_at = clock().replace(microsecond=0)
        packed = _pack(settings, place, made_at)
        target = folder / rotation.file_name(made_at, encrypted=not plain)
        try:
            _write(packed, target, keys)
        except OSError as error:
            reason = workdir.reason(error, folder)
            raise BackupError(f"{target} cannot be written: {reason}") from error
    return rotation.Backup(made_at, target)


def make_if_due(settings: Settings, now: datetime.datetime) -> str:
    """Back up if the last backup is old enough, and delete those that are too old.

    :returns: a summary for the log.
    :raises BackupError: if a backup cannot be made or deleted.
    :raises ConfigurationError: if a setting is unusable.
    :raises StorageError: if the database cannot be used.
    """
    last = rotation.newest(settings.backups, now)
    if last and last > now - rotation.EVERY:
        return "no backup due"
    made = make(settings, settings.backups, clock=lambda: now)
    size = made.path.stat().st_size
    return f"1 backup of {size} bytes made, {rotation.prune(settings.backups, now)} deleted"


def _pack(settings: Settings, place: Path, made_at: datetime.datetime) -> Path:
    database = place / sqlite.FILE
    if file := file_of(settings):
        sqlite.copy(file, database)
    else:
        postgresql.copy(settings.database, database)
    mark = archive.mark_of(open_keys(settings))
    secret = secret_file(settings)
    files = [database] if secret is None else [database, secret]
    repository = Workspace.of(settings).repository
    if repository.exists:
        files.append(place / archive.CONTENT)
        repository.bundle(place / archive.CONTENT)
    manifest = archive.Manifest(
        made_at=made_at,
        website=metadata.version("website"),
        revision=sqlite.revision(database),
        kind="sqlite" if settings.is_one_machine else "postgresql",
        counts=sqlite.counts(database),
        files={file.name: archive.digest(file) for file in files},
        secret=mark,
    )
    packed = place / "packed"
    archive.pack(packed, manifest, files)
    return packed


def _write(packed: Path, target: Path, keys: Sequence[x25519.Recipient]) -> None:
    """Write the file completely or not at all, and read it again before it gets its name."""
    disk.make_private(target.parent)
    half = target.with_name(f".{target.name}.{random.token_hex(4)}{rotation.UNFINISHED}")
    half.touch(mode=0o600, exist_ok=False)
    try:
        if keys:
            ours = encryption.encrypt(packed, half, keys)
            disk.sync(half)
            found = encryption.decrypted_digest(half, [ours])
        else:
            shutil.copyfile(packed, half)
            disk.sync(half)
            found = archive.digest(half)
        if found != archive.digest(packed):
            raise BackupError(f"{target} would not be what was written. Look after the disk.")
        half.rename(target)
        disk.sync(target.parent)
    finally:
        half.unlink(missing_ok=True)
