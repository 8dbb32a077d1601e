from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from support.leads import NOON
from support.site import ROOT
from website.infra.database import Database
from website.leads.deliveries import Backlog
from website.leads.outbox import DELAYS
from website.ops.monitoring.alerts import AlertKind, active_alerts, suppressed_kinds
from website.ops.monitoring.health_snapshot import Disk, HealthSnapshot, take_snapshot
from website.ops.monitoring.models import JobRun, ProcessStatus

WELL = HealthSnapshot(
    at=NOON,
    backlog=Backlog(pending=0, dead=0, oldest=None),
    neglected_since=None,
    received=3,
    quarantined=1,
    usually_quarantined=1.0,
    jobs={},
    processes={},
    disk=Disk(free=50, total=100),
)


def minutes(number: float) -> datetime.datetime:
    return NOON - datetime.timedelta(minutes=number)


def job(**fields: object) -> dict[str, JobRun]:
    usual = {"name": "backup", "known_since": minutes(60), "patience": 1800}
    usual |= {"error": "", "failures": 0}
    made = JobRun(**usual | fields)
    return {made.name: made}


def looking(web: float, worker: float, since: float = 60) -> dict[str, ProcessStatus]:
    """Return two processes that looked so many minutes ago."""
    return {
        role: ProcessStatus(role=role, since=minutes(since), looked_at=minutes(ago))
        for role, ago in (("web", web), ("worker", worker))
    }


FINE = (
    replace(WELL, processes=looking(web=3, worker=0)),
    replace(WELL, processes=looking(web=60, worker=60)),
    replace(WELL, processes=looking(web=60, worker=0, since=2)),
    replace(WELL, jobs=job(succeeded_at=minutes(30), failures=99)),
    replace(WELL, backlog=Backlog(pending=1, dead=0, oldest=minutes(15))),
    replace(WELL, neglected_since=minutes(5)),
    replace(WELL, disk=Disk(free=10, total=100)),
    replace(WELL, quarantined=19, usually_quarantined=0.0),
    replace(WELL, quarantined=59, usually_quarantined=20.0),
    replace(WELL, jobs=job(known_since=minutes(30))),
    replace(WELL, jobs=job(succeeded_at=minutes(30))),
)
BAD = (
    (replace(WELL, processes=looking(web=3.1, worker=0)), AlertKind.WEB),
    (replace(WELL, processes=looking(web=0, worker=3.1)), AlertKind.WORKER),
    (
        replace(WELL, jobs=job(name="canary", succeeded_at=minutes(1), failures=2)),
        AlertKind.JOB,
    ),
    (replace(WELL, backlog=Backlog(pending=1, dead=0, oldest=minutes(15.1))), AlertKind.LATE),
    (replace(WELL, backlog=Backlog(pending=0, dead=1, oldest=None)), AlertKind.DEAD),
    (replace(WELL, neglected_since=minutes(5.1)), AlertKind.WORKER),
    (replace(WELL, disk=Disk(free=9, total=100)), AlertKind.DISK),
    (replace(WELL, quarantined=20, usually_quarantined=0.0), AlertKind.QUARANTINE),
    (replace(WELL, quarantined=60, usually_quarantined=20.0), AlertKind.QUARANTINE),
    (replace(WELL, jobs=job()), AlertKind.JOB),
    (replace(WELL, jobs=job(succeeded_at=minutes(30.1))), AlertKind.JOB),
)


def test_room_on_the_disk_is_told_as_germans_write_it() -> None:
    snapshot = replace(WELL, disk=Disk(free=3 * 10**9, total=270 * 10**9))
    (alert,) = active_alerts(snapshot)
    told = alert.text.replace("\N{NO-BREAK SPACE}", " ")
    assert told == "Auf der Festplatte sind nur noch 3 GB von 270 GB frei."


@pytest.mark.parametrize("snapshot", FINE)
def test_up_to_the_limit_all_is_well(snapshot: HealthSnapshot) -> None:
    assert active_alerts(snapshot) == ()


@pytest.mark.parametrize(("snapshot", "kind"), BAD)
def test_beyond_the_limit_there_is_an_alert_with_advice(
    snapshot: HealthSnapshot, kind: AlertKind
) -> None:
    (alert,) = active_alerts(snapshot)
    assert alert.kind is kind
    assert alert.text.endswith((".", "!"))
    assert alert.advice.endswith((".", "?"))


@pytest.mark.parametrize(
    ("processes", "is_suppressed"),
    [
        ({}, False),
        (looking(web=0, worker=0), False),
        (looking(web=0, worker=0, since=6.9), True),
        (looking(web=4, worker=0), True),
    ],
)
def test_what_may_follow_from_a_missing_process_is_suppressed(
    processes: dict[str, ProcessStatus], is_suppressed: bool
) -> None:
    snapshot = replace(WELL, processes=processes)
    assert suppressed_kinds(snapshot) == (
        {AlertKind.JOB, AlertKind.LATE} if is_suppressed else set()
    )


def test_an_overdue_job_is_named_with_the_reason_of_its_last_failure() -> None:
    (alert,) = active_alerts(replace(WELL, jobs=job(error="No room left")))
    assert alert.key == "job:backup"
    assert "Die Sicherung ist überfällig" in alert.text
    assert "No room left" in alert.text


def test_a_snapshot_of_an_empty_database_is_well(database: Database, tmp_path: Path) -> None:
    snapshot = take_snapshot(database, tmp_path / "not" / "made" / "yet", NOON)
    assert (snapshot.received, snapshot.backlog.pending, dict(snapshot.jobs)) == (0, 0, {})
    assert 0 <= snapshot.disk.part_free <= 1


@pytest.mark.parametrize(("count", "words"), [(1, "Eine Nachricht w"), (2, "2 Nachrichten w")])
def test_one_message_is_named_in_the_singular(count: int, words: str) -> None:
    backlog = Backlog(pending=count, dead=count, oldest=minutes(16))
    late, dead = active_alerts(replace(WELL, backlog=backlog))
    assert late.text.startswith(words)
    assert dead.text.startswith(words)


def test_the_number_of_attempts_is_the_real_one() -> None:
    """Wherever it is given: in alerts and in the README."""
    backlog = Backlog(pending=0, dead=3, oldest=None)
    [alert] = active_alerts(replace(WELL, backlog=backlog))
    assert f"nach {len(DELAYS)} Versuchen" in alert.text
    hours = sum(DELAYS, datetime.timedelta()) // datetime.timedelta(hours=1)
    for text in (ROOT / "README.md", ROOT / "docs/commands.md"):
        assert f"are tried {len(DELAYS)} times over {hours} hours" in text.read_text()


def test_a_refused_login_is_named_by_its_code() -> None:
    [alert] = active_alerts(replace(WELL, login_refused="535 5.7.8"))
    assert alert.kind is AlertKind.LOGIN
    assert "weist die Anmeldung ab (535 5.7.8)" in alert.text
