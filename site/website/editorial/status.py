"""How the content repository stands: what is official, what is live, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from website.editorial.publications import Publication, Publications, PublisherLease
from website.editorial.repository import MAIN, REMOTE
from website.editorial.workspace import LIVE, Workspace

COUNTED = 1_000
"""Commits beyond which nobody counts."""


@dataclass(frozen=True, kw_only=True)
class EditorialStatus:
    """The state of one workspace."""

    main: str
    live: str
    """The commit whose pages are live; empty before the first publication."""
    missing_in_checkout: int
    """Publications that the checkout does not have yet."""
    unpushed: int | None
    """Commits that the remote repository does not have yet; None without one."""
    waiting: Sequence[Publication]
    last: Publication | None
    """The last publication that went live."""
    holder: PublisherLease | None


def read(workspace: Workspace, publications: Publications, remote: str) -> EditorialStatus:
    """Return the state of a workspace.

    :param remote: the address of the remote repository; empty without one.
    :raises RepositoryError: if the repository cannot be read.
    :raises StorageError: if the database cannot be used.
    """
    repository = workspace.repository
    known = repository.find(REMOTE)
    unpushed = len(repository.log(since=known, until=MAIN, limit=COUNTED)) if remote else None
    return EditorialStatus(
        main=repository.main,
        live=repository.find(LIVE),
        missing_in_checkout=workspace.missing_in_checkout(),
        unpushed=unpushed,
        waiting=publications.waiting(),
        last=publications.last_live(),
        holder=publications.holder(),
    )
