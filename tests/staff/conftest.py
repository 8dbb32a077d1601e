"""A website whose staff sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from support import staff
from support.applications import real_content
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.staff.access import StaffRole
from website.staff.accounts.models import Staff
from website.web.services import services


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make applications with some settings."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        settings = {"instance_dir": migrated(tmp_path / "instance")} | settings
        app = create_app(Settings(**settings), before=real_content())  # type: ignore[arg-type]
        made.append(app)
        return app

    yield make
    for app in made:
        services(app).leads.close()


@pytest.fixture
def app(make: Callable[..., Flask]) -> Flask:
    return make()


@pytest.fixture
def anna(app: Flask) -> Staff:
    return staff.account(app, StaffRole.SALES, email="anna@firma.example")


@pytest.fixture
def with_password(app: Flask) -> Staff:
    """Return somebody who has a password; hashing takes its time."""
    return staff.account(app, StaffRole.SALES, email="berta@firma.example", password=staff.PASSWORD)
