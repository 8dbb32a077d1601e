"""The data above a text as a form: which fields there are, and what somebody has changed in them.

A field shows a value only where it understands it wholly. Whatever else stands above the text stays
as it is, and is named, so that nobody misses it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from website.content import frontmatter
from website.content.kinds import TOOL_PAGES, Kind
from website.content.library import Library
from website.content.models import DECORATIVE, AiUse, Item
from website.content.placeholders import is_placeholder
from website.content.problems import Problem
from website.content.text_reader import DESCRIPTION_LENGTH, TITLE_LENGTH, keys_of

Values = Mapping[str, Any]
Choices = Sequence[tuple[str, str]]


NEW_SOURCES = 2
"""Empty rows below the sources that a text has."""
_AI = (("", "noch nicht angegeben"), (AiUse.NONE, "nein"), (AiUse.ASSISTED, "teilweise"),
       (AiUse.GENERATED, "ganz"))  # fmt: skip
_NAMED = re.compile(r"„(\w+)“")
_KEPT_APART = frozenset({"status"})
"""Set by what is done with a text, not by what is typed above it."""


class Style(Enum):
    """How a value is typed, and which values can be."""

    LINE = "a text on one line"
    AREA = "a longer text"
    DAY = "a day"
    CHOICE = "one of some words"
    WORDS = "a list of texts, with commas between them"
    POINTS = "a list of texts, one on each line"
    BOXES = "some of several words"
    SOURCES = "a list of sources"
    INVITATION = "a topic of the form, and a text"

    def understands(self, value: Any, choices: Choices = ()) -> bool:  # noqa: ANN401 - of YAML
        """Return whether a form can show a value of the front matter, and give it back.

        What is empty, or a choice that nobody has made yet, is shown as an empty field.
        """
        if value in (None, "") or (self is Style.CHOICE and _is_open(value)):
            return True
        match self:
            case Style.WORDS:
                fits = _is_texts(value) and not any("," in each for each in value)
            case Style.POINTS:
                fits = _is_texts(value)
            case Style.BOXES:
                fits = _is_texts(value) and set(value) <= dict(choices).keys()
            case Style.SOURCES:
                keys = {"text", "url", "year"}
                fits = isinstance(value, list) and all(_is_table(each, keys) for each in value)
            case Style.INVITATION:
                fits = _is_table(value, {"topic", "text"})
            case Style.CHOICE:
                fits = isinstance(value, str) and value in dict(choices)
            case Style.DAY:
                fits = isinstance(value, str) and _is_day(value)
            case _:
                fits = isinstance(value, str)
        return fits

    def shown(self, value: Any) -> Any:  # noqa: ANN401
        """Return a value of the front matter as the form's field holds it."""
        match self:
            case Style.WORDS:
                return ", ".join(map(_on_one_line, value or ()))
            case Style.POINTS:
                return "\n".join(map(_on_one_line, value or ()))
            case Style.BOXES | Style.SOURCES:
                return list(value or ())
            case Style.INVITATION:
                return dict(value or {})
            case Style.CHOICE if _is_open(value):
                return ""
        return _on_one_line(value or "")

    def written(self, typed: Any) -> Any:  # noqa: ANN401
        """Return what was typed as a value of the front matter; nothing where it is empty."""
        match self:
            case Style.WORDS:
                parts: Any = [_on_one_line(part) for part in (typed or "").split(",")]
            case Style.POINTS:
                parts = [_on_one_line(part) for part in (typed or "").splitlines()]
            case Style.BOXES:
                parts = typed or []
            case Style.SOURCES:
                parts = [_filled(each) for each in typed or ()]
            case Style.INVITATION:
                return _filled(typed or {}) or None
            case _:
                return _on_one_line(typed or "") or None
        return [part for part in parts if part] or None


@dataclass(frozen=True)
class Row:
    """One field of the form."""

    key: str
    label: str
    style: Style = Style.LINE
    hint: str = ""
    longest: int = 0
    """Characters that the reader of the file takes; 0 for any number."""
    good_length: int = 0
    """Characters after which search engines cut."""


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    rows: tuple[Row, ...]


