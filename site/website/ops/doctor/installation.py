"""The installation: content, units of systemd, backups."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path

from website.config import ROOT, is_this_machine, require_checkout
from website.content.kinds import required_pages
from website.exceptions import ConfigurationError
from website.infra import clock_skew
from website.ops.backup import rotation
from website.ops.backup.rotation import EVERY
from website.ops.deploy import systemd
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result

PATIENCE = 3 * EVERY
HOUR = datetime.timedelta(hours=1)


def content(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the content, read as the service does when it starts."""
    try:
        require_checkout()
    except ConfigurationError as problem:
        yield result("content.no-checkout", problem=problem)
        return
    library = context.library
    missing = [name for name in required_pages() if name not in library.pages]
    wrong = [problem for problem in library.every_problem if problem.blocks]
    if missing:
        folder = context.settings.content_dir
        yield result("content.pages-missing", missing=", ".join(missing), folder=folder)
    elif wrong:
        yield result("content.wrong", count=len(wrong), first=wrong[0])
    else:
        yield result("content.fine", count=len(library.articles))


def units(context: DoctorContext, *, folder: Path = systemd.INSTALLED) -> Iterator[CheckResult]:
    """Check that the installed units let the services write where the settings say."""
    if not systemd.is_installed(ROOT, folder):
        raise NotChecked("no services of this checkout are installed")
    # Another folder for backups than that in the instance folder, which the website makes itself.
    needed = [context.settings.instance_dir, *filter(None, [context.settings.backup_dir])]
    found = [*_forbidden(needed, folder), *_absent(needed)]
    yield from found or [result("units.fine")]


def _forbidden(needed: Iterable[Path], folder: Path) -> Iterator[CheckResult]:
    for unit in systemd.SERVICES:
        written = systemd.writable_paths(folder / unit)
        missing = [path for path in needed if not any(map(path.is_relative_to, written))]
        if missing:
            listed = ", ".join(map(str, missing))
            yield result("units.forbidden", unit=unit, missing=listed, folder=folder)


def _absent(needed: Iterable[Path]) -> Iterator[CheckResult]:
    for path in needed:
        if not path.is_dir():
            yield result("units.absent", path=path)


def backups(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the age of the newest backup."""
    settings = context.settings
    made = rotation.newest(settings.backups)
    if made is None and not settings.backup_recipient:
        if is_this_machine(context.site.host):
            raise NotChecked("no backups are set up, and the site is for this machine only")
        yield result("backups.not-set-up")
    elif made is None:
        yield result("backups.none", folder=settings.backups)
    else:
        yield from _of_the_future(context)
        age = context.clock() - made
        key = "backups.old" if age > PATIENCE else "backups.fine"
        yield result(key, hours=age // HOUR, every=EVERY // HOUR)


def _of_the_future(context: DoctorContext) -> Iterator[CheckResult]:
    every = rotation.backups_in(context.settings.backups)
    found = [one for one in every if clock_skew.is_ahead(one.made_at, context.clock())]
    if found:
        yield result("backups.dated-ahead", count=len(found), name=found[0].path.name)
