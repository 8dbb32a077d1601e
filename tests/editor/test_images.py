"""Images in the editor: uploaded with all that must be known of them, found, replaced, deleted."""

from __future__ import annotations

import contextlib
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from lxml import html
from PIL import Image

from support.content import Content, camera
from support.editor import Writer
from website.content import image_decoding
from website.content.files import RIGHTS
from website.editor.blueprint import editor_state
from website.editorial import uploads

PLACE = "/redaktion/bibliothek"
SAID = {
    "alt": "Zwei Menschen am Tisch",
    "author": "Jo Kamm",
    "licence": "eigenes Bild",
    "people": "ja",
    "consent": "2026-11-01",
}
ENTRY = (
    b"artikel/zwei-menschen-am-tisch.jpg: Jo Kamm, eigenes Bild, Einwilligung: 2026-11-01; "
    b"Alternativtext: Zwei Menschen am Tisch\n"
)


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "JPEG", exif=camera(orientation=6))
    return file.getvalue()


def upload(writer: Writer, *, json: bool = False, name: str = "IMG_1.jpg", **changes: str) -> Any:
    sent: dict[str, Any] = {**SAID, "file": (io.BytesIO(jpeg()), name), **changes}
    headers = {"Accept": "application/json"} if json else {}
    return writer.client.post(
        f"{PLACE}/neu", data=sent, headers=headers, content_type="multipart/form-data"
    )


def waiting(app: Flask) -> list[dict[str, bytes | None]]:
    """Return what each publication that waits changes."""
    state = editor_state(app)
    found = []
    for row in state.publications.waiting():
        changes = state.repository.changes(state.repository.main, row.source)
        found.append({c.path: state.repository.read(row.source, c.path) for c in changes})
    return found


@pytest.fixture(autouse=True)
def pictures(content: Content) -> None:
    """Put two images beside the texts, one of which an article shows."""
    content.write("artikel/gezeigt.jpg", jpeg())
    content.write("artikel/uebrig.jpg", jpeg())
    content.write(RIGHTS, "# Rechte\nartikel/gezeigt.jpg: Jo Kamm, frei\n")
    content.article("mit-bild", body="![Ein Bild](gezeigt.jpg)\n")


@pytest.mark.slow
def test_an_image_on_its_way_is_no_error_of_the_text_that_shows_it(erik: Writer) -> None:
    erik.save("artikel/ein-artikel", text="![Ein Bild](zwei-menschen-am-tisch.jpg)\r\n")
    missing = "zwei-menschen-am-tisch.jpg“ liegt nicht neben der Datei."

    def findings() -> dict[str, str]:
        page = erik.get("/texte/artikel/ein-artikel.md")
        return {
            each.cssselect("[data-message]")[0].text_content(): each.get("data-severity")
            for each in page.cssselect(".finding")
        }

    assert any(missing in message for message in findings())
    assert any("wem es gehört" in message for message in findings())
    upload(erik)
    found = findings()
    assert not any(missing in message or "wem es gehört" in message for message in found)
    arriving = (each for each in found if "zwei-menschen-am-tisch.jpg“ wird gerade über" in each)
    assert found[next(arriving)] == "hint"
    sent = erik.form("artikel/ein-artikel")
    path = "/redaktion/texte/artikel/ein-artikel.md/befunde"
    assert "wird gerade übernommen" in erik.client.post(path, data=sent).text


@pytest.mark.slow
def test_image_and_rights_are_one_set_of_changes_and_nothing_of_the_camera_is_left(
    app: Flask, erik: Writer
) -> None:
    response = upload(erik)
    assert response.location == f"{PLACE}/bild/artikel/zwei-menschen-am-tisch.jpg"
    [changes] = waiting(app)
    image = changes.pop("artikel/zwei-menschen-am-tisch.jpg")
    assert image
    assert image_decoding.metadata(image) == ()
    assert Image.open(io.BytesIO(image)).size == (40, 60)
    assert changes == {RIGHTS: b"# Rechte\nartikel/gezeigt.jpg: Jo Kamm, frei\n" + ENTRY}
    page = erik.client.get(response.location).text
    assert "wird übernommen" in page
    thumbnail = f"{PLACE}/vorschau/artikel/zwei-menschen-am-tisch.jpg"
    with erik.client.get(thumbnail) as response:
        assert response.mimetype == "image/webp"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"alt": " "}, "Beschreiben Sie das Bild"),
        ({"alt": "IMG_1234.jpg"}, "Dateiname"),
        ({"author": ""}, "wer das Bild gemacht hat"),
        ({"author": "Muster, Erika"}, "ohne Komma"),
        ({"licence": ""}, "Lizenz"),
        ({"people": ""}, "eine der beiden"),
        ({"consent": ""}, "Nennen Sie den Tag"),
        ({"consent": "2199-01-01"}, "Zukunft"),
    ],
)
def test_without_alt_author_licence_or_consent_nothing_is_taken(
    app: Flask, erik: Writer, changes: dict[str, str], message: str
) -> None:
    response = upload(erik, **changes)
    assert response.status_code == 422
    assert message in response.text
    assert waiting(app) == []


