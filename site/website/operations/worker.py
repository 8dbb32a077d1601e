"""The worker: one process that delivers, and does by the clock what else is to be done."""

from __future__ import annotations

import datetime
import threading
from typing import TYPE_CHECKING

from website.leads import housekeeping
from website.watching import observations
from website.watching.jobs import Job, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from website.config import Settings
    from website.leads.database import Database
    from website.leads.outbox import Outbox

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def run(outbox: Outbox, jobs: Sequence[Job], stop: threading.Event) -> None:
    """Deliver and do the jobs until told to stop; what is under way is finished first."""
    schedule = Schedule(outbox.database, jobs)
    clockwork = threading.Thread(target=schedule.run_forever, args=(stop,), name="jobs")
    clockwork.start()
    outbox.run_forever(stop)
    clockwork.join()


def jobs(database: Database, settings: Settings) -> list[Job]:
    """List what is done by the clock."""
    return [_tidy(database), _observe(database, settings.instance_dir)]


def _tidy(database: Database) -> Job:
    def tidy(now: datetime.datetime) -> str:
        housekeeping.tidy(database, now)
        return "done"

    return Job(name="tidy", every=HOUR, run=tidy, patience=3 * HOUR)


def _observe(database: Database, folder: Path) -> Job:
    def observe(now: datetime.datetime) -> str:
        return observations.observe(database, folder, now)

    return Job(name="observe", every=5 * MINUTE, run=observe, patience=30 * MINUTE)
