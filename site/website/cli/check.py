"""``flask check``: every problem of every file, for people, programs and pull requests."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from website import checking
from website.config import ROOT
from website.content.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from website.content.problems import Problem

FORMATS = ("text", "json", "github")

_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Für Programme, wie --format=json.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="github: Anmerkungen an den Zeilen eines Pull Requests.",
)
@with_appcontext
def check(files: tuple[Path, ...], form: str, *, as_json: bool) -> None:
    """Nennt, was an den Texten zu verbessern ist, mit Datei und Zeile.

    FILES: nur diese Dateien oder Ordner; sonst alles.
    """
    library = current_app.extensions["library"]
    problems = checking.check(library)
    if files:
        named = [_label(library.folder, file) for file in files]
        problems = tuple(problem for problem in problems if _is_named(problem, named))
    form = "json" if as_json else form
    if form == "json":
        click.echo(json.dumps([_as_data(p) for p in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(_annotation(problem) if form == "github" else _row(problem))
        click.echo(summary(problems))
    if any(problem.blocks for problem in problems):
        sys.exit(1)


def summary(problems: Sequence[Problem]) -> str:
    """Count the problems, and say what they stop."""
    counts = Counter(problem.severity for problem in problems)
    if not problems:
        return "Keine Fehler, keine Warnungen, keine Hinweise."
    told = ", ".join(severity.counted(counts[severity]) for severity in Severity)
    blocking = sum(problem.blocks for problem in problems)
    end = (
        "Eine Veröffentlichung ist damit nicht möglich."
        if blocking
        else "Das hält keine Veröffentlichung auf."
    )
    return f"{told}. {end}"


def _row(problem: Problem) -> str:
    return f"{problem.path}:{problem.line}: {problem.severity.label}: {problem.message}"


def _annotation(problem: Problem) -> str:
    """Write a workflow command of GitHub Actions; only its own signs need escaping."""
    path = _escaped(problem.path).replace(":", "%3A").replace(",", "%2C")
    kind = _ANNOTATIONS[problem.severity]
    return f"::{kind} file={path},line={problem.line}::{_escaped(problem.message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _as_data(problem: Problem) -> dict[str, str | int | bool]:
    return {
        "path": problem.path,
        "line": problem.line,
        "severity": problem.severity.value,
        "rule": problem.rule,
        "message": problem.message,
        "blocks": problem.blocks,
    }


def _label(content: Path, file: Path) -> str:
    """Name a file as problems name it: from the folder that holds the content."""
    path = file.resolve()
    if path.is_relative_to(content.resolve()):
        return (Path(content.name) / path.relative_to(content.resolve())).as_posix()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


def _is_named(problem: Problem, named: Sequence[str]) -> bool:
    return any(problem.path == name or problem.path.startswith(f"{name}/") for name in named)
