"""Alerts: conditions and limits, messages, and when each is sent.

Messages are German, for those who fix it. An alert is sent when two checks in a row have found it,
again after a day, and once more when it is resolved.
"""

import datetime
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from website.infra import leases, templates, toml_tables
from website.infra.clock import in_german
from website.infra.clock_skew import age
from website.infra.german import spelled_duration
from website.infra.mail_transport import IN_GERMAN
from website.leads.outbox import DELAYS
from website.ops.monitoring import jobs
from website.ops.monitoring.health_snapshot import HealthSnapshot
from website.ops.monitoring.models import AlertRecord, JobRun

LATE = datetime.timedelta(minutes=15)
"""Age of a delivery that is late."""
NEGLECTED = datetime.timedelta(minutes=5)
"""Time that a due delivery may wait for an attempt before delivery must have stopped."""
SILENCE = datetime.timedelta(minutes=3)
"""Time without a heartbeat after which a process must be gone."""
SETTLING = datetime.timedelta(minutes=7)
"""Time after a process has returned: longer than a failed job waits, and then runs."""
MIN_FREE = 0.1
"""Part of the disk."""
SPIKE_FACTOR = 3.0
"""Suspected leads in a day, as a multiple of the usual number."""
MIN_SPIKE = 20
"""Suspected leads in a day below which there is no alert."""

CONFIRM_AFTER = datetime.timedelta(seconds=50)
"""Somewhat less than the minute between two checks: what only one of them finds passes by
itself."""
REPEAT_AFTER = datetime.timedelta(days=1)
LEASE = datetime.timedelta(minutes=2)
"""Longer than sending may take; after a failure it is tried again then."""
KEPT = datetime.timedelta(days=8)
"""After the all-clear, for the weekly report."""


class AlertKind(StrEnum):
    """What an alert is about."""

    DATABASE = "database"
    CLOCK = "clock"
    LOGIN = "login"
    WEB = "web"
    WORKER = "worker"
    LATE = "late"
    DEAD = "dead"
    DISK = "disk"
    QUARANTINE = "quarantine"
    JOB = "job"


IMMEDIATE = frozenset({AlertKind.CLOCK, AlertKind.LOGIN})
"""Kinds that are sent at once: they do not pass by themselves, or pass too fast to be confirmed."""


@dataclass(frozen=True)
class Alert:
    """A problem that somebody should look at."""

    kind: AlertKind
    text: str
    """What is wrong, as a German sentence."""
    advice: str
    """What to do next, as a German sentence."""
    about: str = ""
    """The name of the job, for alerts on jobs."""
    since: datetime.datetime | None = None
    """When it began, if that is known."""

    @property
    def key(self) -> str:
        """Identifies the alert as long as it lasts."""
        return f"{self.kind}:{self.about}" if self.about else str(self.kind)


def kind_of(key: str) -> AlertKind:
    """Return the kind of an alert by its key."""
    return AlertKind(key.partition(":")[0])


def missing_since(snapshot: HealthSnapshot, role: str) -> datetime.datetime | None:
    """Return the last heartbeat of a kind of process, if others went on without it."""
    process = snapshot.processes.get(role)
    if process is None or age(process.looked_at, snapshot.at) <= SILENCE:
        return None
    has_witness = any(
        age(other.looked_at, snapshot.at) <= SILENCE < age(other.since, snapshot.at)
        for other in snapshot.processes.values()
    )
    return process.looked_at if has_witness else None


def _neglected_since(snapshot: HealthSnapshot) -> datetime.datetime | None:
    since = snapshot.neglected_since
    if since and age(since, snapshot.at) > NEGLECTED:
        return min(since, snapshot.at)
    return None


def _late_since(snapshot: HealthSnapshot) -> datetime.datetime | None:
    oldest = snapshot.backlog.oldest
    return oldest if oldest and age(oldest, snapshot.at) > LATE else None


def _has_spike(snapshot: HealthSnapshot) -> bool:
    usual = SPIKE_FACTOR * snapshot.usually_quarantined
    return snapshot.quarantined >= max(MIN_SPIKE, usual)


