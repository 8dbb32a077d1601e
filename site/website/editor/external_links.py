"""Links to other websites that lead nowhere any more: a hint, which stops nothing."""

from __future__ import annotations

from flask import render_template

from website.editor.blueprint import blueprint, editor_state
from website.editorial import external_links
from website.editorial.external_links import ExternalLinks
from website.staff.access import Action, requires
from website.web.services import services


@blueprint.get("/links/")
@requires(Action.EDIT)
def broken_links() -> str:
    """Show the links that have failed again and again, and where they stand."""
    broken = ExternalLinks(services().leads.database).broken()
    state = editor_state()
    uses = external_links.find(state.texts(state.repository.main)) if broken else {}
    rows = [(link, uses[link.url]) for link in broken if link.url in uses]
    return render_template("editor/external_links.html", rows=rows)