@pytest.mark.slow
def test_an_image_can_be_marked_as_decorative_instead_of_described(
    app: Flask, erik: Writer
) -> None:
    response = upload(erik, alt="", decorative="ja")
    assert response.location == f"{PLACE}/bild/artikel/schmuckbild.jpg"
    [changes] = waiting(app)
    assert (changes[RIGHTS] or b"").endswith("; Alternativtext: schmückend\n".encode())
    page = erik.get("/bibliothek/bild/artikel/schmuckbild.jpg")
    assert page.get_element_by_id("bild-decorative").get("checked") is not None
    assert page.get_element_by_id("bild-alt").get("value") == ""
    assert page.cssselect("h1")[0].text_content() == "schmuckbild.jpg"
    assert page.cssselect(".picture__code")[0].text_content() == "![schmückend](schmuckbild.jpg)"
    answer = upload(erik, json=True, alt="", decorative="ja", von="seiten/kontakt").get_json()
    assert (answer["alt"], answer["label"]) == ("schmückend", "schmuckbild.jpg")


def test_the_images_beside_a_text_are_offered_for_its_head(erik: Writer) -> None:
    page = erik.get("/texte/artikel/ein-artikel.md")
    offered = page.get_element_by_id(page.get_element_by_id("image").get("list"))
    assert [each.get("value") for each in offered] == ["gezeigt.jpg", "uebrig.jpg"]
    other = erik.get("/texte/seiten/kontakt.md")
    assert not other.cssselect("datalist")


@pytest.mark.slow
def test_without_people_no_consent_is_wanted(app: Flask, erik: Writer) -> None:
    assert upload(erik, people="nein", consent="").status_code == 303
    [changes] = waiting(app)
    assert b"Einwilligung" not in (changes[RIGHTS] or b"")


@pytest.mark.slow
def test_the_script_of_a_text_gets_the_image_as_its_file_names_it(erik: Writer) -> None:
    answer = upload(erik, json=True, von="seiten/kontakt").get_json()
    assert answer["target"] == "zwei-menschen-am-tisch.jpg"
    assert answer["path"] == "seiten/zwei-menschen-am-tisch.jpg"
    wrong = upload(erik, json=True, alt="", people="")
    assert wrong.status_code == 422
    assert set(wrong.get_json()["errors"]) == {"alt", "people"}
    query = "?von=seiten/kontakt&suche=gezeigt"
    [offered] = erik.client.get(f"{PLACE}/auswahl{query}").get_json()["images"]
    assert offered["target"] == "../artikel/gezeigt.jpg"


@pytest.mark.slow
def test_two_uploads_at_once_get_names_of_their_own(app: Flask, erik: Writer) -> None:
    upload(erik)
    upload(erik)
    state = editor_state(app)
    first, second = (row.source for row in state.publications.waiting())
    assert "artikel/zwei-menschen-am-tisch-2.jpg" in waiting(app)[1]
    merged = state.repository.merge(first, second)
    assert merged.conflicts == ()
    listed = state.repository.read(merged.tree, RIGHTS) or b""
    assert listed.count(b"zwei-menschen-am-tisch") == 2


