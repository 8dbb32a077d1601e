from __future__ import annotations

import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from support.leads import ANSWERS, NOON, HandClock
from website import leads
from website.config import Settings
from website.exceptions import ConfigurationError, StorageError
from website.leads.database import Database, connect
from website.leads.migrations import migrate
from website.leads.models import Delivery, Event, Lead, State
from website.leads.store import LeadStore

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session


def test_a_stored_lead_is_found_with_all_its_answers(store: LeadStore) -> None:
    receipt = store.add(ANSWERS, source="/kontakt/")
    lead = store.get(receipt.reference)
    assert lead is not None
    assert (lead.reference, lead.received_at, lead.source) == (receipt.reference, NOON, "/kontakt/")
    assert (lead.topic, lead.company, lead.name) == (
        "kam-aufbauen",
        "Müller & Söhne GmbH",
        "Jörg Weiß",
    )
    assert list(lead.answers) == ["message", "phone", "start", "confidential"]
    assert lead.every_answer == ANSWERS
    assert lead.status == "new"


def test_a_lead_is_found_however_its_number_is_written(store: LeadStore) -> None:
    number = store.add(ANSWERS).reference
    found = store.get(f" {number.lower().replace('-', ' ')} ")
    assert found is not None
    assert found.reference == number
    assert store.get("nichts") is None
    assert store.get("BBBB-BBBB") is None


def test_each_recipient_is_owed_a_message_of_its_own(store: LeadStore) -> None:
    lead = store.get(store.add(ANSWERS).reference)
    assert lead is not None
    assert [d.recipient for d in lead.deliveries] == [
        "vertrieb@agentur.example",
        "leitung@agentur.example",
    ]
    assert len({d.message_id for d in lead.deliveries}) == 2
    for delivery in lead.deliveries:
        assert delivery.message_id.startswith(f"<{lead.reference}.")
        assert delivery.message_id.endswith("@agentur.example>")
        assert (delivery.state, delivery.attempts) == (State.PENDING, 0)
        assert delivery.next_attempt_at == NOON
    assert [(e.actor, e.action) for e in store.events(lead)] == [("visitor", "received")]


def test_texts_are_cleaned_before_they_are_kept(store: LeadStore) -> None:
    hostile = ANSWERS | {
        "company": "Firma\r\nBcc: x@y.example\x00",
        "message": "a\r\nb\ud800",
        "fax": "nicht gefragt",
    }
    lead = store.get(store.add(hostile).reference)
    assert lead is not None
    assert lead.company == "Firma Bcc: x@y.example"
    assert lead.answers["message"] == "a\nb"
    assert "fax" not in lead.answers


def test_the_newest_leads_come_first(store: LeadStore, clock: HandClock) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(store.add(ANSWERS).reference)
        clock.forward(minutes=1)
    assert [lead.reference for lead in store.newest(2)] == [numbers[2], numbers[1]]
    assert len(store.newest()[0].deliveries) == 2


def test_a_number_that_is_taken_is_drawn_again(database: Database) -> None:
    draws = iter(["BBBB-BBBB", "BBBB-BBBB", "CCCC-CCCC"])
    store = LeadStore(database, [], sender="a@b.example", draw=lambda: next(draws))
    assert store.add(ANSWERS).reference == "BBBB-BBBB"
    assert store.add(ANSWERS).reference == "CCCC-CCCC"


def test_a_lead_is_stored_with_all_that_belongs_to_it_or_not_at_all(
    store: LeadStore, database: Database
) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql("DROP TABLE events")
    with pytest.raises(StorageError):
        store.add(ANSWERS)
    with database.reading() as session:
        assert session.scalars(select(Lead)).all() == []
        assert session.scalars(select(Delivery)).all() == []


def test_what_is_committed_is_on_disk(database: Database) -> None:
    with database.reading() as session:

        def pragma(name: str) -> object:
            return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 5000


def test_the_files_are_for_their_owner_only(store: LeadStore, tmp_path: Path) -> None:
    store.add(ANSWERS)
    folder = tmp_path / "instance"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_locked_database_is_a_storage_error_and_passes(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "website.sqlite3"
    store = leads.open_store(Settings(database_url=f"sqlite:///{path}?timeout=0.05"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        store.add(ANSWERS)
    with pytest.raises(StorageError, match="locked"):
        store.check_writable()
    assert store.newest() == [], "readers are not held up"
    other.execute("ROLLBACK")
    other.close()
    store.check_writable()
    assert store.add(ANSWERS).reference
    store.close()


def test_a_full_disk_is_a_storage_error_and_leaves_no_half_lead(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'website.sqlite3'}")
    event.listen(
        database.engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count=40").close()
    )
    migrate(database.engine)
    store = LeadStore(database, [], sender="a@b.example")
    stored = 0

    def store_until_full() -> None:
        nonlocal stored
        for _ in range(1000):
            store.add(ANSWERS | {"message": "x" * 4000})
            stored += 1

    with pytest.raises(StorageError, match="full"):
        store_until_full()
    assert stored > 0
    assert len(store.newest(1000)) == stored
    store.close()


def test_errors_hold_no_word_of_the_lead(store: LeadStore, database: Database) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql("DROP TABLE leads")
    with pytest.raises(StorageError) as caught:
        store.add(ANSWERS)
    error: BaseException | None = caught.value
    while error:
        assert "Müller" not in str(error)
        error = error.__cause__


def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "website.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match="not a database"):
        leads.open_store(Settings(instance_dir=tmp_path))


def test_an_unusable_address_is_told_to_the_operator(tmp_path: Path) -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "nonsense", "nosuch://host/name"):
        with pytest.raises(ConfigurationError, match="WEBSITE_DATABASE_URL"):
            connect(url)
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be created"):
        connect(f"sqlite:///{tmp_path / 'file' / 'website.sqlite3'}")


def test_checking_leaves_no_trace(store: LeadStore, database: Database) -> None:
    store.check_writable()
    with database.reading() as session:
        assert session.scalars(select(Event)).all() == []


def test_many_visitors_at_once_all_get_a_number(store: LeadStore) -> None:
    numbers: list[str] = []

    def send() -> None:
        numbers.extend(store.add(ANSWERS).reference for _ in range(5))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 40
    assert {lead.reference for lead in store.newest(100)} == set(numbers)


def test_dead_deliveries_are_owed_anew_on_demand(
    store: LeadStore, database: Database, clock: HandClock
) -> None:
    lead = store.get(store.add(ANSWERS).reference)
    assert lead is not None
    with database.writing() as session:
        _first(session).state = State.DEAD
        _first(session).attempts = 10
    assert store.backlog().dead == 1
    clock.forward(days=5)
    assert store.send_again(lead, actor="erika") == 1
    assert store.send_again(lead, actor="erika") == 0
    with database.reading() as session:
        revived = _first(session)
    assert (revived.state, revived.attempts) == (State.PENDING, 0)
    assert revived.next_attempt_at == clock()
    assert [(e.actor, e.action) for e in store.events(lead)][-1] == ("erika", "send-again")


def test_the_backlog_tells_how_long_the_oldest_waits(store: LeadStore, clock: HandClock) -> None:
    assert store.backlog().oldest is None
    store.add(ANSWERS)
    clock.forward(hours=1)
    store.add(ANSWERS)
    backlog = store.backlog()
    assert (backlog.pending, backlog.dead, backlog.oldest) == (4, 0, NOON)


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="needs its zone"), database.writing() as session:
        session.add(Event(at=NOON.replace(tzinfo=None), actor="a", action="b"))


def _first(session: Session) -> Delivery:
    return session.get_one(Delivery, 1)
