"""Publishing as a service: a process that runs publications when they are due.

It is separate from the worker, so that builds do not delay deliveries, and files for visitors get
permissions of their own. It starts when something is due, keeps running while editors are at work,
because starting takes longer than a publication, and ends when nothing was due for a while.

Pages are also published on the day on which an article appears. Without a content repository, that
build is a process of its own: its memory is freed with it, and a failed build leaves the pages as
they were.
"""

import contextlib
import datetime
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from website.config import ROOT, Settings
from website.content.loading import load
from website.editorial.publication_outcomes import PublicationOutcomes
from website.editorial.publication_requests import PublicationRequests
from website.editorial.publications import Publications
from website.editorial.repository import REMOTE
from website.editorial.workspace import Workspace
from website.exceptions import FreezeError, RepositoryError, StorageError
from website.infra import clock as clocks
from website.infra import locks
from website.infra.database import Database
from website.infra.text import counted
from website.ops.monitoring.jobs import Job, scheduled
from website.ops.publishing.publisher import NotThisMachine, Publisher
from website.ops.service.child_processes import ChildProcess

log = logging.getLogger(__name__)

POLL = 0.3
"""Seconds between two checks of what is due."""
IDLE = 600.0
"""Seconds without anything due after which the process ends."""
AGAIN = 10.0
"""Seconds until the next attempt if the database or another machine is in the way."""
LONGEST = datetime.timedelta(hours=1)
"""Of one publication, or of one build."""
OLDEST = datetime.timedelta(days=30)
"""Age at which pages are published again: some expire within a year (RFC 9116, 2.5.5)."""
WEBSITE = "Website"
"""Actor of scheduled publications."""


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
    """Run publications during a block, if there is a content repository.

    Changes in the checkout, made by an update of the code or by hand, are published first.

    :param build: the pages; None if this machine does not build them.
    """
    workspace = Workspace(settings.instance_dir, Settings.from_environment().content_dir)
    if build is None or not settings.is_edited_here or not workspace.exists:
        yield
        return
    publications = Publications(database)
    if build.exists():
        try:
            PublicationRequests(workspace, publications).checkout(WEBSITE, clocks.now())
        except (OSError, RepositoryError, StorageError) as error:
            # Requests must be delivered, whatever is wrong with the content.
            log.error("The checkout's content is not published: %s", error)  # noqa: TRY400
    process = ChildProcess(
        "Publishing",
        "website.cli",
        build=build,
        again=AGAIN,
        is_needed=lambda: publications.next(clocks.now()) is not None,
    )
    try:
        yield
    finally:
        process.stop()


def exchanging(settings: Settings, database: Database) -> Job:
    """Return the job that merges what developers push, and pushes what is published.

    It also cleans up after processes that died before recording the outcome of a publication:
    nothing else becomes due then.
    """
    workspace, publications = Workspace.of(settings), Publications(database)
    requests, remote = PublicationRequests(workspace, publications), settings.content_remote
    outcomes = PublicationOutcomes(database)

    def exchange(now: datetime.datetime) -> str:
        outcomes.settle(publications, workspace.repository, now)
        found = requests.incoming(remote, now)
        repository = workspace.repository
        is_ahead = remote and not publications.waiting() and not found
        if is_ahead and repository.find(REMOTE) != repository.main:
            repository.push(remote)
        return f"{counted(len(found), 'push', 'pushes')} taken in"

    return scheduled("exchange", exchange)


def refresh(settings: Settings, database: Database, now: datetime.datetime) -> str:
    """Have the publishing process build the pages again, and wait for it.

    :raises FreezeError: if they are not live afterwards.
    """
    publications = Publications(database)
    number = PublicationRequests(Workspace.of(settings), publications).refresh(WEBSITE, now)
    until = time.monotonic() + LONGEST.total_seconds()
    while time.monotonic() < until:
        one = publications.get(number)
        if one.state.is_live:
            return "pages made"
        if one.state.is_over:
            raise FreezeError(one.detail or one.error)
        time.sleep(POLL)
    raise FreezeError("Nach einer Stunde noch nicht fertig.")


def publishing(settings: Settings, build: Path, database: Database | None = None) -> Job:
    """Return the job that checks once a day whether a build is due.

    :param database: for requesting publications, if there is a content repository.
    """

    def publish(now: datetime.datetime) -> str:
        if not build.exists():
            return "there are no pages"
        if not is_due(settings, build, now):
            return "no page due"
        if database and Workspace.of(settings).exists:
            return refresh(settings, database, now)
        _freeze(build)
        return "pages made"

    return scheduled("pages", publish)


def is_due(settings: Settings, build: Path, now: datetime.datetime) -> bool:
    """Return whether a text has appeared since the last build, or an error may hide one.

    Other changes of the content wait for a manual build. So a rollback to an earlier release lasts
    until then.
    """
    today = clocks.german_day(now)
    made_at = datetime.datetime.fromtimestamp(build.stat().st_mtime, clocks.GERMANY)
    library = load(settings.content_dir, today=today, root=settings.site_root)
    public = (one for edition in library.every_edition for one in edition.public_items)
    appeared = any(one.date and one.date > made_at.date() for one in public)
    broken = any(problem.blocks for problem in library.every_problem)
    return appeared or broken or made_at < now - OLDEST


def _freeze(build: Path) -> None:
    """Build the pages; as a release if the build is one.

    :raises FreezeError: with the first error.
    """
    # One process: visitors come first.
    words = [sys.executable, str(ROOT / "freeze.py"), "--output", str(build), "--jobs", "1"]
    words += ["--release"] if build.is_symlink() else []
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            words, check=False, capture_output=True, text=True, timeout=LONGEST.total_seconds()
        )
    except subprocess.TimeoutExpired as error:
        raise FreezeError(f"Nach einer Stunde abgebrochen. {build} bleibt, wie es war.") from error
    if done.returncode:
        raise FreezeError(_reason(done.stderr.splitlines()))


def _reason(output: Sequence[str]) -> str:
    """Return the first line of the output, which names a file, and the last one."""
    lines = [line for line in output if line.strip() and not line.startswith("Seiten")]
    return " ".join(dict.fromkeys((*lines[:1], *lines[-1:])))
