"""What the page's script adds to the form, and that nothing is lost where it cannot."""

from __future__ import annotations

import contextlib
import re
import signal
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from support.accessibility import violations
from support.asker import FORM, Asker, asker
from support.site import Running
from website.infra import email_addresses

pytestmark = pytest.mark.browser

CHALLENGE = "**/anfrage/aufgabe"
WORKER = re.compile(r"/static/js/proof\.\w+\.js$")

SECOND = 1_000
NO_ANSWER = 10 * SECOND
RETRY = 20 * SECOND
MOST_RETRIES = 15
TYPING = 500
"""Milliseconds after which a suggestion must have come, if one does."""
HUMAN = 3_100
"""Milliseconds in which nobody fills in a form; who is faster is suspected."""

UNSENT = "Ihre Anfrage ist noch nicht gesendet"
PROXY = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>"

HAS_FOCUS = "e => e === document.activeElement"


@pytest.fixture
def visitor(chromium: Browser, running: Running) -> Iterator[Asker]:
    """Open the form with a clock that tests can move on."""
    with asker(chromium, running) as somebody:
        somebody.page.clock.install()
        somebody.open_the_form()
        yield somebody


@pytest.fixture
def sent(visitor: Asker) -> list[Request]:
    return _noted(visitor.page, FORM)


@pytest.fixture
def challenges(visitor: Asker) -> list[Request]:
    return _noted(visitor.page, re.compile(r"/anfrage/aufgabe$"))


# What the server answers


def _fill_in_with_errors(visitor: Asker) -> None:
    visitor.fill_in(message="", email="max@")


def _fill_in_too_much(visitor: Asker) -> None:
    visitor.fill_in(message="Zu viel. " * 30_000)


def _fill_in_like_spam(visitor: Asker) -> None:
    visitor.page.route(CHALLENGE, lambda route: route.abort())
    visitor.fill_in(message=f"[url=http://seo.example/{visitor.number}]Mehr Besucher[/url]")


@pytest.mark.parametrize(
    ("fill_in", "title", "focus"),
    [
        (_fill_in_with_errors, "Fehler: ", ".error-summary"),
        (_fill_in_too_much, "Ihre Anfrage ist zu groß: ", ".notice"),
        (_fill_in_like_spam, "Noch ein Klick: ", "h1"),
    ],
)
def test_answers_appear_in_place_in_the_same_words_as_without_javascript(
    chromium: Browser,
    running: Running,
    fill_in: Callable[[Asker], None],
    title: str,
    focus: str,
) -> None:
    with asker(chromium, running) as visitor:
        visitor.open_the_form()
        fill_in(visitor)
        visitor.button.click()
        place = visitor.page.locator(focus)
        expect(visitor.page).to_have_title(re.compile(f"^{re.escape(title)}"))
        assert place.evaluate(HAS_FOCUS)
        assert 0 <= place.evaluate("e => e.getBoundingClientRect().top") < 200
        assert visitor.page.url.endswith("/kontakt/")
        said = _everything_said(visitor.page)
    options = {"number": visitor.number, "java_script_enabled": False}
    with asker(chromium, running, **options) as visitor:
        visitor.open_the_form()
        fill_in(visitor)
        visitor.button.click()
        visitor.page.wait_for_url(FORM)
        assert _everything_said(visitor.page) == said


def test_what_cannot_be_stored_is_told_by_the_server_and_can_be_sent_again(
    visitor: Asker, running: Running
) -> None:
    visitor.fill_in()
    with _locked(running):
        visitor.button.click()
        visitor.page.locator(".notice").wait_for()
    assert visitor.page.title().startswith("Ihre Anfrage ist noch nicht gespeichert: ")
    visitor.send()
    assert len(visitor.leads()) == 1


def test_a_suspected_visitor_confirms_on_the_page_that_appeared(visitor: Asker) -> None:
    _fill_in_like_spam(visitor)
    visitor.button.click()
    visitor.page.get_by_role("button", name="Anfrage bestätigen").click()
    visitor.thanked()


