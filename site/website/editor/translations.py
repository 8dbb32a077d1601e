"""Translations of a text: which exist, which are outdated, and what has changed since."""

import datetime
from dataclasses import dataclass, replace

from flask import flash
from flask.typing import ResponseReturnValue

from website.checking.text_reports import TextReport, by_severity
from website.content import kinds
from website.content.languages import GERMAN, Language
from website.content.library import Library
from website.content.models import Item
from website.content.problems import MARK, Problem, Severity, is_placeholder
from website.editor.blueprint import actor, editor_state, msg
from website.editor.edited_site import EditedText
from website.editor.text_forms import Stored, stored
from website.editorial import front_matter_edits, line_edits, translations
from website.editorial.repository import Diff
from website.exceptions import AuthoringError, CopyConflict
from website.infra import clock, german
from website.leads import labels
from website.staff.access import go_to

_LINES = ("Zeile", "Zeilen")


@dataclass(frozen=True)
class Counterpart:
    """A text in another language, which may not exist yet."""

    file: str
    language: Language
    title: str = ""
    """Title or file name; empty if it does not exist."""
    day: datetime.date | None = None
    """Day of the last change shown to readers."""
    body: str = ""
    values: str = ""
    """The source of the front matter."""


@dataclass(frozen=True)
class Languages:
    """Translations as shown on the page of a text."""

    own: Language
    others: tuple[Counterpart, ...]
    stale: tuple[tuple[str, Item, Item], ...] = ()
    """Language, outdated translation, and newer German text."""
    changed: Diff | None = None
    """Changes to the German text since this translation; None if they are unknown."""
    address: str = ""
    """The future address of a translation that has none yet."""
    refusal: str = ""
    """Why no address can be assigned."""

    @property
    def is_translation(self) -> bool:
        """Whether the text is in another language than German."""
        return self.own.code != GERMAN.code


def of(now: Stored, edited: EditedText) -> Languages:
    """Return the translations of a text, including unsaved changes."""
    library = editor_state().site.library
    edition, inner = library.in_edition(now.file)
    others = tuple(
        _counterpart(other.content_file(inner), other.language)
        for other in library.every_edition
        if other is not edition
    )
    item = edited.item
    if item is None:
        return Languages(edition.language, others)
    if edition.is_german:
        found = edited.library.counterparts(item).items()
        older = [
            (code, each) for code, each in found if each and edited.library.newer_original(each)
        ]
        return Languages(edition.language, others, tuple((*each, item) for each in older))
    original = edited.library.newer_original(item)
    return Languages(
        edition.language,
        others,
        ((edition.language.code, item, original),) if original else (),
        _changed_since(inner, item.modified) if original else None,
        *_new_address(edited.library.edition_of(item), item),
    )


def _new_address(edition: Library, item: Item) -> tuple[str, str]:
    """Return the future address of a text, and why none can be assigned."""
    try:
        row = translations.new_address(edition, item)
    except AuthoringError as error:
        return "", str(error)
    if row is None or is_placeholder(item.title):
        return "", ""
    return edition.addresses.at_root(f"{row[1]}/"), ""


def _counterpart(file: str, language: Language) -> Counterpart:
    now = stored(file)
    if now is None:
        return Counterpart(file, language)
    item = editor_state().site.with_text(file, now.data).item
    text = line_edits.shown(now.data)
    start = front_matter_edits.body_start(text)
    return Counterpart(
        file,
        language,
        (item.title if item else "") or file,
        item.modified if item else None,
        text[start:].strip("\n"),
        text[:start].strip("\ufeff-\n"),
    )


def _changed_since(file: str, day: datetime.date | None) -> Diff | None:
    """Return the diff of a German text since a day; None if its history does not tell."""
    state, known = editor_state(), []
    for version in state.repository.history(file):
        data = state.official(version.path or file, version.commit)[1] or b""
        if day and _modified(data) <= day.isoformat():
            known.append(data)
            if version.at.astimezone(clock.GERMANY).date() <= day:
                break
    if not known:
        return None
    # Where the history begins later than that day, the oldest version comes nearest to it.
    return state.repository.diff(known[-1], state.official(file)[1] or b"", around=1)


def _modified(data: bytes) -> str:
    """Return the day of the last change according to the front matter."""
    values = front_matter_edits.values(data)
    return str(values.get("updated") or values.get("date") or "9")


def without_german(report: TextReport, file: str, data: bytes) -> TextReport:
    """Return a report with one warning for all lines that are still as in the German text.

    :param file: a text of any edition.
    :param data: its bytes, as the report is about them.
    """
    library = editor_state().site.library
    edition, inner = library.in_edition(file)
    original = None if edition.is_german else stored(inner)
    if original is None:
        return report
    known = {*line_edits.shown(original.data).split("\n")} - {"", "---"}
    lines = enumerate(line_edits.shown(data).split("\n"), start=1)
    same = {number for number, line in lines if line in known or MARK in line}
    kept = [each for each in report.problems if not each.rule or each.line not in same]
    if left := {each.line for each in report.problems} - {each.line for each in kept}:
        message = msg("translations.untranslated", lines=german.counted(len(left), *_LINES))
        kept.append(Problem(edition.label(inner), max(left), message, Severity.WARNING))
    return replace(report, problems=by_severity(kept))


def begin(file: str, code: str) -> ResponseReturnValue:
    """Create a translation unless it exists, and redirect to its page.

    :param file: the text in any language.
    :param code: the language of the translation.
    """
    state = editor_state()
    library = state.site.library
    edition = library.editions.get(code)
    _, inner = library.in_edition(file)
    found = kinds.of_file(inner)
    if edition is None or found is None:
        return go_to("editor.open_file", file=file)
    target, name = edition.content_file(inner), labels.language(code)
    now = stored(inner) or stored(file)
    if stored(target) is None and now is not None:
        data = translations.begun(now.official or now.data, name, clock.today())
        try:
            main = state.repository.main
            state.copies.save(target, 0, data, actor(), official=None, commit=main)
            flash(msg("translations.begun", name=name))
        except CopyConflict:
            flash(f"Jemand hat diesen Text gerade auf {name} angelegt.")
    else:
        flash(f"Auf {name} gibt es diesen Text schon.")
    return go_to("editor.open_file", file=target, neben=GERMAN.code)
