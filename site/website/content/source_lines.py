"""Python-Markdown extension that finds the source line of each rendered element.

A private-use character is inserted before the content of each row, one for each line. It passes
through Python-Markdown with the row, and is removed from the tree before anything reads it.
"""

import re
from collections.abc import Iterator
from typing import Any, cast
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import STX, AtomicString

_FIRST = 0xF0000
_MOST = 0xFFFD
"""Nobody writes longer texts; their further lines count as the last."""

MARKS = "\U000f0000-\U000ffffd"
"""All marks, as a set of a pattern."""

_MARK = re.compile(f"[{MARKS}]")
_MARK_FIRST = re.compile(rf"(?:(?:_|[^\w{MARKS}])*[^\W_]?|o +)([{MARKS}])")
BULLETS = "•·‣◦▪▫●○■□⁃∙"
"""What other programs than Markdown's put before a point."""
SPEAKING = "–✓✔✗✘☐☑→➔➜►▶"
"""Signs before a point that say something themselves."""
_STRUCTURE = re.compile(
    rf"(?:[ \t]|>|(?:[-*+{BULLETS}{SPEAKING}]|\d+[.)]|:)(?=[ \t])|o(?=  )|\[\^[^\]]+\]:)*"
    r"(?:(?:#{1,6}|\||/{3,} *[\w-]+ *\|)[ \t]*)?"
)
"""What stands in a row before what it says."""
_EMPHASIS = re.compile(r"(?:\*++|~++)?(?!_)[ \t]*|[*_~]++(?!http)[^\W_](?=[^\W_])|(?P<unclear>)")
"""Beside an underscore it matters what a letter is; there the mark stands within the word."""
_DEFINITION = re.compile(r"(?:\*\[[^\]]|\[[^\]^])[^\]]*\] ?:")
_UNMARKED = re.compile(rf"{_DEFINITION.pattern}|```|~~~|///+ *[\w-]* *$|[\W_]*$|.*{STX}")
_SIGNS = re.compile(rf"[*-]|[=+$%{{}}'´.,;?!…&()„\"§][^\w{STX}]*")
"""A row without a letter that makes nothing where it begins a paragraph."""
_EMPTY_HEADING = re.compile(" {0,3}#{2,6} *")
_BOX = re.compile(r"[ >]*///+ *[\w-]")
_OPTION = re.compile(r"[ >]* {4}")