def test_the_same_page_keeps_its_key_and_another_page_has_another(
    visitor: Asker, sent: list[Request]
) -> None:
    visitor.fill_in(name="")
    visitor.button.click()
    visitor.page.locator(".error-summary").wait_for()
    visitor.field("name").fill("Jörg Weiß")
    visitor.send()
    visitor.open_the_form()
    visitor.button.click()
    visitor.page.locator(".error-summary").wait_for()
    keys = [_fields(request)["page_key"] for request in sent]
    assert keys[0] == keys[1] != keys[2]
    assert [str(uuid.UUID(key)) for key in keys] == keys


def test_what_is_typed_while_the_answer_is_on_its_way_is_not_lost(visitor: Asker) -> None:
    visitor.fill_in(name="")
    with _held(visitor.page) as go_on:
        visitor.button.click()
        visitor.describe()
        visitor.field("goals").fill("Noch ein Ziel.")
        visitor.page.get_by_label("Noch offen").first.check()
        go_on()
        visitor.page.locator(".error-summary").wait_for()
    assert visitor.field("goals").input_value() == "Noch ein Ziel."
    assert visitor.page.get_by_label("Noch offen").first.is_checked()
    assert visitor.field("company").input_value() == visitor.company


@pytest.mark.parametrize("described", ["goals", "result"])
def test_whoever_reads_another_page_after_an_error_finds_the_form_as_it_was(
    visitor: Asker, described: str
) -> None:
    visitor.page.goto("/kontakt/kundenportfolio/#ergebnis=Ein%20Ergebnis.")
    visitor.fill_in(name="")
    visitor.field(described).fill("Ein\nZiel.")
    visitor.button.click()
    visitor.page.locator(".error-summary").wait_for()
    visitor.field("email").fill("anders@firma.example")
    visitor.page.get_by_role("link", name="Datenschutzerklärung").click()
    visitor.page.wait_for_url("**/datenschutz/")
    visitor.page.go_back(wait_until="load")
    for name, typed in {
        "company": visitor.company, "email": "anders@firma.example", described: "Ein\nZiel.",
    }.items():  # fmt: skip
        assert visitor.field(name).input_value() == typed
        assert visitor.field(name).is_visible()


# Clicks


def test_many_clicks_send_once_and_the_button_says_that_it_is_busy(
    visitor: Asker, sent: list[Request]
) -> None:
    visitor.fill_in()
    with _held(visitor.page) as go_on:
        visitor.button.dblclick()
        expect(visitor.button).to_have_attribute("aria-disabled", "true")
        assert visitor.button.inner_text() == "Wird gesendet …"
        assert visitor.button.get_attribute("disabled") is None
        assert visitor.button.evaluate(HAS_FOCUS)
        visitor.field("name").press("Enter")
        go_on()
        visitor.thanked()
    assert len(sent) == 1
    assert len(visitor.leads()) == 1


def test_the_button_is_free_again_where_the_page_comes_back_as_it_was_left(
    visitor: Asker,
) -> None:
    visitor.fill_in()
    with _held(visitor.page) as go_on:
        visitor.button.click()
        visitor.page.get_by_text("Wird gesendet").first.wait_for()
        visitor.page.evaluate(
            "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
        )
        assert visitor.button.inner_text() == "Anfrage senden"
        assert visitor.button.get_attribute("aria-disabled") is None
        go_on()
        visitor.thanked()


# Nobody answers


