"""Typed access to the values of front matter and TOML files, with messages on mistakes."""

from __future__ import annotations

import datetime
import difflib
import functools
import inspect
import re
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import partial
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

from website.content import frontmatter_advice, text_files, typography
from website.content.languages import GERMAN, Language
from website.content.problems import Report, ignore, is_placeholder, msg
from website.infra.text import shortened, web_parts

SHOWN = 60
"""Characters of a value that a message repeats."""
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Beyond them a year is mistyped."""
HIGHEST = 1000
"""Of whole numbers: days, months, years, articles on a page."""

GERMAN_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
"""A date as Germans write it, which no file holds."""


@dataclass(frozen=True)
class ValueForm:
    """Examples of values in one file format; ``{}`` stands for the name."""

    text: str
    texts: str
    tables: str


YAML = ValueForm(text='{}: "…"', texts='{}: ["…", "…"]', tables='{}: [{{text: "…"}}]')
TOML = ValueForm(text='{} = "…"', texts='{} = ["…", "…"]', tables="[[{}]]")

Path = tuple[str | int, ...]
"""Where a value stands: ``("sources", 0, "url")``."""

ModelT = TypeVar("ModelT")


def name_of(path: Path) -> str:
    """Return the path of a value as text: ``sources.0.url``."""
    return ".".join(map(str, path))


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a value, or of its nearest parent that has one, or 1."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def value_at(values: Any, path: Path) -> Any:  # noqa: ANN401 - what files hold
    """Return the value at a path; None if there is none."""
    for key in path:
        is_there = isinstance(values, dict) if isinstance(key, str) else isinstance(values, list)
        if not is_there:
            return None
        values = values.get(key) if isinstance(key, str) else dict(enumerate(values)).get(key)
    return values


def texts_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - as above
    """Yield every text within a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts_in(each, (*path, key))


