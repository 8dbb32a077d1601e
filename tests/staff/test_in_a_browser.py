"""From an account made by a command to a request that is won, as staff go that way."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from support.accessibility import violations
from support.inbox import ask, take_up_and_win
from support.site import free_port
from support.staff import PASSWORD, account, cookie, page_of, served
from website.infra.clock import now
from website.leads.models import LeadStatus
from website.staff.access import StaffRole
from website.web.services import services

pytestmark = pytest.mark.browser
HALF_A_MINUTE = datetime.timedelta(seconds=30)
COMPANY = "Müller & Söhne GmbH"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def app(make: Callable[..., Flask], port: int) -> Flask:
    return make(base_url=f"http://localhost:{port}")


@pytest.fixture
def url(app: Flask, port: int) -> Iterator[str]:
    with served(app, port):
        yield f"http://localhost:{port}"


def invited(app: Flask) -> str:
    """Make an account by the command, and give the link that it prints."""
    words = ["staff", "add", "anna@firma.example", "Anna Berg", "--role", "lead-admin"]
    told = app.test_cli_runner().invoke(args=words).output
    found = re.search(r"http://\S+/einladung/\S+", told)
    assert found is not None
    return found[0]


def choose_a_password(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Neues Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Passwort speichern").click()
    expect(page.get_by_role("status").first).to_contain_text("Ihr Passwort ist gespeichert")


def sign_in(page: Page) -> None:
    page.get_by_label("E-Mail-Adresse").fill("anna@firma.example")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def deal_with_the_request(app: Flask, page: Page, number: str) -> None:
    """From the first screen to the export."""
    take_up_and_win(page, COMPANY, owner="Anna Berg", follow_up="2027-01-04")
    lead = services(app).leads.workflow.open(number)
    assert (lead.status, lead.owner_id) == (LeadStatus.WON, 1)
    assert lead.answered_at


def virtual_authenticator(page: Page) -> None:
    """Give the browser what makes passkeys and asks the person for a finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def make_a_passkey(page: Page) -> None:
    """Click, and wait until the script has sent what the browser made."""
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("status").first).to_contain_text("Der Passkey ist gespeichert")


