"""The real application as a service, with a database of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.visitor import Visitor
from website import create_app, leads
from website.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask


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
    app.extensions["leads"].close()
    return app


@pytest.fixture
def visitor(service: Flask, tmp_path: Path) -> Iterator[Visitor]:
    store = leads.open_store(Settings(instance_dir=tmp_path / "instance"))
    service.extensions["leads"] = store
    yield Visitor(service.test_client(), store)
    store.close()
