"""Proof of work by browsers that send a form, which makes mass sending costly.

The protocol is ALTCHA version 2 (https://altcha.org/docs/v2/proof-of-work/). A challenge is signed,
bound to this form and contains the moment of its creation, from which it expires (the protocol's
own ``expiresAt`` would use the machine's clock instead of ours). An answer is valid once: intake
stores the nonce. A proof only ever lowers suspicion; requests without one are accepted, too.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import secrets
from dataclasses import dataclass, replace
from typing import Any

import altcha

from website.infra import clock_skew
from website.infra.keyed_hashes import Keys
from website.leads.spam.signals import SIGNALS, Signal

FORM = "anfrage"
ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 1_000
"""PBKDF2 iterations of a try, which take well below a millisecond on the server."""
TRIES = (300, 1_000)
"""Range of the answer: some tenths of a second in a browser, seconds on a slow phone."""
LIFETIME = datetime.timedelta(hours=1)
HUMAN = datetime.timedelta(seconds=3)
"""Minimum time in which a person fills in four fields, from requesting the challenge on."""
LONGEST = 4_096
"""Maximum characters of a proof; real ones have about 900."""


@dataclass(frozen=True)
class Verification:
    """The result of verifying a proof."""

    signal: Signal
    nonce: str = ""
    """Identifies the challenge, if it was ours."""

    @property
    def valid(self) -> bool:
        """Whether the proof is valid."""
        return self.signal is SIGNALS["proven"]

    def spent(self) -> Verification:
        """Return the result for a proof that was used before."""
        return replace(self, signal=SIGNALS["spent-proof"])


class Proofs:
    """Creates challenges and verifies proofs; works across processes with the same keys."""

    def __init__(self, keys: Keys, *, form: str = FORM) -> None:
        self._challenge_key = keys.key("altcha challenge")
        self._answer_key = keys.key("altcha answer")
        self._form = form

    def challenge(self, now: datetime.datetime) -> dict[str, Any]:
        """Return a new challenge for JSON."""
        made = altcha.create_challenge(
            ALGORITHM,
            ROUNDS,
            counter=TRIES[0] + secrets.randbelow(TRIES[1] - TRIES[0]),
            data={"form": self._form, "made": int(now.timestamp())},
            hmac_secret=self._challenge_key,
            hmac_key_secret=self._answer_key,
        )
        challenge: dict[str, Any] = made.to_dict()
        return challenge

    def verify(self, proof: str, now: datetime.datetime) -> Verification:
        """Verify a proof. Never raises, whatever was sent."""
        if not proof:
            return Verification(SIGNALS["no-proof"])
        payload = _decoded(proof)
        if payload is None or not self._is_ours(payload):
            return Verification(SIGNALS["forged-proof"])
        made = payload.challenge.parameters
        data = made.data or {}
        if data.get("form") != self._form:
            return Verification(SIGNALS["forged-proof"])
        return Verification(_in_time(data["made"], now), nonce=made.nonce)

    def _is_ours(self, payload: altcha.Payload) -> bool:
        result = altcha.verify_solution(
            payload, self._challenge_key, hmac_key_secret=self._answer_key
        )
        verified: bool = result.verified
        return verified


def _in_time(made: int, now: datetime.datetime) -> Signal:
    age = now - datetime.datetime.fromtimestamp(made, datetime.UTC)
    if age > LIFETIME or age < -clock_skew.SKEW:
        return SIGNALS["expired-proof"]
    return SIGNALS["fast"] if age < HUMAN else SIGNALS["proven"]


def _decoded(proof: str) -> altcha.Payload | None:
    if len(proof) > LONGEST:
        return None
    try:
        data = json.loads(base64.b64decode(proof, validate=True))
        return altcha.Payload.from_dict(data)
    except (binascii.Error, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
