"""Signing in and out: who gets in, who does not, and what an attacker may try."""

from __future__ import annotations

import datetime
import ipaddress
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies
from lxml import html
from sqlalchemy import update
from time_machine import travel

from support.staff import (
    PASSWORD,
    account,
    accounts,
    browser,
    cookie,
    is_in,
    sign_in,
    signed_in,
)
from website.infra.clock import now
from website.staff import access
from website.staff.access import StaffRole
from website.staff.accounts import passwords
from website.staff.accounts.directory import normal_form
from website.staff.accounts.login_throttle import OF_AN_ACCOUNT, WINDOW
from website.staff.accounts.models import Staff, StaffSession
from website.staff.accounts.sessions import IDLE, LONGEST
from website.staff.views.sign_in import HALF_VALID, WRONG
from website.web.services import services

SIGN_IN = "/posteingang/anmelden"
ELSEWHERE = [
    "https://evil.example/posteingang/",
    "//evil.example/posteingang/",
    "/\\evil.example/posteingang/",
    "/posteingang/\\..\\..\\/evil.example",
    "/posteingang//evil.example",
    "/posteingang/../kontakt/",
    "/posteingang/%2e%2e/kontakt/",
    "/posteingang/\t/evil.example",
    " /posteingang/",
    "javascript:alert(1)",
    "/kontakt/",
    "/posteingangx/",
    "/posteingang/anmelden",
    "",
]


def test_who_knows_the_password_goes_where_they_wanted_to_go(
    app: Flask, with_password: Staff
) -> None:
    client = browser(app)
    wanted = "/posteingang/anfragen/IP-1?x=1"
    response = sign_in(client, with_password.email.upper(), PASSWORD, next=wanted)
    assert (response.status_code, response.headers["Location"]) == (303, wanted)
    assert is_in(client)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("berta@firma.example", "falsch"),
        ("niemand@firma.example", PASSWORD),
        ("berta@firma.example", PASSWORD.upper()),
        ("x" * 240 + "@firma.example", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
    ],
)
def test_what_is_wrong_is_not_told_and_the_address_is_kept(
    app: Flask, with_password: Staff, email: str, password: str
) -> None:
    assert with_password.password
    client = browser(app)
    response = sign_in(client, email, password)
    assert response.status_code == 422
    assert WRONG in response.text
    assert f'value="{email}"' in response.text or "&#39;" in response.text
    assert not is_in(client)


def test_what_is_left_empty_is_asked_for(app: Flask) -> None:
    response = sign_in(browser(app), "", "")
    assert response.status_code == 422
    assert "Bitte geben Sie Ihre E-Mail-Adresse ein" in response.text
    assert "Bitte geben Sie Ihr Passwort ein" in response.text


@pytest.mark.slow
def test_an_account_without_password_or_disabled_opens_to_nobody(app: Flask) -> None:
    account(app, StaffRole.SALES, email="neu@firma.example")
    out = account(app, StaffRole.SALES, email="weg@firma.example", password=PASSWORD)
    accounts(app).directory.set_active(out.id, active=False)
    for email in ("neu@firma.example", "weg@firma.example"):
        for password in (PASSWORD, "None", " "):
            response = sign_in(browser(app), email, password)
            assert response.status_code == 422, (email, password)


def test_operators_arrive_where_they_may_be(app: Flask) -> None:
    staff = account(app, StaffRole.OPERATOR, email="b@firma.example", password=PASSWORD)
    for address in ("", "/posteingang/"):
        response = sign_in(browser(app), staff.email, PASSWORD, next=address)
        assert response.headers["Location"] == "/posteingang/betrieb/", address


# Session fixation, login CSRF, open redirect, brute force


