from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.leads import ANSWERS, KEYS, NOON, HandClock, Sender
from support.postgres import ON_POSTGRESQL, ON_SQLITE
from support.questionnaire import questionnaire
from support.threads import together
from website.exceptions import StorageError
from website.infra.database import Database
from website.leads.deliveries import Deliveries, DeliveryFilter
from website.leads.intake import Intake
from website.leads.models import Delivery, DeliveryState, Event, Lead, LeadStatus
from website.leads.spam.proof_of_work import Proofs
from website.leads.store import LeadStore
from website.leads.workflow import LeadChange, Workflow
from website.mailboxes import Mailbox


def test_a_stored_lead_is_found_with_all_its_answers(send: Sender, store: LeadStore) -> None:
    receipt = send(ANSWERS | {"goals": "Ruhe"}, source="/kontakt/")
    lead = store.get(receipt.reference)
    assert lead is not None
    assert (lead.reference, lead.received_at, lead.source) == (receipt.reference, NOON, "/kontakt/")
    assert (lead.topic, lead.company, lead.name) == (
        "kam-aufbauen",
        "Müller & Söhne GmbH",
        "Jörg Weiß",
    )
    assert list(lead.answers) == ["message", "phone", "goals", "start", "confidential"]
    assert lead.every_answer == ANSWERS | {"goals": "Ruhe"}
    assert lead.status == "new"


def test_a_lead_is_found_however_its_number_is_written(send: Sender, store: LeadStore) -> None:
    number = send().reference
    found = store.get(f" {number.lower().replace('-', ' ')} ")
    assert found is not None
    assert found.reference == number
    assert store.get("nichts") is None
    assert store.get("BBBB-BBBB") is None


def test_each_recipient_is_owed_a_message_of_its_own(send: Sender, store: LeadStore) -> None:
    lead = store.get(send().reference)
    assert lead is not None
    assert [d.recipient for d in lead.deliveries] == [
        "vertrieb@agentur.example",
        "leitung@agentur.example",
    ]
    assert len({d.message_id for d in lead.deliveries}) == 2
    for delivery in lead.deliveries:
        assert delivery.message_id.startswith(f"<{lead.reference}.")
        assert delivery.message_id.endswith("@agentur.example>")
        assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 0)
        assert delivery.next_attempt_at == NOON
    assert [(e.actor, e.action) for e in store.events(lead)] == [("visitor", "received")]


def test_texts_are_cleaned_before_they_are_kept(send: Sender, store: LeadStore) -> None:
    hostile = ANSWERS | {
        "company": "Firma\r\nBcc: x@y.example\x00",
        "message": "a\r\nb\ud800",
        "fax": "nicht gefragt",
    }
    lead = store.get(send(hostile).reference)
    assert lead is not None
    assert lead.company == "Firma Bcc: x@y.example"
    assert lead.answers["message"] == "a\nb"
    assert "fax" not in lead.answers


def test_the_newest_leads_come_first(send: Sender, store: LeadStore, clock: HandClock) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(send().reference)
        clock.forward(minutes=1)
    assert [lead.reference for lead in store.newest(2)] == [numbers[2], numbers[1]]
    assert store.references() == numbers[::-1]
    assert len(store.newest()[0].deliveries) == 2


def test_how_far_the_staff_are_is_kept_and_counts_as_a_contact(
    send: Sender, store: LeadStore, workflow: Workflow, clock: HandClock
) -> None:
    number = send().reference
    clock.forward(days=3)
    lead = store.get(number)
    assert lead is not None
    workflow.change([lead.reference], LeadChange(status=LeadStatus.QUALIFIED), actor="erika")
    lead = store.get(number)
    assert lead is not None
    assert (lead.status, lead.received_at, lead.touched_at) == (LeadStatus.QUALIFIED, NOON, clock())
    told = [(e.actor, e.action, e.detail) for e in store.events(lead)]
    assert told[-1] == ("erika", "status", "qualified")


def drawing(database: Database, *numbers: str) -> Sender:
    """Return an intake that draws these numbers."""
    draws = iter(numbers)
    return Sender(
        Intake(
            database,
            [],
            sender=Mailbox("a@b.example"),
            keys=KEYS,
            proofs=Proofs(KEYS),
            questionnaire=questionnaire,
            draw=lambda: next(draws),
        )
    )


def test_a_number_that_is_taken_is_drawn_again(database: Database) -> None:
    send = drawing(database, "BBBB-BBBB", "BBBB-BBBB", "CCCC-CCCC")
    assert send().reference == "BBBB-BBBB"
    assert send().reference == "CCCC-CCCC"


def test_without_a_free_number_nothing_is_stored_and_no_word_is_told(database: Database) -> None:
    send = drawing(database, *["BBBB-BBBB"] * 10)
    send()
    with pytest.raises(StorageError, match="No number is free") as caught:
        send()
    assert words_told(caught.value) == []


