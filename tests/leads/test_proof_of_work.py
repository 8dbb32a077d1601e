from __future__ import annotations

import base64
import datetime
import json
from typing import Any

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.leads import KEYS, NOON, solved
from website.infra.keyed_hashes import Keys
from website.leads.spam import proof_of_work, signals
from website.leads.spam.proof_of_work import Proofs
from website.leads.spam.signals import SIGNALS

SOON = NOON + datetime.timedelta(seconds=20)
OURS = Proofs(KEYS)


def encoded(payload: Any) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


def decoded(proof: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(base64.b64decode(proof))
    return payload


@pytest.fixture(scope="module")
def proof() -> str:
    return solved(OURS, NOON)


def test_work_that_was_done_speaks_for_the_lead(proof: str) -> None:
    verified = OURS.verify(proof, SOON)
    assert verified.valid
    assert verified.signal.points < 0
    assert verified.nonce == decoded(proof)["challenge"]["parameters"]["nonce"]


def test_any_machine_with_the_same_secret_can_verify(proof: str) -> None:
    assert Proofs(Keys("a secret of the tests that nobody need guess")).verify(proof, SOON).valid
    other = Proofs(Keys("another secret")).verify(proof, SOON)
    assert other.signal is SIGNALS["forged-proof"]


def test_no_proof_weighs_less_than_a_false_one() -> None:
    assert OURS.verify("", SOON).signal is SIGNALS["no-proof"]
    assert 0 < SIGNALS["no-proof"].points < SIGNALS["forged-proof"].points


def test_the_second_time_it_is_spent(proof: str) -> None:
    verified = OURS.verify(proof, SOON)
    assert verified.spent().signal is SIGNALS["spent-proof"]
    assert verified.spent().nonce == verified.nonce


@pytest.mark.parametrize(
    ("seconds", "signal"),
    [
        (0, SIGNALS["fast"]),
        (2, SIGNALS["fast"]),
        (3, SIGNALS["proven"]),
        (3600, SIGNALS["proven"]),
        (3601, SIGNALS["expired-proof"]),
        (90 * 86400, SIGNALS["expired-proof"]),
        (-60, SIGNALS["fast"]),
    ],
)
def test_its_time_runs_from_the_challenge(proof: str, seconds: int, signal: signals.Signal) -> None:
    assert OURS.verify(proof, NOON + datetime.timedelta(seconds=seconds)).signal is signal


def test_a_proof_for_another_form_counts_as_forged() -> None:
    elsewhere = Proofs(KEYS, form="newsletter")
    assert OURS.verify(solved(elsewhere, NOON), SOON).signal is SIGNALS["forged-proof"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cost", 1),
        ("keyPrefix", ""),
        ("keyPrefix", "00"),
        ("nonce", "00" * 16),
        ("data", {"form": "anfrage", "made": int(SOON.timestamp())}),
        ("data", None),
        ("expiresAt", 1),
        ("expiresAt", 99_999_999_999),
        ("keySignature", None),
        ("algorithm", "SHA-256"),
    ],
)
def test_a_challenge_cannot_be_made_easier_or_younger(proof: str, name: str, value: object) -> None:
    """Also the splicing of CVE-2025-68113: what is signed is the whole of it."""
    payload = decoded(proof)
    payload["challenge"]["parameters"][name] = value
    assert OURS.verify(encoded(payload), SOON).signal is SIGNALS["forged-proof"]


def test_an_answer_does_not_fit_another_challenge(proof: str) -> None:
    other = decoded(solved(OURS, NOON))
    spliced = decoded(proof) | {"solution": other["solution"]}
    assert OURS.verify(encoded(spliced), SOON).signal is SIGNALS["forged-proof"]
    signature = {"signature": other["challenge"]["signature"]}
    swapped = {"challenge": decoded(proof)["challenge"] | signature}
    assert OURS.verify(encoded(decoded(proof) | swapped), SOON).signal is SIGNALS["forged-proof"]


@pytest.mark.parametrize(
    "sent",
    [
        "x",
        "{}",
        encoded({}),
        encoded([]),
        encoded(5),
        encoded({"challenge": [], "solution": []}),
        encoded({"challenge": {"parameters": 5}, "solution": {"counter": 1, "derivedKey": "00"}}),
        "A" * (proof_of_work.LONGEST + 1),
        base64.b64encode(b"[" * 3000).decode()[: proof_of_work.LONGEST],
        "\udcff",
    ],
)
def test_what_is_no_proof_counts_as_forged(sent: str) -> None:
    assert OURS.verify(sent, SOON).signal is SIGNALS["forged-proof"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
PART = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ["algorithm", "nonce", "salt", "cost", "keyLength", "keyPrefix", "data", "expiresAt"], JSON
    ),
)


@given(PART, JSON, JSON)
def test_nothing_that_is_sent_breaks_it(parameters: Any, signature: Any, solution: Any) -> None:
    challenge = {"parameters": parameters, "signature": signature}
    sent = encoded({"challenge": challenge, "solution": solution})
    assert not OURS.verify(sent, SOON).valid


@given(st.text(max_size=100))
def test_no_text_breaks_it(sent: str) -> None:
    assert not OURS.verify(sent, SOON).valid


def test_a_challenge_says_nothing_of_its_answer_and_holds_no_address() -> None:
    challenge = OURS.challenge(NOON)
    assert set(challenge) == {"parameters", "signature"}
    assert challenge["parameters"]["data"] == {"form": "anfrage", "made": int(NOON.timestamp())}
    assert challenge["parameters"]["nonce"] != OURS.challenge(NOON)["parameters"]["nonce"]
    altcha.Challenge.from_dict(challenge)
