"""When alerts are sent, how often, and by which channel."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from support.leads import HandClock
from support.mailserver import MailServer
from support.receiver import Receiver
from website.config import Settings
from website.exceptions import ConfigurationError
from website.infra.database import Database, connect
from website.infra.german import spelled_duration
from website.infra.mail_transport import LOGIN_REFUSED, SmtpTransport
from website.leads.models import Channel as Way
from website.leads.models import Delivery, DeliveryState, Lead
from website.mailboxes import Mailbox
from website.ops.monitoring import heartbeat as heartbeat_module
from website.ops.monitoring.alert_channels import (
    AlertChannel,
    TextMail,
    TextWebhook,
    channels_for,
)
from website.ops.monitoring.heartbeat import Heartbeat, MachineLock
from website.ops.monitoring.jobs import Job, Schedule
from website.ops.monitoring.models import AlertRecord

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().running() as running:
        yield running


@pytest.fixture
def overdue(database: Database, clock: HandClock) -> Overdue:
    return Overdue(database, clock)


class Overdue:
    """Jobs that nobody does."""

    def __init__(self, database: Database, clock: HandClock) -> None:
        self._database, self._clock = database, clock

    def jobs(self, *names: str) -> None:
        """Let these be overdue, and no others."""
        long_ago = self._clock() - datetime.timedelta(days=30)
        jobs = [
            Job(name=name, every=MINUTE, run=lambda _now: "", patience=MINUTE) for name in names
        ]
        Schedule(self._database, jobs, clock=lambda: long_ago).register()


def heartbeat_of(
    database: Database, clock: HandClock, tmp_path: Path, *channels: AlertChannel
) -> Heartbeat:
    """Return a heartbeat that has run for a while."""
    heartbeat = Heartbeat(
        database, tmp_path, channels, role="worker", site="www.firma.example", clock=clock
    )
    for _ in range(8):
        clock.forward(minutes=1)
        heartbeat.check()
    return heartbeat


def check(heartbeat: Heartbeat, clock: HandClock, minutes: int) -> None:
    for _ in range(minutes):
        clock.forward(minutes=1)
        heartbeat.check()


def texts(receiver: Receiver) -> list[str]:
    return [json.loads(message.content)["text"] for message in receiver.taken]


def test_what_only_one_check_finds_is_not_sent(
    database: Database, clock: HandClock, tmp_path: Path, receiver: Receiver, overdue: Overdue
) -> None:
    heartbeat = heartbeat_of(database, clock, tmp_path, TextWebhook(receiver.url))
    overdue.jobs("backup")
    heartbeat.check()
    overdue.jobs()
    check(heartbeat, clock, 3)
    assert texts(receiver) == []


def test_several_are_sent_in_one_message_with_what_to_do(
    database: Database, clock: HandClock, tmp_path: Path, receiver: Receiver, overdue: Overdue
) -> None:
    heartbeat = heartbeat_of(database, clock, tmp_path, TextWebhook(receiver.url))
    overdue.jobs("backup", "purge")
    check(heartbeat, clock, 5)
    (text,) = texts(receiver)
    assert text.startswith("www.firma.example: 2 Störungen\n\n")
    assert "Die Sicherung ist überfällig" in text
    assert "Das Löschen alter Anfragen ist überfällig" in text
    assert text.count("→ ") == 2
    (message,) = receiver.taken
    assert message.headers["Content-Type"] == "application/json"


@pytest.mark.slow
def test_it_is_sent_again_after_a_day_and_once_when_it_is_over_with_how_long_it_took(
    database: Database, clock: HandClock, tmp_path: Path, receiver: Receiver, overdue: Overdue
) -> None:
    heartbeat = heartbeat_of(database, clock, tmp_path, TextWebhook(receiver.url))
    overdue.jobs("backup")
    check(heartbeat, clock, 2)
    clock.forward(hours=23, minutes=57)
    check(heartbeat, clock, 1)
    assert len(texts(receiver)) == 1
    check(heartbeat, clock, 3)
    assert len(texts(receiver)) == 2
    assert "Noch immer, seit Montag, 23. November 2026" in texts(receiver)[1]
    overdue.jobs()
    check(heartbeat, clock, 5)
    assert len(texts(receiver)) == 3
    assert texts(receiver)[2].startswith(
        "www.firma.example: Behoben\n\nBehoben nach 24 Stunden: „Die Sicherung ist überfällig"
    )
    overdue.jobs("backup")
    check(heartbeat, clock, 3)
    assert len(texts(receiver)) == 4, "it has come back, and is sent like a new one"


@pytest.mark.slow
def test_two_processes_send_it_once(
    database: Database, clock: HandClock, tmp_path: Path, receiver: Receiver, overdue: Overdue
) -> None:
    heartbeats = [
        Heartbeat(database, tmp_path, [TextWebhook(receiver.url)], role=role, site="s", clock=clock)
        for role in ("web", "worker")
    ]
    overdue.jobs("backup")
    for _ in range(20):
        clock.forward(minutes=1)
        threads = [threading.Thread(target=one.check) for one in heartbeats]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(texts(receiver)) == 1


@pytest.mark.slow
def test_when_one_channel_fails_the_other_is_tried_and_both_again_later(  # noqa: PLR0913, PLR0917
    database: Database,
    clock: HandClock,
    tmp_path: Path,
    receiver: Receiver,
    mail_server: MailServer,
    overdue: Overdue,
    caplog: pytest.LogCaptureFixture,
) -> None:
    mail = TextMail(
        SmtpTransport(mail_server.url, timeout=60),
        Mailbox("website@agentur.example", "Website"),
        ["technik@agentur.example", "leitung@agentur.example"],
    )
    heartbeat = heartbeat_of(database, clock, tmp_path, TextWebhook(receiver.url, timeout=60), mail)
    overdue.jobs("backup")
    receiver.answers = [500, 302]
    mail_server.answers["MAIL"] = ["451 Later", "451 Later"]
    check(heartbeat, clock, 3)
    assert (texts(receiver), mail_server.mails) == ([], [])
    assert "WEBSITE_ALARM_URL answered 500" in caplog.text
    assert "The mail server answered MAIL with 451" in caplog.text
    assert "token" not in caplog.text
    assert "agentur.example" not in caplog.text
    check(heartbeat, clock, 3)
    assert texts(receiver) == []
    assert len(mail_server.mails) == 2
    sent = mail_server.mails[0]
    assert sent["To"] == "technik@agentur.example"
    assert sent["Subject"] == "www.firma.example: Störung"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert "Die Sicherung ist überfällig" in sent.get_content()
    check(heartbeat, clock, 10)
    assert len(mail_server.mails) == 2


def test_a_database_that_is_gone_is_reported_by_one_process_of_the_machine(
    database_url: str, clock: HandClock, tmp_path: Path, receiver: Receiver
) -> None:
    folder = tmp_path / "of a machine"
    folder.mkdir()
    gone = "sqlite:////nowhere/at/all.sqlite3" if "sqlite" in database_url else f"{database_url}x"
    database = connect(gone)
    heartbeats = [
        Heartbeat(database, folder, [TextWebhook(receiver.url)], role=role, site="s", clock=clock)
        for role in ("web", "worker")
    ]
    for _ in range(5):
        clock.forward(minutes=1)
        for one in heartbeats:
            one.check()
    (text,) = texts(receiver)
    assert "Die Datenbank ist nicht zu benutzen" in text
    database.close()


def test_when_the_process_that_sent_has_died_another_sends(tmp_path: Path) -> None:
    first, second = MachineLock(tmp_path), MachineLock(tmp_path)
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_without_a_folder_rather_two_send_than_none(tmp_path: Path) -> None:
    assert MachineLock(tmp_path / "none").acquire()


def test_a_fault_of_the_heartbeat_does_not_end_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat_module, "EVERY", 0.01)
    stop, count = threading.Event(), 0

    def broken_clock() -> datetime.datetime:
        nonlocal count
        count += 1
        if count == 3:
            stop.set()
        raise ValueError

    Heartbeat(database, tmp_path, [], role="web", site="s", clock=broken_clock).run_forever(stop)
    assert count == 3


def test_the_channels_are_those_that_are_set() -> None:
    assert channels_for(Settings()) == []
    assert channels_for(Settings(alarm_to=("a@firma.example",))) == []
    both = Settings(
        alarm_url="https://chat.example.org/x?y=z",
        alarm_smtp_url="smtps://relay.example.org",
        alarm_to=("a@firma.example",),
    )
    assert [type(channel) for channel in channels_for(both)] == [TextWebhook, TextMail]


@pytest.mark.parametrize("url", ["chat.example.org", "ftp://chat.example.org", "https://", "x y"])
def test_an_address_that_nobody_can_post_to_is_refused_with_the_name_of_the_setting(
    url: str,
) -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_ALARM_URL"):
        Settings.from_environment({"WEBSITE_ALARM_URL": url})


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0.2, "1 Minute"), (25, "25 Minuten"), (119, "119 Minuten"), (120, "2 Stunden"),
     (47 * 60, "47 Stunden"), (48 * 60, "2 Tagen")],
)  # fmt: skip
def test_durations_are_written_as_exactly_as_matters(minutes: float, told: str) -> None:
    assert spelled_duration(datetime.timedelta(minutes=minutes)) == told


@pytest.mark.slow
def test_nothing_is_kept_of_an_alarm_after_a_while(
    database: Database, clock: HandClock, tmp_path: Path, receiver: Receiver, overdue: Overdue
) -> None:
    heartbeat = heartbeat_of(database, clock, tmp_path, TextWebhook(receiver.url))
    overdue.jobs("backup")
    check(heartbeat, clock, 3)
    overdue.jobs()
    check(heartbeat, clock, 3)
    clock.forward(days=9)
    heartbeat.check()
    with database.reading() as session:
        assert session.query(AlertRecord).count() == 0


@pytest.mark.slow
def test_a_refused_login_is_sent_at_once_and_its_end_quotes_what_was_sent(
    database: Database, clock: HandClock, tmp_path: Path, receiver: Receiver
) -> None:
    heartbeat = heartbeat_of(database, clock, tmp_path, TextWebhook(receiver.url, timeout=60))
    with database.writing() as session:
        lead = Lead(
            reference="B5KM-29QX",
            received_at=clock(),
            topic="sonstiges",
            touched_at=clock(),
            company="A",
            name="B",
            email="a@b.example",
            answers={},
            quarantined=False,
            words="",
        )
        session.add(lead)
        session.flush()
        session.add(
            Delivery(
                lead_id=lead.id,
                channel=Way.MAIL,
                recipient="a@agentur.example",
                message_id="<1@agentur.example>",
                next_attempt_at=clock(),
                created_at=clock(),
                attempts=1,
                last_error=f"{LOGIN_REFUSED}535 5.7.8",
            )
        )
    check(heartbeat, clock, 1)
    [text] = texts(receiver)
    assert "Der Mailserver weist die Anmeldung ab (535 5.7.8)" in text
    with database.writing() as session:
        session.scalars(
            select(Delivery)
        ).one().last_error = "The mail server answered AUTH with 534"
    check(heartbeat, clock, 1)
    with database.writing() as session:
        session.scalars(select(Delivery)).one().state = DeliveryState.SENT
    check(heartbeat, clock, 3)
    over = texts(receiver)[-1]
    assert "Behoben" in over
    assert "(535 5.7.8)" in over, "the sentence that was sent"
