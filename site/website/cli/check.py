"""``flask --app website check``: every problem of every file, for people and programs."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from website import checking
from website.authoring import articles
from website.checking.check_context import SOURCES
from website.cli import common
from website.config import ROOT
from website.content.library import Library
from website.content.models import PublicationStatus
from website.content.problems import Problem, Severity
from website.infra.commands import GermanCommand
from website.infra.text import listed
from website.web.services import services

LISTED = 5
"""Drafts that are named one by one."""
FORMATS = ("text", "json", "github")

_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


@common.commands.command(cls=GermanCommand)
@click.argument(
    "files", nargs=-1, type=click.Path(readable=False, path_type=Path), metavar="[DATEI]..."
)
@click.option("--json", "as_json", is_flag=True, help="Für Programme, wie --format=json.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="github: Anmerkungen an den Zeilen eines Pull Requests.",
)
def check(files: tuple[Path, ...], form: str, *, as_json: bool) -> None:
    """Nennt, was an den Texten zu verbessern ist, mit Datei und Zeile.

    DATEI: nur diese Dateien oder Ordner; sonst alles.
    """
    library = services().library
    problems = checking.check(library)
    is_named = _chooser(library.folder, files)
    if library.is_readable:
        problems = tuple(problem for problem in problems if is_named(problem.path))
    form = "json" if as_json else form
    if form == "json":
        common.show_json([_as_data(problem) for problem in problems])
    else:
        for problem in problems:
            row = f"{problem.path}:{problem.line}: {problem.severity.label}: {problem.message}"
            click.echo(_annotation(problem) if form == "github" else row)
        click.echo(summary(problems, _held_back(library, problems, is_named)))
    if any(problem.blocks for problem in problems):
        sys.exit(1)


def summary(problems: Sequence[Problem], held_back: Sequence[str] = ()) -> str:
    """Return the number of problems, and what they prevent.

    :param held_back: drafts that cannot be published as they are.
    """
    counts = Counter(problem.severity for problem in problems)
    counted = ", ".join(severity.counted(counts[severity]) for severity in Severity)
    counted = f"{counted}." if problems else "Keine Fehler, keine Warnungen, keine Hinweise."
    if any(problem.blocks for problem in problems):
        return f"{counted} Eine Veröffentlichung ist damit nicht möglich."
    if held_back:
        return f"{counted} Noch nicht veröffentlichen lassen sich: {listed(held_back, LISTED)}."
    return f"{counted} Das hält keine Veröffentlichung auf." if problems else counted


def _held_back(
    library: Library, problems: Sequence[Problem], is_named: Callable[[str], bool]
) -> list[str]:
    """Return the drafts that ``publish`` would refuse, for an error or a missing value."""
    faulty = {problem.path for problem in problems if problem.severity is Severity.ERROR}
    return [
        item.text.label
        for item in library.every_item
        if item.kind.is_dated
        and item.status is not PublicationStatus.PUBLISHED
        and is_named(item.text.label)
        and (item.text.label in faulty or articles.lacks(item))
    ]


def _annotation(problem: Problem) -> str:
    """Return a workflow command of GitHub Actions."""
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


def _chooser(content: Path, files: Sequence[Path]) -> Callable[[str], bool]:
    """Return whether a problem's path is among some files and folders; all are if there are none.

    :raises SystemExit: if one of these does not exist, or is never checked.
    """
    checked = content.resolve(), *(ROOT / folder for folder in SOURCES)
    places = [file.resolve() for file in files]
    for file, place in zip(files, places, strict=True):
        among = (place.is_relative_to(one) or one.is_relative_to(place) for one in checked)
        if not place.exists() or not any(among):
            folders = ", ".join(map(str, checked))
            click.echo(common.msg("check.elsewhere", file=file, folders=folders), err=True)
            sys.exit(2)  # 1 means that errors were found

    def is_named(path: str) -> bool:
        folder, _, name = path.partition("/")
        found = checked[0] / name if folder == content.name else ROOT / path
        return not places or any(map(found.is_relative_to, places))

    return is_named
