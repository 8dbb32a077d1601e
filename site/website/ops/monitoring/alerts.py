"""What is not as it should be, by which limit, in German words for those who mend it."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from website.infra.clock import in_german
from website.infra.mail_transport import IN_GERMAN
from website.infra.moments import age
from website.leads.outbox import DELAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.ops.monitoring.health_snapshot import HealthSnapshot
    from website.ops.monitoring.models import JobRun

LATE = datetime.timedelta(minutes=15)
"""How old a delivery may become."""
NEGLECTED = datetime.timedelta(minutes=5)
"""How long a due delivery may wait for its attempt before nobody can be delivering."""
ABSENT = datetime.timedelta(minutes=3)
"""How long a process that looks every minute may not have looked before it must be gone."""
SETTLING = datetime.timedelta(minutes=7)
"""After a process has come back: longer than a job that failed waits, and then takes."""
OFTEN = {"canary": 2, "pages": 2}
"""Failures in a row, by name of the job, after which nobody waits until it is overdue: a second one
is no passing disturbance any more."""
LEAST_FREE = 0.1
"""Part of the disk."""
SPIKE = 3.0
"""Times as many suspected leads in a day as usual."""
LEAST_SPIKE = 20
"""Suspected leads in a day below which nobody is troubled."""


class AlertKind(StrEnum):
    """What a alert is about; an alarm is given once for each."""

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


AT_ONCE = frozenset({AlertKind.CLOCK, AlertKind.LOGIN})
"""What is told when it is seen for the first time: it does not pass by itself, or mends itself so
fast that nobody would hear of it."""


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

    @property
    def key(self) -> str:
        """Name it, the same as long as it lasts."""
        return f"{self.kind}:{self.about}" if self.about else str(self.kind)


def kind_of(key: str) -> AlertKind:
    """Tell what the key of a alert is about."""
    return AlertKind(key.partition(":")[0])


def active_alerts(snapshot: HealthSnapshot) -> tuple[Alert, ...]:
    """Judge what was seen; nothing if all is well."""
    found = (_clock, _login, _web, _worker, _late, _dead, _disk, _quarantine, _jobs)
    return tuple(alert for judge in found for alert in judge(snapshot))


def suppressed_kinds(snapshot: HealthSnapshot) -> frozenset[AlertKind]:
    """Name what may follow from another alert, so that nobody is told: one cause, one alarm.

    Neither that it stands is told then, nor that it is over.
    """
    return frozenset() if _is_settled(snapshot) else frozenset({AlertKind.LATE, AlertKind.JOB})


def database_alert(reason: str) -> Alert:
    """Say that nothing could be seen, because the database cannot be used."""
    return Alert(
        AlertKind.DATABASE,
        f"Die Datenbank ist nicht zu benutzen ({reason}): Anfragen werden nicht angenommen.",
        "„flask --app website doctor“ auf dem Server sagt, woran es liegt.",
    )


def missing_since(snapshot: HealthSnapshot, role: str) -> datetime.datetime | None:
    """Tell since when a kind of process has not looked, though another has gone on doing so."""
    watcher = snapshot.watchers.get(role)
    if watcher is None or age(watcher.looked_at, snapshot.at) <= ABSENT:
        return None
    someone_looks = any(
        age(other.looked_at, snapshot.at) <= ABSENT < age(other.since, snapshot.at)
        for other in snapshot.watchers.values()
    )
    return watcher.looked_at if someone_looks else None


def _is_settled(snapshot: HealthSnapshot) -> bool:
    """Whether every process is there, and had time to do what was left undone."""
    return not any(
        missing_since(snapshot, watcher.role) or age(watcher.since, snapshot.at) < SETTLING
        for watcher in snapshot.watchers.values()
    )


def _clock(snapshot: HealthSnapshot) -> Iterator[Alert]:
    if snapshot.ahead:
        yield Alert(
            AlertKind.CLOCK,
            f"Die Uhr des Servers ging vor, oder geht jetzt nach: Gespeichert sind Zeiten bis "
            f"{in_german(snapshot.ahead)}.",
            "Fälliges wird jetzt nachgeholt. Prüfen Sie mit „timedatectl“, ob die Uhr stimmt. "
            "Eingangszeiten von Anfragen aus der Zeit, in der sie falsch ging, stimmen nicht.",
        )


def _login(snapshot: HealthSnapshot) -> Iterator[Alert]:
    if snapshot.login_refused:
        yield Alert(
            AlertKind.LOGIN,
            f"{IN_GERMAN} ({snapshot.login_refused}): Niemand erfährt von Anfragen.",
            "Berichtigen Sie Benutzer und Passwort in WEBSITE_SMTP_URL und starten Sie das "
            "Programm neu. „flask --app website leads redeliver --pending“ sendet, was wartet.",
        )


def _web(snapshot: HealthSnapshot) -> Iterator[Alert]:
    if since := missing_since(snapshot, "web"):
        yield Alert(
            AlertKind.WEB,
            f"Seit {in_german(since)} läuft das Programm nicht, das Anfragen annimmt: Wer das "
            "Formular absendet, sieht eine Fehlermeldung.",
            "Starten Sie „flask --app website serve“ neu. Warum es endete, steht in seinem "
            "Protokoll.",
        )


def _worker(snapshot: HealthSnapshot) -> Iterator[Alert]:
    since = snapshot.neglected_since
    if since and age(since, snapshot.at) > NEGLECTED:
        told = in_german(min(since, snapshot.at))
        yield Alert(AlertKind.WORKER, f"Seit {told} {_NEGLECTED}", _START_WORKER)
    elif since := missing_since(snapshot, "worker"):
        yield Alert(AlertKind.WORKER, f"Seit {in_german(since)} {_NO_WORKER}", _START_WORKER)


def _late(snapshot: HealthSnapshot) -> Iterator[Alert]:
    oldest = snapshot.backlog.oldest
    if oldest and age(oldest, snapshot.at) > LATE:
        yield Alert(
            AlertKind.LATE,
            f"Eine Nachricht wartet auf Zustellung, seit {in_german(oldest)}."
            if snapshot.backlog.pending == 1
            else f"{snapshot.backlog.pending} Nachrichten warten auf Zustellung, die älteste seit "
            f"{in_german(oldest)}.",
            "Die Anfragen stehen im Posteingang. „flask --app website leads deliveries "
            "--state pending“ nennt den Fehler, „flask --app website doctor“ prüft den Mailserver.",
        )


def _dead(snapshot: HealthSnapshot) -> Iterator[Alert]:
    if snapshot.backlog.dead:
        yield Alert(
            AlertKind.DEAD,
            f"Eine Nachricht wurde nach {len(DELAYS)} Versuchen aufgegeben."
            if snapshot.backlog.dead == 1
            else f"{snapshot.backlog.dead} Nachrichten wurden nach {len(DELAYS)} Versuchen "
            "aufgegeben.",
            "Die Anfragen stehen im Posteingang. Beheben Sie die Ursache; „flask --app website "
            "leads redeliver --dead“ sendet die Nachrichten noch einmal.",
        )


def _disk(snapshot: HealthSnapshot) -> Iterator[Alert]:
    if snapshot.disk.part_free < LEAST_FREE:
        yield Alert(
            AlertKind.DISK,
            f"Auf der Festplatte sind nur noch {snapshot.disk.free // 1024**2} MB frei "
            f"({snapshot.disk.part_free:.0%}).",
            "Schaffen Sie Platz: Ist die Platte voll, werden keine Anfragen mehr angenommen.",
        )


def _quarantine(snapshot: HealthSnapshot) -> Iterator[Alert]:
    if snapshot.quarantined >= max(LEAST_SPIKE, SPIKE * snapshot.usually_quarantined):
        yield Alert(
            AlertKind.QUARANTINE,
            f"In 24 Stunden kamen {snapshot.quarantined} Anfragen in die Quarantäne, üblich sind "
            f"{round(snapshot.usually_quarantined)} am Tag.",
            "Sehen Sie die Quarantäne im Posteingang durch: Sind echte Anfragen darunter?",
        )


def _jobs(snapshot: HealthSnapshot) -> Iterator[Alert]:
    for job in snapshot.jobs.values():
        if job.error.startswith(IN_GERMAN):
            continue  # told as what it is
        overdue = is_overdue(job, snapshot.at)
        if overdue or job.failures >= OFTEN.get(job.name, math.inf):
            told, advice = _told(job, overdue=overdue), _ADVICE.get(job.name, _OTHERWISE)
            yield Alert(AlertKind.JOB, told, advice, job.name)


def is_overdue(job: JobRun, now: datetime.datetime) -> bool:
    """Say whether a job has not succeeded for longer than one need not worry."""
    since = job.succeeded_at or job.known_since
    return age(since, now).total_seconds() > job.patience


def _told(job: JobRun, *, overdue: bool) -> str:
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
    "observe": "Das Messen für die Betriebsseite",
}
"""What the jobs are called, by name."""
_NEGLECTED = "versucht niemand, fällige Nachrichten zuzustellen."
_NO_WORKER = "läuft das Programm nicht, das Anfragen zustellt: Niemand erfährt von ihnen."
_START_WORKER = (
    "Prüfen Sie, ob „flask --app website deliver --forever“ läuft, und starten Sie es neu."
)
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
