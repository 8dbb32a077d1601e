"""The content repository: whether it can be read, and whether what it holds is live."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from website.editorial import git
from website.editorial import status as editorial_status
from website.editorial.publications import Publications, PublicationState
from website.editorial.status import EditorialStatus
from website.editorial.workspace import Workspace
from website.exceptions import RepositoryError
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, warning

OVERDUE = datetime.timedelta(minutes=15)
"""After which what is due should long be live."""
LOOK = "'flask --app website content log' says why."


def repository(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that git is there, and the repository whole."""
    workspace = _workspace(context)
    try:
        version = ".".join(map(str, git.version()))
        workspace.repository.verify()
    except RepositoryError as reason:
        yield error(str(reason), "Without it nobody can publish; the pages stay as they are.")
        return
    yield ok(f"git {version} reads {workspace.repository.folder}")


def publications(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that what is official is live, and nothing waits that should not."""
    workspace, now = _workspace(context), context.clock()
    try:
        remote = context.settings.content_remote
        status = editorial_status.read(workspace, Publications(context.database), remote)
    except RepositoryError as reason:
        raise NotChecked(str(reason)) from reason
    yield from _live(status)
    late = [one for one in status.waiting if one.due_at < now - OVERDUE]
    if late:
        yield error(
            f"{len(late)} publications should be live, the oldest since "
            f"{late[0].due_at:%Y-%m-%d %H:%M} UTC",
            "Is the worker running on the machine that publishes? Its log says what is in the way.",
        )
    if status.unpushed:
        yield warning(
            f"the remote repository lacks {status.unpushed} commits",
            "The job 'exchange' tries each minute; its error says why it cannot.",
        )


def _live(status: EditorialStatus) -> Iterator[CheckResult]:
    if status.last is None or status.last.ended_at is None:
        yield ok("nothing has been published from it yet; 'content publish' does")
        return
    when = f"{status.last.ended_at:%Y-%m-%d %H:%M} UTC"
    publisher = f" by {status.holder.machine}" if status.holder else ""
    if status.last.state == PublicationState.UNCONFIRMED:
        yield warning(
            f"publication {status.last.id} of {when} was not seen at the site's address",
            f"Does the web server show the build? {LOOK}",
        )
    elif status.live != status.main and not status.waiting:
        yield warning(
            f"what is official ({status.main[:10]}) is not live ({status.live[:10] or 'nothing'})",
            "'flask --app website content publish' brings it live.",
        )
    else:
        yield ok(f"publication {status.last.id} is live since {when}{publisher}")


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
