"""Every page of the site as a browser shows it: accessible, private, fitting, complete, light.

Each page is looked at in all windows after it was opened once: opening it takes longer than most
looks, and the rules of accessibility run fastest where they have run before. All of these are tried
in every window on pages that together hold every kind of element; on the others in one window, and
in the rest of them what depends on the room that their words take.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from support.accessibility import violations
from support.editions import edition, in_german, said
from support.element_kinds import covering
from support.page_loads import ColdLoads
from support.site import Running

pytestmark = pytest.mark.browser

PARTS = 6
"""Of the pages: several processes share the work."""

# The first round trip of TCP holds ten packets of 1,460 bytes (RFC 6928); the others are our own.
FIRST_ROUND_TRIP = 14_000
FIRST_VIEW = 70_000
FONT = 25_000
FONTS = 2
SCRIPTS = 6_144
"""For a page with the request form, all that it may come to run."""
SCRIPTS_OF_A_TOOL = 15_360
SHIFT = 0.01
"""A line that breaks elsewhere in the substitute moves what is below; Google calls 0.1 good."""

HEIGHT = 800

SMALLEST_TARGET = 24
"""CSS pixels (WCAG 2.5.8)."""

TEXT_OF_DOUBLE_SIZE = 32
"""CSS pixels of the text, where a visitor has set it so in the browser (WCAG 1.4.4)."""

STANDARD_TEXT = 16

DARKEST = 64
"""Of 255, what a channel of a dark page's background must stay below."""

LOOKS = """least => ({
    width: document.documentElement.scrollWidth,
    text: getComputedStyle(document.documentElement).fontSize,
    backgrounds: [document.documentElement, document.body]
        .map(element => getComputedStyle(element).backgroundColor)
        .map(colour => colour.startsWith('rgb(') ? colour.match(/\\d+/g).map(Number) : [255]),
    small: [...document.querySelectorAll('a, button, input, summary, textarea')]
        .filter(e => !e.closest('p, li:not([class]) p, dd, td, .prose li, .sources, .skip-link'))
        .map(e => [e.closest('label') || e, e])
        .map(([box, e]) => [box.getBoundingClientRect(), e])
        .filter(([r]) => r.width && (r.width < least || r.height < least))
        .map(([r, e]) => `${e.outerHTML.slice(0, 100)} ${r.width}x${r.height}`),
})"""
"""What a page measures, with its targets that are too small."""


REACHABLE = """() => {
    const stops = "a[href], button, input, summary, textarea, [tabindex='0']";
    const all = [...document.querySelectorAll(stops)]
        .filter(e => e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility());
    const groups = new Set(all.filter(e => e.type === "radio").map(e => e.name));
    return all.filter(e => e.type !== "radio").length + groups.size;
}"""
"""Counts the stops of the Tab key: each control, but of radio buttons one for each question."""
AT_THE_END = "document.activeElement === [...document.querySelectorAll('a[href]')].at(-1)"
"""Whether the last link of the footer has the focus, with which a page ends."""


UNCOVERED = """() => {
    const focused = document.activeElement;
    return [...focused.getClientRects()]
        .flatMap(({ left, right, top, bottom }) => [
            [left + 3, top + 3], [right - 3, bottom - 3], [(left + right) / 2, (top + bottom) / 2],
        ])
        .map(([x, y]) => focused.contains(document.elementFromPoint(x, y)));
}"""
"""Tells for some points of what has the focus whether nothing lies on them (WCAG 2.4.11)."""


NEEDS_SCRIPT = """() => document.querySelector('noscript') !== null
    || [...document.scripts].some(script => !script.type.endsWith('json'))"""
"""Whether a page can look different where scripts do not run."""


@pytest.fixture(scope="module")
def whole(running: Running) -> list[str]:
    """Return the addresses of pages that together hold every kind of element."""
    return covering(running.build, running.addresses)


