"""Requests that are suspected: why, and letting them through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, render_template, request

from website.inbox.blueprint import actor, blueprint, page_number
from website.infra import clock
from website.leads.spam import signals
from website.leads.worklist import Wanted
from website.staff.access import Action, go_to, requires
from website.web import params
from website.web.services import services

if TYPE_CHECKING:
    from werkzeug import Response


@blueprint.get("/quarantaene/")
@requires(Action.RELEASE)
def quarantine() -> str:
    """Show them, the newest first, each with its reasons."""
    page = services().leads.worklist.page(Wanted(quarantined=True), number=page_number())
    reasons = {
        lead.id: [signals.in_words(name) for name, points in lead.spam_reasons if points > 0]
        for lead in page.leads
    }
    return render_template("inbox/quarantine.html", page=page, reasons=reasons, now=clock.now())


@blueprint.post("/quarantaene/freigeben")
@requires(Action.RELEASE)
def release_several() -> Response:
    """Let through those that were ticked."""
    chosen = params.references(request.form.getlist("nummer"))
    count = sum(services().leads.quarantine.release(number, actor=actor()) for number in chosen)
    if count:
        flash(f"{count} freigegeben. Was zurückgehalten war, wird jetzt zugestellt.")
    else:
        flash("Bitte wählen Sie zuerst Anfragen aus.", "problem")
    return go_to("inbox.quarantine")
