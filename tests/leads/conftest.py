"""A database, a store and a clock for each test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from support.leads import HandClock, Sender, intake_of
from support.mailserver import MailServer
from support.postgres import PostgreSQL
from support.questionnaire import questionnaire
from support.sqlite import NAME, migrated
from website.infra.database import Database, connect
from website.leads.deliveries import Deliveries
from website.leads.intake import Intake
from website.leads.store import LeadStore
from website.leads.workflow import Workflow


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Database]]:
    """Make migrated databases that stay until the module's end: for what its tests only read."""
    with contextlib.ExitStack() as stack:

        def make() -> Database:
            if request.param == "sqlite":
                url = f"sqlite:///{migrated(tmp_path_factory.mktemp('shared')) / NAME}"
            else:
                server: PostgreSQL = request.getfixturevalue("postgres")
                url = stack.enter_context(server.database())
            database = connect(url)
            stack.callback(database.close)
            return database

        yield make


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
def deliveries(database: Database, clock: HandClock) -> Deliveries:
    return Deliveries(database, clock=clock)


@pytest.fixture
def intake(database: Database, clock: HandClock) -> Intake:
    return intake_of(database, clock)


@pytest.fixture
def send(intake: Intake) -> Sender:
    return Sender(intake)


@pytest.fixture
def mail_server() -> MailServer:
    """Return a mail server that does not run yet."""
    return MailServer()
