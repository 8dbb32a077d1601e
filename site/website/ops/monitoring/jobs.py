"""Scheduled jobs of the worker: each runs once for all machines.

A job is a row with a lease, like a delivery: the first process that finds it due takes it, and if
that process dies, another takes over when the lease ends.
"""

import datetime
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, select, update

from website.exceptions import StorageError, WebsiteError
from website.infra import clock as clocks
from website.infra import clock_skew, leases, toml_tables
from website.infra.clock import GERMANY, Clock, german_day
from website.infra.database import Database, insert_new
from website.ops.monitoring.models import JobRun

log = logging.getLogger(__name__)

TABLE: dict[str, dict[str, Any]] = toml_tables.beside(__file__, "jobs.toml")
"""The worker's jobs by name."""
LINKS = "links"
"""The job that checks external links, which editors can start."""
RETRY = datetime.timedelta(minutes=5)
"""After a failure, for jobs with a longer interval."""
MINUTE = datetime.timedelta(minutes=1)
LEASE = 15
"""Minutes, if a job's row has none."""
LONGEST_LEASE = max(row.get("lease", LEASE) for row in TABLE.values()) * MINUTE
POLL = 5.0
"""Seconds between two checks of what is due."""
ENDING = 15.0
"""Seconds that a running job has to finish when the worker is stopped."""


Calendar = Callable[[datetime.datetime], datetime.datetime]
"""Return the first time after a given one at which a job is due."""

WEEK = datetime.timedelta(days=7)
REPORT = datetime.time(8)
"""When the weekly report is sent on Mondays, German time."""
AFTER_MIDNIGHT = datetime.time(0, 2)
"""German time: when a new day has begun, and articles may appear."""


def next_monday(after: datetime.datetime) -> datetime.datetime:
    """Return the first Monday morning after a given time."""
    day = german_day(after)
    monday = datetime.datetime.combine(day - day.weekday() * WEEK / 7, REPORT, GERMANY)
    return monday if monday > after else monday + WEEK


def next_morning(after: datetime.datetime) -> datetime.datetime:
    """Return the first time after a given one at which a day has just begun in Germany."""
    morning = datetime.datetime.combine(german_day(after), AFTER_MIDNIGHT, GERMANY)
    return morning if morning > after else morning + datetime.timedelta(days=1)


CALENDARS: Mapping[str, Calendar] = MappingProxyType({"pages": next_morning, "weekly": next_monday})
"""By name, for the jobs that run at a time of day instead of at an interval."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A recurring job."""

    name: str
    every: datetime.timedelta
    """Interval from start to start."""
    run: Callable[[datetime.datetime], str]
    """Run the job at a given time, and return a summary in counts; raise if it fails."""
    patience: datetime.timedelta
    """Time after the last success until it counts as overdue."""
    lease: datetime.timedelta = LEASE * MINUTE
    """Longer than a run may take."""
    calendar: Calendar | None = None
    """Replaces ``every``."""
    may_break_off: bool = False
    """Whether the worker may end during a run, because each step is stored at once."""


def scheduled(name: str, run: Callable[[datetime.datetime], str]) -> Job:
    """Return a job with the times that ``jobs.toml`` has for its name."""
    row = TABLE[name]
    return Job(
        name=name,
        every=row["every"] * MINUTE,
        run=run,
        patience=row["patience"] * MINUTE,
        lease=row.get("lease", LEASE) * MINUTE,
        calendar=CALENDARS.get(name),
        may_break_off=row.get("may_break_off", False),
    )


