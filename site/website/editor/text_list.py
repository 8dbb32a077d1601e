"""The list of all texts with their states, authors and problems."""

import datetime
import functools
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from website.checking.text_reports import TextReport, by_severity
from website.content import kinds, slugs, text_files
from website.content.languages import GERMAN, Language
from website.content.library import Library
from website.content.models import Item, Kind, PublicationStatus
from website.content.problems import Problem, Severity
from website.editor.blueprint import KEPT, WORDS, blueprint, editor_state, msg, page_of
from website.editor.data_fields import title_of
from website.editor.text_forms import merged_with, stored
from website.editor.typed_text import is_missing_review
from website.editorial import front_matter_edits
from website.editorial.models import WorkingCopy
from website.exceptions import UnreadableFile
from website.infra import clock, paging
from website.leads import labels
from website.staff.access import names
from website.web import params

ON_A_PAGE = 50
SITE_DATA = "Angaben"
PATIENCE = 0.03
"""Maximum seconds to spend on checking the texts of a page."""

_FROM_FILE = {PublicationStatus.DRAFT: "entwurf", PublicationStatus.REVIEW: "pruefung"}


@dataclass
class TextRow:
    """A row of the list."""

    file: str
    kind: Kind[Item] | None
    """None for data files."""
    title: str
    """Title shown to editors."""
    states: tuple[str, ...]
    """Keys of ``text_states``: of the working copy, and of the official text."""
    day: datetime.date | None = None
    author: str = ""
    copy: WorkingCopy | None = None
    item: Item | None = None
    language: Language = GERMAN
    """Language of the text."""
    others: tuple[str, ...] = ()
    """German names of the languages of its translations: „Englisch“."""
    report: TextReport | None = None
    """None if it has not been checked yet."""
    cause: Problem | None = None
    """Why the file is unreadable."""

    @property
    def subtitle(self) -> str:
        """The public title, if it differs from that shown to editors."""
        public = self.item.title if self.item else ""
        return public if public != self.title else ""

    @property
    def kind_title(self) -> str:
        """German name of the kind of text."""
        return self.kind.title if self.kind else SITE_DATA

    @property
    def is_translated(self) -> bool:
        """Whether it is in another language than German."""
        return self.language.code != GERMAN.code


def _last_change(row: TextRow) -> tuple[int, float]:
    """Return the sort key of the last change, newest first."""
    saved = row.copy.saved_at if row.copy else None
    day = saved.date() if saved else row.item and row.item.modified
    return -(day.toordinal() if day else 0), -(saved.timestamp() if saved else 0.0)


FILTERS: dict[str, tuple[str, Callable[[TextRow], Collection[str]]]] = {
    "sprache": ("Sprache", lambda row: (row.language.code,)),
    "art": ("Art", lambda row: (row.kind_title,)),
    "stand": ("Status", lambda row: row.states),
    "autor": ("Autor", lambda row: (row.author,)),
}
"""Labels of the filters, and the values of a row by which they find it."""
ORDERS: dict[str, tuple[str, Callable[[TextRow], Any]]] = {
    "titel": ("Titel von A bis Z", lambda row: slugs.slugify(row.title)),
    "datum": ("neueste zuerst", lambda row: -(row.day.toordinal() if row.day else 0)),
    "geaendert": ("zuletzt geändert", _last_change),
}
"""Labels of the orders, and their sort keys."""


@blueprint.get("/")
def texts() -> str:
    """Show a page of all texts, or of those that match the search."""
    every = all_rows()
    found = list(_wanted(every))
    if order := ORDERS.get(request.args.get("sortierung", "")):
        found.sort(key=order[1])
    wanted = params.page(request.args.get("seite", ""))
    number = paging.existing(wanted, len(found), ON_A_PAGE)
    count = paging.count(len(found), ON_A_PAGE)
    shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    _find_out(shown)
    return render_template(
        "editor/texts.html",
        rows=shown,
        total=len(found),
        number=number,
        count=count,
        args=request.args,
        filters=[(name, label, _choices(name, every)) for name, (label, _) in FILTERS.items()],
        orders=[(name, label) for name, (label, _) in ORDERS.items()],
        names=names(),
        query=functools.partial(params.query, request.args, ("suche", *FILTERS, "sortierung")),
    )


def _choices(name: str, rows: Sequence[TextRow]) -> list[tuple[str, str]]:
    """Return the values of a filter and their labels, with how many rows have them."""
    counts = Counter(value for row in rows for value in FILTERS[name][1](row) if value)
    states: dict[str, str] = WORDS["text_states"]
    called = states | {code: labels.language(code) for code in counts if name == "sprache"}
    found = [key for key in states if key in counts] if name == "stand" else list(counts)
    return [(key, f"{called.get(key, key)} ({counts[key]})") for key in found]


def called(item: Item) -> str:
    """Return the title of a text for editors."""
    return WORDS["called"].get(item.text.file) or item.title or item.name


def public_address(item: Item) -> str:
    """Return the address at which visitors find a text today; empty if they do not."""
    found = editor_state().site.library.edition_of(item).item_at(item.address)
    is_there = found is not None and found.text.file == item.text.file
    return item.address if is_there and item.is_public(clock.today()) else ""


def title_for_editors(file: str, data: bytes) -> str:
    """Return the title of a file for editors, as it is written in its bytes."""
    inner = kinds.edition_and_file(file)[1]
    _, name = kinds.of_file(inner) or (None, file)
    found: str = title_of(file) or WORDS["called"].get(inner) or _written(data).get("title") or name
    return found


