"""Texts in the editor: found, opened, written, saved, and what two write at once. No JavaScript."""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import html

from support import staff
from support.applications import real_content
from support.content import ARTICLE, Content
from support.editor import EDITOR, Writer, answer, buttons, sent, texts, told
from support.repository import commit_to_main
from support.site import ROOT
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.editor import edited_site
from website.editor.blueprint import editor_state
from website.editorial.repository import Message, Person
from website.editorial.workflow import CopyState
from website.infra import clock
from website.staff.access import StaffRole
from website.web.services import services

NAME = "artikel/ein-artikel"


@pytest.fixture
def official(content: Content) -> Callable[[], bytes]:
    """Return what reads the official file, which nothing here may change."""
    return (content.folder / f"{NAME}.md").read_bytes


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """Return an editor of the project's own content."""
    folder = tmp_path_factory.mktemp("real")
    app = create_app(Settings(instance_dir=migrated(folder / "instance")), before=real_content())
    account = staff.account(app, StaffRole.EDITOR)
    yield Writer(app, staff.signed_in(app, account), account)
    services(app).leads.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "file", sorted(path.relative_to(ROOT / "content") for path in (ROOT / "content").rglob("*.md"))
)
@pytest.mark.parametrize("query", ["", "?ansicht=datei"])
def test_what_is_opened_and_saved_unchanged_makes_no_version(
    real: Writer, file: Path, query: str
) -> None:
    name = file.as_posix().removesuffix(".md")
    response = real.client.post(f"{EDITOR}/texte/{name}.md", data=real.form(name, query))
    assert response.status_code == 303
    assert real.copy(name) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        ARTICLE.replace("\n", "\r\n"),
        ARTICLE.replace("Ein Absatz.\n", "Ein Absatz.\r\nNoch einer.\n"),
        "\ufeff" + ARTICLE,
        ARTICLE + "\n\nOhne Zeilenende",
        ARTICLE.replace("---\nEin", "---\n\n\nEin"),
        ARTICLE.replace("Ein Absatz", "Gru\u0308n"),
        ARTICLE.replace(
            "topic: kunden", "topic:   'kunden'  # das Thema\ncover: {bars: [5, 4, 3, 2, 1]}"
        ),
    ],
)
def test_bytes_that_nobody_changed_stay(content: Content, erik: Writer, text: str) -> None:
    file = content.article("ein-artikel", text)
    assert told(erik.save(NAME)).startswith("Es war nichts zu speichern")
    assert erik.copy(NAME) is None
    erik.save(NAME, title="Ein anderer Titel")
    expected = file.read_bytes().replace(b"title: Ein Titel", b"title: Ein anderer Titel")
    assert erik.data(NAME) == expected


@pytest.mark.slow
def test_only_the_line_of_a_changed_value_differs(
    erik: Writer, official: Callable[[], bytes]
) -> None:
    before = official()
    assert told(erik.save(NAME, title="Kosten: was zählt")) == "Gespeichert."
    expected = before.replace(b"title: Ein Titel", 'title: "Kosten: was zählt"'.encode())
    assert erik.data(NAME) == expected
    assert official() == before


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x7f", "\ufffe", "\uffff"])
@pytest.mark.parametrize("name", ["text", "title", "description"])
def test_what_is_no_character_is_not_saved(erik: Writer, name: str, sign: str) -> None:
    told_of = told(erik.save(NAME, **{name: f"Neue{sign} Wörter, \u00fc"}))
    assert told_of == "Gespeichert."
    assert "Neue Wörter, ü" in erik.data(NAME).decode()


def test_a_control_character_in_a_line_that_nobody_changed_stays(
    content: Content, erik: Writer
) -> None:
    content.article("ein-artikel", ARTICLE + "\nAlt\x07.\n\nZwei.\n")
    form = erik.form(NAME)
    erik.send(NAME, form, text=form["text"].replace("Zwei.", "Drei\x07."))
    assert erik.data(NAME).endswith(b"\nAlt\x07.\n\nDrei.\n")


@pytest.mark.slow
def test_a_source_is_added_and_one_more_row_can_be_asked_for(erik: Writer) -> None:
    page = answer(
        erik.send(NAME, erik.form(NAME), reihe="neu sources.0", title="Noch nicht gespeichert")
    )
    assert erik.copy(NAME) is None
    assert page.cssselect("#title")[0].get("value") == "Noch nicht gespeichert"
    assert page.cssselect("[name='sources.2.text']")
    erik.save(NAME, sources__0__text="Kaplan, Cooper: Cost & Effect", sources__0__year="1998")
    assert b"sources:\n" in erik.data(NAME)
    assert b"year: 1998" in erik.data(NAME)
    erik.save(NAME, sources__0__text="", sources__0__year="")
    assert b"sources" not in erik.data(NAME)


def test_lists_and_choices_are_written_as_people_write_them(erik: Writer) -> None:
    erik.save(NAME, tags="Preise, Kunden", summary="Erster Punkt.\r\nZweiter Punkt.", ai="assisted")
    data = erik.data(NAME).decode()
    assert "tags: [Preise, Kunden]" in data
    assert 'summary:\n  - "Erster Punkt."\n  - "Zweiter Punkt."\n' in data
    assert "ai: assisted" in data


def test_marks_of_a_list_are_no_part_of_its_points(erik: Writer) -> None:
    erik.save(NAME, summary="- Erster Punkt.\r\n•\tZweiter Punkt.\r\n-\r\n-5 % Umsatz")
    data = erik.data(NAME).decode()
    assert 'summary:\n  - "Erster Punkt."\n  - "Zweiter Punkt."\n  - "-5 % Umsatz"\n' in data


