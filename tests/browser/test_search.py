"""The search in a browser: German word forms, nothing told to anybody, topics without a script."""

from __future__ import annotations

import contextlib
import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.accessibility import violations
from support.content import Content
from support.site import ROOT, Running, release
from website.content import library

pytestmark = pytest.mark.browser

ADDRESS = "/suche/"
COMPLAINTS = "/artikel/beschwerden-annehmen-und-loesen/"


@pytest.fixture
def page(chromium: Browser, running: Running) -> Iterator[Page]:
    context = chromium.new_context(base_url=running.url)
    page = context.new_page()
    page.goto(ADDRESS)
    yield page
    context.close()


def results(page: Page, words: str) -> list[str]:
    """Search, and give the addresses found."""
    status = page.get_by_role("search").get_by_role("status")
    page.evaluate("document.querySelector('[role=status]').textContent = ''")
    page.get_by_label("Suchbegriff").fill(words)
    page.get_by_role("button", name="Suchen").click()
    status.filter(has_text="reffer").or_(status.filter(has_text="gefunden")).wait_for()
    links = page.locator(".search__results a")
    return [str(link.get_attribute("href")) for link in links.all()]


def test_a_word_is_found_in_all_its_forms(page: Page) -> None:
    found = results(page, "Beschwerde")
    assert COMPLAINTS in found
    assert set(found) == set(results(page, "Beschwerden"))
    page.locator(f'.search__results a[href="{COMPLAINTS}"]').click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Beschwerden annehmen")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Kuendigung", "Kündigung"),
        ("Loesungen anbieten", "Lösungen anbieten"),
        ("Grossauftrag", "Großauftrag"),
        ("Schluesselkunden", "Schlüsselkunden"),
    ],
)
def test_a_keyboard_without_umlauts_finds_the_same(page: Page, typed: str, meant: str) -> None:
    found = results(page, typed)
    assert found
    assert found == results(page, meant)


def test_an_excerpt_tells_of_the_text_and_not_of_its_author_and_date(page: Page) -> None:
    results(page, "Beschwerde")
    excerpts = page.locator(".search__results").inner_text()
    assert "Lesezeit" not in excerpts
    assert "Geprüft" not in excerpts
    for title in ("schwierigen Kunden", "Kunden trennen"):
        assert results(page, title)
        assert "Anfrage zu diesem Thema" not in page.locator(".search__results").inner_text()


def test_a_word_that_stands_nowhere_is_told_in_words(page: Page) -> None:
    assert results(page, "Xyzzy") == []
    told = page.get_by_role("search").get_by_role("status").inner_text()
    assert told.startswith("Nichts gefunden. ")
    assert "Themen unten" in told


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Beschwrede", "Beschwerde"),
        ("Bechwerde", "Beschwerde"),
        ("Bescwherden", "Beschwerden"),
        ("Kudne", "Kunde"),
        ("Kündgiung", "Kündigung"),
        ("Key Acount", "Key Account"),
        ("Mitarbieter schulen", "Mitarbeiter schulen"),
    ],
)
def test_a_typing_error_finds_what_is_meant_and_says_so(page: Page, typed: str, meant: str) -> None:
    found = results(page, typed)
    told = page.get_by_role("search").get_by_role("status").inner_text()
    assert told.startswith(f"Zu „{typed}“ ist nichts zu finden. Zu „{meant}“: ")
    assert found == results(page, meant)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Wie trenne ich mich von Kunden?", "/artikel/von-kunden-trennen/"),
        (
            "schwierige Kunden am Telefon",
            "/artikel/der-richtige-umgang-mit-schwierigen-kunden/",
        ),
        ("Tagessatz Interim Manager Xyzzy", "/interim-management/"),
    ],
)
def test_a_question_whose_words_are_on_no_page_together_finds_those_with_most_of_them(
    page: Page, question: str, best: str
) -> None:
    found = results(page, question)
    told = page.get_by_role("search").get_by_role("status").inner_text()
    assert told == f"Auf keiner Seite stehen alle diese Wörter. Zu einzelnen: {len(found)} Treffer"
    assert best in found[:2]


@pytest.mark.parametrize(
    "typed", ["Beschwer", "Interimsmanager", "Kuendigung", "KAM", "Vertrags", "Kund"]
)
def test_what_is_spelt_well_is_searched_as_it_is(page: Page, typed: str) -> None:
    assert results(page, typed)
    told = page.get_by_role("search").get_by_role("status").inner_text()
    assert "ist nichts zu finden" not in told


@pytest.mark.parametrize("words", ["gibtesnicht", "Kundenbeschwerdesystemhersteller"])
def test_a_few_letters_at_the_beginning_of_a_long_word_are_no_result(
    page: Page, words: str
) -> None:
    assert results(page, words) == []


def test_a_compound_word_finds_what_it_begins_with(page: Page) -> None:
    assert results(page, "Interimsmanager")
    assert results(page, "Vertragskündigung")


def test_lists_and_the_search_itself_are_not_among_the_results(
    page: Page, running: Running
) -> None:
    found = results(page, "Kunde")
    assert set(found) <= set(running.addresses) - {"/404.html", "/artikel/", ADDRESS}
    assert not [address for address in found if address.startswith(("/kontakt/", "/themen/"))]


def test_what_is_searched_for_never_leaves_the_browser(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    results(page, "Beschwerde")
    assert page.url.endswith("#Beschwerde")
    page.reload()
    page.locator(".search__results a").first.wait_for()
    assert asked
    assert not [url for url in asked if "eschwerde" in url.partition("#")[0].lower()]


def test_going_back_finds_the_results_again(page: Page) -> None:
    found = results(page, "Beschwerde")
    page.locator(".search__results a").first.click()
    page.wait_for_url(f"**{found[0]}")
    page.go_back()
    page.locator(f'.search__results a[href="{found[-1]}"]').wait_for()
    assert page.get_by_label("Suchbegriff").input_value() == "Beschwerde"


def test_a_slow_network_is_told_until_the_results_are_there(page: Page) -> None:
    page.route("**/suche/index/**", lambda _: None)
    status = page.get_by_role("search").get_by_role("status")
    page.get_by_label("Suchbegriff").fill("Beschwerde")
    expect(status).to_have_text("Es wird gesucht …")
    page.unroute("**/suche/index/**")
    expect(status).to_contain_text("Treffer")


def test_results_are_accessible(page: Page) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert results(page, "Kunde")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript_there_are_the_topics(chromium: Browser, running: Running) -> None:
    context = chromium.new_context(base_url=running.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(ADDRESS)
    assert not page.get_by_label("Suchbegriff").is_visible()
    page.get_by_role("main").get_by_role("link", name="Beschwerdemanagement").click()
    assert page.url == f"{running.url}/themen/beschwerdemanagement/"
    context.close()


def test_all_parts_of_an_index_are_searched_also_below_a_path(
    chromium: Browser, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "ARTICLES_IN_PART", 2)
    content.write("seiten/suche.md", (ROOT / "content/seiten/suche.md").read_text("utf-8"))
    for number in range(8):
        content.article(f"artikel-{number}", title=f"Beschwerden {number}")
    release(content.folder, tmp_path / "site/website", "https://agentur.example/website")
    assert len(list((tmp_path / "site/website/suche/index").iterdir())) == 4
    with served(tmp_path / "site") as url, contextlib.closing(chromium.new_page()) as page:
        page.goto(f"{url}/website/suche/")
        found = results(page, "Beschwerde")
        assert set(found) == {f"/website/artikel/artikel-{number}/" for number in range(8)}


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, as any static host does."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
