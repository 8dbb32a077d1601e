"""The working folder of backups and restores: private, and deleted afterwards.

It is beside the database, because it contains the same data unencrypted and needs the same
protection, and because a file can replace the database from there in one step.
"""

import contextlib
import datetime
import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from website.config import Settings
from website.exceptions import BackupError
from website.infra import disk, locks, system_errors
from website.infra.database import file_of
from website.infra.text import counted
from website.ops.backup import msg, rotation

LOCK = ".backup.lock"
PREFIX = ".backup-"
KEPT = "replaced-"
"""Prefix of the folders in which restores keep the old data."""


def location(settings: Settings) -> Path:
    """Return the folder of SQLite's file, or the instance folder."""
    file = file_of(settings)
    return file.parent if file else settings.instance_dir


@contextlib.contextmanager
def folder(settings: Settings) -> Iterator[Path]:
    """Create an empty private folder that is deleted when the block ends.

    Only one process at a time makes or restores a backup of an instance, so leftovers of killed
    processes are deleted.

    :raises BackupError: if another process is doing so, or the folder cannot be written.
    """
    where = location(settings)
    try:
        disk.make_private(where)
        with locks.held(where / LOCK):
            for left in where.glob(f"{PREFIX}*/"):
                shutil.rmtree(left)
            with tempfile.TemporaryDirectory(prefix=PREFIX, dir=where) as made:
                yield Path(made)
    except locks.LockedElsewhere as error:
        raise BackupError(msg("create.at-work")) from error
    except OSError as error:
        place = error.filename or where
        raise BackupError(f"{place} cannot be used: {reason(error, where)}") from error


def reason(error: OSError | sqlite3.Error, folder: Path) -> str:
    """Return why a folder of backups cannot be used, and what to do where its disk is to blame."""
    text = getattr(error, "strerror", None) or str(error)
    number = getattr(error, "errno", None) or 0
    name = errno.errorcode.get(number, "") or getattr(error, "sqlite_errorname", "")
    if name.startswith(("ENOSPC", "EDQUOT", "SQLITE_FULL", "SQLITE_IOERR")):
        return f"{text}. {msg('disk.full', folder=folder)}"
    if isinstance(error, OSError):
        return f"{text}. {system_errors.advice(error, folder)}"
    return text


def kept_folder(place: Path) -> Path:
    """Create a private folder for the old data of a restore."""
    made = place / f"{KEPT}{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H%M%S.%fZ}"
    made.mkdir(mode=0o700)
    return made


def kept_at(name: str) -> datetime.datetime | None:
    """Return the time in the name of such a folder; None for any other name."""
    try:
        moment = datetime.datetime.fromisoformat(name.removeprefix(KEPT))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def clear_replaced(settings: Settings, now: datetime.datetime) -> str:
    """Delete the old data of restores when they reach the age limit of backups.

    :returns: a summary for the log.
    :raises BackupError: if they cannot be deleted.
    """
    gone = [
        folder
        for place in {location(settings), settings.instance_dir}
        for folder in place.glob(f"{KEPT}*/")
        if (moment := kept_at(folder.name)) and moment <= now - rotation.LONGEST
    ]
    for folder in gone:
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise BackupError(system_errors.told(error, folder)) from error
    return f"{counted(len(gone), 'replaced database', 'replaced databases')} deleted"