def test_what_no_field_can_show_stays_and_is_named(content: Content, erik: Writer) -> None:
    content.article("ein-artikel", tags="kein Feld", aliases="[/alt/]")
    page = erik.get(f"/texte/{NAME}.md")
    assert not page.cssselect("#tags")
    assert "bleiben, wie sie sind: aliases, tags" in page.text_content()
    erik.save(NAME, title="Neu")
    assert b"tags: kein Feld" in erik.data(NAME)


def test_a_file_whose_data_cannot_be_read_is_edited_as_a_whole(
    content: Content, erik: Writer
) -> None:
    content.write(f"{NAME}.md", "---\ntitle: [offen\n---\nText\n")
    form = erik.form(NAME)
    assert "ganz" in form
    page = answer(erik.send(NAME, form, ganz=form["ganz"].replace("[offen", "zu")))
    assert told(page) == "Gespeichert."
    assert erik.data(NAME) == b"---\ntitle: zu\n---\nText\n"


def test_a_file_in_another_encoding_can_only_be_looked_at(content: Content, erik: Writer) -> None:
    content.write(f"{NAME}.md", ARTICLE.replace("Absatz", "Schlüssel").encode("latin-1"))
    page = erik.get(f"/texte/{NAME}.md")
    assert page.cssselect("#text")[0].get("readonly") is not None
    assert not [b for b in page.cssselect("button") if b.text_content() == "Speichern"]


def test_problems_stand_at_their_field_and_lead_to_their_line(erik: Writer) -> None:
    page = erik.save(NAME, date="", text="Ein Absatz.\r\n\r\n[weiter](gibt-es-nicht.md)\r\n")
    assert (
        "Die Angabe „Datum über dem Text“ fehlt" in page.cssselect("#date-befund")[0].text_content()
    )
    assert page.cssselect("#date")[0].get("aria-invalid") == "true"
    links = {each.get("data-line"): each for each in page.cssselect(".finding__place[data-line]")}
    assert "3" in links
    assert "Zeile 3" in links["3"].text_content()


@pytest.mark.slow
def test_two_who_change_different_lines_both_keep_their_text(erik: Writer, carla: Writer) -> None:
    erik.save(NAME, text="Eins.\r\n\r\nMitte.\r\n\r\nDrei.\r\n")
    theirs = carla.form(NAME)
    erik.save(NAME, text="Eins von Erik.\r\n\r\nMitte.\r\n\r\nDrei.\r\n")
    assert "Gespeichert." in told(
        answer(carla.send(NAME, theirs, text="Eins.\r\n\r\nMitte.\r\n\r\nDrei von Carla.\r\n"))
    )
    assert b"Eins von Erik.\n\nMitte.\n\nDrei von Carla." in carla.data(NAME)


@pytest.mark.slow
def test_two_who_change_the_same_line_see_both_and_what_it_was(erik: Writer, carla: Writer) -> None:
    theirs = carla.form(NAME)
    erik.save(NAME, text="Ein Absatz von Erik.\r\n")
    response = carla.send(NAME, theirs, text="Ein Absatz von Carla.\r\n", title="Carlas Titel")
    assert response.status_code == 409
    page = answer(response)
    shown = [each.text_content().strip() for each in page.cssselect(".clash__text")]
    assert shown == ["Ein Absatz von Carla.", "Ein Absatz von Erik.", "Ein Absatz."]
    assert b"von Erik" in carla.data(NAME)
    assert page.cssselect("#title")[0].get("value") == "Carlas Titel"
    (form,) = page.cssselect("#schreiben")
    again = {key: value or "" for key, value in form.form_values()}
    assert (
        told(answer(carla.send(NAME, again, text="Ein Absatz von beiden.\r\n"))) == "Gespeichert."
    )  # type: ignore[arg-type]
    assert b"von beiden" in carla.data(NAME)
    assert b"Carlas Titel" in carla.data(NAME)


def test_who_has_changed_the_same_line_in_another_window_is_told_so(erik: Writer) -> None:
    earlier = erik.form(NAME)
    erik.save(NAME, text="In dem einen Fenster.\r\n")
    response = erik.send(NAME, earlier, text="In dem anderen.\r\n")
    assert response.status_code == 409
    (title,) = answer(response).cssselect(".clash__title")
    assert title.text_content() == "Sie haben dieselbe Stelle in einem anderen Fenster geändert"
    assert "Fassung aus dem anderen Fenster" in response.text


def test_who_writes_on_a_draft_that_was_discarded_sees_the_version_of_the_website(
    erik: Writer, carla: Writer
) -> None:
    erik.save(NAME, text="Von Erik.\r\n")
    form = erik.form(NAME)
    carla.client.post(f"/redaktion/texte/{NAME}.md/verwerfen", data={"fassung": form["fassung"]})
    response = erik.send(NAME, form, text="Mehr von Erik.\r\n")
    assert response.status_code == 409
    (title,) = answer(response).cssselect(".clash__title")
    assert title.text_content() == "Der veröffentlichte Text wurde an derselben Stelle geändert"
    assert "Fassung der Website" in response.text


