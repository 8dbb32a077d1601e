"""The page to find and replace words in all official texts, in one commit."""

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from website.editor import workflow
from website.editor.blueprint import blueprint, editor_state
from website.editor.text_forms import known_commit
from website.editor.workflow import LONGEST_REASON
from website.editorial import replacements
from website.editorial.replacements import Query
from website.editorial.repository import Message
from website.editorial.workflow import SHORTEST_REASON
from website.exceptions import AuthoringError
from website.infra.text import counted
from website.staff.access import Action, go_to, requires
from website.web import params

SHOWN = 500
"""Maximum number of hits on the page."""


@blueprint.get("/ersetzen/")
@requires(Action.PUBLISH)
def replacing() -> str:
    """Show all hits with checkboxes."""
    query = _query(request.args)
    is_empty = "suche" in request.args and not query.words
    problem = "Geben Sie ein, was Sie suchen." if is_empty else ""
    return _page(query, editor_state().repository.main, problem=problem)


@blueprint.post("/ersetzen/")
@requires(Action.PUBLISH)
def replace() -> ResponseReturnValue:
    """Request the replacement of the chosen hits."""
    query = _query(request.form)
    commit = known_commit() or abort(400)
    chosen = set(request.form.getlist("treffer"))
    reason = params.line(request.form.get("grund", ""), longest=LONGEST_REASON)
    if not chosen:
        return _page(query, commit, problem="Wählen Sie mindestens einen Treffer."), 422
    if len(reason) < SHORTEST_REASON:
        problem = "Nennen Sie einen Grund: Niemand gibt diese Änderung frei außer Ihnen."
        return _page(query, commit, chosen, problem=problem), 422
    try:
        changes = replacements.replace(editor_state().texts(commit), query, chosen)
    except AuthoringError as error:
        return _page(query, commit, chosen, problem=str(error)), 422
    subject = f"„{query.words}“ ersetzt durch „{query.replacement}“"
    message = Message(subject, trailers=(("Approved-alone-because", reason),))
    detail = f"{subject}: {reason}"
    number = workflow.publish_changes(dict(changes), commit, message, "replace", changes, detail)
    files = counted(len(changes), "Datei", "Dateien")
    flash(f"Ersetzt in {files}. „Zurücknehmen“ macht alles zusammen rückgängig.")
    return go_to("editor.publication", number=number)


def _query(sent: MultiDict[str, str]) -> Query:
    return Query(
        params.line(sent.get("suche", "")),
        params.line(sent.get("durch", "")),
        match_case="gross" in sent,
        whole_words="ganz" in sent,
    )


def _page(query: Query, commit: str, chosen: set[str] | None = None, *, problem: str = "") -> str:
    hits = replacements.find(editor_state().texts(commit), query)
    return render_template(
        "editor/replacements.html",
        query=query,
        commit=commit,
        hits=hits[:SHOWN],
        left_out=max(len(hits) - SHOWN, 0),
        files=len({hit.file for hit in hits}),
        chosen={hit.id for hit in hits} if chosen is None else chosen,
        problem=problem,
    )
