"""A company sends a request, from an article to the mail in the sales staff's box."""

from __future__ import annotations

import email
import email.policy
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from support.site import Running

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def page(request: pytest.FixtureRequest, chromium: Browser, running: Running) -> Iterator[Page]:
    """Open a page at the running site, once with and once without JavaScript."""
    context = chromium.new_context(base_url=running.url, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


REFERENCE = re.compile(r"/anfrage/([A-Z0-9-]+)$")


def test_a_request_from_an_article_arrives_with_reply_to(page: Page, running: Running) -> None:
    page.goto("/artikel/der-richtige-umgang-mit-schwierigen-kunden/")
    assert page.get_by_text("Fingerspitzengefühl walten lassen").is_visible()
    page.get_by_role("link", name="Anfrage stellen").click()
    assert page.get_by_label("Key-Account-Management aufbauen").is_checked()
    page.get_by_label("Beschreiben Sie kurz Ihre Lage").fill("Uns fehlt Überblick.\nDringend.")
    page.get_by_label("Unternehmen").fill("Müller & Söhne GmbH")
    page.get_by_label("Ihr Name").fill("Jörg Weiß")
    page.get_by_label("E-Mail", exact=True).fill("joerg.weiss@firma.example")
    reference = _reference_after_sending(page)
    assert page.locator("h1").inner_text() == "Ihre Anfrage ist eingegangen"
    assert reference in page.locator("main").inner_text()

    assert reference in running.flask("leads", "list")
    shown = running.flask("leads", "show", reference)
    assert "Müller & Söhne GmbH" in shown
    assert "Uns fehlt Überblick." in shown

    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in running.mails()
        if reference in path.name
    ]
    until = 100
    while not mails and until:
        page.wait_for_timeout(100)
        until -= 1
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in running.mails()
            if reference in path.name
        ]
    assert len(mails) == 1
    assert mails[0]["Reply-To"].addresses[0].addr_spec == "joerg.weiss@firma.example"
    assert "Uns fehlt Überblick." in mails[0].get_body().get_content()


def test_a_thanks_page_may_be_loaded_again(page: Page, running: Running) -> None:
    _send_a_request(page, "Nochmal laden GmbH")
    page.reload()
    assert page.locator("h1").inner_text() == "Ihre Anfrage ist eingegangen"
    assert running.flask("leads", "list").count("Nochmal laden GmbH") in {1, 2}


def test_errors_are_told_at_the_field_and_in_a_summary_and_the_input_is_kept(page: Page) -> None:
    page.goto("/kontakt/")
    page.get_by_label("Beschreiben Sie kurz Ihre Lage").fill("Bleibt stehen")
    page.get_by_label("E-Mail", exact=True).fill("das-ist-keine")
    page.get_by_role("button", name="Anfrage senden").click()
    page.wait_for_url("**/anfrage")
    assert page.title().startswith("Fehler: ")
    summary = page.locator(".error-summary")
    assert summary.get_by_role("heading").inner_text() == "Es gibt ein Problem"
    assert summary.get_by_role("link").count() == 3
    assert page.get_by_label("Beschreiben Sie kurz Ihre Lage").input_value() == "Bleibt stehen"
    for link in summary.get_by_role("link").all():
        target = page.locator(link.get_attribute("href") or "")
        assert target.get_attribute("aria-invalid") == "true"
        described = [
            page.locator(f"[id='{name}']").inner_text()
            for name in (target.get_attribute("aria-describedby") or "").split()
        ]
        assert any(link.inner_text() in text for text in described)
    page.get_by_label("Unternehmen").fill("Doch noch GmbH")
    page.get_by_label("Ihr Name").fill("Erika Muster")
    page.get_by_label("E-Mail", exact=True).fill("erika@firma.example")
    assert _reference_after_sending(page)


def _send_a_request(page: Page, company: str) -> str:
    page.goto("/kontakt/")
    page.get_by_label("Beschreiben Sie kurz Ihre Lage").fill("Bitte melden Sie sich.")
    page.get_by_label("Unternehmen").fill(company)
    page.get_by_label("Ihr Name").fill("Erika Muster")
    page.get_by_label("E-Mail", exact=True).fill("erika@firma.example")
    return _reference_after_sending(page)


def _reference_after_sending(page: Page) -> str:
    """Send, and wait until the thanks are there: the address changes before the page does."""
    page.get_by_role("button", name="Anfrage senden").click()
    page.wait_for_url(REFERENCE)
    page.wait_for_load_state("networkidle")
    found = REFERENCE.search(page.url)
    assert found, page.url
    return found[1]
