"""One value of a TOML file of the content changed, and no other byte of the file."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from website.editorial import splicing
from website.editorial.splicing import Collection, Entry, Node, Path, Scalar
from website.exceptions import AuthoringError

_LINE_END = re.compile(r"\r?\n")
_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?P<key>"(?:\\.|[^"\\])*"|'[^']*'|[\w-]+)[ \t]*(?P<dot>\.?)""")
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_SCALAR = re.compile(
    r'''(?P<text>"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})|\'\'\'[\s\S]*?\'\'\'(?:'{0,2})'''
    r"""|"(?:\\.|[^"\\])*"|'[^']*')|[^\s,\]}#]+(?: \d[^\s,\]}#]*)?"""
)
_OPENING = re.compile(r"""(?P<marks>\"{3}|'{3}|"|')(?P<line>\r?\n)?""")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ENDING = re.compile(r'"(?=""|\Z)')
"""Quotation marks that would end a text of several lines."""
_LONG = 80
"""Characters of a list that stands on one line."""


def set_value(data: bytes, path: Path, value: Any) -> bytes:  # noqa: ANN401 - what TOML holds
    """Set a value, which may be missing; ``None`` removes it with its key.

    Entries within it that stay keep their source, wherever they go.

    :param path: keys, and indices of lists: ``("topics", 0, "title")``.
    :raises AuthoringError: where the file is written so that this cannot be done safely.
    """
    return _edited(
        data,
        path,
        lambda source, end: splicing.set_value(_TOML, source, path, value, line_end=end),
    )


def set_order(data: bytes, path: Path, keys: Sequence[str]) -> bytes:
    """Put the keys of a table into another order, each with its line and comments.

    :param keys: all keys of the table.
    :raises AuthoringError: where the file is written so that this cannot be done safely.
    """
    return _edited(
        data,
        path,
        lambda source, end: splicing.set_order(_TOML, source, path, keys, line_end=end),
    )


def _edited(data: bytes, path: Path, edit: Callable[[str, str], str]) -> bytes:
    try:
        text = data.decode()
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        source = text.removeprefix(mark)
        ended = _LINE_END.search(source)
        changed = edit(source, ended[0] if ended else "\n")
    except (ValueError, LookupError) as error:
        name = ".".join(map(str, path))
        raise AuthoringError(
            "Diese Datei ist so geschrieben, dass kein Programm sie sicher ändern kann. Ändern Sie "
            f"„{name}“ selbst im Text der Datei."
        ) from error
    return (mark + changed).encode()


class _TomlSyntax(splicing.Syntax):
    """TOML 1.0."""

    def parse(self, text: str) -> tuple[dict[str, Any], Collection]:
        """Parse a whole file. Python's own parser is the judge of what it holds."""
        return tomllib.loads(text), _Scanner(text).document()

    def inline(self, value: Any, like: Node | None, *, in_brackets: bool) -> str:  # noqa: ANN401
        """Write a value on one line, or a text on several where it was before."""
        if isinstance(value, dict):
            pairs = (
                self.pair(key, self.inline(each, None, in_brackets=True))
                for key, each in value.items()
            )
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        if isinstance(value, list):
            texts = (self.inline(each, None, in_brackets=in_brackets) for each in value)
            return f"[{', '.join(texts)}]"
        if isinstance(value, str):
            return _text(value, like.style if isinstance(like, Scalar) else "")
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | float) else value.isoformat()

    def pair(self, key: str, source: str) -> str:
        """Write a key with its value."""
        return f"{_name(key)} = {source}"

    def is_section(self, value: Any) -> bool:  # noqa: ANN401
        """Return whether a value is a table or an array of tables."""
        return isinstance(value, dict) or (_is_array_of_tables(value))

    def lines(self, path: Path, value: Any, like: Node | None) -> list[str]:  # noqa: ANN401
        """Write a key with its value, or a section."""
        key = path[-1]
        if _is_array_of_tables(value):
            items = [self._section((*path, index), each) for index, each in enumerate(value)]
            return [*items[0], *(row for rows in items[1:] for row in ("", *rows))]
        if isinstance(value, dict):
            return self._section(path, value)
        source = self.inline(value, like, in_brackets=False)
        if isinstance(value, list) and len(source) > _LONG:
            texts = (self.inline(each, None, in_brackets=True) for each in value)
            return [f"{_name(str(key))} = [", *(f"  {text}," for text in texts), "]"]
        return [self.pair(str(key), source)]

    def place_of_key(self, table: Collection) -> Entry | None:  # noqa: ARG002
        """Return nothing: a new key goes below the last one."""
        return None

    def _section(self, path: Path, table: dict[str, Any]) -> list[str]:
        name = ".".join(_name(key) for key in path if isinstance(key, str))
        rows = [f"[[{name}]]" if isinstance(path[-1], int) else f"[{name}]"]
        for key, value in sorted(table.items(), key=lambda pair: self.is_section(pair[1])):
            if self.is_section(value):
                rows.append("")
            rows += self.lines((*path, key), value, None)
        return rows


_TOML = _TomlSyntax()


