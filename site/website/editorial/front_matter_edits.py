"""One value of a file's front matter changed, and no other byte of the file.

Comments, the order of lines, their ends and a byte order mark stay: people typed them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from website.content import frontmatter
from website.editorial import splicing
from website.editorial.splicing import Collection, Entry, Node, Path, Scalar, UnusualSource, quoted
from website.exceptions import AuthoringError

_FENCE = re.compile(r"(?:\A\ufeff?|(?<=[\r\n]))---[ \t]*(?=[\r\n]|\Z)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN = re.compile(r"[\w/](?:[\w/.-]*[\w/])?\Z")
"""What needs no quotation marks in YAML, also within brackets."""
_PLAIN_WORDS = re.compile(r"[^\W_](?:[^\x00-\x1f#:]|:(?=\S)|(?<=\S)#)*(?<![\s:])\Z")
"""What needs none outside of brackets."""
_BRACKETS = re.compile(r"[,\[\]{}]")


def set_value(data: bytes, key: str, value: Any) -> bytes:  # noqa: ANN401 - texts, nested
    """Set the value of a key at the top level, which may be missing, empty or set.

    Items of lists and keys of tables within it that stay keep their source, wherever they go.

    :param value: a text, or a list or a table of such values; ``None`` removes the key.
    :raises AuthoringError: where the file is written so that this cannot be done safely.
    """
    wanted = _plain(value)
    try:
        text = data.decode()
        start, end, line_end = _front_matter(text)
        source = splicing.set_value(_YAML, text[start:end], (key,), wanted, line_end=line_end)
    except (ValueError, yaml.YAMLError) as error:
        raise _unusual(key, wanted) from error
    return f"{text[:start]}{source}{text[end:]}".encode()


def is_empty(data: bytes, key: str) -> bool:
    """Return whether a key is missing or has no value; what cannot be read has none."""
    return not values(data).get(key)


def values(data: bytes) -> Mapping[str, Any]:
    """Return the values of a file's front matter; none where it cannot be read."""
    document = frontmatter.read(data.decode(errors="replace"), lambda *_: None)
    return document.fields.values if document else {}


def body_start(text: str) -> int:
    """Return where the text below the front matter begins; 0 where there is none."""
    fences = list(_FENCE.finditer(text))
    return fences[1].end() if len(fences) > 1 else 0


def written(value: Any) -> str:  # noqa: ANN401
    """Write a text, or a list or a table of texts, as YAML on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{written(key)}: {written(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    return value if _PLAIN.match(value) else quoted(value)


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return a value as YAML is parsed to: texts, lists and dictionaries."""
    if value is None or isinstance(value, str):
        # An enumeration's member is a text, but not of the type that is read.
        return value if value is None else str(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value]


def _front_matter(text: str) -> tuple[int, int, str]:
    fences = list(_FENCE.finditer(text))
    ended = _LINE_END.match(text, fences[0].end()) if len(fences) > 1 else None
    # Before the parser in Python meets what would be too much for it.
    if ended is None or frontmatter.read(text, lambda *_: None) is None:
        raise UnusualSource
    return ended.end(), fences[1].start(), ended[0]


