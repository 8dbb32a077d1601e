"""Fields of the forms of content files, and the form layouts of TOML files.

The input of a value in TOML follows from its type; its explanation is the comment in the file.
Layouts and labels are in ``data_fields.toml``.
"""

from __future__ import annotations

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import Any, Self

from website.content import (
    kinds,
    languages,
    questionnaire_file,
    reply_templates,
    sitedata,
    text_files,
)
from website.content.files import WORDS
from website.content.problems import is_placeholder
from website.content.sitedata import SiteData
from website.content.value_reader import Path, day_of, name_of, value_at
from website.infra import toml_tables
from website.leads.labels import language

FORM_PAGE = "kontakt"
"""The page with the request form."""
PAGES = {sitedata.NAME: "index", questionnaire_file.NAME: FORM_PAGE}
"""The page that shows most values of a file, by the page's name."""
TITLES = {
    sitedata.NAME: "Angaben zur Website",
    questionnaire_file.NAME: "Anfrageformular",
    reply_templates.NAME: "Vorlagen für Antworten",
    WORDS: "Eigene Wörter",
}
"""Titles of the editable files."""
OF_EDITION = {**TITLES, languages.NAME: "Wörter der Oberfläche"}
"""Titles of the editable files of an edition in another language."""

OVERLAYS = frozenset({sitedata.NAME, questionnaire_file.NAME, languages.NAME})
"""Files of an edition with translated values only; they have no form."""

LABELS = toml_tables.beside(__file__, "data_fields.toml")
_MARKER = re.compile(r"\s*[-–*•·](\s+|$)")
"""The mark of a list's entry, as it is typed in texts and comes with what is pasted."""
LONG = 70
"""Length in characters from which a text gets a multi-line field."""


class Style(Enum):
    """The kind of input for a value."""

    LINE = "a text on one line"
    AREA = "a longer text without line ends"
    LETTER = "a text with its line ends"
    DAY = "a day"
    NUMBER = "a whole number"
    TICK = "whether something holds"
    POINTS = "a list of texts, one on each line"
    WORDS = "a list of texts, with commas between them"
    CHOICE = "one of some words"
    BOXES = "some of several words"

    @classmethod
    def of(cls, value: Any, default: Any) -> Style:  # noqa: ANN401 - what TOML holds
        """Return the style for a value, or for its default if it is missing or of another type."""
        kind = type(value) if type(value) is type(default) else type(default)
        if kind is bool:
            return cls.TICK
        if kind is int:
            return cls.NUMBER
        if kind in {list, tuple}:
            return cls.POINTS
        if default is None or kind is datetime.date:
            return cls.DAY
        text = str(value or "")
        if "\n" in text or "\n" in default:
            return cls.LETTER
        return cls.AREA if len(text) > LONG and not is_placeholder(text) else cls.LINE

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of texts."""
        return self in {Style.POINTS, Style.WORDS, Style.BOXES}

    def shown(self, value: Any) -> str:  # noqa: ANN401
        """Return a value as the text of its input."""
        if self is Style.TICK:
            return "ja" if value is True else ""
        if self.is_list and isinstance(value, list):
            between = ", " if self is Style.WORDS else "\n"
            return between.join(" ".join(str(each).split()) for each in value)
        text = "" if value is None else str(value)
        return text if self is Style.LETTER else " ".join(text.split())

    def read(self, typed: str) -> Any:  # noqa: ANN401
        """Parse typed text as a value; invalid input is returned as text."""
        typed = text_files.without_control(typed.replace("\r\n", "\n"))
        if self is Style.LETTER:
            return typed
        if self is Style.TICK:
            return typed == "ja"
        if self.is_list:
            rows = typed.split("," if self is Style.WORDS else "\n")
            if self is Style.POINTS:
                rows = [_MARKER.sub("", row) for row in rows]
            return [" ".join(row.split()) for row in rows if row.strip()]
        text = " ".join(typed.split())
        if self is Style.NUMBER and text.isascii() and text.isdigit():
            return int(text)
        if self is Style.DAY:
            return day_of(text) or text or None
        return text


@dataclass(frozen=True)
class Part(ABC):
    """A part of a form for one value, or for several related ones."""

    path: Path
    label: str

    @property
    def name(self) -> str:
        """Name of the input, or common prefix of its inputs."""
        return name_of(self.path)

    @property
    @abstractmethod
    def cells(self) -> Iterator[Field]:
        """Its fields."""

    @property
    def is_missing(self) -> bool:
        """Whether one of its values is a placeholder."""
        return any(cell.missing for cell in self.cells)


@dataclass(frozen=True)
class Field(Part):
    """The field of one value of a file, or a column of a list."""

    default: Any = ""
    hint: str = ""
    """Explanation shown above the input."""
    is_fixed: bool = False
    """Whether it is read-only in existing rows."""
    is_address: bool = False
    """Whether it is the address of a page."""
    choices: tuple[tuple[str, str], ...] = ()
    """Values and labels of the options."""
    is_text: bool = False
    """Whether the style is fixed, and placeholders are shown as text."""
    style: Style = Style.LINE
    typed: str = ""
    missing: str = ""
    """What the placeholder asks for; empty if there is none."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Create a field from its description in TOML."""
        path = tuple(data.get("path", ())) or (data["key"],)
        more = {key: each for key, each in data.items() if key not in {"key", "path", "style"}}
        if "style" in data:
            more |= {"style": Style[data["style"].upper()], "is_text": True}
        return cls(path=path, **more)

    def shown(self, value: Any) -> str:  # noqa: ANN401 - what a file holds
        """Return a value as the text of the input; empty for placeholders that are not shown."""
        is_open = isinstance(value, str) and is_placeholder(value)
        is_hidden = is_open and (not self.is_text or self.style is Style.CHOICE)
        return "" if is_hidden else self.style.shown(value)

    def read(self, old: Any, typed: str) -> Any:  # noqa: ANN401
        """Parse typed text; the old value is returned if the text is unchanged."""
        if typed.replace("\r\n", "\n") == self.shown(old):
            return old
        value = self.style.read(typed)
        return in_order(old or (), value) if self.style is Style.BOXES else value

    @property
    def key(self) -> str:
        """Its key in its table."""
        return str(self.path[-1])

    @property
    def cells(self) -> Iterator[Field]:
        """Only itself."""
        yield self


