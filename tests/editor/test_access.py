"""Who may see and do what in the editor: every page of it, for every role, and for nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from support.content import Content
from support.editor import Writer, answer
from website.editor.blueprint import editor_state
from website.editorial.models import EditorialEvent, TextVersion
from website.staff.access import ALLOWED, Action, Audience, StaffRole
from website.web.services import services

UNFILLED = {
    "editor.publication",
    "editor.guide_picture",
    "editor.image",
    "editor.shared",
    "editor.shared_image",
    "editor.image_page",
    "editor.thumbnail",
}
"""Pages of something that there is not in these tests."""
HIDDEN = "Geheime Beschreibung"
EVERYBODY = [(), *((role,) for role in StaffRole)]

EXPECTED = {
    "editor.texts": Action.EDIT,
    "editor.open_file": Action.EDIT,
    "editor.save_file": Action.EDIT,
    "editor.save_draft": Action.EDIT,
    "editor.confirm_discard": Action.EDIT,
    "editor.discard": Action.EDIT,
    "editor.new_text": Action.EDIT,
    "editor.create_text": Action.EDIT,
    "editor.preview": Action.EDIT,
    "editor.findings": Action.EDIT,
    "editor.image": Action.EDIT,
    "editor.link_targets": Action.EDIT,
    "editor.images": Action.EDIT,
    "editor.image_choice": Action.EDIT,
    "editor.new_image": Action.EDIT,
    "editor.upload_image": Action.EDIT,
    "editor.image_page": Action.EDIT,
    "editor.save_rights": Action.EDIT,
    "editor.replace_image": Action.EDIT,
    "editor.delete_image": Action.EDIT,
    "editor.thumbnail": Action.EDIT,
    "editor.external_links": Action.EDIT,
    "editor.check_links": Action.EDIT,
    "editor.check_link": Action.EDIT,
    "editor.guide": Action.EDIT,
    "editor.guide_picture": Action.EDIT,
    "editor.history": Action.EDIT,
    "editor.version": Action.EDIT,
    "editor.restore": Action.EDIT,
    "editor.facts": Action.EDIT,
    "editor.publications": Action.EDIT,
    "editor.publication": Action.EDIT,
    "editor.take_back": Action.PUBLISH,
    "editor.planning": Action.EDIT,
    "editor.sharing": Action.EDIT,
    "editor.share": Action.EDIT,
    "editor.revoke": Action.EDIT,
    "editor.shared": Audience.ANYBODY,
    "editor.shared_image": Audience.ANYBODY,
    "editor.address": Action.PUBLISH,
    "editor.rename": Action.PUBLISH,
    "editor.delete": Action.PUBLISH,
    "editor.replacing": Action.PUBLISH,
    "editor.replace": Action.PUBLISH,
}
"""What each page is for. A new one must be named here, or the tests fail."""
FOR_A_TEXT = {"editor.link_targets", "editor.image_choice"}
"""What the script of a text's page asks."""


FILES = ("artikel/ein-artikel.md", "website.toml", "en/oberflaeche.po")
"""One file of each kind that is edited."""
WITHOUT_PREVIEW = "en/oberflaeche.po/vorschau"


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("editor."):
            for method in {"GET", "POST"} & (rule.methods or set()):
                yield rule, method


def state(app: Flask) -> tuple[Any, ...]:
    """Return all that a page of the editor could change."""
    with services(app).leads.database.reading() as session:
        versions = session.query(TextVersion).count()
        return versions, session.query(EditorialEvent).count(), len(editor_state(app).copies.all())


def paths_of(app: Flask, rule: Rule) -> Iterator[str]:
    filled = rule.rule.replace("<path:name>", "artikel/ein-artikel")
    filled = filled.replace("<row:number>", "1")
    if "<commit>" in filled:
        filled = filled.replace("<commit>", editor_state(app).repository.main)
    for file in FILES if "<file:file>" in filled else FILES[:1]:
        yield re.sub(r"<[^>]+>", "x", re.sub("<(file|text):file>", file, filled))


