"""What tests of leads start from: answers, a clock that is set by hand, channels that obey."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import altcha

from support.questionnaire import questionnaire
from website.infra.database import Database
from website.infra.keyed_hashes import Keys
from website.leads.deliveries import Target
from website.leads.intake import Intake, Receipt, Submission
from website.leads.models import COLUMNS, Channel, Delivery, Lead
from website.leads.spam.proof_of_work import LIFETIME, Proofs, Verification
from website.leads.spam.signals import SIGNALS
from website.mailboxes import Mailbox

NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)

ANSWERS = {
    "topic": "kam-aufbauen",
    "message": "Zwei Großkunden drohen mit Absprung.\nUns fehlt jemand, der sich kümmert.",
    "start": "sofort",
    "confidential": "ja",
    "company": "Müller & Söhne GmbH",
    "name": "Jörg Weiß",
    "email": "joerg.weiss@firma.example",
    "phone": "+49 (0) 711/123-456",
}


KEYS = Keys("a secret of the tests that nobody need guess")
RECIPIENTS = ("vertrieb@agentur.example", "leitung@agentur.example")


def intake_of(database: Database, clock: HandClock) -> Intake:
    """Return what takes requests into a database, and owes each recipient a mail."""
    return Intake(
        database,
        [Target(Channel.MAIL, recipient) for recipient in RECIPIENTS],
        sender=Mailbox("website@agentur.example"),
        keys=KEYS,
        proofs=Proofs(KEYS),
        questionnaire=questionnaire,
        clock=clock,
    )


def lead_with(*, language: str = "de", **answers: Any) -> Lead:
    """Make a lead that is stored nowhere.

    :param answers: what differs from :data:`ANSWERS`, or comes on top.
    """
    given = ANSWERS | answers
    own = {name: given.pop(name) for name in COLUMNS}
    return Lead(
        id=1,
        reference="B5KM-29QX",
        received_at=NOON,
        **own,
        answers=given,
        source="/kontakt/",
        language=language,
    )


class Sender:
    """Sends requests, each a new one: the same words would be the same request."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self._count = itertools.count(1)

    def __call__(self, answers: Mapping[str, str] = ANSWERS, **submitted: Any) -> Receipt:
        """Send the answers, told apart by a number in the goals."""
        goals = {"goals": f"Ziel {next(self._count)}"}
        return self.intake.take(Submission(answers=goals | dict(answers), **submitted))


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime.datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        """Move the clock: ``forward(hours=2)``."""
        self.moment += datetime.timedelta(**time)


class RecordingChannel:
    """Writes down what it is given, and does first what a test wants done."""

    def __init__(self, first: Callable[[Lead], None] = lambda _lead: None) -> None:
        self.first = first
        self.delivered: list[tuple[str, str, str]] = []

    def deliver(self, lead: Lead, delivery: Delivery) -> None:
        self.first(lead)
        self.delivered.append((lead.reference, delivery.recipient, delivery.message_id))

    def dry_run(self, lead: Lead, delivery: Delivery) -> None:
        self.deliver(lead, delivery)


class Trust:
    """Takes any text for a proof of work, known again by itself; doing the work takes long."""

    lifetime = LIFETIME

    def verify(self, proof: str, _now: datetime.datetime) -> Verification:
        if not proof:
            return Verification(SIGNALS["no-proof"])
        return Verification(SIGNALS["proven"], nonce=proof)


def solved(proofs: Proofs, made: datetime.datetime) -> str:
    """Do the work of a challenge made at some moment."""
    challenge = altcha.Challenge.from_dict(proofs.challenge(made))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    proof: str = altcha.Payload(challenge, solution).to_base64()
    return proof
