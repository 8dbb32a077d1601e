"""The tools in a browser: by keyboard, by paste, in every light; nothing leaves the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from support.accessibility import violations
from support.asker import asker
from support.broken_words import broken_words
from support.editions import edition_at, in_german, said
from support.site import Running
from website.content.blocks import TOOLS

pytestmark = pytest.mark.browser

CONCENTRATION = "/werkzeuge/kundenkonzentration/"
PARTING = "/werkzeuge/trennen-oder-halten/"
COMPLAINTS = "/werkzeuge/beschwerdemanagement/"
SELECTION = "/werkzeuge/key-account-auswahl/"
LIST = "Kunde\tUmsatz\r\n" + "\r\n".join(
    f"Firma {number}\t{revenue},00"
    for number, revenue in enumerate((300, 200, 150, 100, 80, 60, 40, 30, 25, 15), start=1)
)
"""The reference list, as Excel copies it."""

PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const place = document.activeElement;
    const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true});
    if (place.dispatchEvent(event)) document.execCommand('insertText', false, text);
}"""

METHOD = re.compile("So wird gerechnet|How it is calculated")
MOST_TABS = 150
STATUS = ".tool__status[role=status]"
NARROW: ViewportSize = {"width": 320, "height": 800}
WIDE: ViewportSize = {"width": 1280, "height": 800}


def tools(running: Running) -> list[str]:
    """List the pages of every edition on which visitors can reckon."""
    return [at for at in running.addresses if re.match(r"/werkzeuge/.", in_german(at))]


@pytest.fixture
def plain(chromium: Browser, running: Running) -> Iterator[Page]:
    """Open pages with nothing special."""
    context = chromium.new_context(base_url=running.url)
    yield context.new_page()
    context.close()


def test_sample_data_give_a_result_that_everybody_can_use(plain: Page, running: Running) -> None:
    for address in tools(running):
        plain.set_viewport_size(NARROW)
        plain.goto(address)
        plain.get_by_role("button", name=said(address, "Mit Beispieldaten füllen")).click()
        plain.locator("summary").last.click()
        for size in (NARROW, WIDE):
            plain.set_viewport_size(size)
            assert len(plain.locator(STATUS).inner_text()) > 40, address
            chart = plain.locator(".tool svg[role=img]").first
            assert chart.is_visible(), address
            assert chart.get_attribute("aria-label"), address
            assert plain.locator(".tool .table").first.is_visible(), address
            assert violations(plain, whole=size == NARROW) == [], address
            width = plain.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], address


def test_every_tool_is_worked_by_keyboard(plain: Page, running: Running) -> None:
    for address in tools(running):
        plain.goto(address)
        _tab_to(plain, said(address, "Mit Beispieldaten füllen"))
        plain.keyboard.press("Enter")
        assert plain.locator("[data-part=result]").is_visible(), address
        _tab_to(plain, said(address, "Ergebnis in die Anfrage übernehmen"))
        plain.keyboard.press("Enter")
        _tab_to(plain, said(address, "Text in die Anfrage übernehmen"))
        plain.keyboard.press("Enter")
        plain.wait_for_url(f"**{edition_at(address).addresses.request()}**")
        assert plain.locator("#feld-result").input_value(), address


