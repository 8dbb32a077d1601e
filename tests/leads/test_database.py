"""The two databases themselves: what they promise, how long they wait, what they tell."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from support.leads import ANSWERS, NOON, Sender
from support.postgres import ON_POSTGRESQL, ON_SQLITE, PostgreSQL, running_postgres
from support.questionnaire import questionnaire
from support.threads import together
from website.config import Settings
from website.exceptions import ConfigurationError, StorageError
from website.infra import postgresql
from website.infra.database import Database, connect
from website.infra.postgresql import CONNECT, PING, POOL_TIMEOUT
from website.leads.migrations import migrate
from website.leads.models import Event, Lead
from website.leads.services import open_leads
from website.leads.store import LeadStore


def told(session: Session, question: str) -> object:
    """Ask the database about itself."""
    return session.connection().exec_driver_sql(question).scalar()


def test_an_unusable_address_is_told_to_the_operator(tmp_path: Path) -> None:
    for url in (
        "sqlite://", "sqlite:///:memory:", "nonsense", "nosuch://host/name", "mysql://host/name",
    ):  # fmt: skip
        with pytest.raises(ConfigurationError, match="WEBSITE_DATABASE_URL"):
            connect(url)
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be created"):
        connect(f"sqlite:///{tmp_path / 'file' / 'website.sqlite3'}")


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["new sqlite"], indirect=True)
def test_what_sqlite_commits_is_on_disk_and_what_it_erases_is_not(database: Database) -> None:
    for kind in (database.reading, database.writing):
        with kind() as session:
            assert told(session, "PRAGMA journal_mode") == "wal"
            assert told(session, "PRAGMA synchronous") == 2
            assert told(session, "PRAGMA secure_delete") == 1
            assert told(session, "PRAGMA foreign_keys") == 1
            assert told(session, "PRAGMA busy_timeout") == 5000


@pytest.mark.slow
def test_what_postgresql_commits_is_on_disk_whatever_its_configuration_says() -> None:
    careless = {"synchronous_commit": "off", "fsync": "off"}
    with running_postgres(careless) as server, server.database() as url:
        database = connect(url)
        with database.writing() as session:
            assert told(session, "SHOW synchronous_commit") == "on"
        database.close()


@ON_POSTGRESQL
def test_postgresql_keeps_nobody_waiting_for_long(database: Database) -> None:
    for kind in (database.reading, database.writing):
        with kind() as session:
            assert told(session, "SHOW lock_timeout") == "5s"
            assert told(session, "SHOW statement_timeout") == "8s"
            assert told(session, "SHOW idle_in_transaction_session_timeout") == "15s"


@ON_POSTGRESQL
def test_what_the_address_says_goes_before_our_settings(database_url: str) -> None:
    database = connect(f"{database_url}&options=-c%20lock_timeout%3D50ms")
    other = connect(database_url)
    with database.reading() as session:
        assert told(session, "SHOW statement_timeout") == "8s"
    with other.writing() as session:
        session.execute(text("LOCK TABLE leads"))
        with pytest.raises(StorageError, match=r"due to lock timeout \(55P03\)"):
            database_is_used(database)
    database_is_used(database)
    database.close()
    other.close()


def database_is_used(database: Database) -> None:
    with database.writing() as session:
        session.scalars(select(Lead)).all()


def test_a_machine_that_does_not_answer_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        database = connect(f"postgresql+psycopg://website@127.0.0.1:{port}/x?connect_timeout=2")
        began = time.monotonic()
        with pytest.raises(StorageError, match="timeout"):
            database_is_used(database)
        assert 1 < time.monotonic() - began < 4


def test_a_server_that_stands_still_is_given_up_and_used_again(postgres: PostgreSQL) -> None:
    """Its connections are open, and the network is fine: no limit of the server's ends a wait."""
    with postgres.database() as url:
        database = connect(url)
        waited: list[float] = []

        def use() -> None:
            began = time.monotonic()
            with contextlib.suppress(StorageError):
                database_is_used(database)
            waited.append(time.monotonic() - began)

        asking = [threading.Thread(target=use) for _ in range(10)]
        database_is_used(database)
        with postgres.frozen():
            for thread in asking:
                thread.start()
            for thread in asking:
                thread.join(20)
        assert len(waited) == len(asking), "somebody still waits"
        assert max(waited) < PING + CONNECT + POOL_TIMEOUT
        database_is_used(database)
        database.close()


def test_a_server_that_stands_still_in_the_middle_is_given_up(postgres: PostgreSQL) -> None:
    with postgres.database() as url:
        database = connect(f"{url}&options=-c%20statement_timeout%3D500ms")
        began = time.monotonic()
        with pytest.raises(StorageError, match=r"no answer within 2\.5 seconds"):
            read_while_it_freezes(database, postgres)
        assert time.monotonic() - began < 10
        database_is_used(database)
        database.close()


def read_while_it_freezes(database: Database, postgres: PostgreSQL) -> None:
    with database.writing() as session:
        session.scalars(select(Lead)).all()
        with postgres.frozen():
            session.scalars(select(Lead)).all()


@ON_POSTGRESQL
def test_what_works_through_whole_tables_may_take_its_time(database_url: str) -> None:
    database = connect(f"{database_url}&options=-c%20statement_timeout%3D100ms")
    with database.connected_for_writing() as connection:
        postgresql.without_limit(connection)
        connection.execute(text("SELECT pg_sleep(2.5)"))
    with pytest.raises(StorageError, match="statement timeout"), database.writing() as session:
        session.execute(text("SELECT pg_sleep(1)"))
    database.close()


