"""Texts in several languages: listed, begun, written beside each other, renamed together."""

from __future__ import annotations

import datetime
import re

import pytest
from flask import Flask
from lxml import html

from support import staff
from support.content import ARTICLE, Content
from support.editor import EDITOR, Writer, answer, asked, confirmed, texts, told
from support.repository import commit_to_main
from website.editor.blueprint import editor_state
from website.editorial.repository import Message, Person
from website.editorial.workspace import export
from website.infra import clock

NAME = "artikel/ein-artikel"
ENGLISH = f"en/{NAME}"


@pytest.fixture(autouse=True)
def edition(content: Content) -> None:
    content.edition()


def row(page: html.HtmlElement, title: str) -> html.HtmlElement:
    """Return the row of a text in the list."""
    [link] = [each for each in page.cssselect(".texts__link") if each.text_content() == title]
    return next(link.iterancestors("li"))


def test_the_list_names_and_filters_languages(content: Content, erik: Writer) -> None:
    content.article("nur-deutsch", ARTICLE.replace("Ein Titel", "Nur deutsch"))
    page = erik.get()
    assert [tag.text for tag in row(page, "A title").cssselect(".tag")] == ["EN"]
    assert "auch auf Englisch" in row(page, "Ein Titel").text_content()
    assert not row(page, "Ein Titel").cssselect(".tag")
    assert "auch auf" not in row(page, "Nur deutsch").text_content()
    titles = texts(page)
    assert titles.index("Nur deutsch") < titles.index("A title")
    options = [each.text for each in page.cssselect("#sprache option")]
    assert options == ["alle", "Deutsch (10)", "Englisch (9)"]
    titles = texts(erik.get("/?sprache=en"))
    assert "A title" in titles
    assert "Ein Titel" not in titles


def test_a_stale_translation_is_marked_and_found(content: Content, erik: Writer) -> None:
    content.article(updated="2026-11-20")
    assert "Übersetzung veraltet" in row(erik.get(), "A title").text_content()
    assert texts(erik.get("/?stand=uebersetzung")) == ["A title"]


def test_without_other_editions_nothing_speaks_of_languages(content: Content, erik: Writer) -> None:
    content.folder.joinpath("en/website.toml").unlink()
    assert not erik.get().cssselect("#sprache")


def test_a_draft_of_an_edition_is_listed_in_its_language(erik: Writer) -> None:
    erik.save(ENGLISH, title="Another title")
    assert "EN" in row(erik.get("/?sprache=en"), "Another title").text_content()


def post(writer: Writer, name: str, **changes: str) -> html.HtmlElement:
    """Press a button of the form of a text, and return the page that follows."""
    response = writer.send(name, writer.form(name), **changes)
    assert response.status_code == 200, response.status_code
    return answer(response)


def commit(app: Flask, file: str, data: bytes) -> None:
    """Make other bytes official."""
    repository = editor_state(app).repository
    person = Person("Erika Muster")
    commit_to_main(repository, {file: data}, repository.main, person, Message("Geändert"))
    export(repository, repository.main, editor_state(app).workspace.content)


def test_a_translation_is_begun_at_a_click_and_nothing_typed_is_lost(
    content: Content, erik: Writer
) -> None:
    text = ARTICLE.replace("Ein Titel", "Nur deutsch").replace("Ein Absatz", "Der Absatz")
    content.article("nur-deutsch", text, updated="2026-11-20", aliases="[/alt/]")
    name = "artikel/nur-deutsch"
    page = erik.get(f"/texte/{name}.md")
    [button] = page.cssselect("button[name=anlegen]")
    assert (button.get("value"), button.text) == ("en", "Auf Englisch anlegen")
    page = post(erik, name, anlegen="en", text="Getippt.\r\n")
    assert erik.data(name).endswith(b"Getippt.\n")
    assert "Entwurf auf Englisch" in told(page)
    assert page.cssselect("#text")[0].get("lang") == "en-GB"
    begun = erik.data(f"en/{name}").decode()
    assert 'title: "PLATZHALTER: Titel auf Englisch („Nur deutsch“)"' in begun
    assert "PLATZHALTER: Beschreibung auf Englisch" in begun
    assert f"date: {clock.today()}" in begun
    assert "status: draft" in begun
    assert begun.endswith("Der Absatz.\n")
    assert not any(key in begun for key in ("updated", "aliases", "reviewed_by"))
    [beside] = page.cssselect("details[open] .beside__body")
    assert (beside.getparent().get("lang"), beside.text) == ("de", "Getippt.")
    erik.save(f"en/{name}", text="Translated.\r\n")
    page = post(erik, name, anlegen="en")
    assert "gibt es diesen Text schon" in told(page)
    assert erik.data(f"en/{name}").endswith(b"Translated.\n")


