"""The data above a text as a form: which fields there are, and how their values are typed.

A field shows a value only where it understands it wholly. Whatever else stands above the text stays
as it is, and is named, so that nobody misses it. The fields stand in ``text_fields.toml``.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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

from website.content.kinds import TOOL_PAGES
from website.content.library import Library
from website.content.models import Item, Kind
from website.content.problems import is_placeholder
from website.content.text_reader import keys_of
from website.infra import toml_tables

Values = Mapping[str, Any]
Choices = Sequence[tuple[str, str]]

NEW_SOURCES = 2
"""Empty rows below the sources that a text has."""
HEAD_IMAGE = "image"

_DATA = toml_tables.beside(__file__, "text_fields.toml")
_WITHOUT_FIELD = {"aliases", "cover"}
"""Written by commands, or seldom: they are edited with the whole file."""


class Style(Enum):
    """How a value is typed, and which values can be."""

    LINE = "line"
    AREA = "area"
    """A longer text."""
    DAY = "day"
    CHOICE = "choice"
    """One of some words."""
    WORDS = "words"
    """A list of texts, with commas between them."""
    POINTS = "points"
    """A list of texts, one on each line."""
    BOXES = "boxes"
    """Some of several words."""
    SOURCES = "sources"
    INVITATION = "invitation"
    """A topic of the form, and a text."""

    def understands(self, value: Any, choices: Choices = ()) -> bool:  # noqa: ANN401 - of YAML
        """Return whether a form can show a value of the front matter, and give it back.

        What is empty, or a choice that nobody has made yet, is shown as an empty field.
        """
        if value in (None, "") or (self is Style.CHOICE and _is_open(value)):
            return True
        try:
            if self is Style.DAY:
                datetime.date.fromisoformat(value)
            given_back = self.written(self.shown(value))
            chosen = {value} if self is Style.CHOICE else {*value} if self is Style.BOXES else set()
            return (_on_one_line(value) or None) == given_back and chosen <= dict(choices).keys()
        except (AttributeError, TypeError, ValueError):
            return False

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
        return " ".join((value or "").split())

    def written(self, typed: Any) -> Any:  # noqa: ANN401
        """Return what was typed as a value of the front matter; nothing where it is empty."""
        match self:
            case Style.WORDS:
                typed = (typed or "").split(",")
            case Style.POINTS:
                typed = (typed or "").splitlines()
            case Style.SOURCES:
                typed = [{name: each.get(name) for name in _SOURCE} for each in typed or ()]
            case Style.INVITATION:
                typed = {name: (typed or {}).get(name) for name in _INVITATION}
        return _on_one_line(typed) or None


@dataclass(frozen=True)
class Row:
    """One field of the form."""

    key: str
    label: str
    style: Style = Style.LINE
    hint: str = ""
    good_length: int = 0


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    rows: tuple[Row, ...]


GROUPS = tuple(
    Group(
        group["title"],
        tuple(Row(**{**row, "style": Style(row.get("style", "line"))}) for row in group["rows"]),
    )
    for group in _DATA["groups"]
)
"""All fields, in the order of the page."""


class SourceForm(Form):
    """One source."""

    text = StringField("Titel, Autor, Verlag")
    year = StringField("Jahr")
    url = StringField("Adresse im Web")


_SOURCE = ("text", "year", "url")
_INVITATION = ("topic", "text")


def groups_of(kind: Kind[Item], library: Library) -> tuple[Group, ...]:
    """Return the fields that texts of a kind have, also those that only its model knows."""
    keys = keys_of(kind, library.file_cache.known) - _WITHOUT_FIELD
    known = {row.key for group in GROUPS for row in group.rows}
    own = tuple(Row(key, key) for key in sorted(keys - known))
    groups = [replace(GROUPS[0], rows=(*GROUPS[0].rows, *own)), *GROUPS[1:]]
    return only(groups, lambda row: row.key in keys)


def only(groups: Iterable[Group], is_wanted: Callable[[Row], bool]) -> tuple[Group, ...]:
    """Return groups with some of their fields, without those that have none left."""
    found = (replace(group, rows=tuple(filter(is_wanted, group.rows))) for group in groups)
    return tuple(group for group in found if group.rows)


def field_labels(kind: Kind[Item], library: Library) -> dict[str, str]:
    """Return what editors call each field."""
    return {row.key: row.label for group in groups_of(kind, library) for row in group.rows}


def choices_of(library: Library) -> dict[str, Choices]:
    """Return what can be chosen in each field that has choices."""
    return {
        "topic": [
            ("", "noch keines"),
            *((topic.slug, topic.title) for topic in library.site.topics),
        ],
        "ai": [("", "noch nicht angegeben"), *_DATA["ai"].items()],
        "tools": [(page.name, page.title) for page in library.of_kind(TOOL_PAGES)],
        "cta": [("", "keines"), *library.questionnaire.topics],
    }


def form_of(
    rows: Sequence[Row],
    values: Values,
    choices: Mapping[str, Choices],
    sent: MultiDict[str, str] | None = None,
    *,
    more_sources: int = 0,
) -> Form:
    """Return the form of some fields: with what stands in the file, or with what was sent.

    :param more_sources: further empty rows for sources.
    """
    fields = {row.key: _field(row, choices.get(row.key, ())) for row in rows}
    data = {row.key: row.style.shown(values.get(row.key)) for row in rows}
    form: Form = type("FrontMatterForm", (Form,), fields)(sent, data=data)
    sources = next((field for field in form if field.name == "sources"), None)
    if isinstance(sources, FieldList):
        empty = sum(not any(each.values()) for each in sources.data)
        for _ in range(NEW_SOURCES - empty + more_sources):
            sources.append_entry()
    return form


def _field(row: Row, choices: Choices) -> Field:
    options = [SelectChoice(*each) for each in choices]
    match row.style:
        case Style.AREA | Style.POINTS:
            return TextAreaField(row.label)
        case Style.CHOICE:
            return SelectField(row.label, choices=options, validate_choice=False)
        case Style.BOXES:
            return SelectMultipleField(row.label, choices=options, validate_choice=False)
        case Style.SOURCES:
            return FieldList(FormField(SourceForm), row.label)
        case Style.INVITATION:
            topic = SelectField("Thema im Formular", choices=options, validate_choice=False)
            text = TextAreaField("Text der Einladung")
            inner = type("InvitationForm", (Form,), {"topic": topic, "text": text})
            return FormField(inner, row.label)
    return StringField(row.label)


def _is_open(value: object) -> bool:
    return isinstance(value, str) and is_placeholder(value)


def _on_one_line(value: Any) -> Any:  # noqa: ANN401
    """Return a value with each of its texts on one line, without what is empty."""
    if isinstance(value, dict):
        texts = {key: _on_one_line(each) for key, each in value.items()}
        return {key: text for key, text in texts.items() if text}
    if isinstance(value, list):
        return [text for each in value if (text := _on_one_line(each))]
    return " ".join((value or "").split())
