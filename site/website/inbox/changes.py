"""What is done to one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, request

from website.access import Action, go_to, requires
from website.exceptions import EditConflict
from website.inbox import forms
from website.inbox.one import page
from website.inbox.requests import owners
from website.inbox.room import actor, blueprint, lead_or_404, leads, names
from website.leads.deliveries import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from werkzeug import Response


@blueprint.post("/anfragen/<reference:reference>/stand")
@requires(Action.CHANGE)
def save(reference: str) -> ResponseReturnValue:
    """Write down the work on it, if nobody else has meanwhile."""
    lead = lead_or_404(reference)
    form = forms.WorkForm(request.form).with_owners(owners(), names())
    if not form.validate():
        return page(lead, work=form), 422
    try:
        leads().desk.save(reference, form.work(), version=form.version.data or 0, actor=actor())
    except EditConflict as conflict:
        form.version.data = form.version.raw_data = conflict.theirs.version
        return page(lead_or_404(reference), work=form, theirs=conflict.theirs), 409
    flash("Gespeichert.")
    return _to(reference)


@blueprint.post("/anfragen/<reference:reference>/notiz")
@requires(Action.CHANGE)
def note(reference: str) -> ResponseReturnValue:
    """Add a note."""
    lead = lead_or_404(reference)
    form = forms.NoteForm(request.form)
    if not form.validate():
        return page(lead, note=form), 422
    text = form.text.data or ""
    return _done(reference, lambda: leads().desk.note(reference, text, actor=actor()))


@blueprint.post("/anfragen/<reference:reference>/beantwortet")
@requires(Action.CHANGE)
def answered(reference: str) -> Response:
    """Write down that it was answered."""
    return _done(reference, lambda: leads().desk.answered(reference, actor=actor()))


@blueprint.post("/anfragen/<reference:reference>/nicht-beantwortet")
@requires(Action.CHANGE)
def not_answered(reference: str) -> Response:
    """Take back that it was."""
    return _done(reference, lambda: leads().desk.not_answered(reference, actor=actor()))


@blueprint.post("/anfragen/<reference:reference>/zustellen")
@requires(Action.SEND_AGAIN)
def send_again(reference: str) -> Response:
    """Deliver again what was sent or given up."""
    lead_or_404(reference)
    count = leads().deliveries.send_again(Choice(references=(reference,)), actor=actor())
    flash(f"{count} Zustellungen laufen noch einmal." if count else "Es gibt nichts zuzustellen.")
    return _to(reference)


@blueprint.post("/anfragen/<reference:reference>/freigeben")
@requires(Action.RELEASE)
def release(reference: str) -> Response:
    """Clear it of suspicion."""
    lead_or_404(reference)
    if leads().quarantine.release(reference, actor=actor()):
        flash("Freigegeben. Was zurückgehalten war, wird jetzt zugestellt.")
    return _to(reference)


def _done(reference: str, change: Callable[[], None]) -> Response:
    lead_or_404(reference)
    try:
        change()
    except LookupError:  # erased at this very moment
        abort(404)
    return _to(reference)


def _to(reference: str) -> Response:
    return go_to(f"/posteingang/anfragen/{reference}")
