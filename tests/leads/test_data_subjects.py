from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import select, update

from support.leads import ANSWERS, KEYS, NOON, HandClock, Sender
from support.questionnaire import questionnaire
from website.infra.database import Database
from website.infra.mail_transport import FileTransport
from website.leads import data_subjects, labels
from website.leads.channels import MailChannel
from website.leads.data_subjects import DataSubjects, SubjectData
from website.leads.erasure_log import ErasureLog
from website.leads.intake import LIFETIMES, HandEntry, Intake
from website.leads.models import Channel, Delivery, DeliveryState, Event, LeadStatus, LostReason
from website.leads.outbox import Outbox
from website.leads.retention import Deleted
from website.leads.spam.signals import SIGNALS
from website.leads.store import LeadStore
from website.leads.workflow import LeadChange, LeadEntry, Workflow
from website.mailboxes import Mailbox

ADDRESS = "joerg.weiss@firma.example"
PRIVACY_PAGE = "https://www.agentur.example/datenschutz/"

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    return tmp_path / "instance" / "mail"


@pytest.fixture
def subjects(database: Database, mails: Path, clock: HandClock) -> DataSubjects:
    return DataSubjects(
        database, mails, ErasureLog(mails.parent / "backups", KEYS), questionnaire, clock
    )


def deliver(database: Database, clock: HandClock, mails: Path) -> None:
    channel = MailChannel(
        FileTransport(mails), sender=Mailbox("website@agentur.example"), questionnaire=questionnaire
    )
    Outbox(database, {Channel.MAIL: channel}, clock).deliver_due()


def found(subjects: DataSubjects, address: str) -> list[str]:
    return [lead.reference for lead in subjects.find(address).leads]


def events(database: Database) -> list[Event]:
    with database.reading() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Joerg.Weiss@Firma.example", "joerg.weiss@firma.example"),
        ("joerg.weiss@firma.example", " JOERG.WEISS@FIRMA.EXAMPLE "),
        ("joerg.weiss@firma.example", "Jörg Weiß <Joerg.Weiss@firma.example>"),
        ("joerg.weiss@firma.example", "mailto:joerg.weiss@firma.example"),
        ("JÖRG@müller.example", "jörg@Müller.example"),
        ("joerg@müller.example", "joerg@xn--mller-kva.example"),
        (
            "jo\N{LATIN SMALL LETTER O WITH DIAERESIS}@a.example",
            "joo\N{COMBINING DIAERESIS}@a.example",
        ),
        ("was@keine adresse", "Was@keine adresse"),
    ],
)
def test_an_address_is_found_however_it_is_written(
    send: Sender, subjects: DataSubjects, stored: str, asked: str
) -> None:
    number = send(ANSWERS | {"email": stored}).reference
    send(ANSWERS | {"email": f"x{stored}"})
    assert found(subjects, asked) == [number]


def test_every_lead_of_an_address_is_found_and_those_that_only_name_it_are_told_apart(
    send: Sender, subjects: DataSubjects
) -> None:
    first, second = (send().reference for _ in range(2))
    other = send(ANSWERS | {"email": "chef@firma.example", "message": f"Oder {ADDRESS.upper()}."})
    send(ANSWERS | {"email": "chef@firma.example"})
    assert found(subjects, ADDRESS) == [first, second]
    assert subjects.find(ADDRESS).named_in == (other.reference,)
    assert found(subjects, "niemand@firma.example") == []


def test_who_left_no_address_is_found_by_telephone_and_erased_by_number(
    send: Sender, subjects: DataSubjects
) -> None:
    caller = {name: text for name, text in ANSWERS.items() if name not in {"email", "phone"}}
    number = send(caller | {"phone": "0171 / 234 567 8"}).reference
    send()
    for asked in ("+49 171 2345678", "0171 2345678"):
        assert subjects.find(asked).named_in == (number,), asked
        assert found(subjects, asked) == [], "the same telephone may be that of others"
    by_number = subjects.find(f" {number.lower().replace('-', ' ')} ")
    assert [lead.reference for lead in by_number.leads] == [number]
    data = subjects.export(number.lower(), by_number, actor="x")
    assert data["address"] == number
    page = data_subjects.report(data, privacy_page=PRIVACY_PAGE)
    assert f"Zu der Nummer {number} ist 1 Anfrage gespeichert." in page
    assert subjects.erase(by_number, actor="x").leads == 1
    assert subjects.find(number).leads == subjects.find("0171 2345678").named_in == ()


