"""What is live, since when and by whom; and what is not yet."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support import staff
from support.accessibility import violations
from support.repository import commit_to_main
from website.editor.blueprint import editor_state
from website.editorial.publications import PublicationKind, PublicationState
from website.editorial.repository import MAIN, Message, Person
from website.editorial.workspace import LIVE
from website.infra import clock
from website.web.services import services

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

    from support.editor import Writer

NAME = "artikel/ein-artikel"
PAGE = "/veroeffentlichungen/"


def live(writer: Writer) -> str:
    """Return what the page says of what is live."""
    (found,) = writer.get(PAGE).cssselect(".live-now")
    return " ".join(found.text_content().split())


def publish(app: Flask, state: PublicationState = PublicationState.DONE) -> int:
    """Note a publication that has gone live."""
    editor, now = editor_state(app), clock.now()
    repository, known = editor.repository, editor.publications
    number = known.request(PublicationKind.PUBLISH, now, actor="Erik Berg", subject="Neue Preise")
    assert known.start(number, now)
    known.finish(number, state, now)
    repository.set_ref(LIVE, repository.find(MAIN))
    return number


def test_before_the_first_publication_nothing_is_live(erik: Writer) -> None:
    text = live(erik)
    assert "noch nichts veröffentlicht" in text
    assert "Auf dem Weg nichts" in text
    assert "kein Text" in text
    assert "Bei den Entwicklern" not in text


def test_the_page_says_what_is_live_since_when_and_by_whom(app: Flask, erik: Writer) -> None:
    number = publish(app)
    text = live(erik)
    assert "Live ist seit" in text
    assert "Neue Preise (Text, Erik Berg)" in text
    assert "nicht zu sehen" not in text
    assert "noch nicht alle live" not in text
    (link,) = erik.get(PAGE).cssselect(".live-now > p a")
    assert link.get("href").endswith(f"/{number}")


def test_what_could_not_be_confirmed_or_is_behind_is_named(app: Flask, erik: Writer) -> None:
    publish(app, PublicationState.UNCONFIRMED)
    assert "nicht zu sehen" in live(erik)
    repository = editor_state(app).repository
    changes = {f"{NAME}.md": b"Anders"}
    commit_to_main(repository, changes, repository.main, Person("Eva Muster"), Message("x"))
    assert "noch nicht alle live" in live(erik)


def test_what_developers_do_not_have_yet_is_counted(app: Flask, erik: Writer) -> None:
    shared = services(app)
    shared.settings = replace(shared.settings, content_remote="ssh://git.example.org/content")
    assert "1 Änderung fehlt dort noch" in live(erik)


def test_what_waits_and_what_is_being_written_is_listed(app: Flask, erik: Writer) -> None:
    erik.save(NAME, text="Neu.")
    due = clock.now() + datetime.timedelta(days=3)
    known = editor_state(app).publications
    known.request(
        PublicationKind.PUBLISH, clock.now(), actor="Carla Holm", subject="Später", due_at=due
    )
    text = live(erik)
    assert "Später, geplant für" in text
    assert "Ein Titel, Entwurf" in text


@pytest.mark.browser
def test_the_page_is_accessible_and_fits_a_phone(
    app: Flask, chromium: Browser, erik: Writer
) -> None:
    publish(app, PublicationState.UNCONFIRMED)
    erik.save(NAME, title="In Arbeit")
    cookie, size = staff.cookie(app, erik.staff), {"width": 360, "height": 700}
    with (
        staff.served(app) as url,
        staff.page_of(chromium, url, cookie=cookie, viewport=size) as page,
    ):
        page.goto(f"/redaktion{PAGE}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
