"""Images in a browser: chosen from the library, dropped into a text, and without scripts."""

from __future__ import annotations

import base64
import re
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from editor.test_images import SAID, jpeg
from support import staff
from support.accessibility import violations
from support.content import Content
from support.editor import Writer
from website.content.files import RIGHTS
from website.editor.blueprint import editor_state
from website.editor.images import UPLOAD

pytestmark = pytest.mark.browser

TEXT = "/redaktion/texte/artikel/ein-artikel.md"
THUMBNAIL = "/redaktion/bibliothek/vorschau/artikel/gezeigt.jpg"
DROP = """(encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], "IMG_1.jpg", {type: "image/jpeg"}));
    const field = document.querySelector("#text");
    field.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(autouse=True)
def pictures(content: Content) -> None:
    content.write("artikel/gezeigt.jpg", jpeg())
    entry = "artikel/gezeigt.jpg: Jo Kamm, frei; Alternativtext: Ein Tisch\n"
    content.write(RIGHTS, entry)


@pytest.fixture
def page(app: Flask, chromium: Browser, url: str, erik: Writer) -> Iterator[Page]:
    size = {"width": 1400, "height": 900}
    cookie = staff.cookie(app, erik.staff)
    with staff.page_of(chromium, url, cookie=cookie, viewport=size) as page:
        yield page


def fill(page: Page, within: str) -> None:
    form = page.locator(within)
    for name in ("alt", "author", "licence"):
        form.locator(f"[name={name}]").fill(SAID[name])
    form.get_by_text("Nein", exact=True).click()


@pytest.mark.parametrize("place", ["bibliothek/neu", "bibliothek/bild/artikel/gezeigt.jpg", TEXT])
def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setitem(UPLOAD, "data-largest", 100_000)
    large, small = tmp_path / "gross.jpg", tmp_path / "klein.jpg"
    large.write_bytes(b"x" * 100_001)
    small.write_bytes(jpeg())
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.post_data else None)
    page.goto(place if place == TEXT else f"/redaktion/{place}")
    if place == TEXT:
        page.get_by_role("button", name="Bild", exact=True).click()
    page.locator("main details, dialog details").evaluate_all(
        "parts => { for (const part of parts) part.open = true; }"
    )
    chosen = page.locator("input[type=file]")
    chosen.set_input_files(large)
    refused = page.get_by_text("Das Bild ist größer als 20 MB.")
    expect(refused).to_be_visible()
    expect(chosen).to_have_attribute("aria-invalid", "true")
    form = page.locator("form", has=chosen)
    sent.clear()
    form.locator("button").click()
    page.wait_for_timeout(300)
    assert [each for each in sent if "befunde" not in each] == []
    chosen.set_input_files(small)
    expect(refused).to_be_hidden()
    form.locator("button").click()
    if "gezeigt" in place:
        expect(page.get_by_role("heading", level=1)).to_contain_text("Bild ersetzt")
    else:
        expect(page.get_by_text("Beschreiben Sie das Bild")).to_be_visible()


def test_an_image_of_the_library_is_put_into_the_text_and_ctrl_z_takes_it_back(page: Page) -> None:
    page.goto(TEXT)
    before = page.locator("#text").input_value()
    page.get_by_role("button", name="Bild", exact=True).click()
    page.get_by_role("button", name="Einfügen").click()
    expect(page.get_by_text("Wählen Sie ein Bild")).to_be_visible()
    page.get_by_role("button", name="Ein Tisch").click()
    assert violations(page) == []
    page.get_by_role("button", name="Einfügen").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"!\[Ein Tisch\]\(gezeigt\.jpg\)"))
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_value(before)


def test_an_image_is_marked_as_decorative_and_the_preview_shows_it_so(page: Page) -> None:
    page.goto(TEXT)
    page.get_by_role("button", name="Bild", exact=True).click()
    page.get_by_role("button", name="Ein Tisch").click()
    page.locator("#dialog-image").get_by_label("Nur Schmuck").first.check()
    expect(page.locator("#bild-einsetzen-alt")).to_be_hidden()
    assert violations(page) == []
    page.get_by_role("button", name="Einfügen").click()
    expect(page.locator("#text")).to_have_value(re.compile(r"!\[schmückend\]\(gezeigt\.jpg\)"))
    shown = page.frame_locator("[data-frame] iframe").locator("figure img")
    expect(shown).to_have_attribute("alt", "")
    expect(page.locator("[data-findings-list]")).not_to_contain_text("Bild")


def test_the_image_above_a_text_is_chosen_from_the_library(page: Page) -> None:
    page.goto(TEXT)
    page.get_by_text("Bild, Werkzeuge, Einladung").click()
    page.get_by_role("button", name="Bild auswählen").click()
    page.get_by_role("button", name="Ein Tisch").click()
    page.get_by_role("button", name="Einfügen").click()
    expect(page.locator("#image")).to_have_value("gezeigt.jpg")
    expect(page.locator("#image")).to_be_focused()
    expect(page.locator("#image_alt")).to_have_value("Ein Tisch")
    expect(page.locator("#text")).not_to_have_value(re.compile("gezeigt"))
    shown = page.frame_locator("[data-frame] iframe").locator("img[alt='Ein Tisch']")
    expect(shown).to_have_count(1)


def test_a_dropped_image_is_uploaded_with_all_that_must_be_known(app: Flask, page: Page) -> None:
    page.goto(TEXT)
    page.evaluate(DROP, base64.b64encode(jpeg()).decode())
    page.get_by_role("button", name="Hochladen und einfügen").click()
    expect(page.get_by_text("Nennen Sie, wer das Bild gemacht hat")).to_be_visible()
    expect(page.locator("#neu-alt")).to_be_focused()
    fill(page, "[data-upload]")
    page.get_by_role("button", name="Hochladen und einfügen").click()
    expect(page.locator("#dialog-image")).to_be_hidden()
    text = page.locator("#text").input_value()
    assert "![Zwei Menschen am Tisch](zwei-menschen-am-tisch.jpg)" in text
    assert len(editor_state(app).publications.waiting()) == 1


def test_without_javascript_an_image_is_uploaded_described_and_found(
    app: Flask, chromium: Browser, url: str, erik: Writer, tmp_path: Path
) -> None:
    file = tmp_path / "IMG_1.jpg"
    file.write_bytes(jpeg())
    cookie = staff.cookie(app, erik.staff)
    size = {"width": 390, "height": 800}
    with staff.page_of(
        chromium, url, cookie=cookie, viewport=size, java_script_enabled=False
    ) as page:
        page.goto("/redaktion/bibliothek/")
        page.get_by_role("link", name="Bild hochladen").click()
        page.locator("#bild-file").set_input_files(file)
        fill(page, ".entry__form")
        page.get_by_label("Nur Schmuck").check()
        expect(page.locator("#bild-alt")).to_be_hidden()
        page.get_by_label("Nur Schmuck").uncheck()
        page.get_by_role("button", name="Hochladen").click()
        expect(page.get_by_text("Hochgeladen.")).to_be_visible()
        expect(page.get_by_text("![Zwei Menschen am Tisch]")).to_be_visible()


@pytest.mark.parametrize("path", ["", "neu", "bild/artikel/gezeigt.jpg"])
def test_the_pages_are_accessible_and_fit_a_phone(page: Page, path: str) -> None:
    page.goto(f"/redaktion/bibliothek/{path}")
    assert violations(page) == []
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_an_image_is_closed_when_its_browser_leaves(app: Flask, url: str, erik: Writer) -> None:
    address = urlsplit(url)
    signed_in = f"Cookie: posteingang={staff.cookie(app, erik.staff)}"
    asked = f"GET {THUMBNAIL} HTTP/1.1\r\nHost: {address.netloc}\r\n{signed_in}\r\n\r\n"
    for _ in range(3):
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(asked.encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
            # Reset, rather than closed, as browsers do with a page that is left.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
