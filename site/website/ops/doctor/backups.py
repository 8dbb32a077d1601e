"""Backups: whether there is one that is young enough."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from website.config import is_this_machine
from website.infra import moments
from website.ops.backup import names
from website.ops.backup.rotation import EVERY
from website.ops.doctor.results import NotChecked, error, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult

PATIENCE = 3 * EVERY
HOUR = datetime.timedelta(hours=1)


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Look how old the newest backup is."""
    context.needs("WEBSITE_BACKUP_DIR", "WEBSITE_BACKUP_RECIPIENT", "WEBSITE_INSTANCE_DIR")
    settings = context.settings
    made = names.newest(settings.backups)
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
        for one in names.backups_in(context.settings.backups)
        if moments.is_ahead(one.made_at, now)
    ]
    if found:
        yield warning(
            f"{len(found)} backups are dated ahead, the newest {found[0].path.name}: a clock was "
            "wrong when they were made, and none of them is deleted in time",
            "Delete them by hand when they are as old as backups may be (docs/backups.md).",
        )
