"""A database, a store and a clock for each test."""

from __future__ import annotations

import pytest

from support.leads import KEYS, HandClock, Sender
from support.mailserver import MailServer
from support.questionnaire import questionnaire
from website.infra.database import Database
from website.leads.deliveries import Deliveries, Target
from website.leads.intake import Intake
from website.leads.models import Channel
from website.leads.spam.proof_of_work import Proofs
from website.leads.store import LeadStore
from website.leads.workflow import Workflow
from website.leads.worklist import Worklist
from website.mailboxes import Mailbox

RECIPIENTS = ("vertrieb@agentur.example", "leitung@agentur.example")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(database: Database, clock: HandClock) -> LeadStore:
    return LeadStore(database, clock=clock)


@pytest.fixture
def workflow(database: Database, clock: HandClock) -> Workflow:
    return Workflow(database, questionnaire, clock=clock)


@pytest.fixture
def worklist(database: Database, clock: HandClock) -> Worklist:
    return Worklist(database, clock=clock)


@pytest.fixture
def deliveries(database: Database, clock: HandClock) -> Deliveries:
    return Deliveries(database, clock=clock)


@pytest.fixture
def intake(database: Database, clock: HandClock) -> Intake:
    targets = [Target(Channel.MAIL, recipient) for recipient in RECIPIENTS]
    return Intake(
        database,
        targets,
        sender=Mailbox("website@agentur.example"),
        keys=KEYS,
        proofs=Proofs(KEYS),
        questionnaire=questionnaire,
        clock=clock,
    )


@pytest.fixture
def send(intake: Intake) -> Sender:
    return Sender(intake)


@pytest.fixture
def mail_server() -> MailServer:
    """Return a mail server that does not run yet."""
    return MailServer()
