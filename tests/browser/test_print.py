"""An article on paper: its pages counted, no heading left alone, no page with only a footer."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from support.editions import in_german
from support.site import Running

pytestmark = pytest.mark.browser

MOST_PAGES = 8
MARGIN = 18 / 25.4 * 72
"""Points: ``@page`` in ``print.css``."""
ROOM_FOR_TEXT = 60
"""Points below the top of a heading's line: itself, and two lines of what it announces."""
LINES_OF_A_FOOTER = 4

ARTICLE = re.compile(r"/artikel/[a-z][\w-]+/")
_PAGE = re.compile(rb"/Type /Page\b.*?/Contents (\d+) 0 R", re.DOTALL)
_HEADING = re.compile(rb"/Title (?:\(|<).*?/Dest \[\d+ 0 R /XYZ \S+ (\S+) ", re.DOTALL)
_TEXT = re.compile(rb"\bBT\b")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("late", ["no", "interim-serif", "schibsted-grotesk", "any"])
def test_every_article_is_a_handout_whichever_font_came_too_late(
    page: Page, running: Running, late: str
) -> None:
    name = "" if late == "any" else late
    page.route(re.compile(rf"/{name}[^/]*\.woff2$"), lambda route: route.abort())
    articles = [at for at in running.addresses if ARTICLE.fullmatch(in_german(at))]
    assert articles
    for address in articles:
        page.goto(running.url + address)
        printed = page.pdf(prefer_css_page_size=True, format="A4", tagged=True, outline=True)
        pages = _PAGE.findall(printed)
        assert 2 <= len(pages) <= MOST_PAGES, (address, len(pages))
        # Of a heading that is moved to the next page, Chromium names the end of the one before.
        tops = [top for top in map(float, _HEADING.findall(printed)) if top > MARGIN + 1]
        assert len(tops) > 3, address
        assert min(tops) > MARGIN + ROOM_FOR_TEXT, (address, sorted(tops)[:3])
        assert _lines(printed, pages[-1]) > LINES_OF_A_FOOTER + 2, address


def test_no_link_of_the_letterhead_is_printed(page: Page, running: Running) -> None:
    page.emulate_media(media="print")
    for address in ("/", "/vorlagen/beschwerden/", "/en/contact/"):
        page.goto(running.url + address)
        assert page.locator(".footer__print").is_visible()
        assert page.locator(".footer a:visible").count() == 0, address


def _lines(printed: bytes, number: bytes) -> int:
    """Return how many runs of text a page's content draws, at least one a line."""
    found = re.search(rb"\n" + number + rb" 0 obj.*?stream\r?\n(.*?)endstream", printed, re.DOTALL)
    assert found
    drawn = zlib.decompressobj().decompress(found[1])
    return len(_TEXT.findall(drawn))
