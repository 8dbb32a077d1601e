from __future__ import annotations

import contextlib
import datetime
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.dialects import postgresql

from support.leads import ANSWERS, NOON, HandClock, RecordingChannel, Sender
from support.mailserver import LOSE, STALL, MailServer
from support.questionnaire import questionnaire
from support.receiver import DROP, Receiver
from support.receiver import LOSE as LOSE_ANSWER
from website.config import Settings
from website.exceptions import DeliveryError
from website.infra.database import Database
from website.infra.mail_transport import SmtpTransport
from website.leads import outbox as outbox_module
from website.leads.channels import DeliveryChannel, MailChannel, WebhookChannel
from website.leads.deliveries import Deliveries, DeliveryFilter, Target
from website.leads.intake import Intake
from website.leads.models import Channel, Delivery, DeliveryState, Lead
from website.leads.outbox import DELAYS, LEASE, Counts, Outbox, due, jitter
from website.leads.store import LeadStore
from website.leads.webhooks import Poster, endpoint_of
from website.mailboxes import Mailbox

MakeOutbox = Callable[[DeliveryChannel], Outbox]


SENDER = Mailbox("website@agentur.example")
KEY = "whsec_bmV2ZXIgZ29ubmEgZ2l2ZSB5b3UgdXAgbmV2ZXI="

DELIVER = """
import datetime, sys
from website.leads.channels import MailChannel
from website.infra.database import connect
from website.leads.models import Channel
from website.leads.outbox import Outbox
from website.infra.mail_transport import SmtpTransport
from website.mailboxes import Mailbox
from website.questionnaire import Questionnaire
database, server, moment = sys.argv[1:]
channel = MailChannel(
    SmtpTransport(server), sender=Mailbox("website@agentur.example"), questionnaire=Questionnaire
)
now = datetime.datetime.fromisoformat(moment)
Outbox(connect(database), {Channel.MAIL: channel}, lambda: now).deliver_due()
"""


class Killed(BaseException):
    """Stands for the end of the process: nothing that follows is done."""


@pytest.fixture
def outbox_with(database: Database, clock: HandClock) -> MakeOutbox:
    return lambda channel: Outbox(database, {Channel.MAIL: channel}, clock, jitter=lambda: 1.0)


def raising(error: BaseException) -> Callable[[Lead], None]:
    def fail(_lead: Lead) -> None:
        raise error

    return fail


def kept(store: LeadStore) -> list[Delivery]:
    return [delivery for lead in store.newest(1000) for delivery in lead.deliveries]


def mail_courier(server: MailServer) -> MailChannel:
    return MailChannel(
        SmtpTransport(server.url, timeout=5), sender=SENDER, questionnaire=questionnaire
    )


def test_what_is_owed_is_delivered_once(
    send: Sender, store: LeadStore, outbox_with: MakeOutbox
) -> None:
    channel = RecordingChannel()
    reference = send().reference
    outbox = outbox_with(channel)
    assert outbox.deliver_due() == Counts(sent=2)
    assert outbox.deliver_due() == Counts()
    assert [(number, to) for number, to, _ in channel.delivered] == [
        (reference, "vertrieb@agentur.example"),
        (reference, "leitung@agentur.example"),
    ]
    for delivery in kept(store):
        assert delivery.state is DeliveryState.SENT
        assert delivery.sent_at is not None
        assert delivery.leased_until is None


def test_a_lead_survives_a_dead_mail_server(
    send: Sender,
    outbox_with: MakeOutbox,
    mail_server: MailServer,
    clock: HandClock,
    deliveries: Deliveries,
) -> None:
    send()
    outbox = outbox_with(mail_courier(mail_server))
    for hours in range(71):
        outbox.deliver_due()
        clock.forward(hours=1)
        assert deliveries.backlog().pending == 2, hours
    with mail_server.running():
        clock.forward(hours=24)
        assert outbox.deliver_due() == Counts(sent=2)
    assert len(mail_server.mails) == 2
    assert mail_server.mails[0]["Reply-To"].addresses[0].addr_spec == "joerg.weiss@firma.example"


