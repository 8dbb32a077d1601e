"""A database, a store and a clock for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.leads import HandClock
from support.mailserver import MailServer
from website.leads.database import Database, connect
from website.leads.migrations import migrate
from website.leads.models import Channel
from website.leads.store import LeadStore, Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECIPIENTS = ("vertrieb@agentur.example", "leitung@agentur.example")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = connect(f"sqlite:///{tmp_path / 'instance' / 'website.sqlite3'}")
    migrate(database.engine)
    yield database
    database.close()


@pytest.fixture
def store(database: Database, clock: HandClock) -> LeadStore:
    targets = [Target(Channel.MAIL, recipient) for recipient in RECIPIENTS]
    return LeadStore(database, targets, sender="website@agentur.example", clock=clock)


@pytest.fixture
def mail_server() -> MailServer:
    """Give a mail server that does not run yet."""
    return MailServer()
