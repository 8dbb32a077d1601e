from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from support.leads import KEYS, NOON, HandClock, Sender
from support.questionnaire import questionnaire
from website.infra.database import Database
from website.leads.deliveries import Target
from website.leads.intake import Intake
from website.leads.models import Channel, Lead
from website.leads.spam.proof_of_work import Proofs
from website.mailboxes import Mailbox
from website.ops.monitoring.health_history import days, record_sample
from website.ops.monitoring.models import HealthSample

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def send(database: Database, clock: HandClock) -> Sender:
    targets = [Target(Channel.MAIL, "vertrieb@agentur.example")]
    return Sender(
        Intake(
            database,
            targets,
            sender=Mailbox("web@agentur.example"),
            keys=KEYS,
            proofs=Proofs(KEYS),
            questionnaire=questionnaire,
            clock=clock,
        )
    )


def only(database: Database) -> HealthSample:
    with database.reading() as session:
        return session.scalars(select(HealthSample)).one()


def test_an_observation_keeps_what_is_known_in_bytes_and_seconds(
    database: Database, send: Sender, clock: HandClock, tmp_path: Path
) -> None:
    send()
    send(oddities=("no-browser", "no-language", "untold-origin"))
    with database.writing() as session:
        session.execute(
            update(Lead).where(~Lead.quarantined).values(answered_at=clock() + 2 * HOUR)
        )
    clock.forward(hours=3)
    record_sample(database, tmp_path, clock())
    row = only(database)
    assert (row.oldest, row.response_median, row.response_tail) == (3 * 3600, 7200, 7200)
    assert 0 < row.disk_free <= row.disk_size


def test_observations_older_than_a_month_are_forgotten(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    record_sample(database, tmp_path, clock())
    clock.forward(days=31, seconds=1)
    assert record_sample(database, tmp_path, clock()) == "1 kept, 1 forgotten"
    assert only(database).at == clock()


def test_a_day_tells_the_longest_wait_and_what_its_last_observation_saw(
    database: Database, send: Sender, clock: HandClock, tmp_path: Path
) -> None:
    send()
    clock.forward(hours=2)
    record_sample(database, tmp_path, clock())
    clock.forward(days=1)
    *_, before, yesterday, today = days(database, clock())
    assert (before.received, before.has_samples, before.disk_free) == (0, False, None)
    assert yesterday.date == NOON.date()
    assert (yesterday.received, yesterday.quarantined, yesterday.oldest) == (1, 0, 2 * HOUR)
    assert yesterday.disk_free is not None
    assert (yesterday.is_over, today.is_over) == (True, False)


def test_days_are_german(database: Database, send: Sender, clock: HandClock) -> None:
    clock.moment = datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)
    send()
    assert [day.date.day for day in days(database, clock()) if day.received] == [23]
