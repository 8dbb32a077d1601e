"""Once is once, twice is once, and something new is new."""

from __future__ import annotations

import dataclasses
import datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from support.leads import ANSWERS, NOON, HandClock, Trust, solved
from support.threads import together
from website.exceptions import TooManyLeads
from website.infra import email_addresses
from website.infra.database import Database
from website.leads import fingerprints, rate_limit
from website.leads.housekeeping import tidy
from website.leads.intake import Intake, Receipt, Submission
from website.leads.models import Channel, DeliveryState, Fingerprint
from website.leads.spam.proof_of_work import Proofs
from website.leads.store import LeadStore
from website.leads.workflow import Workflow


def submit(
    intake: Intake, page_key: str = "", proof: str = "", visitor: str = "", **changes: str
) -> Receipt:
    answers = {name: text for name, text in (ANSWERS | changes).items() if text}
    return intake.take(Submission(answers=answers, page_key=page_key, proof=proof, visitor=visitor))


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


@pytest.mark.slow
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
    return dataclasses.replace(intake, confirm=True, proofs=cast("Proofs", Trust()))


def confirmations(store: LeadStore) -> list[DeliveryState]:
    return [
        delivery.state
        for lead in store.newest(200)
        for delivery in lead.deliveries
        if delivery.channel is Channel.CONFIRMATION
    ]


def test_an_asker_gets_one_confirmation_a_day(
    confirming: Intake, store: LeadStore, clock: HandClock
) -> None:
    for number in range(5):
        submit(confirming, goals=f"{number}", proof=f"{number}")
    submit(confirming, goals="groß", email="JOERG.weiss@firma.example", proof="groß")
    assert confirmations(store) == [DeliveryState.PENDING]
    clock.forward(days=1)
    submit(confirming, goals="am nächsten Tag", proof="am nächsten Tag")
    assert confirmations(store) == [DeliveryState.PENDING] * 2


@pytest.mark.parametrize(
    "addresses",
    [
        ("max@firma.example", "Max@Firma.example", "max+1@firma.example", "MAX+a+b@firma.example"),
        ("max.muster@gmail.com", "maxmuster@gmail.com", "m.a.x.muster+x@googlemail.com"),
        ("max@müller.example", "max+1@xn--mller-kva.example", "max@MÜLLER.example"),
    ],
)
def test_one_mailbox_under_many_addresses_gets_one_confirmation(
    confirming: Intake, store: LeadStore, addresses: tuple[str, ...]
) -> None:
    for number in range(20):
        address = addresses[number % len(addresses)].replace("+1", f"+{number}")
        submit(
            confirming, email=email_addresses.parse(address) or "", proof=f"{number}", goals=address
        )
    assert len(confirmations(store)) == 1


def test_two_mailboxes_get_two(confirming: Intake, store: LeadStore) -> None:
    for address in ("max@firma.example", "ma.x@firma.example", "max@firma.test", "+1@firma.example",
                    "ma.x@gmail.com", "mx@gmail.com"):  # fmt: skip
        submit(confirming, email=address, proof=address)
    assert len(confirmations(store)) == 6


def test_without_a_proof_nobody_gets_a_confirmation(confirming: Intake, store: LeadStore) -> None:
    submit(confirming)
    submit(confirming, goals="mit einem Nachweis", proof="einmal")
    submit(confirming, goals="mit demselben", proof="einmal", email="andere@firma.example")
    assert len(confirmations(store)) == 1


def test_who_is_suspected_without_a_proof_gets_one_after_confirming(
    confirming: Intake, store: LeadStore, workflow: Workflow
) -> None:
    receipt = confirming.take(Submission(answers=ANSWERS, oddities=("no-language", "trap")))
    assert receipt.quarantined
    assert confirmations(store) == [DeliveryState.WITHHELD]
    assert workflow.confirm(receipt.reference)
    assert confirmations(store) == [DeliveryState.PENDING]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("visitors", "gotten"),
    [
        (["203.0.113.7"] * 12, rate_limit.MOST_MAILS),
        ([""] * 12, rate_limit.MOST_MAILS),
        ([f"2001:db8:1:{n}::{n}" for n in range(12)], rate_limit.MOST_MAILS),
        ([f"2001:db8:{n}::1" for n in range(12)], 12),
        ([f"203.0.113.{n}" for n in range(12)], 12),
    ],
)
def test_so_many_confirmations_go_out_for_one_network_in_a_day(
    confirming: Intake, store: LeadStore, clock: HandClock, visitors: list[str], gotten: int
) -> None:
    def send(day: int) -> None:
        for number, visitor in enumerate(visitors):
            email = f"max{number}@firma{day}.example"
            submit(confirming, visitor=visitor, proof=email, email=email)
            clock.forward(minutes=10)

    send(1)
    assert len(confirmations(store)) == gotten
    assert len(store.newest()) == len(visitors), "the requests are taken all the same"
    clock.forward(days=1)
    send(2)
    assert len(confirmations(store)) == 2 * gotten


