"""The inbox in a browser: a request from its arrival to its end, by mouse and by keyboard."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from support import staff
from support.accessibility import violations
from support.inbox import ask, take_up_and_win
from website.infra.clock import now
from website.leads.models import Lead, LeadStatus
from website.leads.workflow import LeadChange, LeadEntry
from website.staff.accounts.models import Staff
from website.web.services import services

pytestmark = pytest.mark.browser

TOMORROW = (now() + datetime.timedelta(days=1)).date()
PAGES = (
    "",
    "anfragen/",
    "anfragen/neu",
    "quarantaene/",
    "zahlen/",
    "export/",
    "datenschutz/",
    "betrieb/",
)


CUT_OFF = """() => {
  const found = new Set();
  const all = document.querySelectorAll("a[href], button, input, select, textarea, summary");
  for (const one of all) {
    const row = one.closest(".leads__item");
    one.focus();
    const styles = [one, row].filter(Boolean).map((each) => [each, getComputedStyle(each)]);
    const marked = styles.find(([, style]) => style.outlineStyle !== "none");
    if (document.activeElement !== one) continue;
    if (!marked) { found.add(`nothing marks ${one.outerHTML.slice(0, 60)}`); continue; }
    const [shown, style] = marked;
    const ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset) - 1;
    const box = shown.getBoundingClientRect();
    for (let above = shown.parentElement; above !== document.body; above = above.parentElement) {
      const frame = above.getBoundingClientRect();
      const { overflowX, overflowY } = getComputedStyle(above);
      const beside = box.left - ring < frame.left || box.right + ring > frame.right;
      const beyond = box.top - ring < frame.top || box.bottom + ring > frame.bottom;
      if ((overflowX !== "visible" && beside) || (overflowY === "hidden" && beyond))
        found.add(`${one.outerHTML.slice(0, 60)} in ${above.className}`);
    }
  }
  return [...found];
}"""
"""What has the focus without a ring, or with one that something around it cuts off."""
HIDDEN = """() => {
  const one = document.activeElement;
  const { left, top, width, height } = one.getClientRects()[0];
  const middle = left + width / 2;
  const seen = [0.1, 0.9].map((part) => document.elementFromPoint(middle, top + part * height));
  const isSeen = (each) => each && (one.contains(each) || each.contains(one));
  return one === document.body || seen.every(isSeen) ? "" : one.outerHTML;
}"""
"""What has the focus while something else covers part of it."""


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with staff.served(app) as address:
        yield address


@pytest.fixture
def cookie(app: Flask, anna: Staff) -> str:
    return staff.cookie(app, anna)


def found(app: Flask, number: str) -> Lead:
    lead = services(app).leads.workflow.open(number)
    assert lead is not None
    return lead  # type: ignore[no-any-return]


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_request_is_taken_up_answered_and_won(
    app: Flask, chromium: Browser, url: str, cookie: str, *, script: bool
) -> None:
    number = ask(app, company="Müller & Söhne GmbH")
    with staff.page_of(chromium, url, cookie=cookie, java_script_enabled=script) as page:
        page.goto("/posteingang/")
        day = TOMORROW.isoformat()
        take_up_and_win(page, "Müller & Söhne GmbH", owner="Bernd Holm", follow_up=day)
    lead = found(app, number)
    assert (lead.status, lead.owner_id, lead.follow_up_on) == (LeadStatus.WON, 2, TOMORROW)
    assert lead.answered_at
    assert [note.text for note in lead.notes] == ["Ruft morgen an"]


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_the_daily_job_takes_six_clicks(
    app: Flask, chromium: Browser, url: str, cookie: str, *, script: bool
) -> None:
    first, second = ask(app, company="Erste AG"), ask(app, company="Zweite AG")
    with staff.page_of(chromium, url, cookie=cookie, java_script_enabled=script) as page:
        page.goto("/posteingang/")
        page.get_by_role("link", name="Erste AG").click()
        page.get_by_role("button", name="Übernehmen").click()
        page.get_by_role("button", name="in 3 Tagen").click()
        # A link to a mail program leads nowhere here, but counts as the fourth click.
        expect(page.get_by_role("link", name="E-Mail schreiben")).to_be_visible()
        page.get_by_role("button", name="Als beantwortet markieren").click()
        page.get_by_role("button", name="Speichern und nächste").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Zweite AG")
    lead = found(app, first)
    assert (lead.owner_id, bool(lead.answered_at), bool(lead.follow_up_on)) == (1, True, True)
    assert found(app, second).owner_id is None


def test_a_request_on_paper_is_what_was_asked_and_done_without_controls(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    number = ask(app, company="Müller & Söhne GmbH")
    ask(app, company="Andere AG")
    change = LeadChange(follow_up_on=datetime.date(2027, 11, 24), tag="Messe")
    services(app).leads.workflow.change([number], change, actor="x")
    with staff.page_of(chromium, url, cookie=cookie) as page:
        page.goto(f"/posteingang/anfragen/{number}")
        work = page.get_by_text("niemand; Wiedervorlage: 24.11.2027; Schlagwörter: Messe")
        expect(work).to_be_hidden()
        page.emulate_media(media="print")
        expect(work).to_be_visible()
        for kept in ("h1", ".message__text", ".answers", ".history", ".deliveries"):
            expect(page.locator(f"main {kept}").first).to_be_visible()
        for control in ("button", "input", "select", "textarea", "summary", "nav"):
            shown = page.locator(f"{control}:not(.visually-hidden):visible")
            expect(shown).to_have_count(0, timeout=2000)
        expect(page.get_by_label("Liste", exact=True)).to_be_hidden()


def test_all_requests_of_a_page_are_chosen_at_once(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    numbers = [ask(app, company=f"Firma {count}") for count in range(3)]
    with staff.page_of(chromium, url, cookie=cookie) as page:
        page.goto("/posteingang/anfragen/")
        apply = page.get_by_role("button", name="Auf Ausgewählte anwenden")
        expect(apply).to_be_hidden()
        page.get_by_label("Alle auf dieser Seite auswählen").check()
        page.get_by_label("Zuweisen an").select_option("Bernd Holm")
        apply.click()
        expect(page.get_by_role("status").first).to_have_text("3 Anfragen sind geändert.")
    assert {found(app, number).owner_id for number in numbers} == {2}


@pytest.mark.parametrize("path", ["anfragen/", "quarantaene/"])
def test_on_a_telephone_what_can_be_done_with_the_chosen_is_at_hand(
    app: Flask, chromium: Browser, url: str, cookie: str, path: str
) -> None:
    for _ in range(20):
        ask(app, suspicious=path == "quarantaene/")
    size = {"width": 390, "height": 844}
    with staff.page_of(chromium, url, cookie=cookie, viewport=size) as page:
        page.goto(f"/posteingang/{path}")
        page.locator(".leads__box").first.check()
        expect(page.get_by_text("1 ausgewählt")).to_be_in_viewport()
        assert page.locator(".several").bounding_box()["height"] < 230  # type: ignore[index]
        for box in page.locator(".several input[type='checkbox']").all():
            box.check()  # stays where the pointer is
        page.locator(".several .button").last.scroll_into_view_if_needed()
        expect(page.locator(".leads__box").first).to_be_in_viewport()


def test_what_a_colleague_has_changed_is_not_changed_back_by_going_back(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    """Browsers fill in again what was chosen, also where the page comes anew, and with it shows
    what the colleague has saved."""
    number = ask(app)
    with staff.page_of(chromium, url, cookie=cookie) as page:
        page.goto(f"/posteingang/anfragen/{number}")
        page.get_by_label("Status").select_option("qualifiziert")
        page.get_by_label("Schlagwörter").fill("Messe")
        page.goto("/posteingang/")
        page.go_back()
        expect(page.get_by_label("Status")).to_have_value("qualified")
        page.get_by_role("button", name="Speichern", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("Gespeichert.")
        services(app).leads.workflow.change(
            [number], LeadChange(status=LeadStatus.WON, tag="Neukunde"), actor="staff 2"
        )
        page.go_back()
        expect(page.get_by_label("Status")).to_have_value("won")
        page.get_by_label("Neue Notiz").fill("Ruft an")
        page.get_by_role("button", name="Notiz speichern").click()
        expect(page.get_by_role("status")).to_have_text("Notiz gespeichert.")
    lead = found(app, number)
    assert (lead.status, lead.tags) == (LeadStatus.WON, ("Messe", "Neukunde"))


@pytest.mark.parametrize("script", [True, False])
def test_on_a_telephone_the_first_screen_of_the_list_shows_requests(
    app: Flask, chromium: Browser, url: str, cookie: str, *, script: bool
) -> None:
    for _ in range(3):
        ask(app)
    how = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": script}
    with staff.page_of(chromium, url, cookie=cookie, **how) as page:
        page.goto("/posteingang/anfragen/")
        expect(page.locator(".leads__owner").nth(1)).to_be_in_viewport(ratio=1)
        status = page.get_by_label("Status", exact=True)
        expect(status).to_be_hidden()
        page.get_by_text("Weitere Filter").click()
        status.select_option("gewonnen")
        page.get_by_role("button", name="Anzeigen").click()
        expect(status).to_be_visible()  # a list is seen to be narrowed down


def test_a_request_is_dealt_with_by_the_keyboard_alone(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    ask(app, company="Erste AG")
    number = ask(app, company="Zweite AG")
    with staff.page_of(chromium, url, cookie=cookie) as page:
        page.goto("/posteingang/anfragen/?sortierung=oldest")
        page.get_by_role("link", name="Erste AG").focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("link", name="Zweite AG")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{number}?*")
        page.get_by_label("Neue Notiz").focus()
        page.keyboard.type("Nur mit Tasten")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".history__note")).to_have_text("Nur mit Tasten")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Als beantwortet markieren":
                break
        page.keyboard.press("Enter")
        expect(page.locator(".history")).to_contain_text("als beantwortet markiert")
    assert found(app, number).answered_at


def test_the_focus_is_seen_whole(app: Flask, chromium: Browser, url: str, cookie: str) -> None:
    numbers = [ask(app, company=company) for company in ("Kurz AG", "Sehr lange Firma " * 8)]
    with staff.page_of(chromium, url, cookie=cookie) as page:
        for path in ("", "anfragen/", *(f"anfragen/{number}" for number in numbers), "konto/"):
            page.goto(f"/posteingang/{path}")
            page.keyboard.press("Tab")  # from then on the browser shows the focus
            for width in (390, 1440):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate(CUT_OFF) == [], (path, width)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (800, 600), (1366, 650)])
def test_nothing_covers_what_has_the_focus(
    app: Flask, chromium: Browser, url: str, cookie: str, *, width: int, height: int
) -> None:
    number = [ask(app, phone="0711 123456") for _ in range(12)][-1]
    for _ in range(8):
        ask(app, suspicious=True)
    size = {"width": width, "height": height}
    with staff.page_of(chromium, url, cookie=cookie, viewport=size) as page:
        for path in ("anfragen/", f"anfragen/{number}", "quarantaene/"):
            page.goto(f"/posteingang/{path}")
            boxes = page.locator(".leads__box")
            for chosen in range(min(boxes.count(), 1) + 1):
                if chosen:
                    boxes.first.check()
                page.locator("main").evaluate("(main) => { main.tabIndex = -1; main.focus(); }")
                for _ in range(40):
                    page.keyboard.press("Tab")
                    assert page.evaluate(HIDDEN) == "", (path, chosen)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1366, 650)])
def test_the_page_stays_while_the_focus_moves_within_what_is_sticky(
    app: Flask, chromium: Browser, url: str, cookie: str, *, width: int, height: int
) -> None:
    number = [ask(app, phone="0711 123456", goals="Ziel " * 400) for _ in range(20)][-1]
    size = {"width": width, "height": height}
    with staff.page_of(chromium, url, cookie=cookie, viewport=size) as page:
        for path, sticky in (("anfragen/", ".several"), (f"anfragen/{number}", ".one__bar")):
            page.goto(f"/posteingang/{path}")
            if sticky == ".several":
                page.locator(".leads__box").first.check()
            before = page.evaluate("scrollY")
            page.locator(f"{sticky} :is(input, a)").first.focus()
            while page.evaluate("(bar) => !!document.activeElement.closest(bar)", sticky):
                assert page.evaluate("scrollY") == before, path
                page.keyboard.press("Tab")


def test_the_skip_link_leads_past_the_list_beside_a_request(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    number = [ask(app) for _ in range(30)][-1]
    with staff.page_of(chromium, url, cookie=cookie) as page:
        page.goto(f"/posteingang/anfragen/{number}")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Zur Liste")).to_be_focused()


def test_every_page_of_the_inbox_is_accessible_and_fits(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik AG"
    numbers = [ask(app, company=name), ask(app, suspicious=True)]
    leads = services(app).leads
    leads.workflow.record(numbers[0], LeadEntry(note="Notiz " * 60), actor="staff 1")
    ago = now() - datetime.timedelta(days=4000)  # one of them is due for erasure
    due = update(Lead).where(Lead.reference == numbers[1])
    leads.database.execute(due.values(received_at=ago, touched_at=ago))
    one = [f"anfragen/{number}" for number in numbers]
    # So tall that no sticky bar covers half of a link, which axe would call too small.
    size = {"width": 320, "height": 3000}
    with staff.page_of(chromium, url, cookie=cookie, viewport=size, bypass_csp=True) as page:
        for path in (*PAGES, *one):
            page.goto(f"/posteingang/{path}")
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 3000})
                assert violations(page) == [], (path, width)
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                assert not wide, (path, width)
            page.set_viewport_size({"width": 390, "height": 3000})
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, "letters of twice the size")


def test_the_buttons_of_a_request_leave_the_list_beside_it_free(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    number = ask(app)
    with staff.page_of(chromium, url, cookie=cookie) as page:
        page.goto(f"/posteingang/anfragen/{number}")
        for width in (1200, 1280, 1366, 1440, 1920):
            page.set_viewport_size({"width": width, "height": 650})
            listed = page.locator(".panes__list").bounding_box()
            bar = page.locator(".one__bar").bounding_box()
            assert listed
            assert bar
            assert listed["x"] + listed["width"] <= bar["x"], width


def test_on_a_telephone_a_follow_up_takes_no_room_from_the_name(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    numbers = [ask(app, company="Drachenfels Dichtungen GmbH", name="") for _ in range(2)]
    change = LeadChange(follow_up_on=TOMORROW)
    services(app).leads.workflow.change(numbers[:1], change, actor="staff 1")
    size = {"width": 390, "height": 844}
    with staff.page_of(chromium, url, cookie=cookie, viewport=size) as page:
        page.goto("/posteingang/anfragen/")
        names = page.locator(".leads__who")
        later, due = (names.nth(place).bounding_box() for place in range(2))
        assert later
        assert due
        assert due["width"] == later["width"]


def test_nothing_that_a_visitor_writes_runs_in_the_inbox(
    app: Flask, chromium: Browser, url: str, cookie: str
) -> None:
    hostile = "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\">"
    answers = dict.fromkeys(("company", "name", "message", "goals", "phone", "location"), hostile)
    number = ask(app, **answers)
    with staff.page_of(chromium, url, cookie=cookie) as page:
        for path in ("", "anfragen/", "quarantaene/", f"anfragen/{number}"):
            page.goto(f"/posteingang/{path}")
            assert page.title() != "x"
            assert page.locator("main img, main script").count() == 0
