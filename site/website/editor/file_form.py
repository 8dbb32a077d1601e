"""The form of a content file, as displayed or as submitted.

A form has one field per value, or a single field for the whole file. Changed values are spliced
into the displayed bytes; no other byte changes.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self, TypeVar

from werkzeug.datastructures import MultiDict

from website.content import slugs, text_files, toml_files
from website.content.problems import Problem, is_placeholder, missing_fact
from website.content.value_reader import Path, value_at
from website.editor.data_fields import (
    Field,
    Group,
    ListRow,
    Part,
    Rows,
    Style,
    groups_of,
    is_overlay,
)
from website.editorial import line_edits, toml_edits
from website.exceptions import AuthoringError, UnreadableFile

SOURCE = "ganz"
"""Name of the field for the whole file; if it is submitted, there are no others."""
ORIGIN = "zeile"
"""Suffix of the hidden input with the index of a row in the file; empty for new rows."""
NAMED = re.compile(r"„([\w-]+)“")
"""A key of the file, or one of its possible values, as quoted in messages."""
OneField = TypeVar("OneField", bound=Field)
_PLACE = re.compile(r"[0-9]{1,4}")


@dataclass(kw_only=True)
class FileForm:
    """The form of one file, by default of TOML."""

    file: str
    base: bytes
    """The displayed bytes."""
    sent: MultiDict[str, str] | None = None
    as_source: bool = False
    """Whether to show the source of the whole file."""
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """Rows of lists after one of their buttons was pressed, by name."""

    @cached_property
    def is_readable(self) -> bool:
        """Whether the file is valid text, and so can be edited."""
        try:
            text_files.decoded(self.base)
        except UnreadableFile:
            return False
        return True

    @cached_property
    def values(self) -> Mapping[str, Any] | None:
        """The values of the file; None if it is unreadable."""
        try:
            return toml_files.parsed(self._source)
        except UnreadableFile:
            return None

    @property
    def has_fields(self) -> bool:
        """Whether the values can be shown as fields."""
        is_form = self.file.endswith(".toml") and not is_overlay(self.file)
        return is_form and self.values is not None

    @property
    def is_source(self) -> bool:
        """Whether the form has a single field for the whole file."""
        if self.sent is not None:
            return SOURCE in self.sent
        return self.as_source or not self.has_fields

    @property
    def text(self) -> str:
        """The content of the field for the text or the whole file."""
        name, shown = self._text_field()
        if self.sent is not None and name in self.sent:
            return self.sent[name].replace("\r\n", "\n")
        if not self.is_readable:
            return self.base.decode(errors="replace")
        return line_edits.shown(shown)

    @property
    def data(self) -> bytes:
        """The bytes of the file with all submitted changes.

        :raises AuthoringError: if a value cannot be set safely.
        """
        return self._data(lenient=False)

    @property
    def lenient_data(self) -> bytes:
        """The same without values that cannot be set, for previews."""
        return self._data(lenient=True)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups of fields with their values."""
        if self.is_source or self.values is None:
            return ()
        return tuple(
            replace(
                group,
                hint=self._explanation(group.path) if group.path else "",
                fields=tuple(map(self._shown, group.fields)),
            )
            for group in self._groups(self.values)
        )

    def _groups(self, values: Mapping[str, Any]) -> Iterable[Group]:
        """Return the groups of fields without values."""
        return groups_of(self.file, values)

    @property
    def owners(self) -> tuple[int, int]:
        """Number of missing facts of the owner, and of all of them.

        Optional ones count, too, so that the total does not change while the form is filled in.
        """
        cells = [
            cell
            for group in self.groups
            for cell in group.cells
            if group.of_owner and cell.style in {Style.LINE, Style.AREA}
        ]
        return sum(bool(cell.missing) for cell in cells), len(cells)

    def change_fields(self) -> bool:
        """Apply the pressed button of a list, and return whether there was one."""
        button = self._sent("reihe") or ""
        action, _, place = button.partition(" ")
        self._press(action, place)
        return bool(button)

    def _press(self, action: str, place: str) -> None:
        name, _, number = place.rpartition(".")
        lists = {each.name: each for group in self.groups for each in group.fields}
        found = lists.get(name)
        if not isinstance(found, Rows) or not _PLACE.fullmatch(number):
            return
        rows = [
            {ORIGIN: row.origin, **{cell.key: cell.typed for cell in row.cells}}
            for row in found.shown
        ]
        at = int(number)
        if action == "neu":
            rows.append({ORIGIN: ""})
        elif at < len(rows) and action == "weg" and found.can_shrink:
            del rows[at]
        elif 0 < at < len(rows) and action == "hoch":
            rows.insert(at - 1, rows.pop(at))
        self.rows[name] = rows
        del self.groups

    def place_of(self, problem: Problem, lines: Mapping[Path, int]) -> tuple[str, str]:
        """Return the name of the field of a problem, and the message to show there."""
        at = [path for path, line in lines.items() if line == problem.line]
        names = NAMED.findall(problem.message)
        known = {cell.path: cell for group in self.groups for cell in group.cells}
        for path in at:
            for candidate in (path, *((*path, name) for name in names)):
                if cell := known.get(candidate):
                    beside = [each for each in known.values() if each.path[:-1] == cell.path[:-1]]
                    return cell.name, labelled(problem.message, {c.key: c.label for c in beside})
        lists = [
            each.name
            for path in at
            for group in self.groups
            for each in group.fields
            if not isinstance(each, Field) and path[: len(each.path)] == each.path
        ]
        return next(iter(lists), ""), problem.message

    def open_groups(self, wrong: Collection[str]) -> set[str]:
        """Return the names of the groups to show unfolded.

        :param wrong: names of fields and lists with problems.
        """
        if len(self.groups) == 1:
            return {self.groups[0].name}
        open_ = {*wrong, *self.rows}
        return {
            group.name
            for group in self.groups
            if not open_.isdisjoint(each.name for each in (*group.fields, *group.cells))
        }

    def over(self, data: bytes) -> Self:
        """Return a form of other bytes, without submitted data."""
        return replace(self, base=data, sent=None, as_source=self.is_source)

    def _data(self, *, lenient: bool) -> bytes:
        if self.sent is None or not self.is_readable:
            return self.base
        if self.is_source:
            return line_edits.apply(self.base, self.sent[SOURCE])
        data = self._with_text()
        for key, value in self._changes():
            try:
                data = self._with_value(data, key, value)
            except AuthoringError:
                if not lenient:
                    raise
        return data

    def _text_field(self) -> tuple[str, bytes]:
        """Return the name of the text field, and the bytes that it shows."""
        return SOURCE, self.base

    def _with_text(self) -> bytes:
        """Return the bytes with the submitted text."""
        return self.base

    # Showing

    def _shown(self, each: Part) -> Part:
        if not isinstance(each, Field | Rows):
            return each
        each = replace(each, hint=f"{self._explanation(each.path)} {each.hint}".strip())
        if isinstance(each, Rows):
            return replace(each, shown=self._rows_shown(each))
        typed = self._sent(each.name)
        if each.style is Style.BOXES and self.sent is not None and typed is not None:
            typed = "\n".join(filter(None, self.sent.getlist(each.name)))
        return filled(each, value_at(self.values, each.path), typed)

    def _sent(self, name: str) -> str | None:
        """Return the submitted text of a field; checkboxes follow an empty hidden input."""
        found = self.sent.getlist(name) if self.sent is not None else []
        return found[-1].replace("\r\n", "\n") if found else None

    def _rows_shown(self, rows: Rows) -> tuple[ListRow, ...]:
        old, typed = self._old(rows), self.rows.get(rows.name, self._sent_rows(rows))
        if typed is None:
            shown = [(str(at), each, dict[str, str]()) for at, each in enumerate(old)]
        else:
            shown = [(row.get(ORIGIN, ""), _before(rows, old, row), row) for row in typed]
        empty = sum(not _has_any(before | row, rows) for _, before, row in shown)
        shown += [("", {}, {})] * (rows.spare - empty)
        return tuple(
            ListRow(number, origin, tuple(_cells(rows, number, before, row)))
            for number, (origin, before, row) in enumerate(shown)
        )

    def _old(self, rows: Rows) -> list[dict[str, Any]]:
        found = value_at(self.values, rows.path)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def _sent_rows(self, rows: Rows) -> list[dict[str, str]] | None:
        """Return the submitted rows of a list; None if the list was not in the form."""
        start = f"{rows.name}."
        if self.sent is None or f"{start}{ORIGIN}" not in self.sent:
            return None
        found: dict[int, dict[str, str]] = {}
        for name in self.sent:
            number, _, key = name.removeprefix(start).partition(".")
            if name.startswith(start) and _PLACE.fullmatch(number):
                found.setdefault(int(number), {})[key] = self._sent(name) or ""
        return [found[number] for number in sorted(found)]

    # What was changed

    def _changes(self) -> Iterator[tuple[Path, Any]]:
        for each in (each for group in self.groups for each in group.fields):
            if isinstance(each, Rows):
                yield from self._changed_rows(each)
            elif isinstance(each, Field) and self._sent(each.name) is not None:
                old = value_at(self.values, each.path)
                value = each.read(old, each.typed)
                is_default = old is None and each.typed == each.shown(each.default or None)
                if value != old and not is_default:
                    yield each.path, value

    def _with_value(self, data: bytes, key: Path, value: Any) -> bytes:  # noqa: ANN401
        return toml_edits.set_value(data, key, value)

    def _changed_rows(self, rows: Rows) -> Iterator[tuple[Path, Any]]:
        typed = self._sent_rows(rows)
        if typed is None:
            return
        old = self._old(rows)
        new = []
        for row in typed:
            before = _before(rows, old, row)
            after = before | _typed(rows.columns, before, row)
            if _has_any(after, rows):
                new.append(after)
        if not rows.can_shrink:
            # What the page has saved by itself of a new row may be called otherwise by now.
            fresh = sum(not _before(rows, old, each) for each in typed)
            if sum(not _before(rows, new, each) for each in old) > fresh:
                return
        if new != old:
            yield rows.path, new or None

    # What the file says of its values

    def _explanation(self, path: Path) -> str:
        """Return the comment above a value."""
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
        return isinstance(value, dict) or isinstance(value_at(value, (0,)), dict)

    @cached_property
    def _source(self) -> str:
        """The text that line numbers of problems refer to."""
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