@pytest.fixture(params=range(PARTS), ids=lambda part: f"part {part + 1}")
def addresses(
    request: pytest.FixtureRequest, running: Running, whole: list[str]
) -> dict[str, bool]:
    """Return the addresses of some pages, and whether each is looked at as a whole."""
    others = [address for address in running.addresses if address not in whole]
    part = (*whole[request.param :: PARTS], *others[request.param :: PARTS])
    return {address: address in whole for address in part}


def test_every_page_is_light_accessible_fits_its_window_and_keeps_to_itself(
    chromium: Browser, running: Running, addresses: dict[str, bool]
) -> None:
    page = opened(chromium, running, width=1280)
    loads = ColdLoads(page)
    window = Window(page)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address, whole in addresses.items():
        window.resize(1280, STANDARD_TEXT)
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        assert loads.open(address) <= SHIFT, address
        assert_accessible_and_fitting(page, whole=True)
        sizes = loads.sizes()
        window.resize(320, STANDARD_TEXT)
        assert_accessible_and_fitting(page, whole=whole)
        for width in (390, 1280):
            window.resize(width, TEXT_OF_DOUBLE_SIZE)
            assert_fitting_with_text_of_double_size(page, whole=whole)
        assert_light(in_german(address), sizes | {"worker": loads.worker()})
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0, address
    assert {url for url in asked if not url.startswith(running.url)} == set()
    assert complaints == []
    assert page.context.cookies() == []
    page.context.close()


def assert_accessible_and_fitting(page: Page, *, whole: bool) -> None:
    """Check a page in both colour schemes; that of the rules of accessibility comes first."""
    assert violations(page, whole=whole) == [], (page.url, page.viewport_size)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        look = assert_fitting(page)
        assert look["small"] == [], page.url
        if scheme == "dark":
            for channels in look["backgrounds"]:
                assert max(channels) < DARKEST, (page.url, channels)


def assert_fitting_with_text_of_double_size(page: Page, *, whole: bool) -> None:
    assert assert_fitting(page)["text"] == f"{TEXT_OF_DOUBLE_SIZE}px"
    assert violations(page, whole=whole) == [], (page.url, page.viewport_size)


def assert_fitting(page: Page) -> Any:
    """Check that nothing stands out of the window, and return all that was measured."""
    look = page.evaluate(LOOKS, SMALLEST_TARGET)
    width = page.viewport_size["width"]  # type: ignore[index]
    assert look["width"] <= width, (page.url, width)
    return look


def assert_light(address: str, sizes: Mapping[str, tuple[int, ...]]) -> None:
    """Check what a cold load transfers: the sizes of its files, by kind.

    :param address: in German words, whatever the edition.
    """
    total = {kind: sum(files) for kind, files in sizes.items()}
    assert total["document"] + total["stylesheet"] <= FIRST_ROUND_TRIP, (address, sizes)
    assert sum(total.values()) - total["worker"] <= FIRST_VIEW, (address, sizes)
    fonts = sizes.get("font", ())
    assert len(fonts) <= FONTS, (address, fonts)
    assert max(fonts, default=0) <= FONT, (address, fonts)
    has_form = address.startswith("/kontakt/")
    assert bool(total["worker"]) is has_form, address
    scripts = total.get("script", 0) + total["worker"]
    if re.match("/werkzeuge/.", address):
        assert 0 < scripts <= SCRIPTS_OF_A_TOOL, (address, sizes)
    elif has_form or address == "/suche/":  # whose index is loaded when somebody searches
        assert 0 < scripts <= SCRIPTS, (address, sizes)
    else:
        assert scripts == 0, (address, sizes)


