"""The preview in a browser: what is saved shows by itself, with what is wrong beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from support.accessibility import violations
from support.content import ARTICLE, Content
from support.site import ROOT, free_port, wait_for
from support.staff import page_of
from support.waiting import wait_until

pytestmark = pytest.mark.browser

LONG = ARTICLE.replace("Ein Absatz.", "\n\n".join(f"Absatz {n}." for n in range(80)))


@dataclass
class Checkout:
    """A copy of what the preview watches, so that a test may change all of it."""

    folder: Path
    content: Content
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run the preview as authors do."""
        environ = os.environ | {
            "PYTHONPATH": str(self.folder / "site"),
            "WEBSITE_INSTANCE_DIR": str(self.folder / "instance"),
            "WEBSITE_CONTENT_DIR": str(self.content.folder),
        }
        command = [sys.executable, "-m", "flask", "--app", "website", "preview"]
        command += ["--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environ, cwd=self.folder)
        wait_for(f"{self.url}/healthz", self.process)

    def stop(self) -> None:
        """End it as authors do: with Ctrl+C."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        finally:
            self.process.kill()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("site/website", "templates", "static"):
        shutil.copytree(ROOT / name, folder / name)
    made = Checkout(folder, Content(folder / "content"), free_port())
    made.content.article("lang", text=LONG, title="Ein langer")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def page(chromium: Browser, checkout: Checkout) -> Iterator[Page]:
    with page_of(chromium, checkout.url) as page:
        yield page


def note_load(page: Page) -> None:
    """Leave a mark that a reload would wipe out."""
    page.evaluate("window.stays = true")


def was_reloaded(page: Page) -> bool:
    return not page.evaluate("window.stays === true")


def test_a_saved_text_shows_by_itself_with_its_problems_until_they_are_mended(
    page: Page, checkout: Checkout
) -> None:
    checkout.content.article("dieser", title="Erste Fassung")
    page.goto("/artikel/dieser/")
    expect(page.locator("h1")).to_have_text("Erste Fassung")
    page.locator(".preview-panel__summary").click()
    note_load(page)
    complete = ARTICLE.replace("---\n", "---\nai: none\n", 1)
    text = complete.replace("Ein Absatz.", "Ein [Verweis](weg.md).")
    checkout.content.article("dieser", text=text, title="Zweite Fassung")
    expect(page.locator("h1")).to_have_text("Zweite Fassung")
    expect(page.locator(".count[data-severity=error]")).to_have_text("1 Fehler")
    expect(page.locator(".problem[data-severity=error]")).to_contain_text("Der Link „weg.md“")
    assert page.title().startswith("Zweite Fassung")
    checkout.content.article("dieser", text=complete, title="Dritte Fassung")
    expect(page.locator("h1")).to_have_text("Dritte Fassung")
    expect(page.locator(".problem[data-severity=error]")).to_have_count(0)
    assert page.locator(".preview-panel__fold").evaluate("fold => fold.open")
    assert not was_reloaded(page)


def test_a_list_and_the_overview_follow_too(page: Page, checkout: Checkout) -> None:
    checkout.content.article("liste", title="Alter Titel")
    for address in ("/artikel/", "/_redaktion/"):
        page.goto(address)
        checkout.content.article("liste", title=f"Neu für {address}", date="2026-11-20")
        expect(page.get_by_role("link", name=f"Neu für {address}")).to_be_visible()


def test_a_broken_file_takes_the_place_of_its_page_until_it_is_mended(
    page: Page, checkout: Checkout
) -> None:
    checkout.content.article("bruch", title="Noch heil")
    page.goto("/artikel/bruch/")
    checkout.content.write("artikel/bruch.md", "---\ntitle: A: B\n---\n")
    expect(page.locator("h1")).to_have_text("Das ist noch zu beheben")
    expect(page.locator("main")).to_contain_text("Der Wert enthält einen Doppelpunkt.")
    checkout.content.article("bruch", title="Wieder heil")
    expect(page.locator("h1")).to_have_text("Wieder heil")


def test_a_broken_template_says_so_until_it_is_mended(page: Page, checkout: Checkout) -> None:
    template = checkout.folder / "templates/pages/article.html"
    good = template.read_text()
    page.goto("/artikel/lang/")
    template.write_text(good + "{% if %}")
    expect(page.locator("main")).to_contain_text("templates/pages/article.html")
    template.write_text(good)
    expect(page.locator("h1")).to_have_text("Ein langer")


def test_a_changed_style_sheet_is_swapped_without_a_reload(page: Page, checkout: Checkout) -> None:
    page.goto("/artikel/lang/")
    note_load(page)
    sheet = checkout.folder / "static/css/prose.css"
    good = sheet.read_text()
    sheet.write_text(good + "@layer prose { h1 { letter-spacing: 7px; } }")
    expect(page.locator("h1")).to_have_css("letter-spacing", "7px")
    sheet.write_text(good)
    expect(page.locator("h1")).not_to_have_css("letter-spacing", "7px")
    assert page.locator("link[rel=stylesheet]").count() == 2
    assert not was_reloaded(page)


def test_place_and_focus_are_kept(page: Page, checkout: Checkout) -> None:
    page.goto("/artikel/lang/")
    page.locator(".preview-panel__summary").focus()
    page.evaluate("scrollTo(0, 1500)")
    checkout.content.article(
        "lang", text=LONG.replace("Absatz 79.", "Letzter."), title="Ein langer"
    )
    expect(page.locator(".prose")).to_contain_text("Letzter.")
    assert abs(page.evaluate("scrollY") - 1500) < 2
    expect(page.locator(".preview-panel__summary")).to_be_focused()


def test_a_page_with_a_script_of_its_own_is_loaded_anew_at_its_place(
    page: Page, checkout: Checkout
) -> None:
    form = checkout.content.folder / "seiten/kontakt.md"
    text = form.read_text()
    form.write_text(text + "\n/// baustein | formularfelder\n///\n" + "\nAbsatz.\n" * 60)
    page.goto("/kontakt/")
    # Anything announced meanwhile loads this page once more; it comes back to its place.
    _wait_for(
        page,
        """() => {
            scrollTo(0, 700);
            window.stays = true;
            return Math.abs(scrollY - 700) < 2;
        }""",
    )
    form.write_text(form.read_text().replace("title: Kontakt", "title: Schreiben Sie uns"))
    expect(page.locator("h1")).to_have_text("Schreiben Sie uns")
    _wait_for(page, "window.stays !== true")
    _wait_for(page, "Math.abs(scrollY - 700) < 2")


def _wait_for(page: Page, expression: str) -> None:
    """Wait as ``wait_for_function`` does, which the policy of the pages forbids to look again."""

    def is_true() -> bool:
        with contextlib.suppress(Error):  # the page was being loaded anew
            return bool(page.evaluate(expression))
        return False

    wait_until(is_true, expression)


def test_many_open_pages_starve_nobody_and_all_come_back_after_a_restart(
    chromium: Browser, checkout: Checkout
) -> None:
    streams = [
        urllib.request.urlopen(f"{checkout.url}/_redaktion/ereignisse", timeout=10)
        for _ in range(40)
    ]
    with page_of(chromium, checkout.url, meant="Failed to load resource") as page:
        page.goto("/artikel/lang/")
        checkout.stop()
        checkout.content.article("lang", text=LONG, title="Inzwischen geändert")
        checkout.start()
        expect(page.locator("h1")).to_have_text("Inzwischen geändert")
        checkout.content.article("lang", text=LONG, title="Ein langer")
        expect(page.locator("h1")).to_have_text("Ein langer")
    for stream in streams:
        stream.close()


def test_what_the_preview_adds_is_accessible_and_fits(
    chromium: Browser, checkout: Checkout
) -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitänsmützen"
    checkout.content.article("entwurf", status="draft", title=name, text=FAULTY)
    checkout.content.article("review", status="review", review_by="2026-01-01")
    checkout.content.write("artikel/kaputt.md", "---\ntitle: A: B\n---\n")
    with page_of(chromium, checkout.url, bypass_csp=True) as page:
        for address in ("/_redaktion/", "/artikel/entwurf/", "/artikel/kaputt/"):
            page.goto(address)
            page.locator(".preview-panel__fold").evaluate_all("all => all.map(f => f.open = true)")
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert violations(page) == [], (address, width)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    (checkout.content.folder / "artikel/kaputt.md").unlink()


FAULTY = LONG.replace("Absatz 3.", "Ein [Verweis](weg.md), ein ![](bild.png).\n\n# Noch ein Titel")