@dataclass(frozen=True)
class ListRow:
    """A row of a list."""

    number: int
    origin: str
    """Index of the row in the file; empty for a new one."""
    cells: tuple[Field, ...]


@dataclass(frozen=True)
class Rows(Part):
    """A list of tables whose rows can be added, moved and removed."""

    row: str
    """German name of a row."""
    columns: tuple[Field, ...]
    can_shrink: bool = True
    spare: int = 0
    """Number of empty rows to show at the end."""
    hint: str = ""
    shown: tuple[ListRow, ...] = ()

    def holds(self, row: Any) -> bool:  # noqa: ANN401 - what a file holds
        """Return whether a value is a row that the columns show completely."""
        keys = {column.key for column in self.columns}
        is_row = isinstance(row, dict) and row.keys() <= keys
        return is_row and all(isinstance(each, str) for each in row.values())

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Create a list from its description in TOML."""
        columns = tuple(map(Field.of, data["columns"]))
        return cls(**{**data, "path": tuple(data["path"]), "columns": columns})

    @property
    def cells(self) -> Iterator[Field]:
        """Its fields."""
        return chain.from_iterable(row.cells for row in self.shown)


@dataclass(frozen=True)
class Choice(Field):
    """A current or former choice of a question."""

    is_former: bool = False
    is_featured: bool = False
    """Whether it is shown on the start page."""

    @property
    def box(self) -> str:
        """Value of its checkboxes: its table at the time the page was shown, and its key."""
        return name_of(self.path[2:])


@dataclass(frozen=True)
class Choices(Part):
    """The current and former choices of a question."""

    choices: tuple[Choice, ...]
    can_grow: bool
    can_be_featured: bool = False
    """Whether choices can be shown on the start page."""

    @property
    def question(self) -> int:
        """Index of the question in the file."""
        return int(self.path[1])

    @property
    def cells(self) -> Iterator[Field]:
        """Its fields."""
        return iter(self.choices)


@dataclass(frozen=True)
class Group:
    """A group of fields."""

    name: str
    title: str
    fields: tuple[Part, ...]
    path: Path = ()
    """Path of the section whose comment explains the group."""
    page: str = ""
    """Name of the page that shows the values; empty if there is none."""
    of_owner: bool = False
    """Whether only the owner of the site knows the values."""
    hint: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    """Names and values of hidden inputs."""

    @property
    def cells(self) -> Iterator[Field]:
        """Its fields, including those of its lists."""
        return chain.from_iterable(each.cells for each in self.fields)

    @property
    def missing(self) -> int:
        """Number of values that are placeholders."""
        return sum(bool(cell.missing) for cell in self.cells)


def title_of(file: str) -> str:
    """Return the title of a data file; empty if it cannot be edited.

    :param file: relative to the content folder.
    """
    code, inner = kinds.edition_and_file(file)
    title = (OF_EDITION if code else TITLES).get(inner, "")
    return f"{title} ({language(code)})" if title and code else title


def is_overlay(file: str) -> bool:
    """Return whether a file contains only translations of a German one."""
    code, inner = kinds.edition_and_file(file)
    return bool(code) and inner in OVERLAYS


def groups_of(file: str, values: Mapping[str, Any]) -> Iterator[Group]:
    """Yield the groups of the form of a TOML file.

    :param values: the values of the file.
    """
    for data in LABELS.get(kinds.edition_and_file(file)[1], ()):
        path = tuple(data.get("path", ()))
        defaults: Any = SiteData()
        for key in path:
            defaults = getattr(defaults, key)
        labels = data.get("labels", {})
        if "any" in data:
            labels = {key: data["any"].format(key) for key in table_at(values, path)}
        fields: list[Part] = [
            Field((*path, key), label, getattr(defaults, key, [])) for key, label in labels.items()
        ]
        fields += map(Rows.of, data.get("lists", ()))
        if fields:
            yield Group(
                data["name"],
                data["title"],
                tuple(fields),
                path,
                data.get("page", ""),
                data.get("of_owner", False),
            )


def table_at(values: Any, path: Path) -> dict[str, Any]:  # noqa: ANN401
    """Return the table at a path; an empty dict if there is none."""
    found = value_at(values, path)
    return found if isinstance(found, dict) else {}


def tables(values: Any, *path: str) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the tables of a list; other items become empty dicts."""
    found = value_at(values, path)
    rows = found if isinstance(found, list) else []
    return [each if isinstance(each, dict) else {} for each in rows]


def in_order(before: Collection[Any], chosen: Collection[Any]) -> list[Any]:
    """Return the chosen items in the order of the file; new ones come last."""
    kept = [each for each in before if each in chosen]
    return [*kept, *(each for each in chosen if each not in kept)]
