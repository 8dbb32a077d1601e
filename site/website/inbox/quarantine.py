"""Leads in quarantine: reasons, release, deletion."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from website.inbox.blueprint import actor, blueprint, chosen_leads, page_number
from website.infra import clock
from website.infra.text import counted
from website.leads.spam import signals
from website.leads.store import Wanted
from website.staff.access import Action, go_to, requires
from website.web import params
from website.web.services import services

_TOO_LATE = "Das ist schon freigegeben oder gelöscht."


@blueprint.get("/quarantaene/")
@requires(Action.RELEASE)
def quarantine() -> str:
    """Render a page of quarantined leads with reasons, newest first."""
    page = services().leads.store.page(Wanted(quarantined=True), number=page_number())
    reasons = {
        lead.id: [signals.in_words(name) for name, points in lead.spam_reasons if points > 0]
        for lead in page.leads
    }
    return render_template(
        "inbox/quarantine.html", page=page, reasons=reasons, now=clock.now(), chosen=chosen_leads()
    )


@blueprint.post("/quarantaene/freigeben")
@requires(Action.RELEASE)
def release_several() -> Response:
    """Release the selected leads."""
    chosen = chosen_leads()
    count = sum(services().leads.workflow.release(number, actor=actor()) for number in chosen)
    if count:
        flash(f"{count} freigegeben. Was zurückgehalten war, wird jetzt zugestellt.")
    elif chosen:
        flash(_TOO_LATE)
    else:
        flash("Bitte wählen Sie zuerst Anfragen aus.", "problem")
    return go_to("inbox.quarantine", seite=request.args.get("seite"))


@blueprint.post("/quarantaene/loeschen")
@requires(Action.RELEASE)
def delete_spam() -> ResponseReturnValue:
    """Ask whether to erase a single lead or the selected ones, and erase them once confirmed."""
    one = request.form.get("nur", "")
    chosen = params.references([one]) if one else chosen_leads()
    if not chosen:
        flash("Bitte wählen Sie zuerst Anfragen aus.", "problem")
        return quarantine(), 422
    if request.form.get("sicher") != "ja":
        leads = filter(None, map(services().leads.workflow.open, chosen))
        if suspected := [lead for lead in leads if lead.quarantined]:
            return render_template("inbox/delete.html", leads=suspected)
    count = services().leads.subjects.erase_suspected(chosen, actor=actor())
    flash(f"{counted(count, 'Anfrage', 'Anfragen')} gelöscht." if count else _TOO_LATE)
    return go_to("inbox.quarantine", seite=request.args.get("seite"))
