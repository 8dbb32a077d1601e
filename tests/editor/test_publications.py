"""What is live, since when and by whom; and what is not yet."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser

from support import staff
from support.accessibility import violations
from support.content import ARTICLE
from support.editor import Writer, answer, texts, told
from support.repository import commit_to_main
from website.editor.blueprint import editor_state
from website.editorial.publications import Publication, PublicationKind, PublicationState
from website.editorial.repository import MAIN, Message, Person
from website.editorial.workspace import LIVE, export
from website.infra import clock
from website.web.services import services

NAME = "artikel/ein-artikel"
PAGE = "/veroeffentlichungen/"


def live(writer: Writer) -> str:
    """Return what the page says of what is live."""
    (found,) = writer.get(PAGE).cssselect(".live-now")
    return " ".join(found.text_content().split())


def _publication(actor: str, subject: str, due_at: datetime.datetime) -> Publication:
    return Publication(
        kind=PublicationKind.PUBLISH,
        actor=actor,
        subject=subject,
        requested_at=clock.now(),
        due_at=due_at,
    )


def publish(app: Flask, state: PublicationState = PublicationState.DONE) -> int:
    """Note a publication that has gone live."""
    editor, now = editor_state(app), clock.now()
    repository, known = editor.repository, editor.publications
    number = known.request(_publication("Erik Berg", "Neue Preise", now))
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


def publish_files(app: Flask, changes: dict[str, bytes | None]) -> int:
    """Note a publication of some files that has gone live."""
    editor, now = editor_state(app), clock.now()
    message, eva = Message("Geändert"), Person("Eva Muster")
    number = editor.publications.request(
        editor.requests.of_changes(changes, editor.repository.main, eva, message, now)
    )
    source = editor.publications.get(number).source
    assert editor.publications.start(number, now)
    editor.publications.record(number, base=editor.repository.main, result=source)
    editor.repository.advance(source, editor.repository.main)
    editor.publications.finish(number, PublicationState.DONE, now)
    return number


def test_what_is_taken_back_says_so_instead_of_offering_it_again(app: Flask, carla: Writer) -> None:
    data = editor_state(app).official(f"{NAME}.md")[1]
    assert data
    number = publish_files(app, {f"{NAME}.md": data + b"\nNoch ein Satz.\n"})
    path = f"{PAGE}{number}"
    assert carla.get(path).cssselect("main form")
    answered = carla.client.post(f"/redaktion{path}/zuruecknehmen")
    page = carla.get(path)
    assert not page.cssselect("main form")
    assert "Wird zurückgenommen" in page.cssselect("main")[0].text_content()
    assert page.cssselect(f"main a[href='{answered.location}']")
    reversal = int(answered.location.rpartition("/")[2])
    editor, now = editor_state(app), clock.now()
    editor.publications.start(reversal, now)
    editor.publications.finish(reversal, PublicationState.REFUSED, now)
    assert carla.get(path).cssselect("main form"), "it may be tried again"


def test_a_text_whose_first_publication_is_taken_back_is_a_draft_again(
    app: Flask, carla: Writer, erik: Writer
) -> None:
    new, file = ARTICLE.replace("Ein Titel", "Ganz neu").encode(), "artikel/neu.md"
    path = f"{PAGE}{publish_files(app, {file: new, f'{NAME}.md': new})}"
    answered = carla.client.post(f"/redaktion{path}/zuruecknehmen", follow_redirects=True)
    assert "„Ganz neu“ ist wieder ein Entwurf" in told(answer(answered))
    assert carla.copy(NAME) is None
    number = publish_files(app, {file: None})
    assert carla.data("artikel/neu") == new
    row = erik.get().cssselect(".texts__item")[0]
    assert [state.text_content() for state in row.cssselect(".state")] == ["Entwurf"]
    [link] = carla.get(f"{PAGE}{number}").cssselect(".versions__link")
    assert (link.text_content(), link.get("href")) == ("Ganz neu", f"/redaktion/texte/{file}")


def refused(app: Flask, file: str, data: bytes, *reasons: tuple[int, str]) -> int:
    """Note a publication of a file that was refused."""
    editor, now = editor_state(app), clock.now()
    author, message = Person("Eva Muster"), Message("Neu")
    number = editor.publications.request(
        editor.requests.of_changes({file: data}, editor.repository.main, author, message, now)
    )
    assert editor.publications.start(number, now)
    found = [
        {"path": f"content/{file}", "line": line, "message": told, "author": ""}
        for line, told in reasons
    ]
    editor.publications.record(number, base=editor.repository.main, reasons=found)
    editor.publications.finish(number, PublicationState.REFUSED, now)
    return number


def test_reasons_of_a_refusal_lead_to_their_place_in_the_words_of_the_form(
    app: Flask, erik: Writer
) -> None:
    erik.save(NAME, title="Ganz neu")
    data = b"---\ntitle: Ganz neu\ntopic: PLATZHALTER\nstatus: published\n---\nEins.\n\nZwei.\n"
    reasons = (3, "„topic“ ist noch nicht gewählt."), (8, "Hier fehlt etwas.")
    page = erik.get(f"{PAGE}{refused(app, f'{NAME}.md', data, *reasons)}")
    first, second = page.cssselect(".finding")
    assert first.text_content().split("\n") == ["Ganz neu, Thema „Thema“ ist noch nicht gewählt."]
    assert first.cssselect("a")[0].get("href") == f"/redaktion/texte/{NAME}.md#topic"
    assert second.text_content() == "Ganz neu, Zeile 3 Hier fehlt etwas."
    page = erik.get(f"{PAGE}{refused(app, 'artikel/weg.md', data, *reasons)}")
    assert "Ganz neu, Thema" in page.cssselect(".finding")[0].text_content()
    assert not page.cssselect(".finding a")
    page = erik.get(f"{PAGE}{refused(app, 'website.toml', b'x', (7, 'So geht es nicht.'))}")
    assert page.cssselect(".finding")[0].text_content().startswith("Angaben zur Website, Zeile 7")
    page = erik.get(f"{PAGE}{refused(app, 'bilder.txt', b'x', (7, 'So geht es nicht.'))}")
    assert page.cssselect(".finding")[0].text_content().startswith("content/bilder.txt, Zeile 7")


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        ([f"{NAME}.md"], "Text"),
        ([f"{NAME}.md", "website.toml"], "Text"),
        ([f"{NAME}.md", "seiten/index.md"], "Texte"),
        (["artikel/blume.jpg", "bildrechte.txt"], "Bild"),
        (["bildrechte.txt"], "Bild"),
        (["en/bildrechte.txt"], "Bild"),
        (["website.toml"], "Angaben"),
    ],
)
def test_a_publication_is_called_by_what_it_changes(
    app: Flask, erik: Writer, paths: list[str], kind: str
) -> None:
    number = publish_files(app, dict.fromkeys(paths, b"neu"))
    assert f"Geändert ({kind}, Eva Muster)" in live(erik)
    page = erik.get(f"{PAGE}{number}")
    assert page.cssselect(".inbox__intro")[0].text_content().startswith(f"{kind}, von")
    assert erik.get(PAGE).cssselect(".versions__item")[0].text_content().count(kind)


def test_a_publication_leads_to_its_texts_and_to_the_live_pages(app: Flask, erik: Writer) -> None:
    data = editor_state(app).official(f"{NAME}.md")[1]
    assert data
    old = b"---\ntitle: Alte Seite\n---\n"
    number = publish_files(app, {f"{NAME}.md": data + b"\nNoch ein Satz.\n", "seiten/alt.md": old})
    removed = publish_files(app, {"seiten/alt.md": None})
    page = erik.get(f"{PAGE}{number}")
    links = {link.get("href"): link.text_content() for link in page.cssselect("main a")}
    assert links[f"/redaktion/texte/{NAME}.md"] == "Ein Titel"
    assert links["/artikel/ein-artikel/"] == "Auf der Website ansehen"
    text = erik.get(f"{PAGE}{removed}").cssselect("main")[0].text_content()
    assert "Alte Seitegelöscht" in text


def test_what_has_just_gone_live_is_shown_at_once(app: Flask, erik: Writer) -> None:
    editor = editor_state(app)
    data = editor.official(f"{NAME}.md")[1]
    assert data
    assert "Ein Titel" in texts(erik.get("/"))
    publish_files(app, {f"{NAME}.md": data.replace(b"Ein Titel", b"Ein neuer Titel")})
    export(editor.repository, editor.repository.main, editor.workspace.content)
    assert "Ein neuer Titel" in texts(erik.get("/"))


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
    known.request(_publication("Carla Holm", "Später", due))
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
