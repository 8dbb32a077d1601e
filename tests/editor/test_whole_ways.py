"""Whole ways through the editor: to the live page without scripts, through a crash, and back."""

from __future__ import annotations

import datetime
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import CHROMIUM, QUIET
from support import staff
from support.content import Content
from support.editor import Writer, answer, told
from support.site import Running, running_site
from website.cli.publishing_process import make_app
from website.editor.blueprint import editor_state
from website.infra import clock
from website.ops.publishing.publisher import Publisher, Site
from website.web.services import services

pytestmark = pytest.mark.slow

NAME = "artikel/ein-artikel"
TEXT = f"/redaktion/texte/{NAME}.md"
BODY = """\
Wer Preise anhebt, ohne sie zu begründen, verliert Vertrauen.

## Kosten kennen

Rechnen Sie vor dem Gespräch zusammen, was der Kunde kostet.
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Running]:
    """Serve the real site, which no other test sees."""
    with running_site(tmp_path) as running:
        yield running


def signed_in(chromium: Browser, site: Running, name: str, role: str) -> Page:
    """Follow an invitation and sign in, in a browser without scripts."""
    email = f"{name.split(maxsplit=1)[0].lower()}@example.org"
    invited = site.flask("staff", "add", email, name, "--role", role)
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto(re.findall(r"http\S+", invited)[-1])
    page.locator("#password").fill(staff.PASSWORD)
    page.get_by_role("button", name="Passwort speichern").click()
    page.goto("/redaktion/")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.locator("#password").fill(staff.PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    return page


def press(page: Page, button: str, message: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(message)).to_be_visible()


@pytest.mark.browser
def test_without_scripts_a_text_is_created_written_seen_submitted_approved_and_live(
    chromium: Browser, site: Running
) -> None:
    eva = signed_in(chromium, site, "Eva Muster", "editor")
    eva.get_by_role("link", name="Neuer Text").click()
    eva.get_by_label("Titel").fill("Preisgespräche führen")
    eva.get_by_label("Thema").select_option("Kundenbeziehungen")
    eva.get_by_role("button", name="Anlegen").click()
    for group in ("Angaben zum Text", "Kurzfassung", "Quellen", "Autor und Prüfung"):
        title = eva.locator("summary", has_text=group)
        if title.locator("..").get_attribute("open") is None:
            title.click()
    eva.get_by_label("Text", exact=True).fill(BODY)
    eva.get_by_label("Beschreibung").fill("Wie Sie Preisgespräche vorbereiten und führen.")
    eva.get_by_label("Das Wichtigste in Kürze").fill(
        "Kosten kennen.\nPreis begründen.\nRuhig sein."
    )
    expect(eva.get_by_label("Autor", exact=True)).to_have_value("Eva Muster")
    eva.get_by_label("Mit KI entstanden?").select_option("nein")
    for row in range(2):
        eva.locator(f"[name='sources.{row}.text']").fill(f"Muster: Preise, Band {row + 1}")
        eva.locator(f"[name='sources.{row}.year']").fill("2024")
    press(eva, "Speichern", "Gespeichert.")
    with eva.context.expect_page() as opened:
        eva.get_by_role("button", name="Vorschau").click()
    expect(opened.value.get_by_role("heading", name="Kosten kennen")).to_be_visible()
    press(eva, "Zur Prüfung einreichen", "Zur Prüfung eingereicht.")
    claus = signed_in(chromium, site, "Claus Holm", "chief-editor")
    claus.goto("/redaktion/?stand=pruefung")
    claus.get_by_role("link", name="Preisgespräche führen").click()
    press(claus, "Freigeben", "Freigegeben.")
    claus.get_by_role("button", name="Veröffentlichen", exact=True).click()
    until = time.monotonic() + 60
    while claus.locator(".state").first.inner_text() in {"wartet", "läuft"}:
        assert time.monotonic() < until
        claus.wait_for_timeout(500)
        claus.get_by_role("link", name="Stand neu laden").click()
    expect(claus.locator(".state").first).to_have_text("veröffentlicht")
    claus.get_by_role("link", name="Auf der Website ansehen").click()
    expect(claus.get_by_role("heading", level=1)).to_have_text("Preisgespräche führen")
    expect(claus.get_by_text("Rechnen Sie vor dem Gespräch zusammen")).to_be_visible()
    expect(claus.get_by_text("Claus Holm").first).to_be_visible()
    with urllib.request.urlopen(f"{site.url}/artikel/preisgespraeche-fuehren/") as live:
        assert "Wer Preise anhebt" in live.read().decode()


def processes_of(folder: Path) -> list[int]:
    """Return every process of the browser that keeps its data in a folder."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in words:
            found.append(int(command.parent.name))
    return found


