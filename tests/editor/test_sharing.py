"""A draft is read by whoever has its link, and by nobody else."""

from __future__ import annotations

import datetime
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from support import staff
from support.content import Content
from support.editor import EDITOR, Writer, answer
from website.editor.blueprint import editor_state
from website.infra import clock

NAME = "artikel/ein-artikel"
SHARING = f"{EDITOR}/texte/{NAME}.md/teilen"


def share(writer: Writer, version: str = "neueste", name: str = NAME) -> str:
    """Make a link and return its path."""
    address = f"{EDITOR}/texte/{name}.md/teilen"
    page = answer(writer.client.post(address, data={"fassung": version}))
    (field,) = page.cssselect("#link")
    return "/" + (field.get("value") or "").split("/", 3)[3]


def reader(app: Flask) -> FlaskClient:
    return staff.browser(app)


@pytest.mark.slow
def test_a_reader_without_an_account_sees_the_newest_draft(app: Flask, erik: Writer) -> None:
    erik.save(NAME, title="Ein Entwurf")
    path = share(erik)
    response = reader(app).get(path)
    assert response.status_code == 200
    assert "Ein Entwurf" in response.text
    assert "noch nicht veröffentlicht" in response.text
    assert "<script src" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "script-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers
    erik.save(NAME, title="Ein neuer Entwurf")
    assert "Ein neuer Entwurf" in reader(app).get(path).text


def test_who_has_only_a_link_is_not_led_to_the_rooms_of_staff(app: Flask) -> None:
    response = reader(app).get(f"{EDITOR}/geteilt/gibt-es-nicht")
    assert response.status_code == 404
    page = answer(response)
    assert "Dieser Link gilt nicht mehr" in page.text_content()
    assert "Posteingang" not in response.text
    assert {each.get("href") for each in page.cssselect("header a, main a")} == {"/"}


@pytest.mark.slow
def test_a_fixed_version_stays_what_it_was(app: Flask, erik: Writer) -> None:
    erik.save(NAME, title="Erste Fassung")
    path = share(erik, "diese")
    erik.save(NAME, title="Zweite Fassung")
    assert "Erste Fassung" in reader(app).get(path).text


@pytest.mark.slow
def test_a_revoked_or_expired_link_shows_nothing(app: Flask, erik: Writer) -> None:
    erik.save(NAME, title="Ein Entwurf")
    first, second = share(erik), share(erik)
    page = erik.get(f"/texte/{NAME}.md/teilen")
    newest, _ = page.cssselect(".versions form")
    assert erik.client.post(newest.get("action")).status_code == 303
    response = reader(app).get(second)
    assert (response.status_code, "Ein Entwurf" in response.text) == (404, False)
    assert "Dieser Link gilt nicht mehr" in response.text
    assert reader(app).get(first).status_code == 200
    links = editor_state(app).links
    links.tidy(clock.now() + datetime.timedelta(days=8))
    assert reader(app).get(first).status_code == 404
    assert reader(app).get(f"{EDITOR}/geteilt/").status_code == 404


@pytest.mark.slow
def test_a_link_opens_its_text_and_nothing_else(app: Flask, erik: Writer) -> None:
    erik.save(NAME, title="Ein Entwurf")
    path = share(erik)
    client = reader(app)
    client.get(path)
    assert client.get(f"{EDITOR}/texte/{NAME}.md").status_code == 303
    assert client.get(f"{path}/bilder/fehlt.png").status_code == 404
    assert client.get(f"{EDITOR}/geteilt/x/bilder/fehlt.png").status_code == 404


def test_the_token_is_shown_once(erik: Writer) -> None:
    path = share(erik)
    token = path.rpartition("/")[2]
    assert re.fullmatch(r"[\w-]{43}", token)
    assert token not in erik.client.get(SHARING).text


def test_images_that_only_the_draft_shows_are_seen_by_its_link(
    content: Content, app: Flask, erik: Writer
) -> None:
    content.image("bild.png")
    erik.save(NAME, text="![Ein Bild](bild.png)")
    path = share(erik)
    found = re.findall(rf'"({re.escape(path)}/bilder/[^" ]+)', reader(app).get(path).text)
    with reader(app).get(found[0]) as response:
        assert response.status_code == 200
        assert response.mimetype.startswith("image/")
        assert response.headers["Referrer-Policy"] == "no-referrer"
    other = found[0].replace(path, f"{path}x")
    assert reader(app).get(other).status_code == 404


def test_a_draft_that_makes_no_page_says_so_without_its_words(app: Flask, erik: Writer) -> None:
    path = share(erik)
    form = erik.form(NAME, "?ansicht=datei")
    erik.send(NAME, form, ganz="---\ntitle: [\n---\nGeheim\n")
    response = reader(app).get(path)
    assert response.status_code == 404
    assert "lässt sich gerade nicht anzeigen" in response.text
    assert "Geheim" not in response.text


@pytest.mark.parametrize("name", ["404", "danke", "bestaetigen", "index"])
def test_pages_without_an_address_of_their_own_are_shared_too(
    app: Flask, erik: Writer, name: str
) -> None:
    path = share(erik, name=f"seiten/{name}")
    response = reader(app).get(path)
    assert response.status_code == 200
    assert "Text der Seite." in response.text


@pytest.mark.slow
def test_what_readers_see_anyway_is_not_called_a_draft(app: Flask, erik: Writer) -> None:
    path = share(erik)
    page = reader(app).get(path).text
    assert "So ist dieser Text veröffentlicht." in page
    assert "Entwurf, noch nicht" not in page
    erik.save(NAME, title="Anders")
    assert "Entwurf, noch nicht veröffentlicht." in reader(app).get(path).text


def test_a_draft_that_was_discarded_is_gone_and_its_link_says_so(app: Flask, erik: Writer) -> None:
    sent = {"title": "Ein neuer Text", "topic": "kunden"}
    made = erik.client.post(f"{EDITOR}/neu", data=sent)
    name = made.location.partition("/texte/")[2].removesuffix(".md")
    path = share(erik, name=name)
    assert reader(app).get(path).status_code == 200
    (box,) = erik.get(f"/texte/{name}.md/verwerfen").cssselect('input[name="fassung"]')
    erik.client.post(f"{EDITOR}/texte/{name}.md/verwerfen", data={"fassung": box.get("value")})
    response = reader(app).get(path)
    assert response.status_code == 404
    assert "Diesen Text gibt es nicht mehr" in response.text
