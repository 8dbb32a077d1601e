"""The pages of publications: what is live or pending, progress, and reverting."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from website.content import kinds
from website.content.files import RIGHTS
from website.content.models import TEXT
from website.content.problems import Problem
from website.editor import workflow
from website.editor.blueprint import (
    WORDS,
    actor,
    blueprint,
    editor_state,
    is_editable,
    msg,
    page_of,
)
from website.editor.data_fields import title_of
from website.editor.text_forms import form_of, stored
from website.editor.text_list import all_rows, called, public_address, title_for_editors
from website.editor.typed_text import TextForm, finding_of
from website.editorial import image_library
from website.editorial.publication_requests import EditorialStatus
from website.editorial.publications import Publication, PublicationState
from website.editorial.repository import Change
from website.exceptions import RepositoryError
from website.infra import clock
from website.staff.access import Action, go_to, requires, staff_url
from website.web.services import services

SHOWN = 50


@blueprint.get("/veroeffentlichungen/")
def publications() -> str:
    """Show the state of the site, and the latest publications."""
    state, now = editor_state(), clock.now()
    if not state.workspace.exists:
        state.workspace.open()
    status = EditorialStatus(
        state.workspace, state.publications, services().settings.content_remote
    )
    planned = {row.id for row in status.waiting if row.due_at > now}
    is_idle = len(planned) == len(status.waiting)
    rows = state.publications.newest(SHOWN)
    return render_template(
        "editor/publications.html",
        rows=rows,
        status=status,
        planned=planned,
        is_confirmed=status.last and status.last.state == PublicationState.DONE,
        is_behind=status.last and status.live != status.main and is_idle,
        written=[row for row in all_rows() if row.copy],
        kinds=_kinds(rows if status.last is None else [status.last, *rows]),
    )


@blueprint.get("/veroeffentlichungen/<row:number>")
def publication(number: int) -> str:
    """Show the progress of a publication."""
    found = _publication_or_404(number)
    is_part = bool(request.args.get("nur"))
    return render_template(
        "editor/components/progress.html" if is_part else "editor/publication.html",
        found=found,
        kind="" if is_part else _kinds([found])[found.id],
        reasons=[_reason(found, **each) for each in found.reasons],
        changed=_changed_files(found),
        reversal=editor_state().requests.reversal_of(found) if found.can_be_taken_back else None,
    )


@blueprint.post("/veroeffentlichungen/<row:number>/zuruecknehmen")
@requires(Action.PUBLISH)
def take_back(number: int) -> ResponseReturnValue:
    """Request the reversal of a publication; later ones stay, and new texts become drafts."""
    found = _publication_or_404(number)
    author = workflow.person(current_user.id)
    try:
        asked = editor_state().requests.rollback(author, clock.now(), number=number)
    except RepositoryError:
        flash(msg("publications.irreversible"), "problem")
        return go_to("editor.publication", number=number)
    for title in _kept_as_drafts(found):
        flash(f"„{title}“ ist wieder ein Entwurf und steht unter „Texte“.")
    return go_to("editor.publication", number=asked)


def _kept_as_drafts(found: Publication) -> Iterator[str]:
    """Keep the texts that a publication has added as working copies, and yield their titles."""
    state = editor_state()
    for change in state.repository.changes(found.base, found.result):
        commit, data = state.official(change.path)
        is_new = change.status == "A" and kinds.of_content_file(change.path)
        if data and is_new and state.copies.get(change.path) is None:
            state.copies.save(change.path, 0, data, actor(), official=None, commit=commit)
            yield title_for_editors(change.path, data)


@dataclass(frozen=True)
class ChangedFile:
    """A file changed by a publication, with links to it."""

    title: str
    address: str
    """URL of its page in the editor; empty if there is none."""
    live: str
    """Address of its public page; empty if there is none."""
    is_deleted: bool


@dataclass(frozen=True)
class Reason:
    """An error for which a publication was refused."""

    title: str
    """Of the text or the file."""
    place: str
    """In its form."""
    address: str
    """URL of the place; empty if there is no page."""
    message: str
    author: str


def _reason(row: Publication, path: str, line: int, message: str, author: str) -> Reason:
    """Return a stored reason in the words of the form."""
    state = editor_state()
    file, place, anchor = path.removeprefix(state.site.library.label("")), f"Zeile {line}", "#text"
    if row.kind in WORDS["publication_kinds"] or not is_editable(file):
        return Reason(path, place, "", message, author)
    data = state.official(file, row.source)[1] or b""
    if isinstance(form := form_of(file, data), TextForm):
        found = finding_of(form, state.site.with_text(file, data), Problem(path, line, message))
        place = form.labels.get(found.field) or f"Zeile {found.line or line}"
        message, anchor = found.problem.message, f"#{found.field or 'text'}"
    address = page_of(file) + anchor if stored(file) else ""
    return Reason(title_for_editors(file, data), place, address, message, author)


def _kinds(rows: Iterable[Publication]) -> dict[int, str]:
    """Return a German word for what each publication changes, by its number."""
    changes = editor_state().repository.changes_of(filter(None, map(_commit, rows)))
    return {
        row.id: WORDS["publication_kinds"].get(row.kind) or _kind_of(changes.get(_commit(row), ()))
        for row in rows
    }


def _commit(row: Publication) -> str:
    return row.result or row.source


def _kind_of(changes: Sequence[Change]) -> str:
    paths = [change.path for change in changes]
    texts = sum(path.endswith(TEXT) for path in paths)
    if texts > 1:
        return "Texte"
    if not texts and any(
        posixpath.basename(path) == RIGHTS or image_library.is_image(path) for path in paths
    ):
        return "Bild"
    if not texts and any(map(title_of, paths)):
        return "Angaben"
    return "Text"


def _changed_files(row: Publication) -> list[ChangedFile]:
    """Return the files changed by a publication, except for lists kept by the website."""
    repository = editor_state().repository
    if row.base and row.result not in {"", row.base}:
        changes: Iterable[Change] = repository.changes(row.base, row.result)
    else:
        changes = repository.changes_of(filter(None, [row.source])).get(row.source, ())
    return [found for change in changes if (found := _changed_file(change, row))]


def _changed_file(change: Change, row: Publication) -> ChangedFile | None:
    path, is_deleted = change.path, change.status == "D"
    state = editor_state()
    library = state.site.library
    if title := title_of(path):
        return ChangedFile(title, page_of(path), "", is_deleted)
    if image_library.is_image(path):
        address = "" if is_deleted else staff_url("editor.image_page", name=path)
        return ChangedFile(posixpath.basename(path), address, "", is_deleted)
    if kinds.of_content_file(path) is None:
        return None
    item = library.item_in(path)
    live = public_address(item) if item else ""
    data = state.official(path, row.base if is_deleted else _commit(row))[1]
    title = called(item) if item else title_for_editors(path, data or b"")
    is_editable = state.official(path)[1] is not None or state.copies.get(path) is not None
    return ChangedFile(title, page_of(path) if is_editable else "", live, is_deleted)


def _publication_or_404(number: int) -> Publication:
    try:
        return editor_state().publications.get(number)
    except NoResultFound:
        abort(404)