def test_nothing_is_asked_or_kept_between_load_and_hand_over(plain: Page, running: Running) -> None:
    asked: list[str] = []
    plain.on("request", lambda request: asked.append(request.url))
    for address in tools(running):
        plain.goto(address, wait_until="networkidle")
        asked.clear()
        plain.get_by_role("button", name=said(address, "Mit Beispieldaten füllen")).click()
        with plain.expect_download():
            plain.get_by_role("button", name=said(address, "Als CSV-Datei speichern")).click()
        plain.get_by_role("button", name=said(address, "Eingaben löschen")).click()
        plain.wait_for_timeout(200)
        assert [url for url in asked if not url.startswith("blob:")] == [], address
        assert plain.evaluate("localStorage.length + sessionStorage.length") == 0, address
        assert plain.evaluate("fetch('/').then(() => 'answered', () => 'refused')") == "refused"


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_pasted_list_gives_the_reference_figures(
    plain: Page, tmp_path: Path, size: ViewportSize
) -> None:
    page = plain
    page.set_viewport_size(size)
    page.goto(CONCENTRATION)
    page.get_by_label("Kunden und Umsätze").focus()
    page.evaluate(PASTE, LIST)
    page.get_by_label("Deckungsbeitragsquote").fill("35")
    page.get_by_label("Fixkosten im Jahr").fill("250")
    page.keyboard.press("Enter")
    said = page.locator(STATUS).inner_text()
    assert "30,0\u00a0%" in said
    assert "rutscht Ihr Ergebnis ins Minus" in said
    page.get_by_text("Mehr Kennzahlen").click()
    result = page.locator(".tool").inner_text()
    for figure in ("1.758,5", "5,69", "0,459", "5 / 3 / 2", "65,0\u00a0%", "83,0\u00a0%", "−5"):
        assert figure in result, figure
    with page.expect_download() as download:
        page.get_by_role("button", name="Als CSV-Datei speichern").click()
    file = tmp_path / "liste.csv"
    download.value.save_as(file)
    lines = file.read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[1] == "1;Firma 1;300;30;30;A"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Bitte geben Sie mindestens einen Kunden mit Umsatz ein"),
        ("quatsch", "Zeile 1: In „quatsch“ steht kein Umsatz"),
        ("A;0\nB;-5", "Kein Kunde hat einen Umsatz über null"),
    ],
)
def test_what_cannot_be_reckoned_is_answered_in_words(plain: Page, typed: str, said: str) -> None:
    plain.goto(CONCENTRATION)
    plain.get_by_label("Kunden und Umsätze").fill(typed)
    plain.get_by_role("button", name="Auswerten").click()
    problems = plain.get_by_role("group", name="Hinweise zur Eingabe")
    assert said in problems.inner_text()
    assert problems.evaluate("e => e === document.activeElement")
    assert not plain.locator("[data-part=result]").is_visible()
    assert violations(plain) == []


@pytest.mark.parametrize("tool", TOOLS)
def test_each_problem_names_its_entry_and_leads_to_it(plain: Page, tool: str) -> None:
    plain.goto(f"/werkzeuge/{tool}/")
    for entry in plain.locator(".tool__form :is(input[type=text], textarea)").all():
        entry.fill("quatsch")
    plain.get_by_role("button", name="Auswerten").click()
    problems = plain.get_by_role("group", name="Hinweise zur Eingabe").get_by_role("listitem")
    said = problems.all_inner_texts()
    assert len(said) == len(set(said))
    links = problems.get_by_role("link")
    assert links.count() == len(said)
    for link in (links.first, links.last):
        link.click()
        assert plain.evaluate("document.activeElement.matches('.tool__form .field__input')")


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("button", ["Mit Beispieldaten füllen", "Eingaben löschen"])
def test_what_is_typed_is_replaced_only_after_asking(plain: Page, tool: str, button: str) -> None:
    plain.goto(f"/werkzeuge/{tool}/")
    plain.get_by_role("button", name="Mit Beispieldaten füllen").click()
    entry = plain.locator(".tool__form .field__input").first
    before = entry.input_value()
    if entry.evaluate("each => each.tagName") == "SELECT":
        entry.select_option(index=1)
    else:
        entry.fill("7")
    typed = entry.input_value()
    asked: list[str] = []
    plain.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    plain.get_by_role("button", name=button).click()
    assert entry.input_value() == typed
    assert asked == ["Damit gehen Ihre Eingaben verloren. Möchten Sie fortfahren?"]
    plain.once("dialog", lambda dialog: dialog.accept())
    plain.get_by_role("button", name=button).click()
    assert entry.input_value() == (before if button.startswith("Mit") else "")


def test_one_customer_and_credit_notes_are_told_of(plain: Page) -> None:
    plain.goto(CONCENTRATION)
    plain.get_by_label("Kunden und Umsätze").fill("A;100\nB;-20")
    plain.get_by_role("button", name="Auswerten").click()
    assert "an einem einzigen Kunden" in plain.locator(STATUS).inner_text()
    assert "B (−20)" in plain.locator("[data-part=notes]").inner_text()