def linked(key: str, file: str) -> str:
    """Return a message with a link to the page of a file.

    :param key: of a message of the editor with ``{link}``.
    """
    now = stored(file)
    title = title_for_editors(file, now.data) if now else file
    link = Markup('<a href="{}">{}</a>').format(page_of(file), title)
    return Markup(msg(key, link=link))  # noqa: S704 - the title is escaped


def all_rows() -> list[TextRow]:
    """Return all rows: working copies first, then by kind, newest first."""
    state = editor_state()
    library = state.site.library
    copies = {copy.file: copy for copy in state.copies.all()}
    rows = []
    for edition in library.every_edition:
        for item in edition.items:
            copy = copies.pop(item.text.content_file, None)
            found = library.counterparts(item).items() if edition.is_german else ()
            row = TextRow(
                item.text.content_file,
                item.kind,
                title_for_editors(copy.file, copy.data) if copy else called(item),
                states_of(library, item, copy),
                day=item.date,
                author=item.author,
                copy=copy,
                item=item,
                language=edition.language,
                others=tuple(labels.language(code) for code, other in found if other),
            )
            rows.append(row)
    _mark_clashes([row for row in rows if row.copy])
    for file in library.unreadable_files:
        if named := kinds.of_content_file(file):
            language = library.in_edition(file)[0].language
            copy = copies.pop(file, None)
            label, states = library.label(file), ("fehlerhaft",)
            cause = next((each for each in library.every_problem if each.path == label), None)
            rows.append(TextRow(file, *named, states, copy=copy, language=language, cause=cause))
    rows += filter(None, map(_new, copies.values()))
    return sorted(rows, key=_order)


def _written(data: bytes) -> dict[str, str]:
    """Return title and author as written in a text, if they are."""
    # Only what stands above the text is kept with its values.
    try:
        text = text_files.decoded(data)
    except UnreadableFile:
        return {}
    values = _values(text[: front_matter_edits.body_start(text)].encode())
    return {key: str(values[key]) for key in ("title", "author") if values.get(key)}


_values = functools.lru_cache(KEPT)(front_matter_edits.values)


def _mark_clashes(rows: Sequence[TextRow]) -> None:
    """Mark working copies that conflict with the official version."""
    state = editor_state()
    main = state.repository.main if rows else ""
    for row in rows:
        if row.copy and row.copy.commit != main:
            merged = merged_with(state.official(row.file, main)[1], row.copy)
            if merged and merged.conflicts:
                row.states = ("klaeren", *row.states)


def states_of(library: Library, item: Item | None, copy: WorkingCopy | None) -> tuple[str, ...]:
    """Return the states of a text: of the working copy, then of the official text."""
    today = clock.today()
    found = [_of_copy(copy)] if copy else []
    if item is not None:
        found.append(_of_item(item, today))
        if item.review_is_due(today):
            found.append("veraltet")
        if library.newer_original(item):
            found.append("uebersetzung")
    return tuple(dict.fromkeys(found))


def _new(copy: WorkingCopy) -> TextRow | None:
    """Return the row of a working copy without official text; None if it is not editable."""
    kind, _ = kinds.of_content_file(copy.file) or (None, "")
    if kind is None and not title_of(copy.file):
        return None
    return TextRow(
        copy.file,
        kind,
        title_for_editors(copy.file, copy.data),
        (_of_copy(copy),),
        author=_written(copy.data).get("author", "") if kind else "",
        copy=copy,
        language=editor_state().site.library.in_edition(copy.file)[0].language,
    )


def _of_item(item: Item, today: datetime.date) -> str:
    if item.status in _FROM_FILE:
        return _FROM_FILE[item.status]
    return "oeffentlich" if item.is_public(today) else "geplant"


def _of_copy(copy: WorkingCopy) -> str:
    return str(WORDS["copy_states"][copy.state])


def _order(row: TextRow) -> tuple[bool, float, bool, str, int, int, str]:
    """Return the sort key: working copies first, then German texts, by kind, newest first."""
    saved = row.copy.saved_at.timestamp() if row.copy else 0.0
    day = row.day.toordinal() if row.day else 10**7
    rank = kinds.KINDS.index(row.kind) if row.kind else -1
    return (
        row.copy is None,
        -saved,
        row.is_translated,
        row.language.code,
        rank,
        -day,
        row.title.casefold(),
    )


def _wanted(rows: Iterable[TextRow]) -> Iterable[TextRow]:
    words = params.line(request.args.get("suche", "")).casefold().split()
    wanted = {name: value for name in FILTERS if (value := request.args.get(name, ""))}
    for row in rows:
        where = f"{row.title} {row.subtitle} {row.file}".casefold()
        if all(word in where for word in words) and all(
            value in FILTERS[name][1](row) for name, value in wanted.items()
        ):
            yield row


def _find_out(rows: Iterable[TextRow]) -> None:
    site = editor_state().site
    until = time.monotonic() + PATIENCE
    open_facts = site.library.every_open_fact
    for row in rows:
        if row.item is not None and row.copy is None:
            report = site.known_report(row.item, until)
            row.report = report and _as_on_its_page(report, row.item, open_facts)


def _as_on_its_page(report: TextReport, item: Item, open_facts: Collection[Problem]) -> TextReport:
    """Return a report in which a missing review is a hint."""
    problems = by_severity(
        replace(each, severity=Severity.HINT) if is_missing_review(each, item, open_facts) else each
        for each in report.problems
    )
    return replace(report, problems=problems)