@dataclass(frozen=True)
class Schedule:
    """The jobs of one worker. Any number of workers may have the same."""

    database: Database
    jobs: Sequence[Job]
    _: KW_ONLY
    clock: Clock = clocks.now

    def register(self) -> None:
        """Store which jobs there are, so that one that never runs is noticed.

        :raises StorageError: if the database cannot be used.
        """
        names = [job.name for job in self.jobs]
        with self.database.writing() as session:
            session.execute(delete(JobRun).where(JobRun.name.not_in(names)))
            for job in self.jobs:
                schedule = {
                    "patience": int(job.patience.total_seconds()),
                    "every": int(job.every.total_seconds()),
                }
                insert_new(session, JobRun, name=job.name, known_since=self.clock(), **schedule)
                session.execute(update(JobRun).where(JobRun.name == job.name).values(schedule))

    def run_forever(self, stop: threading.Event) -> None:
        """Run each job when it is due, in a thread of its own, so that none waits for another.

        Return when stopped; running jobs get some time to finish, unless they may break off.
        """
        self._register_when_possible(stop)
        threads = {
            job: threading.Thread(target=self._repeat, args=(job, stop), name=job.name, daemon=True)
            for job in self.jobs
        }
        for thread in threads.values():
            thread.start()
        stop.wait()
        until = time.monotonic() + ENDING
        for job, thread in threads.items():
            if not job.may_break_off:
                thread.join(max(0.0, until - time.monotonic()))

    def _register_when_possible(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.register()
            except StorageError as error:
                log.error("Jobs wait: %s", error)  # noqa: TRY400 - the sentence says it all
                stop.wait(POLL)
            else:
                return

    def _repeat(self, job: Job, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.run_if_due(job)
            except StorageError as error:
                log.error("Job %s waits: %s", job.name, error)  # noqa: TRY400
            stop.wait(POLL)

    def run_if_due(self, job: Job) -> bool:
        """Run a job unless it is not due, or another process is running it.

        :returns: whether it was started; its row has the result.
        :raises StorageError: if the database cannot be used.
        """
        now = self.clock()
        if not self._claim(job, now):
            return False
        try:
            outcome = job.run(now)
        except WebsiteError as error:
            reason = str(error)
        except Exception as error:
            # Its words may hold anything; the log's reader gets the place instead.
            log.exception("Job %s failed", job.name)
            reason = f"Unexpected {type(error).__name__}"
        else:
            log.info("Job %s: %s", job.name, outcome)
            self._end(job, now, succeeded_at=self.clock(), outcome=outcome, error="", failures=0)
            return True
        log.error("Job %s failed: %s", job.name, reason)
        self._end(job, now, failed_at=self.clock(), error=reason, failures=JobRun.failures + 1)
        return True

    def _claim(self, job: Job, now: datetime.datetime) -> bool:
        def begin(row: JobRun) -> None:
            row.started_at = now

        taken = leases.take(
            self.database,
            # None if nobody has registered it, or a worker without it has deleted it.
            select(JobRun).where(JobRun.name == job.name),
            now + job.lease,
            is_due=lambda row: _is_due(row, job, now),
            begin=begin,
        )
        return taken is not None

    def _end(self, job: Job, started: datetime.datetime, **values: object) -> None:
        """Store the result of a run, unless another process has taken over."""
        ours = update(JobRun).where(JobRun.name == job.name, JobRun.started_at == started)
        self.database.execute(ours.values(leased_until=None, **values))


def run_now(database: Database, name: str) -> bool:
    """Make a worker run a job at its next check.

    Changes nothing if one is running it.

    :returns: whether there is such a job.
    :raises StorageError: if the database cannot be used.
    """
    waiting = update(JobRun).where(JobRun.name == name, JobRun.leased_until.is_(None))
    with database.writing() as session:
        session.execute(waiting.values(started_at=None))
        return session.get(JobRun, name) is not None


def is_running(row: JobRun, now: datetime.datetime) -> bool:
    """Return whether a worker is running a job."""
    return leases.is_taken(row, now, LONGEST_LEASE)


def next_start(
    row: JobRun, now: datetime.datetime, calendar: Calendar | None = None
) -> datetime.datetime:
    """Return when a job is due; if that is not in the future, a worker should have started it.

    :param calendar: of the job, if it has one.
    """
    every = datetime.timedelta(seconds=row.every)
    if clock_skew.is_ahead(row.started_at or row.known_since, now):
        return now
    if row.error and row.started_at:
        return row.started_at + min(every, RETRY)
    if calendar:
        return calendar(row.started_at or row.known_since)
    return row.started_at + every if row.started_at else row.known_since


def _is_due(row: JobRun, job: Job, now: datetime.datetime) -> bool:
    if leases.is_taken(row, now, job.lease):
        return False
    is_first = row.started_at is None and not job.calendar
    return is_first or next_start(row, now, job.calendar) <= now
