"""Which backups stay, and for how long.

All of the last two days (what went wrong just now), one a day for two weeks (what was found out
late), one a week until 30 days have passed. None is older: what is deleted from the database stands
in no backup longer than the month in which whoever asked to be forgotten must be told that they are
(Art. 12 Abs. 3 DSGVO), which is also the shortest period for which leads are kept. The privacy page
says so. Leads that are older stand in every newer backup.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from website.exceptions import BackupError
from website.infra.clock import GERMANY
from website.ops.backup import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from website.ops.backup.names import Backup

EVERY = datetime.timedelta(hours=4)
"""Between two backups. The mails tell the staff of what came since the last one."""
ALL = datetime.timedelta(days=2)
DAILY = datetime.timedelta(days=14)
LONGEST = datetime.timedelta(days=30)

_LEFT = datetime.timedelta(days=1)
"""After which a file that nobody has finished is one that nobody will finish."""


def superfluous(backups: Iterable[Backup], now: datetime.datetime) -> list[Backup]:
    """Choose those that need not be kept; never the newest, nor one of the future."""
    kept: set[object] = set()
    gone = []
    past = [backup for backup in backups if backup.made_at <= now]
    for number, backup in enumerate(sorted(past, reverse=True)):
        place = _place(backup.made_at, now)
        if number and (place is None or place in kept):
            gone.append(backup)
        else:
            kept.add(place)
    return gone


def prune(folder: Path, now: datetime.datetime) -> int:
    """Delete the backups in a folder that need not be kept, and no other file.

    :returns: how many these were.
    :raises BackupError: if one cannot be deleted.
    """
    gone = [backup.path for backup in superfluous(names.backups_in(folder), now)]
    for path in [*gone, *_left(folder, now)]:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise BackupError(f"{path} cannot be deleted: {error.strerror}") from error
    return len(gone)


def _place(made_at: datetime.datetime, now: datetime.datetime) -> object | None:
    """Give what a backup stands for; of several that stand for the same the newest is kept."""
    age, day = now - made_at, made_at.astimezone(GERMANY).date()
    if age <= ALL:
        return made_at
    if age <= DAILY:
        return day
    if age <= LONGEST - EVERY:  # nobody looks again before that is over
        return day.isocalendar()[:2]
    return None


def _left(folder: Path, now: datetime.datetime) -> Iterator[Path]:
    """List what processes that were killed have left half written."""
    for path in folder.glob(f".website-*{names.HALF}"):
        changed = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
        if changed < now - _LEFT:
            yield path
