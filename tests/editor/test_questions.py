"""The form's questions in the editor: added, asked no more, and with other choices."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from flask import Flask
from lxml import html
from playwright.sync_api import Browser, Page, expect
from werkzeug.datastructures import MultiDict

from support import staff
from support.accessibility import violations
from support.content import Content
from support.editor import Writer, keep, sent
from website.config import ROOT
from website.editor.blueprint import editor_state

REAL = (ROOT / "content" / "formular.toml").read_bytes()
COUNT = len(tomllib.loads(REAL.decode())["questions"])
FORM = "/redaktion/texte/formular.toml"
TOPIC = "questions.0"


@pytest.fixture(autouse=True)
def real(content: Content) -> None:
    (content.folder / "formular.toml").write_bytes(REAL)


@pytest.fixture
def values(erik: Writer) -> MultiDict[str, str]:
    return sent(erik.get("/texte/formular.toml"))


def press(writer: Writer, button: str, values: MultiDict[str, str]) -> MultiDict[str, str]:
    response = writer.client.post(
        FORM, data=MultiDict([*values.items(multi=True), ("reihe", button)])
    )
    assert response.status_code == 200
    return sent(html.document_fromstring(response.text))


def save(writer: Writer, values: MultiDict[str, str]) -> html.HtmlElement:
    response = writer.client.post(FORM, data=values, follow_redirects=True)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def data(writer: Writer) -> bytes:
    copy = editor_state(writer.app).copies.get("formular.toml")
    return copy.data if copy else REAL


def questions(writer: Writer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(data(writer).decode())["questions"]
    return found


def rows(found: bytes) -> list[str]:
    return found.decode().split("\n")


def errors(page: html.HtmlElement) -> list[str]:
    found = page.cssselect(".remark[data-severity=error], .finding[data-severity=error]")
    return [each.text_content() for each in found]


def test_a_choice_is_added_under_a_key_that_never_changes(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    values["neue-wahl.0"] = "Größere  Kunden"
    values = press(erik, "neu", values)
    assert values[f"{TOPIC}.choices.groessere-kunden"] == "Größere Kunden"
    assert not values.get("neue-wahl.0")
    keep(erik, FORM, values)
    values[f"{TOPIC}.choices.groessere-kunden"] = "Große Kunden gewinnen"
    assert errors(save(erik, values)) == []
    before = rows(REAL)
    place = before.index('sonstiges = "Sonstiges"') + 1
    before.insert(place, 'groessere-kunden = "Große Kunden gewinnen"')
    assert rows(data(erik)) == before


def test_no_question_can_be_added_where_the_form_has_no_part_for_it(
    content: Content, erik: Writer
) -> None:
    without = re.sub(rb"(?m)^\[\[groups\]\]\n(?:\w.*\n)*", b"", REAL)
    assert "groups" not in tomllib.loads(without.decode())
    (content.folder / "formular.toml").write_bytes(without)
    page = erik.get("/texte/formular.toml")
    assert page.cssselect("details.more-fields")
    assert not page.cssselect("#neue-frage")


def test_a_choice_that_was_only_typed_is_saved_too_but_never_while_typing(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    values["neue-wahl.0"] = "Sonst"
    keep(erik, FORM, values)
    assert data(erik) == REAL
    values["neue-wahl.0"] = "Sonstiges"
    save(erik, values)
    assert questions(erik)[0]["choices"]["sonstiges-2"] == "Sonstiges"


def test_a_choice_moves_up(erik: Writer, values: MultiDict[str, str]) -> None:
    values = press(erik, f"hoch {TOPIC}.choices.sonstiges", values)
    keep(erik, FORM, values)
    assert list(questions(erik)[0]["choices"])[-2:] == ["sonstiges", "kundenportfolio"]
    assert sorted(rows(data(erik))) == sorted(rows(REAL))
    kept = data(erik)
    assert "Gespeichert." in save(erik, values).text_content()
    assert data(erik) == kept


def test_a_choice_is_no_longer_offered_but_stays_known(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    values.add(f"{TOPIC}.former", "choices.kam-aufbauen")
    keep(erik, FORM, values)
    values[f"{TOPIC}.choices.kam-aufbauen"] = "KAM aufbauen"
    page = save(erik, values)
    assert errors(page) == []
    topic = questions(erik)[0]
    assert "kam-aufbauen" not in topic["choices"]
    assert topic["removed_choices"] == {"kam-aufbauen": "KAM aufbauen"}
    assert topic["featured"] == ["kam-auf-zeit", "beschwerdemanagement", "kundenportfolio"]
    values = sent(page)
    assert values.getlist(f"{TOPIC}.former") == ["removed_choices.kam-aufbauen"]
    values.setlist(f"{TOPIC}.former", [])
    save(erik, values)
    topic = questions(erik)[0]
    assert "removed_choices" not in topic
    assert topic["choices"]["kam-aufbauen"] == "KAM aufbauen"


def test_topics_are_chosen_for_the_start_page(erik: Writer, values: MultiDict[str, str]) -> None:
    before = ["kam-auf-zeit", "kam-aufbauen", "beschwerdemanagement", "kundenportfolio"]
    ticked = [f"choices.{key}" for key in before]
    assert sorted(values.getlist(f"{TOPIC}.featured")) == sorted(["", *ticked])
    assert not any(name.startswith("questions.6.featured") for name in values)
    values.setlist(f"{TOPIC}.featured", ["", *ticked[1:], "choices.schulung", "choices.no"])
    assert errors(save(erik, values)) == []
    after = ["kam-aufbauen", "beschwerdemanagement", "kundenportfolio", "schulung"]
    assert questions(erik)[0]["featured"] == after
    assert len(set(rows(data(erik))) - set(rows(REAL))) == 1
    values = sent(erik.get("/texte/formular.toml"))
    values.setlist(f"{TOPIC}.featured", [""])
    save(erik, values)
    assert "featured" not in questions(erik)[0]


def test_a_question_is_no_longer_asked_and_asked_again(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    at = next(n for n, each in enumerate(questions(erik)) if each["key"] == "budget")
    values.add(f"questions.{at}.removed", "ja")
    page = save(erik, values)
    assert set(rows(data(erik))) - set(rows(REAL)) == set()
    assert len(rows(data(erik))) == len(rows(REAL)) + 1
    assert questions(erik)[at]["removed"] is True
    assert "Tagessatz (netto) (nicht mehr gefragt)" in page.text_content()
    values = sent(page)
    values.setlist(f"questions.{at}.removed", [""])
    save(erik, values)
    assert data(erik) == REAL


def test_what_the_form_cannot_do_without_stays(values: MultiDict[str, str]) -> None:
    keys = [each["key"] for each in tomllib.loads(REAL.decode())["questions"]]
    kept = {key for at, key in enumerate(keys) if f"questions.{at}.removed" not in values}
    assert kept == {"topic", "message", "result", "company", "name", "email", "phone"}


def ask(values: MultiDict[str, str], label: str, kind: str, group: str = "rahmen") -> None:
    for name, value in (("label", label), ("kind", kind), ("group", group)):
        values[f"neue-frage.{name}"] = value


def test_a_question_is_added_with_a_key_of_its_own(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    ask(values, "Größe des Teams?", "zahl")
    values = press(erik, "neu", values)
    start = f"questions.{COUNT}"
    assert values[f"{start}.key"] == "groesse_des_teams"
    keep(erik, FORM, values)
    values[f"{start}.label"] = "Wie groß ist Ihr Team?"
    values[f"{start}.purpose"] = "Um den Umfang einzuschätzen"
    page = save(erik, values)
    assert errors(page) == []
    assert data(erik) == REAL + (
        b'\n[[questions]]\nkey = "groesse_des_teams"\ngroup = "rahmen"\nkind = "zahl"\n'
        + 'label = "Wie groß ist Ihr Team?"\npurpose = "Um den Umfang einzuschätzen"\n'.encode()
    )


def test_a_question_without_a_purpose_says_so_at_its_field(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    ask(values, "Name", "text")
    page = save(erik, values)
    assert questions(erik)[-1]["key"] == "name_2"
    found = page.get_element_by_id(f"questions.{COUNT}.purpose-befund").text_content()
    assert "fehlt" in found


def test_a_question_with_choices_is_added_at_once(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    ask(values, "3 Wege", "auswahl", "anliegen")
    values = press(erik, "neu", values)
    start = f"questions.{COUNT}"
    values[f"{start}.purpose"] = "Um es zu wissen"
    values[f"neue-wahl.{COUNT}"] = "Der erste"
    values = press(erik, "neu", values)
    values[f"neue-wahl.{COUNT}"] = "Der zweite"
    assert errors(save(erik, values)) == []
    assert questions(erik)[-1] == {
        "key": "frage_3_wege",
        "group": "anliegen",
        "kind": "auswahl",
        "label": "3 Wege",
        "purpose": "Um es zu wissen",
        "choices": {"der-erste": "Der erste", "der-zweite": "Der zweite"},
    }


def test_a_tick_asks_for_the_words_beside_it(erik: Writer, values: MultiDict[str, str]) -> None:
    ask(values, "Newsletter", "haken")
    values = press(erik, "neu", values)
    start = f"questions.{COUNT}"
    values[f"{start}.purpose"], values[f"{start}.choices.ja"] = "Um zu schreiben", "Ja, bitte"
    assert errors(save(erik, values)) == []
    assert questions(erik)[-1]["choices"] == {"ja": "Ja, bitte"}


def test_a_new_question_whose_label_is_emptied_again_is_none(
    erik: Writer, values: MultiDict[str, str]
) -> None:
    ask(values, "Ein Versehen", "text")
    values = press(erik, "neu", values)
    values[f"questions.{COUNT}.label"] = ""
    assert "unverändert" in save(erik, values).text_content()


@pytest.mark.parametrize(
    "changes",
    [
        {f"questions.{COUNT}.key": "A b", f"questions.{COUNT}.label": "X"},
        {f"{TOPIC}.choices.Nicht Gut": "X"},
        {f"{TOPIC}.choices.": "X"},
        {"neue-frage.label": " ", "neue-wahl.99": "X", "neue-wahl.x": "X"},
    ],
)
def test_no_other_key_is_taken(
    erik: Writer, values: MultiDict[str, str], changes: dict[str, str]
) -> None:
    for name, value in changes.items():
        values[name] = value
    save(erik, values)
    assert data(erik) == REAL


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_is_added_in_a_browser(
    app: Flask, chromium: Browser, url: str, erik: Writer, *, scripts: bool
) -> None:
    cookie = staff.cookie(app, erik.staff)
    size = {"width": 360, "height": 800}
    with staff.page_of(
        chromium, url, cookie=cookie, viewport=size, java_script_enabled=scripts
    ) as page:
        page.goto(FORM)
        page.get_by_text("Frage hinzufügen").first.click()
        page.get_by_label("Neue Frage").fill("Welche Systeme nutzen Sie?")
        page.get_by_label("Art der Antwort").select_option(label="Auswahl")
        page.get_by_label("Teil des Formulars").select_option(label="Genauer beschreiben")
        page.get_by_role("button", name="Frage hinzufügen").click()
        part = page.locator(f"#bereich-frage-{COUNT + 1}")
        expect(part.get_by_label("Wozu Sie danach fragen")).to_be_visible()
        part.get_by_label("Wozu Sie danach fragen").fill("Um Erfahrung zu finden")
        for words in ("SAP", "Anderes"):
            part.get_by_label("Neue Möglichkeit").fill(words)
            part.get_by_role("button", name="Möglichkeit hinzufügen").click()
            expect(part.get_by_label("Neue Möglichkeit")).to_have_value("")
        if scripts:
            assert violations(page) == []
        assert _fits(page) if scripts else True
        page.get_by_role("button", name="Speichern", exact=True).click()
        expect(page.get_by_text("Gespeichert.", exact=True)).to_be_visible()
    added = questions(erik)[-1]
    assert (added["key"], added["choices"]) == (
        "welche_systeme_nutzen_sie",
        {"sap": "SAP", "anderes": "Anderes"},
    )
    assert re.search(rb'\n\[questions.choices\]\nsap = "SAP"\nanderes = "Anderes"\n$', data(erik))


def _fits(page: Page) -> bool:
    found: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found
