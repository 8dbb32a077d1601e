"""Which text an author means, and what is wrong with it."""

from __future__ import annotations

import datetime
import difflib
from pathlib import Path, PurePath

from website import checking
from website.content import kinds
from website.content.files import FileKind
from website.content.library import Library
from website.content.loading import load
from website.content.models import Item
from website.content.problems import Problem, Severity
from website.exceptions import AuthoringError


def find(library: Library, name: str) -> Item:
    """Return a dated text by its file, its address or its name.

    :raises AuthoringError: if there is none, or if its file cannot be read.
    """
    path = PurePath(name.strip())
    slug = path.name.removesuffix(".md")
    if code := next((part for part in path.parts if part in [*library.editions][1:]), ""):
        raise AuthoringError(
            f"„{name}“ gehört zur Ausgabe „{code}“, und dieser Befehl ändert nur deutsche Texte. "
            "Öffnen Sie den Text in der Redaktion, oder ändern Sie „status“ in der Datei."
        )
    dated = [item for item in library.items if item.kind.is_dated]
    found = [item for item in dated if item.name == slug]
    for item in sorted(found, key=lambda item: not _leads_to(path, item)):
        return item
    for kind in kinds.KINDS:
        label = library.label(kind.file(slug))
        if problems := [str(problem) for problem in library.problems if problem.path == label]:
            raise AuthoringError("\n".join(problems))
    for file in library.file_cache.files:
        if file.kind is FileKind.STRAY and _is_meant(slug, file.name):
            raise AuthoringError(f"{library.label(file.name)}: {file.advice}")
    known = [item.name for item in dated]
    meant = difflib.get_close_matches(slug, known, n=1)
    hint = f"Meinten Sie „{meant[0]}“?" if meant else f"Es gibt: {', '.join(sorted(known))}."
    raise AuthoringError(f"Den Artikel „{name}“ gibt es nicht. {hint}")


def _leads_to(path: PurePath, item: Item) -> bool:
    """Return whether a path names the folder of a text, too, or that of its address."""
    return path.parent.name in {PurePath(item.kind.folder).name, PurePath(item.kind.address).name}


def require_site_data(library: Library) -> None:
    """Refuse to go on where nobody knows what the site consists of.

    :raises AuthoringError: with what is wrong with the site data, and with nothing that follows.
    """
    if not library.is_readable:
        raise AuthoringError("\n".join(map(str, library.problems)))


def _is_meant(typed: str, file: str) -> bool:
    """Return whether a file matches the name that was typed, with or without its suffix."""
    return typed.partition(".")[0] == PurePath(file).name.partition(".")[0]


def reread(library: Library, folder: Path, today: datetime.date) -> Library:
    """Read another state of the same content, as visitors would get it on a day."""
    return load(
        folder,
        today=today,
        root=library.addresses.root,
    )


def blocking(library: Library) -> list[Problem]:
    """List the errors that visitors would meet, but for facts that are still open."""
    return [problem for problem in errors(library) if problem.blocks]


def errors(library: Library) -> list[Problem]:
    """List the errors of all files, but for facts that are still open."""
    return [
        problem
        for problem in checking.check(library)
        if problem.severity is Severity.ERROR and problem not in library.every_open_fact
    ]
