"""What the page of one text shows."""

import datetime
from typing import Any

from flask import request
from flask_login import current_user

from website.content.models import DECORATIVE, TEXT
from website.editor import counterparts
from website.editor.blueprint import WORDS, editor_state
from website.editor.front_matter_form import HEAD_IMAGE, field_labels
from website.editor.images import images_beside, without_arriving
from website.editor.text_forms import Stored
from website.editor.text_list import states_of
from website.editor.typed_text import TextForm, findings_of
from website.infra import clock
from website.staff.access import Action, may

BUSY = datetime.timedelta(minutes=5)
"""For so long after a save somebody may still be writing."""


def context(now: Stored, form: TextForm) -> dict[str, Any]:
    """Return what the page of a text shows beside its form."""
    site = editor_state().site
    edited = site.with_text(now.file, form.lenient_data)
    report, is_whole = site.quick_report(edited)
    findings = findings_of(form, edited, without_arriving(report, now.file))
    official = site.library.item_in(now.file)
    day = edited.item.date if edited.item else None
    beside = request.args.get("neben", "")
    return {
        "name": now.file.removesuffix(TEXT),
        "called": WORDS["called"].get(site.library.in_edition(now.file)[1]) or form.kind.title,
        "languages": counterparts.of(now, edited),
        "beside": beside if beside in {"aenderungen", *site.library.editions} else "",
        "can_be_moved": form.kind.is_dated and now.official is not None and may(Action.PUBLISH),
        "item": edited.item,
        "hidden_until": day if day and day > clock.today() else None,
        "findings": findings,
        "is_whole": is_whole,
        "wrong": {row.field for row in findings.rows},
        "field_labels": field_labels(form.kind, site.library),
        "live": official if official and site.library.is_public(official) else None,
        "states": states_of(site.library, official, now.copy),
        "is_busy": _is_busy(now),
        "decorative": DECORATIVE,
        "images": images_beside(now.file) if HEAD_IMAGE in {row.key for row in form.rows} else (),
    }


def _is_busy(now: Stored) -> bool:
    """Return whether somebody else has just saved a text, and may still be writing it."""
    copy = now.copy
    if copy is None or copy.saved_by == current_user.id:
        return False
    return clock.now() - copy.saved_at < BUSY
