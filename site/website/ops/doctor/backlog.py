"""What waits, what was given up, what is overdue: the same judgement as the alarms, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.exceptions import StorageError
from website.leads import migrations
from website.leads.outbox import DELAYS
from website.ops.doctor.results import NotChecked, error, ok, warning
from website.ops.monitoring import alerts, health_snapshot
from website.ops.monitoring.alerts import AlertKind

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult
    from website.ops.monitoring.alerts import Alert
    from website.ops.monitoring.health_snapshot import HealthSnapshot

ELSEWHERE = frozenset({AlertKind.DATABASE, AlertKind.DISK, AlertKind.JOB, AlertKind.QUARANTINE})
"""What other checks look at."""
DELIVERIES = frozenset(AlertKind) - ELSEWHERE


def deliveries(context: DoctorContext) -> Iterator[CheckResult]:
    """See whether what is owed is delivered."""
    seen = _facts(context)
    told = [*_told(seen, DELIVERIES)]
    yield from told
    if not told:
        yield ok(f"{seen.backlog.pending} messages wait for delivery, none for long")


def jobs(context: DoctorContext) -> Iterator[CheckResult]:
    """See whether what is done by the clock was done."""
    seen = _facts(context)
    if not seen.jobs:
        yield warning(
            "no worker has ever run: nothing is delivered, nothing is done by the clock",
            "'flask --app website serve' starts one; without it run 'flask --app website deliver "
            "--forever' as a service.",
        )
        return
    told = [*_told(seen, {AlertKind.JOB})]
    yield from told
    if not told:
        yield ok(f"done on time: {', '.join(sorted(seen.jobs))}")


def room(context: DoctorContext) -> Iterator[CheckResult]:
    """See how much room is left."""
    context.needs("WEBSITE_INSTANCE_DIR")
    disk = health_snapshot.disk(context.settings.instance_dir)
    seen = f"{disk.free / 1024**3:.1f} GB ({disk.part_free:.0%}) of the disk are free"
    if disk.part_free < alerts.LEAST_FREE:
        told = warning if disk.free > LEAST_LEFT else error
        yield told(seen, "Make room: when the disk is full, no request can be stored.")
    else:
        yield ok(seen)


def suspicion(context: DoctorContext) -> Iterator[CheckResult]:
    """See whether unusually many requests are suspected."""
    seen = _facts(context)
    told = [*_told(seen, {AlertKind.QUARANTINE})]
    yield from told
    if not told:
        yield ok(f"{seen.received} requests in 24 hours, {seen.quarantined} of them in quarantine")


LEAST_LEFT = 50 * 1024**2
"""Bytes below which it is a kind of hours."""


def _facts(context: DoctorContext) -> HealthSnapshot:
    try:
        if not migrations.is_current(context.database.engine):
            raise NotChecked("the database is not up to date")
        return health_snapshot.take_snapshot(
            context.database, context.settings.instance_dir, context.clock()
        )
    except StorageError as problem:
        raise NotChecked("the database cannot be read") from problem


def _told(
    seen: HealthSnapshot, kinds: frozenset[AlertKind] | set[AlertKind]
) -> Iterator[CheckResult]:
    for alert in alerts.active_alerts(seen):
        if alert.kind in kinds:
            yield _finding(alert, seen)


def _finding(alert: Alert, seen: HealthSnapshot) -> CheckResult:
    match alert.kind:
        case AlertKind.WORKER:
            return error(
                f"nobody has tried to deliver since {_undelivered_since(seen):%Y-%m-%d %H:%M} UTC",
                "Is the worker running ('flask --app website deliver --forever', which 'serve' "
                "starts too)? Start it again; its log says why it ended.",
            )
        case AlertKind.LATE:
            return error(
                f"{seen.backlog.pending} messages wait for delivery, the oldest since "
                f"{seen.backlog.oldest:%Y-%m-%d %H:%M} UTC",
                "'flask --app website leads deliveries --state pending' names the error. The "
                "requests stand in the inbox.",
            )
        case AlertKind.DEAD:
            return error(
                f"{seen.backlog.dead} messages were given up after {len(DELAYS)} attempts",
                "Mend the cause, then 'flask --app website leads redeliver --dead'. The requests "
                "stand in the inbox.",
            )
        case AlertKind.QUARANTINE:
            return warning(
                f"{seen.quarantined} requests were put into quarantine in 24 hours, usual are "
                f"{seen.usually_quarantined:.0f} a day",
                "Look through the quarantine in the inbox: are real requests among them?",
            )
        case AlertKind.JOB:
            return _job(alert.about, seen)
        case _:
            return _other(alert, seen)


def _other(alert: Alert, seen: HealthSnapshot) -> CheckResult:
    if alert.kind is AlertKind.LOGIN:
        return error(
            f"the mail server refuses the login ({seen.login_refused}): nobody is told of requests",
            "Correct user and password in WEBSITE_SMTP_URL, restart, then 'flask --app website "
            "leads redeliver --pending'.",
        )
    if alert.kind is AlertKind.CLOCK:
        return error(
            f"the clock was ahead, or is behind now: moments up to {seen.ahead:%Y-%m-%d %H:%M} UTC "
            "are stored",
            "Look whether the clock is right now ('timedatectl'). What is due is made up for; when "
            "requests of that time came in is stored wrongly.",
        )
    if alert.kind is AlertKind.WEB:
        return error(
            f"'serve' has not run since {seen.watchers['web'].looked_at:%Y-%m-%d %H:%M} UTC",
            "Start 'flask --app website serve' again; its log says why it ended.",
        )
    return warning(
        f"there is cause for alert: {alert.kind}",
        "The page /posteingang/betrieb/ of the inbox says more.",
    )


def _undelivered_since(seen: HealthSnapshot) -> datetime.datetime:
    return seen.neglected_since or seen.watchers["worker"].looked_at


def _job(name: str, seen: HealthSnapshot) -> CheckResult:
    row = seen.jobs[name]
    last = f"last done {row.succeeded_at:%Y-%m-%d %H:%M} UTC" if row.succeeded_at else "never done"
    reason = f"; the last attempt failed: {row.error}" if row.error else ""
    return error(
        f"the job '{name}' is overdue, {last}{reason}",
        "Mend what it failed of."
        if row.error
        else "Is the worker running ('flask --app website deliver --forever')?",
    )
