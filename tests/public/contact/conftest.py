"""The real application as a service, with a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from support.questionnaire import questionnaire
from support.visitor import Visitor, browser
from website import create_app
from website.config import Settings
from website.leads.services import open_leads
from website.web.services import services


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Make the application once; each test gets a store of its own."""
    settings = Settings(
        base_url="https://agentur.example",
        instance_dir=tmp_path_factory.mktemp("service") / "instance",
        allowed_origins=frozenset({"https://www.agentur.example"}),
    )
    app = create_app(settings)
    app.testing = True
    services(app).leads.close()
    return app


@pytest.fixture
def visitor(service: Flask, database_url: str, tmp_path: Path) -> Iterator[Visitor]:
    opened = open_leads(
        Settings(database_url=database_url, instance_dir=tmp_path / "instance"), questionnaire
    )
    services(service).leads = opened
    yield Visitor(browser(service), opened)
    opened.close()