def test_a_machine_that_refuses_is_told_to_the_operator() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(StorageError, match=f"port {port} failed: Connection refused; Is the"):
        open_leads(
            Settings(database_url=f"postgresql+psycopg://x@127.0.0.1:{port}/x"), questionnaire
        )


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_could_not_hold_every_name_is_refused(
    postgres: PostgreSQL, encoding: str
) -> None:
    postgres.execute(f"CREATE DATABASE {encoding} ENCODING '{encoding}' TEMPLATE template0")
    database = connect(postgres.url(encoding.lower()))
    with pytest.raises(ConfigurationError, match=f"encoding {encoding}; it needs UTF8. 'createdb "):
        migrate(database.engine)
    database.close()


@ON_POSTGRESQL
def test_a_connection_that_broke_is_replaced(store: LeadStore, postgres: PostgreSQL) -> None:
    store.check_writable()
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'website'"
    )
    store.check_writable()


@ON_POSTGRESQL
def test_a_machine_that_stands_still_does_not_hold_up_the_others(
    store: LeadStore, database_url: str
) -> None:
    waiting = "&options=-c%20idle_in_transaction_session_timeout%3D100ms"
    stuck = connect(f"{database_url}{waiting}")

    def stand_still() -> None:
        with stuck.writing() as session:
            session.execute(text("LOCK TABLE events"))
            time.sleep(0.3)
            store.check_writable()
            session.scalars(select(Lead)).all()

    with pytest.raises(StorageError):
        stand_still()
    stuck.close()


@pytest.mark.parametrize("database_url", ["new sqlite"], indirect=True)
def test_the_files_are_for_their_owner_only(send: Sender, tmp_path: Path) -> None:
    send()
    folder = tmp_path / "instance"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_locked_database_is_a_storage_error_and_passes(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "website.sqlite3"
    opened = open_leads(
        Settings(database_url=f"sqlite:///{path}?timeout=0.05", instance_dir=tmp_path),
        questionnaire,
    )
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        opened.store.check_writable()
    assert opened.store.newest() == [], "readers are not held up"
    other.execute("ROLLBACK")
    other.close()
    opened.store.check_writable()
    opened.close()


@ON_SQLITE
def test_a_thread_does_not_wait_forever_for_another(
    database: Database, store: LeadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.infra.sqlite.BUSY_TIMEOUT", 0.05)
    locked = pytest.raises(StorageError, match="cannot be used now: database is locked")
    with database.writing(), locked:
        together(1, lambda _: store.check_writable())
    store.check_writable()


def test_threads_do_not_use_up_the_patience_that_is_for_other_processes(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'website.sqlite3'}?timeout=0.05")
    migrate(database.engine)

    def write(_: int) -> None:
        for _ in range(5):
            with database.writing() as session:
                session.add(Event(at=NOON, actor="a", action="b"))
                session.flush()
                time.sleep(0.02)

    together(8, write)
    with database.reading() as session:
        assert len(session.scalars(select(Event)).all()) == 40
    database.close()


def test_a_file_that_is_no_database_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "website.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match="not a database"):
        open_leads(Settings(instance_dir=tmp_path), questionnaire)


@ON_SQLITE
def test_what_is_erased_is_gone_from_the_file(
    send: Sender, database: Database, tmp_path: Path
) -> None:
    send(ANSWERS | {"message": "Streng Geheimes " * 300})
    file = tmp_path / "instance" / "website.sqlite3"
    database.close()
    assert b"Streng Geheimes" in file.read_bytes()
    with database.writing() as session:
        for table in ("deliveries", "events", "fingerprints", "leads"):
            told_nothing = session.connection().exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
            assert told_nothing.rowcount > 0
    database.close()  # and with it SQLite's log, which is written into the file
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert b"Streng Geheimes" not in file.read_bytes()
    assert b"joerg.weiss" not in file.read_bytes()


@ON_SQLITE
def test_nothing_is_stored_in_a_file_that_was_replaced(
    send: Sender, store: LeadStore, database: Database, tmp_path: Path
) -> None:
    """As when a backup is restored: SQLite would go on writing into the old file, unseen."""
    before = send().reference
    folder = tmp_path / "instance"
    database.close()
    shutil.copy(folder / "website.sqlite3", tmp_path / "backup")
    lost = send().reference
    os.replace(tmp_path / "backup", folder / "website.sqlite3")  # noqa: PTH105
    for companion in ("website.sqlite3-wal", "website.sqlite3-shm"):
        (folder / companion).unlink()
    after = send().reference
    assert store.references() == [after, before]
    assert store.get(lost) is None
    database.close()
    assert LeadStore(connect(f"sqlite:///{folder / 'website.sqlite3'}")).get(after)


@ON_SQLITE
def test_a_file_that_is_gone_is_not_made_anew(
    send: Sender, database: Database, tmp_path: Path
) -> None:
    send()
    file = tmp_path / "instance" / "website.sqlite3"
    away = file.rename(tmp_path / "away")
    for _ in range(2):
        with pytest.raises(StorageError, match="No such file or directory"):
            send()
        database.close()
    assert not file.exists()
    away.rename(file)
    assert send().reference


def test_a_moment_comes_back_in_utc_from_wherever(database: Database) -> None:
    with database.writing() as session:
        session.add(Event(at=NOON, actor="a", action="b"))
    with database.reading() as session:
        at = session.scalars(select(Event)).one().at
    assert (at, at.utcoffset()) == (NOON, NOON.utcoffset())
