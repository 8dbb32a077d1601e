"""Nothing that was typed is lost: sessions that end, browsers that go, files of every kind."""

from __future__ import annotations

import unicodedata

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from support import staff
from support.content import ARTICLE, Content
from support.editor import NARROW, Writer

pytestmark = pytest.mark.browser

NAME = "artikel/ein-artikel"
TEXT = f"/redaktion/texte/{NAME}.md"


def sign_in(page: Page, app: Flask, url: str, erik: Writer) -> None:
    """Sign somebody in again, as in another tab."""
    cookie = staff.cookie(app, erik.staff)
    page.context.add_cookies([{"name": "posteingang", "value": cookie, "url": url}])


def test_after_a_sign_in_elsewhere_the_same_page_saves(
    app: Flask, url: str, page: Page, erik: Writer
) -> None:
    page.clock.install()
    page.goto(TEXT)
    page.context.clear_cookies()
    page.locator("#text").fill("Erst abgemeldet.\n")
    page.clock.run_for(11_000)
    expect(page.locator(".writing__told")).to_contain_text("nicht mehr angemeldet")
    sign_in(page, app, url, erik)
    page.locator("#text").fill("Erst abgemeldet, dann wieder da.\n")
    page.clock.run_for(11_000)
    expect(page.locator(".writing__told")).to_contain_text("Zwischenstand gespeichert")
    assert b"dann wieder da." in erik.data(NAME)
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".told-done")).to_contain_text("nichts zu speichern")


def test_what_a_refused_save_has_sent_is_offered_again(
    app: Flask, url: str, page: Page, erik: Writer
) -> None:
    page.clock.install()
    page.goto(TEXT)
    page.locator("#text").fill("Beim Speichern abgemeldet.\n")
    page.clock.run_for(2_500)
    page.context.clear_cookies()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("nicht mehr angemeldet").first).to_be_visible()
    sign_in(page, app, url, erik)
    page.goto(TEXT)
    expect(page.locator(".writing__recovered ins")).to_contain_text("Beim Speichern abgemeldet.")
    page.get_by_role("button", name="Diesen Stand übernehmen").click()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    page.goto(TEXT)
    expect(page.locator(".writing__recovered")).to_have_text("")
    assert b"Beim Speichern abgemeldet." in erik.data(NAME)


def test_what_was_sent_while_the_network_was_gone_is_offered_again(
    page: Page, erik: Writer
) -> None:
    page.clock.install()
    page.goto(TEXT)
    page.locator("#text").fill("Im Zug geschrieben.\n")
    page.clock.run_for(2_500)
    page.route("**/ein-artikel.md", lambda route: route.abort())
    page.get_by_role("button", name="Speichern").click()
    page.wait_for_timeout(500)
    page.unroute("**/ein-artikel.md")
    page.goto(TEXT)
    expect(page.locator(".writing__recovered ins")).to_contain_text("Im Zug geschrieben.")
    assert erik.copy(NAME) is None


def test_what_was_sent_can_be_sent_again_without_scripts(
    app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    shown = {"java_script_enabled": False, "viewport": NARROW}
    with staff.page_of(chromium, url, cookie=staff.cookie(app, erik.staff), **shown) as page:
        page.goto(TEXT)
        page.context.clear_cookies()
        page.locator("#text").fill("Ohne Skript geschrieben.\n")
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("nicht mehr angemeldet").first).to_be_visible()
        sign_in(page, app, url, erik)
        page.reload()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert b"Ohne Skript geschrieben." in erik.data(NAME)


FILES = {
    "crlf": ARTICLE.replace("\n", "\r\n"),
    "mixed, without the last line end": ARTICLE.replace(
        "Ein Absatz.\n", "Ein Absatz.\r\n\nNoch einer.\n\r\nDer dritte."
    ),
    "bom, empty lines": "\ufeff" + ARTICLE.replace("---\nEin", "---\n\n\n\nEin") + "\n\n\n",
    "nfd, tabs and spaces": ARTICLE.replace(
        "Ein Absatz.",
        unicodedata.normalize("NFD", "Größe, Übung.\n\n\tEin  Absatz.  \n\u00a0\u2028x"),
    ),
}


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("view", ["", "?ansicht=datei"], ids=["form", "file"])
def test_a_browser_keeps_every_byte_of_every_file(  # noqa: PLR0913 - fixtures
    app: Flask,
    chromium: Browser,
    url: str,
    content: Content,
    erik: Writer,
    *,
    script: bool,
    view: str,
) -> None:
    written = {
        f"datei-{number}": content.article(f"datei-{number}", text).read_bytes()
        for number, text in enumerate(FILES.values())
    }
    shown = {"java_script_enabled": script, "viewport": NARROW}
    with staff.page_of(chromium, url, cookie=staff.cookie(app, erik.staff), **shown) as page:
        for name, before in written.items():
            page.goto(f"/redaktion/texte/artikel/{name}.md{view}")
            page.get_by_role("button", name="Speichern").click()
            expect(page.locator(".told-done")).to_contain_text("nichts zu speichern")
            assert erik.copy(f"artikel/{name}") is None, name
            if view:  # a save leads to the form
                page.goto(f"/redaktion/texte/artikel/{name}.md{view}")
            page.locator("#text").press("Control+Home")
            if view:
                page.locator("#text").fill(
                    page.locator("#text").input_value().replace("Ein Titel", "Ein neuer Titel")
                )
            else:
                page.get_by_label("Titel", exact=True).fill("Ein neuer Titel")
            page.get_by_role("button", name="Speichern").click()
            expect(page.locator(".told-done")).to_contain_text("Gespeichert.")
            after = before.replace(b"Ein Titel", b"Ein neuer Titel")
            assert erik.data(f"artikel/{name}") == after, name
