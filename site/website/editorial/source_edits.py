"""Change values in structured text (YAML, TOML) by replacing only their own source.

A syntax parses the text into its values and a tree with the position of each value.
:func:`set_value` compares these with the wanted values, and replaces the source of those that
differ; unchanged entries keep theirs, with comments and quotation marks. At the end the text is
parsed again: if anything but the wanted value has changed, the text cannot be spliced, and
:class:`UnusualSource` is raised.

Libraries that rewrite the whole document while "preserving its style" do not keep every byte:
tomlkit moves tables that lie between those of one array, ruamel.yaml changes indentation.
"""

from __future__ import annotations

import copy
import itertools
import json
import re
from abc import ABC, abstractmethod
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from website.content.value_reader import Path

_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*")
_BLANK_LINES_ABOVE = re.compile(r"(?:^[ \t]*\r?\n)*\Z", re.MULTILINE)
_REST_OF_LINE = re.compile(r"[ \t]*(?P<comma>,?)(?P<comment>[ \t]*(?:#[^\r\n]*)?)(?:\r\n|\r|\n|\Z)")
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON leaves unescaped, but YAML reads differently."""


class UnusualSource(ValueError):  # noqa: N818 - names what was found, which is no error
    """The text is written in a way that cannot be spliced."""


@dataclass
class Entry:
    """The source range of a key with its value, or of an item of a list."""

    start: int
    end: int
    key: str = ""
    after_key: int = 0
    """End of the key, or of the mark of an item."""
    value: int = 0
    """Start of the value; for a TOML section, the end of its header."""
    style: str | None = None
    """Quotation marks or block indicator of a scalar; empty if it is plain."""
    entries: list[Entry] = field(default_factory=list)
    """Entries of a list or table."""
    in_brackets: bool = False
    """Whether the entries are enclosed in brackets."""
    is_section: bool = False
    """Whether it begins with a TOML header."""
    of_sections: bool = False
    """Whether it is a TOML array of tables."""

    def find(self, key: str) -> Entry | None:
        """Return the entry of a key; None if there is none."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def entry(self, key: str) -> Entry:
        """Return the entry of a key.

        :raises UnusualSource: if there is none.
        """
        if entry := self.find(key):
            return entry
        raise UnusualSource


class Syntax(ABC):
    """Interface of a syntax: YAML or TOML."""

    stays_last = ""
    """Top-level key above which new keys are inserted."""

    @abstractmethod
    def parse(self, text: str) -> tuple[dict[str, Any], Entry]:
        """Return the values of a text, and the tree of their positions.

        :raises ValueError: if the text cannot be parsed.
        """

    @abstractmethod
    def inline(self, value: Any, style: str | None, *, in_brackets: bool) -> str:  # noqa: ANN401
        """Return a value as source on one line; a scalar in the given style if possible."""

    @abstractmethod
    def pair(self, key: str, source: str) -> str:
        """Return a key with its value, for use within brackets."""

    @abstractmethod
    def lines(self, path: Path, value: Any, like: Entry | None) -> list[str]:  # noqa: ANN401
        """Return an entry as lines; the first is not indented.

        :param like: an adjacent entry whose style is used.
        """

    def is_section(self, value: Any) -> bool:  # noqa: ANN401, ARG002
        """Return whether a value is written as a section with a header."""
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

    :param value: an ``OrderedDict`` also determines the order of keys.
    :param line_end: line ending of new lines.
    :raises UnusualSource: if anything else would have to change.
    :raises ValueError: if the text cannot be parsed.
    """
    values, root = syntax.parse(text)
    wanted = copy.deepcopy(values)
    splicer = _Splicer(syntax, text, line_end)
    try:
        _assign(wanted, path, value)
        splicer.change_table((), root, values, wanted)
        changed = splicer.take(0, len(text))
        is_right = same(syntax.parse(changed)[0], wanted)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnusualSource from error
    if not is_right:
        raise UnusualSource
    return changed


def same(one: Any, other: Any) -> bool:  # noqa: ANN401
    """Return whether two values are equal and of the same types.

    The order of keys is ignored, unless the second table is an ``OrderedDict``.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        is_ordered = not isinstance(other, OrderedDict) or [*one] == [*other]
        alike = is_ordered and one.keys() == other.keys()
        return alike and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


def quoted(value: str) -> str:
    """Return a text in double quotation marks, valid in both YAML and TOML."""
    written = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


