"""Steps of the workflow, taken by the current user: submit, approve, publish, and others."""

import datetime
from collections.abc import Iterable

from flask_login import current_user
from werkzeug.datastructures import MultiDict

from website.content import kinds, sitedata
from website.content.library import Library
from website.content.models import PublicationStatus
from website.editor.blueprint import actor, editor_state
from website.editor.data_fields import title_of
from website.editorial import front_matter_edits, publications, toml_edits, translations
from website.editorial.models import WorkingCopy
from website.editorial.moving import Changes
from website.editorial.publications import Publication
from website.editorial.repository import Message, Person
from website.editorial.workflow import CopyState, Step
from website.exceptions import AuthoringError, CopyConflict, StepRefused
from website.infra import clock
from website.staff.access import names
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
"""Steps by the values of their buttons."""

LONGEST_REASON = 500
_A_REASON = "x" * 10
"""Stands for any reason when possible steps are determined."""


def possible(copy: WorkingCopy | None) -> frozenset[str]:
    """Return the values of the buttons that the current user may press."""
    if copy is None:
        return frozenset({"einreichen"})
    named = {**BUTTONS, "verwerfen": Step.DISCARD}
    return frozenset(
        value for value, step in named.items() if not refusal(step, copy, reason=_A_REASON)
    )


def refusal(step: Step, copy: WorkingCopy, reason: str = "") -> str:
    """Return the German reason why the current user may not take a step; empty if they may."""
    return copy.refusal(step, actor(), reason=reason)


def take(step: Step, copy: WorkingCopy, sent: MultiDict[str, str]) -> str:
    """Take a step with a copy that was just saved, and return a German message.

    :raises StepRefused: if it is not allowed.
    :raises AuthoringError: if the file cannot be edited safely.
    :raises CopyConflict: if the copy has changed meanwhile.
    """
    copies, me = editor_state().copies, actor()
    reason = params.line(sent.get("grund", ""), longest=LONGEST_REASON)
    # Before the copy is saved once more, or the publication withdrawn.
    if why := refusal(step, copy, reason):
        raise StepRefused(why)
    if step is Step.SUBMIT:
        copies.take(step, copy.file, _ready(copy).version, me)
        return "Zur Prüfung eingereicht. Als Nächstes gibt die Chefredaktion den Text frei."
    if step is Step.REJECT:
        note = params.line(sent.get("bemerkung", ""), longest=LONGEST_REASON)
        copies.take(step, copy.file, copy.version, me, note=note)
        return "Der Text ist wieder ein Entwurf."
    if step is Step.UNSCHEDULE:
        return _unschedule(copy)
    if current_user.id in copy.authors:
        copy = _ready(copy)
    copies.approve(copy.file, copy.version, me, reason=reason, reviewer=current_user.name)
    return "Freigegeben."


def publish(copy: WorkingCopy, *, due_at: datetime.datetime | None = None) -> int:
    """Request the publication of an approved copy, and return its number.

    Raises what :func:`take` raises.

    :param due_at: not before this moment.
    :raises RepositoryError: if the commit cannot be written.
    """
    if why := refusal(Step.PUBLISH, copy):
        raise StepRefused(why)  # before anything is written into the repository
    request = _publication_of(copy, due_at)
    editor_state().copies.publish(copy.file, copy.version, actor(), request)
    return request.id


def publish_changes(
    changes: Changes, commit: str, message: Message, action: str, files: Iterable[str], detail: str
) -> int:
    """Request the publication of changes that need no approval, and return its number.

    :param commit: the commit that the changes are based on.
    :param action: the action to record in the audit trail.
    """
    state, me = editor_state(), actor()
    number = state.publications.request(
        state.requests.of_changes(changes, commit, person(me.staff), message, me.now)
    )
    for file in files:
        state.trail.record(file, action, me, detail=detail)
    return number


def person(number: int) -> Person:
    """Return a member of the staff as the author of a commit."""
    staff = services().accounts.directory.get(number)
    return Person(staff.name, staff.email) if staff else Person("Unbekannt")


def moment(sent: MultiDict[str, str]) -> datetime.datetime:
    """Parse the submitted time of a scheduled publication.

    :raises AuthoringError: if it is invalid or past.
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
    """Cancel a scheduled publication unless it has started."""
    state = editor_state()
    if copy.publication and not state.publications.withdraw(copy.publication, clock.now()):
        raise StepRefused("Die Veröffentlichung hat schon begonnen.")
    try:
        state.copies.take(Step.UNSCHEDULE, copy.file, copy.version, actor())
    except (StepRefused, CopyConflict):
        # What is withdrawn is freed by the publisher, too.
        again = state.copies.get(copy.file)
        if again is None or again.publication is not None:
            raise
    if copy.state is CopyState.SCHEDULED:
        return "Der Termin ist aufgehoben. Der Text bleibt freigegeben."
    return "Der Termin ist aufgehoben. Die frühere Fassung geht nicht live."


def _publication_of(copy: WorkingCopy, due_at: datetime.datetime | None) -> Publication:
    """Return a publication of the exact bytes of a copy."""
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
    return state.requests.of_changes(changes, base, author, message, clock.now(), due_at=due_at)


def _with_row(
    copy: WorkingCopy, edition: Library, row: tuple[str, str]
) -> tuple[str, dict[str, bytes | None]]:
    """Return the base commit, and the site data of an edition with an address added.

    The base is the newest commit if the text is unchanged in it, so that it includes addresses
    that others have added.
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
    """Save a copy with ``status: published`` and a date, and return it.

    This happens before the approval, because that binds the exact bytes.
    """
    found = kinds.of_content_file(copy.file)
    data = copy.data
    if kinds.edition_and_file(copy.file)[0]:
        translations.require_translated(data)
    if found and (found[0].is_dated or not front_matter_edits.is_empty(data, "status")):
        data = front_matter_edits.set_value(data, "status", PublicationStatus.PUBLISHED.value)
    if found and found[0].is_dated and front_matter_edits.is_empty(data, "date"):
        data = front_matter_edits.set_value(data, "date", clock.today().isoformat())
    copies, official = editor_state().copies, copy.official
    saved = copies.save(
        copy.file, copy.version, data, actor(), official=official, commit=copy.commit
    )
    return saved or copy
