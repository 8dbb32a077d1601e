"""Every page of the real build, looked at as a browser, a search engine and a checker would."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from babel.messages.pofile import read_po
from lxml import etree
from lxml import html as parser
from PIL import Image

from support import node, site
from support.editions import CODES, edition, edition_at, in_german
from support.site import ROOT
from website.content.blocks import TOOLS
from website.content.library import Library

BASE = "http://127.0.0.1:8000"
DATA = {"application/json", "application/ld+json"}
"""What scripts read, and no browser runs."""
UNREAD = {"script", "style"}
"""Elements whose text nobody reads."""
SEED = ROOT / "tests/build/seed.txt"


def pages(build: Path) -> list[Path]:
    found = site.pages(build)
    assert len(found) >= 17
    return found


@cache
def tree(path: Path) -> parser.HtmlElement:
    return parser.document_fromstring(path.read_bytes())


def address(build: Path, path: Path) -> str:
    return "/" + path.relative_to(build).as_posix().removesuffix("index.html")


def pages_of(build: Path, code: str) -> list[Path]:
    """List the pages of an edition."""
    found = pages(build)
    return [path for path in found if edition_at(address(build, path)) is edition(code)]


@pytest.mark.parametrize("code", CODES)
def test_every_page_says_what_it_is(build: Path, code: str) -> None:
    titles: dict[str, Path] = {}
    descriptions: dict[str, Path] = {}
    for path in pages_of(build, code):
        page = tree(path)
        assert page.get("lang") == edition(code).language.tag, path
        title = page.findtext(".//title")
        assert title, path
        assert title.count("Interim Profis") == 1, path
        assert title not in titles, (path, titles.get(title))
        titles[title] = path
        description = page.xpath("//meta[@name='description']/@content")[0]
        assert 50 <= len(description) <= 170, (path, len(description))
        assert description not in descriptions, (path, descriptions.get(description))
        descriptions[description] = path
        assert len(page.xpath("//h1")) == 1, path
        assert page.xpath("//meta[@name='viewport']"), path


WITHOUT_ADDRESS = {"404.html", "413.html", "503.html"}
"""What a web server answers with, wherever that was."""


def test_every_page_but_the_missing_one_names_its_own_address(build: Path) -> None:
    for path in pages(build):
        canonical = tree(path).xpath("//link[@rel='canonical']/@href")
        own = address(build, path)
        if in_german(own).startswith("/kontakt/"):
            own = edition_at(own).addresses.request()
        expected = [] if path.name in WITHOUT_ADDRESS else [BASE + own]
        assert canonical == expected, path


def test_headings_leave_no_level_out(build: Path) -> None:
    for path in pages(build):
        levels = [int(h.tag[1]) for h in tree(path).iter("h1", "h2", "h3", "h4")]
        assert levels[0] == 1, path
        for before, after in itertools.pairwise(levels):
            assert after <= before + 1, (path, levels)


def test_every_id_is_unique_on_its_page(build: Path) -> None:
    for path in pages(build):
        ids = tree(path).xpath("//@id")
        assert len(ids) == len(set(ids)), path


def test_every_reference_within_a_page_has_its_target(build: Path) -> None:
    for path in pages(build):
        ids = set(tree(path).xpath("//@id"))
        for attribute in ("aria-labelledby", "aria-describedby", "for"):
            for value in tree(path).xpath(f"//@{attribute}"):
                assert set(value.split()) <= ids, (path, attribute, value)


def test_every_internal_link_and_anchor_leads_somewhere(build: Path) -> None:
    for path in pages(build):
        for element in tree(path).iter():
            for attribute in ("href", "src", "action"):
                target = element.get(attribute)
                if target and not urlsplit(target).scheme:
                    _assert_leads_somewhere(build, path, target)
                elif target and target.startswith(BASE):
                    _assert_leads_somewhere(build, path, target.removeprefix(BASE))


def _assert_leads_somewhere(build: Path, path: Path, target: str) -> None:
    parts = urlsplit(target)
    if parts.path in {edition(code).addresses.at("anfrage") for code in CODES}:
        return  # the endpoint
    file = path
    if parts.path:
        assert parts.path.startswith("/"), (path, target)
        file = build / unquote(parts.path.lstrip("/"))
        file = file / "index.html" if parts.path.endswith("/") else file
    assert file.is_file(), (path, target)
    if parts.fragment:
        assert unquote(parts.fragment) in tree(file).xpath("//@id"), (path, target)


def test_nothing_comes_from_another_host_and_nothing_runs_inline(build: Path) -> None:
    for path in pages(build):
        page = tree(path)
        links = "//link[@rel!='canonical' and not(@hreflang)]/@href"
        sources = page.xpath(f"{links} | //@src | //@srcset | //@action")
        assert all(source.startswith("/") for source in sources), (path, sources)
        assert not page.xpath("//@style | //style"), path
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), path
        for script in page.xpath("//script"):
            assert script.get("src") or script.get("type") in DATA, path
    for sheet in build.rglob("*.css"):
        assert not re.search(r"@import|url\([\"']?(https?:)?//", sheet.read_text())


def test_the_pages_of_tools_forbid_connections_on_any_host(build: Path) -> None:
    found = {path: in_german(address(build, path)) for path in pages(build)}
    tools = [path for path, german in found.items() if re.match("/werkzeuge/.", german)]
    assert len(tools) > len(TOOLS)
    for path in tools:
        head = tree(path).find("head")
        [policy] = head.xpath("meta[@http-equiv='Content-Security-Policy']")
        assert policy.get("content") == "connect-src 'none'"
        [script] = head.xpath("script[@src]")
        assert head.index(policy) < head.index(script)


def test_every_page_leads_to_the_legal_ones(build: Path) -> None:
    for path in pages(build):
        links = {link.get("href"): link.text_content() for link in tree(path).xpath("//footer//a")}
        addresses = edition_at(address(build, path)).addresses
        assert "Impressum" in links[addresses.page("impressum")], path
        assert links[addresses.page("datenschutz")] in {"Datenschutz", "Privacy"}, path


@pytest.mark.parametrize("code", CODES)
def test_structured_data_say_what_google_asks_for(build: Path, code: str) -> None:
    kinds: dict[str, set[str]] = {}
    for path in pages_of(build, code):
        for script in tree(path).xpath("//script[@type='application/ld+json']"):
            data = json.loads(script.text)
            assert data["@context"] == "https://schema.org"
            assert data.get("inLanguage", edition(code).language.tag) == edition(code).language.tag
            kinds.setdefault(data["@type"], set()).update(data)
            assert "PLATZHALTER" not in script.text
    assert kinds["WebSite"] >= {"name", "url"}
    assert kinds["ProfessionalService"] >= {"name", "url", "slogan", "description"}
    assert kinds["Article"] >= {
        "headline",
        "image",
        "datePublished",
        "dateModified",
        "author",
        "publisher",
    }
    assert kinds["BreadcrumbList"] >= {"itemListElement"}


def test_pages_can_be_shared(build: Path) -> None:
    for path in pages(build):
        names = set(tree(path).xpath("//meta/@property"))
        assert names >= {"og:title", "og:description", "og:type", "og:locale", "og:site_name"}
        assert tree(path).xpath("//meta[@name='twitter:card']/@content") == ["summary_large_image"]
        own = edition_at(address(build, path))
        [locale] = tree(path).xpath("//meta[@property='og:locale']/@content")
        assert locale == own.language.locale, path
        if address(build, path) in {article.address for article in own.articles}:
            assert names >= {"article:published_time", "article:modified_time", "og:url"}, path


def test_every_page_has_a_card_and_every_article_its_own(build: Path) -> None:
    for code in CODES:
        _assert_shown_on_cards(build, edition(code), pages_of(build, code))
    drawn = {file.name for file in (build / "karten").iterdir()}
    shown = {
        tree(path).xpath("//meta[@property='og:image']/@content")[0].rpartition("/")[2]
        for path in pages(build)
    }
    assert drawn == shown


def _assert_shown_on_cards(build: Path, library: Library, paths: list[Path]) -> None:
    cards: dict[str, list[str]] = {}
    for path in paths:
        [card] = tree(path).xpath("//meta[@property='og:image']/@content")
        [alt] = tree(path).xpath("//meta[@property='og:image:alt']/@content")
        assert alt.startswith("Interim Profis: "), path
        cards.setdefault(card, []).append(address(build, path))
        file = build / card.removeprefix(f"{BASE}/")
        assert file.stat().st_size <= 60_000, card
        with Image.open(file, formats=["PNG"]) as image:
            assert image.size == (1200, 630)
    shared, *own = sorted(cards.values(), key=len, reverse=True)
    assert library.addresses.at("404.html") in shared
    assert sorted(own) == sorted([article.address] for article in library.articles)


def test_exactly_the_pages_that_lack_facts_name_them_at_their_top(build: Path) -> None:
    lacking = set()
    for path in pages(build):
        marks = {mark.text_content() for mark in tree(path).xpath("//mark[@class='placeholder']")}
        told = tree(path).xpath("//body/aside[@class='open-facts'][following-sibling::header]")
        assert len(tree(path).xpath("//*[@class='open-facts']")) == len(told) == bool(marks), path
        for mark in marks:
            assert mark.removeprefix("[noch offen: ").removesuffix("]") in told[0].text_content()
            lacking.add(path)
    for code in CODES:
        addresses = edition(code).addresses
        assert build / addresses.page("impressum").lstrip("/") / "index.html" in lacking
        assert build / addresses.root.lstrip("/") / "index.html" not in lacking


def test_every_list_topic_tool_and_article_leads_to_the_form(build: Path) -> None:
    for path in pages(build):
        if in_german(address(build, path)).startswith(("/artikel/", "/themen/", "/werkzeuge/")):
            asked = tree(path).xpath("//main//*[@class='call-to-action']//a/@href")
            form = edition_at(address(build, path)).addresses.request()
            assert [link for link in asked if form in link], path


@pytest.mark.parametrize("code", CODES)
def test_the_navigation_marks_where_one_is_and_what_stands_above(build: Path, code: str) -> None:
    for place, marked in (
        ("interim-management/", "page"),
        ("interim-management/vertrag-und-status/", "true"),
        ("artikel/von-kunden-trennen/", "true"),
        ("themen/kundenbeziehungen/", "true"),
        ("werkzeuge/kundenkonzentration/", "true"),
    ):
        page = tree(build / edition(code).addresses.at(place).lstrip("/") / "index.html")
        entries = page.xpath("//nav[@id='menue']//a[@aria-current]")
        assert [entry.get("aria-current") for entry in entries] == [marked], place


def test_missing_facts_are_marked_where_a_reader_sees_them(build: Path) -> None:
    for code, name in itertools.product(CODES, ("impressum", "datenschutz", "barrierefreiheit")):
        page = tree(build / edition(code).addresses.page(name).lstrip("/") / "index.html")
        assert page.xpath("//mark[@class='placeholder']"), (code, name)
    for path in pages(build):
        assert "PLATZHALTER" not in path.read_text(), path


def test_pages_in_several_languages_name_each_other_and_the_same_for_all_others(
    build: Path,
) -> None:
    named = {}
    for path in pages(build):
        links = tree(path).xpath("//head/link[@hreflang]")
        if links:
            found = {link.get("hreflang"): link.get("href") for link in links}
            assert len(found) == len(links), path
            own = found[tree(path).get("lang").partition("-")[0]]
            assert own == tree(path).xpath("//link[@rel='canonical']/@href")[0], path
            named[own] = found
    assert len(named) > 40
    for found in named.values():
        assert all(named[other] == found for other in found.values())


@pytest.mark.parametrize("code", CODES)
def test_who_comes_from_a_page_about_no_topic_finds_none_chosen(build: Path, code: str) -> None:
    addresses = edition(code).addresses
    for name in ("index", "artikel", "ueber-uns", "interim-management"):
        page = tree(build / addresses.page(name).lstrip("/") / "index.html")
        links = page.xpath("//a[contains(@class, 'button')]/@href")
        assert links.count(addresses.page("kontakt")) >= 2, name
    form = tree(build / addresses.page("kontakt").lstrip("/") / "index.html")
    assert form.xpath("//form//input[@checked]") == []


@pytest.mark.parametrize("name", ["413.html", "503.html"])
def test_no_button_leads_away_from_what_was_typed(build: Path, name: str) -> None:
    for path in (build / name, build / "en" / name):
        assert tree(path).xpath("//main//a[@class='button']") == []


@pytest.mark.parametrize("code", CODES[1:])
def test_no_german_word_is_left_where_none_is_marked_as_one(build: Path, code: str) -> None:
    with (ROOT / f"content/{code}/oberflaeche.po").open("rb") as file:
        german = {row.id for row in read_po(file) if row.id and row.id != row.string}
    for path in pages_of(build, code):
        for words in _heard_in(edition(code).language.tag, tree(path)):
            assert words not in german, path
            assert not GERMAN_WORD.search(words), (path, words)


GERMAN_WORD = re.compile(r"\b(?:der|die|das|und|oder|nicht|ein|eine|mit|von|für|auf|ist|Sie)\b")


def _heard_in(tag: str, page: parser.HtmlElement) -> Iterator[str]:
    """Yield what a screen reader says in a language: texts, labels, and words for scripts.

    What nobody has told us yet is German; no release contains it.
    """
    for element in page.iter(etree.Element):
        nearest = element.xpath("ancestor-or-self::*[@lang][1]/@lang")
        is_open = element.xpath("ancestor-or-self::*[@class='open-facts' or @class='placeholder']")
        if nearest == [tag] and element.tag not in UNREAD and not is_open:
            yield from (" ".join(text.split()) for text in element.xpath("text()"))
            for name in ("aria-label", "alt", "title", "placeholder", "data-words"):
                yield " ".join(element.get(name, "").split())


def test_the_article_of_the_agency_stands_word_for_word(build: Path) -> None:
    article = "artikel/der-richtige-umgang-mit-schwierigen-kunden/index.html"
    _assert_says(build / article, SEED.read_text().split("\n===\n")[0])


def test_the_profile_of_the_agency_stands_word_for_word(build: Path) -> None:
    _assert_says(build / "ueber-uns/index.html", SEED.read_text().split("\n===\n")[1])


def _assert_says(path: Path, text: str) -> None:
    shown = _words(tree(path).text_content())
    for sentence in re.split(r"(?<=[.!?])\s+", text.strip()):
        assert _words(sentence) in shown, sentence


def _words(text: str) -> str:
    plain = text.replace("…", "...").replace("\N{NON-BREAKING HYPHEN}", "-")
    return " ".join(re.findall(r"[\w(),.:!?%-]+", plain))


def test_every_page_is_valid_html(build: Path) -> None:
    checker = ROOT / "tests/node_modules/html-validate/bin/html-validate.mjs"
    node.run(checker, "--config", ROOT / "tests/htmlvalidate.json", *pages(build))
