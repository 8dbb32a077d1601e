"""The editor of a small site, with people who may write and publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from support import staff
from support.content import Content
from support.editor import NARROW, Writer
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.editor import edited_site
from website.staff.access import StaffRole
from website.web.services import services

ERIK, CARLA = "Erik Berg", "Carla Holm"


@pytest.fixture(scope="session", autouse=True)
def whole_reports() -> None:
    """Let every page wait for all that is wrong with its text."""
    edited_site.WARM.set()


@pytest.fixture
def app(content: Content, tmp_path: Path) -> Iterator[Flask]:
    content.article("ein-artikel", reviewed_by="Erika Muster", ai="none")
    folder = migrated(tmp_path / "instance")
    app = create_app(Settings(instance_dir=folder, content_dir=content.folder))
    yield app
    services(app).leads.close()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., Writer]:
    """Return somebody with some roles; nobody is signed in without any."""

    def somebody(*roles: StaffRole, name: str = ERIK) -> Writer:
        account = staff.account(app, *(roles or (StaffRole.SALES,)), name=name)
        client = staff.signed_in(app, account) if roles else staff.browser(app)
        return Writer(app, client, account)

    return somebody


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """Yield the address of the editor while it is served to browsers."""
    with staff.served(app) as address:
        yield address


@pytest.fixture
def erik(sign_in: Callable[..., Writer]) -> Writer:
    """Return an editor."""
    return sign_in(StaffRole.EDITOR)


@pytest.fixture
def carla(sign_in: Callable[..., Writer]) -> Writer:
    """Return a chief editor."""
    return sign_in(StaffRole.CHIEF_EDITOR, name=CARLA)


@pytest.fixture
def page(app: Flask, chromium: Browser, url: str, erik: Writer) -> Iterator[Page]:
    """Yield an editor's page without a frame beside the text."""
    cookie = staff.cookie(app, erik.staff)
    with staff.page_of(chromium, url, cookie=cookie, viewport=NARROW) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        yield page
