"""What the forms of the content's TOML files show: their groups, fields, and what to call them.

How a value is typed follows from the value; what it is for, the file says itself, in its comments.
The labels stand in ``data_fields.toml``.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import Any, Self

from website.content import kinds, languages, questionnaire_file, reply_templates, sitedata
from website.content.problems import is_placeholder
from website.content.sitedata import SiteData
from website.content.value_reader import Path
from website.infra import toml_tables
from website.leads.labels import language

FORM_PAGE = "kontakt"
"""The page with the request form."""
PAGES = {sitedata.NAME: "index", questionnaire_file.NAME: FORM_PAGE}
"""The page that shows most of what a file says, by the page's name."""
TITLES = {
    sitedata.NAME: "Angaben zur Website",
    questionnaire_file.NAME: "Anfrageformular",
    reply_templates.NAME: "Vorlagen für Antworten",
}
"""The files that can be edited."""
OF_EDITION = {**TITLES, languages.NAME: "Wörter der Oberfläche"}
"""Those of an edition in another language."""

OVERLAYS = frozenset({sitedata.NAME, questionnaire_file.NAME, languages.NAME})
"""Of an edition, these say only what is said in its language. No form shows that."""

LABELS = toml_tables.beside(__file__, "data_fields.toml")
LONG = 70
"""Characters after which a text gets a field of several lines."""


class Style(Enum):
    """How a value is typed."""

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
        """Return how a value is typed, or one of the same type where it is missing or wrong."""
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
        """Return a value as its field holds it."""
        if self is Style.TICK:
            return "ja" if value is True else ""
        if self.is_list and isinstance(value, list):
            between = ", " if self is Style.WORDS else "\n"
            return between.join(" ".join(str(each).split()) for each in value)
        text = "" if value is None else str(value)
        return text if self is Style.LETTER else " ".join(text.split())

    def read(self, typed: str) -> Any:  # noqa: ANN401
        """Return what was typed as a value; what is no such value stays a text, to be mended."""
        typed = typed.replace("\r\n", "\n")
        if self is Style.LETTER:
            return typed
        if self is Style.TICK:
            return typed == "ja"
        if self.is_list:
            rows = typed.split("," if self is Style.WORDS else "\n")
            return [" ".join(row.split()) for row in rows if row.strip()]
        text = " ".join(typed.split())
        if self is Style.NUMBER and text.isascii() and text.isdigit():
            return int(text)
        if self is Style.DAY:
            return day_of(text) or text or None
        return text


def day_of(text: str) -> datetime.date | None:
    """Return the day that a text names as ``2026-11-28``; nothing if it names none."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Part(ABC):
    """What a form shows of one value, or of several that belong together."""

    path: Path
    label: str

    @property
    def name(self) -> str:
        """The name of the input, or what the names of its inputs begin with."""
        return name_of(self.path)

    @property
    @abstractmethod
    def cells(self) -> Iterator[Field]:
        """Every field of it."""

    @property
    def is_missing(self) -> bool:
        """Whether a value of it is a placeholder."""
        return any(cell.missing for cell in self.cells)


@dataclass(frozen=True)
class Field(Part):
    """One value of a file, or of each row of a list, and what its field holds."""

    default: Any = ""
    hint: str = ""
    """What the file says of it, and more."""
    is_fixed: bool = False
    """Whether it stays as it is once the row is there."""
    is_address: bool = False
    """Whether it leads to a page of the website."""
    good_length: int = 0
    """Characters after which search engines cut it."""
    choices: tuple[tuple[str, str], ...] = ()
    """Values and labels of what can be chosen."""
    is_text: bool = False
    """Whether its style is fixed, and a placeholder is text like any other."""
    style: Style = Style.LINE
    typed: str = ""
    missing: str = ""
    """What the placeholder asks for; nothing where there is none."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return the field that data describe."""
        path = tuple(data.get("path", ())) or (data["key"],)
        more = {key: each for key, each in data.items() if key not in {"key", "path", "style"}}
        if "style" in data:
            more |= {"style": Style[data["style"].upper()], "is_text": True}
        return cls(path=path, **more)

    def shown(self, value: Any) -> str:  # noqa: ANN401 - what a file holds
        """Return a value as the field holds it; nothing for a placeholder that stands for one."""
        is_open = isinstance(value, str) and is_placeholder(value)
        is_hidden = is_open and (not self.is_text or self.style is Style.CHOICE)
        return "" if is_hidden else self.style.shown(value)

    def read(self, old: Any, typed: str) -> Any:  # noqa: ANN401
        """Return the value that the field means; the old one where nobody has changed it."""
        if typed.replace("\r\n", "\n") == self.shown(old):
            return old
        value = self.style.read(typed)
        return in_order(old or (), value) if self.style is Style.BOXES else value

    @property
    def key(self) -> str:
        """Its name within its table."""
        return str(self.path[-1])

    @property
    def cells(self) -> Iterator[Field]:
        """Itself alone."""
        yield self


