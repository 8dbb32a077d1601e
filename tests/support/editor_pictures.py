"""The pictures of the editor: from the invitation to a live page, on the real site."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page

from support import guide
from support.site import Running
from support.staff import PASSWORD

Take = Callable[[Page, str], None]


WINDOW = {"viewport": {"width": 800, "height": 640}, "device_scale_factor": 1.5}
WIDE = {"viewport": {"width": 1280, "height": 1024}, "device_scale_factor": 0.9375}
"""Of the same size, with the preview beside the text."""

NAME = "artikel/preisgespraeche-fuehren"
TEXT = f"/redaktion/texte/{NAME}.md"
BODY = """\
Wer Preise anhebt, ohne sie zu begründen, verliert Vertrauen. Wer sie nie anhebt, verliert Geld.

## Kosten kennen

Rechnen Sie vor dem Gespräch zusammen, was der Kunde kostet: **Besuche**, Rabatte, Sonderwünsche.

| Kunde | Umsatz | Besuche im Jahr |
|---|---:|:---:|
| Maschinenbau | 120.000 € | 6 |
| Handel | 45.000 € | 2 |

## Den Preis nennen

Nennen Sie Ihren Preis zuerst, und begründen Sie ihn mit einem Satz.

/// merksatz
Ein Preis ohne Begründung lädt zum Handeln ein.
///
"""
WRITING = "scrollBy(0, document.querySelector('.toolbar').getBoundingClientRect().top - 170)"
FAULT = "\nMehr dazu steht im [Leitfaden](leitfaden.md).\n"


def take_all(browser: Browser, site: Running, take: Take) -> None:
    """Take every picture of the editor.

    :param take: keeps what a window shows, by its name.
    """
    eva = _account(browser, site, "eva.muster@example.org", "Eva Muster", "editor", take)
    claus = _account(browser, site, "claus.holm@example.org", "Claus Holm", "chief-editor")
    nina = _account(browser, site, "nina.vogt@example.org", "Nina Vogt", "editor")
    _write(eva, take)
    _clash(eva, nina, take)
    _publish(eva, claus, take)
    _look_back(claus, take)
    for page in (eva, claus, nina):
        page.context.close()


def _account(
    browser: Browser, site: Running, email: str, name: str, role: str, take: Take | None = None
) -> Page:
    """Make an account, follow its invitation, and sign in."""
    told = site.flask("staff", "add", email, name, "--role", role)
    page = _window(browser, site)
    page.goto(re.findall(r"http\S+", told)[-1])
    page.locator("#password").fill(PASSWORD)
    if take:
        take(page, "redaktion-passwort")
    page.get_by_role("button", name="Passwort speichern").click()
    page.wait_for_url("**/anmelden*")
    page.goto("/redaktion/")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("heading", name="Texte", exact=True).wait_for()
    return page


def _window(browser: Browser, site: Running) -> Page:
    seen = {"base_url": site.url, "reduced_motion": "reduce", "color_scheme": "light"}
    context = browser.new_context(**seen | WIDE)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    return context.new_page()


def _write(page: Page, take: Take) -> None:
    """Begin a text, and write it."""
    page.get_by_role("link", name="Neuer Text").click()
    page.get_by_label("Titel").fill("Preisgespräche führen")
    page.get_by_label("Thema").select_option("Kundenbeziehungen")
    take(page, "redaktion-neu")
    page.get_by_role("button", name="Anlegen").click()
    whole = next(example.text for example in guide.examples() if example.is_whole)
    front = whole.partition("\n---\n")[0]
    title = 'title: "Preisgespräche führen: vorbereiten, fordern, nachgeben"'
    assert title in front
    kept = re.sub(r"^(reviewed_by|date|updated|aliases): .*\n", "", front, flags=re.MULTILINE)
    page.goto(f"{TEXT}?ansicht=datei")
    page.get_by_label("Ganze Datei").fill(f"{kept}\n---\n\n{BODY}")
    _save(page)
    page.goto(TEXT)
    page.locator("#text").fill(BODY + FAULT)
    page.locator(".findings").get_by_text("leitfaden.md").first.wait_for()
    _wait_for_preview(page)
    page.evaluate(WRITING)
    take(page, "redaktion-schreiben")
    page.locator("#text").fill(BODY)
    page.locator("#text").evaluate("field => field.setSelectionRange(field.value.length, -1)")
    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_label("Text des Links").fill("Von Kunden trennen")
    page.locator("#link-ziel").press_sequentially("trennen")
    page.locator(".popup__choice").first.wait_for()
    take(page, "redaktion-link")
    page.get_by_role("button", name="Abbrechen").click()
    page.get_by_role("button", name="Bild", exact=True).click()
    page.locator("#dialog-image [data-found] img").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    take(page, "redaktion-bild")
    page.get_by_role("button", name="Abbrechen").click()
    _save(page)
    page.locator(".more-fields__title", has_text="Quellen").click()
    page.evaluate("document.querySelector('.more-fields').scrollIntoView({block: 'center'})")
    take(page, "redaktion-angaben")


def _clash(eva: Page, nina: Page, take: Take) -> None:
    """Let two change the same line."""
    nina.goto(TEXT)
    nina.locator("#text").fill(BODY.replace("mit einem Satz", "mit einer Zahl"))
    _save(nina)
    eva.locator("#text").fill(BODY.replace("mit einem Satz", "in zwei Sätzen"))
    eva.get_by_role("button", name="Speichern").click()
    eva.locator(".clash").wait_for()
    _wait_for_preview(eva)
    eva.evaluate("scrollTo(0, document.querySelector('.clash').offsetTop - 120)")
    take(eva, "redaktion-konflikt")
    _save(eva)


def _publish(eva: Page, claus: Page, take: Take) -> None:
    """Submit, approve and publish it."""
    _press(eva, "Zur Prüfung einreichen")
    claus.goto("/redaktion/")
    take(claus, "redaktion-liste")
    claus.goto(TEXT)
    _wait_for_preview(claus)
    claus.evaluate("scrollTo(0, 0)")
    take(claus, "redaktion-freigeben")
    _press(claus, "Freigeben")
    claus.get_by_role("button", name="Veröffentlichen", exact=True).click()
    claus.locator("[data-over]").wait_for(state="attached", timeout=90_000)
    take(claus, "redaktion-schritte")


def _look_back(page: Page, take: Take) -> None:
    """Look at what became of it, and at what is done with a public text."""
    page.goto(f"{TEXT}/verlauf")
    page.locator(".versions__link").first.wait_for()
    take(page, "redaktion-verlauf")
    page.goto(TEXT)
    page.locator("#text").fill(BODY.replace("mit einem Satz", "mit einer Zahl"))
    _save(page)
    for name, address in {
        "redaktion-teilen": f"{TEXT}/teilen",
        "redaktion-planung": "/redaktion/planung/",
        "redaktion-bilder": "/redaktion/bibliothek/",
        "redaktion-website": "/redaktion/angaben/",
        "redaktion-ersetzen": "/redaktion/ersetzen/?suche=Schlüsselkunden&durch=Key+Accounts",
    }.items():
        page.goto(address, wait_until="networkidle")
        take(page, name)
    page.goto("/redaktion/texte/artikel/von-kunden-trennen.md/adresse")
    take(page, "redaktion-adresse")
    page.goto("/redaktion/texte/formular.toml#bereich-frage-1")
    page.locator("#questions\\.0\\.choices").evaluate(
        "field => scrollTo(0, field.getBoundingClientRect().top + scrollY - 170)"
    )
    page.frame_locator("iframe[title=Vorschau]").get_by_role("heading", level=1).wait_for()
    page.wait_for_timeout(500)
    take(page, "redaktion-frage")


def _press(page: Page, name: str) -> None:
    """Press a button of the text's form, and wait for the page that follows."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def _save(page: Page) -> None:
    """Save a text, and wait until it is said."""
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.locator(".writing__told, .told-done").filter(has_text="Gespeichert.").first.wait_for()


def _wait_for_preview(page: Page) -> None:
    """Wait until the preview beside the text shows it."""
    page.frame_locator("iframe[title=Vorschau]").get_by_text("Wer Preise anhebt").wait_for()
    page.wait_for_timeout(500)