def test_from_the_invitation_by_passkey_to_a_request_that_is_won(
    app: Flask, chromium: Browser, url: str
) -> None:
    number = ask(app, company=COMPANY)
    with page_of(chromium, url) as page:
        choose_a_password(page, invited(app))
        sign_in(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Heute")
        page.get_by_role("link", name="Anna Berg").click()
        virtual_authenticator(page)
        page.get_by_label("Name, zum Beispiel").fill("Laptop")
        make_a_passkey(page)
        page.get_by_role("button", name="Passkey anlegen").click()
        expect(page.get_by_text("Auf diesem Gerät gibt es schon einen Passkey")).to_be_visible()
        page.get_by_role("button", name="Abmelden", exact=True).click()
        page.goto(f"/posteingang/anfragen/{number}")
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(COMPANY)
        page.goto("/posteingang/konto/")
        expect(page.get_by_text("zuletzt benutzt")).to_be_visible()
        page.goto("/posteingang/")
        deal_with_the_request(app, page, number)


def test_a_passkey_that_was_removed_opens_nothing(app: Flask, chromium: Browser, url: str) -> None:
    staff = account(app, StaffRole.SALES)
    with page_of(chromium, url, cookie=cookie(app, staff)) as page:
        virtual_authenticator(page)
        page.goto("/posteingang/konto/")
        page.get_by_role("button", name="Passkey anlegen").click()
        page.get_by_role("button", name="Entfernen: Passkey").click()
        expect(page.get_by_role("status").first).to_contain_text("öffnet Ihr Konto nicht mehr")
        page.get_by_role("button", name="Abmelden", exact=True).click()
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(page.get_by_role("status").first).to_contain_text("öffnet hier kein Konto")


def test_what_a_passkey_has_answered_cannot_be_sent_again(
    app: Flask, chromium: Browser, url: str
) -> None:
    staff = account(app, StaffRole.SALES)
    with page_of(chromium, url, cookie=cookie(app, staff)) as page:
        virtual_authenticator(page)
        page.goto("/posteingang/konto/")
        make_a_passkey(page)
        page.get_by_role("button", name="Abmelden", exact=True).click()
        with page.expect_request("**/anmelden/passkey") as sent:
            page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Heute")
        # The very cookie and answer, as somebody would send who has recorded them.
        recorded = sent.value.all_headers()["cookie"], sent.value.post_data
    answer = app.test_client().post(
        "/posteingang/anmelden/passkey",
        data=recorded[1],
        headers={"Cookie": recorded[0], "Sec-Fetch-Site": "same-origin"},
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.headers["Location"] == "/posteingang/anmelden"


def test_the_same_way_without_javascript_and_by_an_app(
    app: Flask, chromium: Browser, url: str
) -> None:
    number = ask(app, company=COMPANY)
    with page_of(chromium, url, java_script_enabled=False) as page:
        choose_a_password(page, invited(app))
        expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_be_hidden()
        sign_in(page)
        page.goto("/posteingang/konto/")
        page.get_by_role("button", name="App einrichten").click()
        phone = pyotp.TOTP(app_secret(page))
        page.get_by_label("Code").fill(phone.at(now() - HALF_A_MINUTE))
        page.get_by_role("button", name="Einrichten").click()
        page.get_by_role("link", name="Ich habe sie gesichert").click()
        page.get_by_role("button", name="Abmelden", exact=True).click()
        page.goto("/posteingang/")
        sign_in(page)
        page.get_by_label("Code").fill(phone.at(now()))
        page.get_by_role("button", name="Weiter").click()
        deal_with_the_request(app, page, number)


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_on_a_phone_a_button_opens_the_menu(
    app: Flask, chromium: Browser, url: str, *, script: bool
) -> None:
    staff = account(app, StaffRole.SALES)
    phone = {"java_script_enabled": script, "viewport": {"width": 390, "height": 844}}
    with page_of(chromium, url, cookie=cookie(app, staff), **phone) as page:
        page.goto("/posteingang/")
        expect(page.get_by_role("button", name="Abmelden")).to_be_hidden()
        page.get_by_role("button", name="Menü").click()
        assert not script or violations(page) == []
        page.get_by_role("link", name="Anfragen", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anfragen")
        page.get_by_role("button", name="Menü").click()
        page.get_by_role("button", name="Abmelden").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")


def test_the_open_menu_covers_nothing_of_the_header(
    app: Flask, chromium: Browser, url: str
) -> None:
    staff = account(app, StaffRole.LEAD_ADMIN, StaffRole.OPERATOR)
    with page_of(chromium, url, cookie=cookie(app, staff)) as page:
        for opened, turned in ((320, 320), (800, 1100)):
            page.set_viewport_size({"width": opened, "height": 700})
            page.goto("/posteingang/")
            page.evaluate("document.querySelector('.wordmark').style.letterSpacing = '0.1em'")
            page.get_by_role("button", name="Menü").click()
            page.set_viewport_size({"width": turned, "height": 700})
            header, menu = (
                page.locator(each).bounding_box() for each in (".inbox-header", "#menue")
            )
            assert header
            assert menu
            assert menu["y"] >= header["y"] + header["height"] - 1, turned


def test_signing_in_takes_only_the_keyboard(app: Flask, chromium: Browser, url: str) -> None:
    account(app, StaffRole.SALES, email="anna@firma.example", password=PASSWORD)
    with page_of(chromium, url) as page:
        page.goto("/posteingang/")
        for words in ("", "anna@firma.example"):
            page.get_by_label("E-Mail-Adresse").focus()
            page.keyboard.type(words)
            page.keyboard.press("Tab")
            page.keyboard.type(PASSWORD)
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Heute")


def test_every_page_of_the_sign_in_is_accessible_and_fits(
    app: Flask, chromium: Browser, url: str
) -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitän von und zu Hohenlohe"
    staff = account(app, StaffRole.SALES, name=name)
    with page_of(chromium, url, bypass_csp=True) as page:
        page.goto("/posteingang/anmelden")
        fits(page)
        page.get_by_role("button", name="Anmelden", exact=True).click()
        fits(page)
        page.goto(invited(app))
        page.get_by_role("button", name="Passwort speichern").click()
        fits(page)
        page.goto("/posteingang/einladung/x")
        fits(page)
    with page_of(chromium, url, cookie=cookie(app, staff), bypass_csp=True) as page:
        virtual_authenticator(page)
        page.goto("/posteingang/konto/")
        fits(page)
        make_a_passkey(page)
        page.get_by_role("button", name="App einrichten").click()
        fits(page)
        for step in page.get_by_role("main").get_by_role("listitem").all():
            expect(step).to_have_css("list-style-type", "decimal")
            expect(step).to_have_css("display", "list-item")
        phone = pyotp.TOTP(app_secret(page))
        page.get_by_label("Code").fill(phone.at(now()))
        page.get_by_role("button", name="Einrichten").click()
        fits(page)
        page.goto("/posteingang/konto/")
        fits(page)


def app_secret(page: Page) -> str:
    """Read an app's secret, once the page that shows it is there."""
    return page.locator("code.secret").inner_text().replace(" ", "")


def fits(page: Page) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], (page.url, width)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, (page.url, width)
