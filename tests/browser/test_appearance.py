"""What readers see who changed how they see: own colours, no motion, darkness, paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from support.broken_words import broken_words
from support.site import Running
from support.waiting import wait_until

pytestmark = pytest.mark.browser

START = "/"
ARTICLE = "/artikel/der-richtige-umgang-mit-schwierigen-kunden/"
CONTACT = "/kontakt/"
BOUNDED = {
    START: (".button",),
    ARTICLE: (".button", ".key-points", ".contents", ".box"),
    CONTACT: (
        ".button",
        ".field__input",
        ".choices__item",
        ".form__more",
    ),
    "/barrierefreiheit/": (".contact-panel",),
}
"""What is told apart by its border alone once colours are the reader's own."""
TRANSPARENT = "rgba(0, 0, 0, 0)"

BORDERS = """element => ['Top', 'Right', 'Bottom', 'Left']
    .map(side => ['Style', 'Width', 'Color'].map(
        part => getComputedStyle(element)[`border${side}${part}`]))"""
OUTLINES = """controls => controls.map(control => {
    control.focus();
    return [getComputedStyle(control).outlineStyle, control.outerHTML];
})"""
"""Focuses one control after the other."""
REMEMBER_TRANSITION = """
addEventListener('pagereveal', event => { window.transition = Boolean(event.viewTransition); });"""


@pytest.fixture
def seen(request: pytest.FixtureRequest, chromium: Browser, running: Running) -> Iterator[Page]:
    """Open the site as one kind of reader sees it."""
    context = chromium.new_context(base_url=running.url, **request.param)
    context.add_init_script(REMEMBER_TRANSITION)
    yield context.new_page()
    context.close()


def as_(**options: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("seen", [options], indirect=True, ids=[str(options)])


@as_()
def test_no_width_breaks_a_word_in_the_middle(seen: Page) -> None:
    for address in (START, CONTACT, "/en/", "/en/contact/"):
        seen.goto(address)
        for width in (320, 480, 641, 672, 736, 992, 1024, 1152):
            seen.set_viewport_size({"width": width, "height": 900})
            assert broken_words(seen) == [], (address, width)


@as_()
def test_choices_have_room_for_letters_that_are_drawn_somewhat_wider(seen: Page) -> None:
    """As where they are rounded to whole pixels."""
    seen.goto(CONTACT)
    seen.locator(".choices__label").evaluate_all(
        "all => all.forEach(each => { each.style.letterSpacing = '0.02em' })"
    )
    for width in (320, 360, 375, 412, 704, 736, 992, 1217):
        seen.set_viewport_size({"width": width, "height": 900})
        assert broken_words(seen) == [], width


@as_(forced_colors="active")
def test_forced_colours_leave_every_border(seen: Page) -> None:
    for address, selectors in BOUNDED.items():
        seen.goto(address)
        for selector in selectors:
            borders = seen.locator(selector).first.evaluate(BORDERS)
            assert any(
                style == "solid" and width != "0px" and colour != TRANSPARENT
                for style, width, colour in borders
            ), (address, selector, borders)


@as_(forced_colors="active")
def test_forced_colours_leave_the_focus_visible(seen: Page) -> None:
    for address in BOUNDED:
        seen.goto(address)
        seen.keyboard.press("Shift")  # as somebody does who uses the keyboard
        controls = seen.locator("a[href]:visible, button:visible, input:visible")
        outlines = controls.evaluate_all(OUTLINES)
        assert len(outlines) > 10
        assert [each for each in outlines if each[0] != "solid"] == [], address


@as_(reduced_motion="no-preference")
def test_pages_change_over_for_readers_who_want_motion(seen: Page) -> None:
    assert _moves_to_the_articles(seen)


@as_(reduced_motion="reduce")
def test_nothing_moves_for_readers_who_want_no_motion(seen: Page) -> None:
    assert not _moves_to_the_articles(seen)


@as_(contrast="more")
def test_more_contrast_leaves_no_soft_text(seen: Page) -> None:
    seen.goto(ARTICLE)
    soft = seen.locator(".byline").evaluate("e => getComputedStyle(e).color")
    assert max(_channels(soft)) == 0


@as_(color_scheme="dark")
def test_an_article_on_paper_is_text_on_white_and_says_where_it_is_from(
    seen: Page, running: Running
) -> None:
    seen.goto(ARTICLE)
    seen.emulate_media(media="print")
    for selector in (".header", ".breadcrumb", ".contents", ".call-to-action", ".footer nav"):
        assert seen.locator(selector).count() == 1, selector
        assert not seen.locator(selector).is_visible(), selector
    assert "Fingerspitzengefühl" in seen.locator(".prose").inner_text()
    assert running.url + ARTICLE in seen.locator(".footer").inner_text()
    assert f"Impressum: {running.url}/impressum/" in seen.locator(".footer").inner_text()
    body = seen.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert min(_channels(body)) == 255


@as_(reduced_motion="reduce")
def test_the_contents_mark_where_the_reader_is(seen: Page) -> None:
    seen.goto(ARTICLE)
    last = seen.locator(".contents__link").last
    assert last.evaluate("e => getComputedStyle(e).textDecorationLine") == "none"
    last.click()
    seen.mouse.move(0, 0)
    marked = "document.querySelectorAll('.contents__link:target-current').length"
    wait_until(lambda: seen.evaluate(marked), "marked")
    assert last.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"


def _moves_to_the_articles(page: Page) -> bool:
    """Go there up to five times: on a busy machine Chromium leaves a transition out."""
    for _ in range(5):
        page.goto(START)
        page.get_by_role("link", name="Ratgeber lesen").click()
        page.wait_for_url("**/artikel/")
        wait_until(lambda: page.evaluate("window.transition !== undefined"), "shown")
        if page.evaluate("window.transition"):
            return True
    return False


def _channels(colour: str) -> list[int]:
    return [int(channel) for channel in colour.removeprefix("rgb(").rstrip(")").split(",")]
