"""Once is once, twice is once, and something new is new."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from support.leads import ANSWERS, NOON, solved
from website.leads import fingerprints
from website.leads.housekeeping import tidy
from website.leads.intake import Submission
from website.leads.models import Channel, Fingerprint, State

if TYPE_CHECKING:
    from support.leads import HandClock
    from website.leads.database import Database
    from website.leads.intake import Intake, Receipt
    from website.leads.store import LeadStore


def submit(intake: Intake, page_key: str = "", proof: str = "", **changes: str) -> Receipt:
    answers = {name: text for name, text in (ANSWERS | changes).items() if text}
    return intake.take(Submission(answers=answers, page_key=page_key, proof=proof))


def test_the_same_words_are_the_same_lead(intake: Intake, store: LeadStore) -> None:
    first = submit(intake)
    assert submit(intake) == first
    spaced = ANSWERS["message"].upper().replace(" ", "  ")
    assert submit(intake, message=spaced, email="Joerg.Weiss@FIRMA.example") == first
    assert store.references() == [first.reference]
    assert [delivery.recipient for delivery in store.newest()[0].deliveries] == [
        "vertrieb@agentur.example",
        "leitung@agentur.example",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"message": ANSWERS["message"] + "!"},
        {"phone": ""},
        {"phone": "0711 99"},
        {"goals": "Ruhe"},
        {"email": "andere@firma.example"},
        {"company": "Andere GmbH"},
        {"start": "offen"},
    ],
)
def test_whatever_is_new_is_a_new_lead(
    intake: Intake, store: LeadStore, changes: dict[str, str]
) -> None:
    """Nobody is swallowed who corrects or completes what was sent."""
    assert submit(intake).reference != submit(intake, **changes).reference
    assert len(store.newest()) == 2


def test_after_a_quarter_of_an_hour_the_same_words_are_a_new_lead(
    intake: Intake, clock: HandClock
) -> None:
    first = submit(intake)
    clock.forward(minutes=15, seconds=-1)
    assert submit(intake) == first
    clock.forward(seconds=1)
    assert submit(intake).reference != first.reference


def test_from_the_same_page_they_stay_the_same_for_a_week(intake: Intake, clock: HandClock) -> None:
    first = submit(intake, page_key="4d6f")
    clock.forward(days=6)
    assert submit(intake, page_key="4d6f") == first
    assert submit(intake, page_key="4d6f", goals="Ruhe").reference != first.reference
    assert submit(intake, page_key="aaaa").reference != first.reference
    clock.forward(days=1)
    assert submit(intake, page_key="4d6f").reference != first.reference


def test_another_key_within_the_quarter_of_an_hour_is_still_the_same(intake: Intake) -> None:
    assert submit(intake, page_key="one") == submit(intake, page_key="two")


def test_the_same_text_under_another_name_is_a_reason(intake: Intake, store: LeadStore) -> None:
    submit(intake)
    submit(intake, email="b@firma.example", company="B", name="B")
    assert "repeated" in dict(store.newest()[0].spam_reasons)
    assert "repeated" not in dict(store.newest()[1].spam_reasons)


def test_a_proof_counts_once(intake: Intake, store: LeadStore, clock: HandClock) -> None:
    proof = solved(intake.proofs, NOON)
    clock.forward(seconds=30)
    assert submit(intake, proof=proof).proven
    assert not submit(intake, proof=proof, goals="Ruhe").proven
    assert "spent-proof" in dict(store.newest()[0].spam_reasons)
    assert submit(intake, proof=proof).reference == store.newest()[1].reference


def test_what_is_kept_for_recognising_expires(intake: Intake, database: Database) -> None:
    submit(intake, page_key="4d6f")
    kinds = {"content": 15 * 60, "text": 86400, "page": 7 * 86400}
    for kind, seconds in kinds.items():
        for moment, there in ((seconds - 1, True), (seconds, False)):
            tidy(database, NOON + datetime.timedelta(seconds=moment))
            with database.reading() as session:
                keys = session.scalars(select(Fingerprint.key)).all()
            assert (kind in {key.partition(":")[0] for key in keys}) is there, kind


def test_no_word_stands_in_a_fingerprint(intake: Intake, database: Database) -> None:
    submit(intake, page_key="4d6f")
    with database.reading() as session:
        keys = session.scalars(select(Fingerprint.key)).all()
    assert all(set(key.partition(":")[2]) <= set("0123456789abcdef") for key in keys)


@pytest.fixture
def confirming(intake: Intake) -> Intake:
    return dataclasses.replace(intake, confirm=True)


def confirmations(store: LeadStore) -> list[State]:
    return [
        delivery.state
        for lead in store.newest()
        for delivery in lead.deliveries
        if delivery.channel is Channel.CONFIRMATION
    ]


def test_an_asker_gets_one_confirmation_a_day(
    confirming: Intake, store: LeadStore, clock: HandClock
) -> None:
    for number in range(5):
        submit(confirming, goals=f"{number}")
    submit(confirming, goals="groß", email="JOERG.weiss@firma.example")
    assert confirmations(store) == [State.PENDING]
    clock.forward(days=1)
    submit(confirming, goals="am nächsten Tag")
    assert confirmations(store) == [State.PENDING] * 2


@pytest.mark.parametrize(
    "address",
    ["mailer-daemon@firma.example", "noreply@firma.example", "No-Reply+x@firma.example",
     "postmaster@firma.example", "bounce-123@firma.example"],
)  # fmt: skip
def test_a_machine_gets_no_confirmation(confirming: Intake, store: LeadStore, address: str) -> None:
    submit(confirming, email=address)
    assert confirmations(store) == []


def test_nobody_gets_one_unless_it_is_switched_on(intake: Intake, store: LeadStore) -> None:
    submit(intake)
    assert confirmations(store) == []


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text(), min_size=1))
def test_spaces_and_case_make_no_difference_but_anything_else_does(answers: dict[str, str]) -> None:
    plain = fingerprints.normalised(answers)
    spaced = {name: f"  {text} \n" for name, text in reversed(answers.items())}
    assert fingerprints.normalised(spaced) == plain
    assert fingerprints.normalised(answers | {"a": answers.get("a", "") + " x1"}) != plain
