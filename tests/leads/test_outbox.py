from __future__ import annotations

import datetime
import json
import logging
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.dialects import postgresql

from support.leads import ANSWERS, NOON, HandClock, ObedientCourier
from website.exceptions import DeliveryError
from website.leads.couriers import MailCourier
from website.leads.models import Channel, Lead, State
from website.leads.outbox import DELAYS, Counts, Outbox, due, jitter
from website.leads.transports import SmtpTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.mailserver import MailServer
    from website.leads.couriers import Courier
    from website.leads.database import Database
    from website.leads.models import Delivery
    from website.leads.store import LeadStore

    MakeOutbox = Callable[[Courier], Outbox]

SENDER = "website@agentur.example"


class Killed(BaseException):
    """Stands for the end of the process: nothing that follows is done."""


@pytest.fixture
def outbox_with(database: Database, clock: HandClock) -> MakeOutbox:
    return lambda courier: Outbox(database, {Channel.MAIL: courier}, clock, jitter=lambda: 1.0)


def raising(error: BaseException) -> Callable[[Lead], None]:
    def fail(_lead: Lead) -> None:
        raise error

    return fail


def deliveries(store: LeadStore) -> list[Delivery]:
    return [delivery for lead in store.newest(1000) for delivery in lead.deliveries]


def mail_courier(server: MailServer) -> MailCourier:
    return MailCourier(SmtpTransport(server.url, timeout=5), sender=SENDER)


def test_what_is_owed_is_delivered_once(store: LeadStore, outbox_with: MakeOutbox) -> None:
    courier = ObedientCourier()
    reference = store.add(ANSWERS).reference
    outbox = outbox_with(courier)
    assert outbox.deliver_due() == Counts(sent=2)
    assert outbox.deliver_due() == Counts()
    assert [(number, to) for number, to, _ in courier.delivered] == [
        (reference, "vertrieb@agentur.example"),
        (reference, "leitung@agentur.example"),
    ]
    for delivery in deliveries(store):
        assert delivery.state is State.SENT
        assert delivery.sent_at is not None
        assert delivery.leased_until is None


def test_a_lead_survives_a_dead_mail_server(
    store: LeadStore, outbox_with: MakeOutbox, mail_server: MailServer, clock: HandClock
) -> None:
    store.add(ANSWERS)
    outbox = outbox_with(mail_courier(mail_server))
    for hours in range(71):
        outbox.deliver_due()
        clock.forward(hours=1)
        assert store.backlog().pending == 2, hours
    with mail_server.running():
        clock.forward(hours=24)
        assert outbox.deliver_due() == Counts(sent=2)
    assert len(mail_server.mails) == 2
    assert mail_server.mails[0]["Reply-To"].addresses[0].addr_spec == "joerg.weiss@firma.example"


def test_attempts_follow_the_schedule_and_then_the_delivery_is_dead(
    store: LeadStore, outbox_with: MakeOutbox, clock: HandClock
) -> None:
    store.add(ANSWERS)
    outbox = outbox_with(ObedientCourier(raising(DeliveryError("down"))))
    waits = []
    for _ in range(len(DELAYS) - 1):
        assert outbox.deliver_due() == Counts(postponed=2)
        waiting = deliveries(store)[0]
        waits.append(waiting.next_attempt_at - clock())
        clock.moment = waiting.next_attempt_at - datetime.timedelta(seconds=1)
        assert outbox.deliver_due() == Counts(), "not before its time"
        clock.forward(seconds=1)
    assert tuple(waits) == DELAYS[1:]
    assert sum(waits, datetime.timedelta()) >= datetime.timedelta(hours=72)
    assert outbox.deliver_due() == Counts(dead=2)
    assert {delivery.state for delivery in deliveries(store)} == {State.DEAD}
    clock.forward(days=30)
    assert outbox.deliver_due() == Counts()


def test_waits_vary_by_a_tenth_and_are_never_shorter() -> None:
    factors = [jitter() for _ in range(500)]
    assert 1.0 <= min(factors) < 1.02
    assert 1.08 < max(factors) <= 1.1


def test_a_refusal_for_good_is_tried_again_all_the_same_and_shown(
    store: LeadStore, outbox_with: MakeOutbox, mail_server: MailServer, clock: HandClock
) -> None:
    store.add(ANSWERS)
    outbox = outbox_with(mail_courier(mail_server))
    mail_server.answers["RCPT"] = ["550 5.1.1 unknown"]
    with mail_server.running():
        assert outbox.deliver_due() == Counts(sent=1, postponed=1)
        refused = deliveries(store)[0]
        assert refused.last_error == (
            "The mail server answered RCPT with 550 5.1.1 (refused for good)"
        )
        clock.forward(seconds=5)
        assert outbox.deliver_due() == Counts(sent=1)
    assert deliveries(store)[0].last_error is None


