"""What can break is broken for real, and somebody is told within half an hour: once."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support.disks import disk, filled, mount
from support.mailserver import MailServer
from support.sqlite import NAME, migrated
from support.watched import Watched, frozen, running
from website.leads.retention import empty_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from support.certificates import Certificate

SOON = 30
"""Minutes."""

Site = tuple["Path", "Certificate", int]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with frozen(tmp_path_factory.mktemp("watched")) as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def trusting(site: Site) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(site[1].file))
        yield


@pytest.fixture(scope="module")
def watched(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Give a website that is mended again after each test."""
    with disk(tmp_path_factory.mktemp("watched") / "disk", megabytes=64) as folder:
        migrated(folder)
        assert (folder / NAME).exists()
        with running(site, folder) as made:
            yield made


@contextlib.contextmanager
def web_process_gone(watched: Watched) -> Iterator[None]:
    watched.stop("endpoint")
    watched.roles.remove("web")
    try:
        yield
    finally:
        watched.start_endpoint()
        watched.roles.add("web")


@contextlib.contextmanager
def web_process_gone_over_which_nobody_watches(watched: Watched) -> Iterator[None]:
    watched.stop("endpoint")
    try:
        yield
    finally:
        watched.start_endpoint()


@contextlib.contextmanager
def worker_gone(watched: Watched) -> Iterator[None]:
    watched.roles.remove("worker")
    try:
        yield
    finally:
        watched.roles.add("worker")


@contextlib.contextmanager
def login_refused(watched: Watched) -> Iterator[None]:
    watched.start_mail_server(password="another one by now")  # noqa: S106 - of a test
    try:
        yield
    finally:
        watched.start_mail_server()


@contextlib.contextmanager
def name_that_does_not_resolve(watched: Watched) -> Iterator[None]:
    journey = watched.journey
    watched.journey = replace(journey, page="https://gibt-es-nicht.invalid/kontakt/")
    try:
        yield
    finally:
        watched.journey = journey


@contextlib.contextmanager
def database_read_only(watched: Watched) -> Iterator[None]:
    watched.stop("endpoint")  # no disk becomes read-only while somebody writes
    watched.leads.close()
    watched.outbox.close()
    mount("-o", "remount,ro", watched.settings.instance_dir)
    try:
        yield
    finally:
        mount("-o", "remount,rw", watched.settings.instance_dir)
        watched.start_endpoint()


@contextlib.contextmanager
def disk_full(watched: Watched) -> Iterator[None]:
    empty_log(watched.leads.database)  # SQLite could still write into the room that it has there
    with filled(watched.settings.instance_dir):
        yield


@contextlib.contextmanager
def disk_nearly_full(watched: Watched) -> Iterator[None]:
    filler = watched.settings.instance_dir / "log"
    free = shutil.disk_usage(filler.parent).free
    filler.write_bytes(bytes(free - 4 * 1024**2))
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def route_missing(watched: Watched) -> Iterator[None]:
    watched.start_front(lambda text: text.replace("anfrage|", ""))
    try:
        yield
    finally:
        watched.start_front()


@contextlib.contextmanager
def form_out_of_step(watched: Watched) -> Iterator[None]:
    page = watched.build / "kontakt/index.html"
    text = page.read_text()
    for packed in page.parent.glob("index.html*"):
        packed.unlink()  # releases share files
    page.write_text(text.replace('name="company"', 'name="firma"'))
    try:
        yield
    finally:
        page.write_text(text)


BREAKDOWNS = (
    (web_process_gone, "läuft das Programm nicht, das Anfragen annimmt", 5),
    (web_process_gone_over_which_nobody_watches, "Die Anfrage wurde abgewiesen: status 502", SOON),
    (worker_gone, "läuft das Programm nicht, das Anfragen zustellt", 5),
    (login_refused, "Der Mailserver weist die Anmeldung ab (535 5.7.8)", 16),
    (name_that_does_not_resolve, "Die Kontaktseite ist nicht zu erreichen", SOON),
    (database_read_only, "Die Datenbank ist nicht zu benutzen", 3),
    (disk_full, "Die Datenbank ist nicht zu benutzen", 3),
    (disk_nearly_full, "Auf der Festplatte sind nur noch", 3),
    (route_missing, "Die Anfrage wurde abgewiesen: status 404", SOON),
    (form_out_of_step, "The field firma is unknown to the endpoint.", SOON),
)


@pytest.mark.parametrize(
    ("breaking", "told", "within"), BREAKDOWNS, ids=lambda one: getattr(one, "__name__", "")
)
def test_somebody_is_told_in_time_and_once_and_when_it_is_over(
    watched: Watched,
    breaking: Callable[[Watched], AbstractContextManager[None]],
    told: str,
    within: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched.receiver.taken.clear()
    watched.pass_time(17)
    assert watched.alarms == []
    with breaking(watched):
        watched.pass_time(within)
        (alarm,) = watched.alarms
        assert alarm.startswith("localhost: Störung\n")
        assert told in alarm
        watched.pass_time(25)
        assert len(watched.alarms) == 1
    watched.pass_time(10)
    (_, over) = watched.alarms
    assert over.startswith("localhost: Behoben\n\nBehoben nach ")
    watched.pass_time(3)
    assert len(watched.alarms) == 2
    assert watched.leads.store.references() == []
    assert watched.mail_server.mails == []
    assert "cannot be composed" not in caplog.text


def test_somebody_is_told_by_mail_where_that_is_wanted(watched: Watched) -> None:
    second = MailServer()
    settings = {
        "WEBSITE_ALARM_URL": "",
        "WEBSITE_ALARM_SMTP_URL": second.url,
        "WEBSITE_ALARM_TO": "technik@firma.example",
    }
    with second.running(), watched.told_otherwise(**settings):
        watched.pass_time(17)
        with login_refused(watched):
            watched.pass_time(SOON)
        watched.pass_time(10)
    told, over = second.mails
    assert (told["Subject"], over["Subject"]) == ("localhost: Störung", "localhost: Behoben")
    assert "weist die Anmeldung ab (535 5.7.8)" in told.get_content()
    assert second.recipients == ["technik@firma.example"] * 2
