"""The page of a single lead (message, answers, editable fields, history), and its actions.

The page is one form: every button saves all input. If something is invalid or conflicts with
another user's change, nothing is saved and the page is rendered again with all input.
"""

from dataclasses import replace
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug import Response

from website.exceptions import EditConflict
from website.inbox import forms, lead_list, reply
from website.inbox.blueprint import actor, blueprint, lead_or_404
from website.infra import clock, phones
from website.leads import mail
from website.leads.deliveries import DeliveryFilter
from website.leads.models import Lead
from website.leads.spam import signals
from website.leads.workflow import LeadEntry, LeadWork
from website.staff.access import Action, may, names, requires
from website.web import params
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


@blueprint.get("/anfragen/<reference:reference>")
@requires(Action.READ)
def one(reference: str) -> str:
    """Render a lead."""
    return page(lead_or_404(reference))


def page(
    lead: Lead,
    *,
    work: forms.WorkForm | None = None,
    note: forms.NoteForm | None = None,
    theirs: Lead | None = None,
    mine: LeadWork | None = None,
) -> str:
    """Render the page of a lead, with invalid forms if given.

    :param theirs: the lead as another user has changed it meanwhile.
    :param mine: the fields that would be saved if the form is sent again.
    """
    known = names()
    german = services().german
    edition = german.editions.get(lead.language, german)
    form = (work or forms.work_form(lead)).with_owners(lead_list.owners(), known, lead.owner_id)
    return render_template(
        "inbox/lead.html",
        lead=lead,
        answers=[
            (asked.heading, asked.display(text), mail.link(asked.kind, text))
            for asked, text in services().leads.questionnaire().answered(lead.every_answer)
            if asked.name != "message"
        ],
        queue=lead_list.queue_of(request.args, lead.reference),
        views=lead_list.views(current_user.id),
        query=params.query(request.args, forms.FILTERS, seite=request.args.get("seite", "")),
        follow_ups=[
            (step, label, forms.follow_up_day(step, clock.today()))
            for step, (label, _) in forms.FOLLOW_UPS.items()
        ],
        reasons=[(points, signals.in_words(name)) for name, points in lead.spam_reasons],
        events=[e for e in services().leads.store.events(lead) if e.action != "note"],
        alike=services().leads.store.alike(lead),
        source_title=german.title_at(lead.source or ""),
        draft_language="" if edition.is_german else edition.language.tag,
        reply=reply.link(lead, edition.language),
        drafts=reply.drafts(lead, edition, sender=current_user.name),
        dial=phones.link(lead.answer("phone")),
        callback=services().leads.questionnaire().callback(lead.every_answer),
        work=form,
        note=note or forms.NoteForm(),
        theirs=theirs,
        mine=mine,
        names=known,
        late=lead_list.late(),
        now=clock.now(),
    )


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
