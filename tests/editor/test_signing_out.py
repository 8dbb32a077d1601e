"""Whoever signs out leaves no text in the browser, and loses none."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from support import staff
from support.editor import Writer

NAME = "artikel/ein-artikel"
TEXT = f"/redaktion/texte/{NAME}.md"
KEPT = """async () => {
    const opening = indexedDB.open("redaktion", 1);
    const settled = (request) => new Promise((done) => {
        request.onsuccess = () => done(request.result);
        request.onerror = () => done(null);
    });
    opening.onupgradeneeded = () => opening.result.createObjectStore("texte");
    const database = await settled(opening);
    const texts = database.transaction("texte").objectStore("texte");
    const found = JSON.stringify(await settled(texts.getAll()));
    database.close();
    return found + JSON.stringify({...sessionStorage});
}"""


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Abmelden", exact=True).click()


def test_the_browser_is_told_to_forget(erik: Writer) -> None:
    response = erik.client.post("/posteingang/abmelden")
    assert response.headers["Clear-Site-Data"] == '"storage"'
    page = erik.client.get(response.location).text
    assert "kein Text der Redaktion mehr" in page


@pytest.mark.browser
def test_what_was_just_typed_is_saved_and_nothing_of_it_stays_here(
    page: Page, erik: Writer
) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("Gerade noch getippt.\n")
    sign_out(page)
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    assert b"Gerade noch getippt." in erik.data(NAME)
    assert page.evaluate(KEPT) == "[]{}"


@pytest.mark.browser
def test_what_other_windows_hold_is_saved_too(page: Page, erik: Writer) -> None:
    other = page.context.new_page()
    other.goto(TEXT)
    other.locator("#text").fill("Im anderen Fenster.\n")
    page.goto("/redaktion/")
    sign_out(page)
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    assert b"Im anderen Fenster." in erik.data(NAME)
    assert page.evaluate(KEPT) == "[]{}"


@pytest.mark.browser
def test_what_cannot_be_saved_is_named_before_it_is_deleted(page: Page, erik: Writer) -> None:
    page.route("**/zwischenstand", lambda route: route.fulfill(status=503))
    page.goto(TEXT)
    page.locator("#text").fill("Nur hier.\n")
    sign_out(page)
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("artikel/ein-artikel.md")
    assert "Nur hier." in page.evaluate(KEPT)
    assert erik.copy(NAME) is None
    page.goto("/redaktion/")
    sign_out(page)
    expect(warning.get_by_role("link")).to_have_attribute("href", TEXT)
    warning.get_by_role("button", name="Trotzdem abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    assert page.evaluate(KEPT) == "[]{}"


@pytest.mark.browser
def test_what_somebody_else_has_typed_is_named_too_but_not_linked(
    app: Flask, url: str, page: Page, carla: Writer
) -> None:
    page.route("**/zwischenstand", lambda route: route.fulfill(status=503))
    page.goto(TEXT)
    page.locator("#text").fill("Von Erik.\n")
    page.wait_for_timeout(2500)
    cookie = staff.cookie(app, carla.staff)
    page.context.add_cookies([{"name": "posteingang", "value": cookie, "url": url}])
    page.goto("/redaktion/")
    sign_out(page)
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("artikel/ein-artikel.md (von jemand anderem)")
    expect(warning.get_by_role("link")).to_have_count(0)
    assert "Von Erik." in page.evaluate(KEPT)


@pytest.mark.browser
def test_without_scripts_one_signs_out_at_once(
    app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    cookie = staff.cookie(app, erik.staff)
    with staff.page_of(chromium, url, cookie=cookie, java_script_enabled=False) as page:
        page.goto(TEXT)
        sign_out(page)
        expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