@pytest.mark.slow
def test_own_drafts_never_conflict_with_own_saves(erik: Writer) -> None:
    form = erik.form(NAME)
    form.setlist("fenster", ["ein-fenster"])
    for words in ("Ein", "Ein Satz", "Ein ganzer Satz."):
        form.setlist("text", [f"{words}\r\n"])
        path = f"/redaktion/texte/{NAME}.md/zwischenstand"
        response = erik.client.post(path, data=form)
        assert response.status_code == 200
        assert response.json["version"]
    assert told(answer(erik.send(NAME, form, text="Fertig.\r\n"))) == "Gespeichert."
    assert b"Fertig." in erik.data(NAME)


def test_a_draft_of_the_same_line_as_another_is_told_and_changes_nothing(
    erik: Writer, carla: Writer
) -> None:
    theirs = carla.form(NAME)
    erik.save(NAME, text="Von Erik.\r\n")
    theirs.setlist("text", ["Von Carla.\r\n"])
    response = carla.client.post(f"/redaktion/texte/{NAME}.md/zwischenstand", data=theirs)
    assert response.status_code == 409
    said = " „Speichern“ zeigt beide Fassungen."
    assert response.json == {"message": f"Erik Berg hat dieselbe Stelle geändert.{said}"}
    assert b"Von Erik." in carla.data(NAME)
    mine = erik.form(NAME)
    erik.save(NAME, text="In dem einen Fenster.\r\n")
    mine.setlist("text", ["In dem anderen.\r\n"])
    response = erik.client.post(f"/redaktion/texte/{NAME}.md/zwischenstand", data=mine)
    own = "Sie haben dieselbe Stelle in einem anderen Fenster geändert."
    assert response.json == {"message": f"{own}{said}"}


def test_a_draft_takes_nothing_back_that_another_has_saved_meanwhile(
    content: Content, erik: Writer, carla: Writer
) -> None:
    content.article("ein-artikel", ARTICLE + "\nZwei.\n\nDrei.\n\nVier.\n")
    theirs = carla.form(NAME)
    theirs.setlist("fenster", ["ein-fenster"])
    text = theirs["text"]
    erik.save(NAME, text=text.replace("Vier.", "Vier von Erik."))
    path = f"/redaktion/texte/{NAME}.md/zwischenstand"
    for words in ("Ein Absatz von Carla.", "Ein ganzer Absatz von Carla."):
        theirs.setlist("text", [text.replace("Ein Absatz.", words)])
        response = carla.client.post(path, data=theirs)
        assert response.status_code == 409
        assert "„Speichern“ fügt beides zusammen" in response.json["message"]
        assert b"Vier von Erik." in erik.data(NAME)
    assert told(answer(carla.send(NAME, theirs))) == "Gespeichert."
    assert b"Vier von Erik." in carla.data(NAME)
    assert b"Ein ganzer Absatz von Carla." in carla.data(NAME)


def test_who_was_signed_out_meanwhile_is_told_so_and_signs_in_on_the_same_page(
    erik: Writer, sign_in: Callable[..., Writer]
) -> None:
    response = sign_in().send(NAME, erik.form(NAME), title="Getippt")
    assert response.status_code == 403
    assert "nicht mehr angemeldet" in response.text
    page = html.document_fromstring(response.text)
    assert page.cssselect("main form input[name=password]")


def test_a_new_text_begins_with_a_skeleton_and_is_no_file_yet(
    content: Content, erik: Writer
) -> None:
    form = {"title": "Größere Kunden gewinnen", "kind": "Artikel", "topic": "kunden"}
    response = erik.client.post("/redaktion/neu", data=form, follow_redirects=True)
    assert response.request.path == "/redaktion/texte/artikel/groessere-kunden-gewinnen.md"
    assert b"author: Erik Berg" in erik.data("artikel/groessere-kunden-gewinnen") or (
        b'author: "Erik Berg"' in erik.data("artikel/groessere-kunden-gewinnen")
    )
    assert not (content.folder / "artikel/groessere-kunden-gewinnen.md").exists()
    assert texts(erik.get())[0] == "Größere Kunden gewinnen"
    again = erik.client.post("/redaktion/neu", data=form)
    assert again.status_code == 422
    [link] = answer(again).cssselect("#title-fehler a")
    assert link.get("href") == response.request.path
    assert link.text_content() == "Größere Kunden gewinnen"


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Ein Artikel", "hat schon ein anderer Text: Ein <Titel>. Schreiben Sie dort weiter"),
        ("Früher", "hatte früher ein anderer Text und führt zu ihm: Ein <Titel>."),
    ],
)
def test_a_title_whose_address_is_taken_is_refused_with_the_text_that_has_it(
    content: Content, erik: Writer, title: str, told: str
) -> None:
    content.article(title='"Ein <Titel>"', aliases="[/artikel/frueher/]")
    refused = erik.client.post("/redaktion/neu", data={"title": title, "kind": "Artikel"})
    assert refused.status_code == 422
    [error] = answer(refused).cssselect("#title-fehler")
    assert told in error.text_content()
    assert "content/" not in error.text_content()
    [link] = error.cssselect("a")
    assert link.get("href") == f"{EDITOR}/texte/{NAME}.md"