Condition = Callable[[HealthSnapshot], datetime.datetime | str | bool | None]
"""Return when something began to be wrong, or whether it is wrong."""

RULES: tuple[tuple[AlertKind, str, Condition], ...] = (
    (AlertKind.CLOCK, "clock", lambda snapshot: snapshot.ahead),
    (AlertKind.LOGIN, "login", lambda snapshot: snapshot.login_refused),
    (AlertKind.WEB, "web", lambda snapshot: missing_since(snapshot, "web")),
    (AlertKind.WORKER, "neglected", _neglected_since),
    (AlertKind.WORKER, "worker", lambda s: not _neglected_since(s) and missing_since(s, "worker")),
    (AlertKind.LATE, "one-late", lambda s: s.backlog.pending == 1 and _late_since(s)),
    (AlertKind.LATE, "late", lambda s: s.backlog.pending > 1 and _late_since(s)),
    (AlertKind.DEAD, "one-dead", lambda snapshot: snapshot.backlog.dead == 1),
    (AlertKind.DEAD, "dead", lambda snapshot: snapshot.backlog.dead > 1),
    (AlertKind.DISK, "disk", lambda snapshot: snapshot.disk.part_free < MIN_FREE),
    (AlertKind.QUARANTINE, "quarantine", _has_spike),
)
"""Kind, message in ``alerts.toml``, and condition."""

_OTHERWISE = "„flask --app website doctor“ auf dem Server sagt, was zu tun ist."


def active_alerts(snapshot: HealthSnapshot) -> tuple[Alert, ...]:
    """Return all alerts for a snapshot."""
    return (*_by_rules(snapshot), *_of_jobs(snapshot))


def suppressed_kinds(snapshot: HealthSnapshot) -> frozenset[AlertKind]:
    """Return the kinds of alerts that a missing process may cause: one cause makes one alert.

    Neither the beginning nor the end of such alerts is sent.
    """
    is_settled = not any(
        missing_since(snapshot, process.role) or age(process.since, snapshot.at) < SETTLING
        for process in snapshot.processes.values()
    )
    return frozenset() if is_settled else frozenset({AlertKind.LATE, AlertKind.JOB})


def database_alert(reason: str) -> Alert:
    """Return the alert for a database that is unusable, so that there is no snapshot."""
    return _alert(AlertKind.DATABASE, "database", reason=reason)


def _by_rules(snapshot: HealthSnapshot) -> Iterator[Alert]:
    for kind, name, condition in RULES:
        if found := condition(snapshot):
            since = found if isinstance(found, datetime.datetime) else None
            yield _alert(kind, name, since, snapshot=snapshot, attempts=len(DELAYS))


def _alert(
    kind: AlertKind, name: str, since: datetime.datetime | None = None, **values: object
) -> Alert:
    message = toml_tables.beside(__file__, "alerts.toml")[name]
    text = message["text"].format(since=since and in_german(since), **values)
    return Alert(kind, text, message["advice"], since=since)


def _of_jobs(snapshot: HealthSnapshot) -> Iterator[Alert]:
    for job in snapshot.jobs.values():
        if job.error.startswith(IN_GERMAN):
            continue  # an alert of its own, see RULES
        row = jobs.TABLE.get(job.name, {})
        overdue = is_overdue(job, snapshot.at)
        if overdue or job.failures >= row.get("failures", math.inf):
            name = row.get("german", f"Die Aufgabe „{job.name}“")
            text = _job_message(name, job, overdue=overdue)
            yield Alert(AlertKind.JOB, text, row.get("advice", _OTHERWISE), job.name)


def is_overdue(job: JobRun, now: datetime.datetime) -> bool:
    """Return whether a job has not succeeded for longer than its patience."""
    since = job.succeeded_at or job.known_since
    return age(since, now).total_seconds() > job.patience


