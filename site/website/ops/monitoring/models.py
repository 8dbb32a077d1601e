"""Database tables of monitoring; they contain no personal data."""

import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from website.leads.models import Base


class JobRun(Base):
    """The last run of a scheduled job; one row for each job, shared by all machines."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    known_since: Mapped[datetime.datetime]
    patience: Mapped[int]
    """Seconds after the last success until it counts as overdue."""
    every: Mapped[int] = mapped_column(default=0, server_default="0")
    """Seconds from start to start."""
    started_at: Mapped[datetime.datetime | None]
    leased_until: Mapped[datetime.datetime | None]
    """Until then one process is running it; if that dies, another takes over afterwards."""
    succeeded_at: Mapped[datetime.datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    """What the last successful run did, in counts."""
    failed_at: Mapped[datetime.datetime | None]
    error: Mapped[str] = mapped_column(default="")
    """Why the last run failed; empty if it did not. Contains no personal data."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """Failures in a row since the last success."""


class AlertRecord(Base):
    """An alert that is active, or was sent and is resolved; kept for some days then."""

    __tablename__ = "alarms"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    text: Mapped[str]
    advice: Mapped[str]
    since: Mapped[datetime.datetime]
    told_at: Mapped[datetime.datetime | None]
    """When the alert was last sent."""
    over_since: Mapped[datetime.datetime | None]
    cleared_at: Mapped[datetime.datetime | None]
    """When the all-clear was sent."""
    leased_until: Mapped[datetime.datetime | None]
    """Until then one process is sending it, or nobody after a failure."""

    @property
    def lasted(self) -> datetime.timedelta:
        """How long it was active, once it is resolved."""
        return max((self.over_since or self.since) - self.since, datetime.timedelta())


class ProcessStatus(Base):
    """The heartbeat of a kind of process; one row for all of that kind."""

    __tablename__ = "watchers"

    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime.datetime]
    """Start of the current series of heartbeats without a gap."""
    looked_at: Mapped[datetime.datetime]


class HealthSample(Base):
    """A sample of the website's health, in bytes and seconds."""

    __tablename__ = "observations"

    at: Mapped[datetime.datetime] = mapped_column(primary_key=True)
    oldest: Mapped[int | None]
    """Age in seconds of the oldest pending delivery."""
    disk_free: Mapped[int] = mapped_column(BigInteger)
    """Bytes, on the machine that took the sample."""
    disk_size: Mapped[int] = mapped_column(BigInteger)
    response_median: Mapped[int | None]
    """Seconds within which half the answered leads of the last seven days were answered."""
    response_tail: Mapped[int | None]
    """Seconds within which nine of ten were."""
