"""One value of a file's front matter changed, and no other byte of the file.

Comments, the order of lines, their ends and a byte order mark stay: people typed them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from website.content import frontmatter
from website.exceptions import AuthoringError

if TYPE_CHECKING:
    from collections.abc import Sequence

_FENCE = re.compile(r"(?:\A\ufeff?|(?<=[\r\n]))---[ \t]*(?=[\r\n]|\Z)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN = re.compile(r"[\w/](?:[\w/.-]*[\w/])?\Z")
"""What needs no quotation marks in YAML, also within brackets."""

_BEFORE = "status"
"""A new line goes above this one, which authors know as the last."""

Value = str | tuple[str, ...]


def set_value(data: bytes, key: str, value: str | Sequence[str]) -> bytes:
    """Set the value of a key at the top level, which may be missing, empty or set.

    :raises AuthoringError: where the file is written so that this cannot be done safely.
    """
    wanted: Value = value if isinstance(value, str) else tuple(value)
    try:
        text = data.decode()
        start, end, line_end = _front_matter(text)
        changed = text[:start] + _changed(text[start:end], key, wanted, line_end) + text[end:]
    except (ValueError, yaml.YAMLError) as error:
        raise _unusual(key, wanted) from error
    if not _differ_only_in(key, wanted, text, changed):
        raise _unusual(key, wanted)
    return changed.encode()


def is_empty(data: bytes, key: str) -> bool:
    """Return whether a key is missing or has no value; what cannot be read has none."""
    document = frontmatter.read(data.decode(errors="replace"), lambda *_: None)
    return not (document and document.fields.values.get(key))


def body_start(text: str) -> int:
    """Return where the text below the front matter begins; 0 where there is none."""
    fences = list(_FENCE.finditer(text))
    return fences[1].end() if len(fences) > 1 else 0


def written(value: Value) -> str:
    """Write a text or a list of texts as YAML on one line."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(written, value))}]"
    return value if _PLAIN.match(value) else json.dumps(value, ensure_ascii=False)


def _front_matter(text: str) -> tuple[int, int, str]:
    fences = list(_FENCE.finditer(text))
    line_end = _LINE_END.match(text, fences[0].end()) if len(fences) > 1 else None
    # Before the parser in Python meets what would be too much for it.
    if line_end is None or frontmatter.read(text, lambda *_: None) is None:
        raise ValueError("no front matter")
    return line_end.end(), fences[1].start(), line_end[0]


def _changed(source: str, key: str, value: Value, line_end: str) -> str:
    # The parser in Python: the marks of the one in C lack the place of empty values.
    root = yaml.compose(source, Loader=yaml.BaseLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    for name, node in reversed(pairs):
        if name.value == key:
            return _replaced(source, name, node, value)
    indent = " " * pairs[0][0].start_mark.column if pairs else ""
    at = next(
        (name.start_mark.index - len(indent) for name, _ in pairs if name.value == _BEFORE), -1
    )
    at = len(source) if at < 0 else at
    return f"{source[:at]}{indent}{key}: {written(value)}{line_end}{source[at:]}"


def _replaced(source: str, name: yaml.Node, node: yaml.Node, value: Value) -> str:
    start, end = node.start_mark.index, _end(node)
    if start == end or isinstance(node, yaml.SequenceNode):
        start = source.index(":", name.end_mark.index) + 1
        return f"{source[:start]} {written(value)}{source[max(start, end) :]}"
    return source[:start] + written(value) + source[end:]


def _end(node: yaml.Node) -> int:
    """Return the end of a value. A block ends where the next one begins, after comments."""
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    index: int = node.end_mark.index
    return index


def _differ_only_in(key: str, value: Value, before: str, after: str) -> bool:
    old, new = (frontmatter.read(text, lambda *_: None) for text in (before, after))
    if old is None or new is None or old.body != new.body:
        return False
    values: dict[str, Any] = {**old.fields.values, key: list(value) if _is_list(value) else value}
    return values == dict(new.fields.values)


def _is_list(value: Value) -> bool:
    return isinstance(value, tuple)


def _unusual(key: str, value: Value) -> AuthoringError:
    return AuthoringError(
        "Die Angaben dieser Datei sind so geschrieben, dass kein Programm sie sicher ändern kann. "
        f"Tragen Sie selbst ein: {key}: {written(value)}"
    )
