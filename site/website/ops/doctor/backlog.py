"""Deliveries, jobs, quarantine and disk: the same conditions as for alerts, in English."""

from __future__ import annotations

from collections.abc import Iterator

from website.exceptions import StorageError
from website.leads import migrations
from website.leads.outbox import DELAYS
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level, NotChecked, result
from website.ops.monitoring import alerts, health_snapshot
from website.ops.monitoring.alerts import AlertKind
from website.ops.monitoring.health_snapshot import HealthSnapshot

MIN_BYTES = 50 * 1024**2
"""Free bytes below which the disk is full within hours."""
DELIVERIES = frozenset("clock login web worker late dead".split())  # noqa: SIM905
"""Kinds of alerts that concern deliveries."""


def deliveries(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that nothing waits for its delivery for long."""
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


def disk_space(context: DoctorContext) -> Iterator[CheckResult]:
    """Check how much room is left."""
    disk = health_snapshot.disk(context.settings.instance_dir)
    key = "disk-space.little" if disk.part_free < alerts.MIN_FREE else "disk-space.fine"
    is_full = disk.part_free < alerts.MIN_FREE and disk.free <= MIN_BYTES
    found = result(key, gigabytes=disk.free / 1024**3, part=disk.part_free)
    yield found.at(Level.ERROR) if is_full else found


def quarantine(context: DoctorContext) -> Iterator[CheckResult]:
    """Check whether unusually many requests are suspected."""
    snapshot = _snapshot(context)
    kinds = {alert.kind for alert in alerts.active_alerts(snapshot)}
    key = "quarantine.spike" if AlertKind.QUARANTINE in kinds else "quarantine.fine"
    yield result(key, snapshot=snapshot)


def _snapshot(context: DoctorContext) -> HealthSnapshot:
    folder = context.settings.instance_dir
    try:
        database = context.database
        if not migrations.is_current(database.engine):
            raise NotChecked("the database is not up to date")
        return health_snapshot.take_snapshot(database, folder, context.clock())
    except StorageError as problem:
        raise NotChecked("the database cannot be read") from problem
