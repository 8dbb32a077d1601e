"""Nothing that was typed is lost: sessions that end, browsers that go, files of every kind."""

from __future__ import annotations

import re
import unicodedata

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from support import staff
from support.content import ARTICLE, Content
from support.editor import NARROW, Writer
from website.staff.access import StaffRole

pytestmark = pytest.mark.browser

NAME = "artikel/ein-artikel"
TEXT = f"/redaktion/texte/{NAME}.md"


def sign_in(page: Page, app: Flask, url: str, erik: Writer) -> None:
    """Sign somebody in again, as in another tab."""
    cookie = staff.cookie(app, erik.staff)
    page.context.add_cookies([{"name": "posteingang", "value": cookie, "url": url}])


def test_after_a_sign_in_elsewhere_the_same_page_saves(
    app: Flask, url: str, page: Page, erik: Writer
) -> None:
    page.clock.install()
    page.goto(TEXT)
    page.context.clear_cookies()
    page.locator("#text").fill("Erst abgemeldet.\n")
    page.clock.run_for(11_000)
    expect(page.locator(".writing__told")).to_contain_text("nicht mehr angemeldet")
    sign_in(page, app, url, erik)
    page.locator("#text").fill("Erst abgemeldet, dann wieder da.\n")
    page.clock.run_for(11_000)
    expect(page.locator(".writing__told")).to_contain_text("Zwischenstand gespeichert")
    assert b"dann wieder da." in erik.data(NAME)
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")


@pytest.mark.parametrize("button", ["Speichern", "Zur Prüfung einreichen"])
def test_a_save_that_is_refused_leaves_the_page_with_the_text(
    app: Flask, url: str, page: Page, erik: Writer, button: str
) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("Beim Speichern abgemeldet.\n")
    page.context.clear_cookies()
    page.get_by_role("button", name=button).click()
    told = page.locator(".writing__told")
    expect(told).to_contain_text("Sie sind nicht mehr angemeldet. Ihr Text bleibt hier")
    assert page.locator("#text").input_value() == "Beim Speichern abgemeldet.\n"
    with page.context.expect_page() as opened:
        told.get_by_role("link", name="in neuem Tab anmelden").click()
    expect(opened.value.get_by_label("E-Mail-Adresse")).to_be_visible()
    sign_in(page, app, url, erik)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(re.compile("Gespeichert|eingereicht\\."))).to_be_visible()
    assert b"Beim Speichern abgemeldet." in erik.data(NAME)
    page.goto(TEXT)
    page.wait_for_timeout(500)
    expect(page.locator(".writing__recovered")).to_have_text("")


def test_what_a_refused_save_has_sent_is_offered_again(
    app: Flask, url: str, page: Page, erik: Writer
) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("Beim Speichern abgemeldet.\n")
    page.context.clear_cookies()
    page.keyboard.press("Control+s")
    expect(page.locator(".writing__told")).to_contain_text("nicht mehr angemeldet")
    sign_in(page, app, url, erik)
    page.goto(TEXT)
    expect(page.locator(".writing__recovered ins")).to_contain_text("Beim Speichern abgemeldet.")
    page.get_by_role("button", name="Diesen Stand übernehmen").click()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    page.goto(TEXT)
    expect(page.locator(".writing__recovered")).to_have_text("")
    assert b"Beim Speichern abgemeldet." in erik.data(NAME)


def test_who_may_write_no_more_or_whose_text_is_gone_keeps_what_was_typed(
    app: Flask, page: Page, erik: Writer
) -> None:
    told = page.locator(".writing__told")
    erik.save(NAME, text="Ein Entwurf.\r\n")
    page.goto(TEXT)
    page.route("**/zwischenstand", lambda route: route.fulfill(status=413, body="<h1>x"))
    page.locator("#text").fill("Zu viel.\n")
    page.keyboard.press("Control+s")
    expect(told).to_contain_text("ließ sich nicht speichern. Ihr Text bleibt hier")
    page.unroute("**/zwischenstand")
    staff.accounts(app).directory.set_roles(erik.staff.id, [StaffRole.SALES])
    page.keyboard.press("Control+s")
    expect(told).to_contain_text("Keine Berechtigung. Ihr Text bleibt hier")
    expect(told.get_by_role("link")).to_have_count(0)
    assert page.locator("#text").input_value() == "Zu viel.\n"


