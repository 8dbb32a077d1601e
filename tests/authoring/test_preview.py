"""The preview: drafts too, what is saved is seen, what is broken says so."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader

from support.builds import Checkout
from support.content import ARTICLE, Content
from support.site import ROOT
from support.sqlite import migrated
from website import create_app, factory
from website.authoring import preview
from website.authoring.preview_state import preview_state
from website.config import Role, Settings
from website.infra import clock
from website.web.services import services


@pytest.fixture
def app(content: Content, tmp_path: Path) -> Flask:
    content.article("fertig", title="Fertiger Artikel")
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    return create_app(settings, role=Role.PREVIEW)


@pytest.fixture
def shown(app: Flask) -> FlaskClient:
    return app.test_client()


def panel(html: str) -> str:
    found = re.search('<aside class="preview-panel".*</aside>', html, re.DOTALL)
    assert found, html
    return found[0]


def test_drafts_are_shown_and_say_so(shown: FlaskClient, content: Content) -> None:
    content.article("entwurf", status="draft", title="Ein Entwurf")
    for address in ("/artikel/entwurf/", "/artikel/", "/artikel/fertig/"):
        html = shown.get(address).text
        assert "Ein Entwurf" in html, address
        assert '<span class="not-public">Entwurf</span>' in html, address


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"status": "draft"}, "Entwurf"),
        ({"status": "review"}, "In Prüfung"),
        ({"date": "2199-03-01"}, "erscheint am 1.\N{NO-BREAK SPACE}März 2199"),
        ({}, ""),
    ],
)
def test_an_article_says_why_it_is_not_public(
    shown: FlaskClient, content: Content, changes: dict[str, str], mark: str
) -> None:
    content.article("dieser", **changes)
    html = shown.get("/artikel/dieser/").text
    assert re.findall('<span class="not-public">(.*?)</span>', html) == ([mark] * 2 if mark else [])


def test_only_what_has_headings_has_a_table_of_contents(
    shown: FlaskClient, content: Content
) -> None:
    for text, wanted in (("Ein Absatz.", False), ("### Klein", False), ("## Groß\n\nText.", True)):
        content.write("artikel/fertig.md", ARTICLE + text)
        html = shown.get("/artikel/fertig/").text
        assert ('class="contents"' in html) is wanted, text


def test_what_is_saved_is_seen_at_the_next_look(shown: FlaskClient, content: Content) -> None:
    assert "Fertiger Artikel" in shown.get("/artikel/fertig/").text
    content.article("fertig", title="Besserer Artikel")
    assert "Besserer Artikel" in shown.get("/artikel/fertig/").text
    assert "Besserer Artikel" in shown.get("/artikel/").text


def test_two_changes_within_one_tick_of_the_clock_are_both_seen(
    shown: FlaskClient, content: Content, app: Flask
) -> None:
    file = content.article("fertig", title="Titel A")
    shown.get("/")
    before = file.stat()
    file.write_text(file.read_text().replace("Titel A", "Titel B"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    preview_state(app).watch.look([str(file)])
    assert "Titel B" in shown.get("/artikel/fertig/").text


def test_a_broken_file_says_why_in_place_of_its_page_and_hides_no_other(
    shown: FlaskClient, content: Content
) -> None:
    content.write("artikel/kaputt.md", "---\ntitle: A: B\n---\n")
    content.article("themenlos", topic="kuchen")
    answer = shown.get("/artikel/kaputt/")
    assert answer.status_code == 422
    assert re.search(r"content/artikel/kaputt\.md</code> Zeile 2", answer.text)
    assert "Der Wert enthält einen Doppelpunkt." in answer.text
    assert shown.get("/artikel/themenlos/").status_code == 422
    assert "Möglich sind: „kunden“." in shown.get("/artikel/themenlos/").text
    assert shown.get("/artikel/fertig/").status_code == 200
    assert shown.get("/artikel/gibt-es-nicht/").status_code == 404
    content.article("kaputt", title="Wieder da")
    assert "Wieder da" in shown.get("/artikel/kaputt/").text


@pytest.mark.parametrize("file", ["seiten/danke.md", "website.toml"])
def test_a_broken_file_of_the_site_says_so_on_every_page_until_it_is_mended(
    shown: FlaskClient, content: Content, file: str
) -> None:
    good = (content.folder / file).read_text()
    content.write(file, "kaputt")
    for address in ("/", "/artikel/fertig/", "/kontakt/"):
        answer = shown.get(address)
        assert answer.status_code == 422
        assert set(re.findall(r"problem__file\">(.*?)</code>", answer.text)) == {f"content/{file}"}
    content.write(file, good)
    assert shown.get("/artikel/fertig/").status_code == 200


def test_a_macro_that_reaches_a_page_through_others_is_shown_as_it_is_now(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = Checkout.copied(tmp_path / "checkout", content.folder)
    monkeypatch.setattr(factory, "ROOT", checkout.root)
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    shown = create_app(settings, role=Role.PREVIEW).test_client()
    assert "<svg" in shown.get("/").text.partition("<main")[0]
    macros = checkout.root / "templates/components/motif.html"
    macros.write_text(macros.read_text().replace("<svg", '<svg data-new="yes"'))
    assert "data-new" in shown.get("/").text.partition("<main")[0]


def test_a_broken_template_is_named_with_its_line(app: Flask, shown: FlaskClient) -> None:
    good = app.jinja_env.loader
    for source, said in (
        ("\n{% if %}", "Expected an expression"),
        ("\n{{ gibtesnicht.name }}", "gibtesnicht"),
        ("{% extends 'gibtesnicht.html' %}", "gibtesnicht.html"),
    ):
        broken = DictLoader({"pages/article.html": source, "base.html": source})
        app.jinja_env.loader = ChoiceLoader([broken, good])  # type: ignore[list-item]
        app.jinja_env.cache.clear()  # type: ignore[union-attr]
        for address in ("/artikel/fertig/", "/artikel/gibt-es-nicht/"):
            answer = shown.get(address)
            assert answer.status_code == 500
            assert "Diese Seite lässt sich gerade nicht zeigen" in answer.text
            assert said in answer.text
    app.jinja_env.loader = good
    app.jinja_env.cache.clear()  # type: ignore[union-attr]
    assert shown.get("/artikel/fertig/").status_code == 200


def test_the_panel_tells_what_is_wrong_with_its_page_alone(
    shown: FlaskClient, content: Content
) -> None:
    content.article("fertig", text=TEXT_WITH_FAULTS)
    content.article("anderer", topic="kunden", tools="[gibtesnicht]")
    said = panel(shown.get("/artikel/fertig/").text)
    assert "content/artikel/fertig.md" in said
    assert re.search(r"Zeile 10</p>\s*<p class=\"problem__text\">Der Link „weg\.md“", said)
    assert "1 Fehler</span>" in said.split("</summary>")[0]
    assert "gibtesnicht" not in said


TEXT_WITH_FAULTS = ARTICLE.replace("---\nEin Absatz.", "ai: none\n---\nEin [Verweis](weg.md).")


def test_no_page_waits_for_the_dictionary_after_the_start(app: Flask, shown: FlaskClient) -> None:
    preview_state(app).findings.is_ready = False
    assert "wird geprüft …" in panel(shown.get("/artikel/fertig/").text)
    assert "Noch zu prüfen: 1." in shown.get("/_redaktion/").text
    preview_state(app).findings.is_ready = True
    assert "wird geprüft …" not in panel(shown.get("/artikel/fertig/").text)


def test_a_link_that_breaks_elsewhere_is_told_of(shown: FlaskClient, content: Content) -> None:
    content.article("ziel")
    content.article("fertig", text=TEXT_WITH_FAULTS.replace("weg.md", "ziel.md"))
    assert "Der Link" not in panel(shown.get("/artikel/fertig/").text)
    (content.folder / "artikel/ziel.md").unlink()
    assert "Der Link „ziel.md“" in panel(shown.get("/artikel/fertig/").text)


def test_what_authors_enter_in_a_list_ends_the_warning_about_it(
    app: Flask, shown: FlaskClient, content: Content
) -> None:
    content.image("bild.png")
    content.article("fertig", text=ARTICLE.replace("Absatz.", "Schlonz.\n\n![Rot](bild.png)"))
    said = panel(shown.get("/artikel/fertig/").text)
    assert "„Schlonz“ steht in keinem Wörterbuch" in said
    assert "content/bildrechte.txt" in said
    content.write("woerter.txt", "Schlonz\n")
    said = panel(shown.get("/artikel/fertig/").text)
    assert "Wörterbuch" not in said
    content.write("bildrechte.txt", "artikel/bild.png: Erika Muster, CC BY 4.0\n")
    shown.get("/_redaktion/")
    missing = preview_state(app).findings.missing(services(app).library)
    assert "fertig" in {item.name for item in missing}
    assert "content/bildrechte.txt" not in panel(shown.get("/artikel/fertig/").text)


def test_the_overview_lists_every_article_by_status(shown: FlaskClient, content: Content) -> None:
    content.article("entwurf", status="draft", title="Ein Entwurf", reviewed_by="")
    content.article("pruefling", status="review", title="Ein Prüfling")
    yesterday = clock.now().astimezone(clock.GERMANY).date() - datetime.timedelta(days=1)
    content.article("alt", title="Ein alter", review_by=yesterday.isoformat(), reviewed_by="E. M.")
    content.article("kuenftig", date="2199-01-01", title="Ein künftiger")
    content.write("artikel/kaputt.md", "---\ntitle: A: B\n---\n")
    for address in ("entwurf", "pruefling", "alt", "kuenftig"):
        shown.get(f"/artikel/{address}/")
    html = shown.get("/_redaktion/").text
    first, *groups = re.split('<h2 class="pieces__title"', html)
    assert "content/artikel/kaputt.md" in first
    assert [re.findall('pieces__link" href="/artikel/(.*?)/"', each) for each in groups] == [
        ["entwurf"],
        ["pruefling"],
        ["kuenftig"],
        ["alt", "fertig"],
    ]
    old = groups[3].split("</tr>")[1]
    assert "fällig seit" in old
    assert "nicht fachlich geprüft" not in old
    assert "nicht fachlich geprüft" in groups[0]


def test_the_overview_names_files_that_are_left_out(shown: FlaskClient, content: Content) -> None:
    content.write("artikel/neuer-artikel.md.txt", ARTICLE)
    content.write("seiten/kontakt 2.md", ARTICLE)
    html = shown.get("/_redaktion/").text
    assert "content/artikel/neuer-artikel.md.txt" in html
    assert "um in „neuer-artikel.md“" in html
    assert "content/seiten/kontakt 2.md" in html
    assert "Ein Titel" not in html


def test_only_this_machine_may_call_the_preview(app: Flask, shown: FlaskClient) -> None:
    state = preview_state(app)
    state.hosts = frozenset({"127.0.0.1:8000", "localhost:8000", "[::1]:8000"})
    for host in state.hosts:
        assert shown.get("/", headers={"Host": host}).status_code == 200
    for host in ("evil.example:8000", "127.0.0.1:9000", "localhost", "127.0.0.1.evil.example:8000"):
        for address in ("/", "/artikel/fertig/", "/_redaktion/", "/_redaktion/ereignisse"):
            answer = shown.get(address, headers={"Host": host})
            assert answer.status_code == 421, (host, address)
            assert "Fertig" not in answer.text


def test_the_policy_stays_strict_and_lets_pages_with_a_tool_hear_of_changes(
    shown: FlaskClient, content: Content
) -> None:
    page = (content.folder / "seiten/danke.md").read_text()
    content.write("seiten/werkzeuge/kundenkonzentration.md", page)
    for address in ("/", "/werkzeuge/kundenkonzentration/", "/_redaktion/", "/gibt-es-nicht/"):
        answer = shown.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "connect-src 'self'" in policy
        assert "connect-src 'none'" not in answer.text
        assert not re.search(r"<style|\sstyle=|<script>|\son\w+=", answer.text), address


def test_what_the_preview_adds_is_in_no_other_application(content: Content, tmp_path: Path) -> None:
    content.article("fertig")
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    for role in (Role.FREEZE, Role.SERVICE):
        app = create_app(settings, role=role)
        own = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/_")}
        assert own <= {"/_headers", "/_redirects"}
        assert not [url for url in services(app).assets.addresses if "preview" in url]
    html = create_app(settings, role=Role.FREEZE).test_client().get("/artikel/fertig/").text
    assert "_redaktion" not in html
    assert "not-public" not in html


def test_nothing_of_the_preview_is_in_the_build(build: Path) -> None:
    files = [path for path in build.rglob("*") if path.is_file()]
    words = (b"_redaktion", b"not-public", b"preview-panel", b'name="vorschau"')
    assert len(files) > 50
    assert [path for path in files for word in words if word in path.read_bytes()] == []
    assert not [path for path in files if "redaktion" in path.as_posix()]


def test_where_the_system_reports_no_changes_the_preview_looks_by_itself(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_folders: Path, **_options: object) -> None:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(preview, "watch", refuse)
    monkeypatch.setattr(preview, "LOOK_AGAIN", 0.01)
    reports = preview.reports(preview_state(app).watch.folders)
    assert [next(reports) for _ in range(3)] == [set()] * 3


def test_every_component_is_on_one_page(shown: FlaskClient) -> None:
    answer = shown.get("/_komponenten/")
    assert answer.status_code == 200
    sheets = {path.stem for path in (ROOT / "static/css").glob("*/*.css")}
    blocks = {
        name for names in re.findall(r'class="([^"]*)"', answer.text) for name in names.split()
    }
    columns_of_a_page = {"start", "short-page"}
    assert sheets - blocks == columns_of_a_page


def test_the_form_works_in_the_preview(shown: FlaskClient) -> None:
    assert 'action="/anfrage"' in shown.get("/kontakt/").text
    sent = shown.post("/anfrage", data={"message": ""}, headers={"Sec-Fetch-Site": "same-origin"})
    assert sent.status_code == 422
