"""Names of backup files, and their rotation.

Kept are all of the last two days (for mistakes noticed at once), one a day for two weeks (for those
noticed late), and one a week for 30 days. None is older: deleted data must be gone from all backups
within the month in which a request for erasure has to be answered (Art. 12 Abs. 3 DSGVO), which is
also the shortest retention period of leads. The privacy page says so. Older leads are contained in
every newer backup.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from website.exceptions import BackupError
from website.infra import clock, system_errors

PLAIN = ".tar.gz"
ENCRYPTED = ".tar.gz.age"
UNFINISHED = ".half"
"""Suffix of a file that is being written, so that no program takes it for a backup."""

EVERY = datetime.timedelta(hours=4)
"""Interval of backups. Leads that came since the last one are in the mails to staff."""
ALL = datetime.timedelta(days=2)
DAILY = datetime.timedelta(days=14)
LONGEST = datetime.timedelta(days=30)

_ABANDONED = datetime.timedelta(days=1)
"""Age at which an unfinished file is deleted."""

_MOMENT = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(
    r"\Awebsite-(\d{4}-\d\d-\d\dT\d{6}Z)" + re.escape(PLAIN) + r"(\.age)?\Z", re.ASCII
)


@dataclass(frozen=True, order=True)
class Backup:
    """The file of a backup, which has its name only after it was written and verified."""

    made_at: datetime.datetime
    path: Path

    @property
    def is_encrypted(self) -> bool:
        """Whether a key is needed to read it."""
        return self.path.name.endswith(ENCRYPTED)


def file_name(moment: datetime.datetime, *, encrypted: bool) -> str:
    """Return the file name of a backup of data of a given time, in UTC."""
    ending = ENCRYPTED if encrypted else PLAIN
    return f"website-{moment.astimezone(datetime.UTC):{_MOMENT}}{ending}"


def moment_of(name: str) -> datetime.datetime | None:
    """Return the time in the name of a backup; None if the file is not one."""
    found = _NAME.match(name)
    if not found:
        return None
    try:
        return datetime.datetime.fromisoformat(found[1])
    except ValueError:
        return None


def backups_in(folder: Path) -> list[Backup]:
    """Return the backups in a folder, the newest first; other files are ignored.

    :raises BackupError: if the folder cannot be read; a missing one contains none.
    """
    try:
        paths = list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise BackupError(system_errors.told(error, folder)) from error
    found = [Backup(moment, path) for path in paths if (moment := moment_of(path.name))]
    return sorted(found, reverse=True)


def newest(folder: Path, now: datetime.datetime | None = None) -> datetime.datetime | None:
    """Return the time of the data of the newest backup in a folder, or None.

    Cheap: only names are read, because a file gets its name after it was verified. Backups dated in
    the future are ignored: a clock that once was wrong must not hide that no more are made.

    :raises BackupError: if the folder cannot be read.
    """
    until = now or clock.now()
    return next((one.made_at for one in backups_in(folder) if one.made_at <= until), None)


def superfluous(backups: Iterable[Backup], now: datetime.datetime) -> list[Backup]:
    """Return the backups that can be deleted; never the newest, nor one dated in the future."""
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
    """Delete the superfluous backups in a folder, and return how many these were.

    :raises BackupError: if one cannot be deleted.
    """
    gone = [backup.path for backup in superfluous(backups_in(folder), now)]
    for path in [*gone, *_abandoned(folder, now)]:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise BackupError(system_errors.told(error, path)) from error
    return len(gone)


def _period(made_at: datetime.datetime, now: datetime.datetime) -> object | None:
    """Return the period that a backup represents; the newest of each period is kept."""
    age, day = now - made_at, clock.german_day(made_at)
    if age <= ALL:
        return made_at
    if age <= DAILY:
        return day
    if age <= LONGEST - EVERY:  # nobody looks again before that is over
        return day.isocalendar()[:2]
    return None


def _abandoned(folder: Path, now: datetime.datetime) -> Iterator[Path]:
    """Yield unfinished files of processes that were killed."""
    for path in folder.glob(f".website-*{UNFINISHED}"):
        changed = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
        if changed < now - _ABANDONED:
            yield path
