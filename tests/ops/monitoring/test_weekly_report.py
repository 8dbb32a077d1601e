"""The mail of Monday morning."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from support.inbox import ask
from support.jobs import run_due
from support.leads import NOON, HandClock
from support.mailserver import MailServer
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.infra import clock as clocks
from website.infra.clock import GERMANY
from website.leads.services import open_outbox
from website.mailboxes import Mailbox
from website.ops.monitoring.jobs import Schedule, next_monday
from website.ops.service import worker
from website.web.services import services

MONDAY, EIGHT = 0, 8


@given(st.integers(0, 4 * 366 * 24 * 60))
def test_it_is_always_the_next_monday_at_eight_in_germany(minutes: int) -> None:
    after = NOON + datetime.timedelta(minutes=minutes)
    then = next_monday(after).astimezone(GERMANY)
    assert (then.weekday(), then.hour, then.minute) == (MONDAY, EIGHT, 0)
    hours = (then.astimezone(datetime.UTC) - after).total_seconds() / 3600
    assert 0 < hours <= 7 * 24 + 1  # one week of the year has an hour more


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().running() as running:
        yield running


@pytest.fixture
def app(tmp_path: Path, mail_server: MailServer) -> Iterator[Flask]:
    settings = Settings(
        instance_dir=migrated(tmp_path / "instance"),
        base_url="https://www.firma.example",
        smtp_url=mail_server.url,
        leads_to=("vertrieb@firma.example",),
        mail_from=Mailbox("website@firma.example"),
        canary=False,
    )
    app = create_app(settings)
    yield app
    services(app).leads.close()


@pytest.fixture
def clock() -> HandClock:
    made = HandClock()
    made.moment = clocks.now()
    return made


@pytest.fixture
def schedule(app: Flask, clock: HandClock) -> Schedule:
    settings, opened = services(app).settings, services(app).leads
    jobs = worker.jobs(opened, settings, services(app).library)
    made = Schedule(opened.database, jobs, clock=clock)
    made.register()
    return made


def until_monday(schedule: Schedule, clock: HandClock) -> None:
    """Let time pass as the worker does, up to a minute before the mail and beyond it."""
    then = next_monday(clock())
    while clock.moment < then - datetime.timedelta(hours=12):
        run_due(schedule)
        clock.forward(hours=6)
    clock.moment = then - datetime.timedelta(minutes=1)
    run_due(schedule)


def test_it_says_that_all_is_well_also_when_nothing_has_come(
    schedule: Schedule, clock: HandClock, mail_server: MailServer
) -> None:
    until_monday(schedule, clock)
    assert mail_server.mails == []
    clock.forward(minutes=1)
    run_due(schedule)
    (mail,) = mail_server.mails
    assert mail["Subject"] == "www.firma.example: Alles in Ordnung: 0 Anfragen, 0 zugestellt"
    assert mail["To"] == "vertrieb@firma.example"
    clock.forward(days=6)
    run_due(schedule)
    assert len(mail_server.mails) == 1
    clock.forward(days=1, hours=2)
    run_due(schedule)
    assert len(mail_server.mails) == 2


def test_it_counts_what_came_and_what_was_delivered_and_names_what_is_wrong(
    app: Flask, schedule: Schedule, clock: HandClock, mail_server: MailServer
) -> None:
    ask(app)
    ask(app, suspicious=True)
    outbox = open_outbox(services(app).settings, services(app).leads.questionnaire)
    outbox.deliver_due()
    outbox.database.close()
    ask(app)
    mail_server.bodies.clear()
    until_monday(schedule, clock)
    clock.forward(minutes=1)
    run_due(schedule)
    (mail,) = mail_server.mails
    text = mail.get_content()
    assert "2 Anfragen, 1 zugestellt" in text
    assert "In der Quarantäne liegt außerdem 1 Anfrage." in text
    assert "Störung" in mail["Subject"]
    assert "versucht niemand, fällige Nachrichten zuzustellen" in text
    assert "joerg" not in text.casefold()


def test_a_mail_server_that_refuses_it_is_asked_again_soon(
    schedule: Schedule, clock: HandClock, mail_server: MailServer
) -> None:
    until_monday(schedule, clock)
    mail_server.answers["MAIL"] = ["451 Later"]
    clock.forward(minutes=1)
    run_due(schedule)
    assert mail_server.mails == []
    clock.forward(minutes=5)
    run_due(schedule)
    assert len(mail_server.mails) == 1


def test_whoever_gets_the_alarms_gets_it_too(app: Flask, mail_server: MailServer) -> None:
    assert mail_server.mails == []
    settings = Settings(smtp_url=mail_server.url, alarm_to=("technik@firma.example",))
    jobs = worker.jobs(services(app).leads, settings, services(app).library)
    (weekly,) = (job for job in jobs if job.name == "weekly")
    weekly.run(clocks.now())
    assert mail_server.recipients == ["technik@firma.example"]
