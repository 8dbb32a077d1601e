from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from support.leads import ANSWERS, KEYS, NOON, HandClock, RecordingChannel, Sender
from support.mailserver import MailServer
from support.questionnaire import questionnaire
from support.receiver import Receiver
from website.exceptions import DeliveryError
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.infra.mail_transport import FileTransport, SmtpTransport
from website.leads import canaries
from website.leads.canaries import LONGEST, VALID, Canaries, marker, nonce_in
from website.leads.channels import MailChannel, WebhookChannel
from website.leads.deliveries import Target
from website.leads.intake import Intake, Receipt, Submission
from website.leads.models import Base, Channel, Lead
from website.leads.outbox import CANARY_PAUSE, Outbox
from website.leads.spam.proof_of_work import Proofs
from website.leads.spam.signals import SIGNALS
from website.leads.store import LeadStore
from website.leads.webhooks import Poster, endpoint_of
from website.mailboxes import Mailbox

NONCE = "0123456789abcdef0123456789abcdef"
SECONDS = datetime.timedelta(seconds=1)


@pytest.fixture
def found(database: Database, clock: HandClock, tmp_path: Path) -> Canaries:
    return Canaries(database, KEYS, tmp_path / "mail", clock)


def sent(intake: Intake, nonce: str, proof: str, **more: Any) -> Receipt:
    answers = ANSWERS | {"email": canaries.address(nonce), "name": "Test", "goals": nonce}
    return intake.take(Submission(answers=answers, proof=proof, visitor="192.0.2.7", **more))


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Read all that is kept, but for the canaries' own table."""
    with database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name != "canaries"
        }


# What is left of one


def test_nothing_of_a_canary_is_kept_where_leads_are_kept(
    send: Sender, intake: Intake, found: Canaries, database: Database
) -> None:
    send(visitor="192.0.2.7")
    before = everything(database)
    nonce, proof = found.announce()
    receipt = sent(intake, nonce, proof)
    assert receipt.is_canary
    assert not receipt.quarantined
    canary = found.get(nonce)
    assert canary is not None
    assert canary.reference == receipt.reference
    assert canary.answers["company"] == "Müller & Söhne GmbH"
    assert [channel for channel, *_ in canary.owed] == ["mail", "mail"]
    assert everything(database) == before
    found.forget(nonce)
    assert everything(database) == before
    assert found.get(nonce) is None


@pytest.mark.slow
def test_many_canaries_slow_no_visitor_down_and_are_never_too_many(
    intake: Intake, found: Canaries, send: Sender
) -> None:
    for _ in range(70):
        nonce, proof = found.announce()
        assert sent(intake, nonce, proof).is_canary
        found.forget(nonce)
    lead = send(visitor="192.0.2.7")
    assert not lead.quarantined


# Who passes for one


def test_a_marker_counts_once(intake: Intake, found: Canaries, store: LeadStore) -> None:
    nonce, proof = found.announce()
    assert sent(intake, nonce, proof).is_canary
    for _ in range(2):
        again = sent(intake, nonce, proof, source="/again/")
        assert not again.is_canary
        assert again.quarantined
    assert len(store.references(quarantined=True)) == 1
    found.forget(nonce)
    assert store.references() == []


def test_a_marker_that_was_announced_by_nobody_is_worth_a_forged_proof(
    intake: Intake, store: LeadStore
) -> None:
    receipt = sent(intake, NONCE, marker(KEYS, NONCE, NOON))
    lead = store.get(receipt.reference)
    assert lead is not None
    assert [SIGNALS["forged-proof"].name, SIGNALS["forged-proof"].points] in lead.spam_reasons


@pytest.mark.parametrize("age", [VALID + SECONDS, -VALID - SECONDS])
def test_a_marker_from_another_time_makes_a_request_like_others(
    intake: Intake, found: Canaries, clock: HandClock, age: datetime.timedelta
) -> None:
    nonce, proof = found.announce()
    clock.moment += age
    assert not sent(intake, nonce, proof).is_canary


