"""Pictures of every kind of page, to look at before a design is called good.

``make screenshots`` freezes and serves the real site as ``make run`` does, and writes into
``screenshots/``, which is emptied first:

* ``<page>-<width>-<scheme>.png``: every kind of page at three widths, in light and dark;
* ``<page>-<strain>.png``: some of them at 200 % zoom, in forced colours, with more contrast;
* ``druck.pdf`` and ``druck-<n>.png``: an article as it prints, the pictures where poppler's
  ``pdftoppm`` is installed.

To see one page only: ``.venv/bin/python tests/screenshots.py --only kontakt``.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, Page, sync_playwright

from conftest import CHROMIUM, QUIET
from support.site import ROOT, running_site
from website.content.blocks import TOOLS

SCREENSHOTS = ROOT / "screenshots"
WIDTHS = (390, 768, 1280)
HEIGHT = 800
SCHEMES = ("light", "dark")
PRINTED = "artikel-tabelle"

STRAINS: dict[str, dict[str, Any]] = {
    "zoom": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "zoom-telefon": {"viewport": {"width": 195, "height": 400}, "device_scale_factor": 2},
    "forced-colors": {"viewport": {"width": 1280, "height": HEIGHT}, "forced_colors": "active"},
    "contrast": {"viewport": {"width": 1280, "height": HEIGHT}, "contrast": "more"},
}
STRAINED = ("start", "artikel", PRINTED, "kontakt-fehler")

SHOW_EVERYTHING = """async () => {
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
        scrollTo(0, y);
        await new Promise(done => requestAnimationFrame(done));
    }
    scrollTo(0, 0);
    await Promise.all([...document.images].map(image => image.decode().catch(() => 0)));
    await document.fonts.ready;
}"""


def _open(address: str) -> Callable[[Page], None]:
    return lambda page: page.goto(address) and None


def _send_an_empty_request(page: Page) -> None:
    page.goto("/kontakt/")
    page.get_by_role("button", name="Anfrage senden").click()
    page.locator(".error-summary").wait_for()


def _ask_for_what_is_not_allowed(page: Page) -> None:
    page.goto("/kontakt/")
    page.evaluate(
        """() => {
            const form = document.forms[0];
            form.action = '/healthz';
            form.submit();
        }"""
    )
    page.wait_for_url("**/healthz")


def _send_a_request(page: Page) -> None:
    page.goto("/kontakt/")
    page.get_by_label("Schildern Sie kurz Ihre Situation").fill("Uns fehlt der Überblick.")
    page.get_by_label("Unternehmen").fill("Müller & Söhne GmbH")
    page.get_by_label("Ihr Name").fill("Jörg Weiß")
    page.get_by_label("E-Mail-Adresse", exact=True).fill("joerg.weiss@firma.example")
    page.get_by_role("button", name="Anfrage senden").click()
    page.wait_for_url("**/anfrage/*")


def _reckon(tool: str) -> Callable[[Page], None]:
    def reckon(page: Page) -> None:
        page.goto(f"/werkzeuge/{tool}/")
        page.get_by_role("button", name="Mit Beispieldaten füllen").click()
        page.locator("summary").last.click()

    return reckon


PAGES: dict[str, Callable[[Page], None]] = {
    "start": _open("/"),
    "liste": _open("/artikel/"),
    "thema": _open("/themen/key-account-management/"),
    "artikel": _open("/artikel/der-richtige-umgang-mit-schwierigen-kunden/"),
    PRINTED: _open("/artikel/key-account-management-aufbauen/"),
    "profil": _open("/ueber-uns/"),
    "leistung": _open("/leistungen/key-account-management/"),
    "kontakt": _open("/kontakt/"),
    "kontakt-fehler": _send_an_empty_request,
    "danke": _send_a_request,
    "werkzeuge": _open("/werkzeuge/"),
    **{f"werkzeug-{tool}": _reckon(tool) for tool in TOOLS},
    "404": _open("/gibt-es-nicht/"),
    "fehler": _ask_for_what_is_not_allowed,
    "impressum": _open("/impressum/"),
    "datenschutz": _open("/datenschutz/"),
}


@click.command(help=__doc__.split("\n", 1)[0])
@click.option("--only", multiple=True, type=click.Choice(list(PAGES)), help="Show this page.")
def main(only: tuple[str, ...]) -> None:
    """Write the pictures."""
    names = only or tuple(PAGES)
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for options, suffix, shown in _settings(names):
            with _context(browser, base_url=site.url, **options) as page:
                for name in shown:
                    _take(page, name, SCREENSHOTS / f"{name}-{suffix}.png")
        if PRINTED in names:
            with _context(browser, base_url=site.url, color_scheme="dark") as page:
                _print(page, SCREENSHOTS / "druck.pdf")
        browser.close()
    click.echo(f"{len(list(SCREENSHOTS.iterdir()))} Dateien in {SCREENSHOTS}")


def _settings(names: tuple[str, ...]) -> Iterator[tuple[dict[str, Any], str, tuple[str, ...]]]:
    for width in WIDTHS:
        for scheme in SCHEMES:
            viewport = {"width": width, "height": HEIGHT}
            yield {"viewport": viewport, "color_scheme": scheme}, f"{width}-{scheme}", names
    for strain, options in STRAINS.items():
        yield options, strain, tuple(name for name in STRAINED if name in names)


@contextlib.contextmanager
def _context(browser: Browser, **options: Any) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce", **options)
    yield context.new_page()
    context.close()


def _take(page: Page, name: str, target: Path) -> None:
    PAGES[name](page)
    page.evaluate(SHOW_EVERYTHING)
    page.screenshot(path=target, full_page=True)


def _print(page: Page, target: Path) -> None:
    PAGES[PRINTED](page)
    page.evaluate(SHOW_EVERYTHING)
    page.pdf(path=target, format="A4", prefer_css_page_size=False)
    if shutil.which("pdftoppm"):
        pictures = target.with_suffix("")
        subprocess.run(["pdftoppm", "-png", "-r", "70", target, pictures], check=True)


if __name__ == "__main__":
    main()
