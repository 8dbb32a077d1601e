"""The history of a file: its versions, their diffs, and restoring one."""

import itertools

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from website.editor.blueprint import actor, blueprint, editor_state, go_to_page_of, msg, page_of
from website.editor.text_forms import seen_version, stored_or_404
from website.editor.text_list import title_for_editors
from website.editorial.repository import Version
from website.exceptions import CopyConflict
from website.staff.access import names


@blueprint.get("/texte/<file:file>/verlauf")
def history(file: str) -> str:
    """Show the official versions of a file, and its audit trail."""
    state = editor_state()
    now = stored_or_404(file)
    return render_template(
        "editor/history.html",
        now=now,
        title=title_for_editors(now.file, now.data),
        versions=state.repository.history(file) if now.official is not None else [],
        events=state.trail.of(file),
        names=names(),
    )


@blueprint.get("/texte/<file:file>/verlauf/<commit>")
def version(file: str, commit: str) -> str:
    """Show the changes of a version, and the diff to the current file."""
    chosen, before = _version_or_404(file, commit)
    data = _read(file, chosen) or b""
    old = (_read(file, before) if before else None) or b""
    now, repository = stored_or_404(file), editor_state().repository
    return render_template(
        "editor/version.html",
        now=now,
        title=title_for_editors(now.file, now.data),
        chosen=chosen,
        is_first=before is None,
        changed=repository.diff(old, data),
        since=repository.diff(now.data, data),
        is_current=data == now.data,
    )


@blueprint.post("/texte/<file:file>/verlauf/<commit>")
def restore(file: str, commit: str) -> ResponseReturnValue:
    """Save an earlier version as the working copy."""
    now, copies = stored_or_404(file), editor_state().copies
    data = _read(file, _version_or_404(file, commit)[0])
    if data is None:
        abort(404)
    try:
        copies.save(file, seen_version(), data, actor(), official=now.official, commit=now.commit)
    except CopyConflict:
        flash(msg("history.changed"), "problem")
        return redirect(f"{page_of(file)}/verlauf/{commit}", 303)
    flash("Die frühere Fassung ist jetzt Ihr Entwurf. Öffentlich ist sie noch nicht.")
    return go_to_page_of(file)


def _version_or_404(file: str, commit: str) -> tuple[Version, Version | None]:
    """Return an official version of a file, and the one before it."""
    versions = editor_state().repository.history(file)
    pairs = itertools.zip_longest(versions, versions[1:])
    return next((pair for pair in pairs if pair[0].commit == commit), None) or abort(404)


def _read(file: str, version: Version) -> bytes | None:
    return editor_state().repository.read(version.commit, version.path or file)