def test_nobody_is_parted_from_before_every_question_is_settled(plain: Page) -> None:
    plain.goto(PARTING)
    plain.get_by_role("button", name="Mit Beispieldaten füllen").click()
    status = plain.locator(STATUS)
    assert "sind noch Prüffragen zu klären" in status.inner_text()
    assert "Vereinbaren Sie ein Ende" not in plain.locator("[data-part=steps]").inner_text()
    assert "Was sagt der Vertrag?" in plain.locator("[data-part=questions]").inner_text()
    plain.get_by_label("Was sagt der Vertrag?").select_option("spricht nicht dagegen")
    assert "Rechnen Sie neu" in status.inner_text()
    plain.get_by_role("button", name="Auswerten").click()
    assert "bereiten Sie für den Fall des Scheiterns" in status.inner_text()
    assert "Vereinbaren Sie ein Ende" in plain.locator("[data-part=steps]").inner_text()
    plain.get_by_text("Mehr Kennzahlen").click()
    assert "48.000" in plain.locator("[data-part=figures]").inner_text()
    plain.get_by_label("Der Kunde beleidigt oder belästigt Mitarbeiter").check()
    plain.get_by_label("Zahlungsverhalten", exact=True).fill("11")
    plain.get_by_role("button", name="Auswerten").click()
    assert (
        "Zahlungsverhalten: Bitte vergeben Sie 0 bis 10 Punkte"
        in plain.locator(".tool").inner_text()
    )
    plain.get_by_label("Zahlungsverhalten", exact=True).fill("4")
    plain.get_by_role("button", name="Auswerten").click()
    assert "Zuerst der Schutz" in plain.locator("[data-part=notes]").inner_text()


def test_the_protection_of_staff_comes_before_a_high_value(plain: Page) -> None:
    plain.goto(PARTING)
    plain.get_by_role("button", name="Mit Beispieldaten füllen").click()
    for kind, points in (("value", "9"), ("effort", "2")):
        for entry in plain.locator(f"input[data-kind={kind}]").all():
            entry.fill(points)
    plain.get_by_role("button", name="Auswerten").click()
    status = plain.locator(STATUS)
    assert "pflegen" in status.inner_text()
    plain.get_by_label("Der Kunde beleidigt oder belästigt Mitarbeiter").check()
    plain.get_by_role("button", name="Auswerten").click()
    assert "Zuerst der Schutz Ihrer Mitarbeiter" in status.inner_text()
    assert "steht die Trennung an" in status.inner_text()
    assert "pflegen" not in status.inner_text()
    steps = plain.locator("[data-part=steps]").inner_text()
    assert "Eine Führungskraft übernimmt den Kunden" in steps
    assert "Pflegen Sie" not in steps
    assert "Was sagt der Vertrag?" in plain.locator("[data-part=questions]").inner_text()


def test_points_are_asked_for_those_who_pass_the_filter_and_kept(plain: Page) -> None:
    plain.goto(SELECTION)
    plain.get_by_label("Kunden für den Vorfilter").fill("A;500;0\nB;5;0\nC;5;0;Referenz")
    plain.get_by_label("Umsatz oder möglicher Umsatz ab").fill("100")
    plain.get_by_label("Stunden im Jahr für Schlüsselkunden").fill("160")
    plain.get_by_label("Stunden je Schlüsselkunde").fill("160")
    plain.get_by_role("button", name="Vorfilter anwenden").click()
    assert plain.get_by_text("2 Kunden kommen in die Bewertung").is_visible()
    for name, points in (("A", "1"), ("C", "4")):
        for select in plain.get_by_role("group", name=name, exact=True).locator("select").all():
            select.select_option(points)
    plain.get_by_label("Kunden für den Vorfilter").fill("D;900;0\nA;500;0\nC;5;0;Referenz")
    plain.get_by_role("button", name="Auswerten").click()
    assert "Die Liste hat sich geändert" in plain.locator("[data-part=problems]").inner_text()
    plain.get_by_role("button", name="Vorfilter anwenden").click()
    plain.get_by_role("button", name="Auswerten").click()
    assert "D: Es fehlen Punkte." in plain.locator("[data-part=problems]").inner_text()
    for select in plain.get_by_role("group", name="D", exact=True).locator("select").all():
        select.select_option("2")
    plain.get_by_role("button", name="Auswerten").click()
    assert "passen 1 in Ihre Kapazität" in plain.locator(STATUS).inner_text()
    first = plain.locator("[data-part=chart] tbody tr").first.inner_text()
    assert first.split() == ["C", "1", "100,0", "ja", "nein"]


def test_the_two_weakest_tasks_get_a_step_and_an_article(plain: Page) -> None:
    plain.goto(COMPLAINTS)
    plain.get_by_role("button", name="Auswerten").click()
    assert plain.get_by_role("group", name="Hinweise").locator("li").count() == 8
    for select in plain.locator("select").all():
        select.select_option("4")
    for task in ("Annahme", "Controlling"):
        plain.get_by_role("group", name=task).locator("select").first.select_option("0")
    plain.get_by_role("button", name="Auswerten").click()
    assert "Beginnen Sie mit Annahme und Controlling." in plain.locator(STATUS).inner_text()
    steps = plain.locator("[data-part=advice] > p")
    assert steps.count() == 2
    assert "Üben Sie das Gespräch" in steps.first.inner_text()
    for step in steps.all():
        assert (step.locator("a").get_attribute("href") or "").startswith("/artikel/")


