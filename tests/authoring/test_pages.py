"""Pages have drafts, too; and those with which the form answers can be looked at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from support.builds import Checkout
from support.content import Content
from support.sqlite import migrated
from website import create_app
from website.config import Role, Settings
from website.content import library_problems
from website.content.kinds import required_pages

PAGE = "---\ntitle: Über uns\ndescription: Wer wir sind.\nupdated: 2026-11-02\n{}---\n\nText.\n"


@pytest.fixture
def shown(content: Content, tmp_path: Path) -> FlaskClient:
    content.article("a")
    settings = Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    return create_app(settings, role=Role.PREVIEW).test_client()


@pytest.mark.slow
@pytest.mark.parametrize(("status", "mark"), [("draft", "Entwurf"), ("review", "In Prüfung")])
def test_a_page_in_progress_is_shown_to_authors_only(
    content: Content, shown: FlaskClient, tmp_path: Path, status: str, mark: str
) -> None:
    content.write("seiten/ueber-uns.md", PAGE.format(f"status: {status}\n"))
    html = shown.get("/ueber-uns/").text
    assert f'<span class="not-public">{mark}</span>' in html
    assert "Text." in html
    Checkout.copied(tmp_path, content.folder).build(tmp_path / "build")
    assert not (tmp_path / "build/ueber-uns").exists()
    for file in (tmp_path / "build").rglob("*"):
        assert not file.is_file() or b"ueber-uns" not in file.read_bytes(), file


@pytest.mark.parametrize("line", ["", "status: published\n"])
def test_a_page_without_a_status_is_published(
    content: Content, shown: FlaskClient, line: str
) -> None:
    content.write("seiten/ueber-uns.md", PAGE.format(line))
    assert "not-public" not in shown.get("/ueber-uns/").text
    assert "ueber-uns" in content.load().pages
    assert content.problems() == []


def test_problems_of_a_page_in_progress_stop_nobody(content: Content) -> None:
    content.write("seiten/neu.md", PAGE.format("status: draft\nlaed: x\n") + "[x](fehlt.md)")
    problems = library_problems.every(content.load())
    assert {problem.line for problem in problems} == {6, 10}
    assert not any(problem.blocks for problem in problems)
    content.write("seiten/neu.md", PAGE.format("status: entwurf\n"))
    assert [problem.blocks for problem in library_problems.every(content.load())] == [True]


@pytest.mark.parametrize("name", required_pages())
def test_a_page_that_the_site_needs_is_no_draft(content: Content, name: str) -> None:
    text = (content.folder / f"seiten/{name}.md").read_text()
    content.write(f"seiten/{name}.md", text.replace("\n---\n", "\nstatus: draft\n---\n"))
    library = content.load()
    ((problem),) = library_problems.every(library)
    assert (problem.path, problem.line) == (f"content/seiten/{name}.md", 5)
    assert problem.blocks
    assert "Löschen Sie die Zeile „status“" in problem.message
    assert name in library.pages


def test_what_leads_to_a_page_in_progress_is_told_with_its_remedy(content: Content) -> None:
    content.write("seiten/ueber-uns.md", PAGE.format("status: draft\n"))
    site = (content.folder / "website.toml").read_text()
    content.write("website.toml", site.replace('to = "/kontakt/"', 'to = "/ueber-uns/"'))
    body = "[x](../seiten/ueber-uns.md) [y](/ueber-uns/)\n"
    content.article("a", text=content.article("a").read_text() + body)
    links = library_problems.every(content.load())
    assert [(p.path, p.line) for p in links] == [
        ("content/artikel/a.md", 10), ("content/artikel/a.md", 10), ("content/website.toml", 8)
    ]  # fmt: skip
    assert "meint eine unveröffentlichte Seite" in links[1].message + links[0].message
    assert "content/seiten/ueber-uns.md. Veröffentlichen Sie es zuerst" in links[2].message
    content.write("seiten/ueber-uns.md", PAGE.format(""))
    assert content.problems() == []


def test_a_tool_in_progress_is_offered_nowhere(content: Content) -> None:
    text = PAGE.format("status: draft\n")
    content.write("seiten/werkzeuge/kundenkonzentration.md", text)
    article = content.article("a", tools="[kundenkonzentration]")
    library = content.load()
    assert library.tools == ()
    assert article
    assert content.load(with_unpublished=True).tools != ()


@pytest.mark.parametrize(
    ("address", "file", "pieces"),
    [
        ("/danke/", "seiten/danke.md", ("ABCD-2345", "Nummer Ihrer Anfrage")),
        ("/bestaetigen/", "seiten/bestaetigen.md", ("Anfrage bestätigen", "Ihre Angaben")),
    ],
)
def test_the_answers_of_the_form_can_be_looked_at_and_are_reread(
    content: Content, shown: FlaskClient, address: str, file: str, pieces: tuple[str, ...]
) -> None:
    content.write(file, PAGE.format("").replace("Text.", "Wir melden uns bald."))
    html = shown.get(address).text
    for piece in (*pieces, "Wir melden uns bald.", f"content/{file}"):
        assert piece in html, piece
    content.write(file, PAGE.format("").replace("Text.", "Und zwar schnell."))
    assert "Und zwar schnell." in shown.get(address).text
    content.write(file, "---\ntitle: A: B\n---\n")
    assert "Zeile 2" in shown.get(address).text


def test_the_answers_of_the_form_are_shown_in_the_language_of_the_edition(
    content: Content, shown: FlaskClient
) -> None:
    content.edition()
    weekday = re.compile("(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
    assert not weekday.search(shown.get("/danke/").text)
    assert weekday.search(shown.get("/en/danke/").text)


@pytest.mark.slow
def test_the_answers_of_the_form_are_in_no_build(content: Content, tmp_path: Path) -> None:
    content.article("a")
    Checkout.copied(tmp_path, content.folder).build(tmp_path / "build")
    assert not (tmp_path / "build/danke").exists()
    assert not (tmp_path / "build/bestaetigen").exists()
