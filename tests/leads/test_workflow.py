"""What the staff do with a lead, on both databases."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from sqlalchemy import select

from support.leads import ANSWERS, HandClock, Sender
from website.exceptions import EditConflict
from website.infra.database import Database
from website.leads.models import Event, Lead, LeadStatus, LostReason
from website.leads.store import LeadStore
from website.leads.workflow import MOST_TAGS, LeadChange, LeadEntry, LeadWork, Workflow, tags_in

ANNA, BERND = "staff 1", "staff 2"
FRIDAY = datetime.date(2026, 11, 27)


def whole(workflow: Workflow, number: str) -> Lead:
    lead = workflow.open(number)
    assert lead is not None
    return lead


def told(store: LeadStore, lead: Lead) -> list[tuple[str, str, str]]:
    return [(event.actor, event.action, event.detail) for event in store.events(lead)][1:]


def test_all_that_is_written_down_about_the_work_is_kept_and_in_the_audit_trail(
    send: Sender, workflow: Workflow, store: LeadStore
) -> None:
    number = send().reference
    work = LeadWork(
        status=LeadStatus.LOST,
        lost_reason=LostReason.TOO_LATE,
        owner_id=2,
        follow_up_on=FRIDAY,
        tags=("Frau Weiß", "Maschinenbau"),
    )
    workflow.record(number, LeadEntry(work=work, version=1), actor=ANNA)
    lead = whole(workflow, number)
    assert LeadWork.of(lead) == work
    assert lead.version == 2
    assert told(store, lead) == [
        (ANNA, "status", "lost"),
        (ANNA, "lost-reason", "too-late"),
        (ANNA, "owner", "2"),
        (ANNA, "follow-up", "2026-11-27"),
        (ANNA, "tags", ""),
    ], "the trail names no person that a tag may name"


def test_who_saves_second_overwrites_nothing_and_gets_the_other_version(
    send: Sender, workflow: Workflow
) -> None:
    number = send().reference
    seen = whole(workflow, number)
    first = LeadWork(status=LeadStatus.IN_PROGRESS, owner_id=1)
    workflow.record(number, LeadEntry(work=first, version=seen.version), actor=ANNA)
    with pytest.raises(EditConflict) as conflict:
        workflow.record(
            number,
            LeadEntry(work=LeadWork(status=LeadStatus.QUALIFIED, owner_id=2), version=seen.version),
            actor=BERND,
        )
    assert LeadWork.of(conflict.value.theirs) == first
    assert LeadWork.of(whole(workflow, number)) == first


def test_saving_what_stands_there_already_is_no_conflict_and_no_change(
    send: Sender, workflow: Workflow, store: LeadStore
) -> None:
    number = send().reference
    work = LeadWork(status=LeadStatus.IN_PROGRESS)
    workflow.record(number, LeadEntry(work=work, version=1), actor=ANNA)
    workflow.record(number, LeadEntry(work=work, version=1), actor=BERND)
    lead = whole(workflow, number)
    assert lead.version == 2
    assert len(told(store, lead)) == 1


def test_the_first_answer_is_stamped_once_and_takes_the_lead_up(
    send: Sender, workflow: Workflow, store: LeadStore, clock: HandClock
) -> None:
    number = send().reference
    clock.forward(hours=1)
    first = clock()
    workflow.record(number, LeadEntry(answered=True), actor=ANNA)
    clock.forward(days=1)
    workflow.record(number, LeadEntry(answered=True), actor=BERND)
    lead = whole(workflow, number)
    assert (lead.answered_at, lead.status, lead.touched_at) == (
        first,
        LeadStatus.IN_PROGRESS,
        clock(),
    )
    assert told(store, lead) == [
        (ANNA, "status", "in-progress"),
        (ANNA, "answered", ""),
    ]


def test_an_answer_noted_by_a_slip_can_be_taken_back(send: Sender, workflow: Workflow) -> None:
    number = send().reference
    workflow.record(number, LeadEntry(answered=True), actor=ANNA)
    workflow.record(number, LeadEntry(answered=False), actor=ANNA)
    assert whole(workflow, number).answered_at is None


def test_notes_are_only_ever_added_and_the_audit_trail_holds_none_of_their_words(
    send: Sender, workflow: Workflow, database: Database
) -> None:
    number = send().reference
    workflow.record(number, LeadEntry(note="Ruft\r\nmorgen zurück \x00"), actor=ANNA)
    workflow.record(number, LeadEntry(note="Hat zugesagt"), actor=BERND)
    notes = [(note.author, note.text) for note in whole(workflow, number).notes]
    assert notes == [(ANNA, "Ruft\nmorgen zurück"), (BERND, "Hat zugesagt")]
    with database.reading() as session:
        assert not any("zur" in event.detail for event in session.scalars(select(Event)))


def test_a_note_that_comes_again_soon_is_the_same_note(
    send: Sender, workflow: Workflow, clock: HandClock
) -> None:
    """Browsers fill the form again when somebody goes back to it, also if it is loaded anew."""
    number = send().reference
    entry = LeadEntry(note="Nicht erreicht")
    assert workflow.record(number, entry, actor=ANNA) == {"note"}
    clock.forward(minutes=14)
    assert workflow.record(number, replace(entry, note=" Nicht erreicht\r\n"), actor=ANNA) == set()
    again = replace(entry, answered=True)
    assert workflow.record(number, again, actor=ANNA) == {"answered"}, "the rest is saved"
    assert workflow.record(number, entry, actor=BERND) == {"note"}
    clock.forward(minutes=2)
    assert workflow.record(number, entry, actor=ANNA) == {"note"}, "tried once more"


def test_one_thing_is_done_to_several_leads_and_leaves_the_rest_of_them(
    send: Sender, workflow: Workflow
) -> None:
    numbers = [send().reference for _ in range(3)]
    workflow.record(
        numbers[0],
        LeadEntry(work=LeadWork(status=LeadStatus.QUALIFIED, tags=("alt",)), version=1),
        actor=ANNA,
    )
    change = LeadChange(owner_id=7, tag="Messe")
    assert workflow.change(numbers[:2], change, actor=BERND) == (2, [])
    assert workflow.change(numbers[:2], change, actor=BERND) == (0, []), "all is done"
    first, second, third = (LeadWork.of(whole(workflow, number)) for number in numbers)
    assert first == LeadWork(status=LeadStatus.QUALIFIED, owner_id=7, tags=("alt", "Messe"))
    assert second == LeadWork(status=LeadStatus.NEW, owner_id=7, tags=("Messe",))
    assert third == LeadWork(status=LeadStatus.NEW)


def test_a_lead_that_is_lost_no_longer_has_no_reason_for_it(
    send: Sender, workflow: Workflow
) -> None:
    number = send().reference
    lost = LeadWork(status=LeadStatus.LOST, lost_reason=LostReason.PRICE)
    workflow.record(number, LeadEntry(work=lost, version=1), actor=ANNA)
    workflow.change([number], LeadChange(tag="x"), actor=ANNA)
    assert whole(workflow, number).lost_reason is LostReason.PRICE
    workflow.change([number], LeadChange(status=LeadStatus.IN_PROGRESS), actor=ANNA)
    assert whole(workflow, number).lost_reason is None


def test_several_leads_are_changed_together_or_not_at_all(send: Sender, workflow: Workflow) -> None:
    number = send().reference
    with pytest.raises(LookupError):
        workflow.change([number, "ZZZZ-ZZZZ"], LeadChange(owner_id=1), actor=ANNA)
    assert whole(workflow, number).owner_id is None


def test_tags_are_kept_once_however_they_are_written() -> None:
    assert tags_in([" Messe ", "messe", "", "Ärzte", "alt\nneu"]) == ("alt neu", "Messe", "Ärzte")


@pytest.mark.parametrize("added", ["alt", "zuletzt", "a, m, z"])
def test_a_lead_with_many_tags_keeps_them_and_is_named_if_one_more_does_not_fit(
    send: Sender, workflow: Workflow, added: str
) -> None:
    free, full = (
        send({**ANSWERS, "company": company}).reference for company in ("Frei AG", "Voll AG")
    )
    tags = tuple(sorted(f"m{number}" for number in range(MOST_TAGS)))
    work = LeadWork(status=LeadStatus.NEW, tags=tags)
    workflow.record(full, LeadEntry(work=work, version=1), actor=ANNA)
    change = LeadChange(owner_id=7, tag=added)
    assert workflow.change([free, full], change, actor=BERND) == (2, ["Voll AG"])
    assert LeadWork.of(whole(workflow, full)) == replace(work, owner_id=7)
    assert whole(workflow, free).tags == tags_in(added.split(","))
    known = LeadChange(tag=tags[0].upper())
    assert workflow.change([full], known, actor=BERND) == (0, []), "it has this one"
