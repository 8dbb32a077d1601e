"""A running service shows what has been published, without a restart."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from flask.testing import FlaskClient

import website
from support.content import PAGE
from support.publishing import PublishedSite
from support.waiting import wait_until
from website.config import Role
from website.editorial.workspace import live_settings
from website.infra.database import Database
from website.ops.service.content_reload import ContentReload, watched
from website.web.confirmations import confirmations
from website.web.services import services

SOON = 30.0
"""Seconds."""


def eventually(visitor: FlaskClient, address: str, words: str) -> bool:
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if words in visitor.get(address).text:
            return True
        time.sleep(0.05)
    return False


def test_a_published_page_is_that_of_the_endpoint(tmp_path: Path, database: Database) -> None:
    site = PublishedSite(tmp_path, database)
    site.open()
    app = website.create_app(live_settings(site.settings), role=Role.SERVICE)
    visitor = app.test_client()
    assert "Ganz neue Worte" not in visitor.get("/gibt-es-nicht/").text
    outcome = site.publish("seiten/404.md", PAGE.format("Ganz neue Worte"))
    assert outcome.state == "done", outcome.detail
    assert eventually(visitor, "/gibt-es-nicht/", "Ganz neue Worte")


def test_an_edition_that_is_published_is_served(tmp_path: Path, database: Database) -> None:
    site = PublishedSite(tmp_path, database)
    site.content.article()
    site.open()
    app = website.create_app(live_settings(site.settings), role=Role.SERVICE)
    visitor = app.test_client()
    site.content.edition()
    assert site.requests.checkout("Tim", site.now) is not None
    [outcome] = site.run()
    assert outcome.state == "done", outcome.detail
    assert eventually(visitor, "/en/gibt-es-nicht/", "404 in English")
    assert list(services(app).editions) == ["de", "en"]


def test_an_edition_that_is_gone_still_takes_the_form_that_somebody_has_open(
    tmp_path: Path, database: Database
) -> None:
    site = PublishedSite(tmp_path, database)
    site.content.article()
    site.content.edition()
    site.open()
    app = website.create_app(live_settings(site.settings), role=Role.SERVICE)
    visitor = app.test_client()
    shutil.rmtree(site.content.folder / "en")
    site.content.write("seiten/404.md", PAGE.format("Ganz neue Worte"))
    assert site.requests.checkout("Tim", site.now) is not None
    [outcome] = site.run()
    assert outcome.state == "done", outcome.detail
    assert eventually(visitor, "/gibt-es-nicht/", "Ganz neue Worte")
    answer = visitor.post("/en/enquiry", data={"name": "Erika Muster"})
    assert answer.status_code == 422
    assert "Erika Muster" in answer.text


def test_what_waits_for_work_learns_what_was_published(tmp_path: Path, database: Database) -> None:
    site = PublishedSite(tmp_path, database)
    site.open()
    settings = live_settings(site.settings)
    words = confirmations(website.load_library(settings))
    text = site.official("website.toml")
    assert text is not None
    text += '\n[confirmation]\nsubject = "Neu {reference}"\ntext = "Ihre Nummer: {reference}"\n'

    def read() -> None:
        words.update(confirmations(website.load_library(settings)))

    with watched(settings.content_dir, read):
        outcome = site.publish("website.toml", text)
        assert outcome.state == "done", outcome.detail
        wait_until(lambda: words["de"].subject == "Neu {reference}", "the new subject", SOON)


def test_nobody_waits_while_the_content_is_read(tmp_path: Path) -> None:
    (tmp_path / ".content.exported").write_text("{}")
    go_on, begun = threading.Event(), threading.Event()

    def read() -> None:
        begun.set()
        assert go_on.wait(SOON)

    reload = ContentReload(tmp_path / "content", read)
    reload.look()
    assert not begun.is_set()
    (tmp_path / ".content.exported").unlink()
    reload.look()
    assert begun.wait(SOON)
    reload.look()
    go_on.set()
