"""One's own account: what one signs in by, and where one is signed in; and the invitation to it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

import pyotp
import pytest
from click.testing import Result
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from time_machine import travel
from werkzeug.routing import Rule

from support.inbox import ask
from support.staff import (
    PASSWORD,
    account,
    accounts,
    browser,
    is_in,
    secret_shown,
    sign_in,
    signed_in,
)
from website.infra.clock import now
from website.leads.models import LeadStatus
from website.leads.workflow import LeadChange
from website.staff.access import Audience, StaffRole
from website.staff.accounts.models import Staff
from website.staff.accounts.sessions import FRESH
from website.web.services import services

KONTO = "/posteingang/konto/"
NEW = "acht Kraniche über Ulm"
EXPECTED = {
    "staff.sign_in": Audience.ANYBODY,
    "staff.check_password": Audience.ANYBODY,
    "staff.code": Audience.ANYBODY,
    "staff.check_code": Audience.ANYBODY,
    "staff.ask_passkey": Audience.ANYBODY,
    "staff.check_passkey": Audience.ANYBODY,
    "staff.invitation": Audience.ANYBODY,
    "staff.accept": Audience.ANYBODY,
    "staff.sign_out": Audience.SIGNED_IN,
    "staff.account": Audience.SIGNED_IN,
    "staff.change_password": Audience.SIGNED_IN,
    "staff.new_app": Audience.SIGNED_IN,
    "staff.app": Audience.SIGNED_IN,
    "staff.confirm_app": Audience.SIGNED_IN,
    "staff.remove_app": Audience.SIGNED_IN,
    "staff.new_codes": Audience.SIGNED_IN,
    "staff.offer_passkey": Audience.SIGNED_IN,
    "staff.add_passkey": Audience.SIGNED_IN,
    "staff.remove_passkey": Audience.SIGNED_IN,
    "staff.end_session": Audience.SIGNED_IN,
    "staff.end_others": Audience.SIGNED_IN,
}
"""Whom each page serves. A new one must be named here, or the tests fail."""

FRESH_ONLY = {
    "staff.change_password", "staff.new_app", "staff.app", "staff.confirm_app", "staff.remove_app",
    "staff.new_codes", "staff.offer_passkey", "staff.add_passkey", "staff.remove_passkey",
}  # fmt: skip


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["staff", *words])


def rules(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff."):
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            yield rule, method, re.sub(r"<[^>]+>", "1", rule.rule)


def again(app: Flask, staff: Staff) -> Staff:
    found = accounts(app).directory.get(staff.id)
    assert found is not None
    return found


def everything_held(app: Flask, client: FlaskClient) -> str:
    """Read a browser's cookie as anybody can who gets hold of it."""
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="localhost", path="/")
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert kept is not None
    assert signer is not None
    return str(signer.loads(kept.value))


def test_every_page_says_whom_it_serves(app: Flask) -> None:
    found = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "required_action", None)
        for rule, _, _ in rules(app)
    }
    assert found == EXPECTED


def test_nobody_signed_out_sees_or_changes_an_account(app: Flask, anna: Staff) -> None:
    accounts(app).sessions.open(anna, "Firefox")
    for rule, method, path in rules(app):
        if EXPECTED[rule.endpoint] is Audience.SIGNED_IN:
            response = browser(app).open(path, method=method)
            assert response.status_code == (303 if method == "GET" else 403), path
            assert anna.email not in response.text
    assert len(accounts(app).sessions.of(anna.id)) == 1


def test_no_foreign_page_changes_an_account(app: Flask, anna: Staff) -> None:
    client = signed_in(app, anna)
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    for _, method, path in rules(app):
        if method == "POST":
            assert client.post(path).status_code == 403, path


