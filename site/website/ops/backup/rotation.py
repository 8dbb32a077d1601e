"""The files of backups: what they are called, which is the newest, and which stay for how long.

All of the last two days (what went wrong just now), one a day for two weeks (what was found out
late), one a week until 30 days have passed. None is older: what is deleted from the database stands
in no backup longer than the month in which whoever asked to be forgotten must be told that they are
(Art. 12 Abs. 3 DSGVO), which is also the shortest period for which leads are kept. The privacy page
says so. Leads that are older stand in every newer backup.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from website.exceptions import BackupError
from website.infra import clock

PLAIN = ".tar.gz"
ENCRYPTED = ".tar.gz.age"
UNFINISHED = ".half"
"""Ends the name of a file that is being written; no program may take it for a backup."""

EVERY = datetime.timedelta(hours=4)
"""Between two backups. What came since the last one the staff have as mails."""
ALL = datetime.timedelta(days=2)
DAILY = datetime.timedelta(days=14)
LONGEST = datetime.timedelta(days=30)

_ABANDONED = datetime.timedelta(days=1)
"""After which nobody will finish an unfinished file."""

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
    def is_encrypted(self) -> bool:
        """Whether a key is needed to read it."""
        return self.path.name.endswith(ENCRYPTED)


def file_name(moment: datetime.datetime, *, encrypted: bool) -> str:
    """Return the name of a backup whose data are from a moment; it is written in UTC."""
    ending = ENCRYPTED if encrypted else PLAIN
    return f"website-{moment.astimezone(datetime.UTC):{_MOMENT}}{ending}"


def moment_of(name: str) -> datetime.datetime | None:
    """Return the moment in the name of a file; nothing if it is not that of a backup."""
    found = _NAME.match(name)
    if not found:
        return None
    try:
        return datetime.datetime.fromisoformat(found[1])
    except ValueError:
        return None


def backups_in(folder: Path) -> list[Backup]:
    """Return the backups in a folder, the newest first. Other files are none of our business.

    :raises BackupError: if the folder cannot be read; one that is missing holds none.
    """
    try:
        paths = list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise BackupError(f"{folder} cannot be read: {error.strerror}") from error
    found = [Backup(moment, path) for path in paths if (moment := moment_of(path.name))]
    return sorted(found, reverse=True)


def newest(folder: Path, now: datetime.datetime | None = None) -> datetime.datetime | None:
    """Return from when the data of the last good backup in a folder are; nothing without one.

    Cheap: only names are read. A file gets the name of a backup after it was checked. One of the
    future does not count: a clock that once went wrong must not hide that no more are made.

    :raises BackupError: if the folder cannot be read.
    """
    until = now or clock.now()
    return next((one.made_at for one in backups_in(folder) if one.made_at <= until), None)


def superfluous(backups: Iterable[Backup], now: datetime.datetime) -> list[Backup]:
    """Return those that need not be kept; never the newest, nor one of the future."""
    kept: set[object] = set()
    gone = []
    past = [backup for backup in backups if backup.made_at <= now]
    for number, backup in enumerate(sorted(past, reverse=True)):
        period = _period(backup.made_at, now)
        if number and (period is None or period in kept):
            gone.append(backup)
        else:
            kept.add(period)
    return gone


def prune(folder: Path, now: datetime.datetime) -> int:
    """Delete the backups in a folder that need not be kept, and no other file.

    :returns: how many these were.
    :raises BackupError: if one cannot be deleted.
    """
    gone = [backup.path for backup in superfluous(backups_in(folder), now)]
    for path in [*gone, *_abandoned(folder, now)]:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise BackupError(f"{path} cannot be deleted: {error.strerror}") from error
    return len(gone)


def _period(made_at: datetime.datetime, now: datetime.datetime) -> object | None:
    """Return what a backup stands for; of several that stand for the same the newest is kept."""
    age, day = now - made_at, clock.german_day(made_at)
    if age <= ALL:
        return made_at
    if age <= DAILY:
        return day
    if age <= LONGEST - EVERY:  # nobody looks again before that is over
        return day.isocalendar()[:2]
    return None


def _abandoned(folder: Path, now: datetime.datetime) -> Iterator[Path]:
    """Yield what processes that were killed have left unfinished."""
    for path in folder.glob(f".website-*{UNFINISHED}"):
        changed = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
        if changed < now - _ABANDONED:
            yield path
