"""Databases that really cannot store: nobody is thanked, no word is lost, and all goes on after.

Disks are small file systems of their own, so these tests need the right to mount.
"""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select, text

from support.disks import disk, filled, mount
from support.endpoint import post, serving_within
from support.postgres import PostgreSQL, running_postgres
from support.questionnaire import questionnaire
from support.visitor import FORM, Visitor, browser, filled_in
from support.visitor import text as read
from support.waiting import wait_until
from website.config import Settings
from website.infra.database import Database, connect
from website.leads.models import Delivery, Event, Fingerprint, Lead, Visit
from website.leads.services import Leads, open_leads
from website.web.services import services

MANY = 40
"""Requests that use up what was set aside on a disk before it became full."""

SENTENCES = (
    "Zwei Großkunden drohen mit Absprung.",
    "Unsere Leiterin im Vertrieb geht im Frühjahr in den Ruhestand.",
    "Uns fehlt jemand, der sich in den nächsten Monaten um sie kümmert.",
    "Die Gespräche über das kommende Jahr beginnen in drei Wochen.",
    "Im letzten Quartal haben wir zwei Ausschreibungen verloren.",
)


def long_form(number: int) -> dict[str, str]:
    """Fill in the form with much text, each time another one."""
    message = " ".join(random.Random(number).choices(SENTENCES, k=80))  # noqa: S311 - no secret
    return FORM | {"message": f"Anfrage {number}. {message}"}


# What is checked


def assert_refused_with_everything_kept(page: html.HtmlElement, form: dict[str, str]) -> None:
    assert page.get("lang") == "de"
    assert filled_in(page) == form
    assert page.findtext(".//title").startswith("Ihre Anfrage ist noch nicht gespeichert: ")
    notice = read(page.xpath("//main/*")[0])
    assert "Senden Sie sie in einigen Minuten noch einmal ab" in notice
    assert "Telefon" in notice
    assert "eingegangen" not in read(page)


def assert_whole(database: Database, thanked: list[str]) -> None:
    """Look whether exactly those are stored who were thanked, with all that belongs to each."""
    with database.reading() as session:
        found = session.execute(select(Lead.id, Lead.reference).order_by(Lead.id)).all()
        numbers = {number for number, _ in found}
        assert {reference for _, reference in found} == set(thanked)
        assert len(found) == len(thanked)
        for owner in (Delivery.lead_id, Event.lead_id, Fingerprint.lead_id):
            assert set(session.scalars(select(owner))) == numbers
        assert len(session.scalars(select(Visit.id)).all()) == len(thanked)
        if session.connection().dialect.name == "sqlite":
            checked = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
            assert checked == "ok"


def go_through(visitor: Visitor, fault: AbstractContextManager[None]) -> None:
    """Send before, meanwhile and after."""
    thanked = [visitor.lead(visitor.send(**long_form(0))).reference]
    with fault:
        for number in range(1, MANY):
            response = visitor.send(**long_form(number))
            if response.status_code != 303:
                break
            thanked.append(response.headers["Location"].rpartition("/")[2])
        assert response.status_code == 503
        assert_refused_with_everything_kept(
            html.document_fromstring(response.get_data()), long_form(number)
        )
        again = visitor.send(**long_form(number))
        assert again.status_code == 503
    sent = visitor.send(**long_form(number))
    thanked.append(visitor.lead(sent).reference)
    assert_whole(visitor.leads.database, thanked)


@contextlib.contextmanager
def visiting(service: Flask, url: str, folder: Path) -> Iterator[Visitor]:
    opened = open_leads(Settings(database_url=url, instance_dir=folder), questionnaire)
    services(service).leads = opened
    try:
        yield Visitor(browser(service), opened)
    finally:
        opened.close()


# SQLite


@contextlib.contextmanager
def a_full_disk(folder: Path, _opened: Leads) -> Iterator[None]:
    with filled(folder):
        yield


@contextlib.contextmanager
def a_disk_that_became_read_only(folder: Path, opened: Leads) -> Iterator[None]:
    opened.close()  # otherwise the kernel refuses: a file is open for writing
    mount("-o", "remount,ro", folder)
    yield
    mount("-o", "remount,rw", folder)


@contextlib.contextmanager
def another_process_that_writes_on_and_on(folder: Path, _opened: Leads) -> Iterator[None]:
    other = sqlite3.connect(folder / "website.sqlite3", isolation_level=None)
    with contextlib.closing(other):
        other.execute("BEGIN IMMEDIATE")
        yield


@contextlib.contextmanager
def a_file_that_is_away(folder: Path, _opened: Leads) -> Iterator[None]:
    away = folder / "away"
    away.mkdir()
    for file in folder.glob("website.sqlite3*"):
        file.rename(away / file.name)
    yield
    for file in away.iterdir():
        file.rename(folder / file.name)


SQLITE_FAULTS = (
    a_full_disk,
    a_disk_that_became_read_only,
    another_process_that_writes_on_and_on,
    a_file_that_is_away,
)


