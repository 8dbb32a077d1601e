"""Export of leads as a file for Excel or other programs."""

import tempfile
from typing import BinaryIO

from flask import flash, render_template, request, send_file
from flask.typing import ResponseReturnValue

from website.inbox import forms, lead_list
from website.inbox.blueprint import actor, blueprint
from website.infra import clock
from website.leads import exporting
from website.staff.access import Action, fresh, names, requires
from website.web.services import services

IN_MEMORY = 4 * 1024 * 1024
"""Bytes; larger files are written to disk until they are sent."""


@blueprint.get("/export/")
@requires(Action.EXPORT)
def export() -> str:
    """Render the form for an export."""
    return render_template(
        "inbox/export.html",
        args=request.values,
        filters=forms.filters_in(request.values),
        choices=lead_list.choices(names()),
        kinds=[(kind.name, kind.label) for kind in exporting.KINDS.values()],
    )


@blueprint.post("/export/")
@requires(Action.EXPORT)
@fresh()
def download() -> ResponseReturnValue:
    """Return the file, and record the export in the audit trail."""
    kind = exporting.KINDS.get(request.form.get("art", ""))
    problem = forms.day_problem(request.form)
    if kind is None or problem:
        flash(problem or "Wählen Sie ein Format.", "problem")
        return export(), 422
    file: BinaryIO = tempfile.SpooledTemporaryFile(IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115 - closed with the response
    count = exporting.write(
        kind,
        services().leads.store.every(forms.wanted_of(request.form)),
        names(),
        services().leads.questionnaire(),
        file,
    )
    services().leads.workflow.exported(count, actor=actor())
    file.seek(0)
    name = f"anfragen-{clock.now().astimezone(clock.GERMANY):%Y-%m-%d-%H%M}{kind.suffix}"
    return send_file(file, kind.media_type, as_attachment=True, download_name=name)
