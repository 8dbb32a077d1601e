"""The pictures of the guide for editors: every example as the site shows it.

``make guide-pictures`` writes ``docs/bilder/``, which is emptied first. What is seen below an
example in ``docs/redaktion.md`` is that example, rendered; so text and picture cannot differ.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click
from PIL import Image
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from conftest import CHROMIUM, QUIET
from support import guide, staff
from support.sqlite import migrated
from website import create_app
from website.config import Role, Settings
from website.editor.blueprint import editor_state
from website.editorial import scheduling
from website.editorial.publications import PublicationKind
from website.infra import clock
from website.staff.access import StaffRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Page

VIEWPORT = {"width": 800, "height": 640}
SHARPNESS = 1.5
MARGIN = 16
QUALITIES = (70, 60, 50, 40)
"""The best at which a picture is small enough is taken."""
EDITOR_VIEWPORT = {"width": 1280, "height": 700}

PARTS = {
    "kopf": ".page-header",
    "kuerze": ".key-points",
    "quellen": ".sources",
    "einladung": ".call-to-action",
}
"""What the whole article of the guide shows besides its text."""

BROKEN = "---\ntitle: Preise fordern: So geht es\nstatus: draft\n---\n\nText.\n"
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
            _take_editor(browser, folder)
            _take_all(page, content)
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
            _take(page, address, "", "vorschau-artikel")
            reviewed = example.text.replace("reviewed_by: Erika Muster", OPEN)
            (content / f"artikel/{example.slug}.md").write_text(reviewed, "utf-8")
            _take(page, address, "", "offene-angaben")
            (content / f"artikel/{example.slug}.md").write_text(reviewed + FAULT, "utf-8")
            _take(page, address, "", "vorschau-leiste", unfold=True)
    (content / "artikel/preise-fordern.md").write_text(BROKEN, "utf-8")
    _take(page, "/artikel/preise-fordern/", "", "vorschau-fehler")
    _take(page, "/_redaktion/", "", "uebersicht")


def _take_editor(browser: Browser, folder: Path) -> None:
    """Take the pictures of the editor, in which some texts are being written."""
    instance = migrated(folder / "editor")
    app = create_app(
        Settings(content_dir=guide.content_with_examples(instance), instance_dir=instance)
    )
    chief = staff.account(app, StaffRole.CHIEF_EDITOR, name="Carla Holm")
    name = _write_some(app, chief.id)
    cookie = staff.cookie(app, chief)
    with (
        staff.served(app) as url,
        staff.page_of(browser, url, cookie=cookie, viewport=EDITOR_VIEWPORT) as page,
    ):
        _take(page, "/redaktion/?art=Artikel", "", "redaktion-texte")
        _take(page, "/redaktion/planung/", "", "redaktion-planung")
        page.goto(f"/redaktion/texte/{name}.md")
        page.frame_locator("iframe").locator("h1").wait_for()
        page.evaluate("scrollTo(0, 0)")
        _save(page.screenshot(), "redaktion-text")


def _write_some(app: Flask, chief: int) -> str:
    """Let somebody write in some texts, and return the name of one."""
    state, now = editor_state(app), clock.now()
    writer = staff.account(app, StaffRole.EDITOR, name="Erik Berg").id
    commit = state.repository.main
    articles = [each for each in state.site.library.articles if "beispiel" not in each.name][:3]
    for number, article in enumerate(articles):
        file = article.text.file
        official = state.repository.read(commit, file) or b""
        copy = state.copies.save(
            file,
            0,
            official + b"\nEin neuer Absatz.\n",
            official=official,
            commit=commit,
            staff=writer,
            now=now,
        )
        if number and copy:
            state.copies.submit(file, copy.version, writer, now)
        if number == len(articles) - 1 and copy:
            _schedule(app, file, copy.version, chief)
    return articles[0].text.file.removesuffix(".md")


def _schedule(app: Flask, file: str, version: int, chief: int) -> None:
    """Approve a text and let it go live on a Tuesday morning."""
    state, now = editor_state(app), clock.now()
    approved = state.copies.approve(file, version, chief, now)
    day = clock.today() + datetime.timedelta(days=8 - clock.today().weekday())
    due = scheduling.moment(day, datetime.time(8), now)
    number = state.publications.request(
        PublicationKind.PUBLISH, now, actor="Carla Holm", subject=file, due_at=due
    )
    state.copies.publish(file, approved.version, chief, now, lambda _: number, due_at=due)


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
    _save(page.screenshot(clip=clip, full_page=bool(selector)), name)


def _save(data: bytes, name: str) -> None:
    path = guide.PICTURES / f"{name}.webp"
    for quality in QUALITIES:
        Image.open(io.BytesIO(data)).convert("RGB").save(path, quality=quality, method=6)
        if path.stat().st_size <= guide.LARGEST:
            return


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
