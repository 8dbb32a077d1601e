"""The weekly mail: says that all is well, also when nothing happened. So silence is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from website.infra.clock import in_german
from website.infra.german import spelled_duration
from website.leads.models import Delivery, DeliveryState, Lead
from website.ops.monitoring.alerts import active_alerts
from website.ops.monitoring.calendars import WEEK
from website.ops.monitoring.health_snapshot import take_snapshot
from website.ops.monitoring.models import Alarm

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence
    from pathlib import Path

    from website.infra.database import Database
    from website.ops.monitoring.alert_channels import AlertChannel
    from website.ops.monitoring.alerts import Alert

JOB = "weekly"
"""The job's name."""


@dataclass(frozen=True)
class WeeklyFigures:
    """What became of a week's requests."""

    received: int
    """Those in quarantine left out."""
    delivered: int
    """Those of them of which everybody knows who is to be told."""
    quarantined: int


def report(
    database: Database, folder: Path, channel: AlertChannel, site: str, now: datetime.datetime
) -> str:
    """Send the mail, and say what it said.

    :param folder: the instance folder.
    :param site: host of the website.
    :raises DeliveryError: if it could not be sent.
    :raises StorageError: while the database cannot be used.
    """
    found = active_alerts(take_snapshot(database, folder, now))
    week = figures(database, now)
    subject, text = compose(week, found, _mended(database, now), site)
    channel.tell(subject, text)
    return f"{week.received} received, {week.delivered} delivered, {len(found)} concerns"


def figures(database: Database, now: datetime.datetime) -> WeeklyFigures:
    """Count the requests of the last week."""
    leads = select(func.count()).where(Lead.received_at > now - WEEK, Lead.received_at <= now)
    owed = select(Delivery.id).where(
        Delivery.lead_id == Lead.id, Delivery.state != DeliveryState.SENT
    )
    with database.reading() as session:
        wanted = leads.where(~Lead.quarantined)
        return WeeklyFigures(
            received=session.scalar(wanted) or 0,
            delivered=session.scalar(wanted.where(~owed.exists())) or 0,
            quarantined=session.scalar(leads.where(Lead.quarantined)) or 0,
        )


def compose(
    week: WeeklyFigures, found: Sequence[Alert], mended: Sequence[Alarm], site: str
) -> tuple[str, str]:
    """Write subject and text."""
    counted = f"{_requests(week.received)}, {week.delivered} zugestellt"
    if found:
        things = "Störung" if len(found) == 1 else "Störungen"
        verdict = f"{len(found)} {things}; {counted}"
    else:
        verdict = f"Alles in Ordnung: {counted}"
    parts = [f"{verdict} in den letzten sieben Tagen."]
    if week.quarantined:
        lie = "liegt" if week.quarantined == 1 else "liegen"
        parts.append(f"In der Quarantäne {lie} außerdem {_requests(week.quarantined)}.")
    parts += [f"{alert.text}\n→ {alert.advice}" for alert in found]
    parts += map(_told, mended)
    return f"{site}: {verdict}", "\n\n".join(parts) + "\n"


def _requests(number: int) -> str:
    return "1 Anfrage" if number == 1 else f"{number} Anfragen"


def _told(alarm: Alarm) -> str:
    lasted = spelled_duration(alarm.lasted)
    return f"Behoben nach {lasted}, seit {in_german(alarm.since)}: „{alarm.text}“"


def _mended(database: Database, now: datetime.datetime) -> Sequence[Alarm]:
    query = select(Alarm).where(Alarm.cleared_at > now - WEEK).order_by(Alarm.since)
    with database.reading() as session:
        return session.scalars(query).all()
