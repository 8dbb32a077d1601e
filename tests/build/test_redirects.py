"""An old address of an article leads to the new one, on any host."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html as parser
from playwright.sync_api import Browser

from support.content import Content
from support.site import freeze, running_site

ALIASES = "[/artikel/alt/, /archiv/umgang.html, /kurz, /größe/, /%C3%A4lter/]"
FILES = (
    "artikel/alt/index.html",
    "archiv/umgang.html",
    "kurz/index.html",
    "größe/index.html",
    "älter/index.html",
)


@pytest.fixture
def frozen(content: Content, tmp_path: Path) -> Path:
    content.article("neu", title="Ein neuer Ort", aliases=ALIASES)
    content.article("entwurf", status="draft", aliases="[/nie-dagewesen/]")
    address = "https://www.beispiel.test/tritt"
    freeze("--content", content.folder, "--output", tmp_path / "build", "--base-url", address)
    return tmp_path / "build"


def test_at_every_old_address_lies_a_page_that_leads_on(frozen: Path) -> None:
    for file in FILES:
        page = parser.document_fromstring((frozen / file).read_bytes())
        [refresh] = page.xpath("//head/meta[@http-equiv='refresh']/@content")
        assert refresh == "0; url=/tritt/artikel/neu/"
        assert page.xpath("//head/link[@rel='canonical']/@href") == [
            "https://www.beispiel.test/tritt/artikel/neu/"
        ]
        assert page.xpath("//head/meta[@name='robots']/@content") == ["noindex"]
        assert page.xpath("//main//a[@href='/tritt/artikel/neu/']/text()") == ["Ein neuer Ort"]


def test_search_engines_hear_only_of_the_new_address_and_drafts_lead_nowhere(frozen: Path) -> None:
    for name in ("sitemap.xml", "feed.xml"):
        text = (frozen / name).read_text()
        assert "/artikel/neu/" in text
        assert "alt/" not in text
        assert "umgang" not in text
    assert not (frozen / "nie-dagewesen").exists()


@pytest.mark.parametrize(
    "alias",
    ["/artikel/anderer/", "/kontakt", "/../draussen/", "/a//b/", "/%2E%2E/x/", "/alt.php", "/"],
)
def test_no_page_leads_on_where_another_is_or_none_can_be(content: Content, alias: str) -> None:
    content.article("neu", aliases=f"['{alias}']")
    content.article("anderer")
    assert content.load().redirects == {}


@pytest.mark.browser
def test_a_browser_gets_from_the_old_address_to_the_article(
    content: Content, tmp_path: Path, chromium: Browser
) -> None:
    content.article("neu", title="Ein neuer Ort", aliases="[/artikel/alt/]")
    freeze("--content", content.folder, "--output", tmp_path / "build")
    with running_site(tmp_path, frozen=False, delivering=False) as site:
        page = chromium.new_page()
        page.goto(f"{site.url}/artikel/alt/")
        page.wait_for_url("**/artikel/neu/")
        assert page.get_by_role("heading", level=1).inner_text() == "Ein neuer Ort"
        page.close()