@pytest.mark.slow
def test_attempts_follow_the_schedule_and_then_the_delivery_is_dead(
    send: Sender, store: LeadStore, outbox_with: MakeOutbox, clock: HandClock
) -> None:
    send()
    outbox = outbox_with(RecordingChannel(raising(DeliveryError("down"))))
    waits = []
    for _ in range(len(DELAYS) - 1):
        assert outbox.deliver_due() == Counts(postponed=2)
        waiting = kept(store)[0]
        waits.append(waiting.next_attempt_at - clock())
        clock.moment = waiting.next_attempt_at - datetime.timedelta(seconds=1)
        assert outbox.deliver_due() == Counts(), "not before its time"
        clock.forward(seconds=1)
    assert tuple(waits) == DELAYS[1:]
    assert sum(waits, datetime.timedelta()) >= datetime.timedelta(hours=72)
    assert outbox.deliver_due() == Counts(dead=2)
    assert {delivery.state for delivery in kept(store)} == {DeliveryState.DEAD}
    clock.forward(days=30)
    assert outbox.deliver_due() == Counts()


def test_waits_vary_by_a_tenth_and_are_never_shorter() -> None:
    factors = [jitter() for _ in range(500)]
    assert 1.0 <= min(factors) < 1.02
    assert 1.08 < max(factors) <= 1.1


def test_a_refusal_for_good_is_tried_again_all_the_same_and_shown(
    send: Sender,
    store: LeadStore,
    outbox_with: MakeOutbox,
    mail_server: MailServer,
    clock: HandClock,
) -> None:
    send()
    outbox = outbox_with(mail_courier(mail_server))
    mail_server.answers["RCPT"] = ["550 5.1.1 unknown"]
    with mail_server.running():
        assert outbox.deliver_due() == Counts(sent=1, postponed=1)
        refused = kept(store)[0]
        assert refused.last_error == (
            "The mail server answered RCPT with 550 5.1.1 (refused for good)"
        )
        clock.forward(seconds=5)
        assert outbox.deliver_due() == Counts(sent=1)
    assert kept(store)[0].last_error is None


@pytest.mark.slow
def test_greylisting_delays_only_whom_it_concerns(
    send: Sender,
    store: LeadStore,
    outbox_with: MakeOutbox,
    mail_server: MailServer,
    clock: HandClock,
) -> None:
    for _ in range(3):
        send()
    mail_server.answers["RCPT"] = ["451 4.7.1 later", "250 OK", "421 4.3.2 soon"]
    outbox = outbox_with(mail_courier(mail_server))
    with mail_server.running():
        outbox.deliver_due()
        clock.forward(seconds=5)
        outbox.deliver_due()
    assert {delivery.state for delivery in kept(store)} == {DeliveryState.SENT}
    identifiers = [str(mail["Message-ID"]) for mail in mail_server.mails]
    assert len(set(identifiers)) == len(identifiers) >= 5


def test_killed_between_sending_and_marking_it_is_sent_again_under_the_same_id(
    send: Sender, outbox_with: MakeOutbox, mail_server: MailServer, clock: HandClock
) -> None:
    send()
    inner = mail_courier(mail_server)

    class KilledAfterSending:
        def deliver(self, lead: Lead, delivery: Delivery) -> None:
            inner.deliver(lead, delivery)
            raise Killed

    with mail_server.running():
        with pytest.raises(Killed):
            outbox_with(KilledAfterSending()).deliver_due()
        survivor = outbox_with(inner)
        assert survivor.deliver_due() == Counts(sent=1), "the other recipient's is free"
        clock.forward(seconds=299)
        assert survivor.deliver_due() == Counts(), "the lease still runs"
        clock.forward(seconds=1)
        assert survivor.deliver_due() == Counts(sent=1)
    first, _, again = mail_server.bodies
    assert first == again
    assert mail_server.mails[0]["Message-ID"] == mail_server.mails[2]["Message-ID"]