def test_a_cookie_that_was_planted_before_signing_in_opens_nothing_after(
    app: Flask, with_password: Staff
) -> None:
    attacker = account(app, StaffRole.OPERATOR)
    planted = cookie(app, attacker)
    victim = browser(app)
    victim.set_cookie("posteingang", planted, domain="localhost", path="/")
    assert sign_in(victim, with_password.email, PASSWORD).status_code == 303
    held = victim.get_cookie("posteingang", domain="localhost", path="/")
    assert held is not None
    assert held.value != planted
    thief = browser(app)
    thief.set_cookie("posteingang", planted, domain="localhost", path="/")
    assert not is_in(thief)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://partner.example"},
        {},
    ],
)
def test_no_foreign_page_signs_anybody_in(
    make: Callable[..., Flask], headers: dict[str, str]
) -> None:
    # Whose pages may send visitors' requests may not sign anybody in.
    app = make(allowed_origins=frozenset({"https://partner.example"}))
    staff = account(app, StaffRole.SALES, email="c@firma.example", password=PASSWORD)
    client = app.test_client()
    form = {"email": staff.email, "password": PASSWORD}
    response = client.post(SIGN_IN, data=form, headers=headers)
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers
    assert accounts(app).sessions.of(staff.id) == []


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_sign_in_leads_to_no_other_page(app: Flask, with_password: Staff, address: str) -> None:
    response = sign_in(browser(app), with_password.email, PASSWORD, next=address)
    assert response.headers["Location"] == "/posteingang/"
    shown = browser(app).get(SIGN_IN, query_string={"next": address})
    assert 'name="next" value=""' in shown.text


@settings(
    max_examples=2 * settings.default.max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rest=strategies.text(strategies.sampled_from("/\\.%2e:@?#\t\n abc"), max_size=12))
def test_what_counts_as_ours_stays_below_the_inbox(app: Flask, rest: str) -> None:
    with app.test_request_context("/posteingang/anmelden"):
        kept = access.local("/posteingang/" + rest)
    assert kept in {"", "/posteingang/" + rest}
    assert not kept.startswith("//")
    assert "\\" not in kept
    assert ".." not in kept.partition("?")[0].partition("#")[0].replace("%2e", ".").split("/")


@pytest.mark.slow
def test_guessing_passwords_ends_after_ten_attempts(app: Flask, with_password: Staff) -> None:
    start = now()
    with travel(start, tick=False):
        for _ in range(OF_AN_ACCOUNT):
            assert sign_in(browser(app), with_password.email, "falsch").status_code == 422
        response = sign_in(browser(app), with_password.email, PASSWORD)
        assert response.status_code == 429
        assert "zu viele Versuche" in response.text
    with travel(start + WINDOW + datetime.timedelta(seconds=1)):
        assert sign_in(browser(app), with_password.email, PASSWORD).status_code == 303


SPELLINGS = [
    "{}",
    " {} ",
    "Berta <{}>",
    "x <{}>",
    "mailto:{}",
    "{}.",
    "<{}>;",
    "a b c <{}>",
    "{}\u200b",
    "BERTA@firma.example",
    "berta @ firma.example",
    "berta\uff20firma.example",
]


@pytest.mark.slow
def test_however_an_address_is_spelt_its_account_is_closed_with_it(
    app: Flask, with_password: Staff
) -> None:
    found = accounts(app).directory
    email = with_password.email
    spelt = [spelling.format(email) for spelling in SPELLINGS]
    spelt = [one for one in spelt if (staff := found.find(one)) and staff.id == with_password.id]
    assert len(spelt) > 5
    for number in range(OF_AN_ACCOUNT):
        one = spelt[number % len(spelt)]
        assert sign_in(browser(app), one, "falsch").status_code == 422, one
    for one in spelt:
        response = sign_in(browser(app), one, PASSWORD)
        assert response.status_code == 429, one
        assert int(response.headers["Retry-After"]) == WINDOW.total_seconds()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=strategies.text(strategies.sampled_from('x <"mailto:.;,\t'), max_size=6),
    after=strategies.text(strategies.sampled_from("x >.;,\t\u00ad"), max_size=4),
)
def test_whatever_finds_an_account_is_counted_as_that_account(
    app: Flask, anna: Staff, before: str, after: str
) -> None:
    typed = f"{before}{anna.email}{after}"
    found = accounts(app).directory.find(typed)
    assert (found is not None) is (normal_form(typed) == anna.email)


