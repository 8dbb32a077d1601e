"""What is done with a working copy beside writing it: submitted, approved, published, ended."""

import datetime
import functools
from collections.abc import Iterable

from flask_login import current_user
from werkzeug.datastructures import MultiDict

from website.content import kinds, sitedata
from website.content.library import Library
from website.content.models import PublicationStatus
from website.editor.blueprint import editor_state
from website.editor.data_fields import title_of
from website.editorial import front_matter_edits, publications, toml_edits, translations
from website.editorial.models import WorkingCopy
from website.editorial.moving import Changes
from website.editorial.repository import Message, Person
from website.editorial.workflow import CopyState, Step
from website.exceptions import AuthoringError, CopyConflict, StepRefused
from website.infra import clock
from website.staff.access import Action, may, names
from website.web import params
from website.web.services import services

BUTTONS = {
    "einreichen": Step.SUBMIT,
    "zurueckgeben": Step.REJECT,
    "freigeben": Step.APPROVE,
    "veroeffentlichen": Step.PUBLISH,
    "planen": Step.PUBLISH,
    "termin-aufheben": Step.UNSCHEDULE,
}
"""By the value that the button sends."""

LONGEST_REASON = 500
_A_REASON = "x" * 10
"""Stands for any reason, where it is asked whether somebody could give one."""


def possible(copy: WorkingCopy | None) -> frozenset[str]:
    """Return the steps that the person signed in may take, by the values of their buttons."""
    if copy is None:
        return frozenset({"einreichen"})
    is_chief = may(Action.PUBLISH)
    named = {**BUTTONS, "verwerfen": Step.DISCARD}
    return frozenset(
        value
        for value, step in named.items()
        if not copy.refusal(step, current_user.id, is_chief=is_chief, reason=_A_REASON)
    )


def take(step: Step, copy: WorkingCopy, sent: MultiDict[str, str]) -> str:
    """Take a step with the copy that was just saved, and return what to report.

    :raises StepRefused: if it is not allowed.
    :raises AuthoringError: if the file is written so that it cannot be made ready.
    :raises CopyConflict: if somebody has just saved or taken a step.
    """
    copies, now, me = editor_state().copies, clock.now(), current_user.id
    reason = params.line(sent.get("grund", ""), longest=LONGEST_REASON)
    is_chief = require(step, copy, reason)
    if step is Step.SUBMIT:
        copies.take(step, copy.file, _ready(copy).version, me, now)
        return "Zur Prüfung eingereicht. Als Nächstes gibt die Chefredaktion den Text frei."
    if step is Step.REJECT:
        note = params.line(sent.get("bemerkung", ""), longest=LONGEST_REASON)
        copies.take(step, copy.file, copy.version, me, now, note=note, is_chief=is_chief)
        return "Der Text ist wieder ein Entwurf."
    if step is Step.UNSCHEDULE:
        return _unschedule(copy)
    if me in copy.authors:
        copy = _ready(copy)
    copies.approve(
        copy.file,
        copy.version,
        me,
        now,
        is_chief=is_chief,
        reason=reason,
        reviewer=current_user.name,
    )
    return "Freigegeben."


def require(step: Step, copy: WorkingCopy, reason: str = "") -> bool:
    """Return whether the person signed in is a chief editor.

    :raises StepRefused: if they may not take a step.
    """
    is_chief = may(Action.PUBLISH)
    if why := copy.refusal(step, current_user.id, is_chief=is_chief, reason=reason):
        raise StepRefused(why)
    return is_chief


def publish(copy: WorkingCopy, *, due_at: datetime.datetime | None = None) -> int:
    """Ask for the publication of an approved copy, and return its number.

    Raises what :func:`take` raises.

    :param due_at: not before this moment.
    :raises RepositoryError: if the repository cannot take it.
    """
    request = functools.partial(_request, due_at=due_at)
    asked = editor_state().copies.publish(
        copy.file,
        copy.version,
        current_user.id,
        clock.now(),
        request,
        is_chief=require(Step.PUBLISH, copy),
        due_at=due_at,
    )
    return asked.publication or 0


def publish_changes(
    changes: Changes, commit: str, message: Message, action: str, files: Iterable[str], detail: str
) -> int:
    """Ask for changes that need no approval, and return the number of their publication.

    :param commit: where whoever is signed in began from.
    :param action: what the audit trail says was done with the files.
    """
    state, now, me = editor_state(), clock.now(), current_user.id
    number = state.requests.changes(changes, commit, person(me), message, now)
    for file in files:
        state.trail.record(file, action, me, now, detail=detail)
    return number