def test_a_text_is_duplicated_without_what_is_its_own(
    content: Content, erik: Writer, carla: Writer
) -> None:
    changes = {
        "aliases": "[/artikel/frueher/]",
        "review_by": "2020-01-01",
        "author": "Ada Antik  # so heißt sie",
        "updated": "2026-11-02",
    }
    content.article("vorlage", title="Die Vorlage", reviewed_by="Carla Holm", **changes)
    carla.save("artikel/vorlage", text="Wörter aus dem Entwurf.\r\n")
    (link,) = erik.get("/texte/artikel/vorlage.md").xpath("//a[text()='Duplizieren']")
    form = erik.get(link.get("href").removeprefix(EDITOR)).cssselect("main form")[0]
    taken = erik.client.post(form.action, data=dict(form.form_values()) | {"title": "Ein Artikel"})
    assert taken.status_code == 422
    form = answer(taken).cssselect("main form")[0]
    sent = dict(form.form_values()) | {"title": "Nach der Vorlage: Teil 2"}
    made = erik.client.post(form.action, data=sent)
    assert made.location == f"{EDITOR}/texte/artikel/nach-der-vorlage-teil-2.md"
    text = erik.data("artikel/nach-der-vorlage-teil-2").decode()
    assert text.endswith("---\nWörter aus dem Entwurf.\n")
    assert 'title: "Nach der Vorlage: Teil 2"\n' in text
    assert f"date: {clock.today()}\n" in text
    assert "status: draft\n" in text
    assert "author: Ada Antik  # so heißt sie\n" in text
    for key in ("aliases", "review_by", "reviewed_by", "updated"):
        assert f"\n{key}:" not in text
    assert erik.client.get(f"{EDITOR}/neu?vorlage=artikel/gibt-es-nicht.md").status_code == 404


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'---\ntitle: "Offen\n---\nText.\n', "Anführungszeichen"),
        ("---\ntitle: Größe\n---\nText.\n".encode("latin-1"), "nicht in UTF-8"),
        (b"Text.\n", "---"),
    ],
)
def test_what_cannot_be_read_is_not_duplicated_and_its_cause_is_named(
    content: Content, erik: Writer, data: bytes, why: str
) -> None:
    content.article("vorlage", "").write_bytes(data)
    page = erik.get("/texte/artikel/vorlage.md")
    assert not page.xpath("//a[text()='Duplizieren']")
    sent = {"title": "Neu", "vorlage": "artikel/vorlage.md"}
    response = erik.client.post(f"{EDITOR}/neu", data=sent)
    assert response.status_code == 422
    [error] = answer(response).cssselect(".field__error")
    assert why in error.text_content()
    assert "Tragen Sie selbst ein" not in error.text_content()


