"""Every page of the editor in a browser: accessible, narrow, enlarged, under the strict policy."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from support import staff
from support.accessibility import violations
from support.broken_words import broken_words
from support.content import Content
from support.editor import Writer
from website.editor.blueprint import editor_state

pytestmark = pytest.mark.browser

NAME = "artikel/ein-artikel"
NO_PAGES = {
    "editor.guide_picture", "editor.image", "editor.image_choice", "editor.link_targets",
    "editor.shared_image", "editor.thumbnail",
}  # fmt: skip
"""Answers to scripts, and images."""
OTHER = "artikel/zweiter"
IMAGE = "artikel/blume.png"
FILES = (f"{NAME}.md", "website.toml", "formular.toml", "en/oberflaeche.po")
TRANSLATED = (
    f"/redaktion/texte/en/{NAME}.md?neben=de",
    f"/redaktion/texte/en/{NAME}.md?neben=aenderungen",
    f"/redaktion/texte/en/{NAME}.md/adresse",
    "/redaktion/texte/en/website.toml",
)
"""Pages that show more for a text of an edition."""
ON_A_PHONE = {
    "/redaktion/", "/redaktion/neu", "/redaktion/planung/", "/redaktion/veroeffentlichungen/",
    "/redaktion/?suche=nichts", "/redaktion/ersetzen/?suche=Absatz&durch=Abschnitt",
    f"/redaktion/texte/{NAME}.md", f"/redaktion/texte/{NAME}.md?ansicht=datei",
    *(f"/redaktion/texte/{NAME}.md/{page}" for page in ("adresse", "teilen", "verlauf",
                                                        "verlauf/<commit>", "verwerfen")),
}  # fmt: skip
"""Pages that together hold every kind of element: looked at as a whole on a phone, too."""
PHONE, ENLARGED, WIDE = 360, 640, 1400
"""CSS pixels; a window of 1280 at 200 % has 640 (WCAG 2.2, 1.4.10 and 1.4.4)."""
FRAME = "iframe[title=Vorschau]"
WATCH = """() => {
    globalThis.violated = [];
    const note = event => violated.push(`${event.violatedDirective} ${event.blockedURI}`);
    document.addEventListener("securitypolicyviolation", note);
}"""
PARTS = 3
"""So that several processes share the pages."""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def paths(app: Flask, content: Content, erik: Writer, carla: Writer) -> list[str]:
    """Return the paths of all pages, each with something to show."""
    content.article("zweiter", reviewed_by="Erika Muster", ai="none")
    content.edition()
    content.article("ein-artikel", updated="2026-11-20")
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "#a33").save(picture, "PNG")
    content.write(IMAGE, picture.getvalue())
    erik.save(OTHER, title="Ein " * 25, text="Von Erik. [kaputt](gibt-es-nicht.md)\r\n")
    erik.save(OTHER, schritt="einreichen")
    carla.save(OTHER, schritt="freigeben")
    carla.save(OTHER, schritt="veroeffentlichen")
    erik.save(NAME, title="Ein " * 25, text="Von Erik. [kaputt](gibt-es-nicht.md)\r\n")
    shared = carla.client.post(f"/redaktion/texte/{NAME}.md/teilen", data={"fassung": "neueste"})
    [token] = re.findall(r"/redaktion/geteilt/([\w-]+)", shared.text)[:1]
    [row] = editor_state(app).publications.newest(1)
    commit = editor_state(app).repository.main
    found = {*TRANSLATED, *(path.replace("<commit>", commit) for path in ON_A_PHONE)}
    for rule in app.url_map.iter_rules():
        is_page = rule.endpoint.startswith("editor.") and "GET" in (rule.methods or set())
        if not is_page or rule.endpoint in NO_PAGES:
            continue
        path = rule.rule.replace("<commit>", commit).replace("<row:number>", str(row.id))
        path = path.replace("<token>", token).replace("/bild/<path:name>", f"/bild/{IMAGE}")
        path = path.replace("<text:file>", FILES[0])
        found.update(path.replace("<file:file>", file) for file in FILES)
    found.remove(f"/redaktion/texte/{FILES[-1]}/vorschau")  # a catalogue has no page
    assert not any("<" in path for path in found), found
    return sorted(found)


@pytest.fixture
def opened(app: Flask, chromium: Browser, url: str, carla: Writer) -> Iterator[Page]:
    """Yield a chief editor's page."""
    cookie = staff.cookie(app, carla.staff)
    with staff.page_of(chromium, url, cookie=cookie) as page:
        yield page