def _job_message(name: str, job: JobRun, *, overdue: bool) -> str:
    last = f"zuletzt am {in_german(job.succeeded_at)}" if job.succeeded_at else "noch nie"
    reason = f" Der letzte Versuch scheiterte: {job.error}" if job.error else ""
    state = "ist überfällig" if overdue else f"ist {job.failures}-mal gescheitert"
    return f"{name} {state}, gelungen ist das {last}.{reason}"


@dataclass
class AlertState:
    """The records of all alerts at one moment."""

    records: list[AlertRecord]
    now: datetime.datetime

    def update(
        self, found: Iterable[Alert], suppressed: Collection[AlertKind] = ()
    ) -> tuple[list[AlertRecord], list[AlertRecord]]:
        """Apply what a check has found.

        :param suppressed: kinds that are not judged now, and so remain unchanged.
        :returns: new records, and those to be deleted.
        """
        known = {record.key: record for record in self.records}
        alerts = {alert.key: alert for alert in found}
        new = [
            AlertRecord(key=alert.key, since=self.now)
            for alert in alerts.values()
            if alert.key not in known
        ]
        self.records += new
        for record in self.records:
            if alert := alerts.get(record.key):
                self._activate(record)
                if self._may_change(record):
                    record.text, record.advice = alert.text, alert.advice
            elif record.over_since is None and kind_of(record.key) not in suppressed:
                record.over_since = self.now
        gone = [record for record in self.records if self._is_obsolete(record)]
        self.records = [record for record in self.records if record not in gone]
        return new, gone

    def claim(self) -> list[AlertRecord]:
        """Lease the alerts that are due, so that no other process sends them meanwhile."""
        due = [record for record in self.records if self._is_due(record)]
        for record in due:
            record.leased_until = self.now + LEASE
        return due

    def mark_sent(self, claimed: Iterable[AlertRecord]) -> None:
        """Record that alerts were sent, as they were when claimed."""
        was_active = {record.key: record.over_since is None for record in claimed}
        for record in self.records:
            if record.key in was_active:
                record.leased_until = None
                if was_active[record.key]:
                    record.told_at = self.now
                else:
                    record.cleared_at = self.now

    def _activate(self, record: AlertRecord) -> None:
        if record.cleared_at:  # it has come back
            record.since, record.told_at, record.cleared_at = self.now, None, None
        record.over_since = None

    def _may_change(self, record: AlertRecord) -> bool:
        """Return whether its text may change; the all-clear quotes the last one that was sent."""
        return record.told_at is None or self._age(record.told_at) >= REPEAT_AFTER

    def _is_due(self, record: AlertRecord) -> bool:
        if self._is_leased(record):
            return False
        if record.over_since is None:
            return self._may_change(record) and (
                kind_of(record.key) in IMMEDIATE or self._age(record.since) >= CONFIRM_AFTER
            )
        return record.cleared_at is None and self._age(record.over_since) >= CONFIRM_AFTER

    def _age(self, moment: datetime.datetime) -> datetime.timedelta:
        return age(moment, self.now)

    def _is_leased(self, record: AlertRecord) -> bool:
        return leases.is_taken(record, self.now, LEASE)

    def _is_obsolete(self, record: AlertRecord) -> bool:
        if record.over_since is None or self._is_leased(record):
            return False
        if record.told_at is None:
            return True  # it passed before it was sent
        return record.cleared_at is not None and self._age(record.cleared_at) > KEPT


def message(records: Sequence[AlertRecord], site: str) -> tuple[str, str]:
    """Return subject and text, in German, of one message on several alerts.

    :param site: host name of the website.
    """
    active = [record for record in records if record.over_since is None]
    resolved = [record for record in records if record.over_since is not None]
    subject = f"{site}: {_summary(len(active), len(resolved))}"
    text = templates.render(
        "mail/alert.txt",
        subject=subject,
        active=active,
        resolved=resolved,
        duration=spelled_duration,
        in_german=in_german,
    )
    return subject, text


def _summary(active: int, resolved: int) -> str:
    if not active:
        return "Behoben" if resolved == 1 else f"{resolved} Störungen behoben"
    news = "Störung" if active == 1 else f"{active} Störungen"
    return f"{news}, {resolved} behoben" if resolved else news