@dataclass
class Fields:
    """The values of one table of a file, with typed accessors.

    Every method reports mistakes and returns an empty value of its type, so that one pass over a
    file finds all its problems. Call :meth:`finish` last: it reports unknown keys.
    """

    values: Mapping[str, Any]
    lines: Mapping[Path, int]
    report: Report
    at: Path = ()
    form: ValueForm = YAML
    language: Language = GERMAN
    asked: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        """Return whether an optional value is there."""
        self.asked.add(key)
        return key in self.values

    def text(self, key: str, *, required: bool = False, longest: int | None = None) -> str:
        """Read a text as it stands."""
        value = self._value(key, required=required)
        if value is None:
            return ""
        if not isinstance(value, str):
            shown = self.form.text.format(key)
            self.error(key, msg("value.text", key=key, shown=shown))
            return ""
        value = self._without_control(key, value).strip()
        if "\n" in value:
            value = " ".join(value.split())
        if longest is not None and len(value) > longest:
            too_many = len(value) - longest
            self.error(key, msg("value.too-long", key=key, count=too_many, longest=longest))
        return value

    def prose(self, key: str, *, required: bool = False, longest: int | None = None) -> str:
        """Read a text that visitors see, set by the typography of its language."""
        text = self.text(key, required=required, longest=longest)
        return typography.set_text(text, self.language)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(self._entries(key))

    def proses(self, key: str) -> tuple[str, ...]:
        """Read a list of texts that visitors see."""
        return tuple(typography.set_text(text, self.language) for text in self.texts(key))

    def date(self, key: str, *, required: bool = False) -> datetime.date | None:
        """Read a date, written 2026-11-23."""
        value = self._value(key, required=required)
        if value is None:
            return None
        # A moment is a date, too, for Python.
        is_day = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
        day = value if is_day else day_of(str(value))
        if day is None:
            hint, proposed = _straight_hint(value), proposed_day(str(value))
            typed = shown(value)
            self.error(key, msg("value.date", key=key, value=typed, hint=hint, proposed=proposed))
        elif not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.error(key, msg("value.year", key=key, value=shown(value)))
            return None
        return day

    def flag(self, key: str) -> bool:
        """Read a boolean; false where the value is missing."""
        value = self._value(key)
        if value is not None and not isinstance(value, bool):
            self.error(key, msg("value.flag", key=key))
        return value is True

    def integer(self, key: str, *, default: int) -> int:
        """Read a whole number above zero."""
        value = self._value(key)
        if value is None:
            return default
        text = str(value).strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < SHOWN else 0
        if not 1 <= number <= HIGHEST:
            self.error(key, msg("value.integer", key=key, highest=HIGHEST))
            return default
        return number

    def choice(self, key: str, known: Collection[str], *, default: str = "") -> str:
        """Read one of some known words."""
        text = self.text(key, required=not default) or default
        if is_placeholder(text):
            self.error(key, msg("value.not-chosen", key=key, known=_quoted(known)))
            return default
        if text and text not in known:
            words, hint = _quoted(known), _straight_hint(text)
            self.error(key, msg("value.choice", key=key, value=shown(text), known=words, hint=hint))
            return default
        return text

    def web_address(self, key: str) -> str:
        """Read an address on the web, or an empty string."""
        text = self.text(key)
        if text and (re.search(r"\s", text) or not web_parts(text)):
            self.error(
                key, msg("value.web-address", key=key, value=shown(text), hint=_straight_hint(text))
            )
            return ""
        return text

    def table(self, key: str) -> Fields:
        """Read a table within this one; an empty one where it is missing."""
        value = self._value(key)
        report = self.report
        if value is not None and not isinstance(value, dict):
            self.error(key, msg("value.table", key=key))
            # What it lacks follows from that.
            value, report = None, ignore
        return self._below(value or {}, report, key)

    def tables(self, key: str) -> Iterator[Fields]:
        """Read a list of tables."""
        value = self._value(key)
        for index, entry in enumerate(self._list(key, value, self.form.tables)):
            if isinstance(entry, dict):
                yield self._below(entry, self.report, key, index)
            else:
                self.error(key, msg("value.entry", key=key), index)

    def into(self, model: type[ModelT], **given: Any) -> ModelT:  # noqa: ANN401 - of any type
        """Read a dataclass, each of its fields as its type says, and call :meth:`finish`.

        Texts are read as typed, or as their type's annotation says (:data:`Prose`); missing numbers
        get the field's default; dataclasses are tables, and tuples of them lists of tables.

        :param given: the values of fields that are read in another way.
        """
        found = {**self.values_of(model, given), **given}
        self.finish()
        return model(**found)

    def values_of(self, model: type[Any], given: Collection[str] = ()) -> dict[str, Any]:
        """Read the values of the fields that a dataclass has beyond those of its parent.

        :param given: the fields that are read in another way.
        """
        readers = _readers(cast("Hashable", model))
        return {key: read(self, key) for key, read in readers.items() if key not in given}

    def _below(self, values: Mapping[str, Any], report: Report, *at: str | int) -> Fields:
        return Fields(values, self.lines, report, (*self.at, *at), self.form, self.language)

    def finish(self) -> None:
        """Report every unknown key, with the name that was probably meant."""
        for key in self.values:
            if key not in self.asked:
                self.error(key, msg("value.unknown", key=shown(key), hint=self._hint(key)))

    def _hint(self, key: str) -> str:
        if meant := difflib.get_close_matches(key, self.asked, n=1):
            return f"Meinten Sie „{meant[0]}“?"
        if " " in key:
            return msg("value.belongs-to-text")
        return "Löschen Sie die Zeile."

    def error(self, key: str, message: str, index: int | None = None) -> None:
        """Report a problem with a value, at its line."""
        self.report(self.line(key, index), message)

    def line(self, key: str | int | None = None, index: int | None = None) -> int:
        """Return the line of a value, or of its table if it is missing."""
        path: Path = self.at
        if key is not None:
            path = (*path, key)
        if index is not None:
            path = (*path, index)
        return line_of(self.lines, path)

    def _value(self, key: str, *, required: bool = False) -> Any:  # noqa: ANN401 - typed by people
        self.asked.add(key)
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.error(key, f"Die Angabe „{key}“ fehlt.")
            return None
        return value

    def _without_control(self, key: str, value: str, index: int | None = None) -> str:
        if found := text_files.CONTROL.search(value):
            sign = f"U+{ord(found[0]):04X}"
            message = msg("value.control", key=key, sign=sign)
            self.error(key, message, index)
        return text_files.without_control(value)

    def _list(self, key: str, value: Any, form: str) -> list[Any]:  # noqa: ANN401 - typed by people
        if value is None:
            return []
        if not isinstance(value, list):
            self.error(key, msg("value.list", key=key, shown=form.format(key)))
            return []
        return value

    def _entries(self, key: str) -> Iterator[str]:
        for index, entry in enumerate(self._list(key, self._value(key), self.form.texts)):
            if isinstance(entry, str) and entry.strip():
                yield " ".join(self._without_control(key, entry, index).split())
            else:
                self.error(key, f"Ein Eintrag von „{key}“ {_no_text(entry)}", index)


