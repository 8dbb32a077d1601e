"""Deliveries, jobs, quarantine and disk: the same conditions as for alerts, in English."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from website.exceptions import StorageError
from website.leads import migrations
from website.leads.outbox import DELAYS
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, warning
from website.ops.monitoring import alerts, health_snapshot
from website.ops.monitoring.alerts import AlertKind
from website.ops.monitoring.health_snapshot import HealthSnapshot
from website.ops.monitoring.models import JobRun

MIN_BYTES = 50 * 1024**2
"""Free bytes below which the disk is full within hours."""

DELIVERIES = {
    AlertKind.CLOCK: error(
        "the clock was ahead, or is behind now: moments up to {since:%Y-%m-%d %H:%M} UTC are "
        "stored",
        "Look whether the clock is right now ('timedatectl'). What is due is made up for; when "
        "requests of that time came in is stored wrongly.",
    ),
    AlertKind.LOGIN: error(
        "the mail server refuses the login ({snapshot.login_refused}): nobody is told of requests",
        "Correct user and password in WEBSITE_SMTP_URL, restart, then 'flask --app website leads "
        "redeliver --pending'.",
    ),
    AlertKind.WEB: error(
        "'serve' has not run since {since:%Y-%m-%d %H:%M} UTC",
        "Start 'flask --app website serve' again; its log says why it ended.",
    ),
    AlertKind.WORKER: error(
        "nobody has tried to deliver since {since:%Y-%m-%d %H:%M} UTC",
        "Is the worker running ('flask --app website deliver --forever', which 'serve' starts "
        "too)? Start it again; its log says why it ended.",
    ),
    AlertKind.LATE: error(
        "{snapshot.backlog.pending} messages wait for delivery, the oldest since "
        "{since:%Y-%m-%d %H:%M} UTC",
        "'flask --app website leads deliveries --state pending' names the error. The requests are "
        "in the inbox.",
    ),
    AlertKind.DEAD: error(
        "{snapshot.backlog.dead} messages were given up after {attempts} attempts",
        "Fix the cause, then 'flask --app website leads redeliver --dead'. The requests are in "
        "the inbox.",
    ),
}
"""Results by kind of alert; what was seen is filled in."""


def deliveries(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that nothing waits for its delivery for long."""
    snapshot = _snapshot(context)
    found = [alert for alert in alerts.active_alerts(snapshot) if alert.kind in DELIVERIES]
    for alert in found:
        result = DELIVERIES[alert.kind]
        seen = result.seen.format(snapshot=snapshot, since=alert.since, attempts=len(DELAYS))
        yield dataclasses.replace(result, seen=seen)
    if not found:
        yield ok(f"{snapshot.backlog.pending} messages wait for delivery, none for long")


def jobs(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that no scheduled job is overdue."""
    snapshot = _snapshot(context)
    if not snapshot.jobs:
        yield warning(
            "no worker has ever run: nothing is delivered, nothing is done by the clock",
            "'flask --app website serve' starts one; without it run 'flask --app website deliver "
            "--forever' as a service.",
        )
        return
    found = [alert for alert in alerts.active_alerts(snapshot) if alert.kind is AlertKind.JOB]
    for alert in found:
        yield _overdue(snapshot.jobs[alert.about])
    if not found:
        yield ok(f"done on time: {', '.join(sorted(snapshot.jobs))}")


def disk_space(context: DoctorContext) -> Iterator[CheckResult]:
    """Check how much room is left."""
    context.needs("WEBSITE_INSTANCE_DIR")
    disk = health_snapshot.disk(context.settings.instance_dir)
    seen = f"{disk.free / 1024**3:.1f} GB ({disk.part_free:.0%}) of the disk are free"
    if disk.part_free < alerts.MIN_FREE:
        result = warning if disk.free > MIN_BYTES else error
        yield result(seen, "Make room: when the disk is full, no request can be stored.")
    else:
        yield ok(seen)


def quarantine(context: DoctorContext) -> Iterator[CheckResult]:
    """Check whether unusually many requests are suspected."""
    snapshot = _snapshot(context)
    if any(alert.kind is AlertKind.QUARANTINE for alert in alerts.active_alerts(snapshot)):
        yield warning(
            f"{snapshot.quarantined} requests were put into quarantine in 24 hours, usual are "
            f"{snapshot.usually_quarantined:.0f} a day",
            "Look through the quarantine in the inbox: are real requests among them?",
        )
    else:
        yield ok(
            f"{snapshot.received} requests in 24 hours, {snapshot.quarantined} of them in "
            "quarantine"
        )


def _snapshot(context: DoctorContext) -> HealthSnapshot:
    folder = context.settings.instance_dir
    try:
        database = context.database
        if not migrations.is_current(database.engine):
            raise NotChecked("the database is not up to date")
        return health_snapshot.take_snapshot(database, folder, context.clock())
    except StorageError as problem:
        raise NotChecked("the database cannot be read") from problem


def _overdue(job: JobRun) -> CheckResult:
    last = f"last done {job.succeeded_at:%Y-%m-%d %H:%M} UTC" if job.succeeded_at else "never done"
    reason = f"; the last attempt failed: {job.error}" if job.error else ""
    return error(
        f"the job '{job.name}' is overdue, {last}{reason}",
        "Fix what made it fail."
        if job.error
        else "Is the worker running ('flask --app website deliver --forever')?",
    )