FIRST = "Angaben zum Text"
HEAD_IMAGE = "image"
GROUPS = (
    Group(FIRST, (
        Row("title", "Titel", longest=TITLE_LENGTH, good_length=70),
        Row("description", "Beschreibung", Style.AREA, "Ein Satz für Suchergebnisse und Listen.",
            DESCRIPTION_LENGTH, 160),
        Row("lead", "Satz unter dem Titel", Style.AREA),
        Row("topic", "Thema", Style.CHOICE),
        Row("industry", "Branche"),
        Row("role", "Aufgabe"),
        Row("duration", "Dauer"),
        Row("date", "Datum über dem Text", Style.DAY,
            "Leser sehen es. Liegt es in der Zukunft, bleibt der Text bis dahin verborgen, auch "
            "wenn er schon veröffentlicht ist."),
        Row("updated", "Zuletzt geändert am", Style.DAY, "Auch diesen Tag sehen Leser."),
    )),
    Group("Kurzfassung und Stichwörter", (
        Row("summary", "Das Wichtigste in Kürze", Style.POINTS,
            "Drei bis fünf Punkte, je Zeile einer, zusammen höchstens 60 Wörter."),
        Row("tags", "Stichwörter", Style.WORDS, "Mit Komma getrennt."),
    )),
    Group("Quellen", (
        Row("sources", "Quellen", Style.SOURCES),
    )),
    Group("Autor und Prüfung", (
        Row("author", "Autor"),
        Row("reviewed_by", "Fachlich geprüft von"),
        Row("ai", "Mit KI entstanden?", Style.CHOICE),
        Row("responsible", "Redaktionell verantwortlich",
            hint="Vor- und Nachname. Ohne Angabe gilt, wer im Impressum steht."),
        Row("review_by", "Wieder prüfen bis", Style.DAY,
            "Danach erinnert eine Warnung daran. Leser sehen diesen Tag nicht."),
    )),
    Group("Bild, Werkzeuge, Einladung", (
        Row(HEAD_IMAGE, "Bild über dem Text",
            hint="Der Name der Datei. Neue Bilder laden Sie unter „Bilder“ hoch."),
        Row("image_alt", "Was ist auf dem Bild zu sehen?", Style.AREA,
            f"Soll es nur schmücken: „{DECORATIVE}“."),
        Row("tools", "Werkzeuge zum Thema", Style.BOXES),
        Row("cta", "Einladung am Ende", Style.INVITATION),
    )),
)  # fmt: skip
"""All fields, in the order of the page."""

_WITHOUT_FIELD = {"aliases", "cover"}
"""Written by commands, or seldom: they are edited with the whole file."""


class SourceForm(Form):
    """One source."""

    text = StringField("Titel, Autor, Verlag")
    year = StringField("Jahr")
    url = StringField("Adresse im Web")


def groups_of(kind: Kind[Item], library: Library) -> tuple[Group, ...]:
    """Return the fields that texts of a kind have, also those that only its model knows."""
    keys = keys_of(kind, library.file_cache.known) - _WITHOUT_FIELD
    known = {row.key for group in GROUPS for row in group.rows}
    own = tuple(Row(key, key) for key in sorted(keys - known))
    found = []
    for group in GROUPS:
        rows = tuple(row for row in group.rows if row.key in keys)
        if group.title == FIRST:
            rows += own
        if rows:
            found.append(Group(group.title, rows))
    return tuple(found)


def field_labels(kind: Kind[Item], library: Library) -> dict[str, str]:
    """Return what editors call each field."""
    return {row.key: row.label for group in groups_of(kind, library) for row in group.rows}


def choices_of(library: Library) -> dict[str, Choices]:
    """Return what can be chosen in each field that has choices."""
    topics = [(topic.slug, topic.title) for topic in library.site.topics]
    tools = [(page.name, page.title) for page in library.of_kind(TOOL_PAGES)]
    return {
        "topic": [("", "noch keines"), *topics],
        "ai": [(str(value), label) for value, label in _AI],
        "tools": tools,
        "cta": [("", "keines"), *library.questionnaire.topics],
    }


