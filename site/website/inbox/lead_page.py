"""One request, with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from website.inbox import forms, reply, words
from website.inbox.blueprint import blueprint, lead_or_404, names
from website.inbox.lead_list import owners
from website.inbox.today import late
from website.infra import clock
from website.leads.spam import signals
from website.staff.access import Action, requires
from website.web.services import services

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from website.inbox.forms import NoteForm, WorkForm
    from website.leads.models import Lead
    from website.leads.workflow import LeadWork


@dataclass(frozen=True)
class HistoryEntry:
    """One line of a request's history, or a note."""

    at: datetime.datetime
    who: str
    what: str
    note: str = ""


@blueprint.get("/anfragen/<reference:reference>")
@requires(Action.READ)
def one(reference: str) -> str:
    """Show it."""
    return page(lead_or_404(reference))


def page(
    lead: Lead,
    *,
    work: WorkForm | None = None,
    note: NoteForm | None = None,
    theirs: Lead | None = None,
    mine: LeadWork | None = None,
) -> str:
    """Make the page, with forms that were not taken if there are any.

    :param theirs: the request as somebody else has changed it meanwhile.
    :param mine: what the work on it becomes if the form is sent again.
    """
    known = names()
    form = (work or forms.work_form(lead)).with_owners(owners(), known, lead.owner_id)
    return render_template(
        "inbox/one.html",
        lead=lead,
        answers=[
            (asked.heading, asked.display(text))
            for asked, text in services().leads.questionnaire().answered(lead.every_answer)
        ],
        reasons=[(points, signals.in_words(name)) for name, points in lead.spam_reasons],
        history=history(lead, known),
        alike=services().leads.worklist.alike(lead),
        source_title=services().library.title_at(lead.source or ""),
        reply=reply.link(lead),
        work=form,
        note=note or forms.NoteForm(),
        theirs=theirs,
        mine=mine,
        names=known,
        late=late(),
        now=clock.now(),
    )


def history(lead: Lead, known: Mapping[int, str]) -> list[HistoryEntry]:
    """Join audit trail and notes, newest first; a note stands for its line of the trail."""
    entries = [
        HistoryEntry(event.at, words.who(event.actor, known), words.event(event, known))
        for event in services().leads.store.events(lead)
        if event.action != "note"
    ]
    notes = [
        HistoryEntry(note.at, words.who(note.author, known), "hat notiert", note.text)
        for note in lead.notes
    ]
    return sorted([*entries, *notes], key=lambda entry: entry.at, reverse=True)