def test_two_who_begin_a_text_of_one_title_at_the_same_moment_begin_one(
    erik: Writer, carla: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies, form = editor_state(erik.app).copies, {"title": "Neuer Titel", "kind": "Artikel"}
    assert erik.client.post("/redaktion/neu", data=form).status_code == 303
    find, not_yet = copies.get, iter([None])
    monkeypatch.setattr(copies, "get", lambda file: next(not_yet, find(file)))
    response = carla.client.post("/redaktion/neu", data=form)
    assert response.status_code == 422
    assert "hat schon ein anderer Text" in response.text


@pytest.mark.slow
def test_who_reviews_reads_above_the_text_that_it_cannot_go_live_yet(
    erik: Writer, carla: Writer
) -> None:
    page = erik.save(NAME, text="PLATZHALTER: Noch zu schreiben.\r\n")
    assert "nicht live" not in page.cssselect("#kopf")[0].text_content()
    erik.save(NAME, schritt="einreichen")
    for page in (carla.get(f"/texte/{NAME}.md"), carla.save(NAME, schritt="freigeben")):
        head = page.cssselect("#kopf")[0]
        assert "So geht der Text nicht live: 1 Fehler" in head.text_content()
        assert head.cssselect(".told-done a")[0].get("href") == "#befunde"
    erik.save(NAME, text="Geschrieben.\r\n")
    page = erik.save(NAME, schritt="einreichen")
    assert "nicht live" not in page.cssselect("#kopf")[0].text_content()


def test_what_is_not_checked_yet_is_not_said_to_be_right(
    erik: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edited_site, "WARM", threading.Event())
    monkeypatch.setattr(edited_site.EditedSite, "_begin_to_warm_up", lambda _site: None)
    [found] = erik.get(f"/texte/{NAME}.md").cssselect("[data-findings-list]")
    assert "wird noch geprüft" in found.text_content()
    assert "nichts zu beheben" not in found.text_content()
    [found] = erik.save(NAME, title="").cssselect("[data-findings-list]")
    assert "wird noch geprüft" in found.text_content()
    assert found.cssselect(".finding"), "what was found while reading it is shown at once"


def test_findings_call_values_as_the_form_does(erik: Writer) -> None:
    findings = erik.save(NAME, ai="").cssselect(".findings__list")[0].text_content()
    assert "mit KI entstanden ist („nein“, „teilweise“ oder „ganz“)" in findings
    assert "none" not in findings


def test_a_page_beyond_the_last_shows_the_last(erik: Writer) -> None:
    assert texts(erik.get("/?seite=9")) == texts(erik.get()) != []


@pytest.mark.slow
def test_all_that_a_new_text_lacks_can_be_filled_in(erik: Writer) -> None:
    form = {"title": "Kunden gewinnen", "kind": "Artikel", "topic": ""}
    page = answer(erik.client.post("/redaktion/neu", data=form, follow_redirects=True))
    assert "Weitere Angaben dieser Datei" not in page.text_content()
    findings = page.cssselect(".findings__list")[0].text_content()
    assert "„Das Wichtigste in Kürze“ fehlt" in findings
    assert "„Thema“ ist noch nicht gewählt. Möglich sind: „Kunden“." in findings
    name = "artikel/kunden-gewinnen"
    filled = {
        "topic": "kunden",
        "ai": "none",
        "description": "Wie man Kunden gewinnt.",
        "summary": "Zuhören.\r\nHandeln.",
        "tags": "Vertrieb, Preise",
        "sources.0.text": "Erika Muster: Kunden. Verlag, Ort",
        "sources.0.year": "2024",
        "cta.topic": "sonstiges",
        "cta.text": "Schreiben Sie uns.",
    }
    sent = erik.form(name)
    assert filled.keys() <= sent.keys()
    assert "espeichert" in told(answer(erik.send(name, sent, **filled)))
    again = erik.form(name)
    assert {key: again[key] for key in filled} == filled


def test_what_is_missing_is_said_at_its_own_field(content: Content, erik: Writer) -> None:
    content.photo("foto.jpg", (60, 40))
    content.article("ein-artikel", summary="", image="foto.jpg", image_alt="")
    page = erik.get(f"/texte/{NAME}.md")
    for name, message in (
        ("summary", "„Das Wichtigste in Kürze“ fehlt"),
        ("image_alt", "fehlt „Was ist auf dem Bild zu sehen?“. Beschreiben Sie"),
    ):
        assert message in page.cssselect(f"[data-remarks='{name}']")[0].text_content()
    page = erik.save(NAME, summary="Erstens.\r\nZweitens.\r\nDrittens.", image_alt="Ein Stuhl.")
    for name in ("summary", "image_alt", "image", "title"):
        assert "fehlt" not in "".join(
            each.text_content() for each in page.cssselect(f"[data-remarks='{name}']")
        )


def test_a_choice_that_there_is_not_can_be_changed(content: Content, erik: Writer) -> None:
    content.article("ein-artikel", topic="gibt-es-nicht")
    page = erik.get(f"/texte/{NAME}.md")
    assert "ist nicht vorgesehen" in page.cssselect("[data-remarks='topic']")[0].text_content()
    [chosen] = page.cssselect("#topic option[selected]")
    assert (chosen.get("value"), chosen.text) == (
        "gibt-es-nicht",
        "gibt-es-nicht (nicht vorgesehen)",
    )
    erik.save(NAME, title="Neuer Titel")
    assert b"topic: gibt-es-nicht" in erik.data(NAME)
    page = erik.save(NAME, topic="kunden")
    assert b"topic: kunden" in erik.data(NAME)
    assert "nicht vorgesehen" not in page.text_content()


def test_what_an_invitation_lacks_is_said_at_its_field(erik: Writer) -> None:
    page = erik.save(NAME, cta__topic="sonstiges")
    [finding] = page.cssselect(".finding[data-field^='cta']")
    assert finding.get("data-field") == "cta.text"
    assert "„Einladung am Ende: Text“ fehlt" in finding.text_content()
    assert "fehlt" in page.cssselect("[data-remarks='cta.text']")[0].text_content()
    page = erik.save(NAME, cta__topic="", cta__text="Schreiben Sie uns.")
    assert page.cssselect(".finding[data-field^='cta']") == []
    assert b"Schreiben Sie uns." in erik.data(NAME)


@pytest.mark.parametrize(
    ("title", "message"), [("", "Bitte geben Sie einen Titel ein"), ("!!!", "keinen Buchstaben")]
)
def test_a_title_that_makes_no_address_is_refused(erik: Writer, title: str, message: str) -> None:
    response = erik.client.post("/redaktion/neu", data={"title": title, "kind": "Artikel"})
    assert response.status_code == 422
    assert message in response.text


def test_a_draft_is_discarded_after_a_question(erik: Writer) -> None:
    erik.save(NAME, title="Weg damit")
    page = erik.get(f"/texte/{NAME}.md/verwerfen")
    (form,) = page.cssselect("main form")
    response = erik.client.post(
        f"/redaktion/texte/{NAME}.md/verwerfen",
        data=dict(form.form_values()),
        follow_redirects=True,
    )
    assert "verworfen" in told(answer(response))
    assert erik.copy(NAME) is None


def test_a_date_in_the_future_is_told_before_anybody_publishes(erik: Writer) -> None:
    assert "Leser sehen diesen Text erst" not in erik.get(f"/texte/{NAME}.md").text_content()
    page = erik.save(NAME, date="2099-01-31")
    words = " ".join(page.text_content().split())
    assert "Leser sehen diesen Text erst ab 31. Januar 2099" in words


@pytest.mark.slow
def test_only_who_began_a_draft_and_the_chief_editor_discard_it(
    sign_in: Callable[..., Writer], erik: Writer, carla: Writer
) -> None:
    erik.save(NAME, text="Von Erik.")
    nina = sign_in(StaffRole.EDITOR, name="Nina Vogt")
    nina.save(NAME, title="Von Nina")
    page = nina.get(f"/texte/{NAME}.md/verwerfen")
    assert not page.cssselect("main form")
    assert "Das darf nur, wer diesen Entwurf begonnen hat" in page.text_content()
    copy = nina.copy(NAME)
    assert copy
    seen = {"fassung": str(copy.version)}
    answered = nina.client.post(
        f"/redaktion/texte/{NAME}.md/verwerfen", data=seen, follow_redirects=True
    )
    assert "Das darf nur, wer diesen Entwurf begonnen hat" in told(answer(answered))
    assert nina.copy(NAME)
    for who in (erik, carla):
        assert who.get(f"/texte/{NAME}.md/verwerfen").cssselect("main form")


def test_who_discards_what_is_in_review_reads_that_somebody_is_looking_at_it(
    erik: Writer,
) -> None:
    erik.save(NAME, title="Zu prüfen", schritt="einreichen")
    page = erik.get(f"/texte/{NAME}.md/verwerfen")
    assert page.cssselect("main form")
    assert "liegt bei der Chefredaktion" in page.text_content()


def test_texts_are_found_by_title_kind_and_state(content: Content, erik: Writer) -> None:
    content.article("preise-verhandeln", title="Preise verhandeln", status="draft")
    assert texts(erik.get("/?suche=verhandeln")) == ["Preise verhandeln"]
    assert texts(erik.get("/?suche=VERHANDELN+preise")) == ["Preise verhandeln"]
    assert texts(erik.get("/?art=Artikel&stand=oeffentlich")) == ["Ein Titel"]
    assert texts(erik.get("/?stand=entwurf")) == ["Preise verhandeln"]
    erik.save(NAME, title="In Arbeit")
    first = erik.get().cssselect(".texts__item")[0].text_content()
    assert first.split("Artikel")[0].strip().startswith("In Arbeit")
    assert "„Ein Titel“" in first
    assert texts(erik.get("/?suche=arbeit")) == texts(erik.get("/?suche=ein+titel"))
    assert "Erik Berg" in first
    assert "Entwurf" in first
    assert texts(erik.get("/?suche=nichts+davon")) == []


def test_the_list_is_filtered_by_author_and_sorted_as_somebody_wants(
    content: Content, erik: Writer
) -> None:
    for title, author, date in (
        ("Älter", "Ada Antik", "2024-01-01"),
        ("Zuletzt", "Ada Antik", "2025-01-01"),
        ("Bald", "Bert Blau", "2023-01-01"),
    ):
        content.article(title.lower().replace("ä", "ae"), title=title, author=author, date=date)
    erik.save("artikel/bald", title="Bald fertig")
    assert texts(erik.get("/?autor=Ada Antik")) == ["Zuletzt", "Älter"]
    assert texts(erik.get("/?autor=Ada Antik&sortierung=titel")) == ["Älter", "Zuletzt"]
    assert texts(erik.get("/?suche=bald&autor=Bert Blau")) == ["Bald fertig"]
    listed = texts(erik.get("/?art=Artikel&sortierung=datum"))
    assert listed == ["Ein Titel", "Zuletzt", "Älter", "Bald fertig"]
    assert texts(erik.get("/?art=Artikel&sortierung=geaendert"))[0] == "Bald fertig"
    assert texts(erik.get("/?sortierung=unsinn")) == texts(erik.get("/"))
    page = erik.get("/?autor=Ada Antik&sortierung=titel")
    assert page.cssselect("summary")[0].text_content() == "Filter: Ada Antik (2), Titel von A bis Z"
    for gone in ("?autor=Erika%20Ex", "?stand=review", "?art=x"):
        page = erik.get(f"/{gone}")
        assert texts(page) == []
        assert page.xpath("//a[text()='Alle zeigen']"), gone
    assert not erik.get("/?autor=&stand=&sortierung=").xpath("//a[text()='Alle zeigen']")


def test_the_start_page_is_listed_by_what_it_is_called_and_found_by_both(
    content: Content, erik: Writer
) -> None:
    page = content.folder / "seiten" / "index.md"
    title = re.compile(r"^title: .*$", re.MULTILINE)
    page.write_text(title.sub("title: Interim Manager für den Mittelstand", page.read_text(), 1))
    (row,) = erik.get("/?suche=startseite").cssselect(".texts__item")
    assert row.cssselect(".texts__link")[0].text_content() == "Startseite"
    assert "Interim Manager für den Mittelstand" in row.text_content()
    assert texts(erik.get("/?suche=mittelstand")) == ["Startseite"]
    assert "Startseite" in erik.get("/texte/seiten/index.md").cssselect("header")[1].text_content()


def test_the_chief_editor_publishes_what_somebody_else_has_written(
    erik: Writer, carla: Writer
) -> None:
    assert buttons(erik.save(NAME, title="Zu prüfen")) == {"einreichen"}
    page = erik.save(NAME, schritt="einreichen")
    assert told(page).startswith("Zur Prüfung eingereicht.")
    assert "freigeben" not in buttons(page)
    assert "freigeben" in buttons(carla.get(f"/texte/{NAME}.md"))
    page = carla.save(NAME, schritt="freigeben")
    assert told(page) == "Freigegeben."
    assert b"reviewed_by: Carla Holm" in carla.data(NAME)
    page = carla.save(NAME, schritt="veroeffentlichen")
    assert page.cssselect("h1")[0].text_content() == "Zu prüfen"
    (row,) = editor_state(carla.app).publications.newest(5)
    assert (row.actor, row.subject) == ("Erik Berg", "Zu prüfen")
    repository = editor_state(carla.app).repository
    assert repository.read(row.source, f"{NAME}.md") == carla.data(NAME)
    assert ("Reviewed-by", "Carla Holm") in repository.version(row.source).trailers


@pytest.mark.slow
def test_who_approves_what_two_have_written_is_not_its_author(
    sign_in: Callable[..., Writer], erik: Writer, carla: Writer
) -> None:
    erik.save(NAME, title="Zu zweit")
    nina = sign_in(StaffRole.EDITOR, name="Nina Vogt")
    nina.save(NAME, description="Von zweien.", schritt="einreichen")
    carla.save(NAME, schritt="freigeben")
    carla.save(NAME, schritt="veroeffentlichen")
    (row,) = editor_state(carla.app).publications.newest(1)
    assert row.actor in {"Erik Berg", "Nina Vogt"}


def test_a_published_text_is_changed_and_submitted_at_once_and_links_to_its_page(
    erik: Writer,
) -> None:
    page = erik.get(f"/texte/{NAME}.md")
    assert page.xpath("//a[.='Auf der Website ansehen']/@href") == ["/artikel/ein-artikel/"]
    assert "einreichen" in buttons(page)
    assert "unverändert" in told(erik.save(NAME, schritt="einreichen"))
    submitted = erik.save(NAME, title="Neu", schritt="einreichen")
    assert told(submitted).startswith("Zur Prüfung eingereicht.")


def test_the_first_button_saves_because_the_enter_key_presses_it(
    erik: Writer, carla: Writer
) -> None:
    erik.save(NAME, title="Neu", schritt="einreichen")
    page = carla.save(NAME, schritt="freigeben")
    assert "planen" in buttons(page)
    assert page.cssselect("#schreiben button[type=submit]")[0].get("name") is None


@pytest.mark.slow
def test_an_author_cannot_approve_without_a_reason(carla: Writer) -> None:
    carla.save(NAME, title="Allein geschrieben")
    assert "nennen Sie einen Grund" in told(carla.save(NAME, schritt="freigeben"))
    page = carla.save(NAME, schritt="freigeben", grund="Niemand sonst ist im Haus")
    assert told(page) == "Freigegeben."
    assert "Niemand sonst ist im Haus" in page.text_content()
    assert "Niemand sonst" in carla.get(f"/texte/{NAME}.md/verlauf").text_content()


@pytest.mark.slow
def test_an_edit_after_the_approval_voids_it(erik: Writer, carla: Writer) -> None:
    erik.save(NAME, title="Zu prüfen")
    erik.save(NAME, schritt="einreichen")
    carla.save(NAME, schritt="freigeben")
    erik.save(NAME, title="Doch anders")
    assert "veroeffentlichen" not in buttons(carla.get(f"/texte/{NAME}.md"))


@pytest.mark.slow
def test_a_text_is_sent_back_with_what_is_to_be_done(erik: Writer, carla: Writer) -> None:
    erik.save(NAME, title="Zu prüfen")
    erik.save(NAME, schritt="einreichen")
    carla.save(NAME, schritt="zurueckgeben", bemerkung="Quelle fehlt")
    assert "Quelle fehlt" in told(erik.get(f"/texte/{NAME}.md"))


@pytest.mark.slow
def test_a_draft_says_that_it_is_public_before_it_is_approved(
    content: Content, erik: Writer
) -> None:
    content.article("ein-artikel", status="draft")
    content.without("ein-artikel", "date")
    erik.save(NAME, title="Jetzt fertig")
    erik.save(NAME, schritt="einreichen")
    assert b"\nstatus: published\n" in erik.data(NAME)
    assert b"\ndate: 20" in erik.data(NAME)


@pytest.mark.slow
def test_an_earlier_version_is_seen_as_a_difference_and_restored(erik: Writer) -> None:
    state = editor_state(erik.app)
    erik.save(NAME, text="Ganz anders.\r\n")
    (link,) = erik.get(f"/texte/{NAME}.md/verlauf").cssselect(".versions__link")
    path = link.get("href").removeprefix("/redaktion")
    page = erik.get(path)
    removed = [each.text_content() for each in page.cssselect("#zurueck ~ .changes del")]
    assert "Entfernt: Ganz anders." in removed
    (form,) = page.cssselect("main form")
    erik.client.post(f"/redaktion{path}", data=dict(form.form_values()))
    official = state.official(f"{NAME}.md")[1]
    copy = erik.copy(NAME)
    assert copy is not None
    assert copy.data == official


def publish_officially(writer: Writer, data: bytes) -> None:
    """Let somebody else's version of the text become official."""
    state = editor_state(writer.app)
    repository = state.repository
    message, author = Message("Von der Technik"), Person("Technik")
    commit_to_main(repository, {f"{NAME}.md": data}, repository.main, author, message)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["verlauf", "teilen", "verwerfen"])
