"""Whether the clock can be trusted so far that data may be deleted by it for ever.

A machine whose clock jumps years ahead, say when it starts, must not delete every request.
"""

import datetime

from website.exceptions import WebsiteError
from website.infra import clock_skew
from website.infra.clock import in_german
from website.infra.database import Database
from website.ops.monitoring.alerts import SILENCE
from website.ops.monitoring.models import JobRun, ProcessStatus

PAUSE = datetime.timedelta(days=3)
"""Time since a job last succeeded that makes one suspect the clock."""
WATCHED = datetime.timedelta(days=1)
"""Time for which a worker then has to run, so that somebody may correct the clock."""


def require(database: Database, job: str, now: datetime.datetime) -> None:
    """Refuse a job that deletes while the clock may have jumped ahead.

    :raises WebsiteError: for a day of work after a pause of more than three days.
    """
    with database.reading() as session:
        run, worker = session.get(JobRun, job), session.get(ProcessStatus, "worker")
    last = run.succeeded_at if run else None
    if last is None or now - last <= PAUSE:
        return
    is_watched = worker is not None and clock_skew.age(worker.looked_at, now) <= SILENCE
    since = worker.since if worker and is_watched else now
    if now - since < WATCHED:
        raise WebsiteError(
            f"Zuletzt lief das am {in_german(last)}. Geht die Uhr vor? Stellen Sie sie richtig "
            f"(„timedatectl“). Geht sie richtig, wird ab {in_german(since + WATCHED)} gelöscht."
        )
