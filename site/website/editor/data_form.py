"""The form of a TOML file of the content, and what somebody has typed into it, as its bytes.

Each value that was changed is spliced into the bytes that were shown; no other byte changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from website.content import questionnaire_file, slugs, text_files, toml_advice, toml_files
from website.content.placeholders import is_placeholder, missing_fact
from website.content.problems import Problem
from website.content.value_reader import Path
from website.editor import question_form
from website.editor.data_fields import (
    REMOVED,
    Choices,
    Column,
    Field,
    Group,
    Rows,
    Style,
    groups_of,
    is_of_owner,
    is_overlay,
    tables,
    value_at,
)
from website.editor.file_form import FileForm
from website.editorial import toml_edits
from website.exceptions import UnreadableFile

ORIGIN = "zeile"
"""Of each row of a list the row of the file that it was; nothing for a new one."""
_NAMED = re.compile(r"„(\w+)“")


@dataclass(frozen=True)
class Cell:
    """One field as the page shows it."""

    path: Path
    label: str
    style: Style
    typed: str
    explanation: str = ""
    missing: str = ""
    """What the placeholder asks for; nothing where there is none."""
    is_fixed: bool = False
    is_address: bool = False

    @property
    def name(self) -> str:
        """The name of the input."""
        return name_of(self.path)


@dataclass(frozen=True)
class ShownRow:
    """One row of a list."""

    number: int
    origin: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class ShownRows:
    """A list of tables as the page shows it."""

    rows: Rows
    explanation: str
    shown: tuple[ShownRow, ...]

    @property
    def is_missing(self) -> bool:
        """Whether a value of it is a placeholder."""
        return any(cell.missing for row in self.shown for cell in row.cells)

    @property
    def name(self) -> str:
        """What the names of its inputs begin with."""
        return name_of(self.rows.path)


@dataclass(frozen=True)
class ShownChoice:
    """One choice of a question as the page shows it."""

    cell: Cell
    name: str
    """What its boxes send."""
    is_former: bool
    is_featured: bool
    """Whether the start page offers it."""


@dataclass(frozen=True)
class ShownChoices:
    """The choices of a question as the page shows them."""

    field: Choices
    choices: tuple[ShownChoice, ...]

    @property
    def name(self) -> str:
        """What the names of most of its inputs begin with."""
        return name_of(self.field.path)

    @property
    def is_missing(self) -> bool:
        """Whether a value of it is a placeholder."""
        return any(choice.cell.missing for choice in self.choices)


@dataclass(frozen=True)
class ShownGroup:
    """A group as the page shows it."""

    group: Group
    explanation: str
    fields: tuple[Cell | ShownRows | ShownChoices, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    """Names and values of what is sent with it, but not shown."""

    @property
    def cells(self) -> Iterator[Cell]:
        """Every field of it, also those of its lists."""
        for each in self.fields:
            if isinstance(each, Cell):
                yield each
            elif isinstance(each, ShownChoices):
                yield from (choice.cell for choice in each.choices)
            else:
                for row in each.shown:
                    yield from row.cells

    @property
    def missing(self) -> int:
        """How many of its values are placeholders."""
        return sum(bool(cell.missing) for cell in self.cells)


@dataclass(kw_only=True)
class DataForm(FileForm):
    """The form of one file of data."""

    file: str
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """Lists after somebody has pressed one of their buttons, by their names."""
    grown: set[int] = field(default_factory=set)
    """Places of the questions to which something was added."""

    @cached_property
    def values(self) -> Mapping[str, Any] | None:
        """What the file holds; nothing where it cannot be read."""
        try:
            return toml_advice.values(self._source)
        except UnreadableFile:
            return None

    @property
    def has_fields(self) -> bool:
        """Whether the file can be read, and a form can show all that it says."""
        return self.values is not None and not is_overlay(self.file)

    @cached_property
    def groups(self) -> tuple[ShownGroup, ...]:
        """The fields with what they hold."""
        if self.is_source or self.values is None:
            return ()
        return tuple(
            ShownGroup(
                group,
                self._explanation(group.path) if group.path else "",
                tuple(map(self._shown, group.fields)),
                tuple(self._hidden(group)),
            )
            for group in groups_of(self.file, self._values_shown)
        )

    @property
    def _values_shown(self) -> Mapping[str, Any]:
        """What the file holds, with the questions that somebody is adding."""
        values = self.values or {}
        if self.file != questionnaire_file.NAME:
            return values
        known = tables(values, "questions")
        return {**values, "questions": [*known, *question_form.added(values, self.sent)]}

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of the request form to which a question can be added."""
        if self.is_source or self.file != questionnaire_file.NAME:
            return []
        found = [
            (str(each.get("key")), str(each.get("title")))
            for each in tables(self.values or {}, "groups")
        ]
        return found[::-1]

    @property
    def next_question(self) -> int:
        """The number that the next new question gets."""
        return len(tables(self._values_shown, "questions")) + 1

    def _hidden(self, group: Group) -> Iterator[tuple[str, str]]:
        """Yield what the page sends again of a question that the file does not have yet."""
        path = next((each.path for each in group.fields if self._is_new(each.path)), ())
        if path and self.sent is not None:
            for key in ("key", "group", "kind"):
                name = name_of((*path[:2], key))
                yield name, self.sent.get(name, "")

    def _is_new(self, path: Path) -> bool:
        """Return whether a value is one of a question that the file does not have yet."""
        return path[0] == "questions" and int(path[1]) >= self._questions

    @cached_property
    def _questions(self) -> int:
        """How many the file has."""
        return len(tables(self.values or {}, "questions"))

    @property
    def owners(self) -> tuple[int, int]:
        """How many facts of the owner are missing, and how many there are.

        Those that may be left out count, too, whether somebody has typed them or not: what there
        is to say does not grow while it is said.
        """
        cells = [
            cell
            for group in self.groups
            for cell in group.cells
            if is_of_owner(cell.path) and cell.style in {Style.LINE, Style.AREA}
        ]
        return sum(bool(cell.missing) for cell in cells), len(cells)

    def press(self, button: str) -> None:
        """Move, add or remove a row of a list, as one of its buttons says."""
        action, _, place = button.partition(" ")
        if self.file == questionnaire_file.NAME and self.sent is not None:
            if action == "hoch":
                self.sent, at = question_form.moved_up(self.sent, place)
                self.grown.add(at)
            self.__dict__.pop("groups", None)
            return
        name, _, number = place.rpartition(".")
        lists = {
            each.name: each for g in self.groups for each in g.fields if isinstance(each, ShownRows)
        }
        found = lists.get(name)
        if found is None or not number.isdecimal():
            return
        rows = [
            {ORIGIN: row.origin, **{str(cell.path[-1]): cell.typed for cell in row.cells}}
            for row in found.shown
        ]
        at = int(number)
        if action == "neu":
            rows.append({ORIGIN: ""})
        elif at < len(rows) and action == "weg" and found.rows.can_shrink:
            del rows[at]
        elif 0 < at < len(rows) and action == "hoch":
            rows.insert(at - 1, rows.pop(at))
        self.rows[name] = rows
        del self.groups

    def take_new(self) -> None:
        """Give fields to what somebody has typed to be added."""
        if self.file == questionnaire_file.NAME and self.sent is not None and self.values:
            self.sent, self.grown = question_form.with_new(self.values, self.sent)

    def place_of(self, problem: Problem, lines: Mapping[Path, int]) -> tuple[str, str]:
        """Return the field that a problem of the file is about, and what to say there."""
        at = [path for path, line in lines.items() if line == problem.line]
        names = _NAMED.findall(problem.message)
        known = {cell.path: cell for group in self.groups for cell in group.cells}
        for path in at:
            for candidate in (path, *((*path, name) for name in names)):
                if candidate in known:
                    cell = known[candidate]
                    shown = problem.message.replace(f"„{candidate[-1]}“", f"„{cell.label}“")
                    return cell.name, shown
        for path in at:
            for group in self.groups:
                for each in group.fields:
                    if not isinstance(each, Cell) and name_of(path).startswith(each.name):
                        return each.name, problem.message
        return "", problem.message

    def open_groups(self, wrong: Collection[str]) -> set[str]:
        """Return the names of the groups that somebody has to look at.

        :param wrong: the names of fields and lists with a finding.
        """
        first = {self.groups[0].group.name} if len(self.groups) == 1 else set()
        return {
            *first,
            *(f"frage-{at + 1}" for at in self.grown),
        } | {
            each.group.name
            for each in self.groups
            if {name_of(f.path) for f in each.group.fields} & {*wrong, *self.rows}
            or any(cell.name in wrong for cell in each.cells)
        }

    def _shown(self, each: Field | Rows | Choices) -> Cell | ShownRows | ShownChoices:
        if isinstance(each, Field):
            return self._cell(each)
        return self._list(each) if isinstance(each, Rows) else self._choices(each)

    def _choices(self, each: Choices) -> ShownChoices:
        at = each.question
        question = value_at(self.values, ("questions", at)) or {}
        boxes = name_of(("questions", at, question_form.FEATURED))
        was_sent = self.sent is not None and boxes in self.sent
        featured = self.sent.getlist(boxes) if self.sent is not None else []
        shown = []
        for number, choice in enumerate(question_form.choices(question, at, self.sent), 1):
            path = ("questions", at, choice.table, choice.key)
            value = value_at(self.values, path)
            style = Style.of(value, "")
            cell = Cell(path, f"Möglichkeit {number}", style, choice.words)
            ticked = featured if was_sent else question.get(question_form.FEATURED) or []
            is_featured = (choice.name if was_sent else choice.key) in ticked
            shown.append(ShownChoice(cell, choice.name, choice.is_former, is_featured))
        return ShownChoices(each, tuple(shown))

    def _cell(self, each: Field) -> Cell:
        value = value_at(self.values, each.path)
        style = Style.of(value, each.default)
        sent = self._sent(name_of(each.path))
        return Cell(
            each.path,
            each.label,
            style,
            style.shown(value if value is not None else each.default or None)
            if sent is None
            else sent,
            " ".join(filter(None, (self._explanation(each.path), each.hint))),
            _missing(value, sent),
        )

    def _sent(self, name: str) -> str | None:
        """Return what was sent of a field; a box to tick has an empty one before it."""
        found = self.sent.getlist(name) if self.sent is not None else []
        return found[-1].replace("\r\n", "\n") if found else None

    def _list(self, rows: Rows) -> ShownRows:
        name = name_of(rows.path)
        old = self._old(rows)
        typed = self.rows[name] if name in self.rows else self._sent_rows(rows)
        if typed is None:
            fixed = [column.key for column in rows.columns if column.is_fixed]
            typed = [
                {ORIGIN: str(at), **{key: str(each.get(key, "")) for key in fixed}}
                for at, each in enumerate(old)
            ]
        shown = []
        for number, row in enumerate(typed):
            origin = row.get(ORIGIN, "")
            values = _before(rows, old, row)
            shown.append(ShownRow(number, origin, self._row(rows, number, values, row)))
        explanation = " ".join(filter(None, (self._explanation(rows.path), rows.hint)))
        return ShownRows(rows, explanation, tuple(shown))

    def _row(
        self, rows: Rows, number: int, values: Mapping[str, Any], typed: Mapping[str, str]
    ) -> tuple[Cell, ...]:
        cells = []
        for column in rows.columns:
            value, text = values.get(column.key), typed.get(column.key)
            style = Style.of(value, column.default)
            cells.append(
                Cell(
                    (*rows.path, number, column.key),
                    column.label,
                    style,
                    style.shown(value) if text is None else text,
                    missing=_missing(value, text),
                    is_fixed=column.is_fixed and bool(value),
                    is_address=column.is_address,
                )
            )
        return tuple(cells)

    def _old(self, rows: Rows) -> list[dict[str, Any]]:
        found = value_at(self.values, rows.path)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def _sent_rows(self, rows: Rows) -> list[dict[str, str]] | None:
        """Return the rows that were sent; nothing where the list was not shown."""
        start = f"{name_of(rows.path)}."
        if self.sent is None or f"{start}{ORIGIN}" not in self.sent:
            return None
        found: dict[int, dict[str, str]] = {}
        for name in self.sent:
            number, _, key = name.removeprefix(start).partition(".")
            if name.startswith(start) and number.isdecimal() and len(number) < 5:  # noqa: PLR2004
                found.setdefault(int(number), {})[key] = self._sent(name) or ""
        return [found[number] for number in sorted(found)]

    def _changes(self) -> Iterator[tuple[Path, Any]]:
        if self.file == questionnaire_file.NAME and self.sent is not None:
            yield from question_form.changes(self.values or {}, self.sent)
        for group in self.groups:
            for each in group.fields:
                if isinstance(each, ShownRows):
                    yield from self._changed_rows(each.rows)
                    continue
                if isinstance(each, ShownChoices) or self._is_new(each.path):
                    continue
                old = value_at(self.values, each.path)
                if self._sent(each.name) is None:
                    continue
                value = _typed_over(old, each.style, each.typed)
                if each.path[-1] == REMOVED:
                    value = value or None
                if value != old and not (old is None and each.typed == self._default(each)):
                    yield each.path, value

    def _with_value(self, data: bytes, key: Path, value: Any) -> bytes:  # noqa: ANN401
        return toml_edits.set_value(data, key, value)

    def _default(self, cell: Cell) -> str:
        """Return what a field shows whose value the file does not hold."""
        groups = groups_of(self.file, self.values or {})
        found = next(f for g in groups for f in g.fields if f.path == cell.path)
        default = found.default if isinstance(found, Field) else None
        return cell.style.shown(default or None)

    def _changed_rows(self, rows: Rows) -> Iterator[tuple[Path, Any]]:
        typed = self._sent_rows(rows)
        if typed is None:
            return
        old = self._old(rows)
        new = []
        for row in typed:
            values = _before(rows, old, row)
            filled = {**values, **_filled(rows.columns, values, row)}
            if any(filled.get(column.key) for column in rows.columns):
                new.append(filled)
        if not rows.can_shrink:
            # What the page has saved by itself of a new row may be called otherwise by now.
            fresh = sum(not _before(rows, old, each) for each in typed)
            if sum(not _before(rows, new, each) for each in old) > fresh:
                return
        if new != old:
            yield rows.path, new or None

    def _explanation(self, path: Path) -> str:
        """Return what the comment above a value says."""
        at = self._lines.get(path, 0) - 2
        rows = self._source_rows
        if self._is_section(path) and at >= 0 and not rows[at].strip():
            at -= 1
        found = []
        while at >= 0 and rows[at].startswith("#"):
            found.append(rows[at].lstrip("# ").rstrip())
            at -= 1
        # The comment at the very top is about the file.
        return " ".join(reversed(found)).strip() if at >= 0 else ""

    def _is_section(self, path: Path) -> bool:
        value = value_at(self.values, path)
        return isinstance(value, dict) or (
            isinstance(value, list) and bool(value) and isinstance(value[0], dict)
        )

    @cached_property
    def _source(self) -> str:
        """The text that the lines of problems count in."""
        try:
            return text_files.text_of(self.base)
        except UnreadableFile:
            return self.base.decode(errors="replace")

    @cached_property
    def _source_rows(self) -> list[str]:
        return self._source.split("\n")

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        return toml_files.lines_of(self._source)