def test_the_result_arrives_in_the_lead_as_it_was_edited(
    chromium: Browser, running: Running
) -> None:
    with asker(chromium, running) as visitor:
        page = visitor.page
        page.goto(CONCENTRATION)
        page.get_by_label("Kunden und Umsätze").fill(f"{visitor.company};330\nGeheim & Co;110")
        page.get_by_role("button", name="Auswerten").click()
        page.get_by_text("Ergebnis in die Anfrage übernehmen").click()
        text = page.get_by_label("Dieser Text kommt in das Anfrageformular")
        carried = text.input_value()
        assert "75,0\u00a0%" in carried
        assert visitor.company not in carried
        assert "Geheim" not in carried
        assert not re.search(r"\b(330|110|440)\b", carried)
        text.fill(carried + "\nUnd: 50 % & mehr #1")
        page.get_by_role("link", name="Text in die Anfrage übernehmen").click()
        page.wait_for_url("**/kontakt/kundenportfolio/")
        field = page.get_by_label("Ergebnis aus einem Werkzeug")
        assert field.is_visible()
        field.fill(field.input_value() + "\nUnd noch ein Satz.")
        visitor.fill_in()
        reference = visitor.send()
        [lead] = visitor.leads()
        assert lead["result"] == carried + "\nUnd: 50 % & mehr #1\nUnd noch ein Satz."
        assert "Ergebnis" in running.flask("leads", "show", reference)


def test_the_form_does_not_ask_for_a_result_that_nobody_brings(plain: Page) -> None:
    plain.goto("/kontakt/")
    assert not plain.locator("#feld-result").is_visible()
    plain.goto("/kontakt/#ergebnis=%E0%A4%A")
    plain.reload()
    assert not plain.locator("#feld-result").is_visible()
    assert "#" not in plain.url


def test_without_javascript_every_tool_is_a_worksheet_with_the_method(
    chromium: Browser, running: Running
) -> None:
    context = chromium.new_context(base_url=running.url, java_script_enabled=False)
    page = context.new_page()
    for address in tools(running):
        page.goto(address)
        assert page.get_by_role("heading", name=METHOD).is_visible(), address
        assert page.locator("noscript .table, noscript ol").first.is_visible(), address
        assert not page.locator(".tool").is_visible(), address
        assert said(address, "Quellen") in page.locator(".sources").inner_text(), address
    context.close()


def test_on_paper_the_result_stands_without_its_controls(plain: Page, running: Running) -> None:
    for address in tools(running):
        plain.goto(address)
        plain.get_by_role("button", name=said(address, "Mit Beispieldaten füllen")).click()
        plain.emulate_media(media="print")
        assert plain.locator(".tool .chart").first.is_visible(), address
        assert plain.locator(".tool__status").is_visible(), address
        for control in (".tool__form", ".tool__buttons", ".tool__hand-over"):
            assert not plain.locator(f"{control} >> nth=-1").is_visible(), (address, control)
        plain.emulate_media(media="screen")


def test_on_paper_a_tool_without_a_result_is_a_sheet_to_fill_in(
    plain: Page, running: Running
) -> None:
    plain.emulate_media(media="print")
    for address in tools(running):
        plain.goto(address)
        assert plain.locator(".tool__form fieldset").first.is_visible(), address
        assert not plain.locator(".tool__outcome").is_visible(), address
        assert not plain.locator(".tool__buttons").first.is_visible(), address


@pytest.mark.parametrize("width", [320, 360])
def test_no_name_of_a_figure_is_broken_on_a_phone(plain: Page, width: int) -> None:
    plain.set_viewport_size({"width": width, "height": 800})
    plain.goto("/werkzeuge/einsatzkosten/")
    plain.get_by_role("button", name="Mit Beispieldaten füllen").click()
    plain.get_by_text("Mehr Kennzahlen").click()
    assert broken_words(plain) == []


def test_charts_keep_their_parts_apart_in_forced_colours(
    chromium: Browser, running: Running
) -> None:
    context = chromium.new_context(base_url=running.url, forced_colors="active")
    page = context.new_page()
    for address in tools(running):
        page.goto(address)
        page.get_by_role("button", name=said(address, "Mit Beispieldaten füllen")).click()
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        texts = page.locator(".chart__text")
        fills = texts.evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
        assert ground not in fills, address
    context.close()


def _tab_to(page: Page, name: str) -> None:
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"the keyboard does not reach „{name}“")