class _YamlSyntax(splicing.Syntax):
    """The part of YAML that front matter may use."""

    stays_last = "status"

    def parse(self, text: str) -> tuple[dict[str, Any], Collection]:
        """Parse the lines between the fences."""
        document = frontmatter.read(f"---\n{text}---\n", lambda *_: None)
        if document is None or document.body:
            raise UnusualSource
        # The parser in Python: the marks of the one in C lack the place of empty values.
        source = text.translate(frontmatter.OTHER_LINE_ENDS)
        root = yaml.compose(source, Loader=yaml.BaseLoader)
        if not isinstance(root, yaml.MappingNode):
            return {}, Collection(0, 0)
        if root.flow_style:
            raise UnusualSource
        return dict(document.fields.values), _collection(root, source)

    def inline(self, value: Any, like: Node | None, *, in_brackets: bool) -> str:  # noqa: ANN401
        """Write a value on one line."""
        style = like.style if isinstance(like, Scalar) else None
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
        """Write a key with its value within braces."""
        return f"{written(key)}: {source}"

    def lines(self, path: Path, value: Any, like: Node | None) -> list[str]:  # noqa: ANN401
        """Write a key or an item on lines of its own."""
        key = path[-1]
        return self._below("-" if isinstance(key, int) else f"{written(key)}:", value, like)

    def _below(self, mark: str, value: Any, like: Node | None) -> list[str]:  # noqa: ANN401
        """Write a value below a key, or beside or below the hyphen of an item."""
        if isinstance(value, dict) and value:
            rows: list[str] = []
            for key, each in value.items():
                rows += self._below(f"{written(key)}:", each, _style_of(like, key))
            if mark == "-":
                return [f"- {rows[0]}", *_indented(rows[1:])]
            return [mark, *_indented(rows)]
        if isinstance(value, list) and mark != "-" and not all(map(_is_word, value)):
            items = (self._below("-", each, None) for each in value)
            return [mark, *_indented(itertools.chain.from_iterable(items))]
        return [f"{mark} {self.inline(value, like, in_brackets=False)}"]


_YAML = _YamlSyntax()


def _is_word(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str) and bool(_PLAIN.match(value))


def _indented(rows: Iterable[str]) -> list[str]:
    return [f"  {row}" for row in rows]


def _style_of(like: Node | None, key: str) -> Node | None:
    entries = like.entries if isinstance(like, Collection) else ()
    return next((entry.node for entry in entries if entry.key == key), None)


def _node(node: yaml.Node, source: str) -> Node:
    if not isinstance(node, yaml.CollectionNode):
        start, end = node.start_mark.index, node.end_mark.index
        style = getattr(node, "style", None) or ""
        if style in {"|", ">"}:  # ends where the next line begins
            end = start + len(source[start:end].rstrip())
        return Scalar(start, end, style)
    return _collection(node, source)


def _collection(node: yaml.CollectionNode, source: str) -> Collection:
    if isinstance(node, yaml.MappingNode):
        entries = [_pair(key, value, source) for key, value in node.value]
    else:
        entries = [*_items(node, source)]
    in_brackets = bool(node.flow_style)
    # A block ends where the next one begins, after comments.
    end = entries[-1].end if entries and not in_brackets else node.end_mark.index
    return Collection(node.start_mark.index, end, entries, in_brackets=in_brackets)


def _pair(key: yaml.Node, value: yaml.Node, source: str) -> Entry:
    node = _node(value, source)
    colon = re.compile(r"\s*:").match(source, key.end_mark.index)
    after_key = colon.end() if colon else key.end_mark.index
    return Entry(key.start_mark.index, max(node.end, after_key), node, key.value, after_key)


def _items(sequence: yaml.CollectionNode, source: str) -> Iterator[Entry]:
    column = sequence.start_mark.column
    hyphen = re.compile(rf"(?:[\r\n] {{{column}}})(?P<hyphen>-)(?=\s|\Z)")
    end = 0
    for item in sequence.value:
        node = _node(item, source)
        start = node.start
        if not sequence.flow_style:
            found = hyphen.search(source, end) if end else None
            start = found.start("hyphen") if found else sequence.start_mark.index
        after_mark = start if sequence.flow_style else start + 1
        end = max(node.end, after_mark)
        yield Entry(start, end, node, after_key=after_mark)


def _unusual(key: str, value: Any) -> AuthoringError:  # noqa: ANN401
    if value is None:
        advice = f"Löschen Sie selbst die Angabe „{key}“."
    else:
        advice = f"Tragen Sie selbst ein: {key}: {written(value)}"
    return AuthoringError(
        "Die Angaben dieser Datei sind so geschrieben, dass kein Programm sie sicher ändern kann. "
        + advice
    )
