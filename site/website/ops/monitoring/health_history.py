"""Health history: samples taken every few minutes, kept for a month, and summarised by day."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.orm import Session

from website.infra import clock_skew
from website.infra.clock import german_day, midnight
from website.infra.database import Database
from website.leads.models import Lead
from website.leads.statistics import Responses, responses_between
from website.ops.monitoring.health_snapshot import DAY, take_snapshot
from website.ops.monitoring.models import HealthSample

KEPT = 31 * DAY
SHOWN = 30
"""Days, including today."""
RESPONSES_OF = 7 * DAY
"""Period for response times: a single day has too few leads."""


@dataclass(frozen=True, kw_only=True)
class HealthDay:
    """The summary of one day in Germany. Values without a sample are None."""

    date: datetime.date
    is_over: bool
    received: int
    """Leads, including those in quarantine."""
    quarantined: int
    """Those of them that are still suspected."""
    has_samples: bool = False
    oldest: datetime.timedelta | None = None
    """The longest wait of a delivery in any sample; None if none waited."""
    median: datetime.timedelta | None = None
    """Time to the first response at the end of the day, over the seven days before."""
    tail: datetime.timedelta | None = None
    disk_free: float | None = None
    """Free part of the disk at the end of the day."""

    @property
    def accepted(self) -> int:
        """Leads, excluding those in quarantine."""
        return self.received - self.quarantined

    @property
    def quarantined_part(self) -> float:
        """Part of the leads that is still suspected."""
        return self.quarantined / self.received if self.received else 0.0


def record_sample(database: Database, folder: Path, now: datetime.datetime) -> str:
    """Store a sample, delete old ones, and return a summary for the log.

    :param folder: any folder on the disk whose free space is recorded.
    :raises StorageError: if the database cannot be used.
    """
    snapshot = take_snapshot(database, folder, now)
    responses = recent_responses(database, now)
    sample = HealthSample(
        at=now,
        oldest=_seconds(_since(snapshot.backlog.oldest, now)),
        disk_free=snapshot.disk.free,
        disk_size=snapshot.disk.total,
        response_median=_seconds(responses.median),
        response_tail=_seconds(responses.nine_of_ten),
    )
    with database.writing() as session:
        session.merge(sample)
        old = delete(HealthSample).where(
            or_(HealthSample.at < now - KEPT, HealthSample.at > now + clock_skew.SKEW)
        )
        forgotten = session.execute(old.returning(HealthSample.at)).all()
    return f"1 kept, {len(forgotten)} forgotten"


def recent_responses(database: Database, now: datetime.datetime) -> Responses:
    """Return the response times of the last days."""
    with database.reading() as session:
        return responses_between(session, now - RESPONSES_OF, now)


def days(database: Database, now: datetime.datetime) -> tuple[HealthDay, ...]:
    """Return the last thirty days, the oldest first.

    :raises StorageError: if the database cannot be used.
    """
    today = german_day(now)
    dates = [today - DAY * back for back in reversed(range(SHOWN))]
    with database.reading() as session:
        query = select(HealthSample).where(HealthSample.at >= midnight(dates[0]))
        found: dict[datetime.date, list[HealthSample]] = {date: [] for date in dates}
        for each in session.scalars(query.order_by(HealthSample.at)):
            found.setdefault(german_day(each.at), []).append(each)
        return tuple(_day(session, date, found[date], is_over=date < today) for date in dates)


def _day(
    session: Session, date: datetime.date, samples: Sequence[HealthSample], *, is_over: bool
) -> HealthDay:
    # One search of the index for each day, because no database knows German days.
    suspected = func.count(case((Lead.quarantined, 1)))
    received, quarantined = session.execute(
        select(func.count(), suspected).where(
            Lead.received_at >= midnight(date), Lead.received_at < midnight(date + DAY)
        )
    ).one()
    day = HealthDay(date=date, is_over=is_over, received=received, quarantined=quarantined)
    if not samples:
        return day
    last = samples[-1]
    return replace(
        day,
        has_samples=True,
        oldest=_time(max((each.oldest or 0 for each in samples), default=0) or None),
        median=_time(last.response_median),
        tail=_time(last.response_tail),
        disk_free=last.disk_free / last.disk_size,
    )


def _since(moment: datetime.datetime | None, now: datetime.datetime) -> datetime.timedelta | None:
    return max(now - moment, datetime.timedelta()) if moment else None


def _seconds(time: datetime.timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())


def _time(seconds: int | None) -> datetime.timedelta | None:
    return None if seconds is None else datetime.timedelta(seconds=seconds)