def test_a_conflict_comes_before_a_translation(content: Content, erik: Writer) -> None:
    content.article("nur-deutsch", reviewed_by="Erika Muster")
    name = "artikel/nur-deutsch"
    form = erik.form(name)
    erik.save(name, text="Anders.\r\n")
    response = erik.send(name, form, text="Getippt.\r\n", anlegen="en")
    assert response.status_code == 409
    assert "Getippt." in answer(response).cssselect("#text")[0].text
    assert erik.copy(f"en/{name}") is None


def test_each_page_leads_to_the_other_and_names_the_older(app: Flask, erik: Writer) -> None:
    page = erik.get(f"/texte/{ENGLISH}.md?neben=de")
    [link] = page.cssselect(".languages__item a")
    assert (link.get("href"), link.text) == (f"/redaktion/texte/{NAME}.md", "Ein Titel")
    assert page.cssselect("details[open] .beside__body")[0].text == "Ein Absatz."
    assert "veraltet" not in page.cssselect(".languages")[0].text_content()
    changed = ARTICLE.replace("date:", "updated: 2026-11-20\ndate:").replace("Ein A", "Zwei A")
    commit(app, f"{NAME}.md", changed.encode())
    said = "Deutsch am 20. November 2026 geändert, Englisch noch nicht (Stand 1. November 2026)"
    for name in (NAME, ENGLISH):
        shown = erik.get(f"/texte/{name}.md").cssselect(".languages")[0].text_content()
        assert said in shown.replace("\N{NO-BREAK SPACE}", " ")
    page = erik.get(f"/texte/{ENGLISH}.md?neben=aenderungen")
    lines = [each.text_content() for each in page.cssselect("details[open] :is(ins, del)")]
    assert "Entfernt: Ein Absatz." in lines
    assert "Neu: Zwei Absatz." in lines
    typed = post(erik, ENGLISH, updated="2026-11-21")
    assert "veraltet" not in typed.cssselect(".languages")[0].text_content()


def test_a_translation_gets_the_address_of_its_title_with_its_publication(
    app: Flask, content: Content, erik: Writer, carla: Writer
) -> None:
    content.article("nur-deutsch", ARTICLE.replace("Ein Titel", "Nur deutsch"))
    name = "artikel/nur-deutsch"
    post(erik, name, anlegen="en")
    refused = erik.save(f"en/{name}", schritt="einreichen")
    assert "Titel: noch nicht übersetzt" in told(refused)
    page = erik.save(f"en/{name}", title="A title", description="A description.")
    assert "/en/articles/a-title/" in page.cssselect(".languages")[0].text_content()
    erik.save(f"en/{name}", title="Only in German", schritt="einreichen")
    carla.save(f"en/{name}", schritt="freigeben")
    carla.save(f"en/{name}", schritt="veroeffentlichen")
    changes = asked(app)
    assert changes.keys() == {f"en/{name}.md", "en/website.toml"}
    before = content.folder.joinpath("en/website.toml").read_text()
    row = '"artikel/nur-deutsch" = "articles/only-in-german"\n'
    assert (changes["en/website.toml"] or b"").decode() == before + row


def test_an_address_that_is_taken_is_refused(
    app: Flask, content: Content, erik: Writer, carla: Writer
) -> None:
    content.article("nur-deutsch", ARTICLE.replace("Ein Titel", "Nur deutsch"))
    name = "en/artikel/nur-deutsch"
    post(erik, "artikel/nur-deutsch", anlegen="en")
    page = erik.save(name, title="An article", description="A description.")
    assert "die gibt es schon" in told(page)
    erik.save(name, schritt="einreichen")
    carla.save(name, schritt="freigeben")
    assert "die gibt es schon" in told(carla.save(name, schritt="veroeffentlichen"))
    assert editor_state(app).publications.newest(1) == []


