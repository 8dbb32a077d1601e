from __future__ import annotations

import datetime
import threading

import pytest

from support.jobs import run_due
from support.leads import NOON, HandClock
from support.postgres import ON_SQLITE
from website.exceptions import WebsiteError
from website.infra.database import Database
from website.ops.monitoring.jobs import ENDING, RETRY, Job, Schedule
from website.ops.monitoring.models import JobRun

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


class Counted:
    """Counts its runs; ``trouble`` is raised at each."""

    def __init__(self) -> None:
        self.runs: list[datetime.datetime] = []
        self.trouble: Exception | None = None

    def __call__(self, now: datetime.datetime) -> str:
        self.runs.append(now)
        if self.trouble:
            raise self.trouble
        return f"{len(self.runs)} done"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def work() -> Counted:
    return Counted()


def hourly(work: Counted, name: str = "count") -> Job:
    return Job(name=name, every=HOUR, run=work, patience=3 * HOUR)


@pytest.fixture
def schedule(database: Database, work: Counted, clock: HandClock) -> Schedule:
    made = Schedule(database, [hourly(work)], clock=clock)
    made.register()
    return made


def row(database: Database, name: str = "count") -> JobRun:
    with database.reading() as session:
        return session.get_one(JobRun, name)


def test_a_job_runs_at_once_and_then_each_time_its_hour_has_passed(
    schedule: Schedule, work: Counted, clock: HandClock
) -> None:
    for _ in range(121):
        run_due(schedule)
        clock.forward(minutes=1)
    assert work.runs == [NOON, NOON + HOUR, NOON + 2 * HOUR]


def test_what_a_job_did_is_kept_in_its_words(schedule: Schedule, database: Database) -> None:
    run_due(schedule)
    assert (row(database).succeeded_at, row(database).outcome) == (NOON, "1 done")


def test_two_workers_do_a_job_once(
    schedule: Schedule, database: Database, work: Counted, clock: HandClock
) -> None:
    other = Schedule(database, [hourly(work)], clock=clock)
    other.register()
    assert run_due(schedule) + run_due(other) == 1
    assert len(work.runs) == 1


def test_while_one_worker_has_a_job_another_leaves_it_until_the_lease_ends(
    database: Database, clock: HandClock
) -> None:
    other = Counted()

    def long(_now: datetime.datetime) -> str:
        clock.forward(hours=2)
        with database.writing() as session:  # a lease longer than that
            session.get_one(JobRun, "count").leased_until = clock() + MINUTE
        run_due(second)
        assert other.runs == []
        clock.forward(minutes=1)
        run_due(second)
        assert len(other.runs) == 1
        return ""

    first = Schedule(
        database, [Job(name="count", every=HOUR, run=long, patience=HOUR)], clock=clock
    )
    second = Schedule(database, [hourly(other)], clock=clock)
    first.register()
    run_due(first)


def test_a_failed_job_is_tried_again_soon_and_its_reason_is_kept_until_it_succeeds(
    schedule: Schedule, database: Database, work: Counted, clock: HandClock
) -> None:
    work.trouble = WebsiteError("The folder cannot be written")
    run_due(schedule)
    assert row(database).error == "The folder cannot be written"
    assert row(database).succeeded_at is None
    work.trouble = None
    clock.forward(seconds=RETRY.total_seconds() - 1)
    assert run_due(schedule) == 0
    clock.forward(seconds=1)
    assert run_due(schedule) == 1
    assert row(database).error == ""


def test_a_job_that_breaks_keeps_no_words_of_the_fault(
    schedule: Schedule, database: Database, work: Counted
) -> None:
    work.trouble = ValueError("anna.berg@example.org")
    run_due(schedule)
    assert row(database).error == "Unexpected ValueError"


def test_a_failing_job_holds_up_no_other(database: Database, clock: HandClock) -> None:
    bad, good = Counted(), Counted()
    bad.trouble = RuntimeError()
    schedule = Schedule(database, [hourly(bad, "bad"), hourly(good, "good")], clock=clock)
    schedule.register()
    assert run_due(schedule) == 2
    assert len(good.runs) == 1


def test_a_job_that_is_no_longer_set_up_is_forgotten(
    schedule: Schedule, database: Database, clock: HandClock
) -> None:
    run_due(schedule)
    Schedule(database, [], clock=clock).register()
    with database.reading() as session:
        assert session.get(JobRun, "count") is None
    assert run_due(schedule) == 0


def test_the_schedule_runs_jobs_side_by_side_and_ends_when_stopped(database: Database) -> None:
    both = threading.Barrier(3)
    stop = threading.Event()

    def meet(_now: datetime.datetime) -> str:
        both.wait(60)
        return "met"

    names = ("one", "two")
    jobs = [Job(name=name, every=HOUR, run=meet, patience=HOUR) for name in names]
    thread = threading.Thread(target=Schedule(database, jobs).run_forever, args=(stop,))
    thread.start()
    both.wait(60)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert [row(database, name).outcome for name in names] == ["met", "met"]


@ON_SQLITE
def test_a_job_that_may_break_off_holds_up_no_ending(database: Database) -> None:
    running, released = threading.Event(), threading.Event()
    stop = threading.Event()

    def hang(_now: datetime.datetime) -> str:
        running.set()
        released.wait(60)
        return ""

    job = Job(name="count", every=HOUR, run=hang, patience=HOUR, may_break_off=True)
    thread = threading.Thread(target=Schedule(database, [job]).run_forever, args=(stop,))
    thread.start()
    running.wait(60)
    stop.set()
    thread.join(ENDING / 2)
    assert not thread.is_alive()
    released.set()