def test_a_dead_endpoint_keeps_the_text_says_so_and_is_tried_until_it_is_back(
    visitor: Asker, sent: list[Request]
) -> None:
    page = visitor.page
    visitor.fill_in()
    visitor.describe()
    with _route(page, FORM, lambda route: route.abort()):
        visitor.button.click()
        _assert_unsent(page)
        assert visitor.field("name").input_value() == "Jörg Weiß"
        for word in ("Telefon", "E-Mail"):
            assert page.locator(".notice").get_by_role("term").filter(has_text=word).is_visible()
        assert visitor.button.inner_text() == "Anfrage senden"
        assert visitor.button.get_attribute("aria-disabled") is None
        visitor.field("goals").focus()
        with page.expect_event("requestfailed"):
            page.clock.fast_forward(RETRY)
        assert visitor.field("goals").evaluate(HAS_FOCUS)
        assert page.locator(".notice").count() == 1
    page.clock.fast_forward(RETRY)
    visitor.thanked()
    assert len({_fields(request)["page_key"] for request in sent}) == 1
    assert len(sent) == 3
    assert len(visitor.leads()) == 1


def test_a_server_that_stood_still_and_got_everything_late_has_one_lead(
    visitor: Asker, running: Running
) -> None:
    visitor.fill_in()
    running.process.send_signal(signal.SIGSTOP)
    try:
        visitor.button.click()
        visitor.page.get_by_text("Wird gesendet").first.wait_for()
        with visitor.page.expect_event("requestfailed"):
            visitor.page.clock.fast_forward(NO_ANSWER)
        _assert_unsent(visitor.page)
    finally:
        running.process.send_signal(signal.SIGCONT)
    visitor.page.clock.fast_forward(RETRY)
    visitor.thanked()
    assert len(visitor.leads()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 502, "body": PROXY, "content_type": "text/html"},
        {"status": 504, "body": "", "content_type": "text/plain"},
        {"status": 200, "body": "{}", "content_type": "application/json"},
        {"status": 302, "headers": {"Location": "/kontakt/"}},
    ],
)
def test_an_answer_that_is_not_ours_counts_as_none(visitor: Asker, answer: dict[str, Any]) -> None:
    visitor.fill_in()
    with _route(visitor.page, FORM, lambda route: route.fulfill(**answer)):
        visitor.button.click()
        _assert_unsent(visitor.page)
    assert visitor.field("company").input_value() == visitor.company
    visitor.send()


def test_an_error_page_of_our_own_does_not_take_the_text_away(
    visitor: Asker, running: Running
) -> None:
    visitor.fill_in()
    page = (running.build / "404.html").read_text()
    with _route(visitor.page, FORM, lambda route: route.fulfill(status=500, body=page)):
        visitor.button.click()
        _assert_unsent(visitor.page)
    assert visitor.field("company").input_value() == visitor.company


def test_a_click_tries_again_at_once(visitor: Asker) -> None:
    visitor.fill_in()
    with _route(visitor.page, FORM, lambda route: route.abort()):
        visitor.button.click()
        _assert_unsent(visitor.page)
    visitor.send()


def test_a_browser_that_is_online_again_tries_at_once(visitor: Asker) -> None:
    visitor.fill_in()
    visitor.page.context.set_offline(True)
    visitor.button.click()
    _assert_unsent(visitor.page)
    visitor.page.context.set_offline(False)
    visitor.thanked()
    assert len(visitor.leads()) == 1


def test_what_is_edited_meanwhile_is_sent_as_it_then_stands_and_not_while_it_is_typed(
    visitor: Asker, sent: list[Request]
) -> None:
    visitor.fill_in()
    with _route(visitor.page, FORM, lambda route: route.abort()):
        visitor.button.click()
        _assert_unsent(visitor.page)
    visitor.page.clock.fast_forward(RETRY - SECOND)
    visitor.field("message").fill("Halb ges")
    visitor.page.clock.fast_forward(2 * SECOND)
    visitor.field("message").fill("Ganz gesagt.")
    assert len(sent) == 1
    visitor.page.clock.fast_forward(RETRY)
    visitor.thanked()
    [lead] = visitor.leads()
    assert lead["message"] == "Ganz gesagt."


