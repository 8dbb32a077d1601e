"""What somebody has typed into the form of a text, as bytes of its file.

Only what was changed differs from the bytes that were shown: of the text its lines, of the data
above it single values.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from wtforms import Form

from website.checking.text_reports import TextReport, by_severity
from website.content import frontmatter
from website.content.library import Library
from website.content.models import Item, Kind
from website.content.problems import Problem, Severity, ignore
from website.content.value_reader import Path
from website.editor import front_matter_form
from website.editor.edited_site import EditedText
from website.editor.file_form import NAMED, FileForm, in_order
from website.editor.front_matter_form import Choices, Group, Row, Style
from website.editorial import front_matter_edits, line_edits

REVIEWER = "Wer den Text freigibt, wird dabei hier eingetragen."
BODY = "text"
_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")
_KEPT_APART = {"status"}
"""Set by what is done with a text, not by what is typed above it."""


@dataclass(kw_only=True)
class TextForm(FileForm):
    """The form of one text."""

    kind: Kind[Item]
    library: Library
    more_sources: int = 0
    """Further empty rows for sources."""

    def change_fields(self) -> bool:
        """Add a row for a source, if its button was pressed."""
        self.more_sources = int(self.sent is not None and self.sent.get("schritt") == "quelle")
        return bool(self.more_sources)

    @cached_property
    def values(self) -> Mapping[str, Any] | None:
        """The data above the text; nothing where they cannot be read."""
        text = self.base.decode("utf-8-sig", "replace")
        document = frontmatter.read(text, ignore)
        return document.fields.values if document else None

    @property
    def has_fields(self) -> bool:
        """Whether the data above the text can be read."""
        return self.is_readable and self.values is not None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The fields whose values are understood; none where the whole file is shown."""
        if self.is_source or (values := self.values) is None:
            return ()
        return front_matter_form.only(
            front_matter_form.groups_of(self.kind, self.library),
            lambda row: row.style.understands(values.get(row.key), self._choices.get(row.key, ())),
        )

    @property
    def rows(self) -> list[Row]:
        """The fields, in the order of the page."""
        return [row for group in self.groups for row in group.rows]

    @property
    def others(self) -> list[str]:
        """Keys that stay as they are, because no field can show them."""
        shown = {row.key for row in self.rows} | _KEPT_APART
        return [] if self.is_source else [key for key in self.values or () if key not in shown]

    @cached_property
    def _choices(self) -> dict[str, Choices]:
        return front_matter_form.choices_of(self.library)

    @cached_property
    def fields(self) -> Form:
        """The fields with what stands in the file, or with what was sent."""
        return front_matter_form.form_of(
            self.rows, self.values or {}, self._choices, self.sent, more_sources=self.more_sources
        )

    def key_of(self, problem: Problem, lines: Mapping[Path, int]) -> str:
        """Return the field that a problem is about; nothing where it is about none.

        :param lines: where each value stands.
        """
        shown = {row.key for row in self.rows}
        tops = {str(path[0]): line for path, line in lines.items() if len(path) == 1}
        named = next((key for key in NAMED.findall(problem.message) if key in shown), "")
        if named and (problem.line == 1 or named not in tops):
            return named
        at = max((line for line in tops.values() if line <= problem.line), default=0)
        here = next((key for key, line in tops.items() if line == at), "")
        return here if problem.line > 1 and here in shown else ""

    def in_words(self, message: str) -> str:
        """Return a message that calls each field by its label, not by its key."""
        labels = {row.key: row.label for row in self.rows}
        return NAMED.sub(lambda found: f"„{labels.get(found[1], found[1])}“", message)

    def _text_field(self) -> tuple[str, bytes]:
        if self.is_source:
            return super()._text_field()
        return BODY, self.base[self._body_start :] if self.is_readable else self.base

    def _with_text(self) -> bytes:
        if self.sent is None or BODY not in self.sent:
            return self.base
        start = self._body_start
        return self.base[:start] + line_edits.apply(self.base[start:], self.sent[BODY])

    def _changes(self) -> Iterator[tuple[str, Any]]:
        """Yield what was typed otherwise than it stands in the file; None for what is emptied."""
        for row in self.rows:
            before = row.style.written(row.style.shown((self.values or {}).get(row.key)))
            now = row.style.written(self.fields[row.key].data)
            if row.style is Style.BOXES:
                now = in_order(before or [], now or []) or None
            if now != before:
                yield row.key, now

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
    open_facts = text.library.every_open_fact
    rows = []
    for problem in report.problems:
        line = problem.line - first + 1
        key = form.key_of(problem, lines) if line < 1 else ""
        if key == "reviewed_by" and is_missing_review(problem, text.item, open_facts):
            problem = replace(problem, message=REVIEWER, severity=Severity.HINT)  # noqa: PLW2901
        elif key:
            problem = replace(problem, message=form.in_words(problem.message))  # noqa: PLW2901
        rows.append(Finding(problem, key, max(line, 0)))
    found = by_severity(row.problem for row in rows)
    return Findings(TextReport(found, report.readability), tuple(rows))


def is_missing_review(problem: Problem, item: Item | None, open_facts: Collection[Problem]) -> bool:
    """Return whether a problem of a text is that nobody has reviewed it.

    That is a hint and no error: the approval enters the reviewer.
    """
    line = item.text.lines.get(("reviewed_by",)) if item else None
    is_about_review = problem.line == line or "„reviewed_by“" in problem.message
    is_reviewed = item is not None and bool(item.reviewed_by)
    return is_about_review and (problem in open_facts or not is_reviewed)
