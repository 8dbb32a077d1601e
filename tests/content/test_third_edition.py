"""A third language is a content folder with a catalogue: no code knows how many there are."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html

import website
from support import sound
from support.content import Content
from support.site import ROOT
from support.sqlite import migrated
from support.visitor import BROWSER
from website import checking
from website.config import Role, Settings
from website.web.services import services

IN_DUTCH = {"Suche": "Zoeken", "Menü": "Menu", "Anfrage": "Aanvraag", "Artikel": "Artikelen"}
MARKED = "nl: "
"""Before every other word of the interface."""
WORDS = {
    '"articles"': '"artikelen"', '"articles/an-article"': '"artikelen/een-artikel"',
    '"contact/set-up"': '"contact/opbouwen"', '"enquiry"': '"aanvraag"',
    '"enquiry/confirm"': '"aanvraag/bevestigen"', '"legal-notice"': '"colofon"',
    '"topics"': '"onderwerpen"', '"topics/customers"': '"onderwerpen/klanten"',
    '/legal-notice/': '/colofon/', '"page"': '"pagina"', '"search"': '"zoeken"',
}  # fmt: skip
ANSWERS = {
    "topic": "kam-aufbauen",
    "message": "Wij zoeken een interim key account manager in München.",
    "company": "Voorbeeld BV",
    "name": "Jan Voorbeeld",
    "email": "jan@voorbeeld.example",
}


def catalogue() -> bytes:
    """Return the English catalogue with Dutch words for a handful, and marked ones for the rest."""
    with (ROOT / "content/en/oberflaeche.po").open("rb") as file:
        words = read_po(file)
    for message in words:
        if isinstance(message.id, tuple):
            message.string = tuple(MARKED + form for form in message.string)
        elif message.id:
            message.string = IN_DUTCH.get(message.id, MARKED + str(message.string))
    written = io.BytesIO()
    write_po(written, words)
    return written.getvalue()


@pytest.fixture
def dutch(content: Content) -> Content:
    """Make a site in three languages."""
    sound.make_sound(content)
    sound.make_edition(content)
    sound.make_edition(content, "nl-NL", "Nederlands")
    data = content.folder / "nl/website.toml"
    text = data.read_text()
    for english, word in WORDS.items():
        text = text.replace(english, word)
    data.write_text(text)
    content.write("nl/oberflaeche.po", catalogue())
    sound.edition_article(content, "Een alinea.", code="nl", title="Een titel")
    sound.edition_page(content, "alleen", "Een alinea.", code="nl")
    return content


@pytest.fixture
def app(dutch: Content, tmp_path: Path) -> Flask:
    settings = Settings(content_dir=dutch.folder, instance_dir=migrated(tmp_path / "instance"))
    return website.create_app(settings, role=Role.PREVIEW)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def page(visitor: FlaskClient, address: str) -> html.HtmlElement:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return html.document_fromstring(response.text)


def test_the_checks_find_no_error(dutch: Content) -> None:
    library = dutch.load()
    assert list(library.editions) == ["de", "en", "nl"]
    found = checking.check(library, dutch.folder)
    assert [str(problem) for problem in found if problem.blocks] == []


@pytest.mark.slow
def test_pages_speak_the_language_and_write_its_dates(visitor: FlaskClient) -> None:
    shown = page(visitor, "/nl/artikelen/een-artikel/")
    assert shown.get("lang") == "nl-NL"
    assert shown.xpath("//meta[@property='og:locale']/@content") == ["nl_NL"]
    assert "1\xa0november 2026" in shown.text_content()
    assert shown.cssselect(".header__search span")[0].text == IN_DUTCH["Suche"]
    assert MARKED in shown.cssselect(".skip-link")[0].text
    assert "<title>Een titel" in visitor.get("/nl/feed.xml").text


@pytest.mark.slow
def test_three_pages_name_each_other_and_each_switch_leads_to_two(visitor: FlaskClient) -> None:
    addresses = {
        "de": "/artikel/ein-artikel/",
        "en-GB": "/en/articles/an-article/",
        "nl-NL": "/nl/artikelen/een-artikel/",
    }
    for language, address in addresses.items():
        shown = page(visitor, address)
        named = {
            link.get("hreflang"): re.sub(r"^http://[^/]+", "", link.get("href"))
            for link in shown.xpath("//head/link[@hreflang]")
        }
        by_code = {language.partition("-")[0]: at for language, at in addresses.items()}
        assert named == by_code | {"x-default": addresses["de"]}
        others = {code: at for code, at in addresses.items() if code != language}
        for part in ("header", "footer"):
            links = shown.xpath(f"//{part}//a[@hreflang]")
            assert {link.get("hreflang"): link.get("href") for link in links} == others
    alone = page(visitor, "/nl/alleen/")
    assert alone.xpath("//head/link[@hreflang]") == []
    assert alone.xpath("//footer//a[@hreflang]/@href") == ["/", "/en/"]


def test_pages_without_a_german_one_name_no_default(visitor: FlaskClient, dutch: Content) -> None:
    text = (dutch.folder / "nl/seiten/alleen.md").read_text()
    dutch.write("en/seiten/alleen.md", text)
    for code in ("en", "nl"):
        shown = page(visitor, f"/{code}/alleen/")
        assert sorted(shown.xpath("//head/link/@hreflang")) == ["en", "nl"]


def test_the_sitemap_and_the_robots_know_it(visitor: FlaskClient) -> None:
    tree = etree.fromstring(visitor.get("/sitemap.xml").data)
    listed = [element.text for element in tree.iter("{*}loc")]
    [address] = [each for each in listed if each.endswith("/nl/artikelen/een-artikel/")]
    [entry] = [each for each in tree if each.findtext("{*}loc") == address]
    assert [link.get("hreflang") for link in entry.iterfind("{*}link")] == ["de", "en", "nl"]
    assert "Disallow: /nl/aanvraag\n" in visitor.get("/robots.txt").text


@pytest.mark.slow
def test_a_request_is_taken_in_it(dutch: Content, tmp_path: Path) -> None:
    settings = Settings(content_dir=dutch.folder, instance_dir=migrated(tmp_path / "instance"))
    app = website.create_app(settings, role=Role.SERVICE)
    refused = app.test_client().post("/nl/aanvraag", data={"name": "Jan"}, headers=BROWSER)
    assert refused.status_code == 422
    assert '<html lang="nl-NL">' in refused.text
    assert MARKED in html.document_fromstring(refused.text).cssselect(".error-summary")[0].xpath(
        "string(.//h2)"
    )
    taken = app.test_client().post("/nl/aanvraag", data=ANSWERS, headers=BROWSER)
    assert taken.status_code == 303
    assert taken.location.startswith("/nl/aanvraag/")
    lead = services(app).leads.store.get(taken.location.rpartition("/")[2])
    assert lead is not None
    assert lead.language == "nl"