@pytest.mark.slow
def test_two_uploads_at_the_same_moment_get_names_of_their_own(
    app: Flask, erik: Writer, carla: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, meeting = uploads.free_name, threading.Barrier(2)

    def at_once(*wanted: Any) -> str:
        name = free(*wanted)
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(0.5)
        return name

    monkeypatch.setattr(uploads, "free_name", at_once)
    with ThreadPoolExecutor() as pool:
        assert [done.status_code for done in pool.map(upload, (erik, carla))] == [303, 303]
    names = {name for changes in waiting(app) for name in changes} - {RIGHTS}
    assert len(names) == 2


@pytest.mark.slow
def test_the_library_says_where_images_are_used_and_what_is_missing(
    erik: Writer, carla: Writer
) -> None:
    carla.save("artikel/ein-artikel", text="![Ein Rest](uebrig.jpg)")

    def shown(query: str) -> list[str]:
        page = html.document_fromstring(erik.client.get(f"{PLACE}/{query}").text)
        return [each.text_content() for each in page.cssselect(".texts__link")]

    assert shown("") == ["gezeigt.jpg", "uebrig.jpg"]
    assert shown("?zeige=ohne") == ["uebrig.jpg"]
    assert shown("?zeige=unbenutzt") == []
    assert shown("?suche=kamm") == ["gezeigt.jpg"]
    page = erik.client.get(f"{PLACE}/bild/artikel/uebrig.jpg").text
    assert "Ein Titel" in page


def test_an_image_that_a_text_names_is_not_deleted_another_is_with_its_line(
    app: Flask, erik: Writer
) -> None:
    response = erik.client.post(f"{PLACE}/bild/artikel/gezeigt.jpg/loeschen", follow_redirects=True)
    assert "wird gebraucht, nämlich in artikel/mit-bild.md" in response.text
    assert waiting(app) == []
    erik.client.post(f"{PLACE}/bild/artikel/uebrig.jpg/loeschen")
    assert waiting(app) == [{"artikel/uebrig.jpg": None}]


def test_an_image_that_a_draft_names_is_not_deleted(app: Flask, erik: Writer) -> None:
    erik.save("artikel/ein-artikel", text="![Ein Rest](uebrig.jpg)")
    erik.client.post(f"{PLACE}/bild/artikel/uebrig.jpg/loeschen")
    assert waiting(app) == []


def test_missing_rights_are_written_down(app: Flask, erik: Writer) -> None:
    erik.client.post(f"{PLACE}/bild/artikel/uebrig.jpg/angaben", data={**SAID, "people": "nein"})
    [changes] = waiting(app)
    entry = b"artikel/uebrig.jpg: Jo Kamm, eigenes Bild; Alternativtext: Zwei Menschen am Tisch\n"
    assert (changes[RIGHTS] or b"").endswith(entry)


def test_an_edition_keeps_the_rights_of_its_images_itself(
    app: Flask, content: Content, erik: Writer
) -> None:
    content.edition()
    content.write("en/artikel/uebrig.jpg", jpeg())
    content.write("en/bildrechte.txt", "artikel/fehlt.jpg: Jo Kamm, frei\n")
    # The checks look into the edition's own list, too.
    content.write(RIGHTS, "en/artikel/uebrig.jpg: Jo Kamm, frei\n")
    [tag] = erik.get("/bibliothek/?suche=uebrig").cssselect(".pictures__name .tag")
    assert tag.text_content() == "EN"
    page = erik.get("/bibliothek/bild/en/artikel/uebrig.jpg")
    assert "Angaben fehlen" in page.text_content()
    said = {**SAID, "people": "nein"}
    erik.client.post(f"{PLACE}/bild/en/artikel/uebrig.jpg/angaben", data=said)
    [changes] = waiting(app)
    entry = b"artikel/uebrig.jpg: Jo Kamm, eigenes Bild; Alternativtext: Zwei Menschen am Tisch\n"
    assert changes == {"en/bildrechte.txt": b"artikel/fehlt.jpg: Jo Kamm, frei\n" + entry}
    page = erik.get("/bibliothek/bild/en/artikel/uebrig.jpg")
    assert "Angaben fehlen" not in page.text_content()
    assert page.cssselect("[name=author]")[0].get("value") == "Jo Kamm"
    upload(erik, von="en/artikel/ein-artikel.md")
    [_, changes] = sorted(waiting(app), key=len)
    assert changes["en/bildrechte.txt"].endswith(ENTRY)


def replace(writer: Writer, path: str) -> Any:
    return writer.client.post(
        f"{PLACE}/bild/{path}/ersetzen",
        data={"file": (io.BytesIO(jpeg()), "x.jpg")},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


@pytest.mark.slow
def test_what_changes_a_page_at_once_is_for_those_who_may_publish(
    app: Flask, erik: Writer, carla: Writer
) -> None:
    assert "Ersetzen darf es die Chefredaktion" in replace(erik, "artikel/gezeigt.jpg").text
    assert waiting(app) == []
    replace(carla, "artikel/gezeigt.jpg")
    assert [set(changes) for changes in waiting(app)] == [{"artikel/gezeigt.jpg"}]


def test_images_may_be_larger_than_texts_but_not_without_end(erik: Writer) -> None:
    def status(size: int) -> int:
        name = 'Content-Disposition: form-data; name="file"; filename="x.jpg"'
        body = f"--grenze\r\n{name}\r\n\r\n{'x' * size}\r\n--grenze--\r\n".encode()
        kind = "multipart/form-data; boundary=grenze"
        return erik.client.post(f"{PLACE}/neu", data=body, content_type=kind).status_code

    assert status(3_000_000) == 422
    assert status(22_000_000) == 413
