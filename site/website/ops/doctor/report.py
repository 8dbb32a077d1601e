"""The report: results as a table for people, or as data for programs."""

import dataclasses
import textwrap
from collections.abc import Iterator, Sequence

import click

from website.ops.doctor.results import CheckResult, Level

MARKS = {Level.OK: "✔", Level.UNCHECKED: "–", Level.WARNING: "!", Level.ERROR: "✘"}
COLOURS = {
    Level.OK: "green",
    Level.UNCHECKED: "bright_black",
    Level.WARNING: "yellow",
    Level.ERROR: "red",
}
WIDEST = 110
TERMINAL = (WIDEST, 24)
"""Columns and lines where the terminal's are unknown."""


def has_errors(findings: Sequence[CheckResult]) -> bool:
    """Return whether any result is an error."""
    return any(finding.level is Level.ERROR for finding in findings)


def lines(findings: Sequence[CheckResult], columns: int) -> Iterator[str]:
    """Yield the table: a line for each result, and below it the next step."""
    width = max(len(finding.check) for finding in findings)
    indent = " " * (width + 4)
    columns = min(columns, WIDEST)
    for finding in findings:
        mark = click.style(MARKS[finding.level], fg=COLOURS[finding.level])
        seen = f"not checked: {finding.seen}" if finding.level is Level.UNCHECKED else finding.seen
        text = textwrap.fill(
            seen, columns, initial_indent=indent, subsequent_indent=indent, break_long_words=False
        )
        yield f"{mark} {finding.check:{width}}  {text.lstrip()}"
        if finding.advice:
            yield textwrap.fill(
                f"→ {finding.advice}",
                columns,
                initial_indent=indent,
                subsequent_indent=f"{indent}  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
    yield ""
    yield summary(findings)


def summary(findings: Sequence[CheckResult]) -> str:
    """Return the counts of errors and warnings as a sentence."""
    counts = {
        level: sum(finding.level is level for finding in findings)
        for level in (Level.ERROR, Level.WARNING, Level.UNCHECKED)
    }
    if not counts[Level.ERROR] and not counts[Level.WARNING]:
        return f"All that was checked is right ({counts[Level.UNCHECKED]} not checked)."
    return ", ".join(
        [
            _counted(counts[Level.ERROR], "error"),
            _counted(counts[Level.WARNING], "warning"),
            f"{counts[Level.UNCHECKED]} not checked.",
        ]
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def as_data(findings: Sequence[CheckResult]) -> dict[str, object]:
    """Return what ``--json`` prints."""
    return {
        "ok": not has_errors(findings),
        "findings": [dataclasses.asdict(finding) for finding in findings],
    }
