"""The pages that open, save and discard files, for texts and data files alike.

Every button first saves the form, then takes the step that it names. If saving fails, nothing is
done, and the form is shown again with all input.
"""

import datetime
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.content.models import DECORATIVE, TEXT
from website.content.problems import Severity
from website.editor import moving, site_data, translations, workflow
from website.editor.blueprint import WORDS, actor, blueprint, editor_state, go_to_page_of, msg
from website.editor.file_form import FileForm
from website.editor.images import images_beside
from website.editor.previews import shown_findings
from website.editor.text_fields import HEAD_IMAGE
from website.editor.text_forms import (
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
from website.editor.text_list import public_address, states_of, title_for_editors
from website.editor.typed_text import Findings, TextForm
from website.editorial.models import WorkingCopy
from website.editorial.workflow import CopyState, Step
from website.exceptions import AuthoringError, CopyConflict, RepositoryError, StepRefused
from website.infra import clock
from website.staff.access import Action, go_to, may, names


@blueprint.get("/texte/<file:file>")
def open_file(file: str) -> str:
    """Show the form of a file, with conflicts between working copy and official version."""
    now = stored_or_404(file)
    form = form_shown(now, as_source=request.args.get("ansicht") == "datei")
    merged, clash = merged_with(now.official, now.copy) if now.copy else None, None
    if merged and merged.conflicts:
        clash = Clash("der Website", msg("saving.official_changed"), merged.conflicts, now.commit)
        form = form.over(mine(merged))
    return _page(now, form, Shown(now.version, now.commit, clash))


@blueprint.post("/texte/<file:file>")
def save_file(file: str) -> ResponseReturnValue:
    """Save the form, and take the step of the pressed button."""
    now = stored_or_404(file)
    form = form_sent(now)
    if form.change_fields():
        return _page(now, form, _seen(now))
    try:
        copy = save(now, form)
        if code := request.form.get("anlegen", ""):
            return translations.begin(file, code)
    except AuthoringError as error:
        flash(str(error), "problem")
        return _page(now, form, _seen(now)), 422
    except CopyConflict as conflict:
        return _conflict(stored_or_404(now.file), form, conflict), 409
    return _report_saved(now, copy)


@blueprint.post("/texte/<file:file>/zwischenstand")
def save_draft(file: str) -> ResponseReturnValue:
    """Autosave the form; returns JSON."""
    now = stored_or_404(file)
    try:
        copy = save(now, form_sent(now), auto=True)
    except AuthoringError as error:
        return {"message": str(error)}, 422
    except CopyConflict as conflict:
        if conflict.merged is None:
            return {"message": msg("saving.mergeable")}, 409
        return {"message": msg("saving.conflict", title=_other_side(conflict.theirs)[1])}, 409
    return {"version": copy.version if copy else 0}


@blueprint.get("/texte/<file:file>/verwerfen")
def confirm_discard(file: str) -> str:
    """Ask for confirmation before a working copy is discarded."""
    now = stored_or_404(file)
    refusal = now.copy and workflow.refusal(Step.DISCARD, now.copy)
    return render_template(
        "editor/discard.html", now=now, title=title_for_editors(now.file, now.data), refusal=refusal
    )


@blueprint.post("/texte/<file:file>/verwerfen")
def discard(file: str) -> ResponseReturnValue:
    """Discard a working copy."""
    try:
        editor_state().copies.discard(file, seen_version(), actor())
    except (StepRefused, CopyConflict) as error:
        is_refused = isinstance(error, StepRefused)
        flash(str(error) if is_refused else msg("saving.changed_meanwhile"), "problem")
        return go_to_page_of(file)
    flash("Die Änderungen sind verworfen.")
    return go_to_page_of(file) if stored(file) else go_to("editor.texts")


def _page(now: Stored, form: FileForm, shown: Shown) -> str:
    if isinstance(form, TextForm):
        template, context = "editor/text.html", _text_context(now, form)
    else:
        template, context = "editor/data.html", site_data.context(now, form)
    return render_template(
        template,
        now=now,
        form=form,
        shown=shown,
        possible=workflow.possible(now.copy),
        tomorrow=clock.today() + datetime.timedelta(days=1),
        is_own=now.copy is not None and current_user.id in now.copy.authors,
        names=names(),
        **context,
    )


def _seen(now: Stored) -> Shown:
    """Return the version and commit that the submitted form was based on."""
    return Shown(seen_version(), seen_commit() or now.commit)


def _conflict(now: Stored, form: FileForm, conflict: CopyConflict) -> str:
    """Show a conflict; the form contains the merge with the own version of conflicting lines."""
    if conflict.merged is None:
        flash(msg("saving.changed_meanwhile"), "problem")
        return _page(now, form, Shown(now.version, now.commit))
    whose, title = _other_side(conflict.theirs)
    clash = Clash(whose, title, conflict.merged.conflicts)
    return _page(now, form.over(mine(conflict.merged)), Shown(now.version, now.commit, clash))


def _other_side(theirs: WorkingCopy | None) -> tuple[str, str]:
    """Return whose the other version of a conflict is, and the title of the conflict."""
    if theirs is None:
        return "der Website", msg("saving.official_changed")
    if theirs.saved_by == current_user.id:
        return "aus dem anderen Fenster", msg("saving.own_conflict")
    who = names().get(theirs.saved_by, "")
    return f"von {who}" if who else "", f"{who or 'Jemand'} hat dieselbe Stelle geändert"


def _report_saved(now: Stored, copy: WorkingCopy | None) -> ResponseReturnValue:
    """Report the result of saving, and take the step of the pressed button.

    :param now: the state before saving.
    :param copy: the saved copy; None if nothing differs from the official version.
    """
    step = workflow.BUTTONS.get(request.form.get("schritt", ""))
    if copy is None or step is None:
        flash(msg("saving.saved" if copy else "saving.unchanged"))
    elif not was_seen(now):
        flash(msg("saving.changed_meanwhile"), "problem")
    elif number := _take(step, copy):
        return go_to("editor.publication", number=number)
    return go_to_page_of(now.file)


def _take(step: Step, copy: WorkingCopy) -> int:
    """Take a step and report it; return the number of an immediate publication, or 0."""
    is_planned = request.form["schritt"] == "planen"
    try:
        if step is not Step.PUBLISH:
            flash(workflow.take(step, copy, request.form))
            return 0
        due_at = workflow.moment(request.form) if is_planned else None
        number = workflow.publish(copy, due_at=due_at)
    except (StepRefused, AuthoringError) as refused:
        flash(str(refused), "problem")
    except CopyConflict:
        flash(msg("saving.changed_meanwhile"), "problem")
    except RepositoryError:
        flash(msg("saving.no_repository"), "problem")
    else:
        if not is_planned:
            return number
        flash(msg("saving.planned"))
    return 0


BUSY = datetime.timedelta(minutes=5)
"""Time after a save during which the author counts as still writing."""


def _text_context(now: Stored, form: TextForm) -> dict[str, Any]:
    """Return the template context of the page of a text."""
    site = editor_state().site
    data = form.lenient_data
    edited = site.with_text(now.file, data)
    report, is_whole = site.quick_report(edited)
    findings = shown_findings(form, edited, report, data)
    official = site.library.item_in(now.file)
    day = edited.item.date if edited.item else None
    beside = request.args.get("neben", "")
    return {
        "name": now.file.removesuffix(TEXT),
        "called": WORDS["called"].get(site.library.in_edition(now.file)[1]) or form.kind.title,
        "languages": translations.of(now, edited),
        "beside": beside if beside in {"aenderungen", *site.library.editions} else "",
        "movable": moving.movable(now.file) if may(Action.PUBLISH) else None,
        "item": edited.item,
        "hidden_until": day if day and day > clock.today() else None,
        "findings": findings,
        "errors": _errors_in_review(now.copy, findings),
        "is_whole": is_whole,
        "kept_open": form.open_groups(findings.at_field.keys() - {"", "title"}),
        "field_labels": form.labels,
        "live": official and public_address(official),
        "states": states_of(site.library, official, now.copy) or ("fehlerhaft",),
        "is_busy": _is_busy(now),
        "decorative": DECORATIVE,
        "images": images_beside(now.file) if HEAD_IMAGE in form.parts_by_key else (),
    }


def _errors_in_review(copy: WorkingCopy | None, findings: Findings) -> str:
    """Return the number of errors in words, for who reviews or publishes; empty if none."""
    number = findings.report.counts.get(Severity.ERROR, 0)
    is_ahead = copy is not None and copy.state in {CopyState.REVIEW, CopyState.APPROVED}
    return Severity.ERROR.counted(number) if number and is_ahead else ""


def _is_busy(now: Stored) -> bool:
    """Return whether somebody else is probably still writing a text."""
    copy = now.copy
    if copy is None or copy.saved_by == current_user.id:
        return False
    return clock.now() - copy.saved_at < BUSY