def test_a_guesser_with_many_networks_of_ipv6_is_one_guesser(
    make: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.staff.accounts.login_throttle.OF_A_WIDER_NETWORK", 3)
    app = make()
    answers = []
    for number in range(4):
        client = browser(app)
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:7:{number:x}::1"
        answers.append(sign_in(client, f"{number}@firma.example", "falsch").status_code)
    assert answers == [422, 422, 422, 429]


def test_passkeys_that_are_right_do_not_use_up_the_tries_of_a_network(
    app: Flask, anna: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.staff.accounts.login_throttle.OF_A_NETWORK", 3)
    with monkeypatch.context() as patch:
        # What a browser made is taken for granted here; tests in a browser look at it.
        patch.setattr(accounts(app).passkeys, "prove", lambda *_: anna)
        for _ in range(6):
            client = browser(app)
            client.post(f"{SIGN_IN}/passkey", data={"answer": "{}"})
            assert is_in(client)
    for _ in range(4):
        client = browser(app)
        client.post(f"{SIGN_IN}/passkey", data={"answer": "{}"})
    assert "zu viele Versuche" in client.get(SIGN_IN).text


def test_whoever_sends_a_sender_that_is_none_through_a_proxy_is_limited(
    make: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.staff.accounts.login_throttle.OF_A_NETWORK", 2)
    app = make(trusted_proxies=(ipaddress.ip_network("10.0.0.0/8"),))
    answers = []
    for number in range(3):
        client = browser(app)
        client.environ_base |= {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": f"x{number}"}
        answers.append(sign_in(client, f"{number}@firma.example", "falsch").status_code)
    assert answers == [422, 422, 429]


@pytest.mark.slow
def test_when_too_many_sign_in_at_once_it_is_said_and_counts_as_no_attempt(
    app: Flask, with_password: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    with ThreadPoolExecutor(1) as busy, monkeypatch.context() as patch:
        busy.submit(go_on.wait, 30)
        patch.setattr(passwords, "_HASHING", busy)
        patch.setattr(passwords, "PATIENCE", 0.01)
        for email in (with_password.email, "niemand@firma.example") * OF_AN_ACCOUNT:
            response = sign_in(browser(app), email, PASSWORD)
            assert response.status_code == 503
            assert int(response.headers["Retry-After"]) > 0
            assert "melden sich viele gleichzeitig an" in response.text
        go_on.set()
    assert sign_in(browser(app), with_password.email, PASSWORD).status_code == 303


def test_who_was_signing_in_while_the_password_changed_is_sent_to_the_sign_in(
    app: Flask, with_password: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = accounts(app).directory
    right = passwords.matches

    def then_it_is_changed(kept: str | None, typed: str) -> bool:
        is_right = right(kept, typed)
        assert directory.set_password(with_password.id, "acht Kraniche", stamp=with_password.stamp)
        return is_right

    monkeypatch.setattr(passwords, "matches", then_it_is_changed)
    client = browser(app)
    response = sign_in(client, with_password.email, PASSWORD)
    assert response.headers["Location"] == SIGN_IN
    assert "Ihr Konto wurde gerade geändert" in client.get(SIGN_IN).text
    assert not is_in(client)
    assert accounts(app).sessions.of(with_password.id) == []


@pytest.mark.slow
def test_who_gets_in_has_all_attempts_again(app: Flask, with_password: Staff) -> None:
    for _ in range(2):
        for _ in range(OF_AN_ACCOUNT - 1):
            sign_in(browser(app), with_password.email, "falsch")
        assert sign_in(browser(app), with_password.email, PASSWORD).status_code == 303


def test_who_tries_in_vain_stands_in_no_log(
    app: Flask, with_password: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sign_in(browser(app), with_password.email, "falsches Geheimnis")
        sign_in(browser(app), with_password.email, PASSWORD)
    assert "has failed" in caplog.text
    assert f"account {with_password.id} has signed in" in caplog.text
    for secret in (with_password.email, "falsches Geheimnis", PASSWORD):
        assert secret not in caplog.text


# The second factor


def with_app(app: Flask, staff: Staff) -> pyotp.TOTP:
    codes, earlier = accounts(app).codes, now() - datetime.timedelta(minutes=1)
    secret = codes.new_secret()
    assert codes.set_up(staff, secret, pyotp.TOTP(secret).at(earlier), earlier)
    return pyotp.TOTP(secret)


def test_the_password_alone_does_not_open_an_account_with_an_app(
    app: Flask, with_password: Staff
) -> None:
    phone = with_app(app, with_password)
    client = browser(app)
    response = sign_in(client, with_password.email, PASSWORD, next="/posteingang/zahlen/")
    assert response.headers["Location"] == "/posteingang/anmelden/code"
    assert not is_in(client)
    assert client.post(f"{SIGN_IN}/code", data={"code": "000000"}).status_code == 422
    assert client.post(f"{SIGN_IN}/code", data={"code": ""}).status_code == 422
    code = phone.at(now())
    response = client.post(f"{SIGN_IN}/code", data={"code": code})
    assert (response.status_code, response.headers["Location"]) == (303, "/posteingang/zahlen/")
    assert is_in(client)
    sign_in(client, with_password.email, PASSWORD)
    assert client.post(f"{SIGN_IN}/code", data={"code": code}).status_code == 422


@pytest.mark.slow
def test_a_code_on_paper_stands_in_for_the_app(app: Flask, with_password: Staff) -> None:
    with_app(app, with_password)
    codes = accounts(app).codes.new_recovery_codes(accounts(app).directory.get(with_password.id))
    client = browser(app)
    sign_in(client, with_password.email, PASSWORD)
    assert client.post(f"{SIGN_IN}/code", data={"code": codes[0]}).status_code == 303
    assert is_in(client)
    sign_in(client, with_password.email, PASSWORD)
    again = client.post(f"{SIGN_IN}/code", data={"code": codes[0]})
    assert "oder einen anderen Wiederherstellungscode" in again.text
    assert "eine neue Einladung" in again.text, "for who has none left"
    fresh = accounts(app).directory.get(with_password.id)
    for code in codes[1:]:
        assert accounts(app).codes.accepts(fresh, code, now())
    assert client.post(f"{SIGN_IN}/code", data={"code": codes[1]}).status_code == 422
    assert "ist keiner mehr übrig" in signed_in(app, fresh).get("/posteingang/konto/").text


def test_a_code_is_asked_only_of_whom_gave_the_password_a_moment_ago(
    app: Flask, with_password: Staff
) -> None:
    phone = with_app(app, with_password)
    client = browser(app)
    assert client.get(f"{SIGN_IN}/code").headers["Location"] == SIGN_IN
    sign_in(client, with_password.email, PASSWORD, next="/posteingang/export/")
    later = now() + datetime.timedelta(seconds=HALF_VALID + 2)
    with travel(later):
        response = client.post(f"{SIGN_IN}/code", data={"code": phone.at(later)})
        assert response.headers["Location"] == f"{SIGN_IN}?next=/posteingang/export/"
        assert "zu lange gedauert" in client.get(SIGN_IN).text
    sign_in(client, with_password.email, PASSWORD)
    accounts(app).directory.reset(with_password.id)
    response = client.post(f"{SIGN_IN}/code", data={"code": phone.at(now())})
    assert response.headers["Location"] == SIGN_IN


@pytest.mark.slow
def test_guessing_codes_ends_with_the_attempts_of_the_account(
    app: Flask, with_password: Staff
) -> None:
    phone = with_app(app, with_password)
    client = browser(app)
    sign_in(client, with_password.email, PASSWORD)
    answers = [
        client.post(f"{SIGN_IN}/code", data={"code": "000000"}).status_code
        for _ in range(OF_AN_ACCOUNT)
    ]
    assert answers == [422] * (OF_AN_ACCOUNT - 1) + [429]
    assert client.post(f"{SIGN_IN}/code", data={"code": phone.at(now())}).status_code == 429


# The cookie, and signing out


@pytest.mark.parametrize("age", [IDLE, LONGEST])
def test_whose_session_is_over_reads_so_and_goes_on_where_they_were(
    app: Flask, with_password: Staff, age: datetime.timedelta
) -> None:
    client, wanted = signed_in(app, with_password), "/posteingang/anfragen/?stand=offen"
    assert "nicht mehr angemeldet" not in client.get(SIGN_IN).text
    with travel(now() + age):
        page = client.get(wanted, follow_redirects=True).text
        assert "Sie sind nicht mehr angemeldet" in page
        assert "Melden Sie sich an, dann geht es weiter, wo Sie waren." in page
        (sent,) = html.document_fromstring(page).xpath("//input[@name='next'][1]/@value")[:1]
        response = sign_in(client, with_password.email, PASSWORD, next=sent)
        assert response.headers["Location"] == wanted
        client.post("/posteingang/abmelden")
        assert "nicht mehr angemeldet" not in client.get(SIGN_IN).text


def test_signing_out_ends_it_for_whoever_kept_the_cookie(app: Flask, anna: Staff) -> None:
    held = cookie(app, anna)
    client, thief = browser(app), browser(app)
    for one in (client, thief):
        one.set_cookie("posteingang", held, domain="localhost", path="/")
        assert is_in(one)
    response = client.post("/posteingang/abmelden")
    assert response.headers["Location"] == SIGN_IN
    assert "Sie sind abgemeldet" in client.get(SIGN_IN).text
    assert not is_in(client)
    assert not is_in(thief)


def test_over_https_the_cookie_can_be_set_and_read_by_nobody_else(
    make: Callable[..., Flask],
) -> None:
    app = make(base_url="https://www.example.org")
    staff = account(app, StaffRole.SALES, email="d@firma.example", password=PASSWORD)
    told = sign_in(browser(app), staff.email, PASSWORD).headers["Set-Cookie"]
    name, *flags = told.split("; ")
    assert name.startswith("__Host-posteingang=")
    assert set(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_pages_for_visitors_neither_read_nor_set_a_cookie(app: Flask, anna: Staff) -> None:
    client = signed_in(app, anna)
    for path in ("/anfrage/nicht-da", "/healthz", "/gibt-es-nicht"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")


def test_a_cookie_that_is_forged_or_broken_opens_nothing(app: Flask, anna: Staff) -> None:
    held = cookie(app, anna)
    for value in ("", "x", held[:-3] + "abc", held.replace(".", "", 1), "ä" * 20, "0" * 3900):
        client = browser(app)
        client.set_cookie("posteingang", value, domain="localhost", path="/")
        assert client.get("/posteingang/konto/").status_code == 303


def test_a_new_role_holds_from_the_next_click_on(app: Flask, anna: Staff) -> None:
    client = signed_in(app, anna)
    assert client.get("/posteingang/").status_code == 200
    accounts(app).directory.set_roles(anna.id, [StaffRole.OPERATOR])
    assert client.get("/posteingang/").status_code == 403
    assert client.get("/posteingang/betrieb/").status_code == 200


def test_whoever_signs_in_once_more_types_no_address(app: Flask, anna: Staff) -> None:
    page = html.document_fromstring(signed_in(app, anna).get("/posteingang/anmelden").text)
    assert page.get_element_by_id("email").get("value") == anna.email
    page = html.document_fromstring(browser(app).get("/posteingang/anmelden").text)
    assert not page.get_element_by_id("email").get("value")


def test_a_database_that_does_not_answer_is_told_of(app: Flask, anna: Staff) -> None:
    client = signed_in(app, anna)
    with services(app).leads.database.connected_for_writing() as connection:
        connection.exec_driver_sql("ALTER TABLE staff_sessions RENAME TO gone")
    response = client.get("/posteingang/")
    assert response.status_code == 503
    assert "Laden Sie diese Seite in einer Minute neu" in response.text


def test_a_full_disk_is_not_taken_for_a_database_that_does_not_answer(
    app: Flask, with_password: Staff
) -> None:
    with services(app).leads.database.connected_for_writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON staff_sessions"
            " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    response = sign_in(browser(app), with_password.email, PASSWORD)
    assert response.status_code == 503
    assert "antwortet nicht" not in response.text
    assert "Festplatte voll" in response.text


def test_while_nothing_can_be_written_whoever_is_signed_in_goes_on_reading(
    app: Flask, anna: Staff
) -> None:
    client = signed_in(app, anna)
    with services(app).leads.database.connected_for_writing() as connection:
        ago = now() - datetime.timedelta(minutes=5)
        connection.execute(update(StaffSession).values(seen_at=ago))
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON staff_sessions "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    assert client.get("/posteingang/").status_code == 200


def test_a_site_below_a_path_stays_there(make: Callable[..., Flask]) -> None:
    app = make(base_url="https://host.example/website")
    staff = account(app, StaffRole.SALES, email="e@firma.example", password=PASSWORD)
    client = browser(app)
    to = client.get("/posteingang/zahlen/?x=1").headers["Location"]
    assert to == "/website/posteingang/anmelden?next=%2Fwebsite%2Fposteingang%2Fzahlen%2F%3Fx%3D1"
    wanted = "/website/posteingang/zahlen/?x=1"
    assert sign_in(client, staff.email, PASSWORD, next=wanted).headers["Location"] == wanted
    outside = sign_in(client, staff.email, PASSWORD, next="/posteingang/zahlen/")
    assert outside.headers["Location"] == "/website/posteingang/"
