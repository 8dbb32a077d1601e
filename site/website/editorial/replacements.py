"""Find and replace words in all texts.

In Markdown the words are replaced directly. In front matter and TOML values are searched and
spliced, so that the file stays valid whatever the replacement is.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from website.content import frontmatter, text_files, toml_files
from website.content.problems import ignore
from website.content.value_reader import Path, line_of, name_of, texts_in
from website.editorial import front_matter_edits, msg, toml_edits
from website.exceptions import AuthoringError, UnreadableFile

_READ = (".md", ".toml")
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPED = re.compile(r"\\|''")
"""Escapes that may hide words in the data of a file."""
AROUND = 60
"""Characters of context on both sides of a hit."""


@dataclass(frozen=True)
class Query:
    """A search, and its replacement."""

    words: str
    replacement: str = ""
    match_case: bool = True
    whole_words: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """The search as a pattern for any Unicode form and any whitespace."""
        typed = re.split(r"(\s+)", unicodedata.normalize("NFC", self.words.strip()))
        source = "".join(r"\s+" if part.isspace() else _either_form(part) for part in typed)
        if self.whole_words:
            source = rf"(?<!\w){source}(?!\w)"
        return re.compile(source, 0 if self.match_case else re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """One occurrence of the words."""

    file: str
    line: int
    """Line of the words, or of the value that contains them."""
    field: str
    """The name of the value, ``sources.0.text``; empty in Markdown."""
    number: int
    """Index among the hits of the same value or Markdown."""
    before: str
    found: str
    after: str

    @property
    def id(self) -> str:
        """The ID used by forms; valid as long as the texts are unchanged."""
        return f"{self.file}:{self.field}:{self.number}"


def find(texts: Mapping[str, bytes], query: Query) -> list[Hit]:
    """Return all hits, ordered by file and line; unreadable files are skipped."""
    if not query.words.strip():
        return []
    read = {file: data for file, data in texts.items() if file.endswith(_READ)}
    hits = [hit for file, data in read.items() for hit in _hits(file, data, query.pattern)]
    return sorted(hits, key=lambda hit: (hit.file, hit.line, hit.field, hit.number))


def replace(texts: Mapping[str, bytes], query: Query, chosen: Collection[str]) -> dict[str, bytes]:
    """Return the changed files after replacing the hits with the given IDs.

    :raises AuthoringError: if a value cannot be changed safely, or a hit no longer exists.
    """
    found = [hit for hit in find(texts, query) if hit.id in chosen]
    if len(found) < len(set(chosen)):
        raise AuthoringError(msg("replacements.changed"))
    by_file: dict[str, list[Hit]] = defaultdict(list)
    for hit in found:
        by_file[hit.file].append(hit)
    return {file: _replaced(file, texts[file], query, hits) for file, hits in by_file.items()}


def _replaced(file: str, data: bytes, query: Query, hits: Iterable[Hit]) -> bytes:
    chosen: dict[str, set[int]] = defaultdict(set)
    for hit in hits:
        chosen[hit.field].add(hit.number)
    values, _ = _data(file, text_files.decoded(data))
    edits = toml_edits if file.endswith(".toml") else front_matter_edits
    for path, value in texts_in(values):
        if numbers := chosen.get(name_of(path)):
            data = edits.set_value(data, path, _substituted(value, query, numbers))
    body = _markdown(file, text_files.decoded(data))
    above = data[: len(data) - len(body.encode())]
    return above + _substituted(body, query, chosen[""]).encode()


def _substituted(text: str, query: Query, numbers: Collection[int]) -> str:
    count = -1

    def substitute(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return query.replacement if count in numbers else found[0]

    return query.pattern.sub(substitute, text)


def _hits(file: str, data: bytes, pattern: re.Pattern[str]) -> Iterator[Hit]:
    try:
        text = text_files.decoded(data)
    except UnreadableFile:
        return
    if not pattern.search(text) and not _ESCAPED.search(text):
        return
    values, lines = _data(file, text)
    for path, value in texts_in(values):
        for number, found in enumerate(pattern.finditer(value)):
            yield _hit(file, line_of(lines, path), name_of(path), number, found)
    body = _markdown(file, text)
    above = _LINE_END.findall(text[: len(text) - len(body)])
    for number, found in enumerate(pattern.finditer(body)):
        line = len(above) + len(_LINE_END.findall(body[: found.start()])) + 1
        yield _hit(file, line, "", number, found)


def _hit(file: str, line: int, field: str, number: int, found: re.Match[str]) -> Hit:
    text = found.string
    before = _LINE_END.split(text[max(found.start() - AROUND, 0) : found.start()])[-1]
    after = _LINE_END.split(text[found.end() : found.end() + AROUND])[0]
    return Hit(file, line, field, number, before, found[0], after)


def _data(file: str, text: str) -> tuple[Mapping[str, Any], Mapping[Path, int]]:
    """Return the data of a file and their line numbers; nothing if they are unreadable."""
    if file.endswith(".md"):
        document = frontmatter.read(text, ignore)
        return (document.fields.values, document.fields.lines) if document else ({}, {})
    try:
        return tomllib.loads(text), toml_files.lines_of(text)
    except tomllib.TOMLDecodeError:
        return {}, {}


def _markdown(file: str, text: str) -> str:
    """Return the text below the front matter, or all of it if there is none."""
    return text[front_matter_edits.body_start(text) :] if file.endswith(".md") else ""


def _either_form(words: str) -> str:
    """Return a pattern that matches each letter composed (NFC) or decomposed (NFD)."""
    parts = []
    for letter in words:
        apart = unicodedata.normalize("NFD", letter)
        single = re.escape(letter)
        parts.append(single if apart == letter else f"(?:{single}|{re.escape(apart)})")
    return "".join(parts)
