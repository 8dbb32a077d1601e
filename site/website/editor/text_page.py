"""One text: opened, written, saved; and how its working copy is discarded."""

from __future__ import annotations

import datetime
from functools import partial

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.content.kinds import TEXT
from website.content.languages import ENDING as CATALOGUE
from website.content.models import DECORATIVE
from website.content.toml_files import ENDING as DATA
from website.editor import counterparts, saving, steps
from website.editor.blueprint import (
    WORDS,
    blueprint,
    editor_state,
    file_or_404,
    go_to_page_of,
    kind_or_404,
)
from website.editor.front_matter_form import HEAD_IMAGE, field_labels
from website.editor.images import images_beside, without_arriving
from website.editor.saving import Shown
from website.editor.text_forms import (
    Stored,
    form_sent,
    form_shown,
    seen_version,
    stored,
    stored_or_404,
)
from website.editor.text_list import states_of
from website.editor.typed_text import TextForm, findings_of
from website.editorial.workflow import Step
from website.exceptions import CopyConflict, StepRefused
from website.infra import clock
from website.staff.access import Action, go_to, may, names, requires

BUSY = datetime.timedelta(minutes=5)
"""For so long after a save somebody may still be writing."""


@blueprint.get("/texte/<path:name>.md")
@requires(Action.EDIT)
def text(name: str) -> str:
    """Show the form of a text."""
    file, kind, _ = kind_or_404(name)
    now = stored_or_404(file)
    as_source = request.args.get("ansicht") == "datei"
    return saving.opened(now, form_shown(now, kind, as_source=as_source), _page)


@blueprint.post("/texte/<path:name>.md")
@requires(Action.EDIT)
def save_text(name: str) -> ResponseReturnValue:
    """Save what was typed, and do what the button means."""
    file, kind, _ = kind_or_404(name)
    now = stored_or_404(file)
    if request.form.get("schritt", "") == "quelle":
        return _page(now, form_sent(now, kind, more_sources=1), saving.seen(now))
    code = request.form.get("anlegen", "")
    then = partial(counterparts.begin, file, code) if code else None
    return saving.sent(now, form_sent(now, kind), _page, then)


@blueprint.post("/texte/<path:name>.md/zwischenstand")
@requires(Action.EDIT)
def save_draft(name: str) -> ResponseReturnValue:
    """Save what was typed so far, without being asked; answers the page's script."""
    file, kind, _ = kind_or_404(name)
    now = stored_or_404(file)
    return saving.keep(now, form_sent(now, kind))


@blueprint.get("/texte/<path:name>.md/verwerfen")
@blueprint.get("/texte/<path:name>.toml/verwerfen", defaults={"ending": DATA})
@blueprint.get("/texte/<path:name>.po/verwerfen", defaults={"ending": CATALOGUE})
@requires(Action.EDIT)
def confirm_discard(name: str, ending: str = TEXT) -> str:
    """Ask whether a working copy shall really end."""
    file = file_or_404(name, ending)
    now = stored_or_404(file)
    is_chief = may(Action.PUBLISH)
    refusal = now.copy and now.copy.refusal(Step.DISCARD, current_user.id, is_chief=is_chief)
    return render_template("editor/discard.html", now=now, refusal=refusal)


@blueprint.post("/texte/<path:name>.md/verwerfen")
@blueprint.post("/texte/<path:name>.toml/verwerfen", defaults={"ending": DATA})
@blueprint.post("/texte/<path:name>.po/verwerfen", defaults={"ending": CATALOGUE})
@requires(Action.EDIT)
def discard(name: str, ending: str = TEXT) -> ResponseReturnValue:
    """End a working copy."""
    file = file_or_404(name, ending)
    copies, me, is_chief = editor_state().copies, current_user.id, may(Action.PUBLISH)
    try:
        copies.discard(file, seen_version(), me, clock.now(), is_chief=is_chief)
    except (StepRefused, CopyConflict) as error:
        is_refused = isinstance(error, StepRefused)
        flash(str(error) if is_refused else saving.CHANGED_MEANWHILE, "problem")
        return go_to_page_of(file)
    flash("Die Änderungen sind verworfen.")
    return go_to_page_of(file) if stored(file) else go_to("editor.texts")


def _page(now: Stored, form: TextForm, shown: Shown) -> str:
    site = editor_state().site
    edited = site.with_text(now.file, form.lenient_data)
    report, is_whole = site.quick_report(edited)
    findings = findings_of(form, edited, without_arriving(report, now.file))
    official = site.library.item_in(now.file)
    day = edited.item.date if edited.item else None
    beside = request.args.get("neben", "")
    return render_template(
        "editor/text.html",
        name=now.file.removesuffix(TEXT),
        called=WORDS["called"].get(site.library.in_edition(now.file)[1]) or form.kind.title,
        languages=counterparts.of(now, edited),
        beside=beside if beside in {"aenderungen", *site.library.editions} else "",
        now=now,
        can_be_moved=form.kind.is_dated and now.official is not None and may(Action.PUBLISH),
        form=form,
        shown=shown,
        item=edited.item,
        hidden_until=day if day and day > clock.today() else None,
        findings=findings,
        is_whole=is_whole,
        wrong={row.field for row in findings.rows},
        field_labels=field_labels(form.kind, site.library),
        live=official if official and site.library.is_public(official) else None,
        states=states_of(site.library, official, now.copy),
        possible=steps.possible(now.copy),
        is_own=now.copy is not None and current_user.id in now.copy.authors,
        names=names(),
        is_busy=_is_busy(now),
        decorative=DECORATIVE,
        images=images_beside(now.file) if HEAD_IMAGE in {row.key for row in form.rows} else (),
    )


def _is_busy(now: Stored) -> bool:
    """Return whether somebody else has just saved a text, and may still be writing it."""
    copy = now.copy
    if copy is None or copy.saved_by == current_user.id:
        return False
    return clock.now() - copy.saved_at < BUSY