@pytest.mark.parametrize("body", ["cut", "<p>Willkommen im WLAN</p>"])
def test_after_half_an_answer_the_page_saves_again(page: Page, erik: Writer, body: str) -> None:
    page.goto(TEXT)
    page.evaluate(
        """body => {
          const real = window.fetch;
          window.fetch = async (...asked) => {
            window.fetch = real;
            await real(...asked);
            const cut = { start: (stream) => stream.error(new TypeError("network error")) };
            return new Response(body === "cut" ? new ReadableStream(cut) : body);
          };
        }""",
        body,
    )
    page.locator("#text").fill("Im Tunnel geschrieben.\n")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".writing__told")).to_contain_text("Der Server antwortet nicht")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")
    assert b"Im Tunnel geschrieben." in erik.data(NAME)


@pytest.mark.parametrize("button", ["Speichern", "Zur Prüfung einreichen"])
def test_without_a_network_the_page_stays_and_nothing_is_lost(
    app: Flask, chromium: Browser, url: str, erik: Writer, button: str
) -> None:
    shown = {"cookie": staff.cookie(app, erik.staff), "meant": "net::", "viewport": NARROW}
    with staff.page_of(chromium, url, **shown) as page:
        page.clock.install()
        page.goto(TEXT)
        page.context.set_offline(True)
        page.locator("#text").fill("Im Zug geschrieben.\n")
        page.get_by_role("button", name=button).click()
        expect(page.locator(".writing__told")).to_contain_text("Der Server antwortet nicht")
        assert page.locator("#text").input_value() == "Im Zug geschrieben.\n"
        page.context.set_offline(False)
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        expect(page.locator(".writing__recovered ins")).to_contain_text("Im Zug geschrieben.")
        page.get_by_role("button", name="Diesen Stand übernehmen").click()
        assert erik.copy(NAME) is None
        page.clock.run_for(11_000)
        expect(page.locator(".writing__told")).to_contain_text("Zwischenstand")
    assert b"Im Zug geschrieben." in erik.data(NAME)


def test_a_step_that_was_stopped_does_not_stop_what_saves_by_itself(
    page: Page, erik: Writer
) -> None:
    page.clock.install()
    page.goto(TEXT)
    page.route("**/ein-artikel.md", lambda route: route.fulfill(status=204))  # stays here
    with page.expect_response("**/ein-artikel.md"):
        page.get_by_role("button", name="Zur Prüfung einreichen").click()
    page.locator("#text").fill("Weitergeschrieben.\n")
    page.clock.run_for(11_000)
    expect(page.locator(".writing__told")).to_contain_text("Zwischenstand gespeichert")
    assert b"Weitergeschrieben." in erik.data(NAME)


def test_going_back_takes_nothing_back_that_another_has_saved_meanwhile(
    page: Page, erik: Writer, carla: Writer
) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("Von Erik, nie gesichert.\n")
    page.wait_for_timeout(2500)
    page.get_by_role("link", name="Alle Texte").click()
    page.get_by_role("heading", name="Texte", exact=True).wait_for()
    carla.save(NAME, text="Von Carla.\r\n")
    page.go_back()
    expect(page.locator(".writing__recovered ins")).to_contain_text("Von Erik")
    assert page.locator("#text").input_value() == "Von Carla.\n"
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert b"Von Carla." in erik.data(NAME)


def test_what_was_saved_with_that_of_another_needs_no_rescue(
    page: Page, content: Content, carla: Writer
) -> None:
    content.article("ein-artikel", ARTICLE + "\nZwei.\n\nDrei.\n")
    page.add_init_script("crypto.getRandomValues = (parts) => parts.fill(2 ** 32 - 1)")
    page.goto(TEXT)
    text = page.locator("#text").input_value()
    carla.save(NAME, text=text.replace("Drei.", "Drei von Carla.").replace("\n", "\r\n"))
    page.locator("#text").fill(text.replace("Ein Absatz.", "Von Erik."))
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("#text")).to_have_value("Von Erik.\n\nZwei.\n\nDrei von Carla.\n")
    page.wait_for_timeout(500)
    expect(page.locator(".writing__recovered")).to_have_text("")


def test_what_was_saved_at_once_needs_no_rescue(page: Page, carla: Writer) -> None:
    page.goto(TEXT)
    page.locator("#text").fill("Von Erik.\n")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")
    page.wait_for_timeout(2500)
    carla.save(NAME, text="Von Carla.\r\n")
    page.reload()
    expect(page.locator("#text")).to_have_value("Von Carla.\n")
    page.wait_for_timeout(500)
    expect(page.locator(".writing__recovered")).to_have_text("")


def test_who_saves_stays_at_the_place_and_can_take_back_what_was_typed_before(
    page: Page, erik: Writer
) -> None:
    page.goto(TEXT)
    text = page.locator("#text")
    text.press("Control+Home")
    page.keyboard.type("Neu. ")
    page.keyboard.press("Control+s")
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")
    expect(page.locator(".writing__head .state").first).to_have_text("Entwurf")
    expect(page.get_by_role("link", name="Änderungen verwerfen")).to_be_visible()
    expect(text).to_be_focused()
    page.keyboard.type("Weiter. ")
    assert text.input_value() == "Neu. Weiter. Ein Absatz.\n"
    for _ in range(6):
        page.keyboard.press("Control+z")
    expect(text).to_have_value("Ein Absatz.\n")
    page.keyboard.press("Control+s")
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")
    assert b"Neu" not in erik.data(NAME)


