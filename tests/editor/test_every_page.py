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
PHONE, ENLARGED, WIDE = 360, 640, 1400
"""CSS pixels; a window of 1280 at 200 % has 640 (WCAG 2.2, 1.4.10 and 1.4.4)."""
WATCH = """() => {
    globalThis.violated = [];
    const note = event => violated.push(`${event.violatedDirective} ${event.blockedURI}`);
    document.addEventListener("securitypolicyviolation", note);
}"""
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
    found = set(TRANSLATED)
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
def opened(
    app: Flask, chromium: Browser, url: str, carla: Writer, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Yield a chief editor's page, with our policy or, for axe, without."""
    cookie = staff.cookie(app, carla.staff)
    with staff.page_of(chromium, url, cookie=cookie, bypass_csp=request.param) as page:
        yield page


@pytest.mark.parametrize("opened", [True], indirect=True)
def test_every_page_is_accessible_on_a_phone_and_enlarged(paths: list[str], opened: Page) -> None:
    wrong = []
    for path in paths:
        answer = opened.goto(path)
        assert answer
        if answer.status != 200:
            wrong.append((path, answer.status))
            continue
        for summary in opened.locator("summary:visible").all():
            summary.click()
        for width in (PHONE, ENLARGED, WIDE):
            opened.set_viewport_size({"width": width, "height": 800})
            if opened.evaluate(TOO_WIDE):
                wrong.append((path, width, "wider than the window"))
        if found := violations(opened):
            wrong.append((path, *found))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("opened", [False], indirect=True)
def test_no_page_breaks_the_policy_that_allows_nothing_inline(
    paths: list[str], opened: Page
) -> None:
    opened.add_init_script(f"({WATCH})()")
    for path in paths:
        answer = opened.goto(path)
        assert answer
        assert answer.status == 200, path
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy, path
        opened.wait_for_timeout(200)
        assert opened.evaluate("violated") == [], path


@pytest.mark.parametrize("opened", [False], indirect=True)
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
