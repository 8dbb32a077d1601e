"""Parser of front matter: YAML between two lines of three hyphens above a text."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from website.content import frontmatter_advice
from website.content.problems import Report, ignore, msg
from website.content.value_reader import Fields, Path

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What YAML 1.1 allows nowhere."""
OTHER_LINE_ENDS = str.maketrans(dict.fromkeys("\u0085\u2028\u2029", " "))
"""Line ends in YAML 1.1 alone."""
_FIELD_WITHIN = re.compile(r"^[ ]*[a-z_]+:(?:[ ]|$)", re.MULTILINE)

DEEPEST = 4
"""Levels of the data: ``sources`` holds a list of tables of texts."""
LONGEST = 50_000
"""Characters of all data; beyond them it is the text of the article that is read as data."""


@dataclass(frozen=True)
class Document:
    """A file split into its front matter and its Markdown."""

    fields: Fields
    body: str
    body_line: int
    """The line of the file on which the body begins, counted from 1."""


def read(text: str, report: Report, warn: Report | None = None) -> Document | None:
    """Split a file into its front matter and its Markdown.

    Every scalar stays the text that was typed, and the reader of a field converts it:
    ``title: 2026`` stays a title.

    :param warn: receives warnings about text that is lost as a comment.
    :returns: None where the front matter cannot be parsed; the reason has been reported.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n")
    text = text.replace("\r", "\n")
    fences = list(itertools.islice(_FENCE.finditer(text), 2))
    if not fences or text[: fences[0].start()].strip():
        is_odd = frontmatter_advice.is_odd_fence(text.partition("\n")[0])
        report(1, msg("advice.odd-fence") if is_odd else msg("front-matter.no-beginning"))
        return None
    start = fences[0]
    first_line = text.count("\n", 0, start.end()) + 1
    if len(fences) == 1:
        _report_no_end(text[start.end() :], first_line, report)
        return None
    end = fences[1]
    fields = _parse(text[start.end() : end.start()], first_line, report, warn)
    if fields is None:
        return None
    return Document(fields, text[end.end() + 1 :], text.count("\n", 0, end.end()) + 2)


def _report_no_end(source: str, first_line: int, report: Report) -> None:
    message = msg("front-matter.no-end")
    rows = source.split("\n")
    slip = frontmatter_advice.find(rows, len(rows))
    if slip and "---" in slip[1]:
        report(first_line + slip[0], f"{message} {slip[1]}")
    else:
        report(first_line, message)


def _parse(
    source: str, first_line: int, report: Report, warn: Report | None = None
) -> Fields | None:
    source = source.translate(OTHER_LINE_ENDS)
    reading = _Reading(source, first_line, report, warn or ignore)
    try:
        values = reading.document()
    except _Refused as refused:
        report(first_line + refused.row, refused.message)
        return None
    except yaml.YAMLError as error:
        _report_syntax(error, source, first_line, report)
        return None
    return Fields(values, reading.lines, report)


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """Raised for YAML features that front matter does not support."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.message = message


