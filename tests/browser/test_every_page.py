"""Every page of the site as a browser shows it: accessible, private, fitting, complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.accessibility import SCHEMES, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from support.site import Running

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 24
"""CSS pixels (WCAG 2.5.8)."""

TEXT_OF_DOUBLE_SIZE = 32
"""CSS pixels of the text, where a visitor has set it so in the browser (WCAG 1.4.4)."""

TARGETS_TOO_SMALL = """
least => [...document.querySelectorAll('a, button, input, summary, textarea')]
    .filter(e => !e.closest('p, li:not([class]) p, dd, td, .prose li, .sources, .skip-link'))
    .map(e => [e.closest('label') || e, e])
    .map(([box, e]) => [box.getBoundingClientRect(), e])
    .filter(([r]) => r.width && (r.width < least || r.height < least))
    .map(([r, e]) => `${e.outerHTML.slice(0, 100)} ${r.width}x${r.height}`)"""


REACHABLE = """() => {
    const stops = "a[href], button, input, summary, textarea, [tabindex='0']";
    const all = [...document.querySelectorAll(stops)]
        .filter(e => e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility());
    const groups = new Set(all.filter(e => e.type === "radio").map(e => e.name));
    return all.filter(e => e.type !== "radio").length + groups.size;
}"""
"""Counts the stops of the Tab key: each control, but of radio buttons one for each question."""


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_fits_its_window_and_has_targets_that_can_be_hit(
    chromium: Browser, running: Running, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for address in running.addresses:
        page.goto(running.url + address)
        assert violations(page) == [], address
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            assert page.evaluate(TARGETS_TOO_SMALL, SMALLEST_TARGET) == [], address
    context.close()


@pytest.mark.parametrize("width", [1217, 1440, 1920])
def test_each_entry_of_the_menu_stands_on_one_line(
    chromium: Browser, running: Running, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(running.url + "/")
    heights = page.locator(".header__link").evaluate_all("all => all.map(a => a.offsetHeight)")
    assert len(heights) > 1
    assert len(set(heights)) == 1
    line = page.locator(".header").evaluate("header => header.offsetHeight")
    assert line < 2 * min(heights)
    last, search = (
        page.locator(name).last.evaluate(f"element => element.getBoundingClientRect().{side}")
        for name, side in ((".header__link", "right"), (".header__search", "left"))
    )
    assert last <= search
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_text_of_double_size_is_accessible_and_fits_its_window(
    chromium: Browser, running: Running, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    sizes = {"standard": TEXT_OF_DOUBLE_SIZE, "fixed": TEXT_OF_DOUBLE_SIZE}
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    for address in [*running.addresses, "/suche/#Kunde"]:
        page.goto(running.url + address)
        if "#" in address:
            page.locator(".search__results a").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert violations(page) == [], address
    context.close()


def test_no_page_asks_another_host_stores_anything_or_complains(
    chromium: Browser, running: Running
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in running.addresses:
        page.goto(running.url + address, wait_until="networkidle")
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0, address
    assert {url for url in asked if not url.startswith(running.url)} == set()
    assert said == []
    assert context.cookies() == []
    context.close()


def test_every_page_but_tools_and_search_says_the_same_without_javascript(
    chromium: Browser, running: Running
) -> None:
    texts = []
    for enabled in (True, False):
        context = chromium.new_context(java_script_enabled=enabled)
        page = context.new_page()
        said = {}
        for address in set(running.addresses) - {*running.tools, "/suche/"}:
            page.goto(running.url + address)
            said[address] = page.locator("body").inner_text()
        texts.append(said)
        context.close()
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "address", ["/", "/artikel/der-richtige-umgang-mit-schwierigen-kunden/", "/kontakt/"]
)
def test_the_keyboard_reaches_everything_and_its_focus_is_seen(
    chromium: Browser, running: Running, address: str
) -> None:
    context = chromium.new_context(base_url=running.url)
    page = context.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    assert page.locator(".skip-link").bounding_box()["y"] >= 0  # type: ignore[index]
    reached = 1
    while page.evaluate("document.activeElement.textContent") != "Barrierefreiheit":
        page.keyboard.press("Tab")
        reached += 1
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")
    assert reached == page.evaluate(REACHABLE)
    context.close()
