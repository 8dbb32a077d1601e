"""Texts get another address, or go, and words are replaced everywhere: each in one commit."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from support.content import Content
from support.editor import EDITOR, Writer, answer, asked, confirmed
from website.editor.blueprint import editor_state

NAME = "artikel/ein-artikel"
LINKING = "---\ntitle: Zweiter\ndate: 2026-01-01\ntopic: kunden\nstatus: published\n---\n"


def post(writer: Writer, path: str, **sent: str | list[str]) -> TestResponse:
    return writer.client.post(f"{EDITOR}{path}", data=sent)


@pytest.mark.slow
def test_another_address_takes_links_and_readers_along(
    app: Flask, content: Content, carla: Writer
) -> None:
    content.article("zweiter", LINKING + "[Link](ein-artikel.md)\n")
    response = confirmed(carla, f"/texte/{NAME}.md/umbenennen", new_name="Besserer Name")
    assert response.status_code == 303
    changes = asked(app)
    assert changes.keys() == {
        f"{NAME}.md", "artikel/besserer-name.md", "artikel/zweiter.md"
    }  # fmt: skip
    assert b"aliases: [/artikel/ein-artikel/]" in (changes["artikel/besserer-name.md"] or b"")
    assert b"[Link](besserer-name.md)" in (changes["artikel/zweiter.md"] or b"")
    [event] = editor_state(app).trail.of(f"{NAME}.md")
    assert (event.action, event.staff) == ("rename", carla.staff.id)


def test_what_changes_is_seen_before_it_does(app: Flask, content: Content, carla: Writer) -> None:
    content.article("zweiter", LINKING + "[Link](ein-artikel.md)\n")
    page = answer(post(carla, f"/texte/{NAME}.md/umbenennen", new_name="Besserer Name"))
    added = [line.text_content() for line in page.cssselect("ins")]
    assert added == ["Neu: aliases: [/artikel/ein-artikel/]", "Neu: [Link](besserer-name.md)"]
    sent = {"successor": "artikel/zweiter.md", "reason": "Überholt"}
    page = answer(post(carla, f"/texte/{NAME}.md/loeschen", **sent))
    assert f"{NAME}.md" in page.text_content()
    assert "Entfernt: [Link](ein-artikel.md)" in [d.text_content() for d in page.cssselect("del")]
    assert editor_state(app).publications.newest(1) == []


@pytest.mark.slow
def test_a_text_that_was_public_goes_only_to_a_successor_and_with_a_reason(
    app: Flask, content: Content, carla: Writer
) -> None:
    content.article("zweiter", LINKING)
    path = f"/texte/{NAME}.md/loeschen"
    for sent, message in (
        ({"successor": "", "reason": "Überholt"}, "war öffentlich"),
        ({"successor": "artikel/zweiter.md", "reason": ""}, "Bitte nennen Sie einen Grund"),
        ({"successor": "artikel/fehlt.md", "reason": "Überholt"}, ""),
    ):
        response = post(carla, path, **sent)
        assert response.status_code == 422
        assert message in response.text
    assert editor_state(app).publications.newest(1) == []
    response = confirmed(carla, path, successor="artikel/zweiter.md", reason="Überholt")
    assert response.status_code == 303
    changes = asked(app)
    assert changes.keys() == {f"{NAME}.md", "artikel/zweiter.md"}
    assert changes[f"{NAME}.md"] is None
    assert b"aliases: [/artikel/ein-artikel/]" in (changes["artikel/zweiter.md"] or b"")


UNREADABLE = {
    "encoding": LINKING.replace("Zweiter", "Größe").encode("latin-1"),
    "front matter": LINKING.replace("title: Zweiter", 'title: "Zweiter').encode(),
    "draft": b"---\ntitle: [\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_text_that_cannot_be_read_is_listed_with_its_cause_and_can_be_deleted(
    app: Flask, content: Content, carla: Writer, erik: Writer, kind: str
) -> None:
    content.article("kaputt", "").write_bytes(UNREADABLE[kind])
    [row] = [
        each for each in erik.get().cssselect(".texts__item") if "kaputt" in each.text_content()
    ]
    [cause] = row.cssselect(".texts__cause")
    assert "Zeile" in cause.text_content()
    path = "/texte/artikel/kaputt.md"
    title = erik.get(f"{path}/verlauf").cssselect("h1")[0].text_content()
    assert title == "Verlauf: kaputt"
    assert f"{path}/adresse" not in erik.client.get(f"{EDITOR}{path}").text
    page = carla.get(path)
    assert page.cssselect("#kopf .state")[0].text_content() == "Nicht lesbar"
    [link] = page.xpath("//header[@id='kopf']//a[contains(@href, '/adresse')]")
    assert link.text_content() == "Löschen"
    page = carla.get(f"{path}/adresse")
    assert [b.text_content() for b in page.cssselect("main button")] == ["Löschen vorbereiten"]
    assert post(carla, f"{path}/umbenennen", new_name="neu").status_code == 404
    sent = {"successor": "", "reason": "Kaputt"}
    if kind == "encoding":  # of a public text
        assert post(carla, f"{path}/loeschen", **sent).status_code == 422
        sent["successor"] = f"{NAME}.md"
    assert confirmed(carla, f"{path}/loeschen", **sent).status_code == 303
    changes = asked(app)
    assert changes["artikel/kaputt.md"] is None
    if kind == "encoding":
        assert b"aliases: [/artikel/kaputt/]" in (changes[f"{NAME}.md"] or b"")


def test_an_address_leads_only_to_what_visitors_can_open(content: Content, carla: Writer) -> None:
    content.article("zweiter", LINKING)
    content.article("entwurf", LINKING.replace("published", "draft"))
    page = carla.get(f"/texte/{NAME}.md/adresse")
    offered = {option.get("value") for option in page.cssselect("#successor option")}
    assert offered >= {"artikel/zweiter.md", "seiten/kontakt.md", "seiten/index.md"}
    without = {"artikel/entwurf.md", "seiten/404.md", "seiten/danke.md", "seiten/bestaetigen.md"}
    assert not offered & {*without, f"{NAME}.md"}
    for file in without:
        assert "Auf der Website" not in carla.get(f"/texte/{file}").text_content()
    assert "Auf der Website" in carla.get(f"/texte/{NAME}.md").text_content()
    sent = {"successor": "artikel/entwurf.md", "reason": "Überholt"}
    assert post(carla, f"/texte/{NAME}.md/loeschen", **sent).status_code == 422


def test_what_somebody_edits_is_neither_moved_nor_deleted(
    app: Flask, carla: Writer, erik: Writer
) -> None:
    erik.save(NAME, title="Neuer Titel")
    response = post(carla, f"/texte/{NAME}.md/umbenennen", new_name="neu")
    assert response.status_code == 422
    assert "wird gerade bearbeitet" in response.text
    assert editor_state(app).publications.newest(1) == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("😀", "Die Adresse braucht Buchstaben oder Ziffern"),
        ("a" * 200, "Feld kann nicht länger als 80 Zeichen sein."),
    ],
)
def test_what_makes_no_address_is_refused_in_german(
    carla: Writer, typed: str, message: str
) -> None:
    address = f"{EDITOR}/texte/artikel/ein-artikel.md/umbenennen"
    response = carla.client.post(address, data={"new_name": typed})
    assert response.status_code == 422
    assert message in response.text


def test_an_address_that_is_taken_is_refused_with_the_text_that_has_it(
    content: Content, carla: Writer
) -> None:
    content.article("zweiter", LINKING, aliases="[/artikel/frueher/]")
    content.edition()
    content.write("en/artikel/nur-englisch.md", LINKING)
    content.write("en/artikel/ein-artikel.md", LINKING)
    for typed, told, file in (
        ("Zweiter", "Diese Adresse hat schon Zweiter.", "artikel/zweiter.md"),
        ("frueher", "Diese Adresse hatte früher Zweiter,", "artikel/zweiter.md"),
        ("nur-englisch", "Diese Adresse hat schon Zweiter.", "en/artikel/nur-englisch.md"),
    ):
        refused = post(carla, f"/texte/{NAME}.md/umbenennen", new_name=typed)
        assert refused.status_code == 422
        [error] = answer(refused).cssselect("#new_name-fehler")
        assert told in error.text_content()
        assert "content/" not in error.text_content()
        assert error.cssselect("a")[0].get("href") == f"{EDITOR}/texte/{file}"


def test_fixed_pages_keep_their_address(carla: Writer) -> None:
    assert carla.client.get(f"{EDITOR}/texte/seiten/kontakt.md/adresse").status_code == 404


@pytest.mark.slow
def test_chosen_words_are_replaced_in_one_commit(
    app: Flask, content: Content, carla: Writer
) -> None:
    content.article("zweiter", LINKING + "Ein Absatz, noch ein Absatz.\n")
    page = answer(carla.client.get(f"{EDITOR}/ersetzen/?suche=Absatz&durch=Abschnitt&gross=ja"))
    ids = [box.get("value") for box in page.cssselect(".hits input")]
    assert ids == ["artikel/ein-artikel.md::0", "artikel/zweiter.md::0", "artikel/zweiter.md::1"]
    (stand,) = page.cssselect("[name=stand]")
    sent = {"stand": stand.get("value"), "suche": "Absatz", "durch": "Abschnitt", "gross": "ja"}
    for wrong in ({"grund": "Wortwahl"}, {"treffer": ids}, {"treffer": ["x"], "grund": "Wort"}):
        assert post(carla, "/ersetzen/", **sent, **wrong).status_code == 422
    assert editor_state(app).publications.newest(1) == []
    chosen = [ids[0], ids[2]]
    assert post(carla, "/ersetzen/", **sent, treffer=chosen, grund="Wortwahl").status_code == 303
    changes = asked(app)
    assert b"Ein Abschnitt." in (changes[f"{NAME}.md"] or b"")
    assert (changes["artikel/zweiter.md"] or b"").endswith(b"Ein Absatz, noch ein Abschnitt.\n")
    version = editor_state(app).repository.version(
        editor_state(app).publications.newest(1)[0].source
    )
    assert dict(version.trailers)["Approved-alone-because"] == "Wortwahl"


def test_pages_say_what_they_do(carla: Writer) -> None:
    page = carla.get(f"/texte/{NAME}.md/adresse")
    assert page.cssselect("h1")[0].text_content() == "Ein Titel"
    assert [b.text_content() for b in page.cssselect("main button")] == [
        "Änderungen ansehen",
        "Löschen vorbereiten",
    ]
    assert "Geben Sie ein" in carla.get("/ersetzen/?suche=+&durch=x").text_content()
    assert "kommt in keinem Text vor" in carla.get("/ersetzen/?suche=Xylophon").text_content()


@pytest.mark.parametrize("named", ["", "main", "0" * 40, "\0", "--all"])
def test_words_are_replaced_only_in_a_commit_that_there_is(carla: Writer, named: str) -> None:
    sent = {"suche": "Absatz", "durch": "Satz", "stand": named, "treffer": "x", "grund": "Darum."}
    assert carla.client.post("/redaktion/ersetzen/", data=sent).status_code == 400


def test_no_link_leads_to_another_address_of_a_text_that_cannot_be_read(
    content: Content, carla: Writer
) -> None:
    content.article("zu-lang", LINKING + "Wort. " * 20_000)
    links = carla.get("/texte/artikel/zu-lang.md").xpath("//header[@id='kopf']//a/@href")
    answers = {link: carla.client.get(link).status_code for link in links}
    assert set(answers.values()) == {200}, answers
    assert "Adresse ändern" in carla.get(f"/texte/{NAME}.md").text_content()
