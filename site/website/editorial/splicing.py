"""Changes values in a structured text by replacing nothing but their own source.

A syntax parses the text into the values it holds and a tree that says where each value is written.
:func:`set_value` brings one value to what it should be in as few splices as possible: entries that
stay keep their source, with their comments and quotation marks. After each splice the text is
parsed again, and at the end the values are compared: if anything but the wanted value has changed,
the text is written in a way that cannot be spliced, and :class:`UnusualSource` is raised.

Libraries that rewrite the whole document while "preserving its style" do not keep every byte:
tomlkit moves tables that lie between those of one array, ruamel.yaml changes indentation.
"""

from __future__ import annotations

import copy
import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands: ``("sources", 0, "url")``."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")
_REST_OF_LINE = re.compile(r"[ \t]*(?P<comma>,?)(?P<comment>[ \t]*(?:#[^\r\n]*)?)(?:\r\n|\r|\n|\Z)")
_NOTHING = object()


class UnusualSource(ValueError):  # noqa: N818 - names what was found, which is no error
    """The text is written so that a value cannot be changed without touching something else."""


@dataclass(frozen=True)
class Scalar:
    """A single value, and the marks it is written with."""

    start: int
    end: int
    style: str = ""
    """Its quotation marks, or a sign of a block scalar; empty where it is plain."""


@dataclass(frozen=True)
class Entry:
    """An item of a list or a key with its value, from the first character to the last."""

    start: int
    end: int
    node: Node
    key: str = ""
    after_key: int = 0
    """Where the key or the mark of the item ends."""
    header: str = ""
    """Of a section of TOML: the line that opens it, without its comment."""


@dataclass(frozen=True)
class Collection:
    """A list or a table, in brackets or with each entry on lines of its own."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    in_brackets: bool = False
    of_sections: bool = False
    """Whether it is an array of tables of TOML."""

    def entry(self, key: str | int) -> Entry:
        """Return an entry by its key or index.

        :raises UnusualSource: if it is not written here.
        """
        found = [
            entry
            for index, entry in enumerate(self.entries)
            if (index == key if isinstance(key, int) else entry.key == key)
        ]
        if not found:
            raise UnusualSource
        return found[-1]


Node = Scalar | Collection


class Syntax(ABC):
    """What differs between YAML and TOML."""

    @abstractmethod
    def parse(self, text: str) -> tuple[dict[str, Any], Collection]:
        """Return the values of a text, and where each is written.

        :raises ValueError: if the text cannot be parsed.
        """

    @abstractmethod
    def inline(self, value: Any, like: Node | None, *, in_brackets: bool) -> str:  # noqa: ANN401
        """Write a value on one line, a scalar with the marks of another one if it can have them."""

    @abstractmethod
    def pair(self, key: str, source: str) -> str:
        """Write a key with its value within brackets."""

    @abstractmethod
    def lines(self, path: Path, value: Any, like: Node | None) -> list[str]:  # noqa: ANN401
        """Write an entry on lines of its own, without indentation of the first.

        :param like: a neighbour's value, whose style is followed.
        """

    @abstractmethod
    def place_of_key(self, table: Collection) -> Entry | None:
        """Return the entry above which a new key goes; none where it goes below the last."""

    def is_section(self, value: Any) -> bool:  # noqa: ANN401, ARG002
        """Return whether a value gets a header of its own."""
        return False


def set_value(
    syntax: Syntax,
    text: str,
    path: Path,
    value: Any,  # noqa: ANN401
    *,
    line_end: str,
) -> str:
    """Return the text with one value set; ``None`` removes it together with its key.

    :param line_end: what ends new lines.
    :raises UnusualSource: if that cannot be done without touching anything else.
    :raises ValueError: if the text cannot be parsed.
    """
    splicer = _Splicer(syntax, text, line_end)
    wanted = copy.deepcopy(splicer.values)
    _assign(wanted, path, value)
    try:
        splicer.set(path, value)
    except UnusualSource:
        raise
    except (ValueError, LookupError, TypeError) as error:
        raise UnusualSource from error
    if not same(splicer.values, wanted):
        raise UnusualSource
    return splicer.text


def set_order(syntax: Syntax, text: str, path: Path, keys: Sequence[str], *, line_end: str) -> str:
    """Return the text with the keys of a table in another order.

    :raises UnusualSource: if that cannot be done without touching anything else.
    """
    splicer = _Splicer(syntax, text, line_end)
    wanted = splicer.values
    splicer.order(path, keys)
    if not same(splicer.values, wanted) or splicer.keys(path) != list(keys):
        raise UnusualSource
    return splicer.text


def same(one: Any, other: Any) -> bool:  # noqa: ANN401
    """Return whether two values are equal and of the same types; the order of keys is no matter."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


