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
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, warning

PATIENCE = 3 * EVERY
HOUR = datetime.timedelta(hours=1)


def content(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the content, read as the service does when it starts."""
    context.needs("WEBSITE_CONTENT_DIR", "WEBSITE_BASE_URL")
    try:
        require_checkout()
    except ConfigurationError as problem:
        yield error(str(problem), "")
        return
    library = context.library
    missing = [name for name in required_pages() if name not in library.pages]
    wrong = [problem for problem in library.every_problem if problem.blocks]
    if missing:
        yield error(
            f"pages that the service shows are missing or broken: {', '.join(missing)}",
            f"Is {context.settings.content_dir} the right folder (WEBSITE_CONTENT_DIR)? "
            "'flask --app website check' names what is wrong in it.",
        )
    elif wrong:
        yield warning(
            f"{len(wrong)} errors in the content, the first: {wrong[0]}",
            "'flask --app website check' names all. What is online stays as it is.",
        )
    else:
        yield ok(f"{len(library.articles)} published articles can be read")


def units(context: DoctorContext, *, folder: Path = systemd.INSTALLED) -> Iterator[CheckResult]:
    """Check that the installed units let the services write where the settings say."""
    context.needs("WEBSITE_INSTANCE_DIR", "WEBSITE_BACKUP_DIR")
    if not systemd.is_installed(ROOT, folder):
        raise NotChecked("no services of this checkout are installed")
    # Another folder for backups than that in the instance folder, which the website makes itself.
    needed = [context.settings.instance_dir, *filter(None, [context.settings.backup_dir])]
    found = [*_forbidden(needed, folder), *_absent(needed)]
    yield from found or [ok("the services may write where the settings say")]


def _forbidden(needed: Iterable[Path], folder: Path) -> Iterator[CheckResult]:
    for unit in systemd.SERVICES:
        written = systemd.writable_paths(folder / unit)
        missing = [path for path in needed if not any(map(path.is_relative_to, written))]
        if missing:
            yield error(
                f"{unit} may not write to {', '.join(map(str, missing))}",
                "Write the units again ('website deploy-files DIR'), copy them to "
                f"{folder}, 'systemctl daemon-reload', and restart both services.",
            )


def _absent(needed: Iterable[Path]) -> Iterator[CheckResult]:
    for path in needed:
        if not path.is_dir():
            yield error(
                f"{path} is not there",
                f"Mount its disk, or create it: install -d -o website -m 700 {path}; then restart.",
            )


def backups(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the age of the newest backup."""
    context.needs("WEBSITE_BACKUP_DIR", "WEBSITE_BACKUP_RECIPIENT", "WEBSITE_INSTANCE_DIR")
    settings = context.settings
    made = rotation.newest(settings.backups)
    if made is None and not settings.backup_recipient:
        if is_this_machine(context.site.host):
            raise NotChecked("no backups are set up, and the site is for this machine only")
        yield warning(
            "no backups are made: a broken disk takes every request with it",
            "Set WEBSITE_BACKUP_RECIPIENT; docs/backups.md says how.",
        )
    elif made is None:
        yield error(
            f"there is no backup in {settings.backups}",
            "'flask --app website backup' makes one, or says why it cannot.",
        )
    else:
        hours = (context.clock() - made) // HOUR
        seen = f"the newest backup is {hours} hours old"
        yield from _of_the_future(context)
        if context.clock() - made > PATIENCE:
            yield error(
                f"{seen}, though one is due every {EVERY // HOUR}",
                "'flask --app website backup' makes one, or says why it cannot. Does the worker "
                "run?",
            )
        else:
            yield ok(seen)


def _of_the_future(context: DoctorContext) -> Iterator[CheckResult]:
    now = context.clock()
    found = [
        one
        for one in rotation.backups_in(context.settings.backups)
        if clock_skew.is_ahead(one.made_at, now)
    ]
    if found:
        yield warning(
            f"{len(found)} backups are dated ahead, the newest {found[0].path.name}: a clock was "
            "wrong when they were made, and none of them is deleted in time",
            "Delete them by hand when they are as old as backups may be (docs/backups.md).",
        )
