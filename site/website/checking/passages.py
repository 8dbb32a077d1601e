"""A text cut into what is read in one go, each piece with its place in the file.

Rules of language look at passages, not at Markdown: marks are taken out, line ends stay, so that
whatever is found in a passage has its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from website.content.blocks import INSERT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.content.models import Text


class Kind(Enum):
    """What a passage is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    """Of a list."""
    CELL = "cell"
    """Of a table."""
    TITLE = "title"
    """Of a box."""
    CAPTION = "caption"
    """Below an image, or in its place for those who do not see it."""
    INSERT = "insert"
    """A place where the site puts something it makes itself."""
    FIELD = "field"
    """A sentence above the text: title, description, a key point."""


PROSE = frozenset({Kind.PARAGRAPH, Kind.ITEM})
"""What is read as running text."""


@dataclass(frozen=True)
class Passage:
    """One piece of text as its readers meet it."""

    kind: Kind
    text: str
    """Without marks; its line ends are those of the file."""
    line: int
    """Of the file, where it begins."""
    level: int = 0
    """Of a heading."""

    def line_at(self, position: int) -> int:
        """Tell on which line of the file a character stands."""
        return self.line + self.text.count("\n", 0, position)


_FENCE = re.compile(r"^\s*(```|~~~)")
_BOX = re.compile(r"^ {0,3}/{3,} *([\w-]*) *(?:\| *(.*?) *)?$")
_HEADING = re.compile(r"^(#{1,6})[ \t]*(.*?)[ \t]*#*$")
_UNDERLINE = re.compile(r"^(=+|-+)[ \t]*$")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+")
_DEFINITION = re.compile(r"^ {0,3}(?:\[[^\]]+\]:|\*\[[^\]]+\]:)")
_FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\]]+\]:[ \t]*")
_QUOTE = re.compile(r"^[ \t]*>[ \t]?")
_MEANING = re.compile(r"^ {0,3}:[ \t]+")
_ROW = re.compile(r"(?<!\\)\|")
_RULE_OF_TABLE = re.compile(r"^[ \t|:-]+$")

_IMAGE = re.compile(r"!\[([^\]]*)\]\(\s*([^\s)]*)(?:\s+\"([^\"]*)\")?\s*\)")
_LINK = re.compile(
    r"\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])"
)
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_AUTOMATIC = re.compile(r"<(?:https?://|mailto:)[^>\s]*>")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[\w/]|[\w.+-]+@[\w-]+\.[\w.-]*\w")
_NOTE_MARK = re.compile(r"\[\^[^\]]+\]")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|>-])")

CODE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands where nothing is to be read: code, addresses."""


def of_text(text: Text) -> tuple[Passage, ...]:
    """Cut the Markdown of a text into its passages, in order."""
    return tuple(_Cutter(text.body, text.line).passages())


def images(text: Text) -> tuple[tuple[str, str, int], ...]:
    """List the images of a text: the words for them, their files, and their lines."""
    body = _CODE.sub(lambda found: " " * len(found[0]), text.body)
    return tuple(
        (found[1], found[2], text.line + body.count("\n", 0, found.start()))
        for found in _IMAGE.finditer(body)
    )


def plain(markdown: str) -> str:
    """Take the marks out of one piece of Markdown; its line ends stay."""
    markdown = _CODE.sub(lambda found: CODE + _line_ends(found[0]), markdown)
    markdown = _IMAGE.sub(lambda found: _line_ends(found[0]), markdown)
    markdown = _LINK.sub(lambda found: found[1] + _line_ends(found[0][len(found[1]) :]), markdown)
    markdown = _AUTOMATIC.sub(CODE, markdown)
    markdown = _ADDRESS.sub(CODE, markdown)
    markdown = _NOTE_MARK.sub("", markdown)
    markdown = _EMPHASIS.sub("", markdown)
    return _ESCAPED.sub(r"\1", markdown)


def _line_ends(text: str) -> str:
    return "\n" * text.count("\n")


class _Cutter:
    """Goes through the rows of a text, and keeps what belongs together."""

    def __init__(self, body: str, first_line: int) -> None:
        self.rows = body.split("\n")
        self.first_line = first_line
        self.kind = Kind.PARAGRAPH
        self.begun: list[str] = []
        self.began = 0
        self.in_list = False

    def passages(self) -> Iterator[Passage]:
        fence = ""
        for number, row in enumerate(self.rows):
            if found := _FENCE.match(row):
                yield from self._end()
                fence = "" if fence == found[1] else fence or found[1]
            elif not fence:
                yield from self._row(number, row)
        yield from self._end()

    def _row(self, number: int, row: str) -> Iterator[Passage]:
        row = _QUOTE.sub("", row)
        if not row.strip():
            yield from self._end()
        elif found := _BOX.match(row):
            yield from self._end()
            self.in_list = False
            if found[2]:
                kind = Kind.INSERT if found[1] == INSERT else Kind.TITLE
                yield from self._whole(kind, number, found[2])
        elif found := _HEADING.match(row):
            yield from self._end()
            self.in_list = False
            yield from self._whole(Kind.HEADING, number, found[2], len(found[1]))
        elif self.begun and self.kind is Kind.PARAGRAPH and _UNDERLINE.match(row):
            level = 1 if row.startswith("=") else 2
            self.kind = Kind.HEADING
            yield from self._end(level)
        elif _DEFINITION.match(row) and not _FOOTNOTE.match(row):
            yield from self._end()
        elif not self.begun and not self.in_list and row.startswith(("    ", "\t")):
            pass  # code
        elif len(_ROW.findall(row)) > 1 and row.lstrip().startswith("|"):
            yield from self._end()
            yield from self._cells(number, row)
        else:
            yield from self._running(number, row)

    def _running(self, number: int, row: str) -> Iterator[Passage]:
        if mark := _ITEM.match(row):
            yield from self._end()
            self._begin(Kind.ITEM, number, row[mark.end() :])
            self.in_list = True
        elif mark := _FOOTNOTE.match(row) or _MEANING.match(row):
            yield from self._end()
            self._begin(Kind.PARAGRAPH, number, row[mark.end() :])
        elif self.begun:
            self.begun.append(row.strip())
        else:
            self.in_list = self.in_list and row.startswith((" ", "\t"))
            self._begin(Kind.PARAGRAPH, number, row)

    def _begin(self, kind: Kind, number: int, row: str) -> None:
        self.kind = kind
        self.begun = [row.strip(" \t")]
        self.began = number

    def _end(self, level: int = 0) -> Iterator[Passage]:
        if self.begun:
            kind, markdown = self.kind, "\n".join(self.begun)
            self.begun = []
            self.kind = Kind.PARAGRAPH
            yield from self._whole(kind, self.began, markdown, level)

    def _cells(self, number: int, row: str) -> Iterator[Passage]:
        if _RULE_OF_TABLE.match(row):
            return
        for cell in _ROW.split(row.strip().strip("|")):
            yield from self._whole(Kind.CELL, number, cell.strip())

    def _whole(self, kind: Kind, number: int, markdown: str, level: int = 0) -> Iterator[Passage]:
        line = self.first_line + number
        text = plain(markdown)
        if text.strip():
            yield Passage(kind, text, line, level)
        for found in _IMAGE.finditer(markdown):
            at = line + markdown.count("\n", 0, found.start())
            for words in (found[1], found[3]):
                if words and words.strip():
                    yield Passage(Kind.CAPTION, words, at)