def test_trying_ends_after_some_minutes_and_the_notice_says_so(
    visitor: Asker, sent: list[Request]
) -> None:
    page = visitor.page
    visitor.fill_in()
    with _route(page, FORM, lambda route: route.abort()):
        visitor.button.click()
        _assert_unsent(page)
        for _ in range(MOST_RETRIES):
            assert "immer wieder" in page.locator(".notice").inner_text()
            with page.expect_event("requestfailed"):
                page.clock.fast_forward(RETRY)
            page.get_by_role("button", name="Anfrage senden").wait_for()
        page.locator(".notice").get_by_text("später noch einmal").wait_for()
        page.clock.fast_forward(10 * RETRY)
        assert len(sent) == 1 + MOST_RETRIES
    visitor.send()


def test_an_old_message_gives_way_to_the_news_that_nobody_answers(visitor: Asker) -> None:
    visitor.fill_in(name="")
    visitor.button.click()
    visitor.page.locator(".error-summary").wait_for()
    visitor.field("name").fill("Jörg Weiß")
    with _route(visitor.page, FORM, lambda route: route.abort()):
        visitor.button.click()
        _assert_unsent(visitor.page)
    assert visitor.page.locator(".error-summary").count() == 0
    visitor.send()


# Proof of work


def test_the_browser_proves_some_work_from_the_first_focus_on(
    visitor: Asker, challenges: list[Request]
) -> None:
    visitor.page.wait_for_load_state("networkidle")
    assert challenges == []
    with visitor.page.expect_response(CHALLENGE):
        visitor.field("message").focus()
    visitor.page.wait_for_timeout(HUMAN)
    visitor.fill_in()
    visitor.send()
    assert len(challenges) == 1
    assert "proven" in visitor.reasons()


def test_a_proof_serves_until_the_request_is_stored(
    visitor: Asker, challenges: list[Request], sent: list[Request]
) -> None:
    visitor.fill_in(name="")
    visitor.page.wait_for_timeout(HUMAN)
    visitor.button.click()
    visitor.page.locator(".error-summary").wait_for()
    visitor.field("name").fill("Jörg Weiß")
    visitor.send()
    assert len(challenges) == 1
    assert _fields(sent[0])["proof"] == _fields(sent[1])["proof"]
    assert "proven" in visitor.reasons()


def test_an_old_challenge_is_replaced_before_sending(
    visitor: Asker, challenges: list[Request], sent: list[Request]
) -> None:
    with visitor.page.expect_response(CHALLENGE):
        visitor.fill_in()
    visitor.page.clock.fast_forward("51:00")
    visitor.send()
    assert len(challenges) == 2
    assert _fields(sent[0])["proof"]


def _block_the_challenge(page: Page) -> None:
    page.route(CHALLENGE, lambda route: route.abort())


def _spoil_the_challenge(page: Page) -> None:
    page.route(CHALLENGE, lambda route: route.fulfill(status=503, body=PROXY))


def _block_the_worker(page: Page) -> None:
    page.route(WORKER, lambda route: route.abort())


def _offer_no_worker(page: Page) -> None:
    page.add_init_script("delete window.Worker")


def _offer_no_cryptography(page: Page) -> None:
    def without(route: Route) -> None:
        script = route.fetch().text()
        route.fulfill(
            body=f"delete Crypto.prototype.subtle;\n{script}", content_type="text/javascript"
        )

    page.route(WORKER, without)


@pytest.mark.parametrize(
    "spoil",
    [
        _block_the_challenge,
        _spoil_the_challenge,
        _block_the_worker,
        _offer_no_worker,
        _offer_no_cryptography,
    ],
)
def test_a_request_arrives_without_a_proof_where_none_can_be_made(
    visitor: Asker, spoil: Callable[[Page], None]
) -> None:
    spoil(visitor.page)
    visitor.page.reload()
    visitor.fill_in()
    visitor.send()
    assert "no-proof" in visitor.reasons()


