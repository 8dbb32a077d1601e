from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from pyrage import x25519
from sqlalchemy import func, select
from time_machine import travel

from support.jobs import run_due
from support.leads import NOON, HandClock, Sender
from support.postgres import PostgreSQL
from support.questionnaire import questionnaire
from website import create_app
from website.config import ROOT, Settings
from website.infra import clock as clocks
from website.infra.clock import now
from website.infra.database import connect
from website.leads.canaries import LONGEST
from website.leads.intake import Intake
from website.leads.spam.proof_of_work import Proofs
from website.mailboxes import Mailbox
from website.ops.backup import rotation
from website.ops.monitoring.alerts import active_alerts
from website.ops.monitoring.health_snapshot import take_snapshot
from website.ops.monitoring.jobs import CALENDARS, Schedule
from website.ops.monitoring.models import HealthSample, JobRun, ProcessStatus
from website.ops.service import worker
from website.staff.accounts.models import SignInAttempt
from website.web.services import services


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    return Settings(
        content_dir=tmp_path / "content",
        instance_dir=tmp_path / "instance",
        backup_recipient=(str(x25519.Identity.generate().to_public()),),
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    services(app).leads.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def test_whoever_tells_when_a_job_is_due_knows_its_calendar(app: Flask, tmp_path: Path) -> None:
    settings = replace(services(app).settings, smtp_url="smtp://mail.firma.example")
    found = worker.jobs(
        services(app).leads, settings, services(app).library, build=tmp_path / "build"
    )
    assert {job.name: job.calendar for job in found if job.calendar} == CALENDARS


@pytest.fixture
def schedule(app: Flask, settings: Settings, clock: HandClock) -> Schedule:
    opened = services(app).leads
    jobs = worker.jobs(opened, settings, services(app).library)
    made = Schedule(opened.database, jobs, clock=clock)
    made.register()
    return made


def run_of(app: Flask, name: str) -> JobRun:
    opened = services(app).leads
    with opened.database.reading() as session:
        return session.get_one(JobRun, name)


def test_a_lead_is_deleted_by_itself_when_its_time_is_over(
    app: Flask, schedule: Schedule, clock: HandClock
) -> None:
    opened = services(app).leads
    intake = Intake(
        opened.database,
        [],
        sender=Mailbox("website@agentur.example"),
        keys=opened.keys,
        proofs=Proofs(opened.keys),
        questionnaire=questionnaire,
        clock=clock,
    )
    receipt = Sender(intake)()
    run_due(schedule)
    assert opened.store.get(receipt.reference)
    clock.forward(days=3 * 366)
    run_due(schedule)
    told = run_of(app, "purge").error
    assert "Geht die Uhr vor" in told
    assert opened.store.get(receipt.reference), "the clock may have jumped"
    for hours, is_deleted in ((0, False), (23, False), (25, True)):
        clock.forward(hours=1)
        begun = clock() - datetime.timedelta(hours=hours)
        with opened.database.writing() as session:
            session.merge(ProcessStatus(role="worker", since=begun, looked_at=clock()))
        run_due(schedule)
        assert (opened.store.get(receipt.reference) is None) is is_deleted
    assert run_of(app, "purge").outcome.startswith("deleted 1 lead,")
    clock.forward(hours=-1)
    run_due(schedule)
    assert run_of(app, "purge").outcome.startswith("deleted 0 leads,"), "earlier deletes no more"


def test_a_canary_that_a_killed_process_left_is_removed_within_the_hour(
    app: Flask, schedule: Schedule, clock: HandClock
) -> None:
    opened = services(app).leads
    killed = replace(opened.canaries, clock=lambda: clocks.now() - LONGEST)
    run_due(schedule)
    nonce, _ = killed.announce()
    clock.forward(minutes=30)
    run_due(schedule)
    assert opened.canaries.get(nonce) is None
    assert run_of(app, "tidy").outcome == "removed 1 old canary"


def test_attempts_to_sign_in_are_deleted_within_the_hour_though_nobody_signs_in(
    app: Flask, schedule: Schedule, clock: HandClock
) -> None:
    attempts = services(app).accounts.attempts
    with travel(clock()):
        attempts.count("203.0.113.7", "anna@firma.example")
    run_due(schedule)
    clock.forward(minutes=31)
    run_due(schedule)
    with services(app).leads.database.reading() as session:
        assert session.scalars(select(SignInAttempt)).all() == []


def test_the_live_form_is_tried_unless_only_this_machine_can_reach_it(
    app: Flask, settings: Settings
) -> None:
    def tries(**more: object) -> bool:
        asked = replace(settings, **more)  # type: ignore[arg-type]
        jobs = worker.jobs(services(app).leads, asked, services(app).library)
        return "canary" in {job.name for job in jobs}

    assert not tries()
    assert not tries(base_url="https://localhost")
    assert tries(base_url="https://www.firma.example")
    assert tries(canary=True)
    assert not tries(base_url="https://www.firma.example", canary=False)


def test_backups_are_made_by_themselves_every_four_hours(
    schedule: Schedule, settings: Settings, clock: HandClock
) -> None:
    for _ in range(5):
        run_due(schedule)
        clock.forward(hours=2)
    made = sorted(backup.made_at for backup in rotation.backups_in(settings.backups))
    hours = datetime.timedelta(hours=1)
    assert made == [NOON, NOON + 4 * hours, NOON + 8 * hours]


def test_nothing_is_deleted_while_the_periods_are_in_doubt_and_it_is_said_why(
    settings: Settings, clock: HandClock
) -> None:
    file = settings.content_dir / "website.toml"
    file.write_text(file.read_text().replace("lost_months = ", "lost_months = -"))
    app = create_app(settings)
    opened = services(app).leads
    jobs = worker.jobs(opened, settings, services(app).library)
    schedule = Schedule(opened.database, jobs, clock=clock)
    schedule.register()
    run_due(schedule)
    assert "website.toml" in run_of(app, "purge").error
    assert run_of(app, "purge").succeeded_at is None
    opened.close()


def test_what_is_known_is_noted_every_five_minutes(
    app: Flask, schedule: Schedule, clock: HandClock
) -> None:
    for _ in range(12):
        run_due(schedule)
        clock.forward(minutes=1)
    opened = services(app).leads
    with opened.database.reading() as session:
        assert session.scalar(select(func.count(HealthSample.at))) == 3
    assert run_of(app, "observe").every == 300


def test_a_clock_that_goes_wrong_is_told_within_half_an_hour_and_no_longer_when_it_is_mended(
    postgres: PostgreSQL, tmp_path: Path, clock: HandClock
) -> None:
    """The database server's clock is right; that of the worker is set wrong, and right again."""
    off = datetime.timedelta()
    with postgres.database() as url:
        settings = Settings(instance_dir=tmp_path, database_url=url)
        job = worker.comparing_clocks(settings, clock=lambda: now() + off)
        database = connect(url)
        schedule = Schedule(database, [job], clock=clock)
        schedule.register()

        def told() -> list[str]:
            run_due(schedule)
            return [each.text for each in active_alerts(take_snapshot(database, tmp_path, clock()))]

        assert told() == []
        off = datetime.timedelta(minutes=20)
        minutes = 0
        while not (found := told()):
            clock.forward(minutes=1)
            minutes += 1
            assert minutes <= 30
        assert "um 20 Minuten vor" in found[0]
        off = datetime.timedelta()
        clock.forward(minutes=10)
        assert told() == []
        database.close()
