"""The folder in which a backup is put together or taken apart: private, and gone afterwards.

It lies beside the database, because it holds the same data in clear, so it needs the same
protection and never less; and because from there a file can be put in the database's place in one
step.
"""

import contextlib
import datetime
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from website.config import Settings
from website.exceptions import BackupError
from website.infra import locks
from website.infra.database import file_of
from website.ops.backup import rotation
from website.ops.backup.messages import msg

LOCK = ".backup.lock"
PREFIX = ".backup-"
KEPT = "replaced-"
"""Begins the name of the folder in which a restore keeps what was there before."""


def location(settings: Settings) -> Path:
    """Return the folder of the database's file, or the instance folder if it is a server."""
    file = file_of(settings)
    return file.parent if file else settings.instance_dir


@contextlib.contextmanager
def folder(settings: Settings) -> Iterator[Path]:
    """Provide an empty private folder until the block ends.

    One process at a time makes or restores a backup of an instance; so what an earlier one that
    was killed has left there can be deleted.

    :raises BackupError: if another one is at it, or nothing can be written there.
    """
    where = location(settings)
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locks.held(where / LOCK):
            for left in where.glob(f"{PREFIX}*/"):
                shutil.rmtree(left)
            with tempfile.TemporaryDirectory(prefix=PREFIX, dir=where) as made:
                yield Path(made)
    except locks.LockedElsewhere as error:
        raise BackupError(msg("create.at-work")) from error
    except OSError as error:
        named = f" ({error.filename})" if error.filename else ""
        raise BackupError(f"{where} cannot be used: {error.strerror or error}{named}") from error


def kept_folder(place: Path) -> Path:
    """Create a private folder in which a restore keeps what was there before."""
    made = place / f"{KEPT}{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H%M%S.%fZ}"
    made.mkdir(mode=0o700)
    return made


def kept_at(name: str) -> datetime.datetime | None:
    """Return the moment in the name of such a folder; nothing if it is another name."""
    try:
        moment = datetime.datetime.fromisoformat(name.removeprefix(KEPT))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def clear_replaced(settings: Settings, now: datetime.datetime) -> str:
    """Delete what restores have replaced, once it is as old as backups may be.

    :returns: what was done, for the log.
    :raises BackupError: if it cannot be deleted.
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
            raise BackupError(f"{folder} cannot be deleted: {error.strerror}") from error
    return f"{len(gone)} replaced databases deleted"