@pytest.mark.parametrize("part", range(PARTS), ids=lambda part: f"part {part + 1}")
def test_every_page_is_accessible_fits_and_keeps_to_the_policy_that_allows_nothing_inline(
    app: Flask, paths: list[str], opened: Page, part: int
) -> None:
    opened.add_init_script(f"({WATCH})()")
    commit = editor_state(app).repository.main
    on_a_phone = {path.replace("<commit>", commit) for path in ON_A_PHONE}
    wrong: list[tuple[object, ...]] = []
    for path in paths[part::PARTS]:
        answer = opened.goto(path)
        assert answer
        if answer.status != 200:
            wrong.append((path, answer.status))
            continue
        if "unsafe" in answer.headers["content-security-policy"]:
            wrong.append((path, "allows what is inline"))
        opened.wait_for_timeout(200)
        wrong += misfits(opened, path, is_for_phones=path in on_a_phone)
        wrong += [(path, violation) for violation in opened.evaluate("violated")]
    assert not wrong, "\n".join(map(str, wrong))


def test_a_text_with_errors_and_one_in_conflict_are_accessible_and_fit(
    opened: Page, erik: Writer, carla: Writer
) -> None:
    theirs = carla.form(NAME)
    erik.save(NAME, text="Von Erik. [kaputt](gibt-es-nicht.md)\r\n", date="", title="Ein " * 25)
    opened.goto(f"/redaktion/texte/{NAME}.md")
    expect(opened.locator("#date")).to_have_attribute("aria-invalid", "true")
    assert misfits(opened, "with errors", is_for_phones=True) == []
    clash = carla.send(NAME, theirs, text="Von Carla.\r\n").text
    opened.route(f"**/{NAME}.md", lambda route: route.fulfill(body=clash, content_type="text/html"))
    opened.reload()
    expect(opened.get_by_role("heading", name="dieselbe Stelle")).to_be_visible()
    assert misfits(opened, "in conflict", is_for_phones=True) == []


def misfits(page: Page, path: str, *, is_for_phones: bool) -> list[tuple[object, ...]]:
    """Return what is wrong with a page at any width, all that can be opened being open.

    :param is_for_phones: look at it as a whole on a phone; where it is wide, only at what the
        width changes.
    """
    wrong: list[tuple[object, ...]] = []
    for summary in page.locator("summary:visible").all():
        summary.click()
    for width in (PHONE, ENLARGED, WIDE):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate(TOO_WIDE):
            wrong.append((path, width, "wider than the window"))
        if is_for_phones and width != ENLARGED:
            whole = width == PHONE or page.locator(FRAME).is_visible()
            wrong += [(path, width, *found) for found in violations(page, whole=whole)]
    if not is_for_phones:
        wrong += [(path, *found) for found in violations(page)]
    return wrong


@pytest.mark.parametrize("path", ["", "ersetzen/"])
def test_no_width_of_a_tablet_breaks_a_word_in_the_middle(
    opened: Page, erik: Writer, path: str
) -> None:
    erik.save(NAME, title="Beschwerdemanagement im Unternehmen")
    opened.goto(f"/redaktion/{path}")
    for width in (768, 900, 1024):
        opened.set_viewport_size({"width": width, "height": 900})
        assert broken_words(opened) == [], width


def test_a_text_is_written_and_saved_with_the_keyboard_alone(opened: Page, carla: Writer) -> None:
    opened.goto(f"/redaktion/texte/{NAME}.md")
    reached = set()
    for _ in range(40):
        opened.keyboard.press("Tab")
        focus = opened.evaluate(
            "() => { const e = document.activeElement; return e.id || e.innerText?.trim(); }"
        )
        if focus == "text":
            break
        reached.add(focus)
    assert {"title", "Speichern", "Vorschau"} <= reached
    opened.keyboard.press("Control+Home")
    opened.keyboard.type("Nur getippt. ")
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.id") != "text"
    opened.keyboard.press("Shift+Tab")
    opened.keyboard.press("Control+s")
    expect(opened.get_by_text("Gespeichert.")).to_be_visible()
    assert b"Nur getippt. Ein Absatz." in carla.data(NAME)
