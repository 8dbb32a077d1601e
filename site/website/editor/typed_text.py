"""What somebody has typed into the form of a text, as bytes of its file.

Only what was changed differs from the bytes that were shown: of the text its lines, of the data
above it single values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from wtforms import Form

from website.checking.text_reports import TextReport, by_severity
from website.content.kinds import Kind
from website.content.library import Library
from website.content.models import Item
from website.content.problems import Problem, Severity
from website.editor import front_matter_form
from website.editor.edited_site import EditedText
from website.editor.file_form import FileForm
from website.editor.front_matter_form import FrontMatter
from website.editorial import front_matter_edits, line_edits

_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")

REVIEWER = "Wer den Text freigibt, wird dabei hier eingetragen."
BODY = "text"


@dataclass(kw_only=True)
class TextForm(FileForm):
    """The form of one text."""

    kind: Kind[Item]
    library: Library
    more_sources: int = 0
    """Further empty rows for sources."""

    @property
    def has_fields(self) -> bool:
        """Whether the data above the text can be read."""
        return self.is_readable and self.front_matter is not None

    @cached_property
    def front_matter(self) -> FrontMatter | None:
        """The data above the text; nothing where they cannot be read."""
        text = self.base.decode("utf-8-sig", "replace")
        return front_matter_form.read(text, self.kind, self.library)

    @cached_property
    def fields(self) -> Form | None:
        """The fields of the data above the text; nothing where the whole file is shown."""
        if self.is_source or self.front_matter is None:
            return None
        return self.front_matter.form(self.sent, more_sources=self.more_sources)

    def _text_field(self) -> tuple[str, bytes]:
        if self.is_source:
            return super()._text_field()
        return BODY, self.base[self._body_start :] if self.is_readable else self.base

    def _with_text(self) -> bytes:
        if self.sent is None or BODY not in self.sent:
            return self.base
        start = self._body_start
        return self.base[:start] + line_edits.apply(self.base[start:], self.sent[BODY])

    def _changes(self) -> Iterable[tuple[str, Any]]:
        if self.fields is None or self.front_matter is None:
            return ()
        return self.front_matter.changes(self.fields).items()

    def _with_value(self, data: bytes, key: str, value: Any) -> bytes:  # noqa: ANN401
        return front_matter_edits.set_value(data, key, value)

    @cached_property
    def _body_start(self) -> int:
        """The byte at which the text below the data begins."""
        text = self.base.decode()
        fence = len(text[: front_matter_edits.body_start(text)].encode())
        end = _LINE_END.match(self.base, fence)
        return end.end() if end else fence


@dataclass(frozen=True)
class Finding:
    """A problem, and where one goes to mend it."""

    problem: Problem
    field: str = ""
    """The key of a field."""
    line: int = 0
    """A line of the text field, from 1 on."""


@dataclass(frozen=True)
class Findings:
    """What was found out about a text."""

    report: TextReport
    rows: tuple[Finding, ...]

    def at(self, key: str) -> list[Problem]:
        """Return what is wrong with a field."""
        return [row.problem for row in self.rows if row.field == key]


def findings_of(form: TextForm, text: EditedText, report: TextReport) -> Findings:
    """Return the problems of a text, each with its place in the form."""
    first = 1 if form.is_source or text.item is None else text.item.text.line
    lines = text.item.text.lines if text.item else {}
    is_reviewed = bool(text.item and text.item.reviewed_by)
    rows = []
    for problem in report.problems:
        line = problem.line - first + 1
        key = ""
        if not form.is_source and form.front_matter and line < 1:
            key = form.front_matter.key_of(problem, lines)
        if key == "reviewed_by" and (problem in text.library.every_open_fact or not is_reviewed):
            problem = replace(problem, message=REVIEWER, severity=Severity.HINT)  # noqa: PLW2901
        elif key and form.front_matter:
            words = form.front_matter.in_words(problem.message)
            problem = replace(problem, message=words)  # noqa: PLW2901
        rows.append(Finding(problem, key, max(line, 0)))
    found = by_severity(row.problem for row in rows)
    return Findings(TextReport(found, report.readability), tuple(rows))