@pytest.mark.parametrize("asked", ["", " ", "\N{ZERO WIDTH SPACE}"])
def test_nothing_is_not_the_address_of_all_who_left_none(
    send: Sender, subjects: DataSubjects, asked: str
) -> None:
    send(ANSWERS | {"email": ""})
    assert subjects.find(asked) == SubjectData((), ())


def test_a_tag_may_name_the_person(
    send: Sender, subjects: DataSubjects, database: Database, clock: HandClock
) -> None:
    number = send(ANSWERS | {"email": "chef@firma.example"}).reference
    workflow = Workflow(database, questionnaire, clock=clock)
    workflow.change([number], LeadChange(tag=f"von {ADDRESS}"), actor="x")
    assert subjects.find(ADDRESS).named_in == (number,)


def test_erasing_takes_every_lead_of_the_address_and_no_other(
    send: Sender, subjects: DataSubjects, store: LeadStore
) -> None:
    send()
    send(ANSWERS | {"email": ADDRESS.upper()})
    kept = send(ANSWERS | {"email": "anders@firma.example"}).reference
    deleted = subjects.erase(subjects.find(ADDRESS), actor="operator erika")
    assert deleted == Deleted(leads=2, deliveries=4, undelivered=4)
    assert list(store.references()) == [kept]
    assert found(subjects, ADDRESS) == []


@pytest.mark.parametrize("state", list(DeliveryState))
@pytest.mark.parametrize("status", [LeadStatus.NEW, LeadStatus.WON])
def test_nothing_keeps_a_lead_from_being_erased(
    send: Sender,
    subjects: DataSubjects,
    store: LeadStore,
    database: Database,
    state: DeliveryState,
    status: LeadStatus,
) -> None:
    lead = store.get(send().reference)
    assert lead is not None
    Workflow(database, questionnaire).change(
        [lead.reference], LeadChange(status=status), actor="erika"
    )
    with database.writing() as session:
        session.execute(update(Delivery).values(state=state))
    undelivered = 0 if state is DeliveryState.SENT else 2
    assert subjects.erase(subjects.find(ADDRESS), actor="x") == Deleted(1, 2, undelivered)
    assert list(store.references()) == []


def test_a_suspected_lead_is_erased_like_any_other(send: Sender, subjects: DataSubjects) -> None:
    assert send(oddities=("trap", "no-browser")).quarantined
    assert subjects.erase(subjects.find(ADDRESS), actor="x").leads == 1


def test_the_audit_trail_keeps_counts_and_no_word_of_the_person(
    send: Sender, subjects: DataSubjects, database: Database
) -> None:
    number = send().reference
    subjects.export(ADDRESS, subjects.find(ADDRESS), actor="operator erika")
    subjects.erase(subjects.find(ADDRESS), actor="operator erika")
    trail = events(database)
    assert [(event.actor, event.action, event.detail) for event in trail] == [
        ("visitor", "received", ""),
        ("operator erika", "exported", "1 lead"),
        ("operator erika", "erased", "1 lead, 2 deliveries (2 undelivered)"),
    ]
    assert {event.lead_id for event in trail} == {None}
    assert all(number not in event.detail for event in trail)


def test_suspected_leads_that_others_were_faster_with_leave_no_second_line(
    send: Sender, subjects: DataSubjects, database: Database
) -> None:
    number = send(oddities=("trap", "no-browser")).reference
    released = send(ANSWERS | {"message": "Wir suchen jemanden.", "name": "Erika"}).reference
    assert subjects.erase_suspected([number, released], actor="staff 1") == 1
    assert subjects.erase_suspected([number, released], actor="staff 2") == 0
    erased = [event.actor for event in events(database) if event.action == "erased"]
    assert erased == ["staff 1"]


@only_sqlite
def test_what_was_erased_is_in_no_file(
    send: Sender,
    subjects: DataSubjects,
    database: Database,
    clock: HandClock,
    mails: Path,
    tmp_path: Path,
) -> None:
    send(ANSWERS | {"message": "Zaubertrank " * 400})
    kept = send(ANSWERS | {"email": "anders@firma.example"}).reference
    deliver(database, clock, mails)
    subjects.erase(subjects.find(ADDRESS), actor="x")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(word in path.read_bytes() for path in files for word in (b"Zauber", b"joerg.w"))
    assert len(list(mails.iterdir())) == 2
    assert all(kept in path.name for path in mails.iterdir())


