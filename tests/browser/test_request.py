"""A company sends a request, from an article to the mail in the sales staff's box."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from support.asker import FORM, Asker, asker
from support.site import Running
from website.config import LEADS_AT_HOME

pytestmark = pytest.mark.browser

ARTICLE = "/artikel/der-richtige-umgang-mit-schwierigen-kunden/"


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def script(request: pytest.FixtureRequest) -> bool:
    """Return whether the visitor's browser runs JavaScript."""
    return bool(request.param)


@pytest.fixture
def visitor(chromium: Browser, running: Running, *, script: bool) -> Iterator[Asker]:
    with asker(chromium, running, java_script_enabled=script) as somebody:
        yield somebody


def test_a_request_from_an_article_arrives_with_reply_to(visitor: Asker, running: Running) -> None:
    page = visitor.page
    page.goto(ARTICLE)
    assert page.get_by_text("Fingerspitzengefühl walten lassen").is_visible()
    page.get_by_role("link", name="Anfrage stellen").click()
    assert page.get_by_label("Key Account Management aufbauen").is_checked()
    page.get_by_label("Schildern Sie kurz Ihre Situation").fill("Uns fehlt Überblick.\nDringend.")
    page.get_by_label("Unternehmen").fill(visitor.company)
    page.get_by_label("Ihr Name").fill("Jörg Weiß")
    page.get_by_label("E-Mail-Adresse", exact=True).fill("joerg.weiss@firma.example")
    page.get_by_role("button", name="Anfrage senden").click()
    reference = visitor.thanked()
    assert reference in page.locator("main").inner_text()

    assert reference in running.flask("leads", "list")
    shown = running.flask("leads", "show", reference)
    assert visitor.company in shown
    assert "Uns fehlt Überblick." in shown

    mail = visitor.mail(reference, LEADS_AT_HOME)
    assert mail["Reply-To"].addresses[0].addr_spec == "joerg.weiss@firma.example"
    body = mail.get_body()
    assert body is not None
    assert "Uns fehlt Überblick." in body.get_content()


def test_a_visitor_comes_from_the_start_by_article_and_tool_to_the_thanks_on_a_phone(
    chromium: Browser, running: Running
) -> None:
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with asker(chromium, running, reduced_motion="no-preference", **phone) as visitor:
        page = visitor.page
        page.goto("/")
        page.locator(".teaser__link").first.tap()
        page.locator("#werkzeuge ~ * a").first.tap()
        page.get_by_role("button", name="Mit Beispieldaten füllen").tap()
        page.locator(".tool__hand-over summary").tap()
        carried = page.locator("[data-part=text]").input_value()
        page.locator("[data-does=take]").tap()
        page.wait_for_url("**/kontakt/**")
        assert page.locator("[name=topic]:checked").count() == 1
        assert visitor.field("result").input_value() == carried
        page.get_by_text("weiter unten").tap()
        assert visitor.field("result").is_visible()
        visitor.fill_in()
        page.get_by_label("Jederzeit").check()
        visitor.field("phone").fill("0711 123456")
        visitor.button.tap()
        visitor.thanked()
        [lead] = visitor.leads()
        assert (lead["result"], lead["callback_time"]) == (carried, "jederzeit")


def test_a_visitor_comes_from_the_start_by_article_and_tool_to_the_thanks_by_keyboard(
    chromium: Browser, running: Running
) -> None:
    with asker(chromium, running) as visitor:
        page = visitor.page
        page.goto("/")
        for control in (".teaser__link", "#werkzeuge ~ * a", "[data-does=sample]"):
            _tab_to(page, page.locator(control).first)
            page.keyboard.press("Enter")
            page.wait_for_load_state("networkidle")
        for control in (".tool__hand-over summary", "[data-does=take]"):
            _tab_to(page, page.locator(control))
            page.keyboard.press("Enter")
        page.wait_for_url("**/kontakt/**")
        for name, text in {
            "message": "Zwei unserer größten Kunden wollen gehen, und niemand kümmert sich um sie.",
            "company": visitor.company,
            "name": "Jörg Weiß",
            "email": "joerg.weiss@firma.example",
        }.items():
            _tab_to(page, visitor.field(name))
            page.keyboard.type(text, delay=AS_PEOPLE_TYPE)
        _tab_to(page, visitor.button)
        page.keyboard.press("Enter")
        visitor.thanked()
        assert visitor.leads()[0]["result"]


def test_the_start_page_asks_what_is_missing_and_chooses_the_topic(visitor: Asker) -> None:
    page = visitor.page
    page.goto("/")
    first = page.locator(".prose > *").nth(1).get_by_role("link")
    assert first.count() == 4
    label = first.nth(2).inner_text()
    first.nth(2).click()
    assert page.get_by_role("radio", name=label).is_checked()


def test_the_keyboard_alone_leads_from_the_first_field_to_the_thanks(visitor: Asker) -> None:
    page = visitor.page
    visitor.open_the_form()
    page.keyboard.press("Tab")
    _tab_to(page, page.get_by_label("Key Account Management aufbauen"))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    for name, text in {
        "message": "Wir verlieren Kunden.",
        "company": visitor.company,
        "name": "Jörg Weiß",
        "email": "joerg.weiss@firma.example",
    }.items():
        _tab_to(page, visitor.field(name))
        page.keyboard.type(text)
    _tab_to(page, page.get_by_text("Genauer beschreiben (freiwillig)"))
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_label("Nennen Sie Kandidaten"))
    page.keyboard.press("Space")
    _tab_to(page, page.get_by_role("button", name="Anfrage senden").last)
    page.keyboard.press("Enter")
    visitor.thanked()
    [lead] = visitor.leads()
    assert lead["message"] == "Wir verlieren Kunden."
    assert lead["topic"] == "kam-auf-zeit"
    assert lead["confidential"] == "ja"