def test_at_once_one_mailbox_gets_one_confirmation(confirming: Intake, store: LeadStore) -> None:
    together(
        8,
        lambda n: submit(
            confirming,
            goals=f"{n}",
            message=f"Nr. {n}",
            proof=f"{n}",
            email=f"max+{n}@firma.example",
        ),
    )
    assert len(store.newest()) == 8
    assert len(confirmations(store)) == 1


def test_at_once_a_proof_counts_once(confirming: Intake, store: LeadStore) -> None:
    receipts = together(
        8, lambda n: submit(confirming, message=f"Nr. {n}", proof="x", email=f"a{n}@firma.example")
    )
    assert [receipt.proven for receipt in receipts].count(True) == 1
    assert len(store.newest()) == 8
    assert len(confirmations(store)) == 1


def test_at_once_a_text_under_eight_names_is_repeated_seven_times(
    intake: Intake, store: LeadStore
) -> None:
    together(8, lambda n: submit(intake, email=f"a{n}@firma.example", company=f"{n}"))
    repeated = [1 for lead in store.newest() if "repeated" in dict(lead.spam_reasons)]
    assert len(repeated) == 7


@pytest.mark.slow
def test_at_once_a_network_gets_no_more_confirmations_and_leads_than_it_may(
    confirming: Intake, store: LeadStore
) -> None:
    def send(number: int) -> bool:
        told = f"{number}"
        try:
            submit(confirming, message=told, proof=told, email=f"a{told}@b.example", visitor="::1")
        except TooManyLeads:
            return False
        return True

    taken = [
        took for start in range(9) for took in together(8, lambda n, at=start: send(8 * at + n))
    ]
    assert taken.count(True) == rate_limit.TOO_MANY
    assert len(confirmations(store)) == rate_limit.MOST_MAILS


@pytest.mark.slow
def test_at_once_nobody_waits_for_somebody_who_waits(confirming: Intake, store: LeadStore) -> None:
    """Texts, proofs, mailboxes and networks cross each other in every order."""

    def send(number: int) -> None:
        for turn in range(6):
            submit(
                confirming,
                goals=f"{number} {turn}",
                message=f"Text {(number + turn) % 2}",
                proof=f"{(number * turn) % 3}",
                email=f"a{(number - turn) % 3}@firma.example",
                visitor=f"203.0.113.{(number + 2 * turn) % 3}",
            )

    together(6, send)
    assert len(store.newest()) == 36
    assert len(confirmations(store)) <= 3


@pytest.mark.parametrize(
    "address",
    ["mailer-daemon@firma.example", "noreply@firma.example", "No-Reply+x@firma.example",
     "postmaster@firma.example", "bounce-123@firma.example"],
)  # fmt: skip
def test_a_machine_gets_no_confirmation(confirming: Intake, store: LeadStore, address: str) -> None:
    submit(confirming, email=address, proof="x")
    assert confirmations(store) == []


def test_nobody_gets_one_unless_it_is_switched_on(intake: Intake, store: LeadStore) -> None:
    submit(dataclasses.replace(intake, proofs=cast("Proofs", Trust())), proof="x")
    assert confirmations(store) == []


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.text(), min_size=1))
def test_spaces_and_case_make_no_difference_but_anything_else_does(answers: dict[str, str]) -> None:
    plain = fingerprints.normalised(answers)
    spaced = {name: f"  {text} \n" for name, text in reversed(answers.items())}
    assert fingerprints.normalised(spaced) == plain
    assert fingerprints.normalised(answers | {"a": answers.get("a", "") + " x1"}) != plain