class _Splicer:
    """A text, changed splice by splice."""

    def __init__(self, syntax: Syntax, text: str, line_end: str) -> None:
        self._syntax = syntax
        self._line_end = line_end
        self._read(text)

    def _read(self, text: str) -> None:
        self.text = text
        self.values, self._root = self._syntax.parse(text)

    def set(self, path: Path, value: Any) -> None:  # noqa: ANN401
        old = self._value(path)
        if same(old, value) or (old is _NOTHING and value is None):
            return
        if value is None:
            self._remove(path)
        elif old is _NOTHING:
            self._insert(path, value)
        elif isinstance(old, dict) and isinstance(value, dict) and old:
            self._set_table(path, old, value)
        elif isinstance(old, list) and isinstance(value, list) and old and value:
            self._set_list(path, old, value)
        else:
            self._replace(path, value)

    def order(self, path: Path, keys: Sequence[str]) -> None:
        now = self.keys(path)
        if now != list(keys):
            self._reorder(path, [now.index(key) for key in keys])

    def keys(self, path: Path) -> list[str]:
        return [entry.key for entry in self._collection(path).entries]

    def _set_table(self, path: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for key, value in new.items():
            self.set((*path, key), value)
        for key in [key for key in old if key not in new]:
            self._remove((*path, key))

    def _set_list(self, path: Path, old: Sequence[Any], new: Sequence[Any]) -> None:
        origins = _origins(old, new)
        for origin, value in zip(origins, new, strict=True):
            if origin is not None:
                self.set((*path, origin), value)
        kept = [origin for origin in origins if origin is not None]
        for index in reversed(range(len(old))):
            if index not in kept:
                self._remove((*path, index))
        if kept != sorted(kept):
            ranks = {origin: rank for rank, origin in enumerate(sorted(kept))}
            self._reorder(path, [ranks[origin] for origin in kept])
        for index, (origin, value) in enumerate(zip(origins, new, strict=True)):
            if origin is None:
                self._insert((*path, index), value)

    # One splice each

    def _replace(self, path: Path, value: Any) -> None:  # noqa: ANN401
        parent, entry = self._collection(path[:-1]), self._entry(path)
        node = entry.node
        if entry.header or (isinstance(node, Collection) and node.of_sections):
            raise UnusualSource
        if parent.in_brackets or not _is_long(value) or self._syntax.is_section(value):
            like = node if isinstance(node, Scalar) else None
            source = self._syntax.inline(value, like, in_brackets=parent.in_brackets)
            self._replace_inline(entry, source)
        else:
            first, *rest = self._syntax.lines(path, value, None)
            indent = self._indent(entry.start)
            comment = self._rest_of_line(entry.end)["comment"].strip()
            comment = self._gap(entry).rstrip() or (comment and f"  {comment}")
            source = self._joined([first + comment, *rest], indent)
            self._splice(entry.start, self._end_of_comment(entry.end), source)

    def _replace_inline(self, entry: Entry, source: str) -> None:
        node, gap = entry.node, self._gap(entry)
        if _LINE_END.search(gap) or node.start == node.end:
            # What stood below its key, or nowhere, stands beside it now.
            self._splice(entry.after_key, entry.end, f" {source}{gap.rstrip()}")
        else:
            self._splice(node.start, entry.end, source.replace("\n", self._line_end))

    def _gap(self, entry: Entry) -> str:
        """Return what stands between a key and its value: blanks, or comments."""
        return self.text[entry.after_key : entry.node.start]

    def _remove(self, path: Path) -> None:
        parent, entry = self._collection(path[:-1]), self._entry(path)
        if isinstance(entry.node, Collection) and entry.node.of_sections:
            for index in reversed(range(len(entry.node.entries))):
                self._remove((*path, index))
        elif parent.in_brackets and not self._is_alone(entry):
            self._splice(*self._span_in_brackets(parent, entry), "")
        elif self._is_alone(entry):
            start, end = self._line_start(entry.start), self._tail_end(entry.end)
            if entry.header:
                start, end = self._with_blank_lines(start, end)
            self._splice(start, end, "")
        else:
            self._remove_beside_mark(parent, entry)

    def _remove_beside_mark(self, parent: Collection, entry: Entry) -> None:
        """Remove the first key of a table that begins beside the hyphen of its list."""
        if entry is not parent.entries[0] or len(parent.entries) == 1:
            raise UnusualSource
        following = parent.entries[1].start
        if "#" in self.text[entry.end : following]:
            raise UnusualSource
        self._splice(entry.start, following, "")

    def _span_in_brackets(self, parent: Collection, entry: Entry) -> tuple[int, int]:
        index = parent.entries.index(entry)
        if index + 1 < len(parent.entries):
            start, end = entry.start, parent.entries[index + 1].start
            gap = self.text[entry.end : end]
        elif index:
            start, end = parent.entries[index - 1].end, entry.end
            gap = self.text[start : entry.start]
        else:
            comma = re.compile(r"\s*,").match(self.text, entry.end)
            start, end, gap = entry.start, comma.end() if comma else entry.end, ""
        if "#" in gap:
            raise UnusualSource
        return start, end

    def _with_blank_lines(self, start: int, end: int) -> tuple[int, int]:
        """Extend the span of a section by the blank lines above it."""
        before = self.text[:start]
        kept = before.rstrip(" \t\r\n")
        if not kept:
            return start, _BLANK_LINES.match(self.text, end).end()  # type: ignore[union-attr]
        ended = _LINE_END.match(self.text, len(kept))
        return (ended.end() if ended else start), end

    def _insert(self, path: Path, value: Any) -> None:  # noqa: ANN401
        parent = self._collection(path[:-1])
        if parent.in_brackets:
            self._insert_in_brackets(parent, path, value)
        else:
            self._insert_lines(parent, path, value)

    def _insert_in_brackets(self, parent: Collection, path: Path, value: Any) -> None:  # noqa: ANN401
        entries, key = parent.entries, path[-1]
        source = self._syntax.inline(value, _like(parent, key), in_brackets=True)
        if isinstance(key, str):
            source = self._syntax.pair(key, source)
        index = key if isinstance(key, int) else len(entries)
        if not entries:
            self._splice(parent.start + 1, parent.start + 1, source)
        elif index < len(entries):
            at = entries[index]
            if self._is_alone(at):
                start = self._line_start(at.start)
                self._splice(start, start, f"{self._indent(at.start)}{source},{self._line_end}")
            else:
                self._splice(at.start, at.start, f"{source}, ")
        else:
            self._append_in_brackets(entries[-1], source)

    def _append_in_brackets(self, last: Entry, source: str) -> None:
        if not self._is_alone(last):
            self._splice(last.end, last.end, f", {source}")
            return
        rest = self._rest_of_line(last.end)
        tail, comma = self._tail_end(last.end), rest["comma"]
        added = f"{self._indent(last.start)}{source}{comma}{self._line_end}"
        own = self.text[last.end : tail]
        self._splice(last.end, tail, (own if comma else f",{own}") + added)

    def _insert_lines(self, parent: Collection, path: Path, value: Any) -> None:  # noqa: ANN401
        key, entries = path[-1], parent.entries
        rows = self._syntax.lines(path, value, _like(parent, key))
        is_section = self._syntax.is_section(value)
        if isinstance(key, int):
            above = entries[0] if key == 0 else None
            end = entries[key - 1].end
        else:
            above = self._syntax.place_of_key(parent)
            end = self._end_of(parent, is_section=is_section)
        if above:
            self._insert_above(above, rows, is_section=is_section)
        else:
            indent = self._indent(entries[0].start) if entries else ""
            source = self._joined(rows, indent, with_first=True)
            self._insert_below(end, source, is_section=is_section)

    def _end_of(self, table: Collection, *, is_section: bool) -> int:
        """Return the end of the entry below which a new key goes."""
        own = [entry for entry in table.entries if is_section or not _opens_section(entry)]
        return own[-1].end if own else table.start

    def _insert_above(self, entry: Entry, rows: list[str], *, is_section: bool) -> None:
        start = self._line_start(entry.start)
        indent = self._indent(entry.start)
        blank = self._line_end if is_section or _opens_section(entry) else ""
        if self.text[start : entry.start].strip(" "):  # beside the hyphen of a list
            source = self._joined([*rows, ""], indent)
            self._splice(entry.start, entry.start, source)
        else:
            source = self._joined(rows, indent, with_first=True)
            self._splice(start, start, source + self._line_end + blank)

    def _insert_below(self, end: int, source: str, *, is_section: bool) -> None:
        tail = self._tail_end(end) if end else 0
        blank = self._line_end if is_section and tail else ""
        if tail and not self.text[:tail].endswith(("\r", "\n")):
            self._splice(tail, tail, f"{self._line_end}{blank}{source}")
        else:
            self._splice(tail, tail, f"{blank}{source}{self._line_end}")

    def _reorder(self, path: Path, order: Sequence[int]) -> None:
        """Put the entries of a list into another order, each with its comments."""
        parent = self._collection(path)
        if parent.in_brackets and not all(map(self._is_alone_with_comma, parent.entries)):
            self._swap(parent, order)
        else:
            self._move_lines(parent, order)

    def _swap(self, parent: Collection, order: Sequence[int]) -> None:
        entries = parent.entries
        gaps = [self.text[one.end : two.start] for one, two in itertools.pairwise(entries)]
        if any("#" in gap for gap in gaps):
            raise UnusualSource
        sources = [self.text[entries[index].start : entries[index].end] for index in order]
        source = "".join(a + b for a, b in zip(sources, [*gaps, ""], strict=True))
        self._splice(entries[0].start, entries[-1].end, source)

    def _move_lines(self, parent: Collection, order: Sequence[int]) -> None:
        entries = parent.entries
        if not all(map(self._is_alone, entries)):
            raise UnusualSource
        ends = [self._tail_end(entry.end) for entry in entries]
        bounds = [self._line_start(entries[0].start), *ends]
        chunks = [self._parted(start, end) for start, end in itertools.pairwise(bounds)]
        moved = [chunks[index][1] for index in order]
        if is_open := not self.text[: ends[-1]].endswith(("\r", "\n")):
            moved = [
                rows if rows.endswith(("\r", "\n")) else rows + self._line_end for rows in moved
            ]
        source = "".join(blank + rows for (blank, _), rows in zip(chunks, moved, strict=True))
        if is_open:
            source = source.rstrip("\r\n")
        self._splice(bounds[0], bounds[-1], source)

    def _parted(self, start: int, end: int) -> tuple[str, str]:
        """Part lines into the blank ones above, which stay in place, and the others."""
        blank = _BLANK_LINES.match(self.text, start, end)
        middle = blank.end() if blank else start
        return self.text[start:middle], self.text[middle:end]

    # Reading

    def _value(self, path: Path) -> Any:  # noqa: ANN401
        value: Any = self.values
        for key in path:
            try:
                value = value[key]
            except (LookupError, TypeError):
                return _NOTHING
        return value

    def _entry(self, path: Path) -> Entry:
        return self._collection(path[:-1]).entry(path[-1])

    def _collection(self, path: Path) -> Collection:
        node: Node = self._root
        for key in path:
            if isinstance(node, Collection):
                node = node.entry(key).node
        if not isinstance(node, Collection):
            raise UnusualSource
        return node

    def _line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def _indent(self, at: int) -> str:
        before = self.text[self._line_start(at) : at]
        return before if not before.strip(" \t") else " " * len(before)

    def _rest_of_line(self, end: int) -> re.Match[str]:
        found = _REST_OF_LINE.match(self.text, end)
        if not found:
            raise UnusualSource
        return found

    def _tail_end(self, end: int) -> int:
        return self._rest_of_line(end).end()

    def _end_of_comment(self, end: int) -> int:
        return self._rest_of_line(end).end("comment")

    def _is_alone(self, entry: Entry) -> bool:
        """Return whether an entry has its lines for itself, but for a comment."""
        before = self.text[self._line_start(entry.start) : entry.start]
        return not before.strip(" \t") and bool(_REST_OF_LINE.match(self.text, entry.end))

    def _is_alone_with_comma(self, entry: Entry) -> bool:
        return self._is_alone(entry) and bool(self._rest_of_line(entry.end)["comma"])

    def _joined(self, rows: Sequence[str], indent: str, *, with_first: bool = False) -> str:
        first, *rest = rows
        source = self._line_end.join([first, *(indent + row if row else indent for row in rest)])
        return indent + source if with_first else source

    def _splice(self, start: int, end: int, source: str) -> None:
        self._read(self.text[:start] + source + self.text[end:])


def _assign(values: Any, path: Path, value: Any) -> None:  # noqa: ANN401
    for key in path[:-1]:
        values = values[key]
    last = path[-1]
    if value is not None:
        if isinstance(last, int) and last == len(values):
            values.append(value)
        else:
            values[last] = value
    elif isinstance(last, int):
        del values[last]
    else:
        values.pop(last, None)


def _origins(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """Return for each new item which old one it has been made of."""
    free = list(range(len(old)))
    origins: list[int | None] = [None] * len(new)

    def pair(index: int, origin: int) -> None:
        if origin in free and origins[index] is None:
            origins[index] = origin
            free.remove(origin)

    for index, value in enumerate(new):
        pair(index, next((origin for origin in free if same(old[origin], value)), -1))
    left = [index for index, origin in enumerate(origins) if origin is None]
    alike = [(_likeness(old[o], new[i]), -abs(o - i), i, o) for i in left for o in free]
    for likeness, _, index, origin in sorted(alike, reverse=True):
        if likeness:
            pair(index, origin)
    for index in left:
        pair(index, index)
    return origins


def _likeness(one: Any, other: Any) -> int:  # noqa: ANN401
    """Count the values that two tables have in common."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 0
    return sum(key in other and same(value, other[key]) for key, value in one.items())


def _like(parent: Collection, key: str | int) -> Node | None:
    """Return the neighbour whose style a new item follows."""
    if not isinstance(key, int) or not parent.entries:
        return None
    return parent.entries[min(max(key - 1, 0), len(parent.entries) - 1)].node


def _opens_section(entry: Entry) -> bool:
    node = entry.node
    return bool(entry.header) or (isinstance(node, Collection) and node.of_sections)


def _is_long(value: Any) -> bool:  # noqa: ANN401
    """Return whether a value is better read on several lines."""
    return bool(value) and isinstance(value, list | dict)
