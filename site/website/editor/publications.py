"""What went live, when and by whom; what is on its way; and how it is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, render_template, request
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from website.editor import steps
from website.editor.blueprint import blueprint, editor_state
from website.editor.text_list import STATES as TEXT_STATES
from website.editor.text_list import all_rows
from website.editorial import status as editorial_status
from website.editorial.publication_steps import NAMES
from website.editorial.publications import PublicationKind, PublicationState
from website.exceptions import RepositoryError
from website.infra import clock
from website.staff.access import Action, go_to, requires
from website.web.services import services

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from website.editorial.publications import Publication

SHOWN = 50

STATES = {
    PublicationState.WAITING: "wartet",
    PublicationState.RUNNING: "läuft",
    PublicationState.DONE: "veröffentlicht",
    PublicationState.UNCONFIRMED: "unbestätigt",
    PublicationState.REFUSED: "abgelehnt",
    PublicationState.CONFLICT: "zu klären",
    PublicationState.FAILED: "fehlgeschlagen",
}
KINDS = {
    PublicationKind.PUBLISH: "Text",
    PublicationKind.ROLLBACK: "Rücknahme",
    PublicationKind.PUSH: "Technik",
    PublicationKind.CHECKOUT: "Technik",
    PublicationKind.REFRESH: "Seiten neu erzeugt",
}


@blueprint.get("/veroeffentlichungen/")
@requires(Action.EDIT)
def publications() -> str:
    """Show what is live and what is not yet; then the last publications, the newest first."""
    state, now = editor_state(), clock.now()
    if not state.workspace.exists:
        state.workspace.open()
    status = editorial_status.read(
        state.workspace, state.publications, services().settings.content_remote
    )
    planned = {row.id for row in status.waiting if row.due_at > now}
    is_idle = len(planned) == len(status.waiting)
    return render_template(
        "editor/publications.html",
        rows=state.publications.newest(SHOWN),
        status=status,
        planned=planned,
        is_confirmed=status.last and status.last.state == PublicationState.DONE,
        is_behind=status.last and status.live != status.main and is_idle,
        written=[row for row in all_rows() if row.copy],
        text_states=dict(TEXT_STATES),
        states=STATES,
        kinds=KINDS,
    )


@blueprint.get("/veroeffentlichungen/<row:number>")
@requires(Action.EDIT)
def publication(number: int) -> str:
    """Show how far a publication is, step by step."""
    found = _publication_or_404(number)
    is_part = bool(request.args.get("nur"))
    return render_template(
        "editor/components/progress.html" if is_part else "editor/publication.html",
        found=found,
        is_over=PublicationState(found.state).is_over,
        is_live=PublicationState(found.state).is_live,
        can_be_taken_back=PublicationState(found.state).is_live
        and found.result not in {"", found.base},
        states=STATES,
        kinds=KINDS,
        step_names=NAMES,
    )


@blueprint.post("/veroeffentlichungen/<row:number>/zuruecknehmen")
@requires(Action.PUBLISH)
def take_back(number: int) -> ResponseReturnValue:
    """Ask for a publication to be taken back, and nothing that came later."""
    _publication_or_404(number)
    author = steps.person(current_user.id)
    try:
        asked = editor_state().requests.rollback(author, clock.now(), number=number)
    except RepositoryError:
        flash(
            "Das lässt sich nicht zurücknehmen: Spätere Änderungen bauen darauf auf, oder es ist "
            "schon zurückgenommen.",
            "problem",
        )
        return go_to("editor.publication", number=number)
    return go_to("editor.publication", number=asked)


def _publication_or_404(number: int) -> Publication:
    try:
        return editor_state().publications.get(number)
    except NoResultFound:
        abort(404)