def test_a_mail_whose_acknowledgement_is_lost_comes_again_under_the_same_id(
    send: Sender, outbox_with: MakeOutbox, mail_server: MailServer, clock: HandClock
) -> None:
    send()
    outbox = outbox_with(mail_courier(mail_server))
    mail_server.answers["DATA"] = [LOSE]
    with mail_server.running():
        assert outbox.deliver_due() == Counts(sent=1, postponed=1)
        clock.forward(seconds=5)
        assert outbox.deliver_due() == Counts(sent=1)
    first, _, again = mail_server.bodies
    assert first == again


@pytest.mark.slow
def test_killed_while_sending_it_is_sent_within_the_lease(
    send: Sender,
    database: Database,
    outbox_with: MakeOutbox,
    mail_server: MailServer,
    clock: HandClock,
) -> None:
    """A process of its own, ended without a word while the server holds the mail up."""
    send()
    mail_server.answers["DATA"] = [STALL]
    address = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", DELIVER, address, mail_server.url, clock().isoformat()]
    with mail_server.running():
        process = subprocess.Popen(command)
        try:
            assert mail_server.stalled.wait(30)
            os.kill(process.pid, signal.SIGKILL)
        finally:
            process.kill()
            assert process.wait(30) == -signal.SIGKILL
        survivor = outbox_with(mail_courier(mail_server))
        assert survivor.deliver_due() == Counts(sent=1), "the other recipient's was not taken yet"
        clock.moment += LEASE
        assert survivor.deliver_due() == Counts(sent=1)
        assert survivor.deliver_due() == Counts()
    identifiers = [str(mail["Message-ID"]) for mail in mail_server.mails]
    assert len(set(identifiers)) == len(identifiers) == 2


@pytest.mark.slow
def test_what_kills_its_process_every_time_is_given_up_in_the_end(
    send: Sender,
    store: LeadStore,
    outbox_with: MakeOutbox,
    clock: HandClock,
    deliveries: Deliveries,
) -> None:
    send()
    deadly = outbox_with(RecordingChannel(raising(Killed())))
    rounds = 0
    while rounds < 100 and deliveries.backlog().dead < 2:
        rounds += 1
        try:
            deadly.deliver_due()
        except Killed:
            clock.forward(minutes=5)
    assert rounds <= 2 * len(DELAYS) + 1
    assert kept(store)[0].last_error == "The process ended during the last attempt"


@pytest.fixture
def receiver() -> Receiver:
    """Return a receiver of webhooks that has run once, so that its port is known."""
    receiver = Receiver()
    with receiver.running():
        return receiver


@pytest.fixture
def send_to_both(intake: Intake) -> Sender:
    """Send requests of which a mailbox and a program are told."""
    targets = [Target(Channel.MAIL, "vertrieb@agentur.example"), Target(Channel.WEBHOOK, "h")]
    return Sender(replace(intake, targets=targets))


@pytest.fixture
def outbox_to_both(
    database: Database, clock: HandClock, mail_server: MailServer, receiver: Receiver
) -> Outbox:
    endpoint = endpoint_of(Settings(webhook_url=receiver.url, webhook_secret=(KEY,)))
    assert endpoint is not None
    channels: dict[Channel, DeliveryChannel] = {
        Channel.MAIL: mail_courier(mail_server),
        Channel.WEBHOOK: WebhookChannel(Poster(endpoint, timeout=5)),
    }
    return Outbox(database, channels, clock)


@pytest.mark.slow
def test_after_three_days_of_outage_everything_arrives_once(
    send_to_both: Sender,
    outbox_to_both: Outbox,
    mail_server: MailServer,
    receiver: Receiver,
    clock: HandClock,
    deliveries: Deliveries,
) -> None:
    """Both are down, answer that they cannot, or hang up; requests come in all the while."""
    numbers = []
    for hour in range(71):
        if hour % 14 == 0:
            numbers.append(send_to_both().reference)
        mail_server.answers.clear()
        mail_server.answers["RCPT"] = ["451 4.3.0 later"] * 100
        receiver.answers = [503, DROP, 301, 429] * 25
        with contextlib.ExitStack() as stack:
            if hour % 3 == 0:
                stack.enter_context(mail_server.running())
                stack.enter_context(receiver.running())
            outbox_to_both.deliver_due()
        clock.forward(hours=1)
    assert deliveries.backlog().pending == 2 * len(numbers) == 12
    mail_server.answers.clear()
    receiver.answers.clear()
    with mail_server.running(), receiver.running():
        for _ in range(27):
            outbox_to_both.deliver_due()
            clock.forward(hours=1)
    assert deliveries.backlog().pending == deliveries.backlog().dead == 0
    assert Counter(mail["Subject"][1:10] for mail in mail_server.mails) == Counter(numbers)
    taken = [json.loads(message.content)["data"]["reference"] for message in receiver.taken]
    assert Counter(taken) == Counter(numbers)