def test_pages_about_a_text_say_its_title_before_its_file(erik: Writer, page: str) -> None:
    erik.save(NAME, title="Ein besserer Titel")
    for name, title in ((f"{NAME}.md", "Ein besserer Titel"), ("seiten/index.md", "Startseite")):
        shown = erik.get(f"/texte/{name}/{page}")
        assert title in shown.cssselect("h1")[0].text_content()
        assert shown.cssselect(".inbox__intro")[0].text_content() == name
        assert title in shown.findtext(".//title")
    if page == "verlauf":
        assert "Website" in erik.get("/texte/website.toml/verlauf").cssselect("h1")[0].text


def test_what_became_official_meanwhile_in_other_lines_is_kept(erik: Writer) -> None:
    erik.save(NAME, text="Eins von Erik.\r\n")
    before = editor_state(erik.app).official(f"{NAME}.md")[1] or b""
    publish_officially(erik, before.replace(b"title: Ein Titel", b"title: Amtlich"))
    page = erik.get(f"/texte/{NAME}.md")
    assert not page.cssselect(".clash")
    assert told(erik.save(NAME, text="Zwei von Erik.\r\n")) == "Gespeichert."


@pytest.mark.slow
def test_what_became_official_meanwhile_in_the_same_lines_is_to_be_settled(erik: Writer) -> None:
    erik.save(NAME, text="Von Erik.\r\n")
    before = editor_state(erik.app).official(f"{NAME}.md")[1] or b""
    publish_officially(erik, before.replace(b"Ein Absatz.", b"Von der Technik."))
    assert "Zu klären" in erik.get().cssselect(".texts__item")[0].text_content()
    page = erik.get(f"/texte/{NAME}.md")
    shown = [each.text_content().strip() for each in page.cssselect(".clash__text")]
    assert shown == ["Von Erik.", "Von der Technik.", "Ein Absatz."]
    erik.save(NAME, text="Von beiden.\r\n")
    page = erik.get(f"/texte/{NAME}.md")
    assert not page.cssselect(".clash")
    copy = erik.copy(NAME)
    assert copy is not None
    assert b"Von beiden." in copy.data
    assert b"Von der Technik." in (copy.official or b"")


