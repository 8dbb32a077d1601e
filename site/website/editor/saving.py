"""What was typed on the page of a file is saved, and the step is taken that its button names.

Pages of texts and of data share it: whichever button is pressed, all that was typed is saved first.
Where saving is impossible, nothing is done, and all that was
typed is shown again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import flash, request
from flask.typing import ResponseReturnValue

from website.editor import steps
from website.editor.blueprint import go_to_page_of
from website.editor.file_form import FileForm
from website.editor.text_forms import (
    Clash,
    Stored,
    merged_with,
    mine,
    save,
    seen_commit,
    seen_version,
    stored_or_404,
    was_seen,
)
from website.editorial.models import WorkingCopy
from website.editorial.workflow import Step
from website.exceptions import AuthoringError, CopyConflict, RepositoryError, StepRefused
from website.staff.access import go_to, names

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


@dataclass(frozen=True)
class Shown:
    """What the page of a text shows beside the form."""

    version: int
    commit: str
    clash: Clash | None = None


AnyForm = TypeVar("AnyForm", bound=FileForm)
Page = Callable[[Stored, AnyForm, Shown], str]
"""Renders the page of a file: with what is stored, its form, and what stands beside it."""


def seen(now: Stored) -> Shown:
    """Return what somebody had before them who has sent a form."""
    return Shown(seen_version(), seen_commit() or now.commit)


def opened(now: Stored, form: AnyForm, page: Page[AnyForm]) -> str:
    """Show a file; where the official one has changed in the same lines, with both versions."""
    merged, clash = merged_with(now.official, now.copy) if now.copy else None, None
    if merged and merged.conflicts:
        clash = Clash("der Website", OFFICIAL_CHANGED, merged.conflicts, now.commit)
        form = form.over(mine(merged))
    return page(now, form, Shown(now.version, now.commit, clash))


def sent(
    now: Stored,
    form: AnyForm,
    page: Page[AnyForm],
    then: Callable[[], ResponseReturnValue] | None = None,
) -> ResponseReturnValue:
    """Save what was typed, and do what the button means.

    :param then: what that is; by default a step, or nothing more.
    """
    try:
        copy = save(now, form)
        if then is not None:
            return then()
    except AuthoringError as error:
        flash(str(error), "problem")
        return page(now, form, seen(now)), 422
    except CopyConflict as conflict:
        return _conflict(stored_or_404(now.file), form, conflict, page), 409
    return _report_saved(now, copy)


def _conflict(now: Stored, form: AnyForm, conflict: CopyConflict, page: Page[AnyForm]) -> str:
    """Show what two have made of the same lines; the form holds what is to be saved now."""
    if conflict.merged is None:
        flash(CHANGED_MEANWHILE, "problem")
        return page(now, form, Shown(now.version, now.commit))
    who = names().get(conflict.theirs.saved_by, "") if conflict.theirs else "Website"
    title = f"{who or 'Jemand'} hat dieselbe Stelle geändert"
    clash = Clash(f"von {who}" if who else "", title, conflict.merged.conflicts)
    return page(now, form.over(mine(conflict.merged)), Shown(now.version, now.commit, clash))


def keep(now: Stored, form: FileForm) -> ResponseReturnValue:
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
