"""The page of a single lead: message, answers, editable fields, history."""

from flask import render_template, request
from flask_login import current_user

from website.inbox import forms, lead_list, reply
from website.inbox.blueprint import blueprint, lead_or_404
from website.inbox.forms import NoteForm, WorkForm
from website.infra import clock, phones
from website.leads import mail
from website.leads.models import Lead
from website.leads.spam import signals
from website.leads.workflow import LeadWork
from website.staff.access import Action, names, requires
from website.web import params
from website.web.services import services


@blueprint.get("/anfragen/<reference:reference>")
@requires(Action.READ)
def one(reference: str) -> str:
    """Render a lead."""
    return page(lead_or_404(reference))


def page(
    lead: Lead,
    *,
    work: WorkForm | None = None,
    note: NoteForm | None = None,
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
