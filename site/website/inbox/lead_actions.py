"""The actions on a single lead.

The page is one form: every button saves all input. If something is invalid or conflicts with
another user's change, nothing is saved and the page is rendered again with all input.
"""

from dataclasses import replace
from typing import NamedTuple

from flask import abort, flash, redirect, request
from flask_login import current_user
from werkzeug import Response

from website.exceptions import EditConflict
from website.inbox import forms, lead_list
from website.inbox.blueprint import actor, blueprint, lead_or_404
from website.inbox.lead_page import page
from website.infra import clock
from website.leads.deliveries import DeliveryFilter
from website.leads.workflow import LeadEntry, LeadWork
from website.staff.access import Action, may, names, requires
from website.web.services import services

ALSO_SAVED = "Ihre übrigen Eingaben sind gespeichert."


class _Step(NamedTuple):
    """A button of the form of a lead."""

    message: str
    fields: frozenset[str] = frozenset()
    """The fields to which the message refers."""


_SAVE = _Step("Gespeichert.")
_NEXT = _Step("Gespeichert.", frozenset({"next"}))
_FOLLOW_UP = _Step("Wiedervorlage gesetzt.", frozenset({"follow_up_on"}))
_STATUS = frozenset({"status", "lost_reason"})
_STEPS = {
    "naechste": _NEXT,
    "uebernehmen": _Step("Sie sind jetzt zuständig.", frozenset({"owner_id"})),
    **dict.fromkeys(forms.FOLLOW_UPS, _FOLLOW_UP),
    "erledigt": _FOLLOW_UP._replace(message="Wiedervorlage erledigt."),
    "gewonnen": _Step("Als gewonnen markiert.", _STATUS),
    "verloren": _Step("Als verloren markiert.", _STATUS),
}
"""Buttons by the query parameter of their form action."""


@blueprint.post("/anfragen/<reference:reference>/stand")
@requires(Action.CHANGE)
def save(reference: str) -> Response:
    """Save all input, and redirect to the lead or the next one."""
    following = lead_list.queue_of(request.args, reference)
    step = _STEPS.get(request.args.get("schritt", ""), _SAVE)
    saved = _save(reference, needs_work=True)
    if step is _NEXT:
        return _go_on(following)
    return _done(reference, step.message, saved - step.fields if step.fields else frozenset())


@blueprint.post("/anfragen/<reference:reference>/notiz")
@requires(Action.CHANGE)
def note(reference: str) -> Response:
    """Add a note."""
    saved = _save(reference, needs_note=True)
    message = "Notiz gespeichert." if "note" in saved else "Diese Notiz ist schon gespeichert."
    return _done(reference, message, saved - {"note"})


@blueprint.post("/anfragen/<reference:reference>/beantwortet")
@requires(Action.CHANGE)
def answered(reference: str) -> Response:
    """Mark a lead as answered; the current user becomes the owner of one without."""
    saved = _save(reference, answered=True)
    message = "Als beantwortet markiert."
    if "answered" not in saved:
        message = "Die Anfrage war schon als beantwortet markiert."
    return _done(reference, message, saved - {"answered"})


@blueprint.post("/anfragen/<reference:reference>/nicht-beantwortet")
@requires(Action.CHANGE)
def not_answered(reference: str) -> Response:
    """Mark a lead as not answered."""
    saved = _save(reference, answered=False)
    return _done(reference, "Als unbeantwortet markiert.", saved - {"answered"})


@blueprint.post("/anfragen/<reference:reference>/zustellen")
@requires(Action.SEND_AGAIN)
def send_again(reference: str) -> Response:
    """Queue sent and dead deliveries again."""
    saved = _save(reference)
    count = services().leads.deliveries.send_again(
        DeliveryFilter(references=(reference,)), actor=actor()
    )
    return _done(reference, _sent_again(count), saved)


@blueprint.post("/anfragen/<reference:reference>/freigeben")
@requires(Action.RELEASE)
def release(reference: str) -> Response:
    """Release the lead from quarantine."""
    saved = _save(reference)
    if not services().leads.workflow.release(reference, actor=actor()):
        return _done(reference, "Die Anfrage war schon freigegeben.", saved)
    return _done(reference, "Freigegeben. Was zurückgehalten war, wird jetzt zugestellt.", saved)


def _save(
    reference: str,
    *,
    needs_work: bool = False,
    needs_note: bool = False,
    answered: bool | None = None,
) -> frozenset[str]:
    """Save all input in one transaction, or abort with the page to show again.

    :returns: the names of the changed fields.
    """
    lead = lead_or_404(reference)
    if not may(Action.CHANGE):
        return frozenset()
    step = request.args.get("schritt", "")
    sent = forms.pressed(request.form, step, account=current_user.id, today=clock.today())
    work = None
    if needs_work or "version" in sent:
        work = forms.WorkForm(sent).with_owners(lead_list.owners(), names(), lead.owner_id)
    note = forms.NoteForm(sent)
    # Both are checked, so that all messages are there at once.
    if not all([work is None or work.validate(), note.is_valid(needed=needs_note)]):
        abort(Response(page(lead, work=work, note=note), 422, mimetype="text/html"))
    entry = LeadEntry(note=note.text.data or "", answered=answered, answered_by=current_user.id)
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
        again = page(lead_or_404(reference), work=shown, note=note, theirs=theirs, mine=mine)
        abort(Response(again, 409, mimetype="text/html"))


def _sent_again(count: int) -> str:
    if not count:
        return "Es gibt nichts zuzustellen."
    if count == 1:
        return "1 Zustellung läuft noch einmal."
    return f"{count} Zustellungen laufen noch einmal."


def _done(reference: str, message: str, also: frozenset[str] = frozenset()) -> Response:
    """Flash a message, and redirect to the lead.

    :param also: changed fields to which the message does not refer.
    """
    flash(f"{message} {ALSO_SAVED}" if also else message)
    return redirect(lead_list.lead_address(request.args, reference), 303)


def _go_on(following: lead_list.Queue) -> Response:
    """Flash a message, and redirect to the next lead, or to the list after the last one."""
    if following.next_address:
        flash("Gespeichert. Das ist die nächste Anfrage.")
        return redirect(following.next_address, 303)
    flash("Gespeichert. In dieser Liste folgt keine weitere Anfrage.")
    return redirect(following.list_address, 303)
