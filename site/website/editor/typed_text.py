"""The form of a text (front matter and Markdown), and its findings by field.

Only changed lines of the Markdown and changed values of the front matter differ from the displayed
bytes.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from website.checking.text_reports import TextReport, by_severity
from website.content import frontmatter
from website.content.library import Library
from website.content.models import Item, Kind
from website.content.problems import Problem, Severity, ignore
from website.content.value_reader import Path
from website.editor import text_fields
from website.editor.data_fields import Field, Group, Part
from website.editor.edited_site import EditedText
from website.editor.file_form import NAMED, FileForm, labelled
from website.editorial import front_matter_edits, line_edits

REVIEWER = "Wer den Text freigibt, wird dabei hier eingetragen."
BODY = "text"
_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")
_KEPT_APART = {"status"}
"""Keys that are set by steps of the workflow, not by the form."""


@dataclass(kw_only=True)
class TextForm(FileForm):
    """The form of one text."""

    kind: Kind[Item]
    library: Library

    @cached_property
    def values(self) -> Mapping[str, Any] | None:
        """The values of the front matter; None if it is unreadable."""
        text = self.base.decode("utf-8-sig", "replace")
        document = frontmatter.read(text, ignore)
        return document.fields.values if document else None

    @cached_property
    def _submitted(self) -> Mapping[str, Any]:
        """The values with the submitted changes."""
        return self.over(self.lenient_data).values or {}

    @property
    def has_fields(self) -> bool:
        """Whether the front matter is readable."""
        return self.is_readable and self.values is not None

    def _groups(self, values: Mapping[str, Any]) -> Iterator[Group]:
        return text_fields.groups_of(self.kind, self.library, values)

    @property
    def parts_by_key(self) -> dict[str, Part]:
        """The first field of each key."""
        parts = [part for group in self.groups for part in group.fields]
        return {str(part.path[0]): part for part in reversed(parts)}

    @property
    def labels(self) -> dict[str, str]:
        """The labels of all fields, by their names."""
        return {part.name: part.label for group in self.groups for part in group.fields}

    @property
    def others(self) -> list[str]:
        """Keys without a field, which stay unchanged."""
        shown = self.parts_by_key.keys() | _KEPT_APART
        return [] if self.is_source else [key for key in self.values or () if key not in shown]

    def place_of(self, problem: Problem, lines: Mapping[Path, int]) -> tuple[str, str]:
        """Return the name of the field of a problem, and the message in the words of the form."""
        key = self._key_of(problem, lines)
        parts = [each for group in self.groups for each in group.fields if each.path[0] == key]
        if not parts:
            return "", problem.message
        names = NAMED.findall(problem.message)
        named = (each for each in parts if each.path[-1] in names)
        here = (each for each in parts if lines.get(each.path) == problem.line)
        part = next(itertools.chain(named, here, parts))
        labels = {first: each.label for first, each in self.parts_by_key.items()}
        labels[str(part.path[-1])] = part.label
        if isinstance(part, Field):
            labels |= dict(part.choices)
        return part.name, labelled(problem.message, labels)

    def _key_of(self, problem: Problem, lines: Mapping[Path, int]) -> str:
        """Return the key that a problem is about; empty if there is none.

        :param lines: the lines of the values.
        """
        shown = self.parts_by_key
        tops = {str(path[0]): line for path, line in lines.items() if len(path) == 1}
        named: list[str] = [key for key in NAMED.findall(problem.message) if key in shown]
        absent = [key for key in named if problem.line == 1 or not self._submitted.get(key)]
        if absent:
            return absent[0]
        at = max((line for line in tops.values() if line <= problem.line), default=0)
        here = next((key for key, line in tops.items() if line == at), "")
        return here if problem.line > 1 and here in shown else ""

    def _explanation(self, path: Path) -> str:  # noqa: ARG002 - its comments are for developers
        return ""

    def _text_field(self) -> tuple[str, bytes]:
        if self.is_source:
            return super()._text_field()
        return BODY, self.base[self._body_start :] if self.is_readable else self.base

    def _with_text(self) -> bytes:
        if self.sent is None or BODY not in self.sent:
            return self.base
        start = self._body_start
        return self.base[:start] + line_edits.apply(self.base[start:], self.sent[BODY])

    def _changes(self) -> Iterator[tuple[Path, Any]]:
        """Yield the changed top-level values; None for emptied ones."""
        values, wanted = self.values or {}, dict[str, Any]()
        for (first, *inner), value in super()._changes():
            key = str(first)
            if inner:
                table = wanted.setdefault(key, dict(values.get(key) or {}))
                table[inner[0]] = value
            else:
                wanted[key] = value
        for key, value in wanted.items():
            if (now := text_fields.plain(value)) != text_fields.plain(values.get(key)):
                yield (key,), now or None

    def _with_value(self, data: bytes, key: Path, value: Any) -> bytes:  # noqa: ANN401
        return front_matter_edits.set_value(data, key, value)

    @cached_property
    def _body_start(self) -> int:
        """Byte offset of the Markdown."""
        text = self.base.decode()
        fence = len(text[: front_matter_edits.body_start(text)].encode())
        end = _LINE_END.match(self.base, fence)
        return end.end() if end else fence


@dataclass(frozen=True)
class Finding:
    """A problem, and its place in the form."""

    problem: Problem
    field: str = ""
    """The name of a field."""
    line: int = 0
    """A line of the text field, counted from 1."""


@dataclass(frozen=True)
class Findings:
    """The findings of a text."""

    report: TextReport
    rows: tuple[Finding, ...]

    @property
    def at_field(self) -> dict[str, list[tuple[Severity, str]]]:
        """Severity and message of the problems of each field, by its name."""
        found = defaultdict(list)
        for row in self.rows:
            found[row.field].append((row.problem.severity, row.problem.message))
        return found


def finding_of(form: TextForm, text: EditedText, problem: Problem) -> Finding:
    """Return a problem of a text in the words of its form, with its place there."""
    first = 1 if form.is_source or text.item is None else text.item.text.line
    lines = text.item.text.lines if text.item else {}
    line = problem.line - first + 1
    name, message = form.place_of(problem, lines) if line < 1 else ("", problem.message)
    return Finding(replace(problem, message=message), name, max(line, 0))


def findings_of(form: TextForm, text: EditedText, report: TextReport) -> Findings:
    """Return the findings of a text."""
    open_facts = text.library.every_open_fact
    rows = []
    for problem in report.problems:
        found = finding_of(form, text, problem)
        if found.field == "reviewed_by" and is_missing_review(problem, text.item, open_facts):
            hint = replace(found.problem, message=REVIEWER, severity=Severity.HINT)
            found = replace(found, problem=hint)
        rows.append(found)
    problems = by_severity(row.problem for row in rows)
    return Findings(TextReport(problems, report.readability), tuple(rows))


def is_missing_review(problem: Problem, item: Item | None, open_facts: Collection[Problem]) -> bool:
    """Return whether a problem is about a missing review.

    That counts as a hint, because the approval fills in the reviewer.
    """
    line = item.text.lines.get(("reviewed_by",)) if item else None
    is_about_review = problem.line == line or "„reviewed_by“" in problem.message
    is_reviewed = item is not None and bool(item.reviewed_by)
    return is_about_review and (problem in open_facts or not is_reviewed)
