"""The inbox with a stand-in for the sign-in: who somebody is, is said and not proven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flask_login import LoginManager, UserMixin

from support.inbox import Desk
from website import create_app, inbox
from website.access import StaffRole
from website.config import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask, Request

HEADER = "X-Test-Roles"
NAMES = {1: "Anna Berg", 2: "Bernd Holm"}


@dataclass
class Somebody(UserMixin):
    """A member of staff."""

    staff_roles: tuple[str, ...]
    id: int = 1
    name: str = NAMES[1]


class Directory:
    """The accounts."""

    def names(self) -> dict[int, str]:
        return NAMES

    def active(self) -> list[tuple[int, str]]:
        return list(NAMES.items())


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance_dir=tmp_path / "instance"))
    app.secret_key = "a secret of the tests that nobody need guess"  # noqa: S105
    app.extensions["staff"] = Directory()
    manager = LoginManager(app)
    manager.request_loader(_somebody)
    app.register_blueprint(inbox.blueprint)
    yield app
    app.extensions["leads"].close()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Desk]:
    """Give somebody with some roles; nobody is signed in without any."""

    def somebody(*roles: StaffRole) -> Desk:
        client = app.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        if roles:
            client.environ_base["HTTP_X_TEST_ROLES"] = ",".join(roles)
        return Desk(app, client, 1, NAMES[1])

    return somebody


@pytest.fixture
def desk(sign_in: Callable[..., Desk]) -> Desk:
    return sign_in(StaffRole.LEAD_ADMIN)


def _somebody(request: Request) -> Somebody | None:
    roles = request.headers.get(HEADER)
    return Somebody(tuple(roles.split(","))) if roles else None