@pytest.mark.parametrize("silent", [CHALLENGE, WORKER])
def test_sending_waits_two_seconds_for_a_proof_and_no_longer(
    visitor: Asker, sent: list[Request], silent: str
) -> None:
    with _held(visitor.page, silent):
        visitor.fill_in()
        visitor.page.clock.pause_at(visitor.page.evaluate("Date.now() + 1000"))
        visitor.button.click()
        visitor.page.clock.run_for(2 * SECOND - 100)
        assert sent == []
        visitor.page.clock.run_for(200)
        visitor.thanked()
    assert "no-proof" in visitor.reasons()


# Slips in an e-mail address


def test_a_slip_in_the_domain_is_noticed_and_mended_by_keyboard(visitor: Asker) -> None:
    visitor.field("email").fill("Max@gmial.com")
    visitor.field("email").press("Tab")
    hint = visitor.page.get_by_role("status")
    hint.get_by_text("Meinten Sie Max@gmail.com?").wait_for()
    visitor.page.keyboard.press("Shift+Tab")
    assert visitor.page.get_by_role("button", name="Adresse übernehmen").evaluate(HAS_FOCUS)
    visitor.page.keyboard.press("Enter")
    assert visitor.field("email").input_value() == "Max@gmail.com"
    assert visitor.field("email").evaluate(HAS_FOCUS)
    assert hint.inner_text() == ""


def test_a_slip_blocks_nothing(visitor: Asker) -> None:
    visitor.fill_in(email="max@gmial.com")
    visitor.send()
    [lead] = visitor.leads()
    assert lead["email"] == "max@gmial.com"


def test_a_slip_is_still_mended_on_a_page_that_the_server_has_shown_again(visitor: Asker) -> None:
    visitor.fill_in(email="max@gmial.com", name="")
    visitor.button.click()
    visitor.page.locator(".error-summary").wait_for()
    visitor.page.get_by_role("button", name="Adresse übernehmen").click()
    assert visitor.field("email").input_value() == "max@gmail.com"
    assert visitor.page.get_by_role("status").inner_text() == ""


def test_browser_and_server_agree_on_what_is_a_slip(visitor: Asker) -> None:
    slips = ["gmial.com", "gmaill.com", "gmai.com", "gmqil.com", "GMIAL.COM", "mgx.de", "wbe.de"]
    none = ["gmail.com", "gmx.de", "gmx.at", "gmx.eu", "firma.example", "gml.com", "xgmail.comx"]
    for domain in (*slips, *none, "", "t-onlne.de", "mail.d", "ail.de", "outlook.d"):
        address = f"jörg@{domain}"
        visitor.field("email").fill(address)
        visitor.field("email").blur()
        visitor.page.clock.run_for(TYPING)
        meant = email_addresses.suggestion(address)
        shown = visitor.page.locator(".field__suggestion strong")
        assert (shown.all_inner_texts() or [None]) == [meant], address


# Old browsers, privacy, accessibility


@pytest.mark.parametrize("lacking", ["fetch", "AbortController", "URLSearchParams", "DOMParser"])
def test_the_plain_form_serves_a_browser_that_lacks_something(visitor: Asker, lacking: str) -> None:
    visitor.page.add_init_script(f"delete window.{lacking}")
    visitor.open_the_form()
    visitor.fill_in(name="")
    visitor.button.click()
    visitor.page.wait_for_url(FORM)
    visitor.field("name").fill("Jörg Weiß")
    visitor.send()


def test_the_script_stores_nothing_asks_no_other_host_and_leaves_the_trap_alone(
    visitor: Asker, running: Running, sent: list[Request]
) -> None:
    asked = _noted(visitor.page, re.compile(""))
    problems: list[str] = []
    visitor.page.on("pageerror", lambda error: problems.append(str(error)))
    visitor.fill_in(email="max@gmial.com", name="")
    visitor.button.click()
    visitor.page.locator(".error-summary").wait_for()
    with _route(visitor.page, FORM, lambda route: route.abort()):
        visitor.fill_in()
        visitor.button.click()
        _assert_unsent(visitor.page)
    visitor.send()
    assert len(asked) > 5
    assert {request.url for request in asked if not request.url.startswith(running.url)} == set()
    assert {_fields(request)["extra"] for request in sent} == {""}
    stored = "localStorage.length + sessionStorage.length"
    assert visitor.page.evaluate(stored) == 0
    assert visitor.page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert visitor.page.evaluate("caches.keys().then(found => found.length)") == 0
    assert visitor.page.context.cookies() == []
    assert problems == []