@pytest.mark.slow
def test_a_webhook_whose_confirmation_is_lost_comes_again_under_the_same_id(
    send_to_both: Sender,
    outbox_to_both: Outbox,
    mail_server: MailServer,
    receiver: Receiver,
    clock: HandClock,
) -> None:
    send_to_both()
    receiver.answers = [LOSE_ANSWER]
    with mail_server.running(), receiver.running():
        assert outbox_to_both.deliver_due() == Counts(sent=1, postponed=1)
        clock.forward(seconds=6)
        assert outbox_to_both.deliver_due() == Counts(sent=1)
    first, again = receiver.taken
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.content == again.content


def nul(database: Database) -> str:
    """Return the sign that SQLite takes and PostgreSQL refuses."""
    return "\x00" if database.engine.dialect.name == "sqlite" else ""


@pytest.mark.slow
def test_an_odd_lead_does_not_stop_the_others(
    send_to_both: Sender,
    database: Database,
    outbox_to_both: Outbox,
    mail_server: MailServer,
    receiver: Receiver,
) -> None:
    """Written past the cleaning, as by an older version or by hand."""
    numbers = [send_to_both().reference for _ in range(21)]
    with database.writing() as session:
        odd = session.get_one(Lead, 11)
        odd.company = "Firma\r\nBcc: x@evil.example"
        odd.name = nul(database) + "N" * 10_000 + "\u202e"
        odd.email = "müller@müller.de\r\nBcc: x"
        odd.answers = json.loads(
            '{"message": "\\ud800\\u202etxet", "phone": null, "goals": {"a": 1}}'
        )
    with mail_server.running(), receiver.running():
        assert outbox_to_both.deliver_due() == Counts(sent=42)
    assert [mail["Subject"][1:10] for mail in mail_server.mails] == numbers
    assert all(mail["Bcc"] is None for mail in mail_server.mails)
    assert mail_server.recipients == ["vertrieb@agentur.example"] * 21
    plain = mail_server.mails[10].get_body(("plain",))
    assert plain is not None
    for told in ("N" * 10_000, "txet", "{'a': 1}", "müller@müller.de"):
        assert told in plain.get_content()
    told_programs = [json.loads(message.content)["data"] for message in receiver.taken]
    assert [data["reference"] for data in told_programs] == numbers
    assert told_programs[10]["answers"]["company"] == "Firma\nBcc: x@evil.example"


def test_an_odd_lead_that_can_be_shown_is_shown_like_the_others(
    send: Sender, database: Database, outbox_with: MakeOutbox, mail_server: MailServer
) -> None:
    send()
    with database.writing() as session:
        odd = session.get_one(Lead, 1)
        odd.company = "Firma\r\nBcc: x@evil.example"
        odd.name = nul(database) + "N" * 10_000 + "\u202e"
        odd.email = "müller@müller.de"
        odd.answers = json.loads('{"message": "\\ud800\\u202eText"}')
    with mail_server.running(utf8=True):
        assert outbox_with(mail_courier(mail_server)).deliver_due() == Counts(sent=2)
    mail = mail_server.mails[0]
    assert mail["Bcc"] is None
    part = mail.get_body(("plain",))
    assert part is not None
    assert "Unternehmen:\r\n    Firma\r\n    Bcc: x@evil.example\r\n" in part.get_content()
    assert "N" * 10_000 in part.get_content()
    assert "Situation:\r\n    Text\r\n" in part.get_content()
    assert "<müller@xn--mller-kva.de>".encode() in mail_server.bodies[0]


