"""Where a request came from: told by the page's title, and never a link of a stranger's choice."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from support.content import Content
from support.inbox import InboxClient, ask
from support.questionnaire import QUESTIONNAIRE
from website.leads.models import Lead
from website.public.contact.forms import RequestForm
from website.web.services import services

OURS = "https://www.firma.example"
HOSTILE = (
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "\\\\evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/kontakt/../..//evil.example",
    "/artikel/gibt-es-nicht/",
    "/posteingang/abmelden",
    "/kontakt",
    "kontakt/",
    "",
    " ",
)


def came_from(app: Flask, source: str | None) -> str:
    """Return a request with a source as it might be stored by whatever version."""
    number = ask(app)
    with services(app).leads.database.writing() as session:
        session.execute(update(Lead).where(Lead.reference == number).values(source=source))
    return number


@pytest.mark.slow
def test_no_source_leads_out_of_the_inbox(inbox: InboxClient) -> None:
    for source in HOSTILE:
        number = came_from(inbox.app, source)
        for path in (f"anfragen/{number}", "", "anfragen/", "zahlen/", "quarantaene/"):
            for element in inbox.get(f"/posteingang/{path}").cssselect("[href]"):
                href = element.get("href")
                host = urlsplit(urljoin(f"{OURS}/posteingang/", href.replace("\\", "/"))).netloc
                is_ours = f"https://{host}" == OURS or href.startswith(("mailto:", "tel:"))
                assert is_ours, (source, path, href)
        page = inbox.get(f"/posteingang/anfragen/{number}")
        assert not page.cssselect(".answers__row:last-child a"), source
        if source.strip():
            assert page.cssselect(".answers__row:last-child bdi")[0].text == source


def test_what_strangers_typed_becomes_a_link_nowhere(inbox: InboxClient) -> None:
    evil = "//evil.example/ https://evil.example/ javascript:alert(1)"
    number = ask(
        inbox.app, company=evil, name=evil, message=evil, goals=evil, location=evil, phone=evil
    )
    for path in (f"anfragen/{number}", "", "anfragen/", "zahlen/"):
        for element in inbox.get(f"/posteingang/{path}").cssselect("[href], [src], [action]"):
            for name in ("href", "src", "action", "formaction"):
                address = element.get(name, "")
                assert address.startswith(("/", "#", "?", "mailto:", "tel:")) or not address
                assert not address.startswith(("//", "/\\"))


@pytest.mark.slow
def test_every_kind_of_page_is_told_by_its_title_and_linked(inbox: InboxClient) -> None:
    library = services(inbox.app).library
    pages = {
        library.tools[0].address: library.tools[0].title,
        library.articles[0].address: library.articles[0].title,
        library.site.topics[0].address: library.site.topics[0].title,
        "/artikel/": library.page("artikel").title,
        "/kontakt/kam-auf-zeit/": library.page("kontakt").title,
        "/": library.page("index").title,
        "/leistungen/key-account-management/": library.titles[
            "/leistungen/key-account-management/"
        ],
    }
    for address, title in pages.items():
        number = came_from(inbox.app, address)
        (link,) = inbox.get(f"/posteingang/anfragen/{number}").cssselect(
            ".answers__row:last-child a"
        )
        assert (link.get("href"), link.text) == (address, title)
    options = inbox.get("/posteingang/anfragen/").cssselect("#seite-von option")
    assert {option.text for option in options[1:]} == set(pages.values())
    figures = inbox.get("/posteingang/zahlen/")
    assert not figures.cssselect(".plot__path")


def test_titles_name_every_page_that_visitors_read(content: Content) -> None:
    content.article()
    content.article("zwei", aliases="[/alt/]")
    library = content.load()
    assert library.own_addresses - {"/feed.xml"} <= library.titles.keys()
    assert all(library.titles.values())
    assert library.title_at("/feed.xml") == ""
    assert library.title_at("/artikel/zwei/") == "Ein Titel"


def test_titles_are_there_though_a_page_cannot_be_read(content: Content) -> None:
    content.write("seiten/kontakt.md", "---\ntitle: [\n")
    content.write("seiten/artikel.md", "---\ntitle: [\n")
    library = content.load()
    assert library.titles
    assert library.title_at("/kontakt/kam-aufbauen/") == library.title_at("/kontakt/") == ""


@given(st.text(alphabet="/\\ \t\n.:evil\u200b\u00ad\x00?#", max_size=30))
def test_whatever_the_form_takes_for_a_path_stays_with_us(text: str) -> None:

    path = RequestForm(QUESTIONNAIRE, MultiDict({"source": text})).source
    if path is not None:
        seen_by_browsers = path.replace("\t", "").replace("\n", "").replace("\\", "/")
        assert urlsplit(urljoin(OURS, seen_by_browsers)).netloc == urlsplit(OURS).netloc


@pytest.mark.parametrize("source", ["/artikel/", "/kontakt/"])
def test_ordinary_paths_are_kept(source: str) -> None:

    assert RequestForm(QUESTIONNAIRE, MultiDict({"source": source})).source == source
