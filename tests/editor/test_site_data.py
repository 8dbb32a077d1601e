"""The TOML files of the content as forms: the owner's facts, menus, questions, letters."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from werkzeug.datastructures import MultiDict

from support.content import SITE as SITE_FILE
from support.content import Content
from support.editor import Writer, asked, keep, sent
from website.config import ROOT
from website.content import toml_files
from website.content.problems import MARK
from website.content.sitedata import SiteData
from website.editor.blueprint import editor_state
from website.editor.data_fields import TITLES, Field, Rows, Style, groups_of
from website.editor.file_form import FileForm
from website.editor.text_forms import DATA_FORMS

FILES = sorted((ROOT / "content").glob("*.toml"))
REAL = (ROOT / "content" / "website.toml").read_bytes()
SITE = "/redaktion/texte/website.toml"


def fill(writer: Writer, query: str = "", **changes: str) -> html.HtmlElement:
    """Open the form, change some of its fields, save, and return the page that follows."""
    values = sent(writer.get(f"/texte/website.toml{query}"))
    for name, value in changes.items():
        values.setlist(name.replace("__", "."), [value])
    response = writer.client.post(SITE + query, data=values, follow_redirects=True)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


@pytest.mark.usefixtures("real")
def test_a_message_calls_other_fields_as_the_form_does(erik: Writer) -> None:
    page = fill(erik, provider__vat_id="DE1")
    [remarks] = page.cssselect("[data-remarks='provider.vat_id']")
    assert "„Wirtschafts-Identifikationsnummer“." in remarks.text_content()
    assert "business_id" not in remarks.text_content()


def changed(before: bytes, after: bytes) -> list[tuple[bytes, bytes]]:
    rows = zip(before.split(b"\n"), after.split(b"\n"), strict=True)
    return [(old, new) for old, new in rows if old != new]


def data(writer: Writer) -> bytes:
    copy = editor_state(writer.app).copies.get("website.toml")
    assert copy is not None
    return copy.data


def form_of(path: Path, sent: MultiDict[str, str] | None = None) -> FileForm:
    made = DATA_FORMS.get(path.name, FileForm)
    return made(file=path.name, base=path.read_bytes(), sent=sent)


@pytest.fixture
def real(content: Content) -> bytes:
    """Put the project's own file in place."""
    (content.folder / "website.toml").write_bytes(REAL)
    return REAL


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_value_of_the_projects_files_has_a_field(path: Path) -> None:
    form = form_of(path)
    shown = {cell.path for group in form.groups for cell in group.cells}
    lines = toml_files.lines_of(path.read_text())
    values = {each for each in lines if not isinstance(leaf(path, each), dict | list)}
    apart = {"key", "kind", "group", "removed"} if path.name == "formular.toml" else set()
    assert {each for each in values - shown if each[-1] not in apart} == set()


def leaf(path: Path, at: tuple[str | int, ...]) -> object:
    found = tomllib.loads(path.read_text())
    for key in at:
        found = found[key]  # type: ignore[index]
    return found


def test_every_placeholder_is_asked_for() -> None:
    form = FileForm(file="website.toml", base=REAL)
    missing = [cell for group in form.groups for cell in group.cells if cell.missing]
    assert len(missing) == REAL.count(f'"{MARK}'.encode())
    assert form.owners[0] == len(missing)


def test_every_field_of_the_reader_is_in_the_form() -> None:
    groups = [*groups_of("website.toml", {"foreign_terms": {"en": ["Key Account"]}})]
    paths = {each.path for group in groups for each in group.fields}
    for section in ("contact", "provider", "privacy", "accessibility", "confirmation"):
        for key in vars(getattr(SiteData(), section)):
            if (section, key) != ("privacy", "retention"):
                assert (section, key) in paths
    assert any(isinstance(each, Rows) for group in groups for each in group.fields)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("query", ["", "?ansicht=datei", "?nur=fehlend"])
def test_what_is_saved_unchanged_has_the_same_bytes(
    content: Content, erik: Writer, path: Path, query: str
) -> None:
    (content.folder / path.name).write_bytes(path.read_bytes())
    address = f"/texte/{path.name}"
    values = sent(erik.get(address + query))
    response = erik.client.post(f"/redaktion{address}{query}", data=values, follow_redirects=True)
    assert "Es war nichts zu speichern" in response.text
    assert editor_state(erik.app).copies.get(path.name) is None


