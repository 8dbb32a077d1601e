"""Suspected leads: nothing is lost, nobody is told, and release sends what was withheld."""

from __future__ import annotations

import pytest

from support.leads import ANSWERS, HandClock, RecordingChannel, Sender
from website.infra.database import Database
from website.leads.deliveries import Deliveries, DeliveryFilter
from website.leads.intake import Receipt
from website.leads.models import Channel, DeliveryState
from website.leads.outbox import Counts, Outbox
from website.leads.spam import scoring, signals
from website.leads.spam.signals import SIGNALS
from website.leads.store import LeadStore
from website.leads.workflow import Workflow

SPAM = ANSWERS | {
    "message": "We offer cheap backlinks and guest posts, first page of Google. <a href='x'>x</a>",
}


@pytest.fixture
def outbox(database: Database, clock: HandClock, channel: RecordingChannel) -> Outbox:
    return Outbox(database, {Channel.MAIL: channel}, clock)


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


def suspected(send: Sender) -> Receipt:
    receipt = send(SPAM, oddities=["no-language"])
    assert receipt.quarantined
    return receipt


def test_a_suspected_lead_is_stored_with_its_reasons_and_nobody_is_told(
    send: Sender, store: LeadStore, outbox: Outbox
) -> None:
    receipt = suspected(send)
    lead = store.get(receipt.reference)
    assert lead is not None
    assert lead.quarantined
    assert lead.spam_points >= scoring.SUSPICIOUS
    assert sum(points for _, points in lead.spam_reasons) == lead.spam_points
    assert all(signals.in_words(name) for name, _ in lead.spam_reasons)
    assert {delivery.state for delivery in lead.deliveries} == {DeliveryState.WITHHELD}
    assert outbox.deliver_due() == Counts()
    assert [event.action for event in store.events(lead)] == ["quarantined"]


def test_release_sends_exactly_what_was_withheld(
    send: Sender,
    store: LeadStore,
    workflow: Workflow,
    outbox: Outbox,
    channel: RecordingChannel,
) -> None:
    number = suspected(send).reference
    withheld = [(d.recipient, d.message_id) for d in store.newest()[0].deliveries]
    suspected(send)
    assert workflow.release(number.lower(), actor="erika")
    assert outbox.deliver_due() == Counts(sent=2)
    assert channel.delivered == [(number, *sent) for sent in withheld]
    lead = store.get(number)
    assert lead is not None
    assert not lead.quarantined
    told = [(event.actor, event.action, event.detail) for event in store.events(lead)]
    assert ("erika", "released", "2 deliveries") in told


def test_a_second_release_changes_nothing(send: Sender, workflow: Workflow, outbox: Outbox) -> None:
    number = suspected(send).reference
    assert workflow.release(number, actor="erika")
    assert not workflow.release(number, actor="erika")
    assert not workflow.confirm(number)
    assert not workflow.release("nichts", actor="erika")
    assert outbox.deliver_due() == Counts(sent=2)


def test_a_confirmation_releases_who_was_hardly_suspected(
    send: Sender, store: LeadStore, workflow: Workflow, outbox: Outbox
) -> None:
    receipt = send(ANSWERS, oddities=["trap", "untold-origin", "no-language"])
    assert receipt.quarantined
    assert workflow.confirm(receipt.reference)
    assert outbox.deliver_due() == Counts(sent=2)
    lead = store.get(receipt.reference)
    assert lead is not None
    assert [event.action for event in store.events(lead)] == [
        "quarantined", "confirmed", "released", "sent", "sent",
    ]  # fmt: skip


def test_a_confirmation_counts_once_and_is_not_enough_for_plain_spam(
    send: Sender, store: LeadStore, workflow: Workflow
) -> None:
    number = send(SPAM, oddities=["no-browser", "trap", "no-language"]).reference
    before = store.newest()[0].spam_points
    assert workflow.confirm(number)
    assert workflow.confirm(number)
    lead = store.newest()[0]
    assert lead.quarantined
    assert lead.spam_points == before + SIGNALS["confirmed"].points
    assert len(store.newest(quarantined=True)) == 1


@pytest.mark.slow
def test_a_flood_evicts_nothing(send: Sender, store: LeadStore) -> None:
    first = suspected(send).reference
    for _ in range(300):
        suspected(send)
    assert store.references(quarantined=True)[-1] == first
    assert len(store.references(quarantined=True)) == 301


def test_sending_again_does_not_reach_what_is_withheld(
    send: Sender, deliveries: Deliveries, outbox: Outbox
) -> None:
    number = suspected(send).reference
    assert deliveries.send_again(DeliveryFilter(references=(number,)), actor="erika") == 0
    assert outbox.deliver_due() == Counts()