def test_every_page_on_a_phone_stands_still_and_needs_no_javascript(
    chromium: Browser, running: Running, addresses: dict[str, bool]
) -> None:
    page = opened(chromium, running, width=390, reduced_motion="no-preference")
    plain = opened(chromium, running, width=390, java_script_enabled=False)
    loads = ColdLoads(page)
    for address in addresses:
        assert loads.open(address) <= SHIFT, address
        is_tool = re.match("/werkzeuge/.|/suche/", in_german(address))
        if not is_tool and page.evaluate(NEEDS_SCRIPT):
            plain.goto(address)
            assert page.locator("body").inner_text() == plain.locator("body").inner_text(), address
    page.context.close()
    plain.context.close()


@pytest.mark.parametrize(("code", "word"), [("de", "Kunde"), ("en", "customer")])
def test_results_of_a_search_fit_with_text_of_double_size(
    chromium: Browser, running: Running, code: str, word: str
) -> None:
    page = opened(chromium, running, width=390)
    window = Window(page)
    window.resize(390, TEXT_OF_DOUBLE_SIZE)
    page.goto(f"{edition(code).addresses.page('suche')}#{word}")
    page.locator(".search__results a").first.wait_for()
    for width in (390, 1280):
        window.resize(width, TEXT_OF_DOUBLE_SIZE)
        assert_fitting_with_text_of_double_size(page, whole=True)
    page.context.close()


def test_what_is_typed_into_a_tool_is_seen_whole_with_text_of_double_size(
    chromium: Browser, running: Running
) -> None:
    page = opened(chromium, running, width=390)
    Window(page).resize(390, TEXT_OF_DOUBLE_SIZE)
    page.goto("/werkzeuge/trennen-oder-halten/")
    page.locator(".criterion input").evaluate_all("all => all.forEach(each => each.value = '10')")
    cut = page.locator(".criterion input").evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
    )
    assert cut == 0
    page.context.close()


def opened(chromium: Browser, running: Running, *, width: int, **options: Any) -> Page:
    context = chromium.new_context(
        base_url=running.url, viewport={"width": width, "height": HEIGHT}, **options
    )
    return context.new_page()