def test_a_filled_fact_changes_its_line_and_counts(erik: Writer, real: bytes) -> None:
    before = erik.get("/angaben/").cssselect(".amount__told")[0].text_content()
    page = fill(erik, "?nur=fehlend", provider__city="Stuttgart")
    ((old, new),) = changed(real, data(erik))
    assert (old.startswith(b'city = "PLATZHALTER'), new) == (True, b'city = "Stuttgart"')
    after = page.cssselect(".amount__told")[0].text_content()
    assert int(after.split()[0]) == int(before.split()[0]) - 1
    assert after == erik.get("/angaben/").cssselect(".amount__told")[0].text_content()
    assert not page.cssselect('[name="provider.city"]')


@pytest.mark.slow
def test_a_voluntary_fact_does_not_change_how_many_there_are(erik: Writer, real: bytes) -> None:
    def amount() -> str:
        return str(erik.get("/angaben/").cssselect(".amount__told")[0].text_content())

    before = amount()
    for name in ("provider__permit", "provider__capital", "contact__hours", "privacy__officer"):
        fill(erik, **{name: "Ausgefüllt"})
        assert amount().split()[2] == before.split()[2], name
    assert data(erik) != real


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_field_of_the_projects_files_is_saved(path: Path) -> None:
    cells = [
        each
        for group in form_of(path).groups
        for each in group.fields
        if isinstance(each, Field) and each.style in {Style.LINE, Style.AREA}
    ]
    lost = {
        cell.name for cell in cells if b"Anders" not in form_of(path, sent=typed(cell.name)).data
    }
    assert lost == set()


def typed(name: str) -> MultiDict[str, str]:
    return MultiDict({name: "Anders"})


def test_a_list_of_people_is_filled_row_by_row(erik: Writer, real: bytes) -> None:
    fill(erik, provider__representatives__0__name="Erika Muster")
    ((_, new),) = changed(real, data(erik))
    assert new == b'name = "Erika Muster"'


@pytest.mark.slow
def test_what_is_wrong_stands_at_its_field(erik: Writer, real: bytes) -> None:
    page = fill(erik, contact__phone="12", privacy__retention__new_months="viele")
    phone = page.get_element_by_id("contact.phone-befund").text_content()
    assert "Das ist keine Telefonnummer" in phone
    months = page.get_element_by_id("privacy.retention.new_months")
    assert months.get("value") == "viele"
    assert months.get("aria-invalid") == "true"
    assert (
        "Neu: Monate"
        in page.get_element_by_id("privacy.retention.new_months-befund").text_content()
    )
    assert data(erik) != real


def test_what_was_emptied_is_missed_by_its_label(erik: Writer) -> None:
    page = fill(erik, contact__name="")
    found = page.get_element_by_id("contact.name-befund").text_content()
    assert "Die Angabe „Ansprechpartner“ fehlt." in found


@pytest.mark.usefixtures("real")
def test_the_file_explains_its_values(erik: Writer) -> None:
    page = erik.get("/texte/website.toml")
    hint = page.get_element_by_id("provider.business_id-hinweis").text_content()
    assert hint.startswith("Wirtschafts-Identifikationsnummer, etwa DE123456789-00001")
    missing = page.get_element_by_id("provider.city-fehlt").text_content()
    assert missing == "Fehlt noch: Ort"


def press(writer: Writer, button: str, values: MultiDict[str, str]) -> html.HtmlElement:
    pressed = MultiDict(values)
    pressed["reihe"] = button
    response = writer.client.post(SITE, data=pressed)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


@pytest.mark.slow
def test_a_menu_grows_moves_and_shrinks_before_it_is_saved(erik: Writer, real: bytes) -> None:
    values = sent(erik.get("/texte/website.toml"))
    values["motto"] = "Nicht verloren"
    page = press(erik, "neu navigation.0", values)
    values = sent(page)
    assert values["motto"] == "Nicht verloren"
    values["navigation.6.label"], values["navigation.6.to"] = "Suche", "/suche/"
    values = sent(press(erik, "hoch navigation.6", values))
    values = sent(press(erik, "weg navigation.0", values))
    response = erik.client.post(SITE, data=values, follow_redirects=True)
    assert "Gespeichert." in response.text
    saved = tomllib.loads(data(erik).decode())
    labels = [each["label"] for each in saved["navigation"]]
    assert labels == [
        "Key Account Management",
        "Ratgeber",
        "Werkzeuge",
        "Über uns",
        "Suche",
        "Kontakt",
    ]
    assert saved["motto"] == "Nicht verloren"
    assert data(erik).count(b"# ") == real.count(b"# ")