@pytest.mark.browser
def test_a_browser_killed_while_somebody_types_loses_two_seconds_at_most(
    app: Flask, url: str, erik: Writer, tmp_path: Path, chromium: Browser
) -> None:
    folder, cookie = tmp_path / "browser", staff.cookie(app, erik.staff)

    def started() -> BrowserContext:
        context = chromium.browser_type.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=list(QUIET), base_url=url
        )
        context.add_cookies([{"name": "posteingang", "value": cookie, "url": url}])
        context.set_default_timeout(60_000)
        return context

    page = started().new_page()
    page.goto(TEXT)
    page.locator("#text").fill("")
    typed: list[tuple[float, str]] = []
    until = time.monotonic() + 6
    while time.monotonic() < until:
        word = f"Wort{len(typed)} "
        page.keyboard.type(word)
        typed.append((time.monotonic(), word))
        time.sleep(0.05)
    killed = time.monotonic()
    for process in processes_of(folder):
        os.kill(process, signal.SIGKILL)
    assert erik.copy(NAME) is None, "the server had it, and nothing had to be found again"
    context = started()
    page = context.new_page()
    page.goto(TEXT)
    expect(page.locator(".writing__recovered ins").first).to_contain_text("Wort0")
    assert "Ein Absatz." in page.locator("#text").input_value()
    page.get_by_role("button", name="Diesen Stand übernehmen").click()
    found = page.locator("#text").input_value()
    lost = [at for at, word in typed if word.strip() not in found.split()]
    assert killed - min(lost, default=killed) <= 2.5
    context.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    context.close()
    assert b"Wort0 Wort1 " in erik.data(NAME)


def committed(app: Flask, data: bytes, at: datetime.datetime, subject: str) -> None:
    """Make a text official, at a moment in the past."""
    repository = editor_state(app).repository
    tree, main = repository.changed_tree(repository.main, {f"{NAME}.md": data}), repository.main
    who = {
        f"GIT_{part}_{name}": value
        for part in ("AUTHOR", "COMMITTER")
        for name, value in {
            "NAME": "Eva Muster",
            "EMAIL": "eva@example.org",
            "DATE": at.isoformat(),
        }.items()
    }
    command = ["git", f"--git-dir={repository.folder}", "commit-tree", tree, "-p", main]
    made = subprocess.run(
        [*command, "-m", subject],
        env=os.environ | who,
        check=True,
        capture_output=True,
        text=True,
    )
    repository.advance(made.stdout.strip(), main)


def test_a_version_of_three_months_ago_is_restored_after_its_difference_was_seen(
    app: Flask, erik: Writer, carla: Writer, tmp_path: Path
) -> None:
    today = editor_state(app).official(f"{NAME}.md")[1] or b""
    old = today.replace(b"Ein Absatz.", b"Der alte Absatz.\r\n\r\nMit fremden Zeilenenden.")
    newer = old.replace(b"Der alte Absatz.", b"Der neue Absatz.")
    committed(app, old, clock.now() - datetime.timedelta(days=92), "Vor drei Monaten")
    committed(app, newer, clock.now() - datetime.timedelta(days=30), "Vor einem Monat")
    committed(app, today, clock.now() - datetime.timedelta(days=1), "Gestern")
    history = erik.get(f"/texte/{NAME}.md/verlauf")
    (row,) = (
        each
        for each in history.cssselect(".versions__item")
        if "Vor drei Monaten" in each.text_content()
    )
    day = (clock.now() - datetime.timedelta(days=92)).date()
    assert row.cssselect("time")[0].get("datetime").startswith(day.isoformat())
    path = row.cssselect("a")[0].get("href").removeprefix("/redaktion")
    page = erik.get(path)
    changes = page.cssselect("#zurueck ~ .changes")[0]
    assert "Der alte Absatz." in changes.cssselect("ins")[0].text_content()
    assert "Ein Absatz." in changes.cssselect("del")[0].text_content()
    assert erik.copy(NAME) is None
    (form,) = page.cssselect("main form")
    restored = erik.client.post(
        f"/redaktion{path}", data=dict(form.form_values()), follow_redirects=True
    )
    assert "Öffentlich ist sie noch nicht" in told(answer(restored))
    assert erik.data(NAME) == old
    erik.save(NAME, schritt="einreichen")
    carla.save(NAME, schritt="freigeben")
    carla.save(NAME, schritt="veroeffentlichen")
    pages = published(app, tmp_path / "site" / "build")
    assert "Der alte Absatz." in pages.joinpath("artikel/ein-artikel/index.html").read_text()
    assert "Gestern" in erik.get(f"/texte/{NAME}.md/verlauf").text_content()


def test_a_translation_goes_live_at_the_address_of_its_title(
    app: Flask, content: Content, erik: Writer, carla: Writer, tmp_path: Path
) -> None:
    content.edition()
    content.article("zweiter", reviewed_by="Erika Muster", ai="none")
    erik.send("artikel/zweiter", erik.form("artikel/zweiter"), anlegen="en")
    name = "en/artikel/zweiter"
    erik.save(
        name,
        title="What a customer costs",
        description="How to work it out.",
        text="A paragraph.\r\n",
        schritt="einreichen",
    )
    carla.save(name, schritt="freigeben")
    carla.save(name, schritt="veroeffentlichen")
    pages = published(app, tmp_path / "site" / "build")
    page = pages.joinpath("en/articles/what-a-customer-costs/index.html").read_text()
    assert "A paragraph." in page
    german = pages.joinpath("artikel/zweiter/index.html").read_text()
    assert "/en/articles/what-a-customer-costs/" in german
    assert erik.copy(name) is None
    address = editor_state(app).official("en/website.toml")[1] or b""
    assert b'"artikel/zweiter" = "articles/what-a-customer-costs"' in address


def published(app: Flask, build: Path) -> Path:
    """Run the publications that wait, and return the folder of the pages."""
    shared, state = services(app), editor_state(app)
    build.parent.mkdir()
    site = Site(
        settings=shared.settings,
        workspace=state.workspace,
        build=build,
        make_app=make_app,
        live_url="-",
    )
    done = Publisher(site, shared.leads.database).run_due()
    assert [each.state for each in done] == ["done"], [each.detail for each in done]
    return build
