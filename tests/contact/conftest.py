"""The real application as a service, with a database of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.visitor import Visitor
from website import create_app
from website.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    settings = Settings(
        base_url="https://agentur.example",
        instance_dir=tmp_path / "instance",
        allowed_origins=frozenset({"https://www.agentur.example"}),
    )
    app = create_app(settings)
    app.testing = True
    yield app
    app.extensions["leads"].close()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client(), app.extensions["leads"])