def test_a_menu_entry_is_chosen_among_our_own_pages(content: Content, erik: Writer) -> None:
    content.article("entwurf", status="draft")
    page = erik.get("/texte/website.toml")
    field = page.get_element_by_id("navigation.0.to")
    offered = page.get_element_by_id(field.get("list"))
    titles = {each.get("value"): each.text for each in offered}
    assert titles["/kontakt/"] == "Kontakt"
    assert "/artikel/" in titles
    assert "/themen/kunden/" in titles
    assert "/artikel/ein-artikel/" in titles
    assert not {"/404/", "/danke/", "/artikel/entwurf/"} & {*titles}


@pytest.mark.slow
def test_an_emptied_menu_entry_goes_and_a_broken_one_is_named(erik: Writer) -> None:
    page = fill(erik, navigation__0__to="/gibt-es-nicht/")
    assert (
        "Die Navigation führt zu" in page.get_element_by_id("navigation.0.to-befund").text_content()
    )
    fill(erik, navigation__0__to="", navigation__0__label="")
    assert "navigation" not in tomllib.loads(data(erik).decode())


def test_a_topic_keeps_its_address_and_a_new_one_gets_one(erik: Writer) -> None:
    values = sent(press(erik, "neu topics.0", sent(erik.get("/texte/website.toml"))))
    assert values["topics.0.slug"] == "kunden"
    values["topics.0.title"] = "Alle Kunden"
    values["topics.1.title"] = "Märkte & Preise"
    values["topics.1.description"] = "Alles über Preise."
    erik.client.post(SITE, data=values)
    topics = tomllib.loads(data(erik).decode())["topics"]
    assert [(each["slug"], each["title"]) for each in topics] == [
        ("kunden", "Alle Kunden"),
        ("maerkte-preise", "Märkte & Preise"),
    ]


def test_a_new_topic_is_one_whose_name_was_typed_while_the_page_saved_by_itself(
    erik: Writer,
) -> None:
    values = sent(press(erik, "neu topics.0", sent(erik.get("/texte/website.toml"))))
    values["topics.1.title"], values["fenster"] = "Mär", "1"
    keep(erik, SITE, values)
    values["topics.1.title"] = "Märkte & Preise"
    values["topics.1.description"] = "Alles über Preise."
    assert erik.client.post(SITE, data=values).status_code == 303
    topics = tomllib.loads(data(erik).decode())["topics"]
    assert [(each["slug"], each["title"]) for each in topics] == [
        ("kunden", "Kunden"),
        ("maerkte-preise", "Märkte & Preise"),
    ]


def test_a_moved_topic_keeps_its_address_also_after_the_page_has_saved_by_itself(
    content: Content, erik: Writer
) -> None:
    more = SITE_FILE + '\n[[topics]]\nslug = "preise"\ntitle = "Preise"\ndescription = "Alles."\n'
    (content.folder / "website.toml").write_text(more)
    values = sent(press(erik, "hoch topics.1", sent(erik.get("/texte/website.toml"))))
    values["fenster"] = "1"
    keep(erik, SITE, values)
    values["topics.0.title"] = "Gute Preise"
    assert erik.client.post(SITE, data=values).status_code == 303
    topics = tomllib.loads(data(erik).decode())["topics"]
    assert [(each["slug"], each["title"]) for each in topics] == [
        ("preise", "Gute Preise"),
        ("kunden", "Kunden"),
    ]


def test_a_topic_cannot_be_left_out(erik: Writer) -> None:
    values = sent(press(erik, "weg topics.0", sent(erik.get("/texte/website.toml"))))
    assert values["topics.0.title"] == "Kunden"


@pytest.mark.slow
def test_two_who_change_the_same_value_see_both(erik: Writer, carla: Writer) -> None:
    values = sent(carla.get("/texte/website.toml"))
    fill(erik, motto="Von Erik")
    values["motto"] = "Von Carla"
    response = carla.client.post(SITE, data=values)
    assert response.status_code == 409
    page = html.document_fromstring(response.text)
    parts = " ".join(each.text_content() for each in page.cssselect(".clash__text"))
    assert "Von Erik" in parts
    assert "Von Carla" in parts
    assert b"Von Erik" in data(erik)