def person(number: int) -> Person:
    """Return somebody of the staff as commits name them."""
    staff = services().accounts.directory.get(number)
    return Person(staff.name, staff.email) if staff else Person("Unbekannt")


def moment(sent: MultiDict[str, str]) -> datetime.datetime:
    """Return the moment for which a publication is to be scheduled.

    :raises AuthoringError: if there is no such moment, or it is over.
    """
    day = params.day(sent.get("tag", ""))
    try:
        time = datetime.time.fromisoformat(sent.get("zeit", "").strip())
    except ValueError:
        time = None
    if day is None or time is None:
        raise AuthoringError("Bitte geben Sie Tag und Uhrzeit an, zum Beispiel 24.11.2026, 08:00.")
    return publications.due_moment(day, time, clock.now())


def _unschedule(copy: WorkingCopy) -> str:
    """Take a schedule back, unless it is already on its way."""
    state, now = editor_state(), clock.now()
    if copy.publication and not state.publications.withdraw(copy.publication, now):
        raise StepRefused("Die Veröffentlichung hat schon begonnen.")
    try:
        state.copies.take(
            Step.UNSCHEDULE, copy.file, copy.version, current_user.id, now, is_chief=True
        )
    except (StepRefused, CopyConflict):
        # What is withdrawn is freed by the publisher, too.
        again = state.copies.get(copy.file)
        if again is None or again.status is not CopyState.APPROVED:
            raise
    return "Der Termin ist aufgehoben. Der Text bleibt freigegeben."


def _request(copy: WorkingCopy, *, due_at: datetime.datetime | None) -> int:
    """Ask for the publication of exactly the bytes of a copy."""
    state = editor_state()
    text = state.site.with_text(copy.file, copy.data)
    title = text.item.title if text.item else title_of(copy.file) or copy.file
    trailers = []
    if copy.approved_by is not None:
        trailers.append(("Reviewed-by", names().get(copy.approved_by, "Unbekannt")))
    if copy.approved_reason:
        trailers.append(("Approved-alone-because", copy.approved_reason))
    message = Message(title, trailers=tuple(trailers))
    base = copy.commit or state.repository.main
    changes: dict[str, bytes | None] = {copy.file: copy.data}
    library = state.site.library.edition_of(text.item) if text.item else None
    if text.item and library and (row := translations.new_address(library, text.item)):
        base, site_data = _with_row(copy, library, row)
        changes |= site_data
    # Who approves saves last, where the approval writes their name into the text.
    writer = copy.saved_by if copy.saved_by in copy.authors else copy.authors[0]
    author = person(writer)
    return state.requests.changes(changes, base, author, message, clock.now(), due_at=due_at)


def _with_row(
    copy: WorkingCopy, edition: Library, row: tuple[str, str]
) -> tuple[str, dict[str, bytes | None]]:
    """Return the site data of an edition with another address, and the commit to begin from.

    That is the newest one where the text has not changed since, so that rows which others have
    added are there, too.
    """
    state = editor_state()
    file = edition.content_file(sitedata.NAME)
    base = state.repository.main
    if state.official(copy.file, base)[1] != copy.official:
        base = copy.commit or base
    _, data = state.official(file, base)
    path, word = row
    return base, {file: toml_edits.set_value(data or b"", (translations.TABLE, path), word)}


def _ready(copy: WorkingCopy) -> WorkingCopy:
    """Return a copy whose bytes say that they are to be public, as its author writes it.

    Approval binds the bytes, so they say so before somebody approves them.
    """
    found = kinds.of_content_file(copy.file)
    data = copy.data
    if kinds.edition_and_file(copy.file)[0]:
        translations.require_translated(data)
    if found and (found[0].is_dated or not front_matter_edits.is_empty(data, "status")):
        data = front_matter_edits.set_value(data, "status", PublicationStatus.PUBLISHED.value)
    if found and found[0].is_dated and front_matter_edits.is_empty(data, "date"):
        data = front_matter_edits.set_value(data, "date", clock.today().isoformat())
    saved = editor_state().copies.save(
        copy.file,
        copy.version,
        data,
        official=copy.official,
        commit=copy.commit,
        staff=current_user.id,
        now=clock.now(),
    )
    return saved or copy
