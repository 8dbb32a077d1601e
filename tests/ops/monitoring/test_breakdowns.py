"""What can break is broken for real, and somebody is text within half an hour: once."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from support.certificates import Certificate
from support.disks import disk, filled, mount
from support.mailserver import MailServer
from support.monitored_site import MonitoredSite, frozen, running
from support.sqlite import NAME, migrated
from website.leads.retention import empty_log

SOON = 30
"""Minutes."""

Site = tuple["Path", "Certificate", int]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with frozen(tmp_path_factory.mktemp("monitored")) as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def trusting(site: Site) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(site[1].file))
        yield


@pytest.fixture(scope="module")
def monitored(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MonitoredSite]:
    """Yield a website that is mended again after each test."""
    with disk(tmp_path_factory.mktemp("monitored") / "disk", megabytes=64) as folder:
        migrated(folder)
        assert (folder / NAME).exists()
        with running(site, folder) as made:
            made.pass_time(17)
            assert made.alerts == []
            yield made


@contextlib.contextmanager
def web_process_gone(monitored: MonitoredSite) -> Iterator[None]:
    monitored.stop("endpoint")
    monitored.roles.remove("web")
    try:
        yield
    finally:
        monitored.start_endpoint()
        monitored.roles.add("web")


@contextlib.contextmanager
def web_process_gone_without_a_heartbeat(monitored: MonitoredSite) -> Iterator[None]:
    monitored.stop("endpoint")
    try:
        yield
    finally:
        monitored.start_endpoint()


@contextlib.contextmanager
def worker_gone(monitored: MonitoredSite) -> Iterator[None]:
    monitored.roles.remove("worker")
    try:
        yield
    finally:
        monitored.roles.add("worker")


@contextlib.contextmanager
def login_refused(monitored: MonitoredSite) -> Iterator[None]:
    monitored.start_mail_server(password="another one by now")  # noqa: S106 - of a test
    try:
        yield
    finally:
        monitored.start_mail_server()


@contextlib.contextmanager
def name_that_does_not_resolve(monitored: MonitoredSite) -> Iterator[None]:
    journey = monitored.journey
    monitored.journey = replace(journey, page="https://gibt-es-nicht.invalid/kontakt/")
    try:
        yield
    finally:
        monitored.journey = journey


@contextlib.contextmanager
def database_read_only(monitored: MonitoredSite) -> Iterator[None]:
    monitored.stop("endpoint")  # no disk becomes read-only while somebody writes
    monitored.leads.close()
    monitored.outbox.database.close()
    mount("-o", "remount,ro", monitored.settings.instance_dir)
    try:
        yield
    finally:
        mount("-o", "remount,rw", monitored.settings.instance_dir)
        monitored.start_endpoint()


@contextlib.contextmanager
def disk_full(monitored: MonitoredSite) -> Iterator[None]:
    empty_log(monitored.leads.database)  # SQLite could still write into the room that it has there
    with filled(monitored.settings.instance_dir):
        yield


@contextlib.contextmanager
def disk_nearly_full(monitored: MonitoredSite) -> Iterator[None]:
    filler = monitored.settings.instance_dir / "log"
    free = shutil.disk_usage(filler.parent).free
    filler.write_bytes(bytes(free - 4 * 1024**2))
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def route_missing(monitored: MonitoredSite) -> Iterator[None]:
    monitored.start_front(lambda text: text.replace("anfrage|", ""))
    try:
        yield
    finally:
        monitored.start_front()


@contextlib.contextmanager
def form_out_of_step(monitored: MonitoredSite) -> Iterator[None]:
    page = monitored.build / "kontakt/index.html"
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
    (web_process_gone_without_a_heartbeat, "Die Anfrage wurde abgewiesen: status 502", SOON),
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
    ("breaking", "text", "within"), BREAKDOWNS, ids=lambda one: getattr(one, "__name__", "")
)
def test_each_breakdown_makes_one_alert_in_time_and_one_all_clear(
    monitored: MonitoredSite,
    breaking: Callable[[MonitoredSite], AbstractContextManager[None]],
    text: str,
    within: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monitored.receiver.taken.clear()
    monitored.pass_time(1)
    assert monitored.alerts == []
    with breaking(monitored):
        monitored.wait_for_an_alert(within)
        (alert,) = monitored.alerts
        assert alert.startswith("localhost: Störung\n")
        assert text in alert
        monitored.pass_time(25)
        assert len(monitored.alerts) == 1
    monitored.pass_time(10)
    (_, over) = monitored.alerts
    assert over.startswith("localhost: Behoben\n\nBehoben nach ")
    monitored.pass_time(3)
    assert len(monitored.alerts) == 2
    assert monitored.leads.store.references() == []
    assert monitored.mail_server.mails == []
    assert "cannot be composed" not in caplog.text


def test_alerts_go_by_mail_where_that_is_configured(monitored: MonitoredSite) -> None:
    second = MailServer()
    settings = {
        "WEBSITE_ALARM_URL": "",
        "WEBSITE_ALARM_SMTP_URL": second.url,
        "WEBSITE_ALARM_TO": "technik@firma.example",
    }
    with second.running(), monitored.alerting_by(**settings):
        monitored.pass_time(1)
        with login_refused(monitored):
            monitored.pass_time(SOON)
        monitored.pass_time(10)
    alert, over = second.mails
    assert (alert["Subject"], over["Subject"]) == ("localhost: Störung", "localhost: Behoben")
    assert "weist die Anmeldung ab (535 5.7.8)" in alert.get_content()
    assert second.recipients == ["technik@firma.example"] * 2