@pytest.mark.parametrize("age", [VALID, -VALID])
def test_clocks_may_differ_a_little(age: datetime.timedelta) -> None:
    assert nonce_in(KEYS, marker(KEYS, NONCE, NOON), NOON + age) == NONCE


def test_a_marker_under_another_secret_is_none() -> None:
    other = Keys("another secret of the tests that is long enough")
    assert nonce_in(KEYS, marker(other, NONCE, NOON), NOON) == ""


@given(place=st.integers(0, 119), sign=st.sampled_from("0123456789abcdef.cnry \n٠"))
def test_a_marker_changed_in_one_place_is_none(place: int, sign: str) -> None:
    true = marker(KEYS, NONCE, NOON)
    forged = true[: place % len(true)] + sign + true[place % len(true) + 1 :]
    assert nonce_in(KEYS, forged, NOON) == (NONCE if forged == true else "")


@given(st.text())
def test_no_other_text_is_a_marker(text: str) -> None:
    assert nonce_in(KEYS, text, NOON) == ""


def test_a_canary_that_became_a_lead_is_found_and_goes_with_all_its_traces(
    intake: Intake, found: Canaries, database: Database
) -> None:
    before = everything(database)
    nonce, _ = found.announce()
    receipt = sent(intake, nonce, "canary.1.0.forged")
    assert receipt.quarantined, "it must not disturb the staff"
    assert found.became_a_lead(nonce)
    found.forget(nonce)
    after = everything(database)
    assert len(after.pop("visits")) == 1, "a keyed hash, that expires"
    before.pop("visits")
    assert after == before


def test_what_a_killed_process_left_is_removed_within_the_hour(
    intake: Intake, found: Canaries, clock: HandClock, store: LeadStore
) -> None:
    arrived, proof = found.announce()
    sent(intake, arrived, proof)
    astray, _ = found.announce()
    sent(intake, astray, "")
    clock.moment += LONGEST - SECONDS
    assert found.forget_old() == 0
    clock.moment += SECONDS
    assert found.forget_old() == 2
    assert found.get(arrived) is None
    assert store.references() == []


# How one is delivered


def outbox_with(database: Database, clock: HandClock, channel: Any, **more: Any) -> Outbox:
    channels = {Channel.MAIL: channel}
    return Outbox(database, channels, clock, **more)


def test_the_outbox_rehearses_every_message_that_a_lead_would_bring(
    intake: Intake, found: Canaries, database: Database, clock: HandClock
) -> None:
    seen: list[Lead] = []
    channel = RecordingChannel(seen.append)
    outbox = outbox_with(database, clock, channel)
    nonce, proof = found.announce()
    outbox.deliver_due()
    assert channel.delivered == [], "it has not come yet"
    receipt = sent(intake, nonce, proof)
    assert outbox.deliver_due().sent == 0, "it counts nowhere"
    outbox.deliver_due()
    recipients = [recipient for _, recipient, _ in channel.delivered]
    assert recipients == ["vertrieb@agentur.example", "leitung@agentur.example"]
    assert {lead.reference for lead in seen} == {receipt.reference}
    canary = found.get(nonce)
    assert canary is not None
    assert canary.delivered_at == NOON


def test_what_fails_is_told_and_tried_again_soon(
    intake: Intake, found: Canaries, database: Database, clock: HandClock
) -> None:
    def refuse(_lead: Lead) -> None:
        raise DeliveryError("The mail server answered AUTH with 535")

    channel = RecordingChannel(refuse)
    outbox = outbox_with(database, clock, channel)
    nonce, proof = found.announce()
    sent(intake, nonce, proof)
    outbox.deliver_due()
    canary = found.get(nonce)
    assert canary is not None
    assert (canary.delivered_at, canary.last_error) == (
        None,
        "The mail server answered AUTH with 535",
    )
    channel.first = lambda _lead: None
    outbox.deliver_due()
    assert channel.delivered == []
    clock.moment += CANARY_PAUSE
    outbox.deliver_due()
    canary = found.get(nonce)
    assert canary is not None
    assert canary.delivered_at
    assert canary.last_error is None