def _is_array_of_tables(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _name(key: str) -> str:
    return key if _BARE.match(key) else json.dumps(key, ensure_ascii=False)


def _text(value: str, style: str) -> str:
    """Write a text with the marks of another one, if it can have them."""
    if style == "'" and not _UNSEEN.search(value) and "'" not in value and "\n" not in value:
        return f"'{value}'"
    if style.startswith(('"""', "'''")) and "\r" not in value:
        escaped = _ENDING.sub('\\"', _escaped(value))
        first = "\n" if style.endswith("\n") or value.startswith("\n") else ""
        return f'"""{first}{escaped}"""'
    quoted = _escaped(value).replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"{}"'.format(quoted.replace("\r", "\\r"))


def _escaped(value: str) -> str:
    return _UNSEEN.sub(
        lambda found: f"\\u{ord(found[0]):04x}" if found[0] != "\r" else "\r",
        value.replace("\\", "\\\\"),
    )


@dataclass
class _Table:
    """A table while the file is read: its parts may lie anywhere below it."""

    start: int
    entries: list[_Entry] = field(default_factory=list)
    is_array: bool = False

    def find(self, key: str) -> _Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)


@dataclass
class _Entry:
    start: int
    end: int
    node: Node | _Table
    key: str = ""
    after_key: int = 0
    header: str = ""

    def frozen(self) -> Entry:
        node = _frozen(self.node) if isinstance(self.node, _Table) else self.node
        return Entry(self.start, self.end, node, self.key, self.after_key, self.header)


def _frozen(table: _Table) -> Collection:
    entries = tuple(entry.frozen() for entry in table.entries)
    end = max([table.start, *(entry.end for entry in entries)])
    return Collection(table.start, end, entries, of_sections=table.is_array)


class _Scanner:
    """Finds where the values of a file are written that is known to be valid."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._root = _Table(0)
        self._open: list[_Entry] = []
        """The sections that the line belongs to."""

    def document(self) -> Collection:
        """Read the whole file."""
        table = self._root
        while (start := self._skip()) < len(self._text):
            if self._text[start] == "[":
                table = self._header(start)
            else:
                self._pair(table, start)
        return _frozen(self._root)

    def _header(self, start: int) -> _Table:
        is_array = self._text.startswith("[[", start)
        self._at += 1 + is_array
        *parents, name = self._keys()
        self._at += 1 + is_array
        header = self._text[start : self._at]
        table, self._open = self._root, []
        for key in parents:
            table = self._within(table, key, start)
        entry = table.find(name)
        if is_array:
            if entry is None:
                entry = _Entry(start, self._at, _Table(start, is_array=True), name)
                table.entries.append(entry)
            self._open.append(entry)
            table = entry.node  # type: ignore[assignment]
            entry = None
        if entry is None or not isinstance(entry.node, _Table):
            entry = _Entry(start, self._at, _Table(self._at), "" if is_array else name, 0, header)
            table.entries.append(entry)
        self._open.append(entry)
        self._extend()
        return entry.node  # type: ignore[return-value]

    def _within(self, table: _Table, key: str, start: int) -> _Table:
        """Return the table that a name in a header means: of an array the last."""
        entry = table.find(key)
        if entry is None or not isinstance(entry.node, _Table):
            entry = _Entry(start, start, _Table(start), key, start)
            table.entries.append(entry)
        self._open.append(entry)
        node: Any = entry.node
        if node.is_array:
            self._open.append(node.entries[-1])
            node = node.entries[-1].node
        return node  # type: ignore[no-any-return]

    def _pair(self, table: _Table, start: int) -> None:
        kept = list(self._open)
        *parents, name = self._keys()
        for key in parents:
            table = self._within(table, key, start)
        table.entries.append(self._value_of(name, start))
        self._extend()
        self._open = kept

    def _value_of(self, name: str, start: int) -> _Entry:
        self._at = self._text.index("=", self._at) + 1
        after_key = self._at
        node = self._value()
        return _Entry(start, node.end, node, name, after_key)

    def _extend(self) -> None:
        for entry in self._open:
            entry.end = max(entry.end, self._at)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            found = _KEY.match(self._text, self._at)
            if not found:
                raise splicing.UnusualSource
            self._at = found.end()
            (key,) = tomllib.loads(f"{found['key']} = 0")
            keys.append(key)
            if not found["dot"]:
                return keys

    def _value(self) -> Node:
        start = self._skip()
        sign = self._text[start]
        if sign in "[{":
            self._at += 1
            entries = tuple(self._within_brackets("]" if sign == "[" else "}"))
            return Collection(start, self._at, entries, in_brackets=True)
        found = _SCALAR.match(self._text, start)
        if not found:
            raise splicing.UnusualSource
        self._at = found.end()
        opening = _OPENING.match(found["text"] or "")
        style = ""
        if opening:
            is_long = len(opening["marks"]) > 1
            style = opening["marks"] + ("\n" if is_long and opening["line"] else "")
        return Scalar(start, self._at, style)

    def _within_brackets(self, closing: str) -> list[Entry]:
        entries = []
        while self._text[self._skip()] != closing:
            start = self._at
            if self._text[start] == ",":
                self._at += 1
            elif closing == "]":
                node = self._value()
                entries.append(Entry(start, node.end, node, after_key=start))
            else:
                entries.append(self._pair_within(start))
        self._at += 1
        return entries

    def _pair_within(self, start: int) -> Entry:
        name, *further = self._keys()
        if further:
            raise splicing.UnusualSource
        return self._value_of(name, start).frozen()

    def _skip(self) -> int:
        """Go to the next sign that is neither blank nor in a comment."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at