def test_what_one_signs_in_by_is_changed_only_just_after_signing_in(
    app: Flask, anna: Staff
) -> None:
    client = signed_in(app, anna)
    with travel(now() + FRESH + datetime.timedelta(seconds=1)):
        page = client.get(KONTO)
        assert "Noch einmal anmelden" in page.text
        assert "Passwort ändern" not in page.text
        for rule, method, path in rules(app):
            if rule.endpoint in FRESH_ONLY:
                to = client.open(path, method=method).headers["Location"]
                assert to == f"/posteingang/anmelden?next={KONTO}", path
    assert again(app, anna).password is None


@pytest.mark.slow
def test_a_new_password_signs_out_everywhere_else(app: Flask, with_password: Staff) -> None:
    here, there = signed_in(app, with_password), signed_in(app, with_password)
    refused = here.post(f"{KONTO}passwort", data={"password": "kurz"})
    assert refused.status_code == 422
    assert "mindestens 12 Zeichen" in refused.text
    assert is_in(there)
    assert here.post(f"{KONTO}passwort", data={"password": NEW}).status_code == 303
    assert "Ihr Passwort ist geändert" in here.get(KONTO).text
    assert not is_in(there)
    assert sign_in(browser(app), with_password.email, PASSWORD).status_code == 422
    assert sign_in(browser(app), with_password.email, NEW).status_code == 303


def test_an_app_is_asked_for_once_it_has_shown_a_right_code(app: Flask, anna: Staff) -> None:
    client = signed_in(app, anna)
    assert client.get(f"{KONTO}app").headers["Location"] == KONTO
    page = client.post(f"{KONTO}app/neu", follow_redirects=True)
    secret = secret_shown(page.text)
    assert "<svg" in page.text
    assert secret not in everything_held(app, client), "the cookie can be read by whoever has it"
    assert " style=" not in page.text
    assert client.post(f"{KONTO}app", data={"code": "000000"}).status_code == 422
    assert again(app, anna).totp_secret is None
    shown = client.post(f"{KONTO}app", data={"code": pyotp.TOTP(secret).at(now())})
    codes = re.findall(r"<li><code class=\"secret\">([a-z2-9-]{14})</code>", shown.text)
    assert len(set(codes)) == 10
    staff = again(app, anna)
    assert staff.totp_secret
    assert "sind noch 10 übrig" in client.get(KONTO).text
    assert accounts(app).codes.accepts(staff, codes[0], now())
    client.post(f"{KONTO}codes")
    assert not accounts(app).codes.accepts(staff, codes[1], now())
    client.post(f"{KONTO}app/entfernen")
    assert (again(app, anna).totp_secret, again(app, anna).recovery_codes) == (None, [])


def test_one_sees_and_ends_where_one_is_signed_in_and_nobody_else_is(
    app: Flask, anna: Staff
) -> None:
    bernd = account(app, StaffRole.SALES, name="Bernd Holm")
    here, there, his = (signed_in(app, staff) for staff in (anna, anna, bernd))
    theirs = accounts(app).sessions.of(bernd.id)[0]
    here.post(f"{KONTO}anmeldungen/{theirs.id}/beenden")
    assert is_in(his)
    assert here.get(KONTO).text.count("Firefox unter Linux</strong>") == 2
    here.post(f"{KONTO}anmeldungen/beenden")
    assert is_in(here)
    assert not is_in(there)
    assert is_in(his)


@pytest.mark.parametrize(
    "answer",
    ["", "[]", "{}", "null", "x", '{"id": 5}', '{"id": "AAAA", "response": []}', "[" * 19_000],
)
def test_what_is_no_answer_of_a_passkey_opens_nothing(app: Flask, anna: Staff, answer: str) -> None:
    client = browser(app)
    assert client.post("/posteingang/anmelden/passkey/frage").get_json()["rpId"] == "localhost"
    sent = {"answer": answer, "next": "/posteingang/export/"}
    response = client.post("/posteingang/anmelden/passkey", data=sent)
    assert response.headers["Location"] == "/posteingang/anmelden?next=/posteingang/export/"
    assert not is_in(client)
    insider = signed_in(app, anna)
    insider.post(f"{KONTO}passkeys/frage")
    response = insider.post(f"{KONTO}passkeys", data={"answer": answer, "name": "x"})
    assert response.headers["Location"] == KONTO
    assert accounts(app).passkeys.of(anna.id) == []


