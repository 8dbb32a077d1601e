"""Set single values in a file's front matter (YAML) without changing any other byte.

Comments, the order of keys, line endings and a byte order mark are preserved.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from website.content import frontmatter, text_files
from website.content.problems import ignore
from website.content.value_reader import Path, name_of
from website.editorial import msg, source_edits
from website.editorial.source_edits import Entry, UnusualSource, quoted
from website.exceptions import AuthoringError, UnreadableFile

_FENCE = re.compile(r"(?:\A\ufeff?|(?<=[\r\n]))---[ \t]*(?=[\r\n]|\Z)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN = re.compile(r"[\w/](?:[\w/.-]*[\w/])?\Z")
"""Plain scalars of YAML that need no quotation marks, even within brackets."""
_PLAIN_WORDS = re.compile(r"[^\W_](?:[^\x00-\x1f#:]|:(?=\S)|(?<=\S)#)*(?<![\s:])\Z")
"""Plain scalars that need none outside of brackets."""
_BRACKETS = re.compile(r"[,\[\]{}]")


def set_value(data: bytes, key: str | Path, value: Any) -> bytes:  # noqa: ANN401 - texts, nested
    """Set the value of a key, whether it is missing, empty or set.

    Unchanged items and keys within the value keep their source, even if they move.

    :param key: at the top level, or keys and indices of lists: ``("sources", 0, "title")``.
    :param value: a text, or a list or a table of such values; ``None`` removes the key.
    :raises AuthoringError: if the file is written in a way that cannot be edited safely.
    """
    wanted, path = _plain(value), (key,) if isinstance(key, str) else key
    try:
        text = data.decode()
        start, end, line_end = _front_matter(text)
        source = source_edits.set_value(_YAML, text[start:end], path, wanted, line_end=line_end)
    except (ValueError, yaml.YAMLError) as error:
        if cause := _why_unreadable(data):
            raise AuthoringError(cause) from error
        key, source = name_of(path), "" if wanted is None else written(wanted)
        name = "edits.delete" if wanted is None else "edits.enter"
        raise AuthoringError(msg(name, key=key, source=source)) from error
    return f"{text[:start]}{source}{text[end:]}".encode()


def _why_unreadable(data: bytes) -> str:
    """Return why the front matter of a file is unreadable; empty if it is readable."""
    found: list[tuple[int, str]] = []
    try:
        document = frontmatter.read(text_files.decoded(data), lambda *each: found.append(each))
    except UnreadableFile as error:
        return msg("edits.unreadable", line=error.line, reason=error)
    line, reason = found[-1] if found and document is None else (0, "")
    return msg("edits.unreadable", line=line, reason=reason) if line else ""


def is_empty(data: bytes, key: str) -> bool:
    """Return whether a key is missing or has no value, or the front matter is unreadable."""
    return not values(data).get(key)


def values(data: bytes) -> Mapping[str, Any]:
    """Return the values of a file's front matter; an empty mapping if it is unreadable."""
    document = frontmatter.read(data.decode(errors="replace"), ignore)
    return document.fields.values if document else {}


def body_start(text: str) -> int:
    """Return the index at which the body begins; 0 if there is no front matter."""
    fences = _fences(text)
    return fences[1].end() if len(fences) > 1 else 0


def written(value: Any) -> str:  # noqa: ANN401
    """Return a text, or a list or mapping of texts, as YAML on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(key)}: {written(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    return value if _PLAIN.match(value) else quoted(value)


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value as the YAML parser would: as texts, lists and dictionaries."""
    if value is None or isinstance(value, str):
        # An enumeration's member is a text, but not of the type that is read.
        return value if value is None else str(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value]


def _fences(text: str) -> list[re.Match[str]]:
    return list(itertools.islice(_FENCE.finditer(text), 2))


def _front_matter(text: str) -> tuple[int, int, str]:
    fences = _fences(text)
    ended = _LINE_END.match(text, fences[0].end()) if len(fences) > 1 else None
    # Before the parser in Python meets what would be too much for it.
    if ended is None or frontmatter.read(text, ignore) is None:
        raise UnusualSource
    return ended.end(), fences[1].start(), ended[0]