def name_of(path: Path) -> str:
    """Return the name of the input for a value."""
    return ".".join(map(str, path))


def _missing(value: Any, typed: str | None) -> str:  # noqa: ANN401 - what TOML holds
    """Return what a placeholder asks for, while nobody has typed it."""
    if not isinstance(value, str) or not is_placeholder(value) or (typed or "").strip():
        return ""
    return missing_fact(value)


def _filled(
    columns: tuple[Column, ...], values: Mapping[str, Any], row: Mapping[str, str]
) -> dict[str, Any]:
    found = {}
    for column in columns:
        old = values.get(column.key)
        if column.key not in row or (column.is_fixed and old):
            continue
        value = _typed_over(old, Style.of(old, column.default), row[column.key])
        if value or column.key in values:
            found[column.key] = value
    if "slug" in {column.key for column in columns} and not (
        values.get("slug") or found.get("slug")
    ):
        found |= {"slug": slugs.slugify(str(found.get("title", "")))} if found else {}
    return found


def _typed_over(old: Any, style: Style, typed: str) -> Any:  # noqa: ANN401 - what TOML holds
    """Return the value that a field means; the old one where nobody has changed what it shows."""
    return old if typed.replace("\r\n", "\n") == style.shown(old) else style.read(typed)


def _before(rows: Rows, old: list[dict[str, Any]], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of the file that a row was: by what stays as it is, or else by its place.

    What the page saves without being asked changes the places behind its back.
    """
    for column in rows.columns:
        if column.is_fixed:
            same = (each for each in old if each.get(column.key))
            return next((each for each in same if each[column.key] == row.get(column.key)), {})
    origin = str(row.get(ORIGIN, ""))
    return old[int(origin)] if _is_index(origin, old) else {}


def _is_index(text: str, rows: list[dict[str, Any]]) -> bool:
    return text.isdecimal() and len(text) < 5 and int(text) < len(rows)  # noqa: PLR2004