def test_every_state_is_accessible_and_fits(chromium: Browser, running: Running) -> None:
    with asker(chromium, running) as visitor:
        for state in _states(visitor):
            for width in (1280, 320):
                visitor.page.set_viewport_size({"width": width, "height": 800})
                assert violations(visitor.page, whole=width == 320) == [], (state, width)
                wide = visitor.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, state


def _states(visitor: Asker) -> Iterator[str]:
    """Lead through everything the page can look like."""
    page = visitor.page
    visitor.open_the_form()
    yield "empty"
    visitor.fill_in(email="max@gmial.com", name="")
    visitor.field("name").focus()
    page.get_by_text("Meinten Sie").wait_for()
    yield "slip"
    visitor.button.click()
    page.locator(".error-summary").wait_for()
    yield "errors"
    visitor.fill_in()
    with _held(page) as go_on:
        visitor.button.click()
        page.get_by_text("Wird gesendet").first.wait_for()
        yield "sending"
        go_on()
    visitor.thanked()
    visitor.open_the_form()
    _fill_in_too_much(visitor)
    visitor.button.click()
    page.locator(".notice").wait_for()
    yield "notice"
    with _route(page, FORM, lambda route: route.abort()):
        visitor.fill_in()
        visitor.button.click()
        _assert_unsent(page)
        yield "unsent"
    visitor.open_the_form()
    _fill_in_like_spam(visitor)
    visitor.button.click()
    page.locator(".sent-answers").wait_for()
    yield "suspected"


def _everything_said(page: Page) -> tuple[str, str]:
    return page.title(), page.locator("body").inner_text()


def _assert_unsent(page: Page) -> None:
    expect(page).to_have_title(re.compile(f"^{re.escape(UNSENT)}: "))
    notice = page.locator(".notice")
    assert notice.get_by_role("heading").inner_text() == UNSENT
    assert notice.evaluate(HAS_FOCUS)
    assert 0 <= notice.evaluate("e => e.getBoundingClientRect().top") < 200


def _fields(request: Request) -> dict[str, str]:
    body = parse_qs(request.post_data or "", keep_blank_values=True)
    return {name: values[0] for name, values in body.items()}


def _noted(page: Page, address: re.Pattern[str]) -> list[Request]:
    """Note what is asked for from now on."""
    found: list[Request] = []
    page.on("request", lambda request: address.search(request.url) and found.append(request))
    return found


@contextlib.contextmanager
def _route(
    page: Page, address: str | re.Pattern[str], answer: Callable[[Route], None]
) -> Iterator[None]:
    """Answer instead of the server for a while."""
    page.route(address, answer)
    yield
    page.unroute(address, answer)


@contextlib.contextmanager
def _held(page: Page, address: str | re.Pattern[str] = FORM) -> Iterator[Callable[[], None]]:
    """Keep what is sent waiting until it may go on."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    def go_on() -> None:
        for _ in range(100):
            if waiting:
                waiting.pop().continue_()
                return
            page.wait_for_timeout(50)
        raise AssertionError(f"nobody asked for {address}")

    with _route(page, address, hold):
        yield go_on
        for route in waiting:
            route.abort()


@contextlib.contextmanager
def _locked(running: Running) -> Iterator[None]:
    """Keep everybody else from writing into the database."""
    database = sqlite3.connect(running.instance / "website.sqlite3", isolation_level=None)
    with contextlib.closing(database):
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")
