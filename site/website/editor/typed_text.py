"""What somebody has typed into the form of a text, as bytes of its file.

Only what was changed differs from the bytes that were shown: of the text its lines, of the data
above it single values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from website.checking.text_reports import TextReport, by_severity
from website.content import text_files
from website.content.problems import Severity
from website.editor import front_matter_form
from website.editorial import front_matter_edits, line_edits
from website.exceptions import AuthoringError, UnreadableFile

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from wtforms import Form

    from website.content.kinds import Kind
    from website.content.library import Library
    from website.content.models import Item
    from website.content.problems import Problem
    from website.editor.edited_site import EditedText
    from website.editor.front_matter_form import FrontMatter

_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")

REVIEWER = "Wer den Text freigibt, wird dabei hier eingetragen."
SOURCE = "ganz"
"""The field that holds a whole file; where it is sent, there are no others."""
BODY = "text"


@dataclass
class TextForm:
    """The form of one text: as it was shown, or as it was sent."""

    base: bytes
    """The bytes that were shown."""
    kind: Kind[Item]
    library: Library
    sent: MultiDict[str, str] | None = None
    as_source: bool = False
    """Whether the whole file is shown as it stands."""
    more_sources: int = 0

    @cached_property
    def is_readable(self) -> bool:
        """Whether the file holds text, and so can be edited."""
        try:
            text_files.decoded(self.base)
        except UnreadableFile:
            return False
        return True

    @property
    def is_source(self) -> bool:
        """Whether there is one field for the whole file."""
        if self.sent is not None:
            return SOURCE in self.sent
        if not self.is_readable:
            return True
        return self.as_source or self.front_matter is None

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

    @property
    def text(self) -> str:
        """What the text field holds: the text, or the whole file."""
        name = SOURCE if self.is_source else BODY
        if self.sent is not None and name in self.sent:
            return self.sent[name].replace("\r\n", "\n")
        if not self.is_readable:
            return self.base.decode(errors="replace")
        return line_edits.shown(self.base if self.is_source else self.base[self._body_start :])

    @property
    def data(self) -> bytes:
        """The bytes of the file with all that was typed.

        :raises AuthoringError: if a value cannot be set safely; the text says which.
        """
        return self._data(lenient=False)

    @property
    def lenient_data(self) -> bytes:
        """The same without the values that cannot be set, for a preview."""
        return self._data(lenient=True)

    def _data(self, *, lenient: bool) -> bytes:
        if self.sent is None or not self.is_readable:
            return self.base
        if self.is_source:
            return line_edits.apply(self.base, self.sent[SOURCE])
        data, start = self.base, self._body_start
        if BODY in self.sent:
            data = data[:start] + line_edits.apply(data[start:], self.sent[BODY])
        for key, value in self._changes().items():
            try:
                data = front_matter_edits.set_value(data, key, value)
            except AuthoringError:
                if not lenient:
                    raise
        return data

    def _changes(self) -> dict[str, Any]:
        if self.fields is None or self.front_matter is None:
            return {}
        return self.front_matter.changes(self.fields)

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
        if key == "reviewed_by" and (problem in text.library.open_facts or not is_reviewed):
            problem = replace(problem, message=REVIEWER, severity=Severity.HINT)  # noqa: PLW2901
        elif key and form.front_matter:
            words = form.front_matter.in_words(problem.message)
            problem = replace(problem, message=words)  # noqa: PLW2901
        rows.append(Finding(problem, key, max(line, 0)))
    found = by_severity(row.problem for row in rows)
    return Findings(TextReport(found, report.readability), tuple(rows))