def labelled(message: str, labels: Mapping[str, str]) -> str:
    """Return a message with the labels of the keys and values that it quotes."""
    return NAMED.sub(lambda found: f"„{labels.get(found[1], found[1])}“", message)


def filled(each: OneField, value: Any, typed: str | None) -> OneField:  # noqa: ANN401 - what TOML holds
    """Return a field with a value of the file, or with the submitted text."""
    if not each.is_text:
        each = replace(each, style=Style.of(value, each.default))
    shown = each.shown((each.default or None) if value is None else value)
    is_open = isinstance(value, str) and is_placeholder(value) and not (typed or "").strip()
    return replace(
        each,
        typed=shown if typed is None else typed,
        missing=missing_fact(value) if is_open and not each.is_text else "",
    )


def _cells(
    rows: Rows, number: int, values: Mapping[str, Any], typed: Mapping[str, str]
) -> Iterator[Field]:
    for column in rows.columns:
        value = values.get(column.key)
        cell = filled(column, value, typed.get(column.key))
        is_fixed = column.is_fixed and bool(value)
        yield replace(cell, path=(*rows.path, number, column.key), is_fixed=is_fixed)


def _typed(
    columns: Iterable[Field], values: Mapping[str, Any], row: Mapping[str, str]
) -> dict[str, Any]:
    """Return the submitted values of a row; a new row gets its slug from its title."""
    found = {}
    for column in columns:
        old = values.get(column.key)
        if column.key not in row or (column.is_fixed and old):
            continue
        value = filled(column, old, None).read(old, row[column.key])
        if value or column.key in values:
            found[column.key] = value
    has_slug = any(column.key == "slug" for column in columns)
    if found and has_slug and not (values.get("slug") or found.get("slug")):
        found["slug"] = slugs.slugify(str(found.get("title", "")))
    return found


def _before(rows: Rows, old: list[dict[str, Any]], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of the file that a submitted row derives from.

    It is found by its read-only value, or else by its index: autosaves may change indices.
    """
    for key in (column.key for column in rows.columns if column.is_fixed):
        return next((each for each in old if each.get(key) and each[key] == row.get(key)), {})
    origin = str(row.get(ORIGIN, ""))
    return old[int(origin)] if _PLACE.fullmatch(origin) and int(origin) < len(old) else {}


def _has_any(row: Mapping[str, Any], rows: Rows) -> bool:
    """Return whether a row of a list has any value."""
    return any(row.get(column.key) for column in rows.columns)