@pytest.mark.slow
def test_a_publication_is_scheduled_in_german_time_and_taken_back(
    erik: Writer, carla: Writer
) -> None:
    erik.save(NAME, title="Zu prüfen")
    erik.save(NAME, schritt="einreichen")
    carla.save(NAME, schritt="freigeben")
    tomorrow = clock.today() + datetime.timedelta(days=1)
    assert (carla.form(NAME)["tag"], carla.form(NAME)["zeit"]) == (str(tomorrow), "08:00")
    assert "Tag und Uhrzeit" in told(carla.save(NAME, schritt="planen", tag="", zeit=""))
    assert "vorbei" in told(carla.save(NAME, schritt="planen", tag="2020-01-01", zeit="08:00"))
    day = (clock.today() + datetime.timedelta(days=40)).isoformat()
    page = carla.save(NAME, schritt="planen", tag=day, zeit="08:00")
    assert told(page) == "Der Termin ist gesetzt."
    assert "Geplant" in page.text_content()
    copy = carla.copy(NAME)
    assert copy is not None
    assert copy.due_at is not None
    assert f"{copy.due_at.astimezone(clock.GERMANY):%Y-%m-%d %H:%M}" == f"{day} 08:00"
    assert buttons(page) == {"termin-aufheben"}
    page = carla.save(NAME, schritt="termin-aufheben")
    assert "Termin ist aufgehoben" in told(page)
    assert "veroeffentlichen" in buttons(page)
    carla.save(NAME, schritt="planen", tag=day, zeit="08:00")
    assert "termin-aufheben" not in buttons(erik.save(NAME, title="Doch noch geändert"))
    page = carla.get(f"/texte/{NAME}.md")
    assert "Eine frühere Fassung geht live am" in page.text_content()
    assert "frühere Fassung geht live" in carla.get("/planung/").text_content()
    discarded = carla.client.post(
        f"/redaktion/texte/{NAME}.md/verwerfen",
        data={"fassung": sent(page)["fassung"]},
        follow_redirects=True,
    )
    assert "Heben Sie zuerst den Termin auf" in told(answer(discarded))
    page = carla.save(NAME, schritt="termin-aufheben")
    assert "Der Termin ist aufgehoben. Die frühere Fassung geht nicht live." in told(page)
    assert "termin-aufheben" not in buttons(page)
    copy = carla.copy(NAME)
    assert copy
    assert (copy.state, copy.publication, copy.due_at) == (CopyState.DRAFT, None, None)
    last = carla.get("/veroeffentlichungen/").cssselect(".versions .state")
    assert {each.text for each in last} == {"zurückgezogen"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "keys",
    [
        {"reviewed_by": '"PLATZHALTER: fachliche Prüfung"'},
        {"reviewed_by": '""', "ai": "assisted", "status": "draft"},
    ],
    ids=["open", "by-a-machine"],
)
def test_who_reviewed_a_text_is_no_error_before_somebody_approves_it(
    content: Content, erik: Writer, keys: dict[str, str]
) -> None:
    content.article("ein-artikel", **keys)
    page = erik.get(f"/texte/{NAME}.md")
    (remark,) = page.cssselect("#reviewed_by-befund .remark")
    assert remark.get("data-severity") == "hint"
    assert "Wer den Text freigibt" in remark.text_content()