def test_everything_that_is_kept_is_told(
    send: Sender,
    subjects: DataSubjects,
    store: LeadStore,
    database: Database,
    clock: HandClock,
    mails: Path,
) -> None:
    lead = store.get(
        send(source="/artikel/", page_key="1f", oddities=("no-language",), language="en").reference
    )
    assert lead is not None
    deliver(database, clock, mails)
    Workflow(database, questionnaire, clock=clock).change(
        [lead.reference], LeadChange(status=LeadStatus.QUALIFIED), actor="operator erika"
    )
    data = subjects.export(ADDRESS.upper(), subjects.find(ADDRESS), actor="operator erika")
    assert json.loads(json.dumps(data)) == data
    assert data["address"].casefold() == ADDRESS
    (request,) = data["requests"]
    assert request["reference"] == lead.reference
    assert request["received_at"] == request["last_contact"] == NOON.isoformat()
    assert (request["status"], request["source"]) == ("qualified", "/artikel/")
    assert request["language"] == "en"
    answers = {row["name"]: (row["question"], row["answer"]) for row in request["answers"]}
    assert set(answers) == set(lead.every_answer)
    assert answers["topic"] == ("Worum geht es?", "Key Account Management aufbauen")
    assert answers["message"][1] == ANSWERS["message"]
    assert request["suspicion"]["points"] == lead.spam_points
    assert not request["suspicion"]["in_quarantine"]
    reasons = {row["reason"]: row["points"] for row in request["suspicion"]["reasons"]}
    assert reasons[SIGNALS["no-language"].words] == SIGNALS["no-language"].points
    assert sum(reasons.values()) == lead.spam_points
    assert [row["recipient"] for row in request["deliveries"]] == [
        "vertrieb@agentur.example",
        "leitung@agentur.example",
    ]
    assert {row["state"] for row in request["deliveries"]} == {"sent"}
    assert [row["action"] for row in request["events"]] == ["received", "sent", "sent", "status"]
    assert {row["of"] for row in request["fingerprints"]} == {"content", "page", "text"}
    assert "erika" not in json.dumps(data), "who works for us is not the asker's data"


def test_what_others_wrote_is_not_told(send: Sender, subjects: DataSubjects) -> None:
    send(ANSWERS | {"email": "chef@firma.example", "message": f"Zaubertrank für {ADDRESS}"})
    data = subjects.export(ADDRESS, subjects.find(ADDRESS), actor="x")
    assert data["requests"] == []
    page = data_subjects.report(data, privacy_page=PRIVACY_PAGE)
    assert "sind 0 Anfragen gespeichert" in page
    assert "Zaubertrank" not in page


def test_the_page_tells_in_german_what_the_export_holds(
    send: Sender,
    subjects: DataSubjects,
    store: LeadStore,
    database: Database,
    clock: HandClock,
    mails: Path,
) -> None:
    lead = store.get(send(source="/artikel/").reference)
    assert lead is not None
    deliver(database, clock, mails)
    Workflow(database, questionnaire, clock=clock).change(
        [lead.reference], LeadChange(status=LeadStatus.WON, tag="Messe"), actor="operator erika"
    )
    Workflow(database, questionnaire, clock=clock).record(
        lead.reference, LeadEntry(note="Ruft <b>morgen</b> an"), actor="staff 1"
    )
    Workflow(database, questionnaire, clock=clock).record(
        lead.reference, LeadEntry(answered=True), actor="staff 1"
    )
    data = subjects.export(ADDRESS, subjects.find(ADDRESS), actor="x")
    page = html.document_fromstring(data_subjects.report(data, privacy_page=PRIVACY_PAGE))
    assert page.get("lang") == "de"
    shown = " ".join(page.text_content().split())
    assert f"Zu der E-Mail-Adresse {ADDRESS} ist 1 Anfrage gespeichert." in shown
    assert f"Anfrage {lead.reference}" in shown
    assert "Montag, 23. November 2026, 13:00 Uhr (MEZ)" in shown
    terms = {dt.text_content(): dt.getnext() for dt in page.iter("dt")}
    assert terms["Status"].text_content() == "Auftrag erteilt"
    assert terms["Schlagwörter"].text_content() == "Messe"
    assert terms["Zuerst beantwortet"].text_content().startswith("Montag, 23. November")
    assert "Ruft <b>morgen</b> an" in shown
    assert terms["Unternehmen"].text_content() == "Müller & Söhne GmbH"
    assert [line.tail for line in terms["Schildern Sie kurz Ihre Situation"].iter("br")] == [
        "Uns fehlt jemand, der sich kümmert."
    ]
    assert f"{SIGNALS['no-proof'].words} (+1)" in shown
    assert "E-Mail an unsere Mitarbeiter (vertrieb@agentur.example): zugestellt, Montag" in shown
    assert "Status geändert (Auftrag erteilt), durch: Mitarbeiter" in shown
    assert "Hashwert der Nachricht, gültig bis Dienstag" in shown
    assert page.xpath("//a/@href") == [PRIVACY_PAGE]