def test_greylisting_delays_only_whom_it_concerns(
    store: LeadStore, outbox_with: MakeOutbox, mail_server: MailServer, clock: HandClock
) -> None:
    for _ in range(3):
        store.add(ANSWERS)
    mail_server.answers["RCPT"] = ["451 4.7.1 later", "250 OK", "421 4.3.2 soon"]
    outbox = outbox_with(mail_courier(mail_server))
    with mail_server.running():
        outbox.deliver_due()
        clock.forward(seconds=5)
        outbox.deliver_due()
    assert {delivery.state for delivery in deliveries(store)} == {State.SENT}
    identifiers = [str(mail["Message-ID"]) for mail in mail_server.mails]
    assert len(set(identifiers)) == len(identifiers) >= 5


def test_killed_between_sending_and_marking_it_is_sent_again_under_the_same_id(
    store: LeadStore, outbox_with: MakeOutbox, mail_server: MailServer, clock: HandClock
) -> None:
    store.add(ANSWERS)
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
        clock.forward(seconds=119)
        assert survivor.deliver_due() == Counts(), "the lease still runs"
        clock.forward(seconds=1)
        assert survivor.deliver_due() == Counts(sent=1)
    first, _, again = mail_server.bodies
    assert first == again
    assert mail_server.mails[0]["Message-ID"] == mail_server.mails[2]["Message-ID"]


def test_what_kills_its_process_every_time_is_given_up_in_the_end(
    store: LeadStore, outbox_with: MakeOutbox, clock: HandClock
) -> None:
    store.add(ANSWERS)
    deadly = outbox_with(ObedientCourier(raising(Killed())))
    rounds = 0
    while rounds < 100 and store.backlog().dead < 2:
        rounds += 1
        try:
            deadly.deliver_due()
        except Killed:
            clock.forward(minutes=2)
    assert rounds <= 2 * len(DELAYS) + 1
    assert deliveries(store)[0].last_error == "The process ended during the last attempt"


def test_an_odd_lead_does_not_stop_the_others(
    store: LeadStore, database: Database, outbox_with: MakeOutbox, mail_server: MailServer
) -> None:
    """Written past the cleaning, as by an older version or by hand."""
    numbers = [store.add(ANSWERS).reference for _ in range(10)]
    with database.writing() as session:
        odd = session.get_one(Lead, 5)
        odd.company = "Firma\r\nBcc: x@evil.example"
        odd.name = "\x00" + "N" * 10_000 + "\u202e"
        odd.email = "müller@müller.de\r\nBcc: x"
        odd.answers = json.loads('{"message": "\\ud800", "phone": null, "goals": {"a": 1}}')
    with mail_server.running():
        assert outbox_with(mail_courier(mail_server)).deliver_due() == Counts(sent=20)
    assert {mail["Subject"][1:10] for mail in mail_server.mails} == set(numbers)
    assert all(mail["Bcc"] is None for mail in mail_server.mails)
    text = next(m.get_content() for m in mail_server.mails if numbers[4] in m["Subject"])
    assert "N" * 10_000 in text


def test_a_courier_that_breaks_does_not_stop_the_others(
    store: LeadStore, outbox_with: MakeOutbox
) -> None:
    broken = store.add(ANSWERS).reference
    for _ in range(3):
        store.add(ANSWERS)

    def break_on_the_first(lead: Lead) -> None:
        if lead.reference == broken:
            raise ZeroDivisionError(lead.company)

    counts = outbox_with(ObedientCourier(break_on_the_first)).deliver_due()
    assert counts == Counts(sent=6, postponed=2)
    lead = store.get(broken)
    assert lead is not None
    assert lead.deliveries[0].last_error == "Unexpected ZeroDivisionError"


def test_a_channel_without_courier_is_kept_and_shown(store: LeadStore, database: Database) -> None:
    store.add(ANSWERS)
    assert Outbox(database, {}).deliver_due().postponed == 2
    assert deliveries(store)[0].last_error == "Nothing is set up for the channel mail"


