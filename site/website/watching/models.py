"""What is kept for watching over the website: no word of any lead."""

from __future__ import annotations

import datetime  # noqa: TC003 - SQLAlchemy reads the annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from website.leads.models import Base


class JobRun(Base):
    """How one job of the worker last went; one row for each job, shared by all machines."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    known_since: Mapped[datetime.datetime]
    patience: Mapped[int]
    """Seconds after the last success from which on something must be wrong."""
    started_at: Mapped[datetime.datetime | None]
    leased_until: Mapped[datetime.datetime | None]
    """Until then one process has it; if that one dies, another takes over afterwards."""
    succeeded_at: Mapped[datetime.datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    """What the last success brought, in counts."""
    failed_at: Mapped[datetime.datetime | None]
    error: Mapped[str] = mapped_column(default="")
    """Why it failed since the last success; empty if it did not. Holds no personal data."""
