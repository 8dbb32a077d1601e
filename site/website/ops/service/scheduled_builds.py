"""Scheduled builds: publishes pages on the day on which an article appears.

The build is a process of its own, as when people start it: its memory is freed with it, and a build
that fails leaves the pages as they are.
"""

import datetime
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from website.config import ROOT, Settings
from website.content.loading import load
from website.editorial.workspace import Workspace
from website.exceptions import FreezeError
from website.infra.clock import GERMANY, german_day
from website.infra.database import Database
from website.ops.monitoring.jobs import Job, scheduled
from website.ops.service import publishing_service

OLDEST = datetime.timedelta(days=30)
"""Some pages expire within a year (RFC 9116, 2.5.5)."""
LONGEST = datetime.timedelta(hours=1)


def publishing(settings: Settings, build: Path, database: Database | None = None) -> Job:
    """Return the job that checks once a day whether a build is due.

    :param database: where publications are asked for, if there is a content repository.
    """

    def publish(now: datetime.datetime) -> str:
        if not build.exists():
            return "there are no pages"
        if not is_due(settings, build, now):
            return "no page due"
        if database and Workspace.of(settings).exists:
            return publishing_service.refresh(settings, database, now)
        _freeze(build)
        return "pages made"

    return scheduled("pages", publish)


def is_due(settings: Settings, build: Path, now: datetime.datetime) -> bool:
    """Return whether a text has appeared since the last build, or an error may hide one.

    Other changes of the content wait for a build by hand. So a rollback to an earlier release
    lasts until then.
    """
    today = german_day(now)
    made_at = datetime.datetime.fromtimestamp(build.stat().st_mtime, GERMANY)
    library = load(
        settings.content_dir,
        today=today,
        root=settings.site_root,
    )
    public = (one for edition in library.every_edition for one in edition.public_items)
    appeared = any(one.date and one.date > made_at.date() for one in public)
    broken = any(problem.blocks for problem in library.every_problem)
    return appeared or broken or made_at < now - OLDEST


def _freeze(build: Path) -> None:
    """Build; a release where there are releases.

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
    """Return the first line of the output, which names a file, and the last."""
    lines = [line for line in output if line.strip() and not line.startswith("Seiten")]
    return " ".join(dict.fromkeys((*lines[:1], *lines[-1:])))
