"""Makes the pages again on the day on which an article appears.

In a process of its own, as people do it: what it needs of memory goes with it, and a build that
fails leaves the pages that are there.
"""

from __future__ import annotations

import datetime
import subprocess
import sys
from typing import TYPE_CHECKING

from website.config import ROOT
from website.content.library import load
from website.exceptions import FreezeError
from website.infra.clock import GERMANY
from website.leads.questions import question
from website.ops.monitoring.calendars import CALENDARS
from website.ops.monitoring.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from website.config import Settings

JOB = "pages"
"""The job's name."""
OLDEST = datetime.timedelta(days=30)
"""Some of what a build says holds for a year only (RFC 9116, 2.5.5)."""
LONGEST = datetime.timedelta(hours=1)


def publishing(settings: Settings, build: Path) -> Job:
    """Make the job that looks once a day whether pages are due."""

    def publish(now: datetime.datetime) -> str:
        if not build.exists():
            return "there are no pages"
        if not is_due(settings, build, now):
            return "no page due"
        _freeze(build)
        return "pages made"

    return Job(
        name=JOB,
        every=datetime.timedelta(days=1),
        calendar=CALENDARS[JOB],
        run=publish,
        patience=datetime.timedelta(days=2),
        lease=LONGEST,
    )


def is_due(settings: Settings, build: Path, now: datetime.datetime) -> bool:
    """Say whether an article has appeared since the pages were made, or may be kept from it.

    Other changes to the content wait for whoever publishes. So going back to an earlier release
    holds until then.
    """
    today = now.astimezone(GERMANY).date()
    made_at = datetime.datetime.fromtimestamp(build.stat().st_mtime, GERMANY)
    library = load(
        settings.content_dir,
        request_topics=[key for key, _ in question("topic").choices],
        today=today,
        root=settings.site_root,
    )
    appeared = any(one.date and one.date > made_at.date() for one in library.articles)
    broken = any(problem.blocks for problem in library.problems)
    return appeared or broken or made_at < now - OLDEST


def _freeze(build: Path) -> None:
    """Freeze as a release where there are releases.

    :raises FreezeError: with the first of what stands against it.
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


def _reason(told: Sequence[str]) -> str:
    """Shorten what was told to its first line, which names a file, and its last."""
    lines = [line for line in told if line.strip() and not line.startswith("Seiten")]
    return " ".join(dict.fromkeys((*lines[:1], *lines[-1:])))