@pytest.mark.parametrize("utf8", [False, True])
def test_an_umlaut_before_the_at_is_answered_to_only_where_the_server_takes_it(
    send: Sender, outbox_with: MakeOutbox, mail_server: MailServer, utf8: bool
) -> None:
    send(ANSWERS | {"email": "jörg@müller.de"})
    send()
    with mail_server.running(utf8=utf8):
        assert outbox_with(mail_courier(mail_server)).deliver_due() == Counts(sent=4)
    first, other = mail_server.bodies[0], mail_server.bodies[2]
    reply_to = "\r\nReply-To: Jörg Weiß <jörg@xn--mller-kva.de>\r\n".encode()
    assert (reply_to in first) == utf8
    assert (b"\r\nReply-To:" in first) == utf8
    assert ("SMTPUTF8" in mail_server.options[0]) == utf8
    part = mail_server.mails[0].get_body(("plain",))
    assert part is not None
    assert ("Antworten Sie an jörg@müller.de: Diese" in part.get_content()) != utf8
    assert b"\r\nReply-To: =?utf-8?q?J=C3=B6rg_Wei=C3=9F?= <joerg.weiss@firma.example>" in other
    assert "SMTPUTF8" not in mail_server.options[2], "only what needs it"


def test_what_is_sent_again_keeps_its_id(
    send: Sender,
    outbox_with: MakeOutbox,
    deliveries: Deliveries,
) -> None:
    channel = RecordingChannel()
    first, second = send().reference, send().reference
    outbox = outbox_with(channel)
    outbox.deliver_due()
    assert deliveries.send_again(DeliveryFilter(references=(second,)), actor="test") == 2
    assert outbox.deliver_due() == Counts(sent=2)
    assert channel.delivered[2:4] == channel.delivered[4:]
    assert {number for number, _, _ in channel.delivered[:2]} == {first}


def test_a_courier_that_breaks_does_not_stop_the_others(
    send: Sender, store: LeadStore, outbox_with: MakeOutbox
) -> None:
    broken = send().reference
    for _ in range(3):
        send()

    def break_on_the_first(lead: Lead) -> None:
        if lead.reference == broken:
            raise ZeroDivisionError(lead.company)

    counts = outbox_with(RecordingChannel(break_on_the_first)).deliver_due()
    assert counts == Counts(sent=6, postponed=2)
    lead = store.get(broken)
    assert lead is not None
    assert lead.deliveries[0].last_error == "Unexpected ZeroDivisionError"


def test_a_channel_without_courier_is_kept_and_shown(
    send: Sender, store: LeadStore, database: Database, clock: HandClock
) -> None:
    send()
    assert Outbox(database, {}, clock).deliver_due().postponed == 2
    assert kept(store)[0].last_error == "Nothing is set up for the channel mail"


