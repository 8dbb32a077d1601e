"""The pictures of the guide for editors: every example as the site shows it, and the editor.

``make guide-pictures`` writes ``docs/bilder/``, which is emptied first, and the start page that the
README shows. What is seen below an example in ``docs/redaktion.md`` is that example, rendered; so
text and picture cannot differ. The editor is photographed on the running site, while somebody
writes and publishes a text there.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from conftest import CHROMIUM, QUIET
from support import editor_pictures, guide
from support.site import ROOT, running_site
from website import create_app
from website.config import Role, Settings

VIEWPORT = {"width": 800, "height": 640}
SHARPNESS = 1.5
MARGIN = 16
QUALITIES = (70, 60, 50, 40)
"""The best at which a picture is small enough is taken."""

START_PAGE = ROOT / "docs/images/start.png"
START: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 820},
    "device_scale_factor": 0.75,
    "color_scheme": "light",
    "reduced_motion": "reduce",
}

END = """() => Math.max(...[...document.querySelectorAll("main *")].map(
    (each) => each.getBoundingClientRect().bottom))"""
"""Where the content of a page ends."""

PARTS = {
    "kopf": ".page-header",
    "kuerze": ".key-points",
    "quellen": ".sources",
    "einladung": ".call-to-action",
}
"""What the whole article of the guide shows besides its text."""

OPEN = 'reviewed_by: "PLATZHALTER: Prüfung durch den Vertrieb"'
FAULT = "\nMehr dazu steht im [Leitfaden](leitfaden.md).\n"


@click.command(help=__doc__.split("\n", 1)[0])
def main() -> None:
    """Write the pictures."""
    shutil.rmtree(guide.PICTURES, ignore_errors=True)
    guide.PICTURES.mkdir()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = guide.content_with_examples(folder)
        with _serving(content, folder / "instance") as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            page = browser.new_page(
                base_url=url,
                viewport=VIEWPORT,
                device_scale_factor=SHARPNESS,
                color_scheme="light",
                reduced_motion="reduce",
            )
            _take_all(page, content)
            browser.close()
        with running_site(folder / "site") as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            editor_pictures.take_all(browser, site, _keep_window)
            _take_start_page(browser, site.url)
            browser.close()
    written = sorted(path.stem for path in guide.PICTURES.iterdir())
    click.echo(f"{len(written)} Bilder in {guide.PICTURES}")
    assert written == sorted(guide.pictures()), "the guide shows others"


def _take_all(page: Page, content: Path) -> None:
    for example in guide.examples():
        address = f"/artikel/{example.slug}/"
        if example.picture:
            _take(page, address, ".prose", example.picture)
        elif example.is_whole:
            for name, selector in PARTS.items():
                _take(page, address, selector, name)
            reviewed = example.text.replace("reviewed_by: Erika Muster", OPEN)
            (content / f"artikel/{example.slug}.md").write_text(reviewed, "utf-8")
            _take(page, address, "", "offene-angaben")
            (content / f"artikel/{example.slug}.md").write_text(reviewed + FAULT, "utf-8")
            _take(page, address, "", "vorschau-leiste", unfold=True)


def _take(page: Page, address: str, selector: str, name: str, *, unfold: bool = False) -> None:
    """Take a picture of a part of a page; of what a window shows where none is named.

    :param unfold: show what the preview says of the text, too.
    """
    page.goto(address)
    page.evaluate("document.fonts.ready")
    if unfold:
        page.locator(".preview-panel summary").click()
    clip = None
    if selector:
        page.evaluate("document.querySelector('.preview-panel')?.remove()")
        box = page.locator(selector).first.bounding_box()
        assert box, (address, selector)
        left = max(0, box["x"] - MARGIN)
        clip = {
            "x": left,
            "y": max(0, box["y"] - MARGIN),
            "width": min(VIEWPORT["width"] - left, box["width"] + 2 * MARGIN),
            "height": box["height"] + 2 * MARGIN,
        }
    _keep(page.screenshot(clip=clip, full_page=bool(selector)), name)


def _keep_window(page: Page, name: str) -> None:
    """Keep what a window shows; of a short page only what is on it."""
    page.evaluate("document.fonts.ready")
    size = page.viewport_size or VIEWPORT
    end = page.evaluate("scrollY || document.querySelector('dialog[open]') ? 0 : (" + END + ")()")
    height = min(end + MARGIN, size["height"]) if end else size["height"]
    _keep(page.screenshot(clip={"x": 0, "y": 0, "width": size["width"], "height": height}), name)


def _keep(data: bytes, name: str) -> None:
    path = guide.PICTURES / f"{name}.webp"
    for quality in QUALITIES:
        Image.open(io.BytesIO(data)).convert("RGB").save(path, quality=quality, method=6)
        if path.stat().st_size <= guide.LARGEST:
            return


def _take_start_page(browser: Browser, url: str) -> None:
    """Take the picture of the start page for the README."""
    page = browser.new_page(base_url=url, **START)
    page.goto("/")
    page.evaluate("document.fonts.ready")
    page.reload()  # fonts that come late are shown the next time
    page.evaluate("document.fonts.ready")
    data = io.BytesIO(page.screenshot())
    Image.open(data).convert("RGB").quantize(256).save(START_PAGE, optimize=True)
    page.close()


@contextlib.contextmanager
def _serving(content: Path, instance: Path) -> Iterator[str]:
    """Serve the preview, as authors see it."""
    settings = Settings(content_dir=content, instance_dir=instance)
    app = create_app(settings, role=Role.PREVIEW)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    main()
