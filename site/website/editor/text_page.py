"""One text: opened, written, saved; and what is done with it.

Its page is one form: whichever button is pressed, all that was typed is saved first. Where that is
impossible, nothing is done, and all that was typed is shown again.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, render_template, request
from flask_login import current_user

from website.content.kinds import TEXT
from website.content.toml_files import ENDING as DATA
from website.editor import steps
from website.editor.blueprint import (
    blueprint,
    editor_state,
    file_or_404,
    go_to_page_of,
    kind_or_404,
)
from website.editor.front_matter_form import field_labels
from website.editor.text_forms import (
    Clash,
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
from website.editor.text_list import STATES, states_of
from website.editor.typed_text import TextForm, findings_of
from website.editorial.workflow import Step
from website.exceptions import AuthoringError, CopyConflict, RepositoryError, StepRefused
from website.infra import clock
from website.staff.access import Action, go_to, may, names, requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from website.editor.data_form import DataForm
    from website.editor.text_forms import Stored
    from website.editorial.models import WorkingCopy

SAVED = "Gespeichert."
BUSY = datetime.timedelta(minutes=5)
"""For so long after a save somebody may still be writing."""
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


@dataclass(frozen=True)
class Shown:
    """What the page of a text shows beside the form."""

    version: int
    commit: str
    clash: Clash | None = None


@blueprint.get("/texte/<path:name>.md")
@requires(Action.EDIT)
def text(name: str) -> str:
    """Show the form of a text."""
    file, kind, _ = kind_or_404(name)
    now = stored_or_404(file)
    as_source = request.args.get("ansicht") == "datei"
    form, clash = form_shown(now, kind, as_source=as_source), None
    merged = merged_with(now.official, now.copy) if now.copy else None
    if merged and merged.conflicts:
        clash = Clash("der Website", OFFICIAL_CHANGED, merged.conflicts, now.commit)
        form = TextForm(mine(merged), kind, form.library, as_source=as_source)
    return _page(name, now, form, Shown(now.version, now.commit, clash))


@blueprint.post("/texte/<path:name>.md")
@requires(Action.EDIT)
def save_text(name: str) -> ResponseReturnValue:
    """Save what was typed, and do what the button means."""
    file, kind, _ = kind_or_404(name)
    now = stored_or_404(file)
    seen = Shown(seen_version(), seen_commit() or now.commit)
    typed = request.form.get("schritt", "")
    if typed == "quelle":
        return _page(name, now, form_sent(now, kind, more_sources=1), seen)
    form = form_sent(now, kind)
    try:
        copy = save(now, form)
    except AuthoringError as error:
        flash(str(error), "problem")
        return _page(name, now, form, seen), 422
    except CopyConflict as conflict:
        return _conflict(name, form, conflict), 409
    return report_saved(now, copy)


@blueprint.post("/texte/<path:name>.md/zwischenstand")
@requires(Action.EDIT)
def save_draft(name: str) -> ResponseReturnValue:
    """Save what was typed so far, without being asked; answers the page's script."""
    file, kind, _ = kind_or_404(name)
    now = stored_or_404(file)
    return keep(now, form_sent(now, kind))


def keep(now: Stored, form: TextForm | DataForm) -> ResponseReturnValue:
    """Save what was typed without being asked, and answer the page's script."""
    try:
        copy = save(now, form, auto=True)
    except AuthoringError as error:
        return {"message": str(error)}, 422
    except CopyConflict:
        return {
            "message": "Jemand hat dieselbe Stelle geändert. „Speichern“ zeigt beide Fassungen."
        }, 409
    return {"version": copy.version if copy else 0}


@blueprint.get("/texte/<path:name>.md/verwerfen")
@blueprint.get("/texte/<path:name>.toml/verwerfen", defaults={"ending": DATA})
@requires(Action.EDIT)
def confirm_discard(name: str, ending: str = TEXT) -> str:
    """Ask whether a working copy shall really end."""
    file = file_or_404(name, ending)
    now = stored_or_404(file)
    return render_template("editor/discard.html", now=now)


@blueprint.post("/texte/<path:name>.md/verwerfen")
@blueprint.post("/texte/<path:name>.toml/verwerfen", defaults={"ending": DATA})
@requires(Action.EDIT)
def discard(name: str, ending: str = TEXT) -> ResponseReturnValue:
    """End a working copy."""
    file = file_or_404(name, ending)
    try:
        steps.discard(file, seen_version())
    except StepRefused as refused:
        flash(str(refused), "problem")
        return go_to_page_of(file)
    except CopyConflict:
        flash(CHANGED_MEANWHILE, "problem")
        return go_to_page_of(file)
    flash("Die Änderungen sind verworfen.")
    return go_to_page_of(file) if stored(file) else go_to("editor.texts")


def report_saved(now: Stored, copy: WorkingCopy | None) -> ResponseReturnValue:
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


def _conflict(name: str, form: TextForm, conflict: CopyConflict) -> str:
    """Show what two have made of the same lines; the form holds what is to be saved now."""
    now = stored_or_404(kind_or_404(name)[0])
    if conflict.merged is None:
        flash(CHANGED_MEANWHILE, "problem")
        return _page(name, now, form, Shown(now.version, now.commit))
    who = names().get(conflict.theirs.saved_by, "") if conflict.theirs else "Website"
    title = f"{who or 'Jemand'} hat dieselbe Stelle geändert"
    clash = Clash(f"von {who}" if who else "", title, conflict.merged.conflicts)
    again = TextForm(mine(conflict.merged), form.kind, form.library, as_source=form.is_source)
    return _page(name, now, again, Shown(now.version, now.commit, clash))


def _page(name: str, now: Stored, form: TextForm, shown: Shown) -> str:
    site = editor_state().site
    edited = site.with_text(now.file, form.lenient_data)
    report, is_whole = site.quick_report(edited)
    findings = findings_of(form, edited, report)
    front = None if form.is_source else form.front_matter
    official = site.library.item_in(now.file)
    return render_template(
        "editor/text.html",
        name=name,
        kind=form.kind,
        now=now,
        can_be_moved=form.kind.is_dated and now.official is not None and may(Action.PUBLISH),
        form=form,
        shown=shown,
        groups=front.groups if front else (),
        others=front.others if front else (),
        item=edited.item,
        findings=findings,
        is_whole=is_whole,
        wrong={row.field for row in findings.rows},
        field_labels=field_labels(form.kind, site.library),
        live=official if official and site.library.is_public(official) else None,
        states=states_of(official, now.copy),
        state_labels=dict(STATES),
        possible=steps.possible(now.copy),
        is_own=now.copy is not None and current_user.id in now.copy.authors,
        names=names(),
        is_busy=_is_busy(now),
    )


def _is_busy(now: Stored) -> bool:
    """Return whether somebody else has just saved a text, and may still be writing it."""
    copy = now.copy
    if copy is None or copy.saved_by == current_user.id:
        return False
    return clock.now() - copy.saved_at < BUSY