@dataclass(frozen=True)
class Row:
    """One row of a list."""

    number: int
    origin: str
    """The row of the file that it was; nothing for a new one."""
    cells: tuple[Field, ...]


@dataclass(frozen=True)
class Rows(Part):
    """A list of tables, whose rows are added, moved and removed."""

    row: str
    """What one of them is called, in German."""
    columns: tuple[Field, ...]
    can_shrink: bool = True
    spare: int = 0
    """Empty rows below those that there are."""
    hint: str = ""
    shown: tuple[Row, ...] = ()

    def holds(self, row: Any) -> bool:  # noqa: ANN401 - what a file holds
        """Return whether a value is a row of which the columns show everything."""
        keys = {column.key for column in self.columns}
        is_row = isinstance(row, dict) and row.keys() <= keys
        return is_row and all(isinstance(each, str) for each in row.values())

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return the list that data describe."""
        columns = tuple(map(Field.of, data["columns"]))
        return cls(**{**data, "path": tuple(data["path"]), "columns": columns})

    @property
    def cells(self) -> Iterator[Field]:
        """Every field of it."""
        return chain.from_iterable(row.cells for row in self.shown)


@dataclass(frozen=True)
class Choice(Field):
    """One answer that a question offers, or offered before."""

    is_former: bool = False
    is_featured: bool = False
    """Whether the start page offers it."""

    @property
    def box(self) -> str:
        """What its boxes send: the table where it stood when the page was shown, and its key."""
        return name_of(self.path[2:])


@dataclass(frozen=True)
class Choices(Part):
    """The answers that a question offers, by their path, and those that it offered before."""

    choices: tuple[Choice, ...]
    can_grow: bool
    can_be_featured: bool = False
    """Whether the start page offers some of them."""

    @property
    def question(self) -> int:
        """The place of the question in the file."""
        return int(self.path[1])

    @property
    def cells(self) -> Iterator[Field]:
        """Every field of it."""
        return iter(self.choices)


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    name: str
    title: str
    fields: tuple[Part, ...]
    path: Path = ()
    """Of the section whose comment explains all of them."""
    page: str = ""
    """The page that shows them, by its name; nothing where none does."""
    of_owner: bool = False
    """Whether only the owner of the site can know its values."""
    hint: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    """Names and values of what is sent with it, but not shown."""

    @property
    def cells(self) -> Iterator[Field]:
        """Every field of it, also those of its lists."""
        return chain.from_iterable(each.cells for each in self.fields)

    @property
    def missing(self) -> int:
        """How many of its values are placeholders."""
        return sum(bool(cell.missing) for cell in self.cells)


def title_of(file: str) -> str:
    """Return what editors call a file of data; nothing if it cannot be edited.

    :param file: named from the content folder.
    """
    code, inner = kinds.edition_and_file(file)
    title = (OF_EDITION if code else TITLES).get(inner, "")
    return f"{title} ({language(code)})" if title and code else title


def is_overlay(file: str) -> bool:
    """Return whether a file says in another language what a German one says."""
    code, inner = kinds.edition_and_file(file)
    return bool(code) and inner in OVERLAYS


def groups_of(file: str, values: Mapping[str, Any]) -> Iterator[Group]:
    """Yield the form of a file.

    :param values: what the file holds.
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


def name_of(path: Path) -> str:
    """Return the name of the input for a value."""
    return ".".join(map(str, path))


def value_at(values: Any, path: Path) -> Any:  # noqa: ANN401 - what TOML holds
    """Return a value; nothing if there is none."""
    for key in path:
        is_there = isinstance(values, dict) if isinstance(key, str) else isinstance(values, list)
        if not is_there:
            return None
        values = values.get(key) if isinstance(key, str) else dict(enumerate(values)).get(key)
    return values


def table_at(values: Any, path: Path) -> dict[str, Any]:  # noqa: ANN401
    """Return a table; an empty one where there is none."""
    found = value_at(values, path)
    return found if isinstance(found, dict) else {}


def tables(values: Any, *path: str) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the tables of a list; an empty one in the place of what is none."""
    found = value_at(values, path)
    rows = found if isinstance(found, list) else []
    return [each if isinstance(each, dict) else {} for each in rows]


def in_order(before: Collection[Any], chosen: Collection[Any]) -> list[Any]:
    """Return what was chosen in the order of the file; what is new comes last."""
    kept = [each for each in before if each in chosen]
    return [*kept, *(each for each in chosen if each not in kept)]
