"""Whatever was typed on a page survives each of its buttons, and each error."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from lxml import html
from playwright.sync_api import Browser, expect

from support import staff
from support.inbox import InboxClient, ask
from website.inbox.forms import FOLLOW_UPS, follow_up_day
from website.inbox.lead_page import ALSO_SAVED
from website.infra import clock
from website.leads.models import Lead, LeadStatus, LostReason
from website.leads.workflow import LeadChange, LeadEntry
from website.staff.accounts.models import Staff
from website.web.services import services

NOTE = "Ruft <morgen> an\nund am Freitag"
DONE = {
    "Speichern": "Gespeichert.",
    "Speichern und nächste": "Gespeichert. In dieser Liste folgt keine weitere Anfrage.",
    "Übernehmen": "Sie sind jetzt zuständig.",
    "morgen": "Wiedervorlage gesetzt.",
    "in 3 Tagen": "Wiedervorlage gesetzt.",
    "in 1 Woche": "Wiedervorlage gesetzt.",
    "erledigt": "Wiedervorlage erledigt.",
    "Gewonnen": "Als gewonnen markiert.",
    "Verloren": "Als verloren markiert.",
    "Notiz speichern": "Notiz gespeichert.",
    "Als beantwortet markieren": "Als beantwortet markiert.",
    "Als unbeantwortet markieren": "Als unbeantwortet markiert.",
    "Noch einmal zustellen": "Es gibt nichts zuzustellen.",
    "Freigeben und zustellen": "Freigegeben. Was zurückgehalten war, wird jetzt zugestellt.",
}
"""Every button of a request's page, and what it says afterwards."""
TODAY = clock.today()
SETS = {
    "Übernehmen": {"owner": "1"},
    "Gewonnen": {"status": "won", "lost_reason": ""},
    "Verloren": {"status": "lost", "lost_reason": "price"},
    "erledigt": {"follow_up_on": ""},
    **{
        label: {"follow_up_on": follow_up_day(step, TODAY).isoformat()}
        for step, (label, _) in FOLLOW_UPS.items()
    },
}
"""The fields that a button fills in, whatever stood there."""
SAVES = {"Speichern", "Speichern und nächste"}


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the day, so that midnight does not move a follow-up meanwhile."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)


class Opened:
    """A request's page as a browser has it: what is typed, and the buttons."""

    def __init__(self, page: html.HtmlElement) -> None:
        self.page = page
        (form,) = page.cssselect("form#bearbeitung")
        self.action = form.get("action")
        self.fields = {name: value or "" for name, value in form.form_values()}
        # A browser drops the line end that opens a text; this parser does not.
        self.fields["text"] = self.fields["text"].removeprefix("\n")
        buttons = page.cssselect("form#bearbeitung button, button[form='bearbeitung']")
        self.buttons = {
            button.text_content().strip(): button.get("formaction") or self.action
            for button in buttons
        }
        self.by_enter = buttons[0].get("formaction") or self.action


def opened(inbox: InboxClient, number: str) -> Opened:
    return Opened(inbox.get(f"/posteingang/anfragen/{number}"))


def typed(owner: str) -> dict[str, str]:
    return {
        "text": NOTE,
        "status": "lost",
        "lost_reason": "price",
        "owner": owner,
        "follow_up_on": "2027-03-04",
        "tags": "Messe, Ulm",
    }


def prepared(inbox: InboxClient, button: str) -> str:
    """Return a request whose page has the button."""
    number = ask(inbox.app, suspicious=button == "Freigeben und zustellen")
    if button == "Als unbeantwortet markieren":
        services(inbox.app).leads.workflow.record(
            number, LeadEntry(answered=True), actor="operator"
        )
    if button == "erledigt":
        change = LeadChange(follow_up_on=TODAY)
        services(inbox.app).leads.workflow.change([number], change, actor="operator")
    return number


def stored(lead: Lead) -> dict[str, Any]:
    return {
        "text": [note.text for note in lead.notes],
        "status": lead.status,
        "lost_reason": lead.lost_reason,
        "owner": lead.owner_id,
        "follow_up_on": lead.follow_up_on,
        "tags": lead.tags,
    }


def state(lead: Lead) -> tuple[object, ...]:
    """Return all that a button of the page might change."""
    states = [delivery.state for delivery in lead.deliveries]
    return stored(lead), lead.answered_at, lead.quarantined, lead.version, states