def test_a_site_without_a_name_says_that_it_has_no_passkeys(make: Callable[..., Flask]) -> None:
    app = make(base_url="https://203.0.113.7")
    staff = account(app, StaffRole.SALES)
    client = signed_in(app, staff)
    assert "Passkeys brauchen eine Domain" in client.get(KONTO).text
    assert "Passkey" not in client.get("/posteingang/anmelden").text
    assert client.post("/posteingang/anmelden/passkey/frage").status_code == 404


# Commands and invitations


def test_an_account_is_made_by_a_command_and_opened_by_its_link_once(
    app: Flask, run: Callable[..., Result]
) -> None:
    told = run("add", "Carla@firma.example", "Carla Dorn", "--role", "sales").output
    link = re.search(r"http://127\.0\.0\.1:8000(/posteingang/einladung/\S+)", told)
    assert link is not None
    assert "carla@firma.example  Carla Dorn  sales  invited" in run("list").output
    client = browser(app)
    assert "Guten Tag, Carla Dorn" in client.get(link[1]).text
    assert client.post(link[1], data={"password": "Carla Dorn 123"}).status_code == 422
    response = client.post(link[1], data={"password": PASSWORD})
    assert response.headers["Location"] == "/posteingang/anmelden"
    for method in ("GET", "POST"):
        used = browser(app).open(link[1], method=method, data={"password": NEW})
        assert used.status_code == 410
        assert "gilt nicht mehr" in used.text
    assert sign_in(client, "carla@firma.example", PASSWORD).status_code == 303


def test_commands_disable_enable_reset_and_give_roles(
    app: Flask, with_password: Staff, run: Callable[..., Result]
) -> None:
    email, client = with_password.email, signed_in(app, with_password)
    run("disable", email)
    assert not is_in(client)
    assert "disabled" in run("list").output
    run("enable", email)
    assert sign_in(browser(app), email, PASSWORD).status_code == 303
    run("roles", email, "--role", "operator", "--role", "sales", "--role", "sales")
    assert again(app, with_password).roles == ["operator", "sales"]
    assert "/posteingang/einladung/" in run("reset", email).output
    assert sign_in(browser(app), email, PASSWORD).status_code == 422


@pytest.mark.parametrize("command", [("disable",), ("roles", "--role", "operator")])
def test_requests_of_whoever_leaves_are_told_so_that_others_take_them(
    app: Flask, with_password: Staff, run: Callable[..., Result], command: tuple[str, ...]
) -> None:
    numbers = [ask(app) for _ in range(3)]
    workflow = services(app).leads.workflow
    assert "still open" not in run(*command, with_password.email).output
    workflow.change(numbers, LeadChange(owner_id=with_password.id), actor="x")
    workflow.change(numbers[:1], LeadChange(status=LeadStatus.WON), actor="x")
    told = run(*command, with_password.email).output
    path = f"/posteingang/anfragen/?stand=offen&zustaendig={with_password.id}"
    assert "2 requests that are still open belong to this account" in told
    assert f"http://127.0.0.1:8000{path}" in told


def test_commands_say_what_to_do_instead(run: Callable[..., Result]) -> None:
    assert "'staff list' shows them" in run("disable", "niemand@firma.example").output
    run("add", "f@firma.example", "F", "--role", "sales")
    twice = run("add", "F@firma.example", "F", "--role", "sales")
    assert twice.exit_code == 1
    assert "'staff reset' makes a new invitation" in twice.output
    assert "no mail address" in run("add", "f", "F", "--role", "sales").output
    assert "The name is empty." in run("add", "f@example.org", " ", "--role", "sales").output
    assert run("add", "g@firma.example", "G", "--role", "chef").exit_code == 2
