"""Set single values in a TOML file without changing any other byte."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from website.content.value_reader import Path, name_of
from website.editorial import msg, source_edits
from website.editorial.source_edits import Entry, UnusualSource, quoted
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
_ENDING = re.compile(r'"(?=""|\Z)')
"""Quotation marks that would end a multi-line string."""
_LONG = 80
"""Maximum length of a list on one line."""


def set_value(data: bytes, path: Path, value: Any) -> bytes:  # noqa: ANN401 - what TOML holds
    """Set a value; ``None`` removes it with its key.

    Unchanged entries within it keep their source, even if they move. An ``OrderedDict`` also sets
    the order of the keys of a table, each with its line and comments.

    :param path: keys, and indices of lists: ``("topics", 0, "title")``.
    :raises AuthoringError: if the file is written in a way that cannot be edited safely.
    """
    try:
        text = data.decode()
        source = text.removeprefix("\ufeff")
        ended = _LINE_END.search(source)
        changed = source_edits.set_value(
            _TOML, source, path, value, line_end=ended[0] if ended else "\n"
        )
    except (ValueError, LookupError) as error:
        raise AuthoringError(msg("edits.toml", name=name_of(path))) from error
    return (text[: len(text) - len(source)] + changed).encode()


class _TomlSyntax(source_edits.Syntax):
    """The syntax of TOML 1.0."""

    def parse(self, text: str) -> tuple[dict[str, Any], Entry]:
        """Parse a whole file; :mod:`tomllib` determines the values."""
        return tomllib.loads(text), _Scanner(text).document()

    def inline(self, value: Any, style: str | None, *, in_brackets: bool) -> str:  # noqa: ANN401
        """Return a value on one line, or a multi-line string if the style is one."""
        if isinstance(value, dict):
            pairs = [self.pair(key, self.inline(each, None, in_brackets=True))
                     for key, each in value.items()]  # fmt: skip
            return f"{{ {', '.join(pairs)} }}" if value else "{}"
        if isinstance(value, list):
            texts = (self.inline(each, None, in_brackets=in_brackets) for each in value)
            return f"[{', '.join(texts)}]"
        if isinstance(value, str):
            return _text(value, style or "")
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int | float) else value.isoformat()

    def pair(self, key: str, source: str) -> str:
        """Return a key with its value."""
        return f"{_name(key)} = {source}"

    def is_section(self, value: Any) -> bool:  # noqa: ANN401
        """Return whether a value is a table or an array of tables."""
        return isinstance(value, dict) or _is_array_of_tables(value)

    def lines(self, path: Path, value: Any, like: Entry | None) -> list[str]:  # noqa: ANN401
        """Return a key with its value, or a section, as lines."""
        if _is_array_of_tables(value):
            items = [self._section((*path, at), each) for at, each in enumerate(value)]
            return [*items[0], *(row for rows in items[1:] for row in ("", *rows))]
        if isinstance(value, dict):
            return self._section(path, value)
        key = str(path[-1])
        source = self.inline(value, like.style if like else None, in_brackets=False)
        if isinstance(value, list) and len(source) > _LONG:
            texts = (self.inline(each, None, in_brackets=True) for each in value)
            return [f"{_name(key)} = [", *(f"  {text}," for text in texts), "]"]
        return [self.pair(key, source)]

    def _section(self, path: Path, table: dict[str, Any]) -> list[str]:
        name = ".".join(_name(key) for key in path if isinstance(key, str))
        rows = [f"[[{name}]]" if isinstance(path[-1], int) else f"[{name}]"]
        for key, value in sorted(table.items(), key=lambda pair: self.is_section(pair[1])):
            rows += [""] * self.is_section(value) + self.lines((*path, key), value, None)
        return rows


_TOML = _TomlSyntax()


def _is_array_of_tables(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _name(key: str) -> str:
    return key if _BARE.match(key) else quoted(key)


def _plain(key: str) -> str:
    """Return a key as it is written in a file, without quotation marks and escapes."""
    return key if _BARE.match(key) else next(iter(tomllib.loads(f"{key} = 0")))


def _text(value: str, style: str) -> str:
    """Return a text in the given quotation style if possible."""
    if style == "'" and value.isprintable() and "'" not in value:
        return f"'{value}'"
    if style.startswith(('"""', "'''")) and "\r" not in value:
        # Line ends and most quotation marks stand for themselves.
        rows = (quoted(row)[1:-1].replace('\\"', '"') for row in value.split("\n"))
        escaped = _ENDING.sub('\\"', "\n".join(rows))
        first = "\n" if style.endswith("\n") or value.startswith("\n") else ""
        return f'"""{first}{escaped}"""'
    return quoted(value)