@pytest.mark.parametrize("button", DONE)
def test_each_thing_typed_survives_each_button(inbox: InboxClient, button: str) -> None:
    for name in typed("").keys() - SETS.get(button, {}).keys():
        survives(inbox, button, name)


def survives(inbox: InboxClient, button: str, name: str) -> None:
    number = prepared(inbox, button)
    page = opened(inbox, number)
    before = stored(inbox.lead(number))
    filled = typed(str(inbox.account))
    changed = {name: filled[name]}
    if name in {"status", "lost_reason"}:
        changed = {key: filled[key] for key in ("status", "lost_reason")}
    if button == "Notiz speichern":
        changed["text"] = NOTE
    own_fields = SETS.get(button, {})
    if button == "Verloren":
        changed["lost_reason"] = "price"
    answer = inbox.post(page.buttons[button], page.fields | changed)
    after = stored(inbox.lead(number))
    wanted: Mapping[str, object] = {
        "text": [NOTE],
        "status": LeadStatus.LOST,
        "lost_reason": LostReason.PRICE,
        "owner": inbox.account,
        "follow_up_on": datetime.date(2027, 3, 4),
        "tags": ("Messe", "Ulm"),
    }
    for each in changed:
        assert after[each] == wanted[each], (button, each)
    untouched = set(before) - set(changed) - set(own_fields) - {"status"}
    if button == "Als beantwortet markieren":
        untouched -= {"owner"}
    assert {each: after[each] for each in untouched} == {each: before[each] for each in untouched}
    (told,) = answer.cssselect(".told-done")
    own = {"Notiz speichern": {"text"}}.get(button, set(own_fields))
    also = f" {ALSO_SAVED}" if set(changed) - own and button not in SAVES else ""
    assert told.text_content() == DONE[button] + also


@pytest.mark.parametrize("button", DONE)
def test_a_button_alone_does_its_work_and_says_so(inbox: InboxClient, button: str) -> None:
    number = prepared(inbox, button)
    page = opened(inbox, number)
    given = {"Notiz speichern": {"text": NOTE}, "Verloren": {"lost_reason": "price"}}.get(
        button, {}
    )
    answer = inbox.post(page.buttons[button], page.fields | given)
    assert answer.cssselect(".told-done")[0].text_content() == DONE[button]
    lead = inbox.lead(number)
    assert (lead.owner_id == inbox.account) is (
        button in {"Übernehmen", "Als beantwortet markieren"}
    )
    assert bool(lead.answered_at) is (button == "Als beantwortet markieren")


@pytest.mark.parametrize("button", DONE)
def test_what_cannot_be_saved_is_shown_again_whole_and_the_button_does_nothing(
    inbox: InboxClient, button: str
) -> None:
    number = prepared(inbox, button)
    page, before = opened(inbox, number), state(inbox.lead(number))
    own = SETS.get(button, {})
    for wrong in ({"follow_up_on": "morgen"}, {"lost_reason": ""}, {"text": "x" * 5001}):
        if wrong.keys() & own.keys() and button != "Verloren":
            continue
        sent = page.fields | typed(str(inbox.account)) | wrong
        answer = inbox.client.post(page.buttons[button], data=sent)
        assert answer.status_code == 422
        again = Opened(html.document_fromstring(answer.text))
        assert again.fields == sent | {"lost_reason": sent["lost_reason"]} | {
            name: text for name, text in own.items() if name != "lost_reason"
        }
        assert again.page.cssselect(".field__error")
        assert state(inbox.lead(number)) == before


def without(field: str) -> list[str]:
    """Return the buttons that leave a field as it was typed."""
    return [button for button in DONE if field not in SETS.get(button, {})]


@pytest.mark.parametrize("button", without("follow_up_on"))
def test_a_conflict_shows_again_all_that_was_typed_and_sending_it_again_writes_it(
    inbox: InboxClient, button: str
) -> None:
    number = prepared(inbox, button)
    page = opened(inbox, number)
    inbox.save(number, tags="von Bernd", follow_up_on="2027-01-01")
    before = state(inbox.lead(number))
    mine = {"text": NOTE, "tags": "von Anna", "owner": str(inbox.account)} | SETS.get(button, {})
    answer = inbox.client.post(page.buttons[button], data=page.fields | mine)
    assert answer.status_code == 409
    assert state(inbox.lead(number)) == before
    again = Opened(html.document_fromstring(answer.text))
    assert {name: again.fields[name] for name in mine} == mine
    assert again.fields["follow_up_on"] == "2027-01-01", "what was not touched is Bernd's"
    inbox.post(again.buttons[button], again.fields)
    lead = inbox.lead(number)
    assert (lead.tags, lead.owner_id) == (("von Anna",), inbox.account)
    assert lead.follow_up_on == datetime.date(2027, 1, 1)
    assert [note.text for note in lead.notes] == [NOTE]