@pytest.mark.parametrize("fault", SQLITE_FAULTS, ids=lambda fault: fault.__name__)
def test_sqlite_and(
    fault: Callable[[Path, Leads], AbstractContextManager[None]],
    service: Flask,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with disk(tmp_path / "disk", megabytes=2) as folder:
        url = f"sqlite:///{folder / 'website.sqlite3'}?timeout=0.1"
        with visiting(service, url, tmp_path) as visitor:
            go_through(visitor, fault(folder, visitor.leads))
            if fault is a_full_disk:
                assert f"see 'df -h {folder}/website.sqlite3', make room" in caplog.text


UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""Root, but held to the rights of files like everybody else."""


def test_sqlite_and_a_file_that_the_process_may_only_read(tmp_path: Path) -> None:
    """As after a restore by somebody else. Who mends the rights need not start anything anew."""
    file = tmp_path / "website.sqlite3"
    open_leads(Settings(instance_dir=tmp_path), questionnaire).close()
    file.chmod(0o444)
    with serving_within(UNPRIVILEGED, tmp_path) as url:
        refused = post(url, FORM)
        assert refused.status == 503
        assert_refused_with_everything_kept(html.document_fromstring(refused.body), FORM)
        for each in tmp_path.glob("website.sqlite3*"):  # its companions get the same rights
            each.chmod(0o600)
        reference = post(url, FORM).reference
    opened = open_leads(Settings(instance_dir=tmp_path), questionnaire)
    assert_whole(opened.database, [reference])
    opened.close()


# PostgreSQL


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """Run a server of our own, because it is ill-treated."""
    with running_postgres() as server:
        server.execute("CREATE ROLE app LOGIN")
        yield server


@contextlib.contextmanager
def a_server_that_is_stopped(server: PostgreSQL, _name: str, _opened: Leads) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextlib.contextmanager
def a_server_that_crashed(server: PostgreSQL, _name: str, _opened: Leads) -> Iterator[None]:
    server.stop(signal.SIGQUIT)
    try:
        yield
    finally:
        server.start()


@contextlib.contextmanager
def a_server_that_only_reads(server: PostgreSQL, _name: str, opened: Leads) -> Iterator[None]:
    configure(server, opened, "on")
    try:
        yield
    finally:
        configure(server, opened, "off")


def configure(server: PostgreSQL, opened: Leads, read_only: str) -> None:
    """Change the configuration of a running server, and wait until it applies to us."""
    server.execute(f"ALTER SYSTEM SET default_transaction_read_only = {read_only}")
    server.execute("SELECT pg_reload_conf()")

    def applies() -> bool:
        with opened.database.reading() as session:
            found = session.scalars(text("SHOW default_transaction_read_only")).one()
        return bool(found == read_only)

    wait_until(applies, f"{read_only} for us", 10)


@contextlib.contextmanager
def another_who_locks_the_table(server: PostgreSQL, name: str, _opened: Leads) -> Iterator[None]:
    other = connect(server.url(name))
    with other.writing() as session:
        session.connection().exec_driver_sql("LOCK TABLE leads")
        yield
    other.close()


@contextlib.contextmanager
def a_right_that_is_missing(server: PostgreSQL, name: str, _opened: Leads) -> Iterator[None]:
    server.execute("REVOKE INSERT ON deliveries FROM app", name)
    yield
    server.execute("GRANT INSERT ON deliveries TO app", name)


@contextlib.contextmanager
def too_many_connections(server: PostgreSQL, _name: str, opened: Leads) -> Iterator[None]:
    opened.close()
    server.execute("ALTER ROLE app CONNECTION LIMIT 0")
    try:
        yield
    finally:
        server.execute("ALTER ROLE app CONNECTION LIMIT -1")


@contextlib.contextmanager
def a_server_on_a_full_disk(server: PostgreSQL, name: str, opened: Leads) -> Iterator[None]:
    opened.close()  # nobody may be connected while a database moves
    owner = server.folder.stat().st_uid
    with disk(server.folder / "disk", megabytes=20, options=f"mode=0700,uid={owner}") as folder:
        server.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        server.execute(f"ALTER DATABASE {name} SET TABLESPACE small")
        try:
            with filled(folder):
                yield
        finally:
            opened.close()
            server.execute(f"ALTER DATABASE {name} SET TABLESPACE pg_default")
            server.execute("DROP TABLESPACE small")


@contextlib.contextmanager
def a_server_that_stands_still(server: PostgreSQL, _name: str, _leads: Leads) -> Iterator[None]:
    """Its connections stay open, and nobody answers."""
    began = time.monotonic()
    with server.frozen():
        yield
    assert time.monotonic() - began < 30, "several requests, each with an end"


POSTGRESQL_FAULTS = (
    a_server_that_is_stopped,
    a_server_that_crashed,
    a_server_that_only_reads,
    another_who_locks_the_table,
    a_right_that_is_missing,
    too_many_connections,
    a_server_on_a_full_disk,
    a_server_that_stands_still,
)


@pytest.mark.parametrize("fault", POSTGRESQL_FAULTS, ids=lambda fault: fault.__name__)
def test_postgresql_and(
    fault: Callable[[PostgreSQL, str, Leads], AbstractContextManager[None]],
    service: Flask,
    server: PostgreSQL,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with server.database() as url:
        name = url.partition("@/")[2].partition("?")[0]
        server.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO app", name)
        server.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO app", name)
        as_app = url.replace("website@", "app@") + "&options=-c%20lock_timeout%3D100ms"
        with visiting(service, as_app, tmp_path) as visitor:
            go_through(visitor, fault(server, name, visitor.leads))
    assert "A request could not be stored: The database cannot be used now: " in caplog.text
    assert not [word for word in FORM.values() if word in caplog.text]


def test_a_thanked_request_survives_a_crash_of_postgresql(service: Flask, tmp_path: Path) -> None:
    """Even where its configuration would rather be fast than safe."""
    careless = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
    with (
        running_postgres(careless) as server,
        server.database() as url,
        visiting(service, url, tmp_path) as visitor,
    ):
        sent = visitor.send()
        server.stop(signal.SIGQUIT)
        server.start()
        assert visitor.lead(sent).company == FORM["company"]
