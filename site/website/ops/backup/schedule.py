"""Makes the backups that are due, for whoever looks from time to time."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from website.exceptions import BackupError
from website.ops.backup import names, rotation, workdir
from website.ops.backup.create_backup import make
from website.ops.backup.rotation import EVERY, LONGEST

if TYPE_CHECKING:
    import datetime

    from website.config import Settings


def backup_due(settings: Settings, now: datetime.datetime) -> str:
    """Make a backup if the last one is old enough, and delete those that are too old.

    :returns: what was done, for the log.
    :raises BackupError: if it cannot be made or deleted.
    :raises ConfigurationError: if a setting is unusable.
    :raises StorageError: if the database cannot be used.
    """
    last = names.newest(settings.backups, now)
    if last and last > now - EVERY:
        return "no backup due"
    made = make(settings, settings.backups, clock=lambda: now)
    size = made.path.stat().st_size
    return f"1 backup of {size} bytes made, {rotation.prune(settings.backups, now)} deleted"


def clear_replaced(settings: Settings, now: datetime.datetime) -> str:
    """Delete what restores have replaced, once it is as old as backups may be.

    :returns: what was done, for the log.
    :raises BackupError: if it cannot be deleted.
    """
    gone = [
        folder
        for place in {workdir.place(settings), settings.instance_dir}
        for folder in place.glob(f"{workdir.KEPT}*/")
        if (kept_at := workdir.kept_at(folder.name)) and kept_at <= now - LONGEST
    ]
    for folder in gone:
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise BackupError(f"{folder} cannot be deleted: {error.strerror}") from error
    return f"{len(gone)} replaced databases deleted"