def test_a_lead_is_stored_with_all_that_belongs_to_it_or_not_at_all(
    send: Sender, database: Database
) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql("DROP TABLE events")
    with pytest.raises(StorageError):
        send()
    with database.reading() as session:
        assert session.scalars(select(Lead)).all() == []
        assert session.scalars(select(Delivery)).all() == []


def words_told(error: BaseException | None) -> list[str]:
    """Return every word of the lead that an error and those it came from would print."""
    told = ""
    while error:
        told += str(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    words = [word for answer in ANSWERS.values() for word in answer.split()]
    return [word for word in words if len(word) > 4 and word in told]


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE leads CASCADE",
        "ALTER TABLE leads DROP COLUMN answers",
        "ALTER TABLE leads ADD CHECK (company = '')",
        "ALTER TABLE leads ALTER COLUMN source SET NOT NULL",
        "ALTER TABLE leads ALTER COLUMN company TYPE integer USING 0",
        "ALTER TABLE leads ALTER COLUMN company TYPE varchar(3)",
        "CREATE UNIQUE INDEX one_company ON leads (company, name, (answers::text))",
        """CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql
           AS $$BEGIN RAISE EXCEPTION USING MESSAGE = NEW.company; END$$;
           CREATE TRIGGER tell BEFORE INSERT ON leads FOR EACH ROW EXECUTE FUNCTION tell()""",
    ],
)
@ON_POSTGRESQL
def test_errors_of_postgresql_hold_no_word_of_the_lead(
    send: Sender, database: Database, clock: HandClock, damage: str
) -> None:
    """Its own messages and details would: "Failing row contains (…)"."""
    if "UNIQUE" in damage:
        send(ANSWERS | {"goals": "Ruhe"})
        clock.forward(days=1)
    with database.writing() as session:
        session.connection().exec_driver_sql(damage)
    with pytest.raises(StorageError) as caught:
        send(ANSWERS | {"goals": "Ruhe"})
    assert words_told(caught.value) == []


@ON_SQLITE
def test_errors_of_sqlite_hold_no_word_of_the_lead(send: Sender, database: Database) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql("DROP TABLE leads")
    with pytest.raises(StorageError, match="no such table: leads") as caught:
        send()
    assert words_told(caught.value) == []


def test_checking_leaves_no_trace(store: LeadStore, database: Database) -> None:
    store.check_writable()
    with database.reading() as session:
        assert session.scalars(select(Event)).all() == []


@pytest.mark.slow
def test_many_visitors_at_once_all_get_a_number(send: Sender, store: LeadStore) -> None:
    sent = together(8, lambda _: [send().reference for _ in range(10)])
    numbers = [number for each in sent for number in each]
    assert len(set(numbers)) == 80
    assert set(store.references()) == set(numbers)


def test_a_reader_sees_one_state_of_the_data(send: Sender, database: Database) -> None:
    send()
    with database.reading() as session:
        assert len(session.scalars(select(Lead.id)).all()) == 1
        send()
        assert len(session.scalars(select(Delivery.id)).all()) == 2
    with database.reading() as session:
        assert len(session.scalars(select(Delivery.id)).all()) == 4


def test_dead_deliveries_are_owed_anew_on_demand(
    send: Sender,
    store: LeadStore,
    deliveries: Deliveries,
    database: Database,
    clock: HandClock,
) -> None:
    number = send().reference
    dead = DeliveryFilter(references=(number,), states=(DeliveryState.DEAD,))
    with database.writing() as session:
        _first(session).state = DeliveryState.DEAD
        _first(session).attempts = 10
    assert deliveries.backlog().dead == 1
    clock.forward(days=5)
    assert deliveries.send_again(dead, actor="erika") == 1
    assert deliveries.send_again(dead, actor="erika") == 0
    with database.reading() as session:
        revived = _first(session)
    assert (revived.state, revived.attempts) == (DeliveryState.PENDING, 0)
    assert revived.next_attempt_at == clock()
    lead = store.get(number)
    assert lead is not None
    assert [(e.actor, e.action) for e in store.events(lead)][-1] == ("erika", "send-again")


def test_the_backlog_tells_how_long_the_oldest_waits(
    send: Sender, deliveries: Deliveries, clock: HandClock
) -> None:
    assert deliveries.backlog().oldest is None
    send()
    clock.forward(hours=1)
    send()
    backlog = deliveries.backlog()
    assert (backlog.pending, backlog.dead, backlog.oldest) == (4, 0, NOON)


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="needs its zone"), database.writing() as session:
        session.add(Event(at=NOON.replace(tzinfo=None), actor="a", action="b"))


def _first(session: Session) -> Delivery:
    return session.get_one(Delivery, 1)