class _Reading:
    """Builds plain values from parser events in one pass, and refuses everything else.

    Anchors and aliases could make gigabytes of a line ("billion laughs"), tags objects of Python.
    """

    def __init__(self, source: str, first_line: int, report: Report, warn: Report) -> None:
        self.lines: dict[Path, int] = {(): first_line}
        self._source = source
        self._first_line = first_line
        self._report = report
        self._warn = warn
        self._events: Iterator[Any] = iter(())

    def document(self) -> dict[str, Any]:
        """Return the values by their names."""
        self._refuse_unreadable()
        self._events = yaml.parse(self._source, Loader=yaml.CBaseLoader)
        next(self._events)  # of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return {}
        value = self._value(next(self._events), ())
        next(self._events)  # the end of the document
        further: Any = next(self._events)
        if not isinstance(further, yaml.StreamEndEvent):
            row = further.start_mark.line
            raise _Refused(row, msg("front-matter.goes-on"))
        if isinstance(value, dict):
            return value
        if value:
            slip = frontmatter_advice.find(self._source.split("\n"), self._source.count("\n"))
            row, advice = slip or (1, "")
            message = msg("front-matter.no-table")
            raise _Refused(row, f"{message} {advice}".rstrip())
        return {}

    def _refuse_unreadable(self) -> None:
        if len(self._source) > LONGEST:
            raise _Refused(0, msg("front-matter.too-long", longest=LONGEST))
        if found := _CONTROL.search(self._source):
            raise _Refused(
                self._row(found.start()), msg("front-matter.control", sign=ord(found[0]))
            )

    def _value(self, event: Any, at: Path) -> Any:  # noqa: ANN401 - of the parser, of people
        row = event.start_mark.line
        if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag:
            raise _Refused(row, self._refusal(row))
        if len(at) > DEEPEST:
            raise _Refused(row, msg("front-matter.too-deep"))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(at)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(at)
        self._look_for_lost_words(event)
        return event.value

    def _refusal(self, row: int) -> str:
        rows = self._source.split("\n")
        slip = frontmatter_advice.find(rows[row : row + 1], 0)
        return slip[1] if slip else msg("front-matter.own-meaning")

    def _mapping(self, at: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            row = event.start_mark.line
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise _Refused(row, msg("front-matter.no-name"))
            key = event.value
            if frontmatter_advice.odd_blank(key):
                raise _Refused(row, msg("advice.odd-beginning"))
            if key in found:
                self._report(self._first_line + row, msg("value.twice", key=key))
            self.lines[*at, key] = self._first_line + row
            found[key] = self._value(next(self._events), (*at, key))
        return found

    def _sequence(self, at: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            place = (*at, len(found))
            self.lines[place] = self._first_line + event.start_mark.line
            found.append(self._value(event, place))
        return found

    def _look_for_lost_words(self, scalar: Any) -> None:  # noqa: ANN401 - of the parser
        start, end = scalar.start_mark.index, scalar.end_mark.index
        if scalar.style in {"'", '"'}:
            self._refuse_fields_within(start, end)
        if scalar.style in {"|", ">"} or self._source.find("#", end, end + 3) < 0:
            return
        rest = self._source[end : end + 500].split("\n")[0]
        note = re.match(r"(?P<blanks>:?\s*)#(?P<text>.*)", rest)
        if note and _is_lost(scalar.value, note["blanks"], note["text"]):
            self._warn(
                self._first_line + self._row(end),
                self._lost(end, scalar.value, f"{note['blanks'].lstrip(':')}#{note['text']}"),
            )

    def _lost(self, end: int, value: str, rest: str) -> str:
        row = self._source[:end].rpartition("\n")[2] + rest
        typed = frontmatter_advice.straight(frontmatter_advice.before_value(row), value + rest)
        return msg("front-matter.lost", rest=rest.strip(), typed=typed)

    def _refuse_fields_within(self, start: int, end: int) -> None:
        """Refuse a quoted value that is not closed and so takes in the next fields."""
        second = self._source.find("\n", start, end)
        if second >= 0 and _FIELD_WITHIN.search(self._source, second + 1, end):
            row = self._row(start)
            slip = frontmatter_advice.find(self._source.split("\n")[row:], 0)
            raise _Refused(row, slip[1] if slip else msg("front-matter.not-closed"))

    def _row(self, index: int) -> int:
        return self._source.count("\n", 0, index)


def _is_lost(value: str, blanks: str, text: str) -> bool:
    """Return whether text is lost as a comment: one has blanks on both sides of its ``#``."""
    is_attached = bool(text) and not text[0].isspace() and text[0] != "#"
    return is_attached or (" " in value and blanks == " ")


def _report_syntax(error: yaml.YAMLError, source: str, first_line: int, report: Report) -> None:
    rows = source.split("\n")
    index = _line_of(error)
    row, advice = frontmatter_advice.find(rows, index) or (index, msg("front-matter.unclear"))
    report(first_line + row, advice)


def _line_of(error: yaml.YAMLError) -> int:
    """Return the line to blame: where an open bracket or quote began, not where its end lacks."""
    context = getattr(error, "context", None) or ""
    began = re.match("while (parsing a flow|scanning a quoted)", context)
    mark: Any = getattr(error, "context_mark" if began else "problem_mark", None)
    return mark.line if mark else 0
