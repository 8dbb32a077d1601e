"""Two of the staff, or two processes, at the same lead at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from support.leads import KEYS, HandClock, Sender
from support.races import interleaved
from website.exceptions import EditConflict
from website.infra.database import Database
from website.leads.canaries import Canaries
from website.leads.deliveries import Deliveries, DeliveryFilter
from website.leads.intake import HandEntry, Intake
from website.leads.models import Canary, Event, LeadStatus
from website.leads.outbox import Outbox
from website.leads.store import LeadStore
from website.leads.workflow import LeadEntry, LeadWork, Workflow
from website.staff.accounts.login_throttle import LoginThrottle


def events(database: Database, action: str) -> int:
    query = select(func.count(Event.id)).where(Event.action == action)
    with database.reading() as session:
        return session.scalar(query) or 0


def test_what_two_send_again_at_once_is_owed_once(
    send: Sender, deliveries: Deliveries, database: Database
) -> None:
    number = send().reference
    deliveries.hold_pending("tried by hand", actor="test")

    def again() -> int:
        return deliveries.send_again(DeliveryFilter(references=(number,)), actor="test")

    assert interleaved(database, again, again) == (2, 0)
    assert events(database, "send-again") == 2


def test_a_form_that_arrives_twice_at_once_enters_one_request(
    intake: Intake, database: Database, store: LeadStore
) -> None:
    entry = HandEntry(owner_id=3, tag="Messe", form_key="k")

    def enter() -> str:
        return intake.enter({"company": "Müller AG", "message": "Sucht"}, entry, actor="staff 3")

    first, second = interleaved(database, enter, enter)
    assert first == second
    assert store.references() == [first]
    with ThreadPoolExecutor(6) as threads:
        assert {done.result() for done in [threads.submit(enter) for _ in range(6)]} == {first}
    assert events(database, "entered") == 1
    lead = store.get(first)
    assert lead is not None
    assert lead.owner_id == 3


def test_of_two_who_save_at_once_the_second_sees_both_versions(
    send: Sender, workflow: Workflow, database: Database, store: LeadStore
) -> None:
    number = send().reference
    lead = store.get(number)
    assert lead is not None

    def save(status: LeadStatus) -> bool:
        work = LeadWork(status=status)
        try:
            workflow.record(number, LeadEntry(work=work, version=lead.version), actor="test")
        except EditConflict:
            return False
        return True

    saved = interleaved(
        database, lambda: save(LeadStatus.WON), lambda: save(LeadStatus.IN_PROGRESS)
    )
    assert saved == (True, False)
    kept = store.get(number)
    assert kept is not None
    assert kept.status is LeadStatus.WON


def test_an_answer_that_two_note_at_once_is_the_first_ones(
    send: Sender, workflow: Workflow, database: Database
) -> None:
    number = send().reference
    interleaved(
        database,
        lambda: workflow.record(number, LeadEntry(answered=True), actor="staff 1"),
        lambda: workflow.record(number, LeadEntry(answered=True), actor="staff 2"),
    )
    assert events(database, "status") == 1


def test_a_note_that_comes_twice_at_once_is_one_note(
    send: Sender, workflow: Workflow, database: Database
) -> None:
    number = send().reference

    def note() -> bool:
        return bool(workflow.record(number, LeadEntry(note="Ruft an"), actor="staff 1"))

    assert interleaved(database, note, note) == (True, False)


def test_a_canary_that_is_removed_while_it_is_delivered_ends_no_worker(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    found = Canaries(database, KEYS, tmp_path / "mail", clock)
    nonce, _ = found.announce()
    canary = found.get(nonce)
    assert canary is not None
    outbox = Outbox(database, {}, clock=clock)
    interleaved(
        database,
        lambda: found.forget(nonce),
        lambda: outbox._settle_canary(canary, "refused"),  # noqa: SLF001 - after the attempt
    )
    assert found.get(nonce) is None


def test_a_canary_that_another_has_delivered_stays_so(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    found = Canaries(database, KEYS, tmp_path / "mail", clock)
    nonce, _ = found.announce()
    canary = found.get(nonce)
    assert canary is not None
    with database.writing() as session:
        session.get_one(Canary, nonce).delivered_at = clock()
    Outbox(database, {}, clock=clock)._settle_canary(canary, "refused")  # noqa: SLF001
    kept = found.get(nonce)
    assert kept is not None
    assert kept.delivered_at == clock()


def test_signing_in_waits_for_nobody_who_works_at_a_lead(
    send: Sender, workflow: Workflow, database: Database
) -> None:
    number, ended = send().reference, []

    def note() -> None:
        workflow.record(number, LeadEntry(note="Ruft Frau Sonnenschein an"), actor="staff 3")
        ended.append("note")

    def sign_in() -> None:
        LoginThrottle(database, KEYS).count("192.0.2.1", "anna")
        ended.append("sign-in")

    interleaved(database, note, sign_in)
    has_one_writer = database.engine.dialect.name == "sqlite"
    assert has_one_writer or ended[0] == "sign-in"
