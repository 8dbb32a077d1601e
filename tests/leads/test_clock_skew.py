"""A clock that was ahead and was set right: nothing stands still, nothing is kept for ever."""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from support.leads import ANSWERS, KEYS, NOON, HandClock, RecordingChannel, Sender, solved
from website.exceptions import DeliveryError
from website.infra import clock_skew
from website.infra.database import Database
from website.leads import housekeeping
from website.leads.canaries import Canaries
from website.leads.models import Base, Canary, Channel, Fingerprint, Lead, LeadStatus, Visit
from website.leads.outbox import DELAYS, Outbox
from website.leads.retention import Period, Purge, Retention
from website.leads.spam.proof_of_work import Proofs
from website.leads.spam.signals import SIGNALS

AHEAD = datetime.timedelta(days=400)
times = st.timedeltas(datetime.timedelta(0), datetime.timedelta(days=2000))


def set_ahead(clock: HandClock) -> None:
    clock.moment += AHEAD


def set_right(clock: HandClock) -> None:
    clock.moment -= AHEAD - datetime.timedelta(minutes=1)


def rows(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@given(times, times)
def test_a_moment_has_come_or_lies_ahead_as_far_as_it_may(
    ahead: datetime.timedelta, longest: datetime.timedelta
) -> None:
    waits = ahead > datetime.timedelta(0) and ahead <= longest + clock_skew.SKEW
    assert clock_skew.has_come(NOON + ahead, NOON, longest) is not waits
    assert clock_skew.has_come(NOON - ahead, NOON, longest)
    assert clock_skew.age(NOON - ahead, NOON) == ahead


@pytest.mark.parametrize("held", [DeliveryError("Down"), SystemExit()], ids=["failed", "leased"])
def test_what_was_tried_then_is_tried_again(
    database: Database, send: Sender, clock: HandClock, held: BaseException
) -> None:
    """Failed, or under way when its process died: its lease goes on for 400 days."""

    def fail(_lead: Lead) -> None:
        raise held

    channel = RecordingChannel(fail)
    outbox = Outbox(database, {Channel.MAIL: channel}, clock)
    send()
    set_ahead(clock)
    for _ in range(2):  # there are two recipients
        with contextlib.suppress(SystemExit):
            outbox.deliver_due()
    set_right(clock)
    channel.first = lambda _lead: None
    assert outbox.deliver_due().sent == 2


@pytest.mark.slow
def test_the_longest_wait_is_still_waited(
    database: Database, send: Sender, clock: HandClock
) -> None:
    def fail(_lead: Lead) -> None:
        raise DeliveryError("Down")

    outbox = Outbox(database, {Channel.MAIL: RecordingChannel(fail)}, clock, jitter=lambda: 1.1)
    send()
    for delay in DELAYS[:-1]:
        clock.moment += delay * 1.1
        assert outbox.deliver_due().postponed == 2
    clock.moment += DELAYS[-1] * 1.1 - datetime.timedelta(seconds=1)
    assert outbox.deliver_due().dead == 0


def test_a_canary_of_then_is_delivered_or_forgotten(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    canaries = Canaries(database, KEYS, tmp_path / "mail", clock)
    set_ahead(clock)
    nonce, _ = canaries.announce()
    with database.writing() as session:
        canary = session.get_one(Canary, nonce)
        canary.reference, canary.received_at = "B5KM-29QX", clock()
        canary.leased_until = clock()
        canary.owed = [["mail", "a@agentur.example", "<1@agentur.example>"]]
    set_right(clock)
    channel = RecordingChannel()
    assert Outbox(database, {Channel.MAIL: channel}, clock=clock).dry_run_due() == 1
    assert canaries.forget_old() == 1
    assert rows(database, Canary) == 0


def test_what_is_known_of_then_is_forgotten(
    database: Database, send: Sender, clock: HandClock
) -> None:
    set_ahead(clock)
    send(visitor="192.0.2.7")
    assert rows(database, Fingerprint)
    assert rows(database, Visit) == 1
    set_right(clock)
    housekeeping.tidy(database, clock())
    assert rows(database, Fingerprint) == rows(database, Visit) == 0


def test_the_same_words_are_a_new_request_long_after(
    database: Database, send: Sender, clock: HandClock
) -> None:
    """Before anybody has tidied up."""
    words: dict[str, Any] = {**ANSWERS, "goals": "Ein Ziel"}
    set_ahead(clock)
    first = send(words)
    set_right(clock)
    second = send(words)
    assert first.reference != second.reference
    assert send(words).reference == second.reference, "the new one is known at once"
    assert rows(database, Lead) == 2


def test_a_proof_of_then_does_not_hold_for_ever() -> None:
    proofs = Proofs(KEYS)
    proof = solved(proofs, NOON + AHEAD)
    assert proofs.verify(proof, NOON).signal is SIGNALS["expired-proof"]


@pytest.mark.parametrize("quarantined", [False, True])
def test_a_request_of_then_is_deleted_neither_early_nor_never(
    database: Database, send: Sender, clock: HandClock, tmp_path: Path, quarantined: bool
) -> None:
    month = Period(days=30)
    retention = Retention(dict.fromkeys(LeadStatus, month), month)
    purge = Purge(database, retention, tmp_path / "mail", clock)
    set_ahead(clock)
    send(oddities=("trap", "no-browser") if quarantined else ())
    outbox = Outbox(database, {Channel.MAIL: RecordingChannel()}, clock)
    outbox.deliver_due()
    set_right(clock)
    assert purge.run(actor="housekeeping").leads == 0, "its line in the audit trail tells the day"
    clock.forward(days=29)
    assert purge.run(actor="housekeeping").leads == 0
    clock.forward(days=3)
    assert purge.run(actor="housekeeping").leads == 1