class _Scanner:
    """Scanner for the positions of values in a valid TOML file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._root = Entry(0, len(text))
        self._open: list[Entry] = []
        """The sections that contain the current line."""

    def document(self) -> Entry:
        """Read the whole file."""
        table = self._root
        while (start := self._skip()) < len(self._text):
            if self._text[start] == "[":
                table = self._header(start)
            else:
                self._pair(table, start)
        return self._root

    def _header(self, start: int) -> Entry:
        is_array = self._text.startswith("[[", start)
        self._at += 1 + is_array
        *parents, name = self._keys()
        self._at += 1 + is_array
        table, self._open = self._root, []
        for key in parents:
            table = self._within(table, key, start)
        if is_array:
            table, name = self._entry(table, Entry(start, start, name)), ""
            table.of_sections = True
        section = Entry(start, self._at, name, value=self._at, is_section=True)
        table = self._entry(table, section, is_new=is_array)
        self._extend()
        return table

    def _within(self, table: Entry, key: str, start: int) -> Entry:
        """Return the table that a key in a header refers to: the last one of an array."""
        entry = self._entry(table, Entry(start, start, key, start, start))
        if entry.of_sections:
            entry = entry.entries[-1]
            self._open.append(entry)
        return entry

    def _entry(self, table: Entry, made: Entry, *, is_new: bool = False) -> Entry:
        """Return the existing entry with the key of a new one, or add the new one."""
        entry = None if is_new else table.find(made.key)
        if entry is None:
            entry = made
            table.entries.append(entry)
        self._open.append(entry)
        return entry

    def _pair(self, table: Entry, start: int) -> None:
        kept = list(self._open)
        *parents, name = self._keys()
        for key in parents:
            table = self._within(table, key, start)
        table.entries.append(self._value_of(name, start))
        self._extend()
        self._open = kept

    def _value_of(self, name: str, start: int) -> Entry:
        self._at = self._text.index("=", self._at) + 1
        return self._value(Entry(start, start, name, self._at))

    def _extend(self) -> None:
        for entry in self._open:
            entry.end = max(entry.end, self._at)

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while found := _KEY.match(self._text, self._at):
            self._at = found.end()
            keys.append(_plain(found["key"]))
            if not found["dot"]:
                return keys
        raise UnusualSource

    def _value(self, entry: Entry) -> Entry:
        """Scan a value, and add its position to an entry."""
        entry.value = self._skip()
        if (sign := self._text[entry.value]) in "[{":
            self._at += 1
            entry.in_brackets = True
            entry.entries += self._within_brackets("]" if sign == "[" else "}")
        elif found := _SCALAR.match(self._text, entry.value):
            self._at = found.end()
            opening = _OPENING.match(found["text"] or "")
            entry.style = opening["marks"] if opening else ""
            if opening and opening["line"] and len(entry.style) > 1:
                entry.style += "\n"
        else:
            raise UnusualSource
        entry.end = self._at
        return entry

    def _within_brackets(self, closing: str) -> Iterator[Entry]:
        while self._text[self._skip()] != closing:
            start = self._at
            if self._text[start] == ",":
                self._at += 1
            elif closing == "]":
                yield self._value(Entry(start, start, after_key=start))
            else:
                name, *further = self._keys()
                if further:
                    raise UnusualSource
                yield self._value_of(name, start)
        self._at += 1

    def _skip(self) -> int:
        """Skip whitespace and comments, and return the new position."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at
