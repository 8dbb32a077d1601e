"""Two processes that start, end or tell at the same moment."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from support.jobs import run_due
from support.leads import HandClock
from support.races import interleaved
from website.infra.database import Database
from website.ops.monitoring.heartbeat import Heartbeat
from website.ops.monitoring.jobs import Job, Schedule
from website.ops.monitoring.models import JobRun, ProcessStatus

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def job(run: Callable[[datetime.datetime], str], every: datetime.timedelta = HOUR) -> Job:
    return Job(name="count", every=every, run=run, patience=3 * HOUR)


def row(database: Database) -> JobRun:
    with database.reading() as session:
        return session.scalars(select(JobRun)).one()


def test_two_workers_that_start_at_once_know_the_same_jobs(database: Database) -> None:
    first, second = (Schedule(database, [job(lambda _: "", every)]) for every in (HOUR, 2 * HOUR))
    interleaved(database, first.register, second.register)
    assert row(database).every == 2 * HOUR.total_seconds()


def test_two_processes_that_watch_from_the_same_moment_on_both_do(
    database: Database, tmp_path: Path
) -> None:
    def watch() -> Heartbeat:
        return Heartbeat(database, tmp_path, [], role="web", site="www.example.org")

    interleaved(database, watch().check, watch().check)
    with database.reading() as session:
        assert len(session.scalars(select(ProcessStatus)).all()) == 1


def test_who_ends_after_another_has_taken_over_does_not_end_what_that_one_does(
    database: Database, clock: HandClock
) -> None:
    def slowly(_now: datetime.datetime) -> str:
        clock.forward(hours=2)  # longer than the lease
        other = Schedule(database, [job(quickly)], clock=clock)
        assert run_due(other) == 1
        return "late"

    leases: list[datetime.datetime | None] = []

    def quickly(_now: datetime.datetime) -> str:
        leases.append(row(database).leased_until)
        return "in time"

    slow = Schedule(database, [job(slowly)], clock=clock)
    slow.register()
    run_due(slow)
    assert leases[0] is not None
    assert row(database).outcome == "in time"


def test_a_job_that_nobody_knows_any_more_ends_without_harm(
    database: Database, clock: HandClock
) -> None:
    def forgotten(_now: datetime.datetime) -> str:
        with database.writing() as session:
            session.execute(delete(JobRun))
        return "done"

    schedule = Schedule(database, [job(forgotten)], clock=clock)
    schedule.register()
    assert run_due(schedule) == 1
