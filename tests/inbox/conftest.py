"""The inbox, with two members of staff who are signed in as they are in life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from support import staff
from support.applications import real_content
from support.inbox import InboxClient
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.staff.access import StaffRole
from website.staff.accounts.models import Staff
from website.web.services import services

ANNA, BERND = "Anna Berg", "Bernd Holm"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance_dir=migrated(tmp_path / "instance")), before=real_content())
    yield app
    services(app).leads.close()


@pytest.fixture
def anna(app: Flask) -> Staff:
    """Return somebody who may do everything; Bernd is there, too."""
    made = staff.account(app, StaffRole.LEAD_ADMIN, name=ANNA)
    staff.account(app, StaffRole.SALES, name=BERND)
    return made


@pytest.fixture
def sign_in(app: Flask, anna: Staff) -> Callable[..., InboxClient]:
    """Return Anna in some roles; nobody is signed in without any."""

    def somebody(*roles: StaffRole) -> InboxClient:
        accounts = staff.accounts(app)
        accounts.directory.set_roles(anna.id, roles)
        client = staff.signed_in(app, anna) if roles else staff.browser(app)
        return InboxClient(app, client, anna.id, anna.name)

    return somebody


@pytest.fixture
def inbox(sign_in: Callable[..., InboxClient]) -> InboxClient:
    return sign_in(StaffRole.LEAD_ADMIN)
