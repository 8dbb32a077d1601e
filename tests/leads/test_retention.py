from __future__ import annotations

import contextlib
import datetime
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from support.leads import ANSWERS, HandClock, RecordingChannel, Sender
from support.questionnaire import questionnaire
from website.infra.clock import GERMANY
from website.infra.database import Database, connect
from website.infra.mail_transport import FileTransport
from website.leads import retention
from website.leads.channels import MailChannel
from website.leads.models import (
    Channel,
    Delivery,
    DeliveryState,
    Event,
    Fingerprint,
    Lead,
    LeadStatus,
)
from website.leads.outbox import Counts, Outbox
from website.leads.retention import STUCK, Deleted, Period, Purge, Retention
from website.leads.store import LeadStore
from website.leads.workflow import LeadChange, LeadEntry, Workflow
from website.mailboxes import Mailbox

MARKER = "Zaubertrank"

PERIODS = Retention(
    {
        LeadStatus.NEW: Period(months=6),
        LeadStatus.IN_PROGRESS: Period(months=12),
        LeadStatus.QUALIFIED: Period(months=12),
        LeadStatus.WON: Period(years_from_end_of_year=6),
        LeadStatus.LOST: Period(months=3),
    },
    suspected=Period(days=30),
)

SUSPICIOUS = {"oddities": ("trap", "no-browser")}

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Office:
    """An agency that gets requests, is told of them, and deletes them."""

    database: Database
    store: LeadStore
    send: Sender
    clock: HandClock
    mails: Path

    @property
    def purge(self) -> Purge:
        return Purge(self.database, PERIODS, self.mails, self.clock)

    @property
    def workflow(self) -> Workflow:
        return Workflow(self.database, questionnaire, clock=self.clock)

    @property
    def outbox(self) -> Outbox:
        channel = MailChannel(
            FileTransport(self.mails),
            sender=Mailbox("website@agentur.example"),
            questionnaire=questionnaire,
        )
        return Outbox(self.database, {Channel.MAIL: channel}, self.clock)

    def lead(self, **submitted: object) -> Lead:
        """Get a request, and tell everybody of it who should know."""
        lead = self.store.get(self.send(**submitted).reference)
        assert lead is not None
        self.outbox.deliver_due()
        return lead

    def owe(self, state: DeliveryState) -> None:
        """Put one delivery of every lead into a state."""
        first = select(func.min(Delivery.id)).group_by(Delivery.lead_id)
        with self.database.writing() as session:
            session.execute(update(Delivery).where(Delivery.id.in_(first)).values(state=state))

    def references(self) -> set[str]:
        return set(self.store.references())


@pytest.fixture
def office(
    database: Database, store: LeadStore, send: Sender, clock: HandClock, tmp_path: Path
) -> Office:
    return Office(database, store, send, clock, tmp_path / "instance" / "mail")


def german(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=GERMANY)