class _YamlSyntax(source_edits.Syntax):
    """The subset of YAML that front matter may use."""

    stays_last = "status"

    def parse(self, text: str) -> tuple[dict[str, Any], Entry]:
        """Parse the lines between the ``---`` fences."""
        document = frontmatter.read(f"---\n{text}---\n", ignore)
        if document is None or document.body:
            raise UnusualSource
        # The parser in Python: the marks of the one in C lack the place of empty values.
        source = text.translate(frontmatter.OTHER_LINE_ENDS)
        root = yaml.compose(source, Loader=yaml.BaseLoader)
        if not isinstance(root, yaml.MappingNode):
            return {}, Entry(0, 0)
        if root.flow_style:
            raise UnusualSource
        return dict(document.fields.values), _completed(Entry(0, 0), root, source)

    def inline(self, value: Any, style: str | None, *, in_brackets: bool) -> str:  # noqa: ANN401
        """Return a value as source on one line."""
        if not isinstance(value, str):
            return written(value)
        if style == '"':
            return quoted(value)
        if style == "'" and value.isprintable():
            return "'{}'".format(value.replace("'", "''"))
        is_plain = style == "" and _PLAIN_WORDS.match(value)
        if is_plain and not (in_brackets and _BRACKETS.search(value)):
            return value
        return written(value)

    def pair(self, key: str, source: str) -> str:
        """Return a key with its value, for use within braces."""
        return f"{written(key)}: {source}"

    def lines(self, path: Path, value: Any, like: Entry | None) -> list[str]:  # noqa: ANN401
        """Return a key or an item as lines of its own."""
        key = path[-1]
        return self._below("-" if isinstance(key, int) else f"{written(key)}:", value, like)

    def _below(self, mark: str, value: Any, like: Entry | None) -> list[str]:  # noqa: ANN401
        """Return a value below a key, or beside or below the hyphen of an item."""
        if isinstance(value, dict) and value:
            rows: list[str] = []
            for key, each in value.items():
                rows += self._below(f"{written(key)}:", each, like and like.find(key))
            if mark == "-":
                return [f"- {rows[0]}", *_indented(rows[1:])]
            return [mark, *_indented(rows)]
        if isinstance(value, list) and mark != "-" and not all(map(_is_word, value)):
            items = (self._below("-", each, None) for each in value)
            return [mark, *_indented(itertools.chain.from_iterable(items))]
        style = like.style if like else None
        return [f"{mark} {self.inline(value, style, in_brackets=False)}"]


_YAML = _YamlSyntax()


def _is_word(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and bool(_PLAIN.match(value))


def _indented(rows: Iterable[str]) -> list[str]:
    return [f"  {row}" for row in rows]


def _completed(entry: Entry, node: yaml.Node, source: str) -> Entry:
    """Add the position of the value to an entry."""
    entry.value, entry.end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.MappingNode):
        entry.entries += [_pair(key, value, source) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        entry.entries += _items(node, source)
    else:
        entry.style = getattr(node, "style", None) or ""
        if entry.style in {"|", ">"}:  # ends where the next line begins
            entry.end = entry.value + len(source[entry.value : entry.end].rstrip())
    entry.in_brackets = isinstance(node, yaml.CollectionNode) and bool(node.flow_style)
    if entry.entries and not entry.in_brackets:
        # A block ends where the next one begins, after comments.
        entry.end = entry.entries[-1].end
    entry.end = max(entry.end, entry.after_key)
    return entry


def _pair(key: yaml.Node, value: yaml.Node, source: str) -> Entry:
    colon = re.compile(r"\s*:").match(source, key.end_mark.index)
    after_key = colon.end() if colon else key.end_mark.index
    return _completed(Entry(key.start_mark.index, 0, key.value, after_key), value, source)


def _items(sequence: yaml.SequenceNode, source: str) -> Iterator[Entry]:
    column = sequence.start_mark.column
    hyphen = re.compile(rf"(?:[\r\n] {{{column}}})(?P<hyphen>-)(?=\s|\Z)")
    end = 0
    for item in sequence.value:
        start = item.start_mark.index
        if not sequence.flow_style:
            found = hyphen.search(source, end) if end else None
            start = found.start("hyphen") if found else sequence.start_mark.index
        after_mark = start if sequence.flow_style else start + 1
        entry = _completed(Entry(start, 0, after_key=after_mark), item, source)
        end = entry.end
        yield entry