RequiredText = Annotated[str, partial(Fields.text, required=True)]
Prose = Annotated[str, Fields.prose]
RequiredProse = Annotated[str, partial(Fields.prose, required=True)]
Summary = Annotated[str, partial(Fields.prose, required=True, longest=160)]
"""A sentence or two, as search results show them."""
Proses = Annotated[tuple[str, ...], Fields.proses]
WebAddress = Annotated[str, Fields.web_address]
RequiredDate = Annotated[datetime.date | None, partial(Fields.date, required=True)]

_BY_TYPE: dict[Any, Callable[[Fields, str], Any]] = {
    str: Fields.text,
    bool: Fields.flag,
    tuple[str, ...]: Fields.texts,
    datetime.date | None: Fields.date,
}


@functools.cache
def _readers(model: Any) -> dict[str, Callable[[Fields, str], Any]]:  # noqa: ANN401 - a type
    """Return the reader of each field that a dataclass itself declares."""
    hints = inspect.get_annotations(model, eval_str=True)
    found = {key: _reader(hint, getattr(model, key, None)) for key, hint in hints.items()}
    return {key: read for key, read in found.items() if read}


def _reader(hint: Any, default: Any) -> Callable[[Fields, str], Any] | None:  # noqa: ANN401 - a type
    if get_origin(hint) is Annotated:
        read: Callable[[Fields, str], Any] = hint.__metadata__[0]
        return read
    if hint is int:
        return partial(Fields.integer, default=default)
    model: Any = (get_args(hint) or [hint])[0]
    is_model = is_dataclass(model)
    if is_model and get_origin(hint) is tuple:
        return lambda fields, key: tuple(item.into(model) for item in fields.tables(key))
    if is_model:
        return lambda fields, key: fields.table(key).into(model)
    return _BY_TYPE.get(hint)


def shown(value: object) -> str:
    """Return a value as a message may repeat it, on one line and not too long."""
    return shortened(" ".join(str(value).split()), SHOWN)


def day_of(text: str) -> datetime.date | None:
    """Return an ISO date; None for any other text."""
    try:
        return datetime.date.fromisoformat(text.strip())
    except ValueError:
        return None


def proposed_day(text: str) -> str:
    """Return a German date as it should be typed, or an example where there is none."""
    if found := GERMAN_DAY.search(text):
        day = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
        return day if day_of(day) else "2026-11-23"
    return "2026-11-23"


def _quoted(words: Collection[str]) -> str:
    return ", ".join(f"„{word}“" for word in words)


def _straight_hint(value: object) -> str:
    """Return advice if a value stands in the quotation marks of a word processor."""
    is_quoted = str(value).strip()[:1] in tuple(frontmatter_advice.OPENING)
    return ", ohne die typografischen Anführungszeichen" if is_quoted else ""


def _no_text(entry: object) -> str:
    if isinstance(entry, dict) and len(entry) == 1:
        ((key, value),) = entry.items()
        if isinstance(value, str):
            typed = frontmatter_advice.straight("", frontmatter_advice.meant(f"{key}: {value}"))
            return msg("value.colon", typed=typed)
    return "ist leer oder kein Text."
