"""Publishers that are killed at some point of their work, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.publishing import PublishedSite, die, die_at
from website.build.incremental import up_to_date
from website.build.targets import BuildTarget
from website.editorial.publication_outcomes import PublicationOutcomes
from website.editorial.publications import Publications
from website.editorial.repository import Repository
from website.infra.database import connect
from website.ops.publishing import publisher


def publish(folder: Path, database_url: str, release: bool, point: str) -> None:
    """Publish what is due, and be killed on the way; nothing that is changed here is kept."""
    if point in _POINTS:
        owner, name, replaced = _POINTS[point]
        setattr(owner, name, replaced(getattr(owner, name)))
    else:
        die_at(point)
    PublishedSite.again(folder, connect(database_url), release=release).publisher.run_due()


def _instead(_: Callable[..., Any]) -> Callable[..., Any]:
    return die


def _afterwards(real: Callable[..., Any]) -> Callable[..., Any]:
    def run(*words: Any, **named: Any) -> None:
        real(*words, **named)
        die()

    return run


def _half_exported(real: Callable[..., Any]) -> Callable[..., Any]:
    def export(repository: Any, commit: str, folder: Path) -> Any:
        return die() if folder.parent.name == "redaktion" else real(repository, commit, folder)

    return export


_POINTS: dict[str, tuple[object, str, Callable[[Callable[..., Any]], Callable[..., Any]]]] = {
    "main advanced": (Repository, "advance", _afterwards),
    "release not switched": (BuildTarget, "_switch", _instead),
    "pages switched": (BuildTarget, "go_live", _afterwards),
    "state not saved": (up_to_date, "keep", _instead),
    "half exported": (publisher, "export", _half_exported),
    "not finished": (Publications, "finish", _instead),
    "copy not ended": (PublicationOutcomes, "published", _instead),
}
"""Points besides the steps of a publication, at which something is replaced."""