def test_several_processes_share_the_work(store: LeadStore, outbox_with: MakeOutbox) -> None:
    for _ in range(20):
        store.add(ANSWERS)
    couriers = [ObedientCourier() for _ in range(3)]
    threads = [threading.Thread(target=outbox_with(c).deliver_due) for c in couriers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    delivered = [message for courier in couriers for _, _, message in courier.delivered]
    assert len(delivered) == len(set(delivered)) == 40


def test_on_postgresql_processes_pass_over_what_another_has_taken() -> None:
    query = due(NOON).with_for_update(skip_locked=True)
    assert "FOR UPDATE SKIP LOCKED" in str(query.compile(dialect=postgresql.dialect()))


def test_visitors_are_not_held_up_while_a_mail_is_sent(
    store: LeadStore, outbox_with: MakeOutbox
) -> None:
    store.add(ANSWERS)
    taken: list[str] = []

    def store_meanwhile(_lead: Lead) -> None:
        if not taken:
            taken.append(store.add(ANSWERS).reference)

    assert outbox_with(ObedientCourier(store_meanwhile)).deliver_due() == Counts(sent=4)
    assert len(taken) == 1


def test_a_process_that_comes_too_late_changes_nothing(
    store: LeadStore, outbox_with: MakeOutbox, clock: HandClock
) -> None:
    store.add(ANSWERS)
    quick = outbox_with(ObedientCourier())

    def sleep_past_the_lease(_lead: Lead) -> None:
        clock.forward(minutes=3)
        quick.deliver_due()
        raise DeliveryError("too late")

    outbox_with(ObedientCourier(sleep_past_the_lease)).deliver_due()
    assert {delivery.state for delivery in deliveries(store)} == {State.SENT}


def test_it_runs_until_told_to_stop_and_finishes_what_it_began(
    store: LeadStore, outbox_with: MakeOutbox
) -> None:
    stop = threading.Event()
    courier = ObedientCourier(lambda _lead: stop.set())
    thread = threading.Thread(target=outbox_with(courier).run_forever, args=(stop,))
    store.add(ANSWERS)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert len(courier.delivered) == 1
    assert store.backlog().pending == 1


def test_it_goes_on_when_the_database_is_back(
    store: LeadStore, database: Database, outbox_with: MakeOutbox
) -> None:
    store.add(ANSWERS)
    stop = threading.Event()
    with database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE deliveries RENAME TO away")
    outbox = outbox_with(ObedientCourier(lambda _lead: stop.set()))
    thread = threading.Thread(target=outbox.run_forever, args=(stop,))
    thread.start()
    with database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE away RENAME TO deliveries")
    thread.join(10)
    assert not thread.is_alive()
    assert State.SENT in {delivery.state for delivery in deliveries(store)}


def test_the_trail_tells_every_attempt(
    store: LeadStore, outbox_with: MakeOutbox, clock: HandClock
) -> None:
    lead = store.get(store.add(ANSWERS).reference)
    assert lead is not None
    outbox_with(ObedientCourier(raising(DeliveryError("down")))).deliver_due()
    clock.forward(seconds=5)
    outbox_with(ObedientCourier()).deliver_due()
    assert [(e.actor, e.action, e.detail) for e in store.events(lead)] == [
        ("visitor", "received", ""),
        ("outbox", "postponed", "delivery 1, attempt 1. down"),
        ("outbox", "postponed", "delivery 2, attempt 1. down"),
        ("outbox", "sent", "delivery 1, attempt 2."),
        ("outbox", "sent", "delivery 2, attempt 2."),
    ]


def test_no_word_of_a_lead_gets_into_log_or_trail(
    store: LeadStore,
    database: Database,
    outbox_with: MakeOutbox,
    mail_server: MailServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    marker = "Zaubertrank"
    answers = {name: f"{marker} {name}" for name in ANSWERS} | {"email": f"{marker}@firma.example"}
    lead = store.get(store.add(answers).reference)
    assert lead is not None
    mail_server.answers["DATA"] = [f"554 5.7.1 Betreff {marker}", f"451 {marker}"]
    with mail_server.running():
        outbox_with(mail_courier(mail_server)).deliver_due()
    store.add(answers)
    with database.writing() as session:
        session.get_one(Lead, 2).answers = {"message": 5}
    outbox_with(ObedientCourier(raising(ValueError(marker)))).deliver_due()
    told = [f"{e.detail}" for e in store.events(lead)]
    told += [delivery.last_error or "" for delivery in deliveries(store)]
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]
    told += [record.getMessage() + (record.exc_text or "") for record in ours]
    assert lead.reference in caplog.text
    assert not [line for line in told if marker in line]
