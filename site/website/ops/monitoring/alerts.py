"""Alerts: what is wrong by which limit, what to do about it, in German for those who fix it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from website.infra.clock import in_german
from website.infra.clock_skew import age
from website.infra.mail_transport import IN_GERMAN
from website.leads.outbox import DELAYS
from website.ops.monitoring.health_snapshot import HealthSnapshot
from website.ops.monitoring.models import JobRun

LATE = datetime.timedelta(minutes=15)
"""How old a delivery may become."""
NEGLECTED = datetime.timedelta(minutes=5)
"""How long a due delivery may wait for its attempt before nobody can be delivering."""
SILENCE = datetime.timedelta(minutes=3)
"""How long a process may go without a heartbeat before it must be gone."""
SETTLING = datetime.timedelta(minutes=7)
"""After a process has come back: longer than a failed job waits, and then takes."""
FAILURE_LIMITS = {"canary": 2, "pages": 2}
"""Failures in a row, by name of the job, after which nobody waits until it is overdue: the second
is no passing disturbance any more."""
MIN_FREE = 0.1
"""Part of the disk."""
SPIKE_FACTOR = 3.0
"""Times as many suspected leads in a day as usual."""
MIN_SPIKE = 20
"""Suspected leads in a day below which nobody is alerted."""


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
"""What is sent when it is seen for the first time: it does not pass by itself, or so fast that
nobody would hear of it."""


@dataclass(frozen=True)
class Alert:
    """One thing that somebody should look at."""

    kind: AlertKind
    text: str
    """What is wrong, as a German sentence."""
    advice: str
    """What to do next, as a German sentence."""
    about: str = ""
    """Which of several, where a kind has several: the name of a job."""
    since: datetime.datetime | None = None
    """Since when, where that is known."""

    @property
    def key(self) -> str:
        """The same as long as the condition lasts."""
        return f"{self.kind}:{self.about}" if self.about else str(self.kind)


def kind_of(key: str) -> AlertKind:
    """Return the kind of the alert with a key."""
    return AlertKind(key.partition(":")[0])


def missing_since(snapshot: HealthSnapshot, role: str) -> datetime.datetime | None:
    """Return when the last heartbeat of a kind of process was, if others went on without it."""
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


def _worker_missing_since(snapshot: HealthSnapshot) -> datetime.datetime | None:
    return None if _neglected_since(snapshot) else missing_since(snapshot, "worker")


def _late_since(snapshot: HealthSnapshot) -> datetime.datetime | None:
    oldest = snapshot.backlog.oldest
    return oldest if oldest and age(oldest, snapshot.at) > LATE else None


def _has_spike(snapshot: HealthSnapshot) -> bool:
    usual = SPIKE_FACTOR * snapshot.usually_quarantined
    return snapshot.quarantined >= max(MIN_SPIKE, usual)


@dataclass(frozen=True)
class Rule:
    """One condition, and what is reported while it holds."""

    kind: AlertKind
    condition: Callable[[HealthSnapshot], datetime.datetime | str | bool | None]
    """Return since when it has held, or whether it does."""
    message: str
    """May use ``{since}``, ``{snapshot}`` and ``{attempts}``."""
    next_step: str


_START_WORKER = (
    "Prüfen Sie, ob „flask --app website deliver --forever“ läuft, und starten Sie es neu."
)
_FIND_ERROR = (
    "Die Anfragen stehen im Posteingang. „flask --app website leads deliveries --state pending“ "
    "nennt den Fehler, „flask --app website doctor“ prüft den Mailserver."
)
_SEND_AGAIN = (
    "Die Anfragen stehen im Posteingang. Beheben Sie die Ursache; „flask --app website leads "
    "redeliver --dead“ sendet die Nachrichten noch einmal."
)

RULES = (
    Rule(
        AlertKind.CLOCK,
        lambda snapshot: snapshot.ahead,
        "Die Uhr des Servers ging vor, oder geht jetzt nach: Gespeichert sind Zeiten bis {since}.",
        "Fälliges wird jetzt nachgeholt. Prüfen Sie mit „timedatectl“, ob die Uhr stimmt. "
        "Eingangszeiten von Anfragen aus der Zeit, in der sie falsch ging, stimmen nicht.",
    ),
    Rule(
        AlertKind.LOGIN,
        lambda snapshot: snapshot.login_refused,
        IN_GERMAN + " ({snapshot.login_refused}): Niemand erfährt von Anfragen.",
        "Berichtigen Sie Benutzer und Passwort in WEBSITE_SMTP_URL und starten Sie das Programm "
        "neu. „flask --app website leads redeliver --pending“ sendet, was wartet.",
    ),
    Rule(
        AlertKind.WEB,
        lambda snapshot: missing_since(snapshot, "web"),
        "Seit {since} läuft das Programm nicht, das Anfragen annimmt: Wer das Formular absendet, "
        "sieht eine Fehlermeldung.",
        "Starten Sie „flask --app website serve“ neu. Warum es endete, steht in seinem Protokoll.",
    ),
    Rule(
        AlertKind.WORKER,
        _neglected_since,
        "Seit {since} versucht niemand, fällige Nachrichten zuzustellen.",
        _START_WORKER,
    ),
    Rule(
        AlertKind.WORKER,
        _worker_missing_since,
        "Seit {since} läuft das Programm nicht, das Anfragen zustellt: Niemand erfährt von ihnen.",
        _START_WORKER,
    ),
    Rule(
        AlertKind.LATE,
        lambda snapshot: snapshot.backlog.pending == 1 and _late_since(snapshot),
        "Eine Nachricht wartet auf Zustellung, seit {since}.",
        _FIND_ERROR,
    ),
    Rule(
        AlertKind.LATE,
        lambda snapshot: snapshot.backlog.pending > 1 and _late_since(snapshot),
        "{snapshot.backlog.pending} Nachrichten warten auf Zustellung, die älteste seit {since}.",
        _FIND_ERROR,
    ),
    Rule(
        AlertKind.DEAD,
        lambda snapshot: snapshot.backlog.dead == 1,
        "Eine Nachricht war nach {attempts} Versuchen nicht zustellbar.",
        _SEND_AGAIN,
    ),
    Rule(
        AlertKind.DEAD,
        lambda snapshot: snapshot.backlog.dead > 1,
        "{snapshot.backlog.dead} Nachrichten waren nach {attempts} Versuchen nicht zustellbar.",
        _SEND_AGAIN,
    ),
    Rule(
        AlertKind.DISK,
        lambda snapshot: snapshot.disk.part_free < MIN_FREE,
        "Auf der Festplatte sind nur noch {snapshot.disk.megabytes_free} MB frei "
        "({snapshot.disk.part_free:.0%}).",
        "Schaffen Sie Platz: Ist die Platte voll, werden keine Anfragen mehr angenommen.",
    ),
    Rule(
        AlertKind.QUARANTINE,
        _has_spike,
        "In 24 Stunden kamen {snapshot.quarantined} Anfragen in die Quarantäne, üblich sind "
        "{snapshot.usually_quarantined:.0f} am Tag.",
        "Sehen Sie die Quarantäne im Posteingang durch: Sind echte Anfragen darunter?",
    ),
)


def active_alerts(snapshot: HealthSnapshot) -> tuple[Alert, ...]:
    """Return what is wrong by a snapshot; nothing if all is well."""
    return (*_by_rules(snapshot), *_of_jobs(snapshot))


def suppressed_kinds(snapshot: HealthSnapshot) -> frozenset[AlertKind]:
    """Return what may follow from a missing process, so that one cause makes one alert.

    Neither the beginning nor the end of such alerts is sent.
    """
    is_settled = not any(
        missing_since(snapshot, process.role) or age(process.since, snapshot.at) < SETTLING
        for process in snapshot.processes.values()
    )
    return frozenset() if is_settled else frozenset({AlertKind.LATE, AlertKind.JOB})


def database_alert(reason: str) -> Alert:
    """Return the alert for a database that cannot be used, so that there is no snapshot."""
    return Alert(
        AlertKind.DATABASE,
        f"Die Datenbank ist nicht zu benutzen ({reason}): Anfragen werden nicht angenommen.",
        "„flask --app website doctor“ auf dem Server sagt, woran es liegt.",
    )


def _by_rules(snapshot: HealthSnapshot) -> Iterator[Alert]:
    for rule in RULES:
        if found := rule.condition(snapshot):
            since = found if isinstance(found, datetime.datetime) else None
            text = rule.message.format(
                snapshot=snapshot, since=since and in_german(since), attempts=len(DELAYS)
            )
            yield Alert(rule.kind, text, rule.next_step, since=since)


def _of_jobs(snapshot: HealthSnapshot) -> Iterator[Alert]:
    for job in snapshot.jobs.values():
        if job.error.startswith(IN_GERMAN):
            continue  # an alert of its own, see RULES
        overdue = is_overdue(job, snapshot.at)
        if overdue or job.failures >= FAILURE_LIMITS.get(job.name, math.inf):
            text = _job_message(job, overdue=overdue)
            yield Alert(AlertKind.JOB, text, _ADVICE.get(job.name, _OTHERWISE), job.name)


def is_overdue(job: JobRun, now: datetime.datetime) -> bool:
    """Return whether a job has not succeeded for longer than its patience."""
    since = job.succeeded_at or job.known_since
    return age(since, now).total_seconds() > job.patience


def _job_message(job: JobRun, *, overdue: bool) -> str:
    name = JOBS.get(job.name, f"Die Aufgabe „{job.name}“")
    last = f"zuletzt am {in_german(job.succeeded_at)}" if job.succeeded_at else "noch nie"
    reason = f" Der letzte Versuch scheiterte: {job.error}" if job.error else ""
    state = "ist überfällig" if overdue else f"ist {job.failures}-mal gescheitert"
    return f"{name} {state}, gelungen ist das {last}.{reason}"


JOBS = {
    "tidy": "Das Löschen abgelaufener Prüfsummen",
    "purge": "Das Löschen alter Anfragen",
    "replaced": "Das Löschen ersetzter Datenbanken",
    "vacuum": "Das Aufräumen der Datenbank",
    "backup": "Die Sicherung",
    "canary": "Die Probeanfrage über die Website",
    "clock": "Der Vergleich der Uhr mit der anderer Rechner",
    "weekly": "Der Wochenbericht",
    "pages": "Das Veröffentlichen geplanter Artikel",
    "exchange": "Der Austausch der Texte mit den Entwicklern",
    "links": "Das Prüfen der Links auf andere Websites",
    "editors": "Das Senden der Mails an die Redaktion",
    "observe": "Das Messen für die Betriebsseite",
}
"""German names of the jobs."""
_ADVICE = {
    "canary": (
        "Rufen Sie die Kontaktseite auf und senden Sie selbst eine Anfrage; "
        "„flask --app website canary“ zeigt, wie weit die Probeanfrage kommt."
    ),
    "clock": "Lassen Sie alle Rechner ihre Uhr aus dem Netz stellen: „timedatectl set-ntp true“.",
    "backup": "„flask --app website backup“ auf dem Server sagt, woran es liegt.",
    "pages": (
        "Die bisherige Website bleibt online. „flask --app website check“ auf dem Server nennt "
        "alle Fehler; danach veröffentlicht „freeze.py --release“ neu."
    ),
}
_OTHERWISE = "„flask --app website doctor“ auf dem Server sagt, was zu tun ist."
