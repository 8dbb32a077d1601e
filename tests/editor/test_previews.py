"""A text as visitors would see it while it is typed, and what it can link to."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from support.content import Content
from support.editor import Writer, answer, sent
from website.editor.edited_site import framed

NAME = "artikel/ein-artikel"
PREVIEW = f"/redaktion/texte/{NAME}.md/vorschau"


def test_what_is_typed_is_shown_by_the_templates_of_the_site(
    content: Content, erik: Writer
) -> None:
    form = erik.form(NAME)
    form.setlist("text", ["Ganz neu.\r\n\r\n## Eine Überschrift\r\n"])
    form.setlist("title", ["Ein neuer Titel"])
    response = erik.client.post(PREVIEW, data=form)
    assert response.status_code == 200
    assert "<h1" in response.text
    assert "Ein neuer Titel" in response.text
    assert "Eine Überschrift</h2>" in response.text
    assert erik.copy(NAME) is None
    assert "Ganz neu" not in (content.folder / f"{NAME}.md").read_text()
    assert "Ganz neu" not in erik.client.get(PREVIEW).text


@pytest.mark.slow
def test_the_values_of_the_site_are_shown_on_the_pages_that_say_them(
    content: Content, erik: Writer
) -> None:
    for name in ("index", "kontakt"):
        assert name in {path.stem for path in (content.folder / "seiten").glob("*.md")}
    before = (content.folder / "website.toml").read_bytes()
    values = sent(erik.get("/texte/website.toml"))
    values["navigation.0.label"], values["contact.name"] = "Ganz neu im Menü", "Nora Neumann"
    place = "/redaktion/texte/website.toml/vorschau"
    home = erik.client.post(place, data=values)
    assert "Ganz neu im Menü" in home.text
    assert "frame-ancestors 'self'" in home.headers["Content-Security-Policy"]
    assert "Nora Neumann" in erik.client.post(f"{place}?seite=kontakt", data=values).text
    assert "Ganz neu im Menü" not in erik.client.get(place).text
    assert (content.folder / "website.toml").read_bytes() == before
    assert "Noch keine Vorschau" not in erik.client.get(f"{place}?seite=../../x").text
    assert (
        "Ganz neu im Menü" not in erik.client.get("/redaktion/texte/seiten/index.md/vorschau").text
    )


def test_the_questions_of_the_form_are_shown_where_they_are_asked(erik: Writer) -> None:
    values = sent(erik.get("/texte/formular.toml"))
    values["questions.0.label"] = "Was beschäftigt Sie?"
    place = "/redaktion/texte/formular.toml/vorschau"
    assert "Was beschäftigt Sie?" in erik.client.post(place, data=values).text
    broken = MultiDict({"ganz": "[[questions", "fassung": "0", "stand": values["stand"]})
    page = erik.client.post(place, data=broken).text
    assert "Noch keine Vorschau" in page
    assert "Zeile 1" in page


def test_letters_are_on_no_page(content: Content, erik: Writer) -> None:
    content.write("antworten.toml", "")
    assert erik.client.get("/redaktion/texte/antworten.toml/vorschau").status_code == 404
    assert not erik.get("/texte/antworten.toml").cssselect("[formtarget]")


@pytest.mark.slow
def test_only_our_own_pages_may_frame_a_preview_and_nothing_runs_in_it(erik: Writer) -> None:
    response = erik.client.get(PREVIEW)
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'none'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script src" not in response.text
    page = erik.client.get(f"/redaktion/texte/{NAME}.md")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_a_text_that_makes_no_page_says_why(erik: Writer) -> None:
    form = erik.form(NAME)
    form.setlist("title", [""])
    page = erik.client.post(PREVIEW, data=form)
    assert "Noch keine Vorschau" in page.text
    said = answer(page).cssselect("main li")
    assert [each.text_content() for each in said] == ["Titel: Die Angabe „Titel“ fehlt."]


def test_a_topic_that_is_not_chosen_is_said_once_and_in_the_words_of_the_form(
    content: Content, erik: Writer
) -> None:
    content.article("ohne-thema", topic="PLATZHALTER", ai="none")
    (said,) = erik.get("/texte/artikel/ohne-thema.md/vorschau").cssselect("main li")
    assert said.text_content() == "Thema: „Thema“ ist noch nicht gewählt. Möglich sind: „Kunden“."
    listed = erik.get("/texte/artikel/ohne-thema.md").cssselect(".finding[data-field=topic]")
    assert len(listed) == 1


def test_pages_without_an_address_of_their_own_have_a_preview(erik: Writer) -> None:
    for name in ("404", "danke", "bestaetigen", "index", "kontakt"):
        response = erik.client.get(f"/redaktion/texte/seiten/{name}.md/vorschau")
        assert response.status_code == 200
        assert "Noch keine Vorschau" not in response.text, name
        assert "Text der Seite." in response.text, name


def test_images_of_what_is_not_public_are_seen(content: Content, erik: Writer) -> None:
    content.image("rot.png")
    content.article("entwurf", status="draft", image="rot.png", image_alt="Etwas Rotes")
    html = erik.client.get("/redaktion/texte/artikel/entwurf.md/vorschau").text
    _, _, rest = html.partition('src="/redaktion/bilder/')
    name = rest.partition('"')[0]
    with erik.client.get(f"/redaktion/bilder/{name}") as response:
        assert response.mimetype.startswith("image/")


def test_addresses_of_images_are_led_to_the_editor() -> None:
    html = '<img src="/bilder/a.png" srcset="/bilder/a.avif 1x, /bilder/b.avif 2x">/bilder/c'
    assert framed(html, "/redaktion/bilder/") == (
        '<img src="/redaktion/bilder/a.png" srcset="/redaktion/bilder/a.avif 1x, '
        '/redaktion/bilder/b.avif 2x">/bilder/c'
    )


def test_findings_of_what_is_typed_are_told_without_saving(erik: Writer) -> None:
    form = erik.form(NAME)
    form.setlist("text", ["[weiter](gibt-es-nicht.md)\r\n"])
    response = erik.client.post(f"/redaktion/texte/{NAME}.md/befunde", data=form)
    assert 'data-line="1"' in response.text
    assert "gibt-es-nicht.md" in response.text
    assert erik.copy(NAME) is None


def test_own_texts_and_their_headings_are_found_as_links_name_them(
    content: Content, erik: Writer
) -> None:
    text = (content.folder / f"{NAME}.md").read_text() + "\n## Größe zählt\n\nText.\n"
    content.write("artikel/anderer.md", text.replace("Ein Titel", "Ein anderer Artikel"))
    path = "/redaktion/ziele?von=artikel/ein-artikel&suche="
    found = erik.client.get(f"{path}anderer").json["targets"]
    assert [each["target"] for each in found] == ["anderer.md", "anderer.md#groesse-zaehlt"]
    found = erik.client.get(f"{path}kontakt").json["targets"]
    assert found[0]["target"] == "../seiten/kontakt.md"
    assert erik.client.get(path).json["targets"] == []