class Lines(Extension):
    """Marks the rows of a text to locate the first line of each element."""

    def __init__(self) -> None:
        super().__init__()
        self.fences: Fences
        self.located: Located

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the processors after fenced code is stashed and before marks are removed."""
        former: Any = md.preprocessors["fenced_code_block"]
        self.fences = Fences(md, former.config)
        self.located = Located(md)
        md.preprocessors.register(self.fences, "fenced_code_block", 25)
        md.preprocessors.register(_Marking(md, self.fences), "line_marks", 24)
        md.treeprocessors.register(self.located, "lines", 19)
        names = ("reference", "image_reference", "short_reference", "short_image_ref")
        for pattern in (cast("Any", md.inlinePatterns[name]) for name in names):
            pattern.NEWLINE_CLEANUP_RE = re.compile(rf"\s*\n[{MARKS}]?")


class Fences(FencedBlockPreprocessor):
    """Preprocessor of fenced code that records the rows of each block."""

    spans: tuple[tuple[int, int], ...] = ()
    """First and last row of each, counted from 0."""

    def run(self, lines: list[str]) -> list[str]:
        """Replace every fenced block by a placeholder between two empty rows."""
        self.spans = ()
        if not any("```" in line or "~~~" in line for line in lines):
            return lines
        self.spans = tuple(self._find("\n".join(lines)))
        return super().run(lines)

    def numbers(self, count: int) -> list[int]:
        """Return the line of each row that is left; the rows of each block have become three."""
        numbers: list[int] = []
        following = 0
        for first, last in self.spans:
            numbers += [*range(following, first), first, first, last]
            following = last + 1
        return [*numbers, *range(following, following + count - len(numbers))]

    def _find(self, text: str) -> Iterator[tuple[int, int]]:
        at = 0
        while found := self.FENCED_BLOCK_RE.search(text, at):
            at = found.end()
            if found["attrs"] and get_attrs_and_remainder(found["attrs"])[1]:
                at = found.end("attrs")  # no block, as for the class above
                continue
            yield text.count("\n", 0, found.start()), text.count("\n", 0, found.end())


class _Marking(Preprocessor):
    def __init__(self, md: Markdown, fences: Fences) -> None:
        super().__init__(md)
        self._fences = fences

    def run(self, lines: list[str]) -> list[str]:
        numbers = self._fences.numbers(len(lines))
        marked: list[str] = []
        before = ""
        for number, row in zip(numbers, lines, strict=True):
            is_of_signs = not before.strip() and bool(_SIGNS.fullmatch(row))
            marked.append(
                row if _belongs_to(before, row) else _marked(row, number, at_start=is_of_signs)
            )
            before = row
        return marked


def _belongs_to(before: str, row: str) -> bool:
    """Return whether a row may end a definition, or be an option of a box."""
    found = _DEFINITION.match(before, _end(_STRUCTURE, before)) if "]" in before else None
    if found:
        return not before[found.end() :].strip() or row.lstrip().startswith(('"', "'", "("))
    return bool(_OPTION.match(row) and (_BOX.match(before) or _OPTION.match(before)))


def _marked(row: str, number: int, *, at_start: bool) -> str:
    mark = chr(_FIRST + min(number, _MOST))
    is_plain = row[:1].isalpha() and row[:1] != "o" and STX not in row  # as most rows, and fast
    if is_plain or at_start:
        return mark + row
    if _EMPTY_HEADING.fullmatch(row):
        return f"{row} {mark}"
    at = _end(_STRUCTURE, row)
    if _UNMARKED.match(row, at):
        return row
    emphasis = _EMPHASIS.match(row, at)
    if emphasis is None or emphasis["unclear"] is not None:
        return row
    return f"{row[: emphasis.end()]}{mark}{row[emphasis.end() :]}"


def _end(pattern: re.Pattern[str], row: str, start: int = 0) -> int:
    found = pattern.match(row, start)
    return found.end() if found else start


class Located(Treeprocessor):
    """Tree processor that removes the marks and records the first row of each element."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.rows: dict[ET.Element, int] = {}
        self._row = 0
        self._begun: list[ET.Element] = []

    def run(self, root: ET.Element) -> None:
        """Visit the tree in document order."""
        self.rows, self._row, self._begun = {}, 0, []
        self._visit(root)

    def _visit(self, element: ET.Element) -> None:
        self._begun.append(element)
        for name, value in element.attrib.items():
            element.attrib[name] = self._read(value) if name == "alt" else _MARK.sub("", value)
        if element.text:
            is_span = element.tag == "code" and not element.text.endswith("\n")
            element.text = self._read(element.text)
            if is_span:  # as Python-Markdown would have, but for a mark at its end
                element.text = AtomicString(element.text.strip())
        for child in element:
            self._visit(child)
            if child.tail:
                child.tail = self._read(child.tail)
        if element in self._begun[-1:]:
            self._settle()

    def _read(self, text: str) -> str:
        marks = _MARK.findall(text)
        if marks and (first := _MARK_FIRST.match(text)):
            self._row = ord(first[1]) - _FIRST - text.count("\n", 0, first.end())
        if self._begun and not text.isspace():
            self._settle()
        if not marks:
            return text
        self._row = ord(marks[-1]) - _FIRST
        plain = _MARK.sub("", text)
        return AtomicString(plain) if isinstance(text, AtomicString) else plain

    def _settle(self) -> None:
        for element in self._begun:
            self.rows[element] = self._row
        self._begun.clear()
