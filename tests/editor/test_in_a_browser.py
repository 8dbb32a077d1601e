"""The editor in a browser: a text from its first word to its publication, also without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from support import staff
from support.accessibility import violations
from support.content import Content
from support.editor import NARROW, Writer
from website.config import ROOT
from website.editor.blueprint import editor_state

pytestmark = pytest.mark.browser

NAME = "artikel/ein-artikel"
TEXT = f"/redaktion/texte/{NAME}.md"
FRAME = "iframe[title=Vorschau]"
CLIPBOARD = Path(__file__).parent / "clipboard"
PASTE = """([html, plain]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", plain);
    const field = document.querySelector("#text");
    field.focus();
    const options = {clipboardData: data, bubbles: true, cancelable: true};
    field.dispatchEvent(new ClipboardEvent("paste", options));
}"""
SLOW = """() => {
    const real = fetch;
    globalThis.asked = {count: 0, now: 0, most: 0};
    globalThis.fetch = async (address, ...more) => {
        if (!address.endsWith("vorschau")) return real(address, ...more);
        asked.count += 1;
        asked.most = Math.max(asked.most, asked.now += 1);
        await new Promise((done) => setTimeout(done, 300)); // as long as a server takes
        asked.now -= 1;
        return real(address, ...more);
    };
}"""
WATCH = """() => {
    globalThis.violated = [];
    const note = (event) => violated.push(event.violatedDirective);
    document.addEventListener("securitypolicyviolation", note);
}"""


@pytest.fixture
def page(app: Flask, chromium: Browser, url: str, erik: Writer) -> Iterator[Page]:
    """Yield an editor's page, wide enough for a preview beside the text."""
    size = {"width": 1400, "height": 900}
    cookie = staff.cookie(app, erik.staff)
    with staff.page_of(chromium, url, cookie=cookie, viewport=size) as page:
        page.add_init_script(f"({WATCH})()")
        yield page
        assert page.evaluate("violated") == []


def typed(page: Page) -> str:
    value: str = page.locator("#text").input_value()
    return value


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_text_is_begun_written_seen_submitted_approved_and_published(
    app: Flask, chromium: Browser, url: str, erik: Writer, carla: Writer, *, script: bool
) -> None:
    size = {"width": 1400, "height": 900}
    cookie = staff.cookie(app, erik.staff)
    shown = {"java_script_enabled": script, "viewport": size}
    with staff.page_of(chromium, url, cookie=cookie, **shown) as page:
        page.goto("/redaktion/")
        page.get_by_role("link", name="Neuer Text").click()
        page.get_by_label("Titel").fill("Preise verhandeln")
        page.get_by_label("Thema").select_option("Kunden")
        page.get_by_role("button", name="Anlegen").click()
        if not page.get_by_label("Beschreibung").is_visible():
            page.get_by_text("Angaben zum Text").click()
        page.get_by_label("Beschreibung").fill("Wie Sie Preise verhandeln.")
        page.get_by_label("Text", exact=True).fill("Ein Absatz.\n\n## Vorher\n\nZahlen holen.\n")
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Vorschau").click()
        expect(opened.value.get_by_role("heading", level=1)).to_have_text("Preise verhandeln")
        page.get_by_role("button", name="Zur Prüfung einreichen").click()
        expect(page.get_by_text("Zur Prüfung eingereicht.")).to_be_visible()
    cookie = staff.cookie(app, carla.staff)
    with staff.page_of(chromium, url, cookie=cookie, **shown) as page:
        page.goto("/redaktion/?stand=pruefung")
        page.get_by_role("link", name="Preise verhandeln").click()
        page.get_by_role("button", name="Freigeben").click()
        expect(page.get_by_text("Freigegeben.")).to_be_visible()
        page.get_by_role("button", name="Veröffentlichen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Preise verhandeln")
        expect(page.locator("main .state")).to_have_text("wartet")
    (row,) = editor_state(app).publications.newest(1)
    assert row.subject == "Preise verhandeln"


