"""What is kept for watching over the website: no word of any lead."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from website.leads.models import Base


class JobRun(Base):
    """How one job of the worker last went; one row for each job, shared by all machines."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    known_since: Mapped[datetime.datetime]
    patience: Mapped[int]
    """Seconds after the last success from which on something must be wrong."""
    every: Mapped[int] = mapped_column(default=0, server_default="0")
    """Seconds from start to start."""
    started_at: Mapped[datetime.datetime | None]
    leased_until: Mapped[datetime.datetime | None]
    """Until then one process has it; if that one dies, another takes over afterwards."""
    succeeded_at: Mapped[datetime.datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    """What the last success brought, in counts."""
    failed_at: Mapped[datetime.datetime | None]
    error: Mapped[str] = mapped_column(default="")
    """Why it failed since the last success; empty if it did not. Holds no personal data."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often in a row it has failed since then."""


class Alarm(Base):
    """A alert that stands, or that has been told and is over; kept for a while then."""

    __tablename__ = "alarms"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    text: Mapped[str]
    advice: Mapped[str]
    since: Mapped[datetime.datetime]
    told_at: Mapped[datetime.datetime | None]
    """When somebody was last told."""
    over_since: Mapped[datetime.datetime | None]
    cleared_at: Mapped[datetime.datetime | None]
    """When somebody was told that it is over."""
    leased_until: Mapped[datetime.datetime | None]
    """Until then one process tells of it, or nobody does after a failure."""

    @property
    def lasted(self) -> datetime.timedelta:
        """How long it stood, once it is over."""
        return max((self.over_since or self.since) - self.since, datetime.timedelta())


class ProcessStatus(Base):
    """When a kind of process last looked after everything; one row for all of that kind."""

    __tablename__ = "watchers"

    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime.datetime]
    """Since when it has looked without a longer break."""
    looked_at: Mapped[datetime.datetime]


class HealthSample(Base):
    """What was known at one moment, in counts, bytes and seconds."""

    __tablename__ = "observations"

    at: Mapped[datetime.datetime] = mapped_column(primary_key=True)
    pending: Mapped[int]
    dead: Mapped[int]
    oldest: Mapped[int | None]
    """Age in seconds of the delivery that waited longest."""
    received: Mapped[int]
    """Leads of the 24 hours before, those in quarantine included."""
    quarantined: Mapped[int]
    disk_free: Mapped[int] = mapped_column(BigInteger)
    """Bytes, on the machine that looked."""
    disk_size: Mapped[int] = mapped_column(BigInteger)
    canary: Mapped[int | None]
    """Seconds since the canary last came through; nothing if it never did."""
    response_median: Mapped[int | None]
    """Seconds until half the answered leads of the last seven days were answered."""
    response_tail: Mapped[int | None]
    """Seconds until nine of ten were."""