@pytest.mark.slow
def test_what_is_not_translated_yet_is_one_warning_and_not_one_for_each_word(
    content: Content, erik: Writer
) -> None:
    german = "Der Einkaufsleiter vergleicht Angebote.\n\n## Wie „Größe“ zählt\n\nEin Absatz.\n"
    content.article("nur-deutsch", ARTICLE.replace("Ein Absatz.\n", german))
    post(erik, "artikel/nur-deutsch", anlegen="en")
    name = "en/artikel/nur-deutsch"

    def warnings(**changes: str) -> list[str]:
        sent = dict(erik.form(name)) | changes
        page = answer(erik.client.post(f"{EDITOR}/texte/{name}.md/befunde", data=sent))
        return [
            each.cssselect("[data-message]")[0].text_content()
            for each in page.cssselect(".finding[data-severity=warning]")
        ]

    def told(words: list[str]) -> list[str]:
        found = [each for each in words if "Wörterbuch" in each or "deutschen Text" in each]
        return [each.replace("\N{NO-BREAK SPACE}", " ")[:36] for each in found]

    assert told(warnings()) == ["Noch wie im deutschen Text: 5 Zeilen"]
    text = "The buyer compares ofers.\r\n\r\nEin Absatz.\r\n"
    found = told(warnings(text=text, title="A title", description="About it."))
    assert found == [
        "„ofers“ steht in keinem Wörterbuch. ",
        "Noch wie im deutschen Text: 1 Zeile.",
    ]
    assert not told(warnings(text="One.\r\n", title="A title", description="About it."))


def test_an_address_that_was_public_stays(
    app: Flask, content: Content, erik: Writer, carla: Writer
) -> None:
    content.write("adressen.txt", "/en/articles/zweiter/\n")
    for folder in ("artikel", "en/artikel"):
        content.write(f"{folder}/zweiter.md", ARTICLE)
    erik.save("en/artikel/zweiter", title="Second", schritt="einreichen")
    carla.save("en/artikel/zweiter", schritt="freigeben")
    carla.save("en/artikel/zweiter", schritt="veroeffentlichen")
    assert asked(app).keys() == {"en/artikel/zweiter.md"}


def test_the_files_of_an_edition_are_edited_as_they_stand(content: Content, erik: Writer) -> None:
    content.write(
        "en/antworten.toml", '[[vorlagen]]\ntitle = "A"\nsubject = "B"\nabsaetze = ["C"]\n'
    )
    page = erik.get("/angaben/")
    assert page.cssselect("h2#weiteres-2")[0].text == "Ausgabe auf Englisch"
    links = {each.text: each.get("href") for each in page.cssselect(".versions__link")}
    assert "/redaktion/texte/en/antworten.toml" in links.values()
    for name in ("website", "formular"):
        address = f"/redaktion/texte/en/{name}.toml"
        assert address in links.values()
        page = erik.get(address.removeprefix("/redaktion"))
        [area] = page.cssselect("textarea[name=ganz]")
        assert area.get("lang") == "en-GB"
        assert "Als Formular bearbeiten" not in page.text_content()
        assert erik.client.get(f"{address.removesuffix('.toml')}.toml/vorschau").status_code == 200
    data = erik.client.post(
        "/redaktion/texte/en/website.toml",
        data={"fassung": "0", "stand": "", "ganz": 'language = "en-GB"\n'},
        follow_redirects=True,
    )
    assert "language_name" in answer(data).cssselect(".findings")[0].text_content()
    assert "Angaben zur Website (Englisch)" in data.text
    catalogue = "/redaktion/texte/en/oberflaeche.po"
    assert catalogue in links.values()
    assert erik.client.get("/redaktion/texte/oberflaeche.po").status_code == 404
    sent = {"fassung": "0", "stand": "", "ganz": 'msgid "Weiterlesen"\r\nmsgstr ""\r\n'}
    page = answer(erik.client.post(catalogue, data=sent, follow_redirects=True))
    assert "Die Übersetzung fehlt" in page.cssselect(".findings")[0].text_content()
    assert erik.client.get(f"{catalogue}/verlauf").status_code == 200
    assert erik.get("/texte/en/antworten.toml").cssselect("[name='vorlagen.0.title']")


def test_translations_follow_to_another_name_and_keep_their_address(
    app: Flask, content: Content, carla: Writer
) -> None:
    content.write(
        "en/artikel/zweiter.md", f"{ARTICLE}\n[Link](ein-artikel.md) [de](/artikel/ein-artikel/)\n"
    )
    response = confirmed(carla, f"/texte/{NAME}.md/umbenennen", new_name="neu")
    assert response.status_code == 303
    changes = asked(app)
    assert changes[f"{ENGLISH}.md"] is None
    assert b"aliases" not in (changes["en/artikel/neu.md"] or b"")
    assert b"[Link](neu.md) [de](/artikel/neu/)" in (changes["en/artikel/zweiter.md"] or b"")
    before = content.folder.joinpath("en/website.toml").read_text()
    rows = (changes["en/website.toml"] or b"").decode()
    assert '"artikel/neu" = "articles/an-article"\n' in rows
    assert sorted(rows.replace("/neu", "/ein-artikel").split("\n")) == sorted(before.split("\n"))