def test_what_was_sent_can_be_sent_again_without_scripts(
    app: Flask, chromium: Browser, url: str, erik: Writer
) -> None:
    shown = {"java_script_enabled": False, "viewport": NARROW}
    with staff.page_of(chromium, url, cookie=staff.cookie(app, erik.staff), **shown) as page:
        page.goto(TEXT)
        page.context.clear_cookies()
        page.locator("#text").fill("Ohne Skript geschrieben.\n")
        page.get_by_role("button", name="Speichern").click()
        page.get_by_role("heading", name="nicht mehr angemeldet").wait_for()
        sign_in(page, app, url, erik)
        page.reload()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()
    assert b"Ohne Skript geschrieben." in erik.data(NAME)


@pytest.mark.parametrize("trouble", ["offline", "signed-out"])
@pytest.mark.parametrize("button", ["Speichern", "Quelle hinzufügen"])
def test_a_page_that_sends_without_saving_stays_while_nobody_answers(  # noqa: PLR0913 - fixtures
    app: Flask,
    chromium: Browser,
    url: str,
    erik: Writer,
    carla: Writer,
    *,
    button: str,
    trouble: str,
) -> None:
    shown = {"cookie": staff.cookie(app, erik.staff), "meant": "", "viewport": NARROW}
    with staff.page_of(chromium, url, **shown) as page:
        page.goto(TEXT)
        page.locator("details").evaluate_all(
            "parts => { for (const part of parts) part.open = 1; }"
        )
        if button == "Speichern":  # a conflict, which does not save by itself
            carla.save(NAME, text="Von Carla.\r\n")
            page.locator("#text").fill("Von Erik.\n")
            page.get_by_role("button", name=button).click()
            expect(page.get_by_text("Fassung von Carla Holm")).to_be_visible()
        page.locator("#text").fill("Was bleiben soll.\n")
        cookies = page.context.cookies()
        if trouble == "offline":
            page.context.set_offline(True)
        else:
            page.context.clear_cookies()
        page.get_by_role("button", name=button).click()
        told = "Der Server antwortet nicht" if trouble == "offline" else "nicht mehr angemeldet"
        expect(page.locator(".writing__told")).to_contain_text(told)
        page.context.set_offline(False)
        page.context.add_cookies(cookies)
        page.get_by_role("button", name=button).click()
        if button == "Speichern":
            expect(page.get_by_text("Gespeichert.")).to_be_visible()
            assert b"Was bleiben soll." in erik.data(NAME)
        else:
            expect(page).to_have_url(re.compile("#sources$"))
        expect(page.locator("#text")).to_have_value("Was bleiben soll.\n")


def unsaved(page: Page, typed: str, address: str = TEXT) -> Page:
    """Type in a new window of the same browser what never reaches the server."""
    window = page.context.new_page()
    window.route("**/zwischenstand", lambda route: route.fulfill(status=503))
    window.goto(address)
    window.locator("#text").fill(typed)
    window.wait_for_timeout(2500)
    return window


def test_two_windows_of_a_text_keep_what_is_typed_in_each(page: Page, erik: Writer) -> None:
    windows = [unsaved(page, f"Aus Fenster {number}.\n") for number in (1, 2)]
    page.goto(TEXT)
    page.wait_for_timeout(500)
    offered = page.locator(".writing__recovered")
    expect(offered).to_have_text("")  # both are still open
    for window in windows:
        window.close()
    expect(offered.locator("ins")).to_have_count(2)
    first = page.locator(".writing__kept", has_text="Aus Fenster 1.")
    first.get_by_role("button", name="Diesen Stand übernehmen").click()
    expect(page.locator("#text")).to_have_value("Aus Fenster 1.\n")
    page.keyboard.press("Control+s")
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")
    assert b"Aus Fenster 1." in erik.data(NAME)
    page.reload()
    expect(offered.locator("ins")).to_have_text("Aus Fenster 2.")
    page.get_by_role("button", name="Verwerfen").click()
    expect(offered).to_have_text("")
    page.reload()
    page.wait_for_timeout(500)
    expect(offered).to_have_text("")


