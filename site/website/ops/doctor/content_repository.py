"""The content repository: whether it can be read, and whether what it holds is live."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from website.editorial import git
from website.editorial.publication_requests import EditorialStatus
from website.editorial.publications import Publications, PublicationState
from website.editorial.workspace import Workspace
from website.exceptions import RepositoryError
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result

OVERDUE = datetime.timedelta(minutes=15)
"""After which what is due should long be live."""


def repository(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that git is there, and the repository whole."""
    workspace = _workspace(context)
    try:
        version = ".".join(map(str, git.version()))
        workspace.repository.verify()
    except RepositoryError as reason:
        yield result("repository.unreadable", problem=reason)
    else:
        yield result("repository.fine", version=version, folder=workspace.repository.folder)


def publications(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that what is official is live, and nothing waits that should not."""
    workspace, now = _workspace(context), context.clock()
    try:
        remote = context.settings.content_remote
        status = EditorialStatus(workspace, Publications(context.database), remote)
    except RepositoryError as reason:
        raise NotChecked(str(reason)) from reason
    yield _live(status)
    late = [one for one in status.waiting if one.due_at < now - OVERDUE]
    if late:
        yield result("publications.overdue", count=len(late), since=late[0].due_at)
    if status.unpushed:
        yield result("publications.unpushed", count=status.unpushed)


def _live(status: EditorialStatus) -> CheckResult:
    if status.last is None or status.last.ended_at is None:
        return result("publications.none")
    if status.last.state == PublicationState.UNCONFIRMED:
        return result("publications.unconfirmed", last=status.last)
    if status.live != status.main and not status.waiting:
        live = status.live[:10] or "nothing"
        return result("publications.not-live", main=status.main[:10], live=live)
    publisher = f" by {status.holder.machine}" if status.holder else ""
    return result("publications.fine", last=status.last, publisher=publisher)


def _workspace(context: DoctorContext) -> Workspace:
    """Return the workspace of this machine.

    :raises NotChecked: if it has none.
    """
    workspace = Workspace.of(context.settings)
    if not context.settings.is_edited_here:
        raise NotChecked("another machine holds the content repository (WEBSITE_EDITOR)")
    if not workspace.exists:
        raise NotChecked("there is no content repository yet: 'serve' makes it when it starts")
    return workspace