@dataclass(frozen=True)
class FrontMatter:
    """The data of one file, and which of them the form can show."""

    values: Values
    groups: tuple[Group, ...]
    """The fields whose values are understood."""
    others: tuple[str, ...]
    """Keys that stay as they are, because no field can show them."""
    choices: Mapping[str, Choices]

    @property
    def rows(self) -> Iterator[Row]:
        """Yield the fields."""
        return (row for group in self.groups for row in group.rows)

    def form(self, sent: MultiDict[str, str] | None = None, *, more_sources: int = 0) -> Form:
        """Return the form: with what stands in the file, or with what was sent.

        :param more_sources: further empty rows for sources.
        """
        made = type("FrontMatterForm", (Form,), {row.key: self._field(row) for row in self.rows})
        data = {row.key: row.style.shown(self.values.get(row.key)) for row in self.rows}
        form: Form = made(sent, data=data)
        sources = next((field for field in form if field.name == "sources"), None)
        if isinstance(sources, FieldList):
            empty = sum(not any(each.values()) for each in sources.data)
            for _ in range(NEW_SOURCES - empty + more_sources):
                sources.append_entry()
        return form

    def changes(self, form: Form) -> dict[str, Any]:
        """Return what was typed otherwise than it stands in the file; None for what is emptied."""
        found = {}
        for row in self.rows:
            before = row.style.written(row.style.shown(self.values.get(row.key)))
            now = row.style.written(form.data[row.key])
            if row.style is Style.BOXES:
                now = _in_order(before or [], now or []) or None
            if now != before:
                found[row.key] = now
        return found

    def key_of(self, problem: Problem, lines: Mapping[tuple[str | int, ...], int]) -> str:
        """Return the field that a problem is about; nothing where it is about none.

        :param lines: where each value stands.
        """
        shown = {row.key for row in self.rows}
        tops = {str(path[0]): line for path, line in lines.items() if len(path) == 1}
        named = next((key for key in _NAMED.findall(problem.message) if key in shown), "")
        if named and (problem.line == 1 or named not in tops):
            return named
        at = max((line for line in tops.values() if line <= problem.line), default=0)
        here = next((key for key, line in tops.items() if line == at), "")
        return here if problem.line > 1 and here in shown else ""

    def in_words(self, message: str) -> str:
        """Return a message that calls each field by its label, not by its key."""
        labels = {row.key: row.label for row in self.rows}
        return _NAMED.sub(lambda found: f"„{labels.get(found[1], found[1])}“", message)

    def _field(self, row: Row) -> Field:
        choices = [SelectChoice(*each) for each in self.choices.get(row.key, ())]
        match row.style:
            case Style.AREA | Style.POINTS:
                return TextAreaField(row.label)
            case Style.CHOICE:
                return SelectField(row.label, choices=choices, validate_choice=False)
            case Style.BOXES:
                return SelectMultipleField(row.label, choices=choices, validate_choice=False)
            case Style.SOURCES:
                return FieldList(FormField(SourceForm), row.label)
            case Style.INVITATION:
                topic = SelectField("Thema im Formular", choices=choices, validate_choice=False)
                text = TextAreaField("Text der Einladung")
                inner = type("InvitationForm", (Form,), {"topic": topic, "text": text})
                return FormField(inner, row.label)
        return StringField(row.label)


def read(text: str, kind: Kind[Item], library: Library) -> FrontMatter | None:
    """Return the data above a text; nothing where they cannot be read."""
    document = frontmatter.read(text, lambda *_: None)
    if document is None:
        return None
    values = document.fields.values
    choices = choices_of(library)
    groups, shown = [], set(_KEPT_APART)
    for group in groups_of(kind, library):
        rows = tuple(
            row
            for row in group.rows
            if row.style.understands(values.get(row.key), choices.get(row.key, ()))
        )
        shown |= {row.key for row in rows}
        if rows:
            groups.append(Group(group.title, rows))
    others = tuple(key for key in values if key not in shown)
    return FrontMatter(values, tuple(groups), others, choices)


def _in_order(before: list[str], now: list[str]) -> list[str]:
    """Return what was ticked in the order of the file; what is new comes last."""
    return [
        *(each for each in before if each in now),
        *(each for each in now if each not in before),
    ]


def _is_open(value: object) -> bool:
    return isinstance(value, str) and is_placeholder(value)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


def _is_table(value: object, keys: set[str]) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= keys
        and all(each is None or isinstance(each, str) for each in value.values())
    )


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _filled(table: Mapping[str, Any]) -> dict[str, str]:
    """Return the entries of a table that say something, in its order."""
    typed = {key: _on_one_line(str(value or "")) for key, value in table.items()}
    return {key: value for key, value in typed.items() if value}