@pytest.mark.parametrize("button", without("status"))
def test_what_others_changed_meanwhile_is_no_conflict_where_nobody_touched_it(
    inbox: InboxClient, button: str
) -> None:
    number = prepared(inbox, button)
    page = opened(inbox, number)
    inbox.save(number, tags="von Bernd", status="qualified")
    mine = {"text": NOTE, "owner": str(inbox.account)}
    inbox.post(page.buttons[button], page.fields | mine)
    lead = inbox.lead(number)
    assert (lead.tags, lead.owner_id) == (("von Bernd",), inbox.account)
    assert lead.status is LeadStatus.QUALIFIED
    assert [note.text for note in lead.notes] == [NOTE]


def test_the_page_of_a_request_has_one_form_and_the_enter_key_only_saves(
    inbox: InboxClient,
) -> None:
    buttons: set[str] = set()
    for button in DONE:
        number = prepared(inbox, button)
        page = opened(inbox, number)
        buttons |= page.buttons.keys()
        assert page.page.cssselect("#nachricht")[0] is page.page.cssselect("form h2")[0]
        assert page.by_enter == f"/posteingang/anfragen/{number}/stand"
        forms = page.page.cssselect("main form")
        assert len(forms) == 1
    assert buttons == DONE.keys()


@pytest.mark.parametrize("seen", ["", "x", "[]", "{}", '{"status": "x"}', "[" * 2000, "null"])
def test_a_page_that_does_not_tell_what_it_showed_overwrites_nothing(
    inbox: InboxClient, seen: str
) -> None:
    number = ask(inbox.app)
    page = opened(inbox, number)
    inbox.save(number, tags="von Bernd")
    answer = inbox.client.post(page.action, data=page.fields | {"seen": seen, "text": NOTE})
    assert answer.status_code == 409
    assert inbox.lead(number).tags == ("von Bernd",)


def test_a_note_of_the_greatest_length_may_have_many_lines(inbox: InboxClient) -> None:
    number = ask(inbox.app)
    page = opened(inbox, number)
    text = "\r\n".join(["x" * 49] * 100) + "\r\nyy"  # 5,002 characters, as browsers send it 5,102
    answer = inbox.client.post(page.buttons["Notiz speichern"], data={"text": text})
    assert answer.status_code == 422
    inbox.post(page.buttons["Notiz speichern"], {"text": text[:-2]})
    assert len(inbox.lead(number).notes[0].text) == 4999


@pytest.mark.parametrize("note", [NOTE, ""], ids=["with a note", "without a note"])
def test_what_is_sent_signed_out_is_offered_after_the_sign_in(
    inbox: InboxClient, note: str
) -> None:
    number = ask(inbox.app)
    page = opened(inbox, number)
    directory = staff.accounts(inbox.app).directory
    account = directory.get(inbox.account)
    assert account
    # A new password ends every session.
    assert directory.set_password(account.id, staff.PASSWORD, stamp=account.stamp)
    sent = page.fields | {"text": note, "tags": "wichtig"}
    refused = inbox.client.post(page.action, data=sent)
    assert refused.status_code == 403
    sign_in = "main form[action='/posteingang/anmelden']"
    form = filled_in(html.document_fromstring(refused.text), sign_in)
    form |= {"email": account.email, "password": staff.PASSWORD}
    offered = inbox.client.post("/posteingang/anmelden", data=form)
    again = html.document_fromstring(offered.text)
    (resumed,) = again.cssselect("main form")
    assert [area.text_content().strip() for area in again.cssselect("textarea")] == [note] * bool(
        note
    )
    inbox.post(resumed.get("action"), filled_in(again, "main form"))
    assert [kept.text for kept in inbox.lead(number).notes] == [note] * bool(note)
    assert inbox.lead(number).tags == ("wichtig",)


def boxes(page: html.HtmlElement) -> set[str]:
    return {box.get("value") for box in page.cssselect(".leads__box") if "checked" in box.attrib}


