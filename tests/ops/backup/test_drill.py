"""The drill: a site that takes requests without pause is backed up, and restored somewhere else."""

from __future__ import annotations

import contextlib
import datetime
import email
import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path

import pytest

from support.backups import Pair
from support.groups import Site, running
from support.postgres import PostgreSQL
from support.processes import children
from support.questionnaire import questionnaire
from support.senders import requests, send_without_pause
from support.waiting import wait_until
from website.config import Settings
from website.infra import clock
from website.leads.services import open_leads, open_outbox
from website.ops.backup import rotation

CONNECTIONS = 4
PAUSE = 0.1
"""Seconds between two such rounds: each request is to be mailed twice afterwards."""


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Yield addresses of two empty databases; an empty address is SQLite in the instance folder."""
    if request.param == "sqlite":
        yield "", ""
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with (
        server.database(template="template0") as first,
        server.database(template="template0") as second,
    ):
        yield first, second


def machine(folder: Path, url: str, keys: Pair) -> Site:
    """Set up a machine; with SQLite its secret is in the instance folder."""
    folder.mkdir()
    site = Site(folder, url)
    site.environ["WEBSITE_BACKUP_RECIPIENT"] = keys.public
    if not url:
        del site.environ["WEBSITE_SECRET_KEY"]
    site.settings = Settings.from_environment(site.environ)
    return site


def take(site: Site) -> set[str]:
    """Send one request over each connection, and tell the numbers that were thanked for."""
    answers = send_without_pause(site.port, requests(site.port), connections=CONNECTIONS, seconds=0)
    return {answer.reference for answer in answers if answer.status == 303}


def take_until(done: threading.Event, site: Site) -> dict[str, datetime.datetime]:
    """Go on like this until something else is done, and tell when each was thanked for."""
    taken: dict[str, datetime.datetime] = {}
    while True:
        taken |= dict.fromkeys(take(site), clock.now())
        if done.wait(PAUSE):
            return taken


@contextlib.contextmanager
def somebody_reading(site: Site) -> Iterator[None]:
    """Read from SQLite all the time: what is taken meanwhile stays in its log, beside the file."""
    if not site.settings.is_one_machine:
        yield
        return
    file = site.settings.instance_dir / "website.sqlite3"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM leads").fetchall()
        yield


def deliverer(site: Site) -> int:
    """Name the process that delivers, as soon as the server has started it."""

    def find() -> list[int]:
        return [
            child
            for child in children(site.process.pid)
            if b"deliver" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        ]

    return wait_until(find, "a process that delivers", 60)[0]


def deliver(site: Site) -> None:
    """Deliver what is due."""
    outbox = open_outbox(site.settings, questionnaire)
    outbox.deliver_due()
    outbox.database.close()


def identifiers(site: Site) -> dict[str, set[str]]:
    """Tell under which identifiers mails were written, by the number of their request."""
    found: dict[str, set[str]] = {}
    for path in (site.settings.instance_dir / "mail").glob("*.eml"):
        reference = path.name.partition("-")[2].partition(".")[0]
        message = email.message_from_bytes(path.read_bytes())
        found.setdefault(reference, set()).add(message["Message-ID"])
    return found


def test_what_was_acknowledged_before_a_backup_is_restored_elsewhere_and_delivered(
    tmp_path: Path, urls: tuple[str, str]
) -> None:
    keys = Pair(tmp_path)
    first, second = (
        machine(tmp_path / name, url, keys)
        for name, url in zip(("first", "second"), urls, strict=True)
    )
    with running(first), futures.ThreadPoolExecutor(1) as pool:
        os.kill(deliverer(first), signal.SIGSTOP)  # so that something is pending in the backup
        try:
            with somebody_reading(first):
                acknowledged = take(first)
                done = threading.Event()
                meanwhile = pool.submit(take_until, done, first)
                try:
                    backup = Path(first.flask("backup").split()[0])
                finally:
                    done.set()
                later = meanwhile.result()
        finally:
            os.kill(deliverer(first), signal.SIGCONT)
    begun = rotation.moment_of(backup.name)
    assert begun
    acknowledged |= {reference for reference, at in later.items() if at < begun}
    assert acknowledged
    assert later

    deliver(first)  # after the backup was made, so it knows nothing of it
    told = second.flask("restore", str(backup), "--identity", str(keys.file))
    leads = open_leads(second.settings, questionnaire)
    restored = set(leads.store.references())
    assert acknowledged <= restored <= acknowledged | later.keys()
    assert f" leads {len(restored)}," in told.partition("\n")[0], "as the manifest says"

    deliver(second)
    before, after = identifiers(first), identifiers(second)
    assert before.keys() == acknowledged | later.keys()
    assert after.keys() == restored, "the outbox goes on"
    assert all(len(found) == 1 for found in after.values())
    assert all(after[reference] == before[reference] for reference in after), "the same identifiers"

    assert leads.deliveries.backlog().pending == 0
    leads.close()
    if not urls[0]:
        file = second.settings.instance_dir / "website.sqlite3"
        with contextlib.closing(sqlite3.connect(file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        secrets = [site.settings.instance_dir / "secret.key" for site in (first, second)]
        assert secrets[0].read_text() == secrets[1].read_text()