@pytest.mark.slow
def test_two_who_change_different_values_both_keep_theirs(erik: Writer, carla: Writer) -> None:
    values = sent(carla.get("/texte/website.toml"))
    fill(erik, motto="Von Erik")
    values["privacy.host"] = "Von Carla"
    assert carla.client.post(SITE, data=values).status_code == 303
    assert b"Von Erik" in data(erik)
    assert b"Von Carla" in data(erik)


@pytest.mark.slow
def test_facts_go_the_way_of_a_text(app: Flask, erik: Writer, carla: Writer) -> None:
    fill(erik, motto="Schneller, fair und effizient!", schritt="einreichen")
    assert "In Prüfung" in carla.get("/angaben/").text_content()
    assert "Angaben zur Website" in carla.get("/?stand=pruefung").text_content()
    fill(carla, schritt="freigeben")
    page = fill(carla, schritt="veroeffentlichen")
    assert "Angaben zur Website" in page.cssselect("h1")[0].text_content()
    (row,) = editor_state(app).publications.newest(1)
    assert row.subject == "Angaben zur Website"


@pytest.mark.slow
def test_versions_are_restored_and_edits_are_discarded(erik: Writer) -> None:
    fill(erik, motto="Anders")
    page = erik.get("/texte/website.toml/verlauf")
    assert page.cssselect(".inbox__up")[0].text_content() == "Zurück zu „Angaben zur Website“"
    (link,) = page.cssselect(".versions__link")
    version = erik.get(link.get("href").removeprefix("/redaktion"))
    seen = version.cssselect('input[name="fassung"]')[0].get("value")
    erik.client.post(link.get("href"), data={"fassung": seen})
    assert b"Anders" not in data(erik)
    page = erik.get("/texte/website.toml/verwerfen")
    assert "Zurück zu „Angaben zur Website“" in page.text_content()
    for shown in (page, version):
        assert "Text" not in shown.cssselect("main")[0].text_content()
    (box,) = page.cssselect('input[name="fassung"]')
    erik.client.post(f"{SITE}/verwerfen", data={"fassung": box.get("value")})
    assert editor_state(erik.app).copies.get("website.toml") is None


def test_a_file_that_cannot_be_read_is_mended_as_a_whole(content: Content, erik: Writer) -> None:
    (content.folder / "website.toml").write_text('name = "Interim\nmotto = "x"\n')
    page = erik.get("/texte/website.toml")
    assert page.cssselect('textarea[name="ganz"]')
    assert page.cssselect(".finding")


@pytest.mark.parametrize("name", ["pyproject", "adressen", "../website", "artikel/x"])
def test_no_other_file_is_served(erik: Writer, name: str) -> None:
    assert erik.client.get(f"/redaktion/texte/{name}.toml").status_code == 404


def test_only_real_files_are_named() -> None:
    assert set(TITLES) == {*(path.name for path in FILES), "woerter.txt"}


@pytest.mark.parametrize("start", ["", "# Wörter, die richtig sind.\n", "Kanban\nScrum"])
@pytest.mark.parametrize("folder", ["", "en/"])
def test_a_word_is_added_to_those_that_are_right(
    app: Flask, content: Content, erik: Writer, carla: Writer, folder: str, start: str
) -> None:
    if folder:
        content.edition()
    name = f"{folder}woerter.txt"
    content.write(name, start)
    [link] = erik.get("/angaben/").cssselect(f"a[href='/redaktion/texte/{name}']")
    assert "Eigene Wörter" in link.text_content()
    for writer, step in ((erik, "einreichen"), (carla, "freigeben"), (carla, "veroeffentlichen")):
        values = sent(writer.get(f"/texte/{name}"))
        if writer is erik:
            values["ganz"] = "\r\n".join([*start.splitlines(), "Schlonz"])
        answered = writer.client.post(f"/redaktion/texte/{name}", data={**values, "schritt": step})
        assert answered.status_code == 303
    assert "/veroeffentlichungen/" in answered.location
    saved = asked(app)[name] or b""
    assert saved.decode().splitlines() == [*start.splitlines(), "Schlonz"]
