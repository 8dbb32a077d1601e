"""Nothing that somebody has written is lost or goes live unseen, on both databases."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from support.races import interleaved
from website.editorial.audit_trail import AuditTrail
from website.editorial.models import TextVersion, WorkingCopy
from website.editorial.publication_outcomes import PublicationOutcomes
from website.editorial.publications import (
    Publication,
    PublicationKind,
    Publications,
    PublicationState,
)
from website.editorial.repository import Repository
from website.editorial.workflow import Actor, CopyState, Step
from website.editorial.working_copies import WorkingCopies
from website.exceptions import CopyConflict, StepRefused
from website.infra.cache import digest
from website.infra.database import Database

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
FILE = "artikel/neu.md"
OFFICIAL = b"---\ntitle: Titel\n---\nEins\n\nZwei\n\nDrei\n"
ANNA, BERND, CLARA = 1, 2, 3

Save = Callable[..., WorkingCopy]


@pytest.fixture
def copies(database: Database) -> WorkingCopies:
    return WorkingCopies(database)


@pytest.fixture
def outcomes(database: Database) -> PublicationOutcomes:
    return PublicationOutcomes(database)


@pytest.fixture
def trail(database: Database) -> AuditTrail:
    return AuditTrail(database)


@pytest.fixture
def save(copies: WorkingCopies) -> Save:
    def save(
        seen: int,
        data: bytes,
        staff: int = ANNA,
        now: datetime.datetime = NOW,
        **more: object,
    ) -> WorkingCopy:
        given = {"official": OFFICIAL, "commit": "c1"} | more
        copy = copies.save(FILE, seen, data, Actor(staff, now), **given)  # type: ignore[arg-type]
        assert copy
        return copy

    return save


def edited(old: bytes, new: bytes, text: bytes = OFFICIAL) -> bytes:
    assert old in text
    return text.replace(old, new)


def approved(copies: WorkingCopies, save: Save, **more: str) -> WorkingCopy:
    copy = save(0, edited(b"Eins", b"EINS"))
    copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW))
    return copies.approve(FILE, copy.version, Actor(BERND, NOW, is_chief=True), **more)


def new(number: int, due_at: datetime.datetime = NOW) -> Publication:
    """Return a publication that nobody has requested yet."""
    return Publication(
        id=number, kind=PublicationKind.PUBLISH, actor="Bernd", subject="Neu",
        requested_at=NOW, due_at=due_at,
    )  # fmt: skip


def versions(database: Database) -> Sequence[TextVersion]:
    """Return what is kept, the newest first."""
    with database.reading() as session:
        return session.scalars(select(TextVersion).order_by(TextVersion.id.desc())).all()


# Saving


def test_what_is_saved_unchanged_makes_no_copy_and_no_version(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    saved = copies.save(FILE, 0, OFFICIAL, Actor(ANNA, NOW), official=OFFICIAL, commit="c1")
    assert saved is None
    assert copies.all() == []
    copy = save(0, edited(b"Eins", b"EINS"))
    assert save(copy.version, copy.data).version == copy.version
    assert len(versions(database)) == 1


def test_a_copy_holds_bytes_base_and_authors(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    data = edited(b"Eins", "\ufeffGröße\r".encode())
    copy = save(0, data)
    copy = save(copy.version, data + b"\xff", BERND)
    assert (copy.data, copy.official, copy.commit) == (data + b"\xff", OFFICIAL, "c1")
    assert copy.authors == [ANNA, BERND]
    assert (copy.saved_by, copy.saved_at, copy.state) == (BERND, NOW, CopyState.DRAFT)
    assert [one.file for one in copies.all()] == [FILE]
    assert [one.saved_by for one in versions(database)] == [BERND, ANNA]


def test_two_who_edit_different_lines_both_keep_their_text(save: Save) -> None:
    first = save(0, edited(b"Eins", b"EINS"))
    second = save(0, edited(b"Drei", b"DREI"), BERND)
    third = save(first.version, edited(b"Zwei", b"ZWEI", first.data), CLARA)
    assert second.data == edited(b"Drei", b"DREI", first.data)
    assert third.data == edited(b"Zwei", b"ZWEI", second.data)


def test_who_edits_the_same_line_second_sees_both_and_the_base(
    copies: WorkingCopies, save: Save
) -> None:
    first = save(0, edited(b"Zwei", b"Anna"))
    with pytest.raises(CopyConflict) as raised:
        save(0, edited(b"Zwei", b"Bernd"), BERND)
    (conflict,) = raised.value.merged.conflicts
    assert (conflict.mine, conflict.base, conflict.theirs) == (b"Bernd\n", b"Zwei\n", b"Anna\n")
    assert raised.value.theirs.version == first.version
    kept = copies.get(FILE)
    assert kept
    assert kept.data == first.data


def test_of_two_who_save_at_once_nobody_loses_anything(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    one, other = edited(b"Eins", b"EINS"), edited(b"Drei", b"DREI")
    interleaved(database, lambda: save(0, one), lambda: save(0, other, BERND))
    copy = copies.get(FILE)
    assert copy
    assert copy.data == edited(b"Drei", b"DREI", one)
    one, other = edited(b"EINS", b"1", copy.data), edited(b"DREI", b"3", copy.data)
    seen = copy.version
    interleaved(database, lambda: save(seen, one), lambda: save(seen, other, BERND))
    copy = copies.get(FILE)
    assert copy
    assert copy.data == edited(b"DREI", b"3", one)
    assert len(versions(database)) == 4


def test_an_autosave_whose_answer_was_lost_is_no_conflict(save: Save) -> None:
    save(0, edited(b"Zwei", b"Zwei W"), auto=True, tab="t1")
    save(0, edited(b"Zwei", b"Zwei Wor"), auto=True, tab="t1")
    copy = save(0, edited(b"Zwei", b"Zwei Worte"), tab="t1")
    assert copy.data == edited(b"Zwei", b"Zwei Worte")
    with pytest.raises(CopyConflict):
        save(0, edited(b"Zwei", b"Drei Worte"), tab="t2")


def test_what_somebody_else_saved_between_two_autosaves_is_merged_when_it_is_asked_for(
    save: Save,
) -> None:
    copy = save(0, edited(b"Eins", b"A"), auto=True, tab="t1")
    other = save(copy.version, edited(b"Drei", b"DREI", copy.data), BERND, tab="t2")
    for words in (b"AB", b"ABC"):
        with pytest.raises(CopyConflict):
            save(copy.version, edited(b"Eins", words), auto=True, tab="t1")
    mine = save(copy.version, edited(b"Eins", b"AB"), tab="t1")
    assert mine.data == edited(b"A\n", b"AB\n", other.data)


def test_what_is_saved_after_the_copy_has_ended_goes_on_from_what_is_official(
    copies: WorkingCopies, save: Save
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    copies.discard(FILE, copy.version, Actor(ANNA, NOW))
    later = save(copy.version, edited(b"Drei", b"DREI", copy.data))
    assert later.version > copy.version
    assert later.data == edited(b"Drei", b"DREI")
    assert later.authors == [ANNA]


def test_a_number_of_a_version_is_never_used_again(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    copies.discard(FILE, copy.version, Actor(ANNA, NOW))
    copies.thin(NOW + datetime.timedelta(days=60))
    assert len(versions(database)) == 0
    assert save(0, edited(b"Eins", b"EINS")).version > copy.version


def test_a_new_text_has_no_official_bytes(copies: WorkingCopies, save: Save) -> None:
    copy = save(0, b"---\ntitle: x\n---\n", official=None)
    assert copy.official is None
    with pytest.raises(CopyConflict):
        save(0, b"---\ntitle: y\n---\n", BERND, official=None)
    assert copies.at(FILE, copy.version) == copy.data


# Steps


def test_a_text_goes_from_draft_to_live(
    copies: WorkingCopies, outcomes: PublicationOutcomes, trail: AuditTrail, save: Save
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    copy = copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW))
    assert (copy.state, copy.submitted_by) == (CopyState.REVIEW, ANNA)
    copy = copies.approve(
        FILE, copy.version, Actor(BERND, NOW, is_chief=True), reviewer="Bernd Berg"
    )
    assert (copy.state, copy.approved_by) == (CopyState.APPROVED, BERND)
    assert b'reviewed_by: "Bernd Berg"\n' in copy.data
    assert copy.approved_digest == digest(copy.data)
    assert copy.authors == [ANNA]
    copy = copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7))
    assert (copy.state, copy.publication) == (CopyState.PUBLISHING, 7)
    outcomes.published(7, "c2", NOW, lambda _: copy.data)
    assert copies.get(FILE) is None
    assert [event.action for event in trail.of(FILE)] == [
        "live", "publish", "approve", "submit"
    ]  # fmt: skip


def test_nobody_approves_their_own_text_but_with_a_reason_that_is_kept(
    copies: WorkingCopies, trail: AuditTrail, save: Save
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW))
    with pytest.raises(StepRefused, match="mitgeschrieben"):
        copies.approve(FILE, copy.version, Actor(ANNA, NOW, is_chief=True))
    copy = copies.approve(
        FILE, copy.version, Actor(ANNA, NOW, is_chief=True), reason=" Eilt sehr ", reviewer="Anna"
    )
    assert (copy.approved_reason, copy.state) == ("Eilt sehr", CopyState.APPROVED)
    assert b"reviewed_by" not in copy.data
    event = trail.of(FILE)[0]
    assert (event.action, event.detail, event.staff) == ("approve-own", "Eilt sehr", ANNA)


@pytest.mark.parametrize("due_at", [None, NOW + datetime.timedelta(days=1)])
def test_an_edit_voids_the_approval(
    copies: WorkingCopies, save: Save, due_at: datetime.datetime | None
) -> None:
    copy = approved(copies, save)
    if due_at:
        copy = copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7, due_at))
    copy = save(copy.version, edited(b"Zwei", b"ZWEI", copy.data), CLARA)
    assert (copy.state, copy.approved_by, copy.approved_digest) == (CopyState.DRAFT, None, "")
    with pytest.raises(StepRefused):
        copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(8))


def test_an_edit_in_review_stays_in_review_and_makes_its_author_no_approver(
    copies: WorkingCopies, save: Save
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    seen = copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW)).version
    copy = save(seen, edited(b"Zwei", b"ZWEI", copy.data), BERND)
    assert copy.state is CopyState.REVIEW
    with pytest.raises(CopyConflict):
        copies.approve(FILE, seen, Actor(CLARA, NOW, is_chief=True))
    with pytest.raises(StepRefused):
        copies.approve(FILE, copy.version, Actor(BERND, NOW, is_chief=True))
    assert (
        copies.approve(FILE, copy.version, Actor(CLARA, NOW, is_chief=True)).state
        is CopyState.APPROVED
    )


def test_of_an_approval_and_an_edit_at_once_the_edit_is_never_approved(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    seen = copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW)).version

    def approve() -> bool:
        try:
            copies.approve(FILE, seen, Actor(BERND, NOW, is_chief=True))
        except CopyConflict:
            return False
        return True

    data = edited(b"Zwei", b"ZWEI", copy.data)
    saved, is_approved = interleaved(database, lambda: save(seen, data, CLARA), approve)
    assert saved.state is (CopyState.DRAFT if is_approved else CopyState.REVIEW)
    if is_approved:
        copies.take(Step.SUBMIT, FILE, saved.version, Actor(CLARA, NOW))
    seen = saved.version
    data = edited(b"Drei", b"DREI", data)
    is_approved, saved = interleaved(database, approve, lambda: save(saved.version, data, CLARA))
    assert is_approved
    assert (saved.state, saved.data) == (CopyState.DRAFT, data)


def test_of_two_steps_at_once_one_counts(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    seen = copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW)).version

    def reject() -> str:
        try:
            copies.take(
                Step.REJECT, FILE, seen, Actor(CLARA, NOW, is_chief=True), note="Bitte kürzen."
            )
        except (CopyConflict, StepRefused) as error:
            return type(error).__name__
        return "rejected"

    _, other = interleaved(
        database, lambda: copies.approve(FILE, seen, Actor(BERND, NOW, is_chief=True)), reject
    )
    # Whoever comes second and reads the approval may take it back.
    copy_now = copies.get(FILE)
    assert copy_now
    expected = CopyState.DRAFT if other == "rejected" else CopyState.APPROVED
    assert copy_now.state is expected


def test_a_text_is_sent_back_with_a_note(copies: WorkingCopies, save: Save) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW))
    with pytest.raises(StepRefused):
        copies.take(Step.REJECT, FILE, copy.version, Actor(BERND, NOW))
    copy = copies.take(
        Step.REJECT, FILE, copy.version, Actor(BERND, NOW, is_chief=True), note="Bitte kürzen."
    )
    assert (copy.state, copy.note) == (CopyState.DRAFT, "Bitte kürzen.")
    assert copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW)).note == ""


def test_the_steps_of_chief_editors_are_refused_to_others(
    copies: WorkingCopies, save: Save
) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    copies.take(Step.SUBMIT, FILE, copy.version, Actor(ANNA, NOW))
    refused = "nur die Chefredaktion"
    with pytest.raises(StepRefused, match=refused):
        copies.approve(FILE, copy.version, Actor(BERND, NOW))
    copies.approve(FILE, copy.version, Actor(BERND, NOW, is_chief=True))
    with pytest.raises(StepRefused, match=refused):
        copies.publish(FILE, copy.version, Actor(BERND, NOW), new(7))
    due_at = NOW + datetime.timedelta(days=1)
    copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7, due_at))
    with pytest.raises(StepRefused, match=refused):
        copies.take(Step.UNSCHEDULE, FILE, copy.version, Actor(BERND, NOW))
    assert copies.all()[0].state is CopyState.SCHEDULED


def test_what_is_discarded_can_be_read_for_a_month(copies: WorkingCopies, save: Save) -> None:
    copy = save(0, edited(b"Eins", b"EINS"))
    with pytest.raises(StepRefused):
        copies.discard(FILE, copy.version, Actor(BERND, NOW))
    copies.discard(FILE, copy.version, Actor(ANNA, NOW))
    copies.thin(NOW + datetime.timedelta(days=29))
    assert copies.at(FILE, copy.version) == copy.data
    copies.thin(NOW + datetime.timedelta(days=31))
    assert copies.at(FILE, copy.version) is None


def test_autosaves_are_kept_for_a_day_but_the_newest(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    first = save(0, edited(b"Eins", b"E"), auto=True)
    second = save(first.version, edited(b"Eins", b"EI"))
    third = save(second.version, edited(b"Eins", b"EIN"), auto=True)
    copies.thin(NOW + datetime.timedelta(hours=23))
    assert len(versions(database)) == 3
    copies.thin(NOW + datetime.timedelta(hours=25))
    assert [one.id for one in versions(database)] == [third.version, second.version]


# Publications


@pytest.mark.parametrize("due_at", [NOW, NOW + datetime.timedelta(days=1)])
def test_a_process_that_dies_while_it_requests_a_publication_leaves_the_text_approved(
    copies: WorkingCopies, save: Save, database: Database, due_at: datetime.datetime
) -> None:
    copy = approved(copies, save)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("website.editorial.audit_trail.note", die)
        with pytest.raises(KeyboardInterrupt):
            copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7, due_at))
    kept = copies.all()[0]
    assert (kept.state, kept.publication, kept.due_at) == (CopyState.APPROVED, None, None)
    assert Publications(database).waiting() == []
    copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7, due_at))
    assert [each.id for each in Publications(database).waiting()] == [7]


def test_of_two_requests_for_the_same_text_one_is_refused(
    copies: WorkingCopies, save: Save, database: Database
) -> None:
    copy = approved(copies, save)
    copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7))
    with pytest.raises(StepRefused):
        copies.publish(FILE, copy.version, Actor(CLARA, NOW, is_chief=True), new(8))
    assert [each.id for each in Publications(database).waiting()] == [7]


def test_a_publication_that_came_to_nothing_leaves_the_text_approved(
    copies: WorkingCopies, outcomes: PublicationOutcomes, save: Save
) -> None:
    copy = approved(copies, save)
    copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7))
    outcomes.release(8, NOW, PublicationState.FAILED)
    assert copies.all()[0].state is CopyState.PUBLISHING
    outcomes.release(7, NOW, PublicationState.FAILED)
    assert copies.all()[0].state is CopyState.APPROVED


def test_a_scheduled_publication_is_taken_back(copies: WorkingCopies, save: Save) -> None:
    copy = approved(copies, save)
    due_at = NOW + datetime.timedelta(days=1)
    copy = copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7, due_at))
    assert (copy.state, copy.due_at) == (CopyState.SCHEDULED, due_at)
    copy = copies.take(Step.UNSCHEDULE, FILE, copy.version, Actor(BERND, NOW, is_chief=True))
    assert (copy.state, copy.due_at, copy.publication) == (CopyState.APPROVED, None, None)


def test_what_is_edited_while_it_goes_live_goes_on_from_what_is_live(
    copies: WorkingCopies, outcomes: PublicationOutcomes, save: Save
) -> None:
    copy = approved(copies, save)
    copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7))
    later = save(copy.version, edited(b"Drei", b"DREI", copy.data))
    with pytest.raises(StepRefused):
        copies.publish(FILE, later.version, Actor(BERND, NOW, is_chief=True), new(8))
    live = edited(b"Zwei", b"ZWEI", copy.data)  # merged with what somebody has pushed
    outcomes.published(7, "c2", NOW, lambda _: live)
    kept = copies.get(FILE)
    assert kept
    assert (kept.official, kept.commit, kept.publication) == (live, "c2", None)
    assert kept.data == edited(b"Drei", b"DREI", live)
    assert kept.state is CopyState.DRAFT


def test_what_conflicts_with_what_went_live_keeps_its_base(
    copies: WorkingCopies, outcomes: PublicationOutcomes, save: Save
) -> None:
    copy = approved(copies, save)
    copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(7))
    later = save(copy.version, edited(b"Drei", b"DREI", copy.data))
    outcomes.published(7, "c2", NOW, lambda _: edited(b"Drei", b"3", copy.data))
    kept = copies.get(FILE)
    assert kept
    assert (kept.data, kept.commit, kept.publication) == (later.data, "c1", None)


def test_a_conflict_that_was_settled_begins_from_what_is_official(
    copies: WorkingCopies, save: Save
) -> None:
    copy = approved(copies, save)
    official = edited(b"Eins", b"1")
    kept = copies.rebase(
        FILE, copy.version, copy.data, Actor(BERND, NOW), official=official, commit="c2"
    )
    assert (kept.version, kept.state, kept.commit) == (copy.version, CopyState.APPROVED, "c2")
    with pytest.raises(CopyConflict):
        copies.rebase(FILE, 99, b"x", Actor(BERND, NOW), official=official, commit="c2")
    data = edited(b"Eins", b"EINS und 1")
    copy = copies.rebase(
        FILE, copy.version, data, Actor(BERND, NOW), official=official, commit="c2"
    )
    assert (copy.state, copy.data, copy.authors) == (CopyState.DRAFT, data, [ANNA, BERND])
    assert (copy.official, copy.commit, copy.approved_by) == (official, "c2", None)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PublicationState.WAITING, CopyState.PUBLISHING),
        (PublicationState.RUNNING, CopyState.PUBLISHING),
        (PublicationState.DONE, None),
        (PublicationState.UNCONFIRMED, None),
        (PublicationState.REFUSED, CopyState.APPROVED),
        (PublicationState.CONFLICT, CopyState.APPROVED),
        (PublicationState.FAILED, CopyState.APPROVED),
    ],
)
def test_copies_follow_what_became_of_their_publication(
    copies: WorkingCopies,
    outcomes: PublicationOutcomes,
    save: Save,
    database: Database,
    state: PublicationState,
    expected: CopyState | None,
) -> None:
    publications, number = Publications(database), 7
    copy = approved(copies, save)
    copies.publish(FILE, copy.version, Actor(BERND, NOW, is_chief=True), new(number))
    if state is not PublicationState.WAITING:
        publications.start(number, NOW)
    if state.is_over:
        publications.finish(number, state, NOW, result="c2")
    for _ in range(2):
        outcomes.settle(publications, Repository(Path("none")), NOW)
        found = copies.get(FILE)
        assert (found.state if found else None) is expected