@pytest.mark.slow
def test_nobody_approves_what_they_have_not_seen(erik: Writer, carla: Writer) -> None:
    erik.save(NAME, title="Gesehen")
    erik.save(NAME, schritt="einreichen")
    form = carla.form(NAME)
    erik.save(NAME, title="Nicht gesehen")
    assert "gerade geändert" in told(answer(carla.send(NAME, form, schritt="freigeben")))
    assert "freigeben" in buttons(carla.get(f"/texte/{NAME}.md"))


def test_who_opens_what_another_is_writing_is_told(erik: Writer, carla: Writer) -> None:
    erik.save(NAME, title="In Arbeit")
    assert "Erik Berg hat vor Kurzem" in told(carla.get(f"/texte/{NAME}.md"))
    assert "vor Kurzem" not in told(erik.get(f"/texte/{NAME}.md"))


@pytest.mark.parametrize(
    "keys",
    [
        {"reviewed_by": "", "ai": "none"},
        {"reviewed_by": '"PLATZHALTER: fachliche Prüfung"', "ai": "none"},
        {"reviewed_by": "", "ai": "assisted", "status": "draft"},
    ],
    ids=["missing", "open", "by-a-machine"],
)
def test_the_list_calls_a_missing_review_a_hint_as_the_page_of_the_text_does(
    erik: Writer, content: Content, keys: dict[str, str]
) -> None:
    content.article("ein-artikel", **keys)
    erik.get()
    (row,) = [
        row for row in erik.get().cssselect(".texts__item") if "Ein Titel" in row.text_content()
    ]
    assert "Fehler" not in row.text_content()
    assert "1 Hinweis" in row.text_content()
