"""The data above an article's text: YAML between two lines of three hyphens."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from website.content.fields import Fields, Path

if TYPE_CHECKING:
    from website.content.problems import Report

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A file cut in two: the fields above, the Markdown below."""

    fields: Fields
    body: str
    body_line: int
    """The line of the file on which the body begins, counted from 1."""


def read(text: str, report: Report) -> Document | None:
    """Cut a file into its data and its text.

    Every scalar is kept as the text that was typed: what looks like a date or a number to YAML
    is for the reader of the field to decide, so ``title: 2026`` stays a title.

    :returns: nothing where the data cannot be read; the reason has been reported then.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n")
    text = text.replace("\r", "\n")
    fences = list(itertools.islice(_FENCE.finditer(text), 2))
    if not fences or text[: fences[0].start()].strip():
        report(1, "Die Datei beginnt nicht mit den Angaben: Die erste Zeile soll „---“ sein.")
        return None
    if len(fences) == 1:
        line = text.count("\n", 0, fences[0].start()) + 1
        report(line, "Die Angaben enden nicht: Es fehlt die zweite Zeile „---“ vor dem Text.")
        return None
    start, end = fences[0], fences[1]
    first_line = text.count("\n", 0, start.end()) + 1
    fields = _parse(text[start.end() : end.start()], first_line, report)
    if fields is None:
        return None
    return Document(fields, text[end.end() + 1 :], text.count("\n", 0, end.end()) + 2)


def _parse(source: str, first_line: int, report: Report) -> Fields | None:
    loader = yaml.CBaseLoader(source)
    try:
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else {}
    except yaml.YAMLError as error:
        _report_syntax(error, source, first_line, report)
        return None
    finally:
        loader.dispose()
    if not isinstance(values, dict):
        report(first_line + 1, "Die Angaben sollen aus Zeilen der Form „name: Wert“ bestehen.")
        return None
    lines: dict[Path, int] = {(): first_line}
    if node is not None:
        _note_lines(node, (), lines, first_line, report)
    return Fields(values, lines, report)


def _note_lines(
    node: yaml.Node, at: Path, lines: dict[Path, int], first_line: int, report: Report
) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = first_line + key.start_mark.line
            if key.value in seen:
                report(line, f"Die Angabe „{key.value}“ steht zweimal da. Löschen Sie eine davon.")
            seen.add(key.value)
            lines[*at, key.value] = line
            _note_lines(value, (*at, key.value), lines, first_line, report)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[*at, index] = first_line + value.start_mark.line
            _note_lines(value, (*at, index), lines, first_line, report)


def _report_syntax(error: yaml.YAMLError, source: str, first_line: int, report: Report) -> None:
    index = _line_of(error)
    rows = source.split("\n")
    row = rows[index].strip() if index < len(rows) else ""
    if "\t" in source:
        index = source[: source.index("\t")].count("\n")
        advice = "Hier steht ein Tabulator. Rücken Sie mit Leerzeichen ein."
    elif "mapping values are not allowed" in str(error):
        advice = f"Der Wert enthält einen Doppelpunkt. Setzen Sie ihn in Anführungszeichen: {row}"
    else:
        advice = (
            "Diese Zeile ist nicht zu verstehen. Schreiben Sie „name: Wert“ und setzen Sie Werte "
            "mit Sonderzeichen in Anführungszeichen."
        )
    report(first_line + index, advice)


def _line_of(error: yaml.YAMLError) -> int:
    """Find the line to blame: where an open bracket or quote began, not where it was missed."""
    context = getattr(error, "context", None) or ""
    began = re.match("while (parsing a flow|scanning a quoted)", context)
    mark: Any = getattr(error, "context_mark" if began else "problem_mark", None)
    return mark.line if mark else 0