def test_the_page_that_led_to_the_form_is_told_as_well_as_the_browser_can(
    visitor: Asker, *, script: bool
) -> None:
    visitor.page.goto(ARTICLE)
    visitor.page.get_by_role("link", name="Anfrage stellen").click()
    visitor.fill_in()
    visitor.send()
    [lead] = visitor.leads()
    assert lead["source"] == (ARTICLE if script else "/kontakt/kam-aufbauen/")


def test_a_thanks_page_may_be_loaded_again(visitor: Asker) -> None:
    visitor.open_the_form()
    visitor.fill_in()
    visitor.send()
    visitor.page.reload()
    assert visitor.page.locator("h1").inner_text() == "Ihre Anfrage ist eingegangen"
    assert len(visitor.leads()) == 1


def test_errors_are_told_at_the_field_and_in_a_summary_and_the_input_is_kept(
    visitor: Asker, *, script: bool
) -> None:
    page = visitor.page
    visitor.open_the_form()
    visitor.field("message").fill("Bleibt stehen")
    visitor.field("email").fill("das-ist-keine")
    visitor.button.click()
    summary = page.locator(".error-summary")
    assert summary.get_by_role("heading").inner_text() == "Bitte prüfen Sie Ihre Angaben"
    assert bool(FORM.search(page.url)) is not script
    assert page.title().startswith("Fehler: ")
    assert summary.get_by_role("link").count() == 3
    assert visitor.field("message").input_value() == "Bleibt stehen"
    for link in summary.get_by_role("link").all():
        target = page.locator(link.get_attribute("href") or "")
        assert target.get_attribute("aria-invalid") == "true"
        described = [
            page.locator(f"[id='{name}']").inner_text()
            for name in (target.get_attribute("aria-describedby") or "").split()
        ]
        assert any(link.inner_text() in text for text in described)
    visitor.fill_in()
    visitor.send()


@pytest.mark.parametrize("width", [320, 1280])
def test_links_of_the_summary_lead_to_the_control_and_show_what_is_said_above_it(
    visitor: Asker, width: int
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 700})
    visitor.open_the_form()
    visitor.fill_in(message="", name="", email="unvollständig@", company="x" * 201)
    visitor.button.click()
    links = page.locator(".error-summary").get_by_role("link")
    links.first.wait_for()
    assert links.count() == 4
    for link in links.all():
        link.click()
        control = page.locator(link.get_attribute("href") or "")
        assert control.evaluate("e => e === document.activeElement")
        field = page.locator(".field").filter(has=control)
        for above in (field.locator("label"), field.locator(".field__error")):
            assert above.evaluate("e => e.getBoundingClientRect().top") >= 0


AS_PEOPLE_TYPE = 25
"""Milliseconds from key to key: who fills in the form within three seconds is suspected."""
PHONE = {"width": 390, "height": 844}
SCREENS = 2.5
"""Within so many the button is reached on a phone, without all that nobody must answer."""
KEYS = 16
"""At most so many lead by keyboard from the first field to the thanks, besides what is typed."""


@pytest.mark.parametrize("topic", ["", "kam-aufbauen"])
def test_on_a_phone_the_button_is_reached_soon(visitor: Asker, topic: str) -> None:
    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.open_the_form(topic)
    box = visitor.button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= SCREENS * PHONE["height"]
    assert not visitor.field("goals").is_visible()


def test_few_keys_lead_through_the_form(visitor: Asker, *, script: bool) -> None:
    page = visitor.page
    visitor.open_the_form()
    visitor.field("topic").focus()
    keys = 1
    page.keyboard.press("Space")
    for name, text in {
        "message": "Zwei unserer größten Kunden wollen gehen, und niemand kümmert sich um sie.",
        "company": visitor.company,
        "name": "Jörg Weiß",
        "email": "joerg.weiss@firma.example",
        "phone": "0711 123456",
        "callback_time": "",
    }.items():
        keys += _tab_to(page, visitor.field(name))
        page.keyboard.type(text, delay=AS_PEOPLE_TYPE if script else 0)
    page.keyboard.press("Space")
    keys += 1 + _tab_to(page, visitor.button)
    page.keyboard.press("Enter")
    assert keys + 1 <= KEYS
    visitor.thanked()
    [lead] = visitor.leads()
    assert (lead["phone"], lead["callback_time"]) == ("0711 123456", "vormittags")


def test_what_is_folded_unfolds_where_something_in_it_is_wrong(
    visitor: Asker, *, script: bool
) -> None:
    visitor.open_the_form()
    visitor.fill_in()
    visitor.describe()
    visitor.field("industry").fill("x" * 201)
    visitor.page.get_by_text("Genauer beschreiben").click()
    assert not visitor.field("industry").is_visible()
    visitor.button.click()
    visitor.page.locator(".error-summary").get_by_role("link").click()
    assert visitor.field("industry").is_visible()
    assert visitor.field("industry").evaluate("e => e === document.activeElement")
    assert bool(FORM.search(visitor.page.url.partition("#")[0])) is not script
    visitor.field("industry").fill("Maschinenbau")
    visitor.send()


def _tab_to(page: Page, control: Locator) -> int:
    """Press the Tab key until a control has the focus, and return how often that was."""
    for pressed in range(60):
        if control.evaluate("e => e === document.activeElement"):
            return pressed
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {control}")
