"""What the site does by itself, beside requests, and says of it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from support.leads import ANSWERS, KEYS, HandClock, Sender
from support.postgres import ON_POSTGRESQL, ON_SQLITE
from website.infra.database import Database
from website.leads import housekeeping
from website.leads.erasure_log import ErasureLog
from website.leads.housekeeping import purge_due, vacuum
from website.leads.models import Delivery, DeliveryState, Lead, LeadStatus
from website.leads.retention import STUCK, Period, Retention
from website.leads.store import LeadStore

PERIODS = Retention(dict.fromkeys(LeadStatus, Period(months=6)), suspected=Period(days=30))


@pytest.fixture
def erasures(tmp_path: Path) -> ErasureLog:
    return ErasureLog(tmp_path / "backups", KEYS)


def settle(database: Database, state: DeliveryState) -> None:
    with database.writing() as session:
        session.execute(update(Delivery).values(state=state))


def test_what_is_due_is_deleted_and_counted(
    database: Database, send: Sender, clock: HandClock, erasures: ErasureLog, tmp_path: Path
) -> None:
    send()
    settle(database, DeliveryState.SENT)
    erasures.note(["2026-AAAAAA"], clock())
    clock.forward(days=365)
    send()
    told = purge_due(database, PERIODS, tmp_path / "mail", erasures, clock())
    assert told == (
        "deleted 1 lead, 2 deliveries (0 undelivered); "
        "0 leads held back, 0 of them for somebody to decide"
    )
    (noted,) = erasures.folder.glob("erased-*.txt")
    assert noted.read_text() == ""


def test_operators_are_warned_of_leads_that_nobody_will_ever_be_told_of(
    database: Database,
    send: Sender,
    clock: HandClock,
    erasures: ErasureLog,
    caplog: pytest.LogCaptureFixture,
) -> None:
    number = send().reference
    settle(database, DeliveryState.DEAD)
    clock.forward(days=190)
    with caplog.at_level(logging.WARNING):
        told = purge_due(database, PERIODS, erasures.folder, erasures, clock())
        assert told.endswith("1 lead held back, 0 of them for somebody to decide")
        assert caplog.text == ""
        clock.forward(days=STUCK.days)
        told = purge_due(database, PERIODS, erasures.folder, erasures, clock())
    assert told.endswith("1 lead held back, 1 of them for somebody to decide")
    assert "leads purge --dry-run" in caplog.text
    assert number not in caplog.text + told
    assert list(LeadStore(database).references()) == [number]


def fill_and_empty(database: Database, send: Sender) -> int:
    """Let most of the file be free, and give its size."""
    for _ in range(30):
        send(ANSWERS | {"message": "Ein langer Text. " * 290})
    with database.writing() as session:
        session.execute(text("CREATE TABLE filler AS SELECT randomblob(5000000) AS bytes"))
    with database.writing() as session:
        session.execute(text("DROP TABLE filler"))
        session.execute(delete(Delivery))
        session.execute(delete(Lead))
    housekeeping.empty_log(database)
    return size(database)


def size(database: Database) -> int:
    with database.reading() as session:
        pages, page = (session.scalar(text(f"PRAGMA {n}")) for n in ("page_count", "page_size"))
    return int(pages) * int(page)


@ON_SQLITE
def test_a_file_that_is_mostly_free_gets_smaller(
    database: Database, send: Sender, store: LeadStore, clock: HandClock
) -> None:
    large = fill_and_empty(database, send)
    kept = send().reference
    assert " pages given back in " in vacuum(database, clock())
    assert size(database) < large / 4
    assert list(store.references()) == [kept]
    assert vacuum(database, clock()).startswith("not worthwhile")


@ON_SQLITE
def test_what_would_keep_visitors_waiting_is_put_off(
    database: Database, send: Sender, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = fill_and_empty(database, send)
    with monkeypatch.context() as patch:
        patch.setattr(housekeeping, "LARGEST", 1000)
        assert "takes too long" in vacuum(database, clock())
    with database.engine.connect() as other:
        other.exec_driver_sql("UPDATE events SET detail = detail")
        other.exec_driver_sql("SELECT 1")
        assert vacuum(database, clock()) == "put off: another process was writing"
        other.rollback()
    assert size(database) == large


@ON_POSTGRESQL
def test_postgresql_looks_after_itself(database: Database, clock: HandClock) -> None:
    assert vacuum(database, clock()) == "nothing to do: PostgreSQL looks after itself"