def test_the_page_tells_each_line_of_the_history_in_german_and_without_our_numbers(
    send: Sender, subjects: DataSubjects, database: Database, clock: HandClock, mails: Path
) -> None:
    number = send().reference
    deliver(database, clock, mails)
    workflow = Workflow(database, questionnaire, clock=clock)
    lost = LeadChange(
        status=LeadStatus.LOST,
        lost_reason=LostReason.PRICE,
        owner_id=37,
        follow_up_on=datetime.date(2026, 12, 1),
    )
    workflow.change([number], lost, actor="staff 37")
    workflow.change([number], LeadChange(no_owner=True), actor="staff 37")
    data = subjects.export(ADDRESS, subjects.find(ADDRESS), actor="x")
    page = html.document_fromstring(data_subjects.report(data, privacy_page=PRIVACY_PAGE))
    (lines,) = page.xpath("//h3[text()='Verlauf']/following-sibling::ul[1]")
    told = [" ".join(line.text_content().partition(": ")[2].split()) for line in lines]
    assert sorted(set(told)) == [
        "Absagegrund geändert (Preis), durch: Mitarbeiter",
        "Status geändert (kein Auftrag), durch: Mitarbeiter",
        "Wiedervorlage geändert (01.12.2026), durch: Mitarbeiter",
        "Zuständigkeit geändert, durch: Mitarbeiter",
        "eingegangen, durch: Absender",
        "zugestellt, durch: Programm für die Zustellung",
    ]


def test_the_page_tells_in_german_by_what_an_entered_request_is_recognised(
    intake: Intake, subjects: DataSubjects
) -> None:
    entry = HandEntry(owner_id=1, tag="Telefon", form_key="1f")
    number = intake.enter({"company": "Müller AG", "phone": "0711 12345"}, entry, actor="staff 1")
    data = subjects.export(number, subjects.find(number), actor="x")
    page = data_subjects.report(data, privacy_page=PRIVACY_PAGE)
    assert page.count("Hashwert der Eingabe durch unsere Mitarbeiter") == 2
    kinds = {row["of"] for row in data["requests"][0]["fingerprints"]}
    assert kinds | set(LIFETIMES) | {"asker"} == set(labels.ACCESS_REPORT["fingerprint"])


def test_no_answer_becomes_markup_of_the_page(send: Sender, subjects: DataSubjects) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}{0}\n<b>fett</b>"
    send(dict.fromkeys(ANSWERS, hostile) | {"email": ADDRESS}, source="/<i>/")
    data = subjects.export(ADDRESS, subjects.find(ADDRESS), actor="x")
    page = html.document_fromstring(data_subjects.report(data, privacy_page=PRIVACY_PAGE))
    assert not page.xpath("//script | //b | //i")
    terms = {dt.text_content(): dt.getnext().text_content() for dt in page.iter("dt")}
    assert terms["Schildern Sie kurz Ihre Situation"] == hostile.replace("\n", "")


def test_every_word_of_the_database_has_its_german_one() -> None:
    assert set(labels.STATUS) == set(labels.ACCESS_REPORT["status"]) == set(LeadStatus)
    assert set(labels.CHANNEL) == set(labels.ACCESS_REPORT["channel"]) == set(Channel)
    assert set(labels.DELIVERY_STATE) == set(DeliveryState)
    assert set(labels.LOST_REASON) == set(LostReason)
    actions = {name.removesuffix("-self").removesuffix("-removed") for name in labels.HISTORY}
    assert actions == set(labels.ACCESS_REPORT["action"])
    assert set(labels.ACTOR) | {"staff", "outbox"} == set(labels.ACCESS_REPORT["actor"])
