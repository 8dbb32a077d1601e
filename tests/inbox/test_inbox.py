"""The staff's inbox as one of them uses it, page by page, without a browser."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from lxml import html
from sqlalchemy import update
from time_machine import travel
from werkzeug.datastructures import MultiDict

from support.inbox import InboxClient, ask
from website.inbox.forms import follow_up_day
from website.infra.clock import now
from website.leads.intake import SAME_REQUEST
from website.leads.models import Delivery, DeliveryState, Event, Lead, LeadStatus, LostReason
from website.leads.store import Today, Wanted
from website.staff.access import StaffRole
from website.web.services import services


@pytest.mark.slow
def test_the_first_screen_shows_what_is_new_due_and_going_on(inbox: InboxClient) -> None:
    new, due, going = (ask(inbox.app, company=name) for name in ("Neu AG", "Fällig AG", "Läuft AG"))
    yesterday = (now() - datetime.timedelta(days=1)).date().isoformat()
    inbox.save(due, status="in-progress", follow_up_on=yesterday)
    inbox.save(going, status="qualified")
    page = inbox.get("/posteingang/")
    heaps = {
        heap.get("aria-labelledby"): [link.text for link in heap.cssselect(".leads__link")]
        for heap in page.cssselect(".heap")
    }
    assert heaps == {"neu": ["Neu AG"], "wiedervorlage": ["Fällig AG"], "arbeit": ["Läuft AG"]}
    assert new


def test_a_wish_to_be_called_back_stands_first_with_the_number_to_dial(inbox: InboxClient) -> None:
    number = ask(inbox.app, callback_time="vormittags", phone="0711 123456")
    page = inbox.get(f"/posteingang/anfragen/{number}")
    wish = page.xpath("//strong[text()='Rückruf gewünscht: vormittags']/..")[0]
    assert wish.getprevious().getprevious().tag == "h1"
    assert [link.get("href") for link in wish.iter("a")] == ["tel:+49711123456"]
    for answer in ("", "nein"):
        number = ask(inbox.app, callback_time=answer, phone="0711 123456")
        assert "gewünscht:" not in inbox.get(f"/posteingang/anfragen/{number}").text_content()


def test_what_is_counted_as_overdue_is_marked_to_the_very_moment(
    inbox: InboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(inbox.app, suspicious=True)
    limit = inbox.lead(ask(inbox.app)).received_at
    for shift, count in ((-1, 0), (0, 1), (1, 1)):
        late = limit + datetime.timedelta(microseconds=shift)
        monkeypatch.setattr("website.leads.office_hours.before", lambda *_, late=late: late)
        page = inbox.get("/posteingang/")
        assert page.text_content().count("davon 1 überfällig") == count, shift
        assert len(page.cssselect("[data-late]")) == count, shift


def test_a_response_takes_as_long_on_each_page(inbox: InboxClient) -> None:
    number = ask(inbox.app)
    received_at = inbox.lead(number).received_at
    with travel(received_at + datetime.timedelta(hours=1, minutes=54), tick=False):
        inbox.post(f"/posteingang/anfragen/{number}/beantwortet", {})
        for path in (f"/posteingang/anfragen/{number}", "/posteingang/", "/posteingang/zahlen/"):
            text = inbox.get(path).text_content().replace("\N{NO-BREAK SPACE}", " ")
            assert "1 Std. 54 Min." in text, path


def test_whoever_answers_finds_the_requests_that_nobody_was_told_of(
    sign_in: Callable[..., InboxClient],
) -> None:
    inbox = sign_in(StaffRole.SALES)
    ask(inbox.app, company="Angekommen AG")
    number = ask(inbox.app, company="Verlorene Post AG")
    with services(inbox.app).leads.database.writing() as session:
        of_lead = Delivery.lead_id == inbox.lead(number).id
        session.execute(update(Delivery).where(of_lead).values(state=DeliveryState.DEAD))
    (link,) = inbox.get("/posteingang/").xpath("//dt[.='Zustellung gescheitert']/..//a")
    assert link.text == "1"
    found = inbox.get(link.get("href")).cssselect(".leads__link")
    assert [link.text for link in found] == ["Verlorene Post AG"]


def test_thousands_of_requests_are_counted_in_german(
    inbox: InboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(inbox.app)
    found = services(inbox.app).leads.store.page(Wanted())
    store = services(inbox.app).leads.store
    monkeypatch.setattr(store, "page", lambda *_, **__: replace(found, total=4689))
    shown = inbox.get("/posteingang/anfragen/").cssselect(".found")[0].text_content()
    assert shown == "4.689\N{NO-BREAK SPACE}Anfragen"
    monkeypatch.setattr(store, "today", lambda **_: Today(*[replace(found, total=4689)] * 3))
    counts = inbox.get("/posteingang/").cssselect(".heap__count")
    assert [count.text_content() for count in counts] == ["4.689"] * 3


@pytest.mark.slow
def test_a_request_is_found_filtered_and_the_view_can_be_kept_as_an_address(
    inbox: InboxClient,
) -> None:
    ask(inbox.app, company="Müller & Söhne GmbH")
    other = ask(inbox.app, company="Meier KG")
    inbox.save(other, status="lost", lost_reason="price", tags="Messe, Stuttgart")
    for query, found in {
        "suche=mueller": ["Müller & Söhne GmbH"],
        "stand=offen": ["Müller & Söhne GmbH"],
        "stand=lost": ["Meier KG"],
        "schlagwort=Messe": ["Meier KG"],
        "zustaendig=niemand&sortierung=company": ["Meier KG", "Müller & Söhne GmbH"],
        "suche=xyz": [],
        "stand=quatsch&zustaendig=abc&von=x&seite=-3&faellig=y": [
            "Meier KG",
            "Müller & Söhne GmbH",
        ],
    }.items():
        page = inbox.get(f"/posteingang/anfragen/?{query}")
        assert [link.text for link in page.cssselect(".leads__link")] == found, query


@pytest.mark.parametrize("name", ["thema", "sprache", "schlagwort", "seite-von"])
def test_a_filter_stays_in_sight_whose_value_is_no_longer_offered(
    inbox: InboxClient, name: str
) -> None:
    ask(inbox.app)
    page = inbox.get(f"/posteingang/anfragen/?{name}=xy&stand=quatsch")
    assert page.cssselect(".found")[0].text_content().startswith("0")
    (form,) = page.cssselect(".filters")
    assert [pair for pair in form.form_values() if pair[1]] == [(name, "xy")]


def test_a_list_is_exported_as_it_is_filtered(inbox: InboxClient) -> None:
    for company, topic in (("Müller AG", "schulung"), ("Meier KG", "schulung"), ("Meier", "")):
        ask(inbox.app, company=company, topic=topic)
    query = "suche=meier&thema=schulung&sortierung=oldest"
    page = inbox.get(f"/posteingang/anfragen/?{query}")
    (link,) = page.xpath("//a[text()='Diese Liste exportieren']")
    (form,) = inbox.get(link.get("href")).cssselect("form.filters")
    sent = {name: text for name, text in form.form_values() if text}
    assert sent == {"art": "xlsx", **dict(parse_qsl(query))}
    assert form.cssselect("details[open]")
    with inbox.client.post("/posteingang/export/", data=sent | {"art": "csv-roh"}) as file:
        rows = list(csv.DictReader(file.text.splitlines()))
    assert [row["company"] for row in rows] == ["Meier KG"]


@pytest.mark.parametrize("name", ["von", "bis"])
def test_a_day_that_is_none_is_not_passed_over_in_silence(inbox: InboxClient, name: str) -> None:
    ask(inbox.app)
    told = "Eingegangen: Bitte geben Sie ein Datum an, zum Beispiel 24.11.2026."
    for typed, is_told in (("31.02.2026", True), ("31.1.2026", False), (" ", False)):
        listed = inbox.get(f"/posteingang/anfragen/?{urlencode({name: typed})}").text_content()
        assert (told in listed) is is_told, typed
        sent = {"art": "csv-roh", name: typed}
        with inbox.client.post("/posteingang/export/", data=sent) as file:
            assert (file.status_code == 422) is (told in file.text) is is_told


def test_lists_of_work_say_how_much_there_is(inbox: InboxClient) -> None:
    mine, won, suspected = ask(inbox.app), ask(inbox.app), ask(inbox.app, suspicious=True)
    for _ in range(2):
        ask(inbox.app)
    inbox.save(mine, owner=str(inbox.account), follow_up_on=now().date().isoformat())
    inbox.save(won, status="won")
    assert suspected
    for path in ("/posteingang/anfragen/", f"/posteingang/anfragen/{mine}"):
        links = inbox.get(path).cssselect(".views a")
        counts = {link.text.strip(): link.cssselect("span") for link in links}
        assert {name: span[0].text for name, span in counts.items() if span} == {
            "Unbeantwortet": "3",
            "Meine offenen": "1",
            "Nicht zugewiesen": "2",
            "Wiedervorlage": "1",
            "Meine Wiedervorlage": "1",
            "Alle offenen": "3",
        }
        for link in links:
            total = inbox.get(link.get("href")).cssselect(".found")[0].text
            assert not link.cssselect("span") or total.startswith(link.cssselect("span")[0].text)


def test_everybody_has_a_list_of_their_own_follow_ups(inbox: InboxClient) -> None:
    mine, others, later = (ask(inbox.app, company=name) for name in ("Meine", "Andere", "Später"))
    me, day = str(inbox.account), now().date()
    inbox.save(mine, owner=me, follow_up_on=day.isoformat())
    inbox.save(others, follow_up_on=day.isoformat())
    inbox.save(later, owner=me, follow_up_on=(day + datetime.timedelta(days=2)).isoformat())
    links = inbox.get("/posteingang/anfragen/").cssselect(".views a")
    (link,) = [link for link in links if link.text.strip() == "Meine Wiedervorlage"]
    (shortcut,) = inbox.get("/posteingang/").xpath("//a[text()='Meine fälligen zeigen']")
    assert shortcut.get("href") == link.get("href")
    found = inbox.get(link.get("href"))
    assert [link.text for link in found.cssselect(".leads__link")] == ["Meine"]
    assert found.cssselect(".views [aria-current]")[0].text.strip() == "Meine Wiedervorlage"


def test_what_resembles_the_search_is_told_apart(inbox: InboxClient) -> None:
    for name in ("Schmitt", "Schmidt"):
        ask(inbox.app, company=f"{name} KG")
    page = inbox.get("/posteingang/anfragen/?suche=schmitt")
    rows = [row.text_content() for row in page.cssselect(".leads > li")]
    assert len(rows) == 3
    for row, text in zip(rows, ("Schmitt", "Ähnlich geschrieben", "Schmidt"), strict=True):
        assert text in row
    only = inbox.get("/posteingang/anfragen/?suche=chmid").cssselect(".leads > li")
    assert "Teil eines Wortes" in only[0].text_content()
    assert "Ähnlich" not in inbox.get("/posteingang/anfragen/").text_content()


@pytest.mark.slow
def test_figures_lead_to_the_requests_that_they_count(inbox: InboxClient) -> None:
    ask(inbox.app, company="Müller AG", topic="schulung")
    lost = ask(inbox.app, company="Meier KG", topic="sonstiges")
    inbox.save(lost, status="lost", lost_reason="price")
    page = inbox.get("/posteingang/zahlen/")
    links = {link.get("href") for link in page.cssselect(".plot__table td a")}
    for part, companies in {
        "thema=schulung": ["Müller AG"],
        "grund=price": ["Meier KG"],
        "sortierung=newest": ["Meier KG", "Müller AG"],
    }.items():
        (address,) = [link for link in links if part in link]
        found = inbox.get(address).cssselect(".leads__link")
        assert [link.text for link in found] == companies


def test_the_next_request_is_that_of_the_list_it_was_opened_from(inbox: InboxClient) -> None:
    numbers = [ask(inbox.app, company=f"Firma {count}") for count in range(3)]
    query = "?stand=offen&sortierung=oldest"

    def following(number: str, query: str) -> list[str]:
        page = inbox.get(f"/posteingang/anfragen/{number}{query}")
        return [link.get("href") for link in page.cssselect("a[rel='next']")]

    address = f"/posteingang/anfragen/{numbers[1]}{query}"
    assert following(numbers[0], query) == [address]
    assert following(numbers[2], query) == []
    assert following(numbers[0], "") == [f"/posteingang/anfragen/{numbers[1]}"]
    form = inbox.form(numbers[0])
    path = f"/posteingang/anfragen/{numbers[0]}/stand{query}&schritt=naechste"
    answer = inbox.client.post(path, data=form | {"status": "won"})
    assert answer.headers["Location"] == address
    assert following(numbers[0], query) == [address], "what has left the list leads to its first"


def test_several_requests_are_changed_at_once(inbox: InboxClient) -> None:
    numbers = [ask(inbox.app, company=f"Firma {count}") for count in range(3)]
    form = {"nummer": numbers[:2], "status": "in-progress", "tag": "Messe", "owner": inbox.account}
    page = inbox.post("/posteingang/anfragen/auswahl?stand=offen", form)
    assert "2 Anfragen sind geändert." in page.text_content()
    assert inbox.lead(numbers[0]).status is LeadStatus.IN_PROGRESS
    assert inbox.lead(numbers[1]).tags == ("Messe",)
    assert inbox.lead(numbers[2]).status is LeadStatus.NEW


@pytest.mark.parametrize(
    ("form", "advice"),
    [
        ({"status": "won"}, "Bitte wählen Sie zuerst Anfragen aus."),
        ({"nummer": ["AAAA-AAAA"]}, "Bitte wählen Sie, was geändert werden soll."),
        ({"nummer": ["AAAA-AAAA"], "status": "won"}, "Es wurde nichts geändert."),
    ],
)
def test_a_choice_that_cannot_be_carried_out_says_what_to_do(
    inbox: InboxClient, form: dict[str, object], advice: str
) -> None:
    answer = inbox.client.post("/posteingang/anfragen/auswahl", data=form)
    assert (answer.status_code, advice in answer.text) == (422, True)


def test_a_reason_is_not_dropped_because_the_request_is_not_lost(inbox: InboxClient) -> None:
    number = ask(inbox.app)
    path = f"/posteingang/anfragen/{number}/stand"
    answer = inbox.client.post(path, data=inbox.form(number) | {"lost_reason": "price"})
    assert (answer.status_code, "gehört zum Status „verloren“" in answer.text) == (422, True)
    inbox.save(number, status="lost", lost_reason="price")
    inbox.save(number, status="in-progress")  # its reason still stands in the form
    assert inbox.lead(number).lost_reason is None


@pytest.mark.parametrize("tags", [", ".join(map(str, range(13))), "x" * 41, "x, X" + ", y" * 500])
def test_no_tag_is_dropped_or_cut_off_without_a_word(inbox: InboxClient, tags: str) -> None:
    number = ask(inbox.app)
    path = f"/posteingang/anfragen/{number}/stand"
    answer = inbox.client.post(path, data=inbox.form(number) | {"tags": tags})
    if tags.startswith("x, X"):  # said again and again
        assert inbox.lead(number).tags == ("x", "y")
        return
    assert (answer.status_code, "höchstens 12 Schlagwörter" in answer.text) == (422, True)
    assert f'value="{tags}"' in answer.text


def test_what_is_too_long_is_not_cut_off_by_the_browser(inbox: InboxClient) -> None:
    for path in (f"anfragen/{ask(inbox.app)}", "anfragen/neu", "anfragen/"):
        fields = inbox.get(f"/posteingang/{path}").xpath("//main//*[@maxlength]")
        assert [field.get("name") for field in fields] == []


def test_which_of_several_cannot_have_one_more_tag_is_told(inbox: InboxClient) -> None:
    numbers = [ask(inbox.app, company=name) for name in ("Frei AG", "Voll AG")]
    inbox.save(numbers[1], tags=", ".join(map(str, range(12))))
    form = {"nummer": numbers, "status": "in-progress", "tag": "Messe"}
    page = inbox.post("/posteingang/anfragen/auswahl", form).text_content()
    assert "2 Anfragen sind geändert." in page
    assert "1 Anfrage hat kein Schlagwort dazubekommen" in page
    assert "mehr als 12 wären: Voll AG." in page
    answer = inbox.client.post("/posteingang/anfragen/auswahl", data=form | {"tag": "x" * 41})
    assert (answer.status_code, "höchstens 40 Zeichen" in answer.text) == (422, True)
    assert [inbox.lead(number).tags[-1] for number in numbers] == ["Messe", "9"]


@pytest.mark.parametrize("half", [{"status": "lost"}, {"lost_reason": "price"}])
def test_several_are_not_lost_without_a_reason_nor_given_one_without_being_lost(
    inbox: InboxClient, half: dict[str, str]
) -> None:
    form = {"nummer": [ask(inbox.app)], "tag": "Messe"}
    answer = inbox.client.post("/posteingang/anfragen/auswahl", data=form | half)
    assert (answer.status_code, "gehört ein Absagegrund" in answer.text) == (422, True)
    assert inbox.lead(form["nummer"][0]).tags == ()
    whole = form | {"status": "lost", "lost_reason": "price"}
    assert inbox.client.post("/posteingang/anfragen/auswahl", data=whole).status_code == 303
    assert inbox.lead(form["nummer"][0]).lost_reason is LostReason.PRICE


def test_several_cannot_be_given_to_an_account_that_is_not_there(inbox: InboxClient) -> None:
    number = ask(inbox.app)
    form = {"nummer": [number], "owner": "99", "status": "won"}
    answer = inbox.client.post("/posteingang/anfragen/auswahl", data=form)
    assert (answer.status_code, "Dieses Konto" in answer.text) == (422, True)
    assert inbox.lead(number).owner_id is None
    assert inbox.lead(number).status is LeadStatus.NEW


@pytest.mark.parametrize("day", ["9999-12-31", "01.01.0001"])
def test_a_follow_up_is_a_day_of_this_century(inbox: InboxClient, day: str) -> None:
    number = ask(inbox.app)
    form = inbox.form(number) | {"follow_up_on": day}
    response = inbox.client.post(f"/posteingang/anfragen/{number}/stand", data=form)
    assert response.status_code == 422
    assert inbox.lead(number).follow_up_on is None


@pytest.mark.parametrize(
    ("step", "today", "day"),
    [
        ("morgen", "2026-11-23", "2026-11-24"),
        ("morgen", "2026-11-27", "2026-11-30"),
        ("morgen", "2026-12-24", "2026-12-28"),
        ("1-woche", "2026-12-25", "2027-01-04"),
        ("3-tage", "2026-03-31", "2026-04-07"),
    ],
)
def test_no_button_puts_a_follow_up_on_a_weekend_or_a_holiday(
    step: str, today: str, day: str
) -> None:
    assert follow_up_day(step, datetime.date.fromisoformat(today)).isoformat() == day


def test_a_request_shows_all_answers_and_its_history(inbox: InboxClient) -> None:
    number = ask(inbox.app, company="Müller & Söhne GmbH", message="Zeile 1\nZeile 2")
    inbox.post(f"/posteingang/anfragen/{number}/notiz", {"text": "Ruft <b>morgen</b> an"})
    inbox.post(f"/posteingang/anfragen/{number}/beantwortet", {})
    page = inbox.get(f"/posteingang/anfragen/{number}")
    text = " ".join(page.text_content().split())
    for part in (
        "Müller & Söhne GmbH",
        "Zeile 1 Zeile 2",
        "Ruft <b>morgen</b> an",
        "hat die Anfrage als beantwortet markiert",
    ):
        assert part in text
    assert page.cssselect(".history__note")[0].text == "Ruft <b>morgen</b> an"
    assert f"{inbox.name} hat notiert" in text
    links = [a.get("href") for a in page.cssselect(".answers a, .one__bar a")]
    assert "mailto:joerg.weiss@firma.example" in links
    (mail,) = [link for link in links if link.startswith("mailto:") and "?" in link]
    assert mail.startswith("mailto:joerg.weiss@firma.example?subject=Ihre%20Anfrage")
    assert "%0D%0A%3E%20Zeile%202" in mail


def test_who_saves_second_sees_both_versions_and_overwrites_nothing(inbox: InboxClient) -> None:
    number = ask(inbox.app)
    seen = inbox.form(number)
    inbox.save(number, status="qualified", tags="erst")
    response = inbox.client.post(
        f"/posteingang/anfragen/{number}/stand", data=seen | {"status": "won", "tags": "zweit"}
    )
    assert response.status_code == 409
    page = html.document_fromstring(response.text)
    rows = {row[0].text: (row[1].text, row[2].text) for row in page.cssselect(".notice tbody tr")}
    assert rows["Status"] == ("qualifiziert", "gewonnen")
    told = page.cssselect(".notice__text")[0].text_content()
    assert "jemand anders" not in told, "it may have been the same person in another window"
    assert "Zuletzt geändert hat sie Anna Berg, " in told
    assert rows["Schlagwörter"] == ("erst", "zweit")
    assert inbox.lead(number).status is LeadStatus.QUALIFIED
    again = {
        field.get("name"): field.get("value")
        for field in page.cssselect("form[action$='/stand'] input")
    }
    answer = inbox.client.post(
        f"/posteingang/anfragen/{number}/stand",
        data=seen | {"status": "won", "tags": "zweit", "version": again["version"]},
    )
    assert answer.status_code == 303, "who has seen both may decide"
    assert inbox.lead(number).status is LeadStatus.WON


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"status": "lost"}, "Bitte wählen Sie einen Absagegrund"),
        ({"follow_up_on": "morgen"}, "Bitte geben Sie ein Datum an"),
    ],
)
def test_what_cannot_be_saved_is_said_at_the_field_and_kept_in_the_form(
    inbox: InboxClient, changed: dict[str, str], message: str
) -> None:
    number = ask(inbox.app)
    path = f"/posteingang/anfragen/{number}/stand"
    response = inbox.client.post(path, data=inbox.form(number) | {"tags": "bleibt"} | changed)
    assert response.status_code == 422
    page = html.document_fromstring(response.text)
    assert page.cssselect("title")[0].text.startswith("Fehler: ")
    assert message in page.cssselect(".field__error")[0].text_content()
    assert page.cssselect("#schlagwoerter")[0].get("value") == "bleibt"


def test_dates_may_be_written_as_germans_write_them(inbox: InboxClient) -> None:
    number = ask(inbox.app)
    inbox.save(number, follow_up_on="24.12.2027")
    assert inbox.lead(number).follow_up_on == datetime.date(2027, 12, 24)


def test_requests_of_the_same_company_are_shown_together_and_stay_apart(inbox: InboxClient) -> None:
    first = ask(inbox.app, email="a@firma.example", company="Firma")
    second = ask(inbox.app, email="b@firma.example", company="Firma GmbH")
    ask(inbox.app, email="x@gmail.com", company="Anders 1")
    third = ask(inbox.app, email="y@gmail.com", company="Anders 2")
    page = inbox.get(f"/posteingang/anfragen/{first}")
    assert [link.text for link in page.cssselect(".leads__link")] == ["Firma GmbH"]
    assert inbox.get(f"/posteingang/anfragen/{third}").cssselect(".leads__link") == []
    assert second


def test_requests_without_an_address_are_not_of_the_same_one(inbox: InboxClient) -> None:
    given = {"channel": "Telefon", "message": "Sucht KAM", "phone": "0711 12345", "topic": ""}
    for company in ("Anders 1", "Anders 2"):
        inbox.post("/posteingang/anfragen/neu", given | {"company": company})
    first = inbox.get("/posteingang/anfragen/").cssselect(".leads__link")[0].get("href")
    assert "derselben Adresse" not in inbox.get(first).text_content()


def test_a_suspected_request_of_the_same_company_is_marked_and_stands_last(
    inbox: InboxClient,
) -> None:
    first = ask(inbox.app, email="a@firma.example", company="Firma")
    ask(inbox.app, email="b@firma.example", company="Firma GmbH")
    suspected = ask(inbox.app, email="c@firma.example", company="Firma KG", suspicious=True)
    page = inbox.get(f"/posteingang/anfragen/{first}")
    states = [chip.text for chip in page.cssselect(".leads .state")]
    assert states == ["neu", "In Quarantäne"]
    assert page.cssselect(".leads__link")[-1].get("href").endswith(suspected)


def test_quarantine_says_why_and_release_delivers_what_was_withheld(inbox: InboxClient) -> None:
    number = ask(inbox.app, suspicious=True)
    page = inbox.get("/posteingang/quarantaene/")
    assert "Der Absender ist ein Programm, kein Browser" in page.text_content()
    assert number not in inbox.get("/posteingang/").text_content()
    inbox.post("/posteingang/quarantaene/freigeben", {"nummer": [number]})
    lead = inbox.lead(number)
    assert not lead.quarantined
    assert {delivery.state.value for delivery in lead.deliveries} == {"pending"}


@pytest.mark.parametrize("path", ["/posteingang/anfragen/ZZZZ-ZZZZ", "/posteingang/nirgends"])
def test_what_is_not_there_is_not_found(inbox: InboxClient, path: str) -> None:
    assert inbox.client.get(path).status_code == 404


def test_an_address_that_nobody_wrote_from_has_nothing_stored(inbox: InboxClient) -> None:
    page = inbox.post("/posteingang/datenschutz/suche", {"adresse": "niemand@firma.example"})
    assert page.xpath("//*[@role='status']/text()") == ["Dazu ist nichts gespeichert."]


def test_who_only_called_can_be_erased_as_well(inbox: InboxClient) -> None:
    given = {"channel": "Telefon", "message": "Sucht KAM", "phone": "0711 12345", "topic": ""}
    inbox.post("/posteingang/anfragen/neu", given | {"company": "Müller AG"})
    page = inbox.post("/posteingang/datenschutz/suche", {"adresse": "+49 711 12345"})
    (link,) = page.cssselect("#gefunden ~ p a")
    number = link.text
    assert "Suchen Sie nach ihrer Nummer" in page.text_content()
    assert page.get_element_by_id("adresse").get("type") == "text"
    page = inbox.post("/posteingang/datenschutz/suche", {"adresse": number})
    assert page.get_element_by_id("gefunden").text_content().startswith(f"Zu {number}: 1")
    sure = {"adresse": number, "sicher": "ja"}
    assert "gelöscht" in inbox.post("/posteingang/datenschutz/loeschen", sure).text_content()
    assert inbox.client.get(f"/posteingang/anfragen/{number}").status_code == 404


def test_who_erases_what_a_colleague_has_erased_is_told_so(inbox: InboxClient) -> None:
    ask(inbox.app, email="a@firma.example")
    sure = {"adresse": "a@firma.example", "sicher": "ja"}
    told = [
        inbox.post("/posteingang/datenschutz/loeschen", sure).cssselect(".told-done")[0]
        for _ in range(2)
    ]
    assert told[0].text_content().strip().startswith("1 Anfrage ist endgültig gelöscht.")
    assert told[1].text_content().strip() == "Dazu ist nichts mehr gespeichert."


def test_who_took_away_or_erased_how_much_can_be_read(inbox: InboxClient) -> None:
    path = "/posteingang/datenschutz/"
    assert "Noch wurde nichts heruntergeladen oder gelöscht." in inbox.get(path).text_content()
    for email in ("a@firma.example", "a@firma.example", "b@firma.example"):
        ask(inbox.app, email=email)
    for sent in ({"art": "xlsx"}, {"art": "xlsx", "suche": "gibtesnicht"}):
        inbox.client.post("/posteingang/export/", data=sent).close()
    sure = {"adresse": "a@firma.example", "sicher": "ja"}
    told = inbox.post(f"{path}loeschen", sure)
    assert "Löschen Sie auch versandte E-Mails" in told.text_content()
    with services(inbox.app).leads.database.writing() as session:
        for count in ("0 leads", "1 lead"):
            detail = f"{count}, 0 deliveries (0 undelivered), 2 leads held back"
            session.add(Event(at=now(), actor="worker", action="purged", detail=detail))
    lines = inbox.get(path).cssselect(".history p")
    assert [" ".join(line.text_content().split()[:-2]) for line in lines] == [
        "System hat 1 Anfrage gelöscht, deren Frist abgelaufen war",
        "Anna Berg hat 2 Anfragen gelöscht",
        "Anna Berg hat 3 Anfragen heruntergeladen",
    ]


def test_what_is_due_is_said_to_be_deleted_without_anybody(inbox: InboxClient) -> None:
    number = ask(inbox.app)
    long_ago = now() - datetime.timedelta(days=4000)
    due = update(Lead).values(received_at=long_ago, touched_at=long_ago)
    services(inbox.app).leads.database.execute(due)
    page = inbox.get("/posteingang/datenschutz/").text_content()
    assert number in page
    assert "Gelöscht wird einmal am Tag von selbst" in page


@pytest.mark.parametrize(
    ("path", "code", "title"),
    [
        ("/posteingang/nirgends", 404, "Das gibt es hier nicht"),
        ("/redaktion/nirgends", 404, "Das gibt es hier nicht"),
        ("/posteingang/abmelden", 405, "Diese Adresse lässt sich nicht direkt aufrufen"),
    ],
)
def test_addresses_below_the_rooms_of_staff_have_their_error_pages(
    inbox: InboxClient, path: str, code: int, title: str
) -> None:
    response = inbox.client.get(path)
    assert response.status_code == code
    page = html.document_fromstring(response.text)
    assert page.find(".//h1").text_content() == title
    assert inbox.name in page.find(".//header").text_content()
    assert response.headers["Cache-Control"] == "no-store"
    if code == 405:
        assert {*response.allow} == {"POST", "OPTIONS"}


def test_nothing_of_the_inbox_is_in_the_frozen_build(build: Path) -> None:
    names = [path.relative_to(build).as_posix() for path in build.rglob("*")]
    assert names
    assert [name for name in names if "posteingang" in name or "inbox" in name] == []


def test_a_suspected_request_leads_back_to_the_quarantine(inbox: InboxClient) -> None:
    ask(inbox.app)
    number = ask(inbox.app, suspicious=True)
    way = "//nav[@aria-label='In der Liste']/a"
    (back,) = inbox.get(f"/posteingang/anfragen/{number}").xpath(way)
    assert back.get("href") == "/posteingang/quarantaene/"
    inbox.post(f"/posteingang/anfragen/{number}/freigeben", inbox.form(number))
    links = inbox.get(f"/posteingang/anfragen/{number}").xpath(way)
    assert links[0].text == "Zur Liste"


def test_a_suspected_request_takes_little_room_however_much_is_written(inbox: InboxClient) -> None:
    long = {"company": "W" * 500, "name": "N" * 500, "email": f"a@{'b' * 400}.example"}
    path = "/posteingang/quarantaene"
    for given in (long, dict.fromkeys(long, "")):
        number = ask(inbox.app, suspicious=True, **given)
        row = inbox.get(f"{path}/").cssselect(".suspect")[0]
        asked = inbox.post(f"{path}/loeschen", {"nummer": number}).cssselect("form li")[0]
        for shown in (row, asked):
            text = " ".join(shown.text_content().split())
            assert len(text) < 700, text
            assert " , " not in text, text


def test_who_releases_what_is_released_already_is_told_so(inbox: InboxClient) -> None:
    form = {"nummer": [ask(inbox.app, suspicious=True)]}
    path = "/posteingang/quarantaene/freigeben"
    assert "1 freigegeben." in inbox.post(path, form).text_content()
    assert "Das ist schon freigegeben" in inbox.post(path, form).text_content()
    assert "Bitte wählen Sie zuerst Anfragen aus." in inbox.post(path, {}).text_content()


def test_dealing_with_spam_stays_on_its_page(inbox: InboxClient) -> None:
    for _ in range(52):
        ask(inbox.app, suspicious=True)
    for button in (("/freigeben", {}), ("/loeschen", {"sicher": "ja"})):
        page = inbox.get("/posteingang/quarantaene/?seite=2")
        last = page.cssselect(".leads__box")[-1].get("value")
        (action,) = page.xpath(
            f"//form[@id='auswahl']/@action[contains(., '{button[0]}')]"
            f" | //button[not(@name)]/@formaction[contains(., '{button[0]}')]"
        )
        answer = inbox.client.post(action, data={"nummer": [last]} | button[1])
        assert answer.headers["Location"] == "/posteingang/quarantaene/?seite=2"


def test_spam_is_deleted_one_by_one_or_several_once_that_is_confirmed(inbox: InboxClient) -> None:
    spam = [ask(inbox.app, suspicious=True, company=f"Spam {count}") for count in range(3)]
    wanted = ask(inbox.app)
    path = "/posteingang/quarantaene/loeschen"
    for chosen in ({"nur": spam[0], "nummer": spam[1:]}, {"nummer": [*spam[1:], wanted]}):
        page = inbox.post(path, chosen)
        assert all(inbox.lead(number) for number in spam[1:]), "a tap alone deletes nothing"
        (form,) = page.cssselect(f"form[action='{path}']")
        asked = set(form.form_values()) - {("sicher", "ja")}
        listed = {("nummer", number) for number in spam[1:]}
        assert asked == ({("nummer", spam[0])} if "nur" in chosen else listed)
        assert "gelöscht." in inbox.post(path, MultiDict(form.form_values())).text_content()
    assert not inbox.get("/posteingang/quarantaene/").cssselect(".leads__link")
    assert inbox.lead(wanted), "what is no longer suspected stays"
    gone = inbox.post(path, {"nummer": spam, "sicher": "ja"}).text_content()
    assert "Das ist schon freigegeben oder gelöscht." in gone


def test_a_telephone_shows_the_keys_that_numbers_and_addresses_need(inbox: InboxClient) -> None:
    page = inbox.get("/posteingang/anfragen/neu")
    types = {name: page.get_element_by_id(name).get("type") for name in ("phone", "email", "name")}
    assert types == {"phone": "tel", "email": "email", "name": "text"}


def test_a_request_is_entered_by_hand(inbox: InboxClient) -> None:
    path = "/posteingang/anfragen/neu"
    given = {"channel": "Messe", "company": "Müller AG", "message": "Sucht KAM", "topic": ""}
    refused = inbox.client.post(path, data=given)
    assert (refused.status_code, "Bitte geben Sie Telefon oder" in refused.text) == (422, True)
    assert 'value="Müller AG"' in refused.text
    several = inbox.client.post(path, data=given | {"email": "a@b.de und c@d.de"})
    assert (several.status_code, "nur eine E-Mail-Adresse" in several.text) == (422, True)
    page = inbox.post(path, given | {"phone": "0711 123456"})
    assert "Die Anfrage ist erfasst." in page.text_content()
    number = inbox.get("/posteingang/anfragen/").cssselect(".leads__link")[0].get("href")
    lead = inbox.lead(number.split("/")[-1].split("?")[0])
    assert (lead.company, lead.owner_id, lead.tags) == ("Müller AG", inbox.account, ("Messe",))
    assert lead.deliveries == []
    assert not lead.quarantined


def test_who_was_answered_on_the_telephone_waits_for_nothing(inbox: InboxClient) -> None:
    path = "/posteingang/anfragen/neu"
    given = {"channel": "Telefon", "message": "Sucht KAM", "phone": "0711 12345", "topic": ""}
    assert not inbox.get(path).get_element_by_id("answered").checked
    refused = html.document_fromstring(inbox.client.post(path, data={"answered": "y"}).text)
    assert refused.get_element_by_id("answered").checked
    inbox.post(path, given | {"company": "Wartet AG"})
    page = inbox.post(path, given | {"company": "Weiß es AG", "answered": "y"})
    assert "Beantwortet am" in page.text_content()
    heaps = {
        heap.get("aria-labelledby"): [link.text for link in heap.cssselect(".leads__link")]
        for heap in inbox.get("/posteingang/").cssselect(".heap")
    }
    assert heaps == {"neu": ["Wartet AG"], "wiedervorlage": [], "arbeit": ["Weiß es AG"]}


def test_a_form_that_is_sent_twice_enters_one_request(inbox: InboxClient) -> None:
    path = "/posteingang/anfragen/neu"

    def shown() -> dict[str, str]:
        (form,) = inbox.get(path).cssselect("form.new-lead")
        filled = {"company": "Müller AG", "message": "Sucht KAM", "phone": "0711 123456"}
        return {name: value or "" for name, value in form.form_values()} | filled

    first = shown()
    pages = [inbox.client.post(path, data=first).location for _ in range(2)]
    assert pages[0] == pages[1]
    changed = inbox.client.post(path, data=first | {"message": "Sucht noch jemanden"}).location
    assert len({*pages, changed, inbox.client.post(path, data=shown()).location}) == 2, "gone back"
    with travel(now() + SAME_REQUEST):
        assert inbox.client.post(path, data=first).location == pages[0], "the very same page"
        assert inbox.client.post(path, data=shown()).location not in {*pages, changed}
