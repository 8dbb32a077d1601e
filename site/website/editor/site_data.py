"""The facts of the whole site as forms: what the owner still has to say, menus, topics, letters.

The TOML files of the content go the way of a text: working copy, review, approval, publication.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website import checking
from website.content import languages, sitedata, text_files, toml_files
from website.content.problems import Problem, Severity
from website.editor import link_targets, saving, steps
from website.editor.blueprint import blueprint, editor_state, file_or_404
from website.editor.data_fields import OF_EDITION, PAGES, Group, is_overlay, title_of
from website.editor.data_form import DataForm
from website.editor.file_form import SOURCE
from website.editor.saving import Shown
from website.editor.text_forms import (
    Stored,
    data_form_sent,
    data_form_shown,
    stored,
    stored_or_404,
)
from website.editor.text_list import called, states_of
from website.exceptions import UnreadableFile
from website.leads import labels
from website.staff.access import Action, names, requires

_OVERLAY = (
    "Hier steht nur, was in dieser Sprache anders heißt; alles andere kommt aus der deutschen "
    "Datei. Fehlt etwas, steht es oben unter „Zu beheben“."
)


@dataclass(frozen=True)
class DataFile:
    """One file in the overview."""

    file: str
    title: str
    language: str
    """Of its edition, in German."""
    states: tuple[str, ...]
    groups: tuple[Group, ...]
    """Named one by one where somebody looks for one of them."""

    @property
    def name(self) -> str:
        """The file without its ending, as addresses name it."""
        return self.file.rpartition(".")[0]


@blueprint.get("/angaben/")
@requires(Action.EDIT)
def facts() -> str:
    """Show what the owner still has to say, and what else holds for the whole site."""
    site = editor_state().site
    files, missing, total = [], 0, 0
    library = site.library
    for edition, file in itertools.product(library.every_edition, OF_EDITION):
        place = edition.content_file(file)
        now = stored(place)
        if now is None:
            continue
        groups: tuple[Group, ...] = ()
        if place == sitedata.NAME:
            form = data_form_shown(now)
            groups, (missing, total) = form.groups, form.owners
        language = labels.language(edition.language.code)
        states = states_of(library, None, now.copy)
        files.append(DataFile(place, OF_EDITION[file], language, states, groups))
    of_data = {each.label(sitedata.NAME) for each in library.every_edition}
    in_texts = sorted(fact for fact in library.every_open_fact if fact.path not in of_data)
    return render_template(
        "editor/facts.html",
        files=files,
        missing=missing,
        total=total,
        texts=_with_open_facts(in_texts),
    )


@blueprint.get("/texte/<path:name>.toml", defaults={"ending": toml_files.ENDING})
@blueprint.get("/texte/<path:name>.po", defaults={"ending": languages.ENDING})
@requires(Action.EDIT)
def data(name: str, ending: str) -> str:
    """Show the form of a file."""
    file = file_or_404(name, ending)
    now = stored_or_404(file)
    as_source = request.args.get("ansicht") == "datei"
    form = data_form_shown(now, as_source=as_source)
    return saving.opened(now, form, _page)


@blueprint.post("/texte/<path:name>.toml", defaults={"ending": toml_files.ENDING})
@blueprint.post("/texte/<path:name>.po", defaults={"ending": languages.ENDING})
@requires(Action.EDIT)
def save_data(name: str, ending: str) -> ResponseReturnValue:
    """Save what was typed, and do what the button means."""
    file = file_or_404(name, ending)
    now = stored_or_404(file)
    form = data_form_sent(now)
    form.take_new()
    if button := request.form.get("reihe", ""):
        form.press(button)
        return _page(now, form, saving.seen(now))
    return saving.sent(now, form, _page)


@blueprint.post("/texte/<path:name>.toml/zwischenstand", defaults={"ending": toml_files.ENDING})
@blueprint.post("/texte/<path:name>.po/zwischenstand", defaults={"ending": languages.ENDING})
@requires(Action.EDIT)
def save_data_draft(name: str, ending: str) -> ResponseReturnValue:
    """Save what was typed so far, without being asked; answers the page's script."""
    file = file_or_404(name, ending)
    now = stored_or_404(file)
    return saving.keep(now, data_form_sent(now))


def _page(now: Stored, form: DataForm, shown: Shown) -> str:
    library = editor_state().site.library
    edition, inner = library.in_edition(now.file)
    at_field, others = _findings(form)
    missing, total = form.owners
    return render_template(
        "editor/data.html",
        title=title_of(now.file),
        explanation=_OVERLAY if is_overlay(now.file) else "",
        tag=edition.language.tag,
        now=now,
        form=form,
        source=SOURCE,
        shown=shown,
        only_missing=request.args.get("nur") == "fehlend" and not form.is_source,
        missing=missing,
        total=total,
        at_field=at_field,
        pages=link_targets.pages(library) if _has_addresses(form) else [],
        previewed=inner in PAGES,
        others=others,
        kept_open=form.open_groups(at_field),
        states=states_of(library, None, now.copy) or ("oeffentlich",),
        possible=steps.possible(now.copy),
        is_own=now.copy is not None and current_user.id in now.copy.authors,
        names=names(),
    )


def _has_addresses(form: DataForm) -> bool:
    return any(cell.is_address for group in form.groups for cell in group.cells)


def _findings(form: DataForm) -> tuple[dict[str, list[tuple[Severity, str]]], list[Problem]]:
    """Return what is wrong, by field, and what belongs to none. Placeholders are marked anyway."""
    data = form.lenient_data
    library = editor_state().site.with_text(form.file, data).library
    try:
        lines = toml_files.lines_of(text_files.text_of(data))
    except UnreadableFile:
        lines = {}
    at_field: dict[str, list[tuple[Severity, str]]] = {}
    others = []
    for problem in checking.check_data(library, form.file):
        if problem in library.every_open_fact and not form.is_source:
            continue
        place, message = form.place_of(problem, lines)
        if place:
            at_field.setdefault(place, []).append((problem.severity, message))
        else:
            others.append(problem)
    return at_field, others


def _with_open_facts(facts: list[Problem]) -> list[tuple[str, str, list[Problem]]]:
    """Return name, title and open facts of each text that has some."""
    library = editor_state().site.library
    found: dict[str, list[Problem]] = {}
    for fact in facts:
        found.setdefault(fact.path.removeprefix(library.label("")), []).append(fact)
    rows = []
    for file, those in found.items():
        if item := library.item_in(file):
            rows.append((file.removesuffix(".md"), called(item), those))
    return rows