def test_a_name_that_a_translation_has_is_refused(content: Content, carla: Writer) -> None:
    content.write("en/artikel/neu.md", ARTICLE)
    response = carla.client.post(f"{EDITOR}/texte/{NAME}.md/umbenennen", data={"new_name": "neu"})
    assert response.status_code == 422
    assert "Diese Adresse hat schon" in response.text


def test_a_translation_that_is_written_keeps_the_name(erik: Writer, carla: Writer) -> None:
    erik.save(ENGLISH, title="Another title")
    response = carla.client.post(f"{EDITOR}/texte/{NAME}.md/umbenennen", data={"new_name": "neu"})
    assert response.status_code == 422
    assert "wird gerade bearbeitet" in response.text


def test_translations_go_before_the_german_text(
    app: Flask, content: Content, carla: Writer
) -> None:
    content.write("en/artikel/zweiter.md", ARTICLE)
    page = carla.get(f"/texte/{NAME}.md/adresse")
    assert not page.cssselect("#successor")
    sent = {"successor": "seiten/index.md", "reason": "Überholt"}
    response = carla.client.post(f"{EDITOR}/texte/{NAME}.md/loeschen", data=sent)
    assert (response.status_code, "Löschen Sie zuerst" in response.text) == (422, True)
    page = carla.get(f"/texte/{ENGLISH}.md/adresse")
    assert not page.cssselect("#new_name")
    assert page.cssselect("main code")[0].text == "/articles/an-article/"
    sent = {"successor": "en/artikel/zweiter.md", "reason": "Überholt"}
    response = confirmed(carla, f"/texte/{ENGLISH}.md/loeschen", **sent)
    assert response.status_code == 303
    changes = asked(app)
    assert changes.keys() == {f"{ENGLISH}.md", "en/artikel/zweiter.md"}
    assert b"aliases: [/articles/an-article/]" in (changes["en/artikel/zweiter.md"] or b"")


def test_a_new_text_is_of_one_language(app: Flask, content: Content, erik: Writer) -> None:
    content.article("nur-deutsch")
    options = [each.get("value") for each in erik.get("/neu").cssselect("#language option")]
    assert options == ["de", "en"]
    sent = {"title": "Only in English", "kind": "Artikel", "language": "en", "topic": "kunden"}
    assert erik.client.post(f"{EDITOR}/neu", data=sent).status_code == 303
    copy = editor_state(app).copies.get("en/artikel/only-in-english.md")
    assert copy is not None
    assert b"topic: kunden" in copy.data
    response = erik.client.post(f"{EDITOR}/neu", data=sent | {"title": "Nur deutsch"})
    assert response.status_code == 422
    assert "legen Sie seine Übersetzung an" in response.text


def test_a_text_is_duplicated_in_its_language(erik: Writer) -> None:
    sent = {"title": "Another one", "vorlage": f"{ENGLISH}.md"}
    made = erik.client.post(f"{EDITOR}/neu", data=sent)
    assert made.location == f"{EDITOR}/texte/en/artikel/another-one.md"
    assert b"title: Another one\n" in erik.data("en/artikel/another-one")


def test_links_drafts_and_plans_of_a_translation(
    app: Flask, content: Content, erik: Writer, carla: Writer
) -> None:
    content.write("en/artikel/second.md", ARTICLE.replace("Ein Titel", "Second title"))
    found = erik.client.get(f"{EDITOR}/ziele?von={ENGLISH}&suche=title").get_json()["targets"]
    targets = {each["target"] for each in found}
    assert {"ein-artikel.md", "second.md"} <= targets
    assert not any(target.startswith("..") for target in targets)
    erik.save(ENGLISH, title="A draft for a reader", text="Not public yet.\r\n")
    made = erik.client.post(f"{EDITOR}/texte/{ENGLISH}.md/teilen", data={"fassung": "neueste"})
    [token] = re.findall(r"/redaktion/geteilt/([\w-]+)", made.text)[:1]
    shared = staff.browser(app).get(f"{EDITOR}/geteilt/{token}")
    assert "Not public yet." in shared.text
    assert '<html lang="en-GB"' in shared.text
    assert "EN A draft for a reader" in carla.get("/planung/").text_content()
    erik.save(ENGLISH, schritt="einreichen")
    carla.save(ENGLISH, schritt="freigeben")
    day = clock.today() + datetime.timedelta(days=9)
    carla.save(ENGLISH, schritt="planen", tag=day.isoformat(), zeit="08:00")
    assert texts(carla.get("/?stand=geplant")) == ["A draft for a reader"]
    assert asked(app).keys() == {f"{ENGLISH}.md"}