class Window:
    """The window of a page, and the size of the text as visitors set it in the browser."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def resize(self, width: int, text: int) -> None:
        """Give the window another width, and the text another size; both in pixels."""
        sizes = {"standard": text, "fixed": text}
        self._session.send("Page.setFontSizes", {"fontSizes": sizes})
        self._page.set_viewport_size({"width": width, "height": HEIGHT})


@pytest.mark.parametrize("width", [1217, 1440, 1920])
@pytest.mark.parametrize("start", ["/", "/en/"])
def test_each_entry_of_the_menu_stands_on_one_line(
    chromium: Browser, running: Running, width: int, start: str
) -> None:
    page = opened(chromium, running, width=width)
    page.goto(start)
    heights = page.locator(".header__link").evaluate_all("all => all.map(a => a.offsetHeight)")
    assert len(heights) > 1
    assert len(set(heights)) == 1
    line = page.locator(".header").evaluate("header => header.offsetHeight")
    assert line < 2 * min(heights)
    assert header_overlaps(page) == []
    page.context.close()


WIDE_LETTERS = "all => all.forEach(each => { each.style.letterSpacing = '0.12em' })"
"""As readers may set them (WCAG 2.2, 1.4.12), and wider than any system draws ours."""


def with_wide_letters(chromium: Browser, running: Running, width: int) -> Page:
    page = opened(chromium, running, width=width)
    page.goto("/")
    page.locator(".header *").evaluate_all(WIDE_LETTERS)
    return page


@pytest.mark.parametrize("width", [1217, 1440])
def test_wider_letters_do_not_make_the_menu_cover_its_neighbours(
    chromium: Browser, running: Running, width: int
) -> None:
    page = with_wide_letters(chromium, running, width)
    assert header_overlaps(page) == []
    page.context.close()


@pytest.mark.parametrize("width", [260, 320, 340, 385, 390, 420, 481])
def test_wider_letters_push_nothing_off_a_phone_nor_over_something_else(
    chromium: Browser, running: Running, width: int
) -> None:
    page = with_wide_letters(chromium, running, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert header_overlaps(page, gap=0) == []
    page.context.close()


@pytest.mark.parametrize("width", [385, 520, 780])
def test_larger_text_does_not_make_the_header_cover_its_own_name(
    chromium: Browser, running: Running, width: int
) -> None:
    page = opened(chromium, running, width=width)
    Window(page).resize(width, TEXT_OF_DOUBLE_SIZE)
    page.goto("/")
    assert header_overlaps(page, gap=0) == []
    page.context.close()


def test_the_menu_of_a_phone_opens_below_the_header_wherever_that_stands(
    chromium: Browser, running: Running
) -> None:
    page = opened(chromium, running, width=390)
    page.goto("/")
    page.evaluate("document.body.prepend('Ein Hinweis über der Seite')")
    page.locator(".header__menu").click()
    header = page.locator(".header").bounding_box()
    menu = page.locator(".header__navigation").bounding_box()
    assert header is not None
    assert menu is not None
    assert menu["y"] == header["y"] + header["height"]
    page.context.close()


def test_a_menu_that_is_open_while_the_window_widens_stays_below_the_header(
    chromium: Browser, running: Running
) -> None:
    page = opened(chromium, running, width=800)
    page.goto("/")
    page.locator(".header__menu").click()
    page.set_viewport_size({"width": 1300, "height": HEIGHT})
    assert header_overlaps(page) == []
    assert page.locator(".header__ask").bounding_box()["x"] > 1000  # type: ignore[index]
    page.locator(".header__menu").click()
    assert not page.locator(".header__menu").is_visible()
    link, line = page.locator(".header__link").first, page.locator(".header").bounding_box()
    assert link.bounding_box()["y"] < line["y"] + line["height"]  # type: ignore[index]
    page.context.close()


def test_whoever_tabs_past_an_open_menu_sees_where_they_are(
    chromium: Browser, running: Running
) -> None:
    page = opened(chromium, running, width=390)
    page.goto("/impressum/")
    page.locator(".header__menu").press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.locator(".header__link").first.is_visible()
    while page.evaluate("document.activeElement.closest('.header') !== null"):
        page.keyboard.press("Tab")
    assert all(page.evaluate(UNCOVERED))
    page.keyboard.press("Shift+Tab")
    assert page.locator(".header__link").first.is_visible()
    page.context.close()


def header_overlaps(page: Page, *, gap: int = 8) -> list[tuple[str, str]]:
    """Return what stands in the header less than so many pixels from the text before it."""
    parts = page.locator(".wordmark > span, .header__link, .header__search, .header__ask")
    boxes = parts.evaluate_all(
        """all => all.map(each => {
            const {left, right, top, bottom} = each.getBoundingClientRect();
            return [each.textContent, left, right, top, bottom];
        })"""
    )
    return [
        (one[0], other[0])
        for one, other in itertools.combinations(boxes, 2)
        if one[1] < other[2] + gap
        and other[1] < one[2] + gap
        and one[3] < other[4]
        and other[3] < one[4]
    ]


@pytest.mark.parametrize(
    "address",
    ["/", "/artikel/der-richtige-umgang-mit-schwierigen-kunden/", "/kontakt/", "/en/contact/"],
)
def test_the_keyboard_reaches_everything_and_its_focus_is_seen(
    chromium: Browser, running: Running, address: str
) -> None:
    context = chromium.new_context(base_url=running.url)
    page = context.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == said(
        address, "Zum Inhalt springen"
    )
    assert all(page.evaluate(UNCOVERED))
    reached = 1
    while not page.evaluate(AT_THE_END):
        page.keyboard.press("Tab")
        reached += 1
        assert any(page.evaluate(UNCOVERED)), page.evaluate("document.activeElement.outerHTML")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")
    assert reached == page.evaluate(REACHABLE)
    context.close()