def filled_in(page: html.HtmlElement, form: str) -> dict[str, str]:
    (found,) = page.cssselect(form)
    return {name: value or "" for name, value in found.form_values()}


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"nummer": []}, "Bitte wählen Sie zuerst Anfragen aus."),
        ({"follow_up_on": "übermorgen"}, "Bitte geben Sie ein Datum an"),
        ({"owner": "999"}, "Bitte wählen Sie ein anderes."),
        ({"more": "ZZZZ-ZZZZ"}, "Es wurde nichts geändert."),
    ],
)
def test_what_cannot_be_done_to_several_is_shown_again_whole(
    inbox: InboxClient, wrong: dict[str, Any], advice: str
) -> None:
    first, second = ask(inbox.app), ask(inbox.app)
    ask(inbox.app)
    filled = {
        "owner": str(inbox.account),
        "status": "lost",
        "lost_reason": "price",
        "follow_up_on": "2027-03-04",
        "tag": "Messe",
    }
    sent: dict[str, Any] = {"nummer": [first, second]} | filled | wrong
    sent["nummer"] = [*sent["nummer"], *([sent.pop("more")] if "more" in sent else [])]
    path = "/posteingang/anfragen/auswahl?stand=offen&sortierung=oldest&seite=1"
    answer = inbox.client.post(path, data=sent)
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert advice in page.cssselect(".told-done")[0].text_content()
    assert boxes(page) == {first, second} & set(sent["nummer"])
    again = filled_in(page, "form#auswahl")
    kept = {name: text for name, text in sent.items() if name not in {"nummer", "owner"}}
    assert {name: again[name] for name in kept} == kept
    assert again["owner"] == (filled["owner"] if "owner" not in wrong else "")
    assert page.cssselect("#stand option[selected]")[0].get("value") == "offen"
    assert inbox.lead(first).status is LeadStatus.NEW


def test_several_are_changed_on_a_later_page_which_is_shown_again(inbox: InboxClient) -> None:
    numbers = [ask(inbox.app) for _ in range(51)]
    page = inbox.get("/posteingang/anfragen/?seite=2")
    (form,) = page.cssselect("form#auswahl")
    answer = inbox.client.post(form.get("action"), data={"nummer": numbers[:1]})
    shown = html.document_fromstring(answer.text)
    assert boxes(shown) == {numbers[0]}
    answer = inbox.client.post(form.get("action"), data={"nummer": numbers[:1], "tag": "alt"})
    assert answer.headers["Location"].endswith("seite=2")


def test_an_export_that_cannot_be_made_keeps_what_was_chosen(inbox: InboxClient) -> None:
    chosen = {"art": "", "stand": "won", "von": "2026-01-01", "bis": "2026-02-01"}
    answer = inbox.client.post("/posteingang/export/", data=chosen)
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert "Wählen Sie ein Format." in page.text_content()
    again = filled_in(page, "main form")
    assert {name: again[name] for name in chosen} == chosen


def test_an_erasure_that_was_not_confirmed_keeps_the_person_and_erases_nothing(
    inbox: InboxClient,
) -> None:
    number = ask(inbox.app, email="erika@firma.example")
    answer = inbox.client.post(
        "/posteingang/datenschutz/loeschen", data={"adresse": "erika@firma.example"}
    )
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert page.cssselect("#adresse")[0].get("value") == "erika@firma.example"
    assert number in page.cssselect("section[aria-labelledby='gefunden']")[0].text_content()
    assert inbox.lead(number)


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("button", ["Als beantwortet markieren", "Freigeben und zustellen"])
def test_in_a_browser_a_button_takes_along_what_was_typed_elsewhere(
    app: Flask, anna: Staff, chromium: Browser, button: str, *, script: bool
) -> None:
    number = ask(app, suspicious=button == "Freigeben und zustellen")
    with (
        staff.served(app) as url,
        staff.page_of(
            chromium, url, cookie=staff.cookie(app, anna), java_script_enabled=script
        ) as page,
    ):
        page.goto(f"/posteingang/anfragen/{number}")
        page.get_by_label("Neue Notiz").fill("Ruft an")
        page.get_by_label("Zuständig").select_option("Bernd Holm")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("status")).to_contain_text(ALSO_SAVED)
        page.get_by_label("Schlagwörter").fill("Messe")
        page.get_by_label("Schlagwörter").press("Enter")
        expect(page.get_by_role("status")).to_have_text("Gespeichert.")
    lead = services(app).leads.workflow.open(number)
    assert ([note.text for note in lead.notes], lead.owner_id) == (["Ruft an"], 2)
    assert lead.tags == ("Messe",)
