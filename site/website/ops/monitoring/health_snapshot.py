"""Health snapshot: backlog, jobs, processes and disk at one moment."""

import datetime
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from website.infra import clock_skew, german
from website.infra.database import Database
from website.infra.mail_transport import IN_GERMAN, LOGIN_REFUSED
from website.leads.deliveries import Backlog, Deliveries
from website.leads.models import Delivery, DeliveryState, Lead
from website.ops.monitoring.models import JobRun, ProcessStatus

DAY = datetime.timedelta(days=1)
USUAL_DAYS = 28
"""Days before the last one, over which the usual numbers are averaged."""


@dataclass(frozen=True)
class Disk:
    """Space on the disk of the instance folder."""

    free: int
    """Bytes."""
    total: int

    @property
    def in_german(self) -> str:
        """Free and total space, like „79 GB von 270 GB“."""
        return f"{german.size(self.free)} von {german.size(self.total)}"

    @property
    def part_free(self) -> float:
        """Free part, from 0 to 1."""
        return self.free / self.total


@dataclass(frozen=True, kw_only=True)
class HealthSnapshot:
    """The state at one moment, in counts and timestamps only."""

    at: datetime.datetime
    backlog: Backlog
    neglected_since: datetime.datetime | None
    """Since when the oldest due delivery has been waiting for an attempt."""
    received: int
    """Leads of the last 24 hours, including those in quarantine."""
    quarantined: int
    """Those of them that were suspected."""
    usually_quarantined: float
    """Suspected leads per day in the four weeks before."""
    jobs: Mapping[str, JobRun]
    processes: Mapping[str, ProcessStatus]
    """Heartbeats, by kind of process."""
    disk: Disk
    login_refused: str = ""
    """The code by which a mail server refuses our password; empty if none does."""
    ahead: datetime.datetime | None = None
    """The latest timestamp that only a clock running ahead can have written."""


def take_snapshot(
    database: Database,
    folder: Path,
    now: datetime.datetime,
    *,
    seen: datetime.datetime | None = None,
) -> HealthSnapshot:
    """Return the current state.

    :param folder: any folder on the disk whose free space is of interest.
    :param seen: the last heartbeat of the process that asks.
    :raises StorageError: if the database cannot be used.
    """
    deliveries = Deliveries(database, clock=lambda: now)
    with database.reading() as session:
        received = select(func.count()).where(Lead.received_at > now - DAY, Lead.received_at <= now)
        before = select(func.count()).where(
            Lead.received_at > now - (USUAL_DAYS + 1) * DAY,
            Lead.received_at <= now - DAY,
            Lead.quarantined,
        )
        owed = select(func.max(Delivery.created_at)).where(Delivery.state == DeliveryState.PENDING)
        jobs = session.scalars(select(JobRun)).all()
        processes = session.scalars(select(ProcessStatus)).all()
        moments = [seen, *_moments(jobs, processes), session.scalar(owed)]
        ahead = [at for at in moments if at and clock_skew.is_ahead(at, now)]
        return HealthSnapshot(
            at=now,
            backlog=deliveries.backlog(),
            neglected_since=deliveries.neglected_since(),
            received=session.scalar(received) or 0,
            quarantined=session.scalar(received.where(Lead.quarantined)) or 0,
            usually_quarantined=(session.scalar(before) or 0) / USUAL_DAYS,
            jobs={row.name: row for row in jobs},
            processes={row.role: row for row in processes},
            disk=disk(folder),
            login_refused=_login_refused(session, jobs),
            ahead=max(ahead, default=None),
        )


def _login_refused(session: Session, jobs: Iterable[JobRun]) -> str:
    for job in jobs:
        if job.error.startswith(IN_GERMAN):
            return job.error.rpartition(": ")[2]
    query = select(Delivery.last_error).where(
        Delivery.state == DeliveryState.PENDING, Delivery.last_error.startswith(LOGIN_REFUSED)
    )
    return (session.scalar(query.limit(1)) or "").removeprefix(LOGIN_REFUSED)


def _moments(
    jobs: Iterable[JobRun], processes: Iterable[ProcessStatus]
) -> Iterator[datetime.datetime | None]:
    for job in jobs:
        yield from (job.known_since, job.started_at, job.succeeded_at, job.failed_at)
    for process in processes:
        yield from (process.since, process.looked_at)


def disk(folder: Path) -> Disk:
    """Return the space on a folder's disk; a folder that does not exist counts as its parent."""
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return Disk(usage.free, usage.total)
