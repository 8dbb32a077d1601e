"""The page of external links: broken and moved ones, and the texts that contain them."""

from collections.abc import Iterable

from flask import abort, flash, render_template
from flask.typing import ResponseReturnValue

from website.editor.blueprint import blueprint, editor_state, msg
from website.editor.text_list import called
from website.editorial.external_links import ExternalLink
from website.infra import clock
from website.ops.monitoring import jobs
from website.staff import access
from website.staff.access import Action, go_to
from website.web.services import services


@blueprint.get("/links/")
def external_links() -> str:
    """Show broken and moved links."""
    links = editor_state().external_links.all()
    checked = [link.checked_at for link in links if link.checked_at]
    return render_template(
        "editor/links.html",
        count=len(links),
        broken=_rows(link for link in links if link.is_broken),
        doubtful=_rows(link for link in links if link.failing_since and not link.is_broken),
        moved=_rows(link for link in links if link.moved_to and not link.failing_since),
        waiting=sum(link.asked_at is not None for link in links),
        unchecked=sum(link.checked_at is None for link in links),
        last=max(checked, default=None),
        can_replace=access.may(Action.PUBLISH),
    )


@blueprint.post("/links/pruefen")
def check_links() -> ResponseReturnValue:
    """Request a check of all links by the worker, including those of new texts."""
    editor_state().external_links.ask(clock.now())
    return _asked("Alle Links werden jetzt geprüft. Das dauert einige Minuten.")


@blueprint.post("/links/<row:number>/pruefen")
def check_link(number: int) -> ResponseReturnValue:
    """Request a check of one link by the worker."""
    if not editor_state().external_links.ask(clock.now(), number):
        abort(404)
    return _asked("Der Link wird jetzt geprüft. Laden Sie die Seite gleich neu.")


def _asked(message: str) -> ResponseReturnValue:
    if jobs.run_now(services().leads.database, jobs.LINKS):
        flash(message)
    else:
        flash(msg("links.idle"), "problem")
    return go_to("editor.external_links")


def _rows(links: Iterable[ExternalLink]) -> list[tuple[ExternalLink, list[tuple[str, str]]]]:
    """Return links with file and title of the texts that contain them."""
    library, found = editor_state().site.library, []
    for link in links:
        items = [item for file in link.texts if (item := library.item_in(file))]
        found.append((link, [(item.text.content_file, called(item)) for item in items]))
    return found
