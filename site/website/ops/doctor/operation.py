"""Checks of operation: deliveries, jobs, quarantine, backups and publications.

The conditions are those of alerts, reported in English.
"""

import datetime
from collections.abc import Iterator

from website.editorial import git
from website.editorial.publication_requests import EditorialStatus
from website.editorial.publications import Publications, PublicationState
from website.editorial.workspace import Workspace
from website.exceptions import ConfigurationError, RepositoryError, StorageError
from website.infra import clock_skew, unfinished_restore
from website.leads import migrations
from website.leads.outbox import DELAYS
from website.ops.backup import rotation
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result
from website.ops.monitoring import alerts, health_snapshot
from website.ops.monitoring.alerts import AlertKind

PATIENCE = 3 * rotation.EVERY
HOUR = datetime.timedelta(hours=1)
DELIVERIES = frozenset(AlertKind) - {
    AlertKind.DATABASE, AlertKind.DISK, AlertKind.JOB, AlertKind.QUARANTINE
}  # fmt: skip
"""Kinds of alerts on deliveries; the others have checks of their own."""


def deliveries(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that no delivery has been waiting for long."""
    snapshot = _snapshot(context)
    found = [alert for alert in alerts.active_alerts(snapshot) if alert.kind in DELIVERIES]
    for alert in found:
        values = {"snapshot": snapshot, "since": alert.since, "attempts": len(DELAYS)}
        yield result(f"deliveries.{alert.kind}", **values)
    if not found:
        yield result("deliveries.fine", pending=snapshot.backlog.pending)


def jobs(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that no scheduled job is overdue."""
    snapshot = _snapshot(context)
    if not snapshot.jobs:
        yield result("jobs.no-worker")
        return
    found = [alert for alert in alerts.active_alerts(snapshot) if alert.kind is AlertKind.JOB]
    for alert in found:
        job = snapshot.jobs[alert.about]
        done = job.succeeded_at
        last = f"last done {done:%Y-%m-%d %H:%M} UTC" if done else "never done"
        yield result("jobs.failing" if job.error else "jobs.overdue", job=job, last=last)
    if not found:
        yield result("jobs.fine", names=", ".join(sorted(snapshot.jobs)))


def quarantine(context: DoctorContext) -> Iterator[CheckResult]:
    """Check whether unusually many requests are in quarantine."""
    snapshot = _snapshot(context)
    kinds = {alert.kind for alert in alerts.active_alerts(snapshot)}
    key = "quarantine.spike" if AlertKind.QUARANTINE in kinds else "quarantine.fine"
    yield result(key, snapshot=snapshot)


def _snapshot(context: DoctorContext) -> health_snapshot.HealthSnapshot:
    folder = context.settings.instance_dir
    try:
        database = context.database
        if not migrations.is_current(database.engine):
            raise NotChecked("the database is not up to date")
        return health_snapshot.take_snapshot(database, folder, context.clock())
    except StorageError as problem:
        raise NotChecked("the database cannot be read") from problem


def backups(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the age of the newest backup."""
    settings = context.settings
    made = rotation.newest(settings.backups)
    if made is None and not settings.backup_recipient:
        if not context.site.settings.is_for_others:
            raise NotChecked("no backups are set up, and the site is for this machine only")
        yield result("backups.not-set-up")
    elif made is None:
        yield result("backups.none", folder=settings.backups)
    else:
        yield from _of_the_future(context)
        age = context.clock() - made
        key = "backups.old" if age > PATIENCE else "backups.fine"
        yield result(key, hours=age // HOUR, every=rotation.EVERY // HOUR)


def restoring(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that no restore was cut off."""
    try:
        unfinished_restore.refuse(context.settings)
    except ConfigurationError as problem:
        yield result("restore.unfinished", problem=problem)
    else:
        yield result("restore.fine")


def _of_the_future(context: DoctorContext) -> Iterator[CheckResult]:
    every = rotation.backups_in(context.settings.backups)
    found = [one for one in every if clock_skew.is_ahead(one.made_at, context.clock())]
    if found:
        yield result("backups.dated-ahead", count=len(found), name=found[0].path.name)


OVERDUE = datetime.timedelta(minutes=15)
"""Time after which a due publication should be live."""


def repository(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that git is installed, and that the content repository is intact."""
    workspace = _workspace(context)
    try:
        version = ".".join(map(str, git.version()))
        workspace.repository.verify()
    except RepositoryError as reason:
        yield result("repository.unreadable", problem=reason)
    else:
        yield result("repository.fine", version=version, folder=workspace.repository.folder)


def publications(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the published content is live, and that no publication is stuck."""
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
