"""What is done to one request.

Its page is one form: whichever button is pressed, all that was typed is kept. Where something
stands in the way of that, nothing is done, and all that was typed is shown again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import abort, flash, request

from website.exceptions import EditConflict
from website.inbox import forms
from website.inbox.blueprint import actor, blueprint, lead_or_404, names
from website.inbox.lead_list import owners
from website.inbox.lead_page import page
from website.leads.deliveries import Choice
from website.leads.workflow import Entry, LeadWork
from website.staff.access import Action, go_to, may, requires
from website.web.services import services

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug import Response

ALSO_KEPT = "Ihre übrigen Eingaben sind gespeichert."


class _NotKeptError(Exception):
    """What was typed stands in the way of itself, or of what somebody else has written."""

    def __init__(self, page: str, status: int) -> None:
        super().__init__(status)
        self.answer = page, status


@blueprint.errorhandler(_NotKeptError)
def _show_again(error: _NotKeptError) -> ResponseReturnValue:
    return error.answer


@blueprint.post("/anfragen/<reference:reference>/stand")
@requires(Action.CHANGE)
def save(reference: str) -> Response:
    """Write down all that was typed."""
    _keep(reference, needs_work=True)
    return _done(reference, "Gespeichert.")


@blueprint.post("/anfragen/<reference:reference>/notiz")
@requires(Action.CHANGE)
def note(reference: str) -> Response:
    """Add a note."""
    kept = _keep(reference, needs_note=True)
    return _done(reference, "Notiz gespeichert.", kept - {"note"})


@blueprint.post("/anfragen/<reference:reference>/beantwortet")
@requires(Action.CHANGE)
def answered(reference: str) -> Response:
    """Write down that it was answered."""
    kept = _keep(reference, answered=True)
    return _done(reference, "Als beantwortet markiert.", kept - {"answered"})


@blueprint.post("/anfragen/<reference:reference>/nicht-beantwortet")
@requires(Action.CHANGE)
def not_answered(reference: str) -> Response:
    """Take back that it was."""
    kept = _keep(reference, answered=False)
    return _done(reference, "Als unbeantwortet markiert.", kept - {"answered"})


@blueprint.post("/anfragen/<reference:reference>/zustellen")
@requires(Action.SEND_AGAIN)
def send_again(reference: str) -> Response:
    """Deliver again what was sent or given up."""
    kept = _keep(reference)
    count = services().leads.deliveries.send_again(Choice(references=(reference,)), actor=actor())
    return _done(reference, _sent_again(count), kept)


@blueprint.post("/anfragen/<reference:reference>/freigeben")
@requires(Action.RELEASE)
def release(reference: str) -> Response:
    """Clear it of suspicion."""
    kept = _keep(reference)
    if not services().leads.quarantine.release(reference, actor=actor()):
        return _done(reference, "Die Anfrage war schon freigegeben.", kept)
    return _done(reference, "Freigegeben. Was zurückgehalten war, wird jetzt zugestellt.", kept)


def _keep(
    reference: str,
    *,
    needs_work: bool = False,
    needs_note: bool = False,
    answered: bool | None = None,
) -> frozenset[str]:
    """Write down all that was typed, and what the button means, or nothing of it.

    :returns: what was changed.
    :raises _NotKeptError: with the page that says why nothing could be written.
    """
    lead = lead_or_404(reference)
    if not may(Action.CHANGE):
        return frozenset()
    work = None
    if needs_work or "version" in request.form:
        work = forms.WorkForm(request.form).with_owners(owners(), names(), lead.owner_id)
    note = forms.NoteForm(request.form)
    # Both are checked, so that all messages are there at once.
    if not all([work is None or work.validate(), note.is_valid(needed=needs_note)]):
        raise _NotKeptError(page(lead, work=work, note=note), 422)
    entry = Entry(note=note.text.data or "", answered=answered)
    if work is not None:
        version = work.version.data or 0
        entry = replace(entry, work=work.work(), seen=work.seen_work(), version=version)
    try:
        return services().leads.workflow.record(reference, entry, actor=actor())
    except LookupError:  # erased at this very moment
        abort(404)
    except EditConflict as conflict:
        theirs = conflict.theirs
        mine = (entry.work or LeadWork.of(theirs)).onto(LeadWork.of(theirs), entry.seen)
        shown = forms.work_form(theirs, mine)
        told = page(lead_or_404(reference), work=shown, note=note, theirs=theirs, mine=mine)
        raise _NotKeptError(told, 409) from None


def _sent_again(count: int) -> str:
    if not count:
        return "Es gibt nichts zuzustellen."
    if count == 1:
        return "1 Zustellung läuft noch einmal."
    return f"{count} Zustellungen laufen noch einmal."


def _done(reference: str, told: str, also: frozenset[str] = frozenset()) -> Response:
    """Report what was done, and go back to the request.

    :param also: what was changed beside what is told.
    """
    flash(f"{told} {ALSO_KEPT}" if also else told)
    return go_to("inbox.one", reference=reference)