def test_on_a_telephone_texts_come_before_the_filters_of_their_list(
    app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    shown = {"cookie": staff.cookie(app, erik.staff), "viewport": {"width": 390, "height": 700}}
    with staff.page_of(chromium, url, **shown) as page:
        page.goto("/redaktion/")
        expect(page.locator(".texts__link").nth(1)).to_be_in_viewport()
        expect(page.get_by_label("Sortierung")).to_be_hidden()
        page.get_by_text("Filtern und sortieren").click()
        page.get_by_label("Art", exact=True).select_option("Artikel")
        page.get_by_role("button", name="Suchen").click()
        expect(page.locator("summary", has_text="Filter: Artikel (1)")).to_be_visible()
        assert page.locator(".texts__link").all_text_contents() == ["Ein Titel"]
        page.set_viewport_size({"width": 1200, "height": 800})
        expect(page.get_by_label("Sortierung")).to_be_visible()
        expect(page.locator("summary")).to_be_hidden()


def test_the_preview_follows_what_is_typed(page: Page) -> None:
    page.goto(TEXT)
    frame = page.frame_locator("iframe[title=Vorschau]")
    expect(frame.get_by_text("Ein Absatz.")).to_be_visible()
    page.locator("#text").fill("Ein neuer Absatz.\n\n## Darunter\n")
    expect(frame.get_by_role("heading", name="Darunter")).to_be_visible()
    page.get_by_label("Titel", exact=True).fill("Der andere Titel")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Der andere Titel")


def test_the_preview_shows_what_is_being_typed(page: Page) -> None:
    page.goto(TEXT)
    text = page.locator("#text")
    frame = page.frame_locator("iframe[title=Vorschau]")
    rows = [f"Absatz {number}." for number in range(80)]
    text.fill("\n\n".join(rows))
    expect(frame.get_by_text("Absatz 79.")).to_be_attached()
    for number, key in ((79, "Control+End"), (0, "Control+Home"), (79, "Control+End")):
        text.press(key)
        page.keyboard.type(f"Neu {number}.")
        expect(frame.get_by_text(f"Neu {number}.").first).to_be_in_viewport()
        expect(frame.get_by_text("Absatz 40.")).not_to_be_in_viewport()
    assert page.evaluate("scrollY") < 400, "the page around it stays"


def test_one_preview_is_asked_for_at_a_time_and_the_last_shows_all_that_was_typed(
    page: Page,
) -> None:
    page.goto(TEXT)
    frame = page.frame_locator("iframe[title=Vorschau]")
    expect(frame.get_by_text("Ein Absatz.")).to_be_visible()
    page.wait_for_timeout(500)
    page.evaluate(SLOW)
    text = page.locator("#text")
    text.press("Control+End")
    for sign in "Langsam getippt.":
        page.keyboard.type(sign)
        page.wait_for_timeout(90)
    expect(frame.get_by_text("Langsam getippt.")).to_be_visible()
    assert page.evaluate("[asked.most, asked.count < 10]") == [1, True]


def test_the_page_stays_at_its_top_while_the_preview_shows_the_title(page: Page) -> None:
    page.set_viewport_size({"width": 1400, "height": 800})
    page.goto(TEXT)
    frame = page.frame_locator("iframe[title=Vorschau]")
    title = frame.get_by_role("heading", level=1)
    expect(title).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    header, shown = frame.get_by_role("banner").bounding_box(), title.bounding_box()
    assert header
    assert shown
    assert shown["y"] >= header["y"] + header["height"], "the header covers the title"


def test_findings_follow_what_is_typed_and_lead_to_their_line(page: Page) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("Eins.\n\n[Link](gibt-es-nicht.md)\n\nDrei.\n")
    page.locator(".finding__place[data-line='3']").first.click()
    chosen = page.evaluate(
        "() => { const f = document.querySelector('#text');"
        " return f.value.slice(f.selectionStart, f.selectionEnd); }"
    )
    assert chosen == "[Link](gibt-es-nicht.md)"
    page.get_by_label("Titel", exact=True).fill("")
    expect(page.locator("#title-befund")).to_contain_text("„Titel“ fehlt")
    expect(page.get_by_label("Titel", exact=True)).to_have_attribute("aria-invalid", "true")


def test_the_toolbar_is_one_tab_stop_and_what_it_does_can_be_undone(page: Page) -> None:
    page.goto(TEXT)
    toolbar = page.get_by_role("toolbar", name="Formatierung")
    buttons = toolbar.get_by_role("button")
    assert buttons.evaluate_all("all => all.filter(one => one.tabIndex === 0).length") == 1
    buttons.first.focus()
    page.keyboard.press("ArrowRight")
    expect(toolbar.get_by_role("button", name="Kursiv")).to_be_focused()
    page.keyboard.press("End")
    expect(toolbar.get_by_role("button", name="Fußnote")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(buttons.first).to_be_focused()
    page.locator("#text").select_text()
    page.keyboard.press("Control+b")
    assert typed(page).startswith("**Ein Absatz.**")
    page.keyboard.press("Control+z")
    assert typed(page) == "Ein Absatz.\n"
    page.keyboard.press("End")
    toolbar.get_by_role("button", name="Tabelle").click()
    page.get_by_role("dialog").get_by_role("button", name="Einfügen").click()
    made = re.compile(r"\| Spalte 1 \| Spalte 2 \| Spalte 3 \|\n\|---\|---\|---\|\n")
    expect(page.locator("#text")).to_have_value(made)


def test_a_link_to_an_own_text_is_chosen_by_its_title(page: Page) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("Siehe hier")
    page.locator("#text").select_text()
    page.keyboard.press("Control+k")
    page.get_by_label("Adresse oder Titel").fill("kont")
    page.get_by_role("button", name="Kontakt").click()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("[Siehe hier](../seiten/kontakt.md)")


def test_what_programs_put_into_the_clipboard_becomes_clean_markdown(page: Page) -> None:
    page.goto(TEXT)
    text = page.locator("#text")
    copied = sorted(CLIPBOARD.glob("*.html"))
    assert copied
    for program in copied:
        text.fill("")
        page.evaluate(PASTE, [program.read_text(), "so steht es da"])
        expected = program.with_suffix(".md").read_text()
        expect(text, program.stem).to_have_value(expected)
        page.keyboard.press("Control+z")
        expect(text, program.stem).to_have_value("")
        page.keyboard.press("Control+Shift+z")
        expect(text, program.stem).to_have_value(expected)


def test_what_was_pasted_can_be_had_as_plain_text(page: Page) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("")
    page.evaluate(PASTE, ["<p>Ein <b>fetter</b> Satz</p>", "Ein fetter Satz"])
    assert typed(page) == "Ein **fetter** Satz"
    page.get_by_role("button", name="Als reinen Text einfügen").click()
    assert typed(page) == "Ein fetter Satz"


def test_an_address_that_is_pasted_over_words_makes_a_link_of_them(page: Page) -> None:
    page.goto(TEXT)
    text = page.locator("#text")
    for html in ("", "<a href='https://example.org/a'>https://example.org/a</a>"):
        for words, made in (
            ("Siehe hier", "[Siehe hier](https://example.org/a)"),
            ("https://example.org/alt", "https://example.org/a"),
            ("[Schon](x.md)", "https://example.org/a"),
            ("Eins.\nZwei.", "https://example.org/a"),
        ):
            text.fill(words)
            text.select_text()
            page.evaluate(PASTE, [html, "https://example.org/a"])
            if typed(page) == words:  # left to the browser, which ignores what a script makes up
                page.keyboard.insert_text("https://example.org/a")
            assert typed(page) == made
    page.keyboard.press("Control+z")


def test_what_nobody_sees_is_not_pasted(page: Page) -> None:
    page.goto(TEXT)
    for html in ("", "<p>Ge\u00adw\u200binn</p>", "<p>Ge\u00adw\u200binn <b>heute</b></p>"):
        page.locator("#text").fill("")
        page.evaluate(PASTE, [html, "\ufeffGe\u00adw\u200binn"])
        assert typed(page) == ("Gewinn **heute**" if "<b>" in html else "Gewinn")
    page.get_by_role("button", name="Als reinen Text einfügen").click()
    assert typed(page) == "Gewinn"


def test_spelling_is_checked_in_german(page: Page) -> None:
    page.goto(TEXT)
    assert page.locator("#text").evaluate("field => [field.lang, field.spellcheck]") == ["de", True]


def test_what_a_browser_kept_is_offered_with_its_difference(
    app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    shown = {"cookie": staff.cookie(app, erik.staff), "viewport": NARROW}
    with staff.page_of(chromium, url, **shown) as page:
        page.clock.install()
        page.goto(TEXT)
        page.locator("#text").press_sequentially("Verlorene Wörter. ")
        page.clock.run_for(2_500)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("about:blank")
        page.goto(TEXT)
        expect(page.locator(".writing__recovered ins")).to_contain_text("Verlorene Wörter.")
        assert "Verlorene" not in typed(page)
        page.get_by_role("button", name="Diesen Stand übernehmen").click()
        assert "Verlorene Wörter." in typed(page)
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()
        expect(page.locator(".writing__recovered")).to_have_text("")


def test_an_empty_first_line_that_comes_back_is_no_text_to_be_rescued(
    app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    shown = {"cookie": staff.cookie(app, erik.staff), "viewport": NARROW}
    with staff.page_of(chromium, url, **shown) as page:
        page.clock.install()
        page.goto(TEXT)
        page.locator("#text").fill("\n## Eins\n\nWörter.\n")
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()
        page.locator("#text").fill("## Eins\n\nWörter.\n")
        page.clock.run_for(2_500)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("about:blank")
        page.goto(TEXT)
        page.wait_for_timeout(500)
        expect(page.locator(".writing__recovered")).to_have_text("")


def test_what_is_typed_reaches_the_server_by_itself(page: Page, erik: Writer) -> None:
    page.set_viewport_size({"width": 1000, "height": 900})  # no frame, where no clock may be
    page.clock.install()
    page.goto(TEXT)
    page.locator("#text").fill("Von selbst gespeichert.\n")
    page.clock.run_for(11_000)
    expect(page.locator(".writing__told")).to_contain_text("Zwischenstand gespeichert")
    assert b"Von selbst gespeichert." in erik.data(NAME)
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")


def test_who_is_signed_out_while_typing_keeps_the_text(page: Page, erik: Writer) -> None:
    page.set_viewport_size({"width": 1000, "height": 900})  # no frame, where no clock may be
    page.clock.install()
    page.goto(TEXT)
    page.context.clear_cookies()
    page.locator("#text").fill("Nicht verloren.\n")
    page.clock.run_for(11_000)
    expect(page.locator(".writing__told")).to_contain_text("nicht mehr angemeldet")
    assert typed(page) == "Nicht verloren.\n"
    assert erik.copy(NAME) is None
    page.evaluate("removeEventListener('beforeunload', () => {})")


def test_a_conflict_is_settled_by_nobody_but_the_editor(
    page: Page, erik: Writer, carla: Writer
) -> None:
    page.set_viewport_size({"width": 1000, "height": 900})  # no frame, where no clock may be
    page.clock.install()
    page.goto(TEXT)
    page.locator("#text").fill("Von Erik.\n")
    carla.save(NAME, text="Von Carla.\r\n")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("heading", name="Carla Holm hat dieselbe Stelle")).to_be_visible()
    page.locator("#text").fill("Von Erik, noch nicht entschieden.\n")
    page.clock.run_for(11_000)
    assert b"Von Carla." in carla.data(NAME)
    page.locator("#text").fill("Von beiden.\n")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".told-done")).to_have_text("Gespeichert.")
    assert b"Von beiden." in erik.data(NAME)


def test_dialogs_are_accessible(app: Flask, chromium: Browser, url: str, erik: Writer) -> None:
    cookie = staff.cookie(app, erik.staff)
    with staff.page_of(chromium, url, cookie=cookie, bypass_csp=True) as page:
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(TEXT)
        for name in ("Link", "Kasten", "Tabelle", "Fußnote"):
            page.get_by_role("toolbar").get_by_role("button", name=name).click()
            expect(page.get_by_role("dialog")).to_be_visible()
            assert violations(page) == [], name
            page.keyboard.press("Escape")
            expect(page.locator("#text")).to_be_focused()


def test_a_new_share_link_is_copied_and_opens_without_an_account(
    chromium: Browser, url: str, page: Page
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{TEXT}/teilen")
    page.get_by_role("button", name="Link erzeugen").click()
    page.get_by_role("button", name="Link kopieren").click()
    expect(page.get_by_text("Kopiert.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    with staff.page_of(chromium, url) as reader:
        reader.goto("/" + copied.split("/", 3)[3])
        expect(reader.get_by_role("note")).to_contain_text("Entwurf")
        assert reader.context.cookies() == []


def test_the_preview_follows_the_values_of_the_site(page: Page) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto("/redaktion/texte/website.toml")
    shown = page.frame_locator("[data-frame] iframe")
    page.get_by_text("Navigation", exact=True).click()
    page.locator("#navigation\\.0\\.label").fill("Anders als bisher")
    expect(shown.locator("header a", has_text="Anders als bisher").first).to_be_attached()
    page.get_by_text("Kontakt", exact=True).first.click()
    page.locator("#contact\\.name").fill("Nora Neumann")
    expect(shown.locator("main")).to_contain_text("Nora Neumann")
    assert violations(page) == []
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Vorschau dieser Seite").first.click()
    expect(opened.value.locator("main")).to_contain_text("Nora Neumann")
    expect(page.get_by_text("Zwischenstand")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_missing_fact_is_filled_and_the_progress_grows(
    content: Content, app: Flask, chromium: Browser, url: str, erik: Writer, *, script: bool
) -> None:
    real = (ROOT / "content" / "website.toml").read_bytes()
    (content.folder / "website.toml").write_bytes(real)
    cookie = staff.cookie(app, erik.staff)
    with staff.page_of(chromium, url, cookie=cookie, java_script_enabled=script) as page:
        page.goto("/redaktion/")
        page.get_by_role("link", name="Angaben", exact=True).click()
        before = page.locator(".amount__told").inner_text()
        page.get_by_role("link", name="Fehlende Angaben ausfüllen").click()
        page.get_by_label("Postleitzahl").fill("70173")
        page.get_by_label("Ort", exact=True).fill("Stuttgart")
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()
        expect(page.get_by_label("Postleitzahl")).to_have_count(0)
        left = int(before.split()[0]) - 2
        expect(page.locator(".amount__told")).to_contain_text(f"{left} von")
        page.goto("/redaktion/texte/website.toml")
        # It is open by itself: the small site lacks the pages that the menu leads to.
        page.get_by_role("button", name="Nach oben (Eintrag 2)").first.click()
        expect(page.locator('[name="navigation.0.label"]')).to_have_value("Key Account Management")
        page.get_by_role("button", name="Speichern").click()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()


def test_on_a_phone_the_first_screen_shows_the_text(
    app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}}
    with staff.page_of(chromium, url, cookie=staff.cookie(app, erik.staff), **phone) as page:
        page.goto(TEXT)
        expect(page.locator("[data-toolbar]")).to_be_visible()
        box = page.locator("#text").bounding_box()
        assert box
        assert box["y"] < 700


def test_facts_are_accessible_and_fit(
    content: Content, app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    real = (ROOT / "content" / "website.toml").read_bytes()
    (content.folder / "website.toml").write_bytes(real)
    cookie = staff.cookie(app, erik.staff)
    with staff.page_of(chromium, url, cookie=cookie) as page:
        for path in ("angaben/", "texte/website.toml", "texte/website.toml?nur=fehlend"):
            page.goto(f"/redaktion/{path}")
            page.locator("details").evaluate_all(
                "parts => { for (const part of parts) part.open = true; }"
            )
            for width in (390, 1440):
                page.set_viewport_size({"width": width, "height": 900})
                whole = width == 390 or page.locator(FRAME).is_visible()
                assert violations(page, whole=whole) == [], (path, width)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
