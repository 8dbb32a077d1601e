"""A demonstration is plausible, invented through and through, and leaves the house alone."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from support.content import Content
from support.leads import ANSWERS, NOON, HandClock, Sender, intake_of
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.infra.clock import GERMANY
from website.infra.database import Database
from website.leads.intake import Intake, Submission
from website.leads.models import Base, Delivery, DeliveryState, Event, Lead, LeadStatus
from website.leads.store import LeadStore, Wanted
from website.leads.workflow import LeadEntry, LeadWork, Workflow
from website.ops.monitoring.alerts import AlertKind, active_alerts
from website.ops.monitoring.health_snapshot import take_snapshot
from website.web.services import services
from website_demo import FORTNIGHT, INVENTED, Demo, holds_others, remove

SOURCES = ("/artikel/von-kunden-trennen/", "/artikel/schulung/")


@dataclass(frozen=True)
class Filled:
    """A database with sixty leads, which tests only read."""

    database: Database
    leads: list[Lead]


@pytest.fixture(scope="module")
def filled(new_database: Callable[[], Database]) -> Filled:
    database = new_database()
    Demo(intake_of(database, HandClock()), SOURCES, (3, 4), NOON).fill(60)
    store = LeadStore(database)
    leads = [
        *store.page(Wanted(), size=100).leads,
        *store.page(Wanted(quarantined=True), size=100).leads,
    ]
    return Filled(database, leads)


@pytest.fixture
def leads(filled: Filled) -> list[Lead]:
    return filled.leads


def test_all_are_there_and_nobody_can_have_sent_them(filled: Filled) -> None:
    assert len(filled.leads) == 60
    assert all(lead.email.endswith(".example") for lead in filled.leads)
    assert not holds_others(filled.database)


def test_they_show_all_that_an_inbox_shows(leads: list[Lead]) -> None:
    wanted = [lead for lead in leads if not lead.quarantined]
    assert {lead.status for lead in wanted} == set(LeadStatus)
    assert 2 <= len(leads) - len(wanted) <= 12
    suspected = [lead for lead in leads if lead.quarantined]
    assert all(lead.spam_reasons for lead in suspected)
    assert sum(NOON - lead.received_at < FORTNIGHT for lead in suspected) > 2, "the rest is deleted"
    assert {lead.source for lead in leads} == {*SOURCES, None}
    assert {lead.owner_id for lead in leads} == {None, 3, 4}
    assert any(lead.tags for lead in leads)
    assert any(lead.follow_up_on and lead.follow_up_on < NOON.date() for lead in leads)
    assert any(lead.status is LeadStatus.NEW and not lead.answered_at for lead in wanted)
    assert max(Counter(lead.company for lead in wanted).values()) > 1
    assert 1 <= sum(lead.language == "en" for lead in wanted) <= 12


def test_they_came_on_working_days_of_half_a_year(leads: list[Lead]) -> None:
    moments = [lead.received_at for lead in leads]
    assert max(moments) <= NOON
    assert NOON - min(moments) > datetime.timedelta(days=120)
    assert sum(moment.astimezone(GERMANY).weekday() < 5 for moment in moments) > 45
    assert all(not lead.answered_at or lead.answered_at <= NOON for lead in leads)


def test_nothing_of_them_is_ever_delivered(filled: Filled) -> None:
    suspected = {lead.id for lead in filled.leads if lead.quarantined}
    with filled.database.reading() as session:
        owed = session.scalars(select(Delivery)).all()
    assert {delivery.state for delivery in owed} == {DeliveryState.SENT, DeliveryState.WITHHELD}
    assert {one.lead_id for one in owed if one.state is DeliveryState.WITHHELD} == suspected
    assert len(owed) == 2 * len(filled.leads)


def test_only_the_same_seed_makes_the_same(
    leads: list[Lead], new_database: Callable[[], Database]
) -> None:
    database = new_database()

    def made(seed: int, count: int) -> set[tuple[str, str, datetime.datetime]]:
        demo = Demo(intake_of(database, HandClock()), SOURCES, (3, 4), NOON, seed=seed)
        demo.fill(count)
        with database.reading() as session:
            return {(x.reference, x.company, x.received_at) for x in session.scalars(select(Lead))}

    first = {(lead.reference, lead.company, lead.received_at) for lead in leads}
    other = made(seed=2, count=5)
    assert not other & first
    assert made(seed=1, count=60) - other == first


@pytest.mark.parametrize("email", ["joerg@firma.de", "erika.beispiel@wolkenwerk.example"])
def test_a_lead_that_is_not_invented_is_known(database: Database, send: Sender, email: str) -> None:
    send(ANSWERS | {"email": email})
    assert holds_others(database)


def rows(database: Database) -> dict[str, int]:
    """Count the rows of each table."""
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_nothing_is_left_of_them_and_nothing_else_is_gone_when_they_are_removed(
    database: Database, intake: Intake, send: Sender, workflow: Workflow, tmp_path: Path
) -> None:
    real = send(ANSWERS | {"email": "erika.beispiel@wolkenwerk.example"}, visitor="192.0.2.1")
    workflow.record(real.reference, LeadEntry(note="Eine echte Notiz"), actor="staff 1")
    work = LeadWork(status=LeadStatus.QUALIFIED, tags=("Messe",))
    workflow.record(real.reference, LeadEntry(work=work, version=2), actor="staff 1")
    before = rows(database)
    Demo(intake, SOURCES, (3, 4), NOON).fill(20)
    with database.reading() as session:
        marked = select(Event.lead_id).where(Event.action == INVENTED).limit(1)
        number = session.get_one(Lead, session.scalar(marked)).reference
    workflow.record(number, LeadEntry(note="Auch wer eine erfundene bearbeitet"), actor="staff 1")
    mails = [tmp_path / f"1764000000-{one}.eml" for one in (number, real.reference)]
    for mail in mails:
        mail.touch()
    assert rows(database)["leads"] == 21
    assert remove(database, tmp_path).leads == 20
    assert rows(database) == before
    assert [mail.exists() for mail in mails] == [False, True]
    assert workflow.open(real.reference)
    assert remove(database, tmp_path).leads == 0


def test_they_alarm_nobody(filled: Filled, tmp_path: Path) -> None:
    snapshot = take_snapshot(filled.database, tmp_path, NOON)
    assert (snapshot.backlog.dead, snapshot.backlog.pending) == (0, 0)
    assert [alert for alert in active_alerts(snapshot) if alert.kind is AlertKind.DEAD] == []


@pytest.fixture
def app(content: Content, tmp_path: Path) -> Iterator[Flask]:
    content.article()
    app = create_app(
        Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    )
    yield app
    services(app).leads.close()


def test_the_command_fills_an_instance(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["leads", "demo", "--count", "12"])
    assert result.stdout.startswith("12 invented requests were made")
    assert len(services(app).leads.store.references()) == 12


def test_the_command_takes_away_what_it_made(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    real = services(app).leads.intake.take(Submission(answers=ANSWERS)).reference
    assert run(args=["leads", "demo", "--count", "5", "--anyway"]).exit_code == 0
    assert "5 invented requests were deleted." in run(args=["leads", "demo", "--remove"]).output
    assert services(app).leads.store.references() == [real]
    assert "0 invented requests were deleted." in run(args=["leads", "demo", "--remove"]).output


def test_the_command_refuses_among_real_requests(app: Flask) -> None:
    services(app).leads.intake.take(Submission(answers=ANSWERS | {"email": "a@firma.de"}))
    run = app.test_cli_runner().invoke
    result = run(args=["leads", "demo"])
    assert result.exit_code == 1
    assert "holds requests that are not invented" in result.output
    assert len(services(app).leads.store.references()) == 1
    assert run(args=["leads", "demo", "--count", "3", "--anyway"]).exit_code == 0


def test_the_command_refuses_where_mails_are_sent(content: Content, tmp_path: Path) -> None:
    content.article()
    settings = Settings(
        content_dir=content.folder,
        instance_dir=tmp_path / "instance",
        smtp_url="smtp://127.0.0.1:2525",
    )
    app = create_app(settings)
    result = app.test_cli_runner().invoke(args=["leads", "demo", "--anyway"])
    assert result.exit_code == 1
    assert "WEBSITE_SMTP_URL is set" in result.output
    services(app).leads.close()