def test_every_page_names_what_it_is_for(app: Flask) -> None:
    found = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "required_action", None)
        for rule, _ in rules(app)
    }
    assert found == EXPECTED


@pytest.mark.parametrize("roles", EVERYBODY, ids=lambda roles: "-".join(roles) or "nobody")
def test_nobody_sees_or_changes_what_the_role_does_not_allow(
    app: Flask, erik: Writer, sign_in: Callable[..., Writer], roles: tuple[StaffRole, ...]
) -> None:
    erik.save("artikel/ein-artikel", description=HIDDEN)
    client = sign_in(*roles).client
    before = state(app)
    for rule, method in rules(app):
        action = EXPECTED[rule.endpoint]
        if any(action in ALLOWED[role] for role in roles):
            continue
        # Who has a link may open what it leads to; nobody has one here.
        refused = 303 if method == "GET" and not roles else 403
        refused = 404 if action is Audience.ANYBODY else refused
        for path in paths_of(app, rule):
            response = client.open(path, method=method)
            assert response.status_code == refused, path
            assert HIDDEN not in response.text
    assert state(app) == before


@pytest.mark.slow
def test_no_page_that_is_only_looked_at_changes_anything(
    app: Flask, content: Content, carla: Writer
) -> None:
    content.edition()
    carla.save("artikel/ein-artikel", description=HIDDEN)
    before = state(app)
    for rule, method in rules(app):
        if method == "GET" and rule.endpoint not in UNFILLED:
            query = "?von=artikel/ein-artikel" if rule.endpoint in FOR_A_TEXT else ""
            for path in paths_of(app, rule):
                expected = 404 if path.endswith(WITHOUT_PREVIEW) else 200
                assert carla.client.get(path + query).status_code == expected, path
    assert state(app) == before


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}]
)
def test_what_a_foreign_page_sends_changes_nothing(
    app: Flask, carla: Writer, headers: dict[str, str]
) -> None:
    carla.client.environ_base.pop("HTTP_SEC_FETCH_SITE")
    before = state(app)
    for rule, method in rules(app):
        if method == "POST":
            for path in paths_of(app, rule):
                response = carla.client.post(path, headers=headers)
                assert response.status_code == 403, path
    assert state(app) == before


def test_who_may_do_both_finds_the_way_between_inbox_and_editor(
    sign_in: Callable[..., Writer],
) -> None:
    both = sign_in(StaffRole.SALES, StaffRole.EDITOR)
    assert 'href="/posteingang/"' in both.client.get("/redaktion/").text
    assert 'href="/redaktion/"' in both.client.get("/posteingang/").text
    one = sign_in(StaffRole.EDITOR)
    assert "Posteingang</a></li>" not in one.client.get("/redaktion/").text


def test_an_error_page_of_the_editor_stays_in_the_editor(erik: Writer) -> None:
    for path, advice in (
        ("/texte/artikel/fehlt.md", "Suchen Sie es unter „Texte“"),
        ("/x", "Suchen"),
    ):
        response = erik.client.get(f"/redaktion{path}")
        assert response.status_code == 404
        assert advice in response.text
        assert "Anfrage etwa" not in response.text
        page = answer(response)
        assert page.cssselect(".inbox-header__section")[0].text == "Redaktion"
        assert page.cssselect("main a")[-1].get("href") == "/redaktion/"


def test_who_only_writes_finds_the_editor_from_their_account(erik: Writer) -> None:
    page = erik.client.get("/posteingang/konto/")
    assert page.status_code == 200
    assert 'href="/redaktion/"' in page.text


@pytest.mark.parametrize(
    "name", ["artikel/gibt-es-nicht", "artikel/../website", "website", "..%2f..%2fetc/passwd", "x"]
)
def test_nothing_but_texts_is_served(carla: Writer, name: str) -> None:
    assert carla.client.get(f"/redaktion/texte/{name}.md").status_code == 404
