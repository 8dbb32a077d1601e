"""A visitor who reads English: from the start to the answer, and to and fro between languages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from support import staff
from support.asker import asker
from support.editions import edition, in_german, said
from support.site import Running
from website import create_app
from website.config import LEADS_AT_HOME, Settings
from website.staff.access import StaffRole
from website.web.services import services

pytestmark = pytest.mark.browser

ARTICLE = "artikel/von-kunden-trennen/"
IN_BOTH = (
    "",
    "artikel/",
    ARTICLE,
    f"{ARTICLE}checkliste/",
    "themen/key-account-management/",
    "werkzeuge/",
    "werkzeuge/kundenkonzentration/",
    "ueber-uns/",
    "kontakt/",
    "kontakt/kam-auf-zeit/",
    "suche/",
    "impressum/",
)
"""A page of every type, in German words."""
IN_GERMAN_ALONE = {
    "artikel/beschwerden-annehmen-und-loesen/": "artikel/",
    "artikel/beschwerden-annehmen-und-loesen/checkliste/": "artikel/",
    "themen/beschwerdemanagement/": "",
    "werkzeuge/einsatzkosten/": "werkzeuge/",
    "vorlagen/beschwerden/": "",
}
"""Pages with the nearest that English readers have."""
MISSING = "Diese Seite gibt es nicht auf Deutsch."
PROBLEM = "Bitte prüfen Sie Ihre Angaben"

HUMAN = 3_100
"""Milliseconds; who fills in a form faster is suspected, and gets no confirmation."""


@pytest.fixture
def page(chromium: Browser, running: Running) -> Iterator[Page]:
    context = chromium.new_context(base_url=running.url)
    yield context.new_page()
    context.close()


def test_a_company_is_served_in_english_from_the_start_to_the_answer(
    chromium: Browser, running: Running
) -> None:
    with asker(chromium, running, locale="en-GB") as visitor:
        page = visitor.page
        page.goto("/en/")
        page.locator(".teaser__link").first.click()
        assert in_german(_path(page)).startswith("/artikel/")
        page.locator(".call-to-action a").first.click()
        assert in_german(_path(page)).startswith("/kontakt/")

        answers = {"name": "Erin Example", "email": f"erin{visitor.number}@firma.example"}
        visitor.fill_in(message="", **answers)
        visitor.button.click()
        summary = page.locator(".error-summary")
        assert summary.get_by_role("heading").inner_text() == said("/en/", PROBLEM)
        [missing] = summary.get_by_role("link").all()
        assert missing.inner_text() == "Describe your situation in two or three sentences"
        assert page.title().startswith("Error: ")
        assert in_german(_switch(page)) == in_german(_path(page))

        visitor.field("message").fill("Our German subsidiary needs a key account manager.")
        page.wait_for_timeout(HUMAN)
        reference = visitor.send()
        assert page.locator("html").get_attribute("lang") == "en-GB"
        assert _switch(page) == "/"
        assert MISSING not in page.locator("footer").inner_text()

        confirmation = visitor.mail(reference, answers["email"])
        assert confirmation["Subject"] == f"We have received your enquiry {reference}"
        notification = visitor.mail(reference, LEADS_AT_HOME)
        body = notification.get_body(("plain",))
        assert body is not None
        assert "Sprache der Anfrage: Englisch" in body.get_content()

    app = create_app(Settings(instance_dir=running.instance))
    anna = staff.account(app, StaffRole.LEAD_ADMIN)
    with staff.page_of(chromium, running.url, cookie=staff.cookie(app, anna)) as inbox:
        inbox.goto("/posteingang/anfragen/?sprache=en")
        inbox.get_by_role("link", name=visitor.company).click()
        assert inbox.locator("dt:text-is('Sprache der Anfrage') + dd").inner_text() == "Englisch"
        inbox.get_by_text("Vorlage: Absagen").click()
        draft = inbox.locator(".drafts__item[open] .drafts__text")
        assert draft.get_attribute("lang") == "en-GB"
        assert draft.inner_text().startswith("Dear Erin Example,")
    services(app).leads.close()


def test_every_type_of_page_leads_to_the_same_in_the_other_language_and_back(page: Page) -> None:
    for german in IN_BOTH:
        ways = [edition(code).addresses.at(german) for code in ("de", "en")]
        page.goto(ways[0])
        for here, there in (ways, reversed(ways)):
            assert _path(page) == here
            assert _switch(page) == there
            page.locator("footer [hreflang][lang], footer [lang] [hreflang]").first.click()
            page.wait_for_url(f"**{there}")


def test_where_there_is_no_such_page_it_says_so_and_leads_to_the_nearest(page: Page) -> None:
    for german, nearest in IN_GERMAN_ALONE.items():
        page.goto(f"/{german}")
        assert _switch(page) == edition("en").addresses.at(nearest), german
        assert said("/en/", MISSING) in page.locator("footer").inner_text(), german
    answer = page.goto("/en/no-such-page/")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("h1").inner_text() == edition("en").page("404").title
    assert _switch(page) == "/"
    assert page.locator("footer [hreflang]").inner_text() == "Deutsch"


@pytest.mark.parametrize(("code", "word"), [("de", "Kunde"), ("en", "customers")])
def test_a_search_finds_pages_of_its_own_language_alone(page: Page, code: str, word: str) -> None:
    address = edition(code).addresses.page("suche")
    for searched in (word, "Management"):
        page.goto("about:blank")
        page.goto(f"{address}#{searched}")
        links = page.locator(".search__results a")
        links.first.wait_for()
        found = [str(link.get_attribute("href")) for link in links.all()]
        assert len(found) > 2
        assert all(at.startswith("/en/") == (code == "en") for at in found), found
        assert page.get_by_role("search").get_by_role("status").inner_text()[:1].isdigit()


def _path(page: Page) -> str:
    page.wait_for_load_state()
    return urlsplit(page.url).path


def _switch(page: Page) -> str:
    """Return where header and footer lead in the other language."""
    found = {
        str(link.get_attribute("href")) for link in page.locator("body [hreflang][href]").all()
    }
    [address] = found
    return address