@pytest.mark.slow
def test_several_processes_share_the_work(send: Sender, outbox_with: MakeOutbox) -> None:
    for _ in range(20):
        send()
    channels = [RecordingChannel() for _ in range(3)]
    threads = [threading.Thread(target=outbox_with(c).deliver_due) for c in channels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    delivered = [message for channel in channels for _, _, message in channel.delivered]
    assert len(delivered) == len(set(delivered)) == 40


def test_on_postgresql_processes_pass_over_what_another_has_taken() -> None:
    query = due(NOON).with_for_update(skip_locked=True)
    assert "FOR UPDATE SKIP LOCKED" in str(query.compile(dialect=postgresql.dialect()))


def test_visitors_are_not_held_up_while_a_mail_is_sent(
    send: Sender, outbox_with: MakeOutbox
) -> None:
    send()
    taken: list[str] = []

    def store_meanwhile(_lead: Lead) -> None:
        if not taken:
            taken.append(send().reference)

    assert outbox_with(RecordingChannel(store_meanwhile)).deliver_due() == Counts(sent=4)
    assert len(taken) == 1


def test_a_process_that_comes_too_late_changes_nothing(
    send: Sender, store: LeadStore, outbox_with: MakeOutbox, clock: HandClock
) -> None:
    send()
    quick = outbox_with(RecordingChannel())

    def sleep_past_the_lease(_lead: Lead) -> None:
        clock.forward(minutes=6)
        quick.deliver_due()
        raise DeliveryError("too late")

    outbox_with(RecordingChannel(sleep_past_the_lease)).deliver_due()
    assert {delivery.state for delivery in kept(store)} == {DeliveryState.SENT}


def test_it_runs_until_told_to_stop_and_finishes_what_it_began(
    send: Sender, outbox_with: MakeOutbox, deliveries: Deliveries
) -> None:
    stop = threading.Event()
    channel = RecordingChannel(lambda _lead: stop.set())
    thread = threading.Thread(target=outbox_with(channel).run_forever, args=(stop,))
    send()
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert len(channel.delivered) == 1
    assert deliveries.backlog().pending == 1


def test_it_goes_on_when_the_database_is_back(
    send: Sender,
    store: LeadStore,
    database: Database,
    outbox_with: MakeOutbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox_module, "POLL", 0.05)
    send()
    stop = threading.Event()
    with database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE deliveries RENAME TO away")
    outbox = outbox_with(RecordingChannel(lambda _lead: stop.set()))
    thread = threading.Thread(target=outbox.run_forever, args=(stop,))
    thread.start()
    with database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO deliveries")
    thread.join(10)
    assert not thread.is_alive()
    assert DeliveryState.SENT in {delivery.state for delivery in kept(store)}


def test_the_trail_tells_every_attempt(
    send: Sender, store: LeadStore, outbox_with: MakeOutbox, clock: HandClock
) -> None:
    lead = store.get(send().reference)
    assert lead is not None
    outbox_with(RecordingChannel(raising(DeliveryError("down")))).deliver_due()
    clock.forward(seconds=5)
    outbox_with(RecordingChannel()).deliver_due()
    assert [(e.actor, e.action, e.detail) for e in store.events(lead)] == [
        ("visitor", "received", ""),
        ("outbox", "postponed", "delivery 1, attempt 1. down"),
        ("outbox", "postponed", "delivery 2, attempt 1. down"),
        ("outbox", "sent", "delivery 1, attempt 2."),
        ("outbox", "sent", "delivery 2, attempt 2."),
    ]


def test_no_word_of_a_lead_gets_into_log_or_trail(
    send: Sender,
    store: LeadStore,
    database: Database,
    outbox_with: MakeOutbox,
    mail_server: MailServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    marker = "Zaubertrank"
    answers = {name: f"{marker} {name}" for name in ANSWERS} | {"email": f"{marker}@firma.example"}
    lead = store.get(send(answers).reference)
    assert lead is not None
    mail_server.answers["DATA"] = [f"554 5.7.1 Betreff {marker}", f"451 {marker}"]
    with mail_server.running():
        outbox_with(mail_courier(mail_server)).deliver_due()
    send(answers)
    with database.writing() as session:
        session.get_one(Lead, 2).answers = {"message": 5}
    outbox_with(RecordingChannel(raising(ValueError(marker)))).deliver_due()
    told = [f"{e.detail}" for e in store.events(lead)]
    told += [delivery.last_error or "" for delivery in kept(store)]
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]
    told += [record.getMessage() + (record.exc_text or "") for record in ours]
    assert lead.reference in caplog.text
    assert not [line for line in told if marker in line]


@pytest.mark.slow
def test_what_waits_is_tried_at_once_when_the_cause_is_mended(
    send: Sender, outbox_with: MakeOutbox, deliveries: Deliveries, clock: HandClock
) -> None:
    def fail(_lead: Lead) -> None:
        raise DeliveryError("Down")

    channel = RecordingChannel(fail)
    outbox = outbox_with(channel)
    send()
    assert deliveries.send_now(DeliveryFilter(), actor="operator eva") == 0, "it is due already"
    for _ in range(4):
        outbox.deliver_due()
        clock.forward(hours=2)
    outbox.deliver_due()
    channel.first = lambda _lead: None
    assert outbox.deliver_due() == Counts()
    assert deliveries.send_now(DeliveryFilter(), actor="operator eva") == 2
    assert outbox.deliver_due() == Counts(sent=2)
    assert deliveries.send_now(DeliveryFilter(), actor="operator eva") == 0
