"""Publishing as a service: a process that runs publications as they become due.

It is another process than the worker's, so that building takes no time from delivering, and files
for visitors get rights of their own. It starts when something is due, stays while editors are at
work, because a start takes longer than a publication, and ends when nothing was due for a while.
"""

import contextlib
import datetime
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from website.config import Settings
from website.editorial.publication_outcomes import PublicationOutcomes
from website.editorial.publication_requests import PublicationRequests
from website.editorial.publications import Publications
from website.editorial.repository import REMOTE
from website.editorial.workspace import Workspace
from website.exceptions import FreezeError, RepositoryError, StorageError
from website.infra import clock as clocks
from website.infra import locks
from website.infra.database import Database
from website.ops.monitoring.jobs import Job, scheduled
from website.ops.publishing.publisher import NotThisMachine, Publisher
from website.ops.service.child_processes import ChildProcess

log = logging.getLogger(__name__)

POLL = 0.3
"""Seconds between two looks at what is due."""
IDLE = 600.0
"""Seconds without anything due after which the process ends."""
AGAIN = 10.0
"""Seconds until the next try where the database or another machine is in the way."""
LONGEST = datetime.timedelta(hours=1)
"""Of one publication."""
WEBSITE = "Website"
"""Who asks for what the clock asks for."""


def work(publisher: Publisher, parent: int) -> None:
    """Run publications until nothing was due for a while, or the parent has died."""
    since = time.monotonic()
    while time.monotonic() - since < IDLE and os.getppid() == parent:
        try:
            # Nearly every look finds nothing, which needs neither git nor a write.
            if publisher.publications.waiting() and publisher.run_due():
                since = time.monotonic()
        except locks.LockedElsewhere:
            pass
        except (NotThisMachine, RepositoryError, StorageError) as error:
            log.error("Publications wait: %s", error)  # noqa: TRY400 - the sentence says it all
            time.sleep(AGAIN)
        time.sleep(POLL)


@contextlib.contextmanager
def running(settings: Settings, database: Database, build: Path | None) -> Iterator[None]:
    """Run publications during a block, where there is a content repository.

    What was changed in the checkout since, by an update of the code or by hand, is asked for first.

    :param build: the pages; nothing if this machine does not make them.
    """
    workspace = Workspace(settings.instance_dir, Settings.from_environment().content_dir)
    if build is None or not settings.is_edited_here or not workspace.exists:
        yield
        return
    if build.exists():
        try:
            PublicationRequests(workspace, Publications(database)).checkout(WEBSITE, clocks.now())
        except (OSError, RepositoryError, StorageError) as error:
            # Requests must be delivered, whatever is wrong with the content.
            log.error("The checkout's content is not published: %s", error)  # noqa: TRY400
    publications = Publications(database)
    process = ChildProcess(
        "Publishing",
        "website.cli.publishing_process",
        build=build,
        again=AGAIN,
        is_needed=lambda: publications.next(clocks.now()) is not None,
    )
    try:
        yield
    finally:
        process.stop()


def exchanging(settings: Settings, database: Database) -> Job:
    """Return the job that takes in what developers push, and pushes what is published.

    It also looks after copies whose process died while it asked for their publication, or before
    it noted what became of that: nothing else is due then.
    """
    workspace, publications = Workspace.of(settings), Publications(database)
    requests, remote = PublicationRequests(workspace, publications), settings.content_remote
    outcomes = PublicationOutcomes(database)

    def exchange(now: datetime.datetime) -> str:
        outcomes.recover(publications, workspace.repository, now)
        outcomes.settle(publications, workspace.repository, now)
        found = requests.incoming(remote, now)
        repository = workspace.repository
        is_ahead = remote and not publications.waiting() and not found
        if is_ahead and repository.find(REMOTE) != repository.main:
            repository.push(remote)
        return f"{len(found)} pushes taken in"

    return scheduled("exchange", exchange)


def refresh(settings: Settings, database: Database, now: datetime.datetime) -> str:
    """Have the pages made again by the publishing process, and wait for that.

    :raises FreezeError: if they are not live afterwards.
    """
    publications = Publications(database)
    number = PublicationRequests(Workspace.of(settings), publications).refresh(WEBSITE, now)
    until = time.monotonic() + LONGEST.total_seconds()
    while time.monotonic() < until:
        one = publications.get(number)
        if one.status.is_live:
            return "pages made"
        if one.status.is_over:
            raise FreezeError(one.detail or one.error)
        time.sleep(POLL)
    raise FreezeError("Nach einer Stunde noch nicht fertig.")