def everything(folder: Path) -> bytes:
    """Read all files below a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize(
    ("period", "contact", "last_day"),
    [
        (Period(months=6), "2026-08-31T12:00", "2027-02-28"),
        (Period(months=6), "2027-08-31T12:00", "2028-02-29"),
        (Period(months=12), "2028-02-29T12:00", "2029-02-28"),
        (Period(months=1), "2026-12-31T12:00", "2027-01-31"),
        (Period(months=6), "2026-03-15T12:00", "2026-09-15"),
        (Period(days=30), "2027-02-14T12:00", "2027-03-16"),
        (Period(years_from_end_of_year=6), "2026-01-01T00:00", "2032-12-31"),
        (Period(years_from_end_of_year=6), "2026-12-31T23:59", "2032-12-31"),
        (Period(years_from_end_of_year=6), "2027-01-01T00:00", "2033-12-31"),
    ],
)
def test_a_period_ends_with_a_whole_day_of_the_calendar(
    period: Period, contact: str, last_day: str
) -> None:
    assert period.last_day(german(contact)).isoformat() == last_day


def test_the_day_of_a_contact_is_the_one_in_germany() -> None:
    new_year = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC)
    assert Period(years_from_end_of_year=6).last_day(new_year) == datetime.date(2033, 12, 31)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "last_day"),
    [
        (LeadStatus.NEW, "2027-05-23"),
        (LeadStatus.IN_PROGRESS, "2027-11-23"),
        (LeadStatus.QUALIFIED, "2027-11-23"),
        (LeadStatus.WON, "2032-12-31"),
        (LeadStatus.LOST, "2027-02-23"),
    ],
)
def test_a_lead_is_kept_through_the_last_day_of_its_period_and_not_longer(
    office: Office, status: LeadStatus, last_day: str
) -> None:
    lead = office.lead()
    office.workflow.change([lead.reference], LeadChange(status=status), actor="erika")
    office.clock.moment = german(f"{last_day}T23:59")
    assert office.purge.due() == []
    assert office.purge.run(actor="cron") == Deleted()
    office.clock.forward(minutes=1)
    (due,) = office.purge.due()
    assert (due.lead.reference, due.lead.status, due.owed) == (lead.reference, status, frozenset())
    assert due.since == datetime.date.fromisoformat(last_day) + datetime.timedelta(days=1)
    assert office.purge.run(actor="cron") == Deleted(leads=1, deliveries=2)
    assert office.references() == set()


@pytest.mark.slow
def test_what_is_due_is_shown_by_pages_with_what_is_held_back(office: Office) -> None:
    leads = [office.lead() for _ in range(3)]
    office.owe(DeliveryState.SENT)
    with office.database.writing() as session:
        pending = update(Delivery).where(Delivery.lead_id == leads[1].id)
        session.execute(pending.values(state=DeliveryState.PENDING))
    assert office.purge.page(1).total == 0
    office.clock.moment += datetime.timedelta(days=400)
    first, beyond = (office.purge.page(number, size=2) for number in (1, 9))
    assert (first.total, first.held_back, first.count) == (3, 1, 2)
    assert [one.lead.reference for page in (first, beyond) for one in page.leads] == [
        lead.reference for lead in leads
    ]
    assert [bool(lead.owed) for lead in first.leads] == [False, True]
    assert beyond.number == 2


def test_a_contact_begins_the_period_anew(office: Office) -> None:
    lead = office.lead()
    office.clock.forward(days=170)
    office.workflow.record(lead.reference, LeadEntry(note="Angerufen"), actor="erika")
    office.clock.forward(days=170)
    assert office.purge.due() == []
    office.clock.forward(days=20)
    assert len(office.purge.due()) == 1


def test_a_suspected_lead_goes_a_month_after_its_arrival_though_nobody_was_told(
    office: Office,
) -> None:
    kept = office.lead().reference
    suspected = office.send(**SUSPICIOUS)
    assert suspected.quarantined
    assert office.outbox.deliver_due() == Counts(), "what is owed for it is withheld"
    office.clock.forward(days=31)
    (due,) = office.purge.due()
    assert (due.lead.reference, due.owed) == (suspected.reference, frozenset())
    assert due.lead.quarantined
    assert office.purge.run(actor="cron") == Deleted(leads=1, deliveries=2, undelivered=2)
    assert office.references() == {kept}


def test_a_suspected_lead_that_somebody_took_up_is_kept_like_any_other(office: Office) -> None:
    lead = office.lead(**SUSPICIOUS)
    assert lead.quarantined
    office.workflow.change(
        [lead.reference], LeadChange(status=LeadStatus.IN_PROGRESS), actor="erika"
    )
    office.clock.forward(days=31)
    assert office.purge.due() == []


@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.DEAD])
def test_a_lead_is_never_deleted_before_everybody_has_been_told_of_it(
    office: Office, state: DeliveryState
) -> None:
    lead = office.lead()
    office.owe(state)
    office.clock.forward(days=3650)
    (due,) = office.purge.due()
    assert due.owed == {state}
    assert office.purge.run(actor="cron") == Deleted()
    assert office.references() == {lead.reference}
    office.owe(DeliveryState.SENT)
    assert office.purge.run(actor="cron").leads == 1


@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.DEAD])
def test_a_confirmation_that_does_not_arrive_keeps_no_lead(
    office: Office, state: DeliveryState
) -> None:
    office.lead()
    office.owe(state)
    with office.database.writing() as session:
        owed = update(Delivery).where(Delivery.state == state)
        session.execute(owed.values(channel=Channel.CONFIRMATION, recipient=""))
    office.clock.forward(days=365)
    assert office.purge.run(actor="cron").leads == 1


def test_what_was_given_up_long_ago_waits_for_somebody_to_decide(office: Office) -> None:
    lead = office.lead()
    office.owe(DeliveryState.DEAD)
    office.clock.moment = german("2027-05-24T12:00")
    (due,) = office.purge.due()
    assert not due.is_stuck(office.clock().date())
    assert office.purge.run(actor="operator erika", given_up=True) == Deleted(), "it is early days"
    office.clock.forward(days=STUCK.days)
    (due,) = office.purge.due()
    assert due.is_stuck(office.clock().date())
    assert office.purge.run(actor="cron") == Deleted()
    assert office.references() == {lead.reference}
    gone = office.purge.run(actor="operator erika", given_up=True)
    assert gone == Deleted(leads=1, deliveries=2, undelivered=1)


def test_what_is_still_tried_is_not_given_up(office: Office) -> None:
    lead = office.lead()
    office.owe(DeliveryState.DEAD)
    with office.database.writing() as session:
        session.execute(
            update(Delivery).where(Delivery.state == DeliveryState.SENT).values(state="pending")
        )
    office.clock.forward(days=365)
    (due,) = office.purge.due()
    assert not due.is_stuck(office.clock().date())
    assert office.purge.run(actor="operator erika", given_up=True) == Deleted()
    assert office.references() == {lead.reference}


def test_what_is_owed_anew_at_the_same_time_saves_its_lead(office: Office) -> None:
    lead = office.lead()
    office.clock.forward(days=365)
    purging = threading.Thread(target=office.purge.run, kwargs={"actor": "cron"})
    with office.database.writing() as session:
        session.execute(update(Delivery).values(state=DeliveryState.PENDING))
        session.flush()
        purging.start()
        purging.join(0.5)
        assert purging.is_alive(), "it has found the lead, and waits for the lock"
    purging.join()
    assert office.references() == {lead.reference}


def test_a_lead_goes_with_all_that_belongs_to_it(office: Office) -> None:
    office.lead()
    office.clock.forward(days=365)
    office.purge.run(actor="operator erika")
    with office.database.reading() as session:
        for table in (Lead, Delivery, Fingerprint):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
        events = session.scalars(select(Event).order_by(Event.id)).all()
    assert {event.lead_id for event in events} == {None}
    assert [event.action for event in events] == ["received", "sent", "sent", "purged"]
    assert events[-1].actor == "operator erika"
    assert events[-1].detail == "1 lead, 2 deliveries (0 undelivered), 0 leads held back"


@pytest.mark.slow
def test_the_written_mails_of_deleted_leads_go_and_those_of_others_stay(office: Office) -> None:
    gone = office.lead().reference
    office.clock.forward(days=100)
    kept = office.lead().reference
    assert len(list(office.mails.iterdir())) == 4
    office.clock.forward(days=100)
    office.purge.run(actor="cron")
    left = [path.name for path in office.mails.iterdir()]
    assert len(left) == 2
    assert all(kept in name and gone not in name for name in left)


@pytest.mark.slow
@only_sqlite
def test_nothing_is_left_in_the_files_of_the_database(office: Office, tmp_path: Path) -> None:
    long = f"Mehr, als auf eine Seite der Datenbank passt. {MARKER} " * 80
    answers = {name: f"{text} {MARKER}" for name, text in ANSWERS.items()} | {"message": long}
    lead = office.lead(answers=answers)
    office.workflow.change([lead.reference], LeadChange(status=LeadStatus.LOST), actor="erika")
    assert MARKER.encode() in everything(tmp_path)
    office.clock.forward(days=365)
    office.purge.run(actor="cron")
    assert MARKER.encode() not in everything(tmp_path)
    assert lead.reference.encode() not in everything(tmp_path)


@only_sqlite
def test_a_reader_because_of_whom_something_is_left_is_told_of(
    office: Office, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    office.lead(answers=ANSWERS | {"company": MARKER})
    office.clock.forward(days=365)
    other = connect(str(office.database.engine.url.update_query_dict({"timeout": "0.2"})))
    with office.database.reading() as session, contextlib.closing(other):
        session.execute(select(Lead.id)).all()
        replace(office, database=other).purge.run(actor="cron")
    assert "another process was reading" in caplog.text
    caplog.clear()
    office.purge.run(actor="cron")
    assert caplog.text == ""
    assert MARKER.encode() not in everything(tmp_path)


@pytest.mark.slow
def test_new_leads_come_in_while_many_are_deleted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 10)
    for _ in range(21):
        office.send()
    office.outbox.deliver_due()
    office.clock.forward(days=365)
    arrived: list[str] = []
    arriving = threading.Thread(target=lambda: arrived.append(office.send().reference))
    arriving.start()
    deleted = office.purge.run(actor="cron")
    arriving.join()
    assert deleted == Deleted(leads=21, deliveries=42)
    assert office.references() == set(arrived)


def test_a_lead_that_goes_while_it_is_delivered_stops_no_other_delivery(office: Office) -> None:
    gone = office.send().reference
    arrived: list[str] = []

    def erase(lead: Lead) -> None:
        if lead.reference == gone:
            with office.database.writing() as session:
                retention.delete_leads(session, [gone], office.mails)
            arrived.append(office.send().reference)

    channel = RecordingChannel(erase)
    Outbox(office.database, {Channel.MAIL: channel}, office.clock).deliver_due()
    assert office.references() == set(arrived)
    assert [number for number, _, _ in channel.delivered] == [gone, *arrived, *arrived]
