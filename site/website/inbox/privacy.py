"""Requests by data subjects for access or erasure, and leads whose retention period is over."""

import json

from flask import Response, flash, render_template, request
from flask.typing import ResponseReturnValue

from website import retention_periods
from website.exceptions import ContentError
from website.inbox.blueprint import actor, blueprint, page_number
from website.infra.text import clean_line, counted
from website.leads.data_subjects import report
from website.leads.models import LeadStatus
from website.leads.retention import OWED, DuePage, Purge
from website.ops.backup.rotation import LONGEST
from website.staff.access import Action, fresh, go_to, names, requires
from website.web.services import services
from website.web.templating import absolute


@blueprint.get("/datenschutz/")
@requires(Action.PRIVACY)
def privacy() -> str:
    """Render the search form, and the leads whose retention period is over."""
    return _shown("")


@blueprint.post("/datenschutz/suche")
@requires(Action.PRIVACY)
def find() -> str:
    """Render the data on a person; by POST, so that logs do not contain the address."""
    return _shown(clean_line(request.form.get("adresse", "")))


def _shown(address: str) -> str:
    due, doubt = _due()
    found = services().leads.subjects.find(address) if address else None
    return render_template(
        "inbox/privacy.html",
        due=due,
        doubt=doubt,
        address=address,
        found=found,
        undelivered=bool(
            found and any(one.state in OWED for lead in found.leads for one in lead.deliveries)
        ),
        record=services().leads.store.record(),
        names=names(),
        won=bool(found and any(lead.status is LeadStatus.WON for lead in found.leads)),
    )


@blueprint.post("/datenschutz/auskunft")
@requires(Action.PRIVACY)
@fresh()
def tell() -> Response:
    """Return the data on a person as HTML or JSON (Art. 15 and 20 DSGVO)."""
    address = clean_line(request.form.get("adresse", ""))
    subjects = services().leads.subjects
    data = subjects.export(address, subjects.find(address), actor=actor())
    if request.form.get("art") == "json":
        text = json.dumps(data, ensure_ascii=False, indent=2)
        return _file(text, "auskunft.json", "application/json")
    privacy_page = absolute(services().library.addresses.page("datenschutz"))
    return _file(report(data, privacy_page=privacy_page), "auskunft.html", "text/html")


@blueprint.post("/datenschutz/loeschen")
@requires(Action.PRIVACY)
@fresh()
def erase() -> ResponseReturnValue:
    """Erase all leads that were sent by a person, if the checkbox is ticked."""
    address = clean_line(request.form.get("adresse", ""))
    if request.form.get("sicher") != "ja":
        flash("Es wurde nichts gelöscht. Bestätigen Sie das Löschen mit dem Häkchen.", "problem")
        return _shown(address), 422
    subjects = services().leads.subjects
    deleted = subjects.erase(subjects.find(address), actor=actor())
    if not deleted.leads:
        flash("Dazu ist nichts mehr gespeichert.")
        return go_to("inbox.privacy")
    erased = counted(deleted.leads, "Anfrage ist", "Anfragen sind")
    flash(
        f"{erased} endgültig gelöscht. Sicherungskopien enthalten das Gelöschte noch, bis sie nach "
        f"{LONGEST.days} Tagen gelöscht werden. Löschen Sie auch versandte E-Mails, "
        "heruntergeladene Dateien und was anderswo abgelegt ist."
    )
    return go_to("inbox.privacy")


def _due() -> tuple[DuePage | None, str]:
    """Return a page of leads whose period is over, or the reason why none are deleted."""
    try:
        retention = retention_periods.retention(services().library)
    except ContentError as error:
        return None, str(error)
    purge = Purge(services().leads.database, retention, services().settings.mails)
    return purge.page(page_number()), ""


def _file(text: str, name: str, media_type: str) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype=media_type, headers=disposition)