def dry_run(database: Database, clock: HandClock, intake: Intake, found: Canaries,
              channel: Any, **more: Any) -> str | None:  # fmt: skip
    nonce, proof = found.announce()
    sent(intake, nonce, proof)
    outbox_with(database, clock, channel, **more).deliver_due()
    canary = found.get(nonce)
    assert canary is not None
    assert bool(canary.delivered_at) is (canary.last_error is None)
    return canary.last_error


@pytest.mark.slow
def test_a_mail_server_is_asked_for_each_mailbox_and_gets_no_mail(
    mail_server: MailServer, database: Database, clock: HandClock, intake: Intake, found: Canaries
) -> None:
    channel = MailChannel(
        SmtpTransport(mail_server.url, timeout=5),
        sender=Mailbox("w@agentur.example"),
        questionnaire=questionnaire,
    )
    with mail_server.running():
        assert dry_run(database, clock, intake, found, channel) is None
        mail_server.answers["RCPT"] = ["250 OK", "550 5.1.1 No such user leitung@agentur.example"]
        told = dry_run(database, clock, intake, found, channel)
        assert told == "The mail server answered RCPT with 550 5.1.1"
        mail_server.answers["MAIL"] = ["451 4.7.1 Later"]
        told = dry_run(database, clock, intake, found, channel)
        assert told == "The mail server answered MAIL with 451 4.7.1"
        assert mail_server.mails == []
    told = dry_run(database, clock, intake, found, channel)
    assert told == "The mail server cannot be reached: Connection refused"


def test_whoever_wants_gets_a_real_mail_of_each(
    mail_server: MailServer, database: Database, clock: HandClock, intake: Intake, found: Canaries
) -> None:
    channel = MailChannel(
        SmtpTransport(mail_server.url, timeout=5),
        sender=Mailbox("w@agentur.example"),
        questionnaire=questionnaire,
    )
    to = "probe@agentur.example"
    with mail_server.running():
        assert dry_run(database, clock, intake, found, channel, canaries_to=to) is None
    assert mail_server.recipients == [to]


def test_without_a_mail_server_the_folder_is_tried_and_stays_empty(
    database: Database, clock: HandClock, intake: Intake, found: Canaries, tmp_path: Path
) -> None:
    channel = MailChannel(
        FileTransport(tmp_path / "mail"),
        sender=Mailbox("w@agentur.example"),
        questionnaire=questionnaire,
    )
    assert dry_run(database, clock, intake, found, channel) is None
    assert list((tmp_path / "mail").iterdir()) == []


def test_a_webhooks_receiver_is_reached_but_asked_nothing(
    database: Database, clock: HandClock, found: Canaries
) -> None:
    from website.config import Settings  # noqa: PLC0415

    intake = Intake(
        database,
        [Target(Channel.WEBHOOK, "127.0.0.1")],
        sender=Mailbox("w@agentur.example"),
        keys=KEYS,
        proofs=Proofs(KEYS),
        questionnaire=questionnaire,
        clock=clock,
    )
    receiver = Receiver()
    secret = ("whsec_bmV2ZXIgZ29ubmEgZ2l2ZSB5b3UgdXAgbmV2ZXI=",)

    def told() -> str | None:
        endpoint = endpoint_of(Settings(webhook_url=receiver.url, webhook_secret=secret))
        assert endpoint is not None
        channels = {Channel.WEBHOOK: WebhookChannel(Poster(endpoint))}
        nonce, proof = found.announce()
        sent(intake, nonce, proof)
        Outbox(database, channels, clock=clock).dry_run_due()
        canary = found.get(nonce)
        assert canary is not None
        return canary.last_error

    with receiver.running():
        assert told() is None
        assert receiver.requests == []
    assert told() == "The webhook's receiver cannot be reached: Connection refused"
