"""Who may see and do what in the inbox: every page of it, for every role, and for nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select
from werkzeug.routing import Rule

from support import staff
from support.applications import real_content
from support.inbox import InboxClient, ask
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.leads.models import Event, Lead
from website.staff import access
from website.staff.access import ALLOWED, Action, StaffRole
from website.web.services import services

COMPANY = "Geheime Werke"
EVERYBODY = [(), *((role,) for role in StaffRole)]

EXPECTED = {
    "inbox.today": Action.READ,
    "inbox.requests": Action.READ,
    "inbox.one": Action.READ,
    "inbox.figures": Action.READ,
    "inbox.change_several": Action.CHANGE,
    "inbox.save": Action.CHANGE,
    "inbox.note": Action.CHANGE,
    "inbox.answered": Action.CHANGE,
    "inbox.not_answered": Action.CHANGE,
    "inbox.send_again": Action.SEND_AGAIN,
    "inbox.new_lead": Action.CHANGE,
    "inbox.enter_lead": Action.CHANGE,
    "inbox.delete_spam": Action.RELEASE,
    "inbox.quarantine": Action.RELEASE,
    "inbox.release": Action.RELEASE,
    "inbox.release_several": Action.RELEASE,
    "inbox.export": Action.EXPORT,
    "inbox.download": Action.EXPORT,
    "inbox.privacy": Action.PRIVACY,
    "inbox.find": Action.PRIVACY,
    "inbox.tell": Action.PRIVACY,
    "inbox.erase": Action.PRIVACY,
    "inbox.health": Action.SEE_HEALTH,
    "inbox.send_now": Action.SEE_HEALTH,
}
"""What each page is for. A new one must be named here, or the tests fail."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Yield one for all roles and pages: none of them changes it."""
    folder = migrated(tmp_path_factory.mktemp("instance"))
    app = create_app(Settings(instance_dir=folder), before=real_content())
    yield app
    services(app).leads.close()


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("inbox."):
            yield rule, "POST" if "POST" in (rule.methods or ()) else "GET"


def state(app: Flask) -> tuple[Any, ...]:
    """Return all that a page of the inbox could change."""
    with services(app).leads.database.reading() as session:
        leads = session.execute(select(Lead.id, Lead.version, Lead.quarantined)).all()
        return (*leads, session.scalar(select(func.count(Event.id))))


def test_every_page_names_what_it_is_for(app: Flask) -> None:
    found = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "required_action", None)
        for rule, _ in rules(app)
    }
    assert found == EXPECTED


@pytest.mark.parametrize("roles", EVERYBODY, ids=lambda roles: "-".join(roles) or "nobody")
@pytest.mark.parametrize("endpoint", EXPECTED)
def test_nobody_sees_or_changes_what_the_role_does_not_allow(
    app: Flask, sign_in: Callable[..., InboxClient], endpoint: str, roles: tuple[StaffRole, ...]
) -> None:
    number = ask(app, company=COMPANY)
    ((rule, method),) = [found for found in rules(app) if found[0].endpoint == endpoint]
    path = re.sub(r"<[^>]+>", number, rule.rule)
    before = state(app)
    response = sign_in(*roles).client.open(path, method=method)
    if any(EXPECTED[endpoint] in ALLOWED[role] for role in roles):
        assert response.status_code not in {403, 401, 500}
        assert "anmelden" not in response.headers.get("Location", "")
        return
    assert response.status_code == (303 if method == "GET" and not roles else 403)
    assert COMPANY not in response.text
    assert number not in response.text or not roles
    assert state(app) == before
    if response.status_code == 303:
        assert response.headers["Location"].startswith("/posteingang/anmelden")


def test_operators_see_that_something_fails_but_no_word_of_it(
    app: Flask, sign_in: Callable[..., InboxClient]
) -> None:
    ask(app, company=COMPANY)
    page = sign_in(StaffRole.OPERATOR).client.get("/posteingang/betrieb/")
    assert page.status_code == 200
    assert COMPANY not in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize("endpoint", [name for name in EXPECTED if name != "inbox.today"])
def test_what_a_foreign_page_sends_changes_nothing(
    app: Flask, sign_in: Callable[..., InboxClient], endpoint: str, headers: dict[str, str]
) -> None:
    ((rule, method),) = [found for found in rules(app) if found[0].endpoint == endpoint]
    if method == "GET":
        return
    number = ask(app)
    inbox = sign_in(StaffRole.LEAD_ADMIN)
    inbox.client.environ_base.pop("HTTP_SEC_FETCH_SITE")
    before = state(app)
    response = inbox.client.post(re.sub(r"<[^>]+>", number, rule.rule), headers=headers)
    assert response.status_code == 403
    assert state(app) == before


@pytest.mark.slow
def test_no_page_that_is_only_looked_at_changes_anything(
    app: Flask, sign_in: Callable[..., InboxClient]
) -> None:
    number = ask(app)
    before = state(app)
    for rule, method in rules(app):
        if method == "GET":
            path = re.sub(r"<[^>]+>", number, rule.rule)
            assert sign_in(StaffRole.LEAD_ADMIN).client.get(path).status_code == 200
    assert state(app) == before


def test_who_was_signed_out_meanwhile_is_told_so_and_signs_in_on_the_same_page(
    app: Flask, sign_in: Callable[..., InboxClient]
) -> None:
    number = ask(app)
    path = f"/posteingang/anfragen/{number}/notiz"
    response = sign_in().client.post(path, data={"text": "Ruft morgen an"})
    assert response.status_code == 403
    assert "nicht mehr angemeldet" in response.text
    assert html.document_fromstring(response.text).cssselect("main form input[name=password]")


def test_a_page_that_does_not_say_whom_it_serves_serves_nobody(tmp_path: Path) -> None:
    blueprint = access.StaffBlueprint("forgotten", "/posteingang")
    blueprint.get("/vergessen")(lambda: "secret")
    app = create_app(Settings(instance_dir=migrated(tmp_path)))
    app.register_blueprint(blueprint)
    response = staff.browser(app).get("/posteingang/vergessen")
    assert response.status_code == 500
    assert "secret" not in response.text
    services(app).leads.close()


def test_nobody_keeps_a_copy_of_what_staff_see(sign_in: Callable[..., InboxClient]) -> None:
    response = sign_in(StaffRole.SALES).client.get("/posteingang/")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_who_is_signed_out_comes_back_to_where_they_wanted_to_go(
    app: Flask, sign_in: Callable[..., InboxClient]
) -> None:
    number = ask(app)
    response = sign_in().client.get(f"/posteingang/anfragen/{number}?x=1")
    assert response.status_code == 303
    wanted = f"next=%2Fposteingang%2Fanfragen%2F{number}%3Fx%3D1"
    assert response.headers["Location"] == f"/posteingang/anmelden?{wanted}"
