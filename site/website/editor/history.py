"""The versions of a text: who changed what and when, the difference in lines, and the way back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.editor.blueprint import (
    blueprint,
    editor_state,
    go_to_page_of,
    page_of,
)
from website.editor.text_forms import seen_version, stored_or_404
from website.exceptions import CopyConflict
from website.infra import clock
from website.staff.access import Action, names, requires

CHANGED_MEANWHILE = (
    "Jemand hat den Text gerade geändert. Sehen Sie sich den Unterschied noch einmal an."
)


@blueprint.get("/texte/<file:file>/verlauf")
@requires(Action.EDIT)
def history(file: str) -> str:
    """Show the official versions of a text, and what was done with its working copy."""
    state = editor_state()
    now = stored_or_404(file)
    return render_template(
        "editor/history.html",
        now=now,
        versions=state.repository.history(file) if now.official is not None else [],
        events=state.trail.of(file),
        names=names(),
    )


@blueprint.get("/texte/<file:file>/verlauf/<commit>")
@requires(Action.EDIT)
def version(file: str, commit: str) -> str:
    """Show what a version changed, and how the text of today differs from it."""
    repository = editor_state().repository
    versions = repository.history(file)
    place = next((at for at, each in enumerate(versions) if each.commit == commit), None)
    if place is None:
        abort(404)
    chosen = versions[place]
    before = versions[place + 1] if place + 1 < len(versions) else None
    data = repository.read(chosen.commit, chosen.path or file) or b""
    old = repository.read(before.commit, before.path or file) or b"" if before else b""
    now = stored_or_404(file)
    return render_template(
        "editor/version.html",
        now=now,
        chosen=chosen,
        is_first=before is None,
        changed=repository.diff(old, data),
        since=repository.diff(now.data, data),
        is_current=data == now.data,
    )


@blueprint.post("/texte/<file:file>/verlauf/<commit>")
@requires(Action.EDIT)
def restore(file: str, commit: str) -> ResponseReturnValue:
    """Make an earlier version the working copy; what was there is kept in its versions."""
    state = editor_state()
    now = stored_or_404(file)
    chosen = next((each for each in state.repository.history(file) if each.commit == commit), None)
    data = state.repository.read(chosen.commit, chosen.path or file) if chosen else None
    if data is None:
        abort(404)
    try:
        state.copies.save(
            file,
            seen_version(),
            data,
            official=now.official,
            commit=now.commit,
            staff=current_user.id,
            now=clock.now(),
        )
    except CopyConflict:
        flash(CHANGED_MEANWHILE, "problem")
        return redirect(f"{page_of(file)}/verlauf/{commit}", 303)
    flash("Die frühere Fassung ist jetzt Ihr Entwurf. Öffentlich ist sie noch nicht.")
    return go_to_page_of(file)
