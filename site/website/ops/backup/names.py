"""What the files of backups are called, and which is the newest."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.exceptions import BackupError
from website.infra import clock

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = ".tar.gz"
SEALED = ".tar.gz.age"
HALF = ".half"
"""Ends the name of a file that is being written; no program may take it for a backup."""

_MOMENT = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(
    r"\Awebsite-(\d{4}-\d\d-\d\dT\d{6}Z)" + re.escape(PLAIN) + r"(\.age)?\Z", re.ASCII
)


@dataclass(frozen=True, order=True)
class Backup:
    """The file of a backup. It has its name only since it was whole, on disk, and read again."""

    made_at: datetime.datetime
    path: Path

    @property
    def is_sealed(self) -> bool:
        """Whether a key is needed to read it."""
        return self.path.name.endswith(SEALED)


def name(moment: datetime.datetime, *, sealed: bool) -> str:
    """Name a backup by the moment from which its data are, in UTC."""
    return f"website-{moment.astimezone(datetime.UTC):{_MOMENT}}{SEALED if sealed else PLAIN}"


def moment_of(file_name: str) -> datetime.datetime | None:
    """Read the moment from a name; nothing if it is not that of a backup."""
    found = _NAME.match(file_name)
    if not found:
        return None
    try:
        return datetime.datetime.fromisoformat(found[1])
    except ValueError:
        return None


def backups_in(folder: Path) -> list[Backup]:
    """List the backups in a folder, the newest first. Other files are nobody's business here.

    :raises BackupError: if the folder cannot be read; one that is missing holds none.
    """
    try:
        paths = list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise BackupError(f"{folder} cannot be read: {error.strerror}") from error
    found = [Backup(moment, path) for path in paths if (moment := moment_of(path.name))]
    return sorted(found, reverse=True)


def newest(folder: Path, now: datetime.datetime | None = None) -> datetime.datetime | None:
    """Tell from when the data of the last good backup in a folder are; nothing if there is none.

    Cheap: only names are read. A file gets the name of a backup after it was checked. One of the
    future does not count: a clock that once went wrong must not hide that no more are made.

    :raises BackupError: if the folder cannot be read.
    """
    until = now or clock.now()
    return next((one.made_at for one in backups_in(folder) if one.made_at <= until), None)
