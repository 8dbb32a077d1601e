"""Work that a browser has done before it sends a form, so that mass sending costs something.

The protocol is ALTCHA's, version 2 (https://altcha.org/docs/v2/proof-of-work/). A challenge is
signed, bound to this form and carries the moment it was made, from which it expires (the protocol's
own ``expiresAt`` would be held against the machine's clock, not ours). Its answer counts once:
who takes the lead in keeps the nonce. A proof only ever lowers suspicion; without one, a lead is
taken just the same.
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
"""Of PBKDF2 for one try: what a server needs for making a challenge, well below a millisecond."""
TRIES = (300, 1_000)
"""The answer lies between these: some tenths of a second in a browser, seconds on a slow phone."""
LIFETIME = datetime.timedelta(hours=1)
HUMAN = datetime.timedelta(seconds=3)
"""Nobody fills in four fields faster, from the first focus on, which asks for the challenge."""
LONGEST = 4_096
"""Characters of a proof; a true one has about 900."""


@dataclass(frozen=True)
class Verification:
    """What a proof is worth."""

    signal: Signal
    nonce: str = ""
    """By which it is known again, if it was made by us."""

    @property
    def valid(self) -> bool:
        """Whether it speaks for the lead."""
        return self.signal is SIGNALS["proven"]

    def spent(self) -> Verification:
        """Return what the same proof is worth the second time."""
        return replace(self, signal=SIGNALS["spent-proof"])


class Proofs:
    """Makes challenges and verifies their answers; any process with the same keys may do either."""

    def __init__(self, keys: Keys, *, form: str = FORM) -> None:
        self._challenge_key = keys.key("altcha challenge")
        self._answer_key = keys.key("altcha answer")
        self._form = form

    def challenge(self, now: datetime.datetime) -> dict[str, Any]:
        """Return a new challenge, ready to be sent as JSON."""
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
        """Return what a proof is worth, whatever it holds."""
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
