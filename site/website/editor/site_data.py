"""The pages of site data: facts about the owner, menus, topics, mail templates.

TOML files have the same workflow as texts: working copy, review, approval, publication.
"""

import itertools
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from website import checking
from website.content import sitedata, text_files, toml_files
from website.content.problems import Problem, Severity
from website.editor import link_targets
from website.editor.blueprint import blueprint, editor_state, msg
from website.editor.data_fields import OF_EDITION, PAGES, Group, is_overlay, title_of
from website.editor.file_form import SOURCE, FileForm
from website.editor.text_forms import Stored, stored
from website.editor.text_list import called, states_of
from website.exceptions import UnreadableFile
from website.leads import labels


@dataclass(frozen=True)
class DataFile:
    """A file in the overview."""

    file: str
    title: str
    language: str
    """German name of the language of its edition."""
    states: tuple[str, ...]
    groups: tuple[Group, ...]
    """Groups to list individually."""

    @property
    def name(self) -> str:
        """The file without its extension, as in URLs."""
        return self.file.rpartition(".")[0]


@blueprint.get("/angaben/")
def facts() -> str:
    """Show the data files, and the missing facts of the owner."""
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
            form = FileForm(file=place, base=now.data)
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


def context(now: Stored, form: FileForm) -> dict[str, Any]:
    """Return the template context of the page of a data file."""
    library = editor_state().site.library
    edition, inner = library.in_edition(now.file)
    at_field, others = _findings(form)
    missing, total = form.owners
    has_addresses = any(cell.is_address for group in form.groups for cell in group.cells)
    return {
        "title": title_of(now.file),
        "explanation": msg("site_data.overlay") if is_overlay(now.file) else "",
        "tag": edition.language.tag,
        "source": SOURCE,
        "only_missing": request.args.get("nur") == "fehlend" and not form.is_source,
        "missing": missing,
        "total": total,
        "at_field": at_field,
        "pages": link_targets.pages(library) if has_addresses else [],
        "previewed": inner in PAGES,
        "others": others,
        "kept_open": form.open_groups(at_field),
        "states": states_of(library, None, now.copy) or ("oeffentlich",),
    }


def _findings(form: FileForm) -> tuple[dict[str, list[tuple[Severity, str]]], list[Problem]]:
    """Return the problems by field, and those without a field; placeholders are left out."""
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
    """Return file, title and missing facts of each text that has some."""
    library = editor_state().site.library
    found: dict[str, list[Problem]] = {}
    for fact in facts:
        found.setdefault(fact.path.removeprefix(library.label("")), []).append(fact)
    rows = []
    for file, those in found.items():
        if item := library.item_in(file):
            rows.append((file, called(item), those))
    return rows
