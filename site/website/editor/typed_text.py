"""What somebody has typed into the form of a text, as bytes of its file.

Only what was changed differs from the bytes that were shown: of the text its lines, of the data
above it single values.
"""

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
from website.editor.data_fields import Group, Part
from website.editor.edited_site import EditedText
from website.editor.file_form import NAMED, FileForm
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

    def _groups(self, values: Mapping[str, Any]) -> Iterator[Group]:
        return text_fields.groups_of(self.kind, self.library, values)

    @property
    def parts_by_key(self) -> dict[str, Part]:
        """The field of each key; of several the first."""
        parts = [part for group in self.groups for part in group.fields]
        return {str(part.path[0]): part for part in reversed(parts)}

    @property
    def labels(self) -> dict[str, str]:
        """The labels of these fields, by their names."""
        return {part.name: part.label for part in self.parts_by_key.values()}

    @property
    def others(self) -> list[str]:
        """Keys that stay as they are, because no field can show them."""
        shown = self.parts_by_key.keys() | _KEPT_APART
        return [] if self.is_source else [key for key in self.values or () if key not in shown]

    def key_of(self, problem: Problem, lines: Mapping[Path, int]) -> str:
        """Return the field that a problem is about; nothing where it is about none.

        :param lines: where each value stands.
        """
        shown = self.parts_by_key
        tops = {str(path[0]): line for path, line in lines.items() if len(path) == 1}
        named = next((key for key in NAMED.findall(problem.message) if key in shown), "")
        if named and (problem.line == 1 or named not in tops):
            return named
        at = max((line for line in tops.values() if line <= problem.line), default=0)
        here = next((key for key, line in tops.items() if line == at), "")
        return here if problem.line > 1 and here in shown else ""

    def in_words(self, message: str) -> str:
        """Return a message that calls each field by its label, not by its key."""
        labels = {key: part.label for key, part in self.parts_by_key.items()}
        return NAMED.sub(lambda found: f"„{labels.get(found[1], found[1])}“", message)

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
        """Yield what was typed otherwise than it stands in the file; None for what is emptied."""
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
    """The name of a field."""
    line: int = 0
    """A line of the text field, from 1 on."""


@dataclass(frozen=True)
class Findings:
    """What was found out about a text."""

    report: TextReport
    rows: tuple[Finding, ...]

    @property
    def at_field(self) -> dict[str, list[tuple[Severity, str]]]:
        """What is wrong with each field, by its name."""
        found = defaultdict(list)
        for row in self.rows:
            found[row.field].append((row.problem.severity, row.problem.message))
        return found


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
        name = form.parts_by_key[key].name if key else ""
        rows.append(Finding(problem, name, max(line, 0)))
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