def test_what_somebody_else_has_typed_in_this_browser_is_offered_to_them_alone(
    app: Flask, url: str, page: Page, erik: Writer, carla: Writer
) -> None:
    unsaved(page, "Von Erik.\n").close()
    offered = page.locator(".writing__recovered")
    sign_in(page, app, url, carla)
    page.goto(TEXT)
    page.wait_for_timeout(500)
    expect(offered).to_have_text("")
    unsaved(page, "Von Carla.\n").close()
    page.goto(TEXT)
    expect(offered.locator("ins")).to_have_text("Von Carla.")
    sign_in(page, app, url, erik)
    page.goto(TEXT)
    expect(offered.locator("ins")).to_have_text("Von Erik.")


def test_a_window_that_saves_forgets_nothing_that_another_holds(page: Page, erik: Writer) -> None:
    other = unsaved(page, "Nur im anderen Fenster.\n")
    page.goto(TEXT)
    page.locator("#text").fill("Hier gespeichert.\n")
    page.keyboard.press("Control+s")
    expect(page.locator(".writing__told")).to_have_text("Gespeichert.")
    other.close()
    page.reload()
    expect(page.locator(".writing__recovered ins")).to_have_text("Nur im anderen Fenster.")
    assert b"Hier gespeichert." in erik.data(NAME)


def test_what_was_typed_in_the_whole_file_is_offered_there(page: Page) -> None:
    source = f"{TEXT}?ansicht=datei"
    unsaved(page, "---\ntitle: Aus der Datei\n---\n\nSelten.\n", source).close()
    page.goto(TEXT)
    offered = page.locator(".writing__recovered")
    expect(offered).to_contain_text("Auf diesem Gerät liegt ein Stand")
    expect(offered.get_by_role("button", name="übernehmen")).to_have_count(0)
    offered.get_by_role("link", name="Ansehen").click()
    page.get_by_role("button", name="Diesen Stand übernehmen").click()
    expect(page.locator("#text")).to_have_value(re.compile("Selten"))


def test_a_conflict_in_the_whole_file_needs_no_rescue_once_it_is_settled(
    page: Page, carla: Writer
) -> None:
    page.goto(f"{TEXT}?ansicht=datei")
    carla.save(NAME, text="Von Carla.\r\n")
    text = page.locator("#text")
    text.fill(text.input_value().replace("Ein Absatz.", "Von Erik."))
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Fassung von Carla Holm")).to_be_visible()
    text.fill(text.input_value().replace("Von Erik.", "Von beiden."))
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator(".writing__recovered")).to_have_text("")


FILES = {
    "crlf": ARTICLE.replace("\n", "\r\n"),
    "mixed, without the last line end": ARTICLE.replace(
        "Ein Absatz.\n", "Ein Absatz.\r\n\nNoch einer.\n\r\nDer dritte."
    ),
    "bom, empty lines": "\ufeff" + ARTICLE.replace("---\nEin", "---\n\n\n\nEin") + "\n\n\n",
    "nfd, tabs and spaces": ARTICLE.replace(
        "Ein Absatz.",
        unicodedata.normalize("NFD", "Größe, Übung.\n\n\tEin  Absatz.  \n\u00a0\u2028x"),
    ),
}


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("view", ["", "?ansicht=datei"], ids=["form", "file"])
def test_a_browser_keeps_every_byte_of_every_file(  # noqa: PLR0913 - fixtures
    app: Flask,
    chromium: Browser,
    url: str,
    content: Content,
    erik: Writer,
    *,
    script: bool,
    view: str,
) -> None:
    told, unchanged = (
        (".writing__told", "Gespeichert.") if script else (".told-done", "nichts zu speichern")
    )
    written = {
        f"datei-{number}": content.article(f"datei-{number}", text).read_bytes()
        for number, text in enumerate(FILES.values())
    }
    shown = {"java_script_enabled": script, "viewport": NARROW}
    with staff.page_of(chromium, url, cookie=staff.cookie(app, erik.staff), **shown) as page:
        for name, before in written.items():
            page.goto(f"/redaktion/texte/artikel/{name}.md{view}")
            page.get_by_role("button", name="Speichern").click()
            expect(page.locator(told)).to_contain_text(unchanged)
            assert erik.copy(f"artikel/{name}") is None, name
            if view:  # a save leads to the form
                page.goto(f"/redaktion/texte/artikel/{name}.md{view}")
            page.locator("#text").press("Control+Home")
            if view:
                page.locator("#text").fill(
                    page.locator("#text").input_value().replace("Ein Titel", "Ein neuer Titel")
                )
            else:
                page.get_by_label("Titel", exact=True).fill("Ein neuer Titel")
            page.get_by_role("button", name="Speichern").click()
            expect(page.locator(told)).to_contain_text("Gespeichert.")
            after = before.replace(b"Ein Titel", b"Ein neuer Titel")
            assert erik.data(f"artikel/{name}") == after, name
