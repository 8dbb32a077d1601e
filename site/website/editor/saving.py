"""The pages on which a file is opened, written and saved, and its working copy is discarded.

Texts and files of data share it: whichever button is pressed, all that was typed is saved first,
then the step is taken that the button names. Where saving is impossible, nothing is done, and all
that was typed is shown again.
"""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.editor import counterparts, site_data, steps, text_page
from website.editor.blueprint import blueprint, editor_state, go_to_page_of
from website.editor.text_forms import (
    AnyForm,
    Clash,
    Shown,
    Stored,
    form_sent,
    form_shown,
    merged_with,
    mine,
    save,
    seen_commit,
    seen_version,
    stored,
    stored_or_404,
    was_seen,
)
from website.editor.typed_text import TextForm
from website.editorial.models import WorkingCopy
from website.editorial.workflow import Step
from website.exceptions import AuthoringError, CopyConflict, RepositoryError, StepRefused
from website.infra import clock
from website.staff.access import Action, go_to, may, names, requires

SAVED = "Gespeichert."
OFFICIAL_CHANGED = "Der veröffentlichte Text wurde an derselben Stelle geändert"
UNCHANGED = "Es war nichts zu speichern: Der Text ist unverändert."
CHANGED_MEANWHILE = (
    "Jemand hat diesen Text gerade geändert. Sehen Sie ihn sich noch einmal an, es wurde nichts "
    "weiter getan."
)
NO_REPOSITORY = (
    "Die Ablage der Texte antwortet nicht. Ihr Text ist gespeichert, veröffentlicht wurde nichts. "
    "Versuchen Sie es in ein paar Minuten noch einmal, sonst fragen Sie Ihre Technik."
)


@blueprint.get("/texte/<file:file>")
@requires(Action.EDIT)
def file(file: str) -> str:
    """Show the form of a file; where the official one has changed in the same lines, with both."""
    now = stored_or_404(file)
    form = form_shown(now, as_source=request.args.get("ansicht") == "datei")
    merged, clash = merged_with(now.official, now.copy) if now.copy else None, None
    if merged and merged.conflicts:
        clash = Clash("der Website", OFFICIAL_CHANGED, merged.conflicts, now.commit)
        form = form.over(mine(merged))
    return _page(now, form, Shown(now.version, now.commit, clash))


@blueprint.post("/texte/<file:file>")
@requires(Action.EDIT)
def save_file(file: str) -> ResponseReturnValue:
    """Save what was typed, and do what the button means."""
    now = stored_or_404(file)
    form = form_sent(now)
    if form.change_fields():
        return _page(now, form, _seen(now))
    try:
        copy = save(now, form)
        if code := request.form.get("anlegen", ""):
            return counterparts.begin(file, code)
    except AuthoringError as error:
        flash(str(error), "problem")
        return _page(now, form, _seen(now)), 422
    except CopyConflict as conflict:
        return _conflict(stored_or_404(now.file), form, conflict), 409
    return _report_saved(now, copy)


@blueprint.post("/texte/<file:file>/zwischenstand")
@requires(Action.EDIT)
def save_draft(file: str) -> ResponseReturnValue:
    """Save what was typed so far, without being asked; answers the page's script."""
    now = stored_or_404(file)
    try:
        copy = save(now, form_sent(now), auto=True)
    except AuthoringError as error:
        return {"message": str(error)}, 422
    except CopyConflict:
        return {
            "message": "Jemand hat dieselbe Stelle geändert. „Speichern“ zeigt beide Fassungen."
        }, 409
    return {"version": copy.version if copy else 0}


@blueprint.get("/texte/<file:file>/verwerfen")
@requires(Action.EDIT)
def confirm_discard(file: str) -> str:
    """Ask whether a working copy shall really end."""
    now = stored_or_404(file)
    is_chief = may(Action.PUBLISH)
    refusal = now.copy and now.copy.refusal(Step.DISCARD, current_user.id, is_chief=is_chief)
    return render_template("editor/discard.html", now=now, refusal=refusal)


@blueprint.post("/texte/<file:file>/verwerfen")
@requires(Action.EDIT)
def discard(file: str) -> ResponseReturnValue:
    """End a working copy."""
    copies, me, is_chief = editor_state().copies, current_user.id, may(Action.PUBLISH)
    try:
        copies.discard(file, seen_version(), me, clock.now(), is_chief=is_chief)
    except (StepRefused, CopyConflict) as error:
        is_refused = isinstance(error, StepRefused)
        flash(str(error) if is_refused else CHANGED_MEANWHILE, "problem")
        return go_to_page_of(file)
    flash("Die Änderungen sind verworfen.")
    return go_to_page_of(file) if stored(file) else go_to("editor.texts")


def _page(now: Stored, form: AnyForm, shown: Shown) -> str:
    if isinstance(form, TextForm):
        template, context = "editor/text.html", text_page.context(now, form)
    else:
        template, context = "editor/data.html", site_data.context(now, form)
    return render_template(
        template,
        now=now,
        form=form,
        shown=shown,
        possible=steps.possible(now.copy),
        is_own=now.copy is not None and current_user.id in now.copy.authors,
        names=names(),
        **context,
    )


def _seen(now: Stored) -> Shown:
    """Return what somebody had before them who has sent a form."""
    return Shown(seen_version(), seen_commit() or now.commit)


def _conflict(now: Stored, form: AnyForm, conflict: CopyConflict) -> str:
    """Show what two have made of the same lines; the form holds what is to be saved now."""
    if conflict.merged is None:
        flash(CHANGED_MEANWHILE, "problem")
        return _page(now, form, Shown(now.version, now.commit))
    who = names().get(conflict.theirs.saved_by, "") if conflict.theirs else "Website"
    title = f"{who or 'Jemand'} hat dieselbe Stelle geändert"
    clash = Clash(f"von {who}" if who else "", title, conflict.merged.conflicts)
    return _page(now, form.over(mine(conflict.merged)), Shown(now.version, now.commit, clash))


def _report_saved(now: Stored, copy: WorkingCopy | None) -> ResponseReturnValue:
    """Report what was saved, and take the step that the button names.

    :param now: what was stored before.
    :param copy: what is stored since; nothing if nothing is edited.
    """
    typed = request.form.get("schritt", "")
    step = steps.BUTTONS.get(typed)
    if step is None:
        flash(SAVED if copy is not None and copy.version != now.version else UNCHANGED)
        return go_to_page_of(now.file)
    if copy is None:
        flash(UNCHANGED)
        return go_to_page_of(now.file)
    if not was_seen(now):
        flash(CHANGED_MEANWHILE, "problem")
        return go_to_page_of(now.file)
    return _take(step, copy, is_planned=typed == "planen")


def _take(step: Step, copy: WorkingCopy, *, is_planned: bool) -> ResponseReturnValue:
    """Take a step, and report what was done."""
    try:
        if step is Step.PUBLISH:
            due_at = steps.moment(request.form) if is_planned else None
            number = steps.publish(copy, due_at=due_at)
            if due_at is None:
                return go_to("editor.publication", number=number)
            message = "Der Termin ist gesetzt."
        else:
            message = steps.take(step, copy, request.form)
    except (StepRefused, AuthoringError) as refused:
        flash(str(refused), "problem")
        return go_to_page_of(copy.file)
    except CopyConflict:
        flash(CHANGED_MEANWHILE, "problem")
        return go_to_page_of(copy.file)
    except RepositoryError:
        flash(NO_REPOSITORY, "problem")
        return go_to_page_of(copy.file)
    flash(message)
    return go_to_page_of(copy.file)