@dataclass
class _Splicer:
    """A text, and its pending replacements."""

    _syntax: Syntax
    _text: str
    _line_end: str
    _splices: list[tuple[int, int, str]] = field(default_factory=list)

    def take(self, start: int, end: int) -> str:
        """Return a range of the text with its replacements applied, and remove these."""
        within = [each for each in self._splices if start <= each[0] and each[1] <= end]
        self._splices = [each for each in self._splices if each not in within]
        pieces = []
        for at, until, source in sorted(within, key=itemgetter(0, 1)):
            pieces += [self._text[start:at], source]
            start = until
        return "".join([*pieces, self._text[start:end]])

    def change_table(
        self, path: Path, table: Entry, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> None:
        """Change a table key by key."""
        for key in old.keys() & new.keys():
            if not same(old[key], new[key]):
                self._change((*path, key), table, table.entry(key), old[key], new[key])
        added = [key for key in new if key not in old]
        is_ordered = isinstance(new, OrderedDict) and bool(old)
        if table.in_brackets or is_ordered:
            places = {entry.key: place for place, entry in enumerate(table.entries)}
            order = new if is_ordered else [*(key for key in places if key in new), *added]
            parts = [
                places[key] if key in places else self._written(table, (*path, key), new[key], None)
                for key in order
            ]
            self._arrange(table, parts)
            return
        for key in old.keys() - new.keys():
            self._remove(table, table.entry(key))
        for key in added:
            self._add(path, table, key, new[key])

    def _change(self, path: Path, parent: Entry, entry: Entry, old: Any, new: Any) -> None:  # noqa: ANN401
        is_table = isinstance(old, dict) and isinstance(new, dict)
        if is_table and (entry.is_section or (old and new)):
            self.change_table(path, entry, old, new)
        elif isinstance(old, list) and isinstance(new, list) and old and new:
            self._change_list(path, entry, old, new)
        else:
            self._replace(path, parent, entry, new)

    def _change_list(
        self, path: Path, items: Entry, old: Sequence[Any], new: Sequence[Any]
    ) -> None:
        parts: list[int | list[str]] = []
        for index, (origin, value) in enumerate(zip(_origins(old, new), new, strict=True)):
            if origin is None:
                like = items.entries[min(max(index - 1, 0), len(old) - 1)]
                parts.append(self._written(items, (*path, index), value, like))
                continue
            parts.append(origin)
            if not same(old[origin], value):
                entry = items.entries[origin]
                self._change((*path, origin), items, entry, old[origin], value)
        self._arrange(items, parts)

    def _written(self, parent: Entry, path: Path, value: Any, like: Entry | None) -> list[str]:  # noqa: ANN401
        """Return the lines of a new entry."""
        if not parent.in_brackets:
            return self._syntax.lines(path, value, like)
        source = self._syntax.inline(value, like.style if like else None, in_brackets=True)
        return [self._syntax.pair(path[-1], source) if isinstance(path[-1], str) else source]

    # One value

    def _splice(self, start: int, end: int, source: str) -> None:
        self._splices.append((start, end, source))

    def _replace(self, path: Path, parent: Entry, entry: Entry, value: Any) -> None:  # noqa: ANN401
        if entry.is_section or entry.of_sections:
            raise UnusualSource
        gap = self._text[entry.after_key : entry.value]
        is_long = bool(value) and isinstance(value, list | dict)
        if is_long and not parent.in_brackets and not self._syntax.is_section(value):
            first, *rest = self._syntax.lines(path, value, None)
            found = self._rest_of_line(entry.end)
            comment = found["comment"].strip()
            comment = gap.rstrip() or (comment and f"  {comment}")
            source = self._joined([first + comment, *rest], self._indent(entry.start))
            self._splice(entry.start, found.end("comment"), source)
            return
        source = self._syntax.inline(value, entry.style, in_brackets=parent.in_brackets)
        if _LINE_END.search(gap) or entry.value == entry.end:
            # What stood below its key, or nowhere, stands beside it now.
            self._splice(entry.after_key, entry.end, f" {source}{gap.rstrip()}")
        else:
            self._splice(entry.value, entry.end, source.replace("\n", self._line_end))

    # Keys with lines of their own

    def _add(self, path: Path, table: Entry, key: str, value: Any) -> None:  # noqa: ANN401
        rows = self._syntax.lines((*path, key), value, None)
        last = None if path else table.find(self._syntax.stays_last)
        indent = self._indent(table.entries[0].start) if table.entries else ""
        source = self._joined(rows, indent, with_first=True)
        if last:
            start = self._line_start(last.start)
            self._splice(start, start, source + self._line_end)
            return
        is_section = self._syntax.is_section(value)
        own = [
            each
            for each in table.entries
            if is_section or not (each.is_section or each.of_sections)
        ]
        end = max((each.end for each in own), default=table.value)
        if end:
            end = self._rest_of_line(end).end("comment")
            blank = self._line_end if is_section else ""
            self._splice(end, end, f"{self._line_end}{blank}{source}")
        else:
            self._splice(0, 0, source + self._line_end)

    def _remove(self, table: Entry, entry: Entry) -> None:
        if entry.of_sections:
            for each in entry.entries:
                self._remove(entry, each)
        elif self._is_alone(entry):
            start = self._line_start(entry.start)
            if entry.is_section and (above := _BLANK_LINES_ABOVE.search(self._text, 0, start)):
                start = above.start()
            self._splice(start, self._rest_of_line(entry.end).end(), "")
        elif entry is table.entries[0] and len(table.entries) > 1:  # beside the hyphen of a list
            following = table.entries[1].start
            if "#" in self._text[entry.end : following]:
                raise UnusualSource
            self._splice(entry.start, following, "")
        else:
            raise UnusualSource

    # Several entries

    def _arrange(self, parent: Entry, parts: Sequence[int | list[str]]) -> None:
        """Reorder entries.

        :param parts: indices of kept entries, and lines of new ones.
        """
        entries = parent.entries
        if list(parts) == [*range(len(entries))]:
            return
        is_alone = [self._is_alone(entry) for entry in entries]
        if parent.in_brackets and not all(is_alone):
            self._arrange_in_line(entries, parts)
        elif all(is_alone):
            self._arrange_lines(parent, parts)
        else:
            raise UnusualSource

    def _arrange_in_line(self, entries: Sequence[Entry], parts: Iterable[int | list[str]]) -> None:
        gaps = [self._text[one.end : two.start] for one, two in itertools.pairwise(entries)]
        if any("#" in gap for gap in gaps):
            raise UnusualSource
        sources = [
            self.take(entries[part].start, entries[part].end) if isinstance(part, int) else part[0]
            for part in parts
        ]
        between = itertools.chain(gaps, itertools.repeat(", "))
        source = sources[0] + "".join(map("".join, zip(between, sources[1:], strict=False)))
        self._splice(entries[0].start, entries[-1].end, source)

    def _arrange_lines(self, parent: Entry, parts: Sequence[int | list[str]]) -> None:
        """Reorder entries together with the comments above them; blank lines stay in place."""
        entries = parent.entries
        bounds = [self._line_start(entries[0].start),
                  *(self._rest_of_line(entry.end).end() for entry in entries)]  # fmt: skip
        blanks, chunks, above = [], {}, ""
        for place, (entry, (start, end)) in enumerate(
            zip(entries, itertools.pairwise(bounds), strict=True)
        ):
            blank = _BLANK_LINES.match(self._text, start, end)
            middle = blank.end() if blank else start
            blanks.append(self._text[start:middle])
            if place in parts:
                if parent.in_brackets and not self._rest_of_line(entry.end)["comma"]:
                    self._splice(entry.end, entry.end, ",")
                chunks[place] = above + self._ended(self.take(middle, end))
                above = ""
            else:
                above += self._text[middle : self._line_start(entry.start)]
        indent, comma = self._indent(entries[0].start), "," if parent.in_brackets else ""
        between = itertools.chain(blanks, itertools.repeat(parent.of_sections * self._line_end))
        source = "".join(
            blank
            + (chunks[part] if isinstance(part, int) else
               self._ended(self._joined(part, indent, with_first=True) + comma))
            for part, blank in zip(parts, between, strict=False)
        ) + above  # fmt: skip
        is_open = not self._text[: bounds[-1]].endswith(("\r", "\n"))
        self._splice(bounds[0], bounds[-1], source.rstrip("\r\n") if is_open else source)

    # Reading

    def _ended(self, rows: str) -> str:
        return rows if rows.endswith(("\r", "\n")) else rows + self._line_end

    def _line_start(self, at: int) -> int:
        return max(self._text.rfind("\n", 0, at), self._text.rfind("\r", 0, at)) + 1

    def _indent(self, at: int) -> str:
        before = self._text[self._line_start(at) : at]
        return before if not before.strip(" \t") else " " * len(before)

    def _rest_of_line(self, end: int) -> re.Match[str]:
        found = _REST_OF_LINE.match(self._text, end)
        if not found:
            raise UnusualSource
        return found

    def _is_alone(self, entry: Entry) -> bool:
        """Return whether an entry shares its lines with nothing but a comment."""
        before = self._text[self._line_start(entry.start) : entry.start]
        return not before.strip(" \t") and bool(_REST_OF_LINE.match(self._text, entry.end))

    def _joined(self, rows: Sequence[str], indent: str, *, with_first: bool = False) -> str:
        first, *rest = rows
        source = self._line_end.join([first, *(indent + row for row in rest)])
        return indent + source if with_first else source


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
    """Return for each new item the index of the old item that it derives from."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, value in enumerate(old):
        places[repr(value)].append(place)
    origins = {
        index: places[repr(value)].pop(0) for index, value in enumerate(new) if places[repr(value)]
    }
    left = [index for index in range(len(new)) if index not in origins]
    free = {*range(len(old))} - {*origins.values()}
    alike = [(_likeness(old[o], new[i]), -abs(o - i), i, o) for i in left for o in free]
    pairs = [
        (index, origin) for likeness, _, index, origin in sorted(alike, reverse=True) if likeness
    ]
    for index, origin in [*pairs, *zip(left, left, strict=True)]:
        if index not in origins and origin in free:
            origins[index] = origin
            free.remove(origin)
    return [origins.get(index) for index in range(len(new))]


def _likeness(one: Any, other: Any) -> int:  # noqa: ANN401
    """Return the number of values that two tables have in common."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 0
    return sum(key in other and same(value, other[key]) for key, value in one.items())
