"""A clock that was ahead for a while, and was set right: the watch goes on, and says so."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path

import pytest

from support.jobs import run_due
from support.leads import NOON, HandClock
from website.infra.database import Database
from website.ops.monitoring.heartbeat import Heartbeat
from website.ops.monitoring.jobs import Job, Schedule, is_running, next_monday, next_start
from website.ops.monitoring.models import JobRun

AHEAD = datetime.timedelta(days=400)
HOUR = datetime.timedelta(hours=1)


class FakeChannel:
    """A channel that keeps what is sent."""

    name = "fake"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def send(self, _subject: str, text: str) -> None:
        self.texts.append(text)

    def dry_run(self) -> None:
        """Do nothing."""


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def heartbeat_of(
    database: Database, folder: Path, clock: HandClock, channel: FakeChannel, role: str
) -> Heartbeat:
    return Heartbeat(database, folder, [channel], role=role, site="www.firma.example", clock=clock)  # type: ignore[list-item]


def check(heartbeats: list[Heartbeat], clock: HandClock, minutes: int) -> None:
    for _ in range(minutes):
        clock.forward(minutes=1)
        for one in heartbeats:
            one.check()


@pytest.mark.parametrize("weekly", [False, True])
@pytest.mark.parametrize("ended", ["well", "badly", "not at all"])
def test_a_job_of_then_is_due(
    database: Database, clock: HandClock, weekly: bool, ended: str
) -> None:
    runs: list[datetime.datetime] = []

    def run(now: datetime.datetime) -> str:
        runs.append(now)
        if ended == "badly" and len(runs) == 1:
            raise OSError
        if ended == "not at all" and len(runs) == 1:
            raise SystemExit
        return "done"

    calendar = next_monday if weekly else None
    job = Job(name="count", every=HOUR, run=run, patience=3 * HOUR, calendar=calendar)
    schedule = Schedule(database, [job], clock=clock)
    schedule.register()
    clock.moment = NOON + AHEAD
    with contextlib.suppress(SystemExit):
        run_due(schedule)
    clock.moment = NOON + HOUR
    with database.reading() as session:
        row = session.get_one(JobRun, "count")
    assert next_start(row, clock()) <= clock()
    assert not is_running(row, clock())
    assert run_due(schedule) == 1
    assert runs == [NOON + AHEAD, NOON + HOUR]
    assert run_due(schedule) == 0, "only once"


def test_clocks_that_differ_a_little_do_a_job_once(database: Database, clock: HandClock) -> None:
    runs: list[datetime.datetime] = []
    job = Job(name="count", every=HOUR, run=lambda now: runs.append(now) or "", patience=HOUR)
    late = HandClock()
    for one in (clock, late):
        Schedule(database, [job], clock=one).register()
    clock.forward(minutes=4)
    for _ in range(50):
        for one in (clock, late):
            run_due(Schedule(database, [job], clock=one))
            one.forward(minutes=1)
    assert len(runs) == 1


@pytest.mark.slow
def test_it_is_sent_once_and_what_was_active_is_sent_again(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    channel = FakeChannel()
    heartbeats = [
        heartbeat_of(database, tmp_path, clock, channel, role) for role in ("web", "worker")
    ]
    job = Job(name="backup", every=HOUR, run=lambda _now: "", patience=HOUR)
    Schedule(database, [job], clock=clock).register()
    check(heartbeats, clock, 10)
    clock.moment = NOON + AHEAD
    check(heartbeats, clock, 10)
    assert "Die Sicherung ist überfällig" in channel.texts[-1]
    channel.texts.clear()
    clock.moment = NOON + HOUR
    with database.writing() as session:  # as the worker does at once
        session.get_one(JobRun, "backup").succeeded_at = NOON - HOUR
    check(heartbeats, clock, 2)
    assert len(channel.texts) == 1
    assert "Die Uhr des Servers ging vor, oder geht jetzt nach" in channel.texts[0]
    assert "Die Sicherung ist überfällig" in channel.texts[0], (
        "told then, and never again for a year"
    )
    check(heartbeats, clock, 15)
    assert "Behoben" in channel.texts[1]
    assert "Die Uhr des Servers" in channel.texts[1]
    assert len(channel.texts) == 2
