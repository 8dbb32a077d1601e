"""The weekly report: also sent if nothing happened, so that its absence is noticed."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import func, select

from website.infra import templates
from website.infra.clock import in_german
from website.infra.database import Database
from website.infra.german import spelled_duration
from website.infra.text import counted
from website.leads.models import Delivery, DeliveryState, Lead
from website.ops.monitoring.alert_channels import AlertChannel
from website.ops.monitoring.alerts import Alert, active_alerts
from website.ops.monitoring.health_snapshot import take_snapshot
from website.ops.monitoring.jobs import WEEK
from website.ops.monitoring.models import AlertRecord


def send(
    database: Database, folder: Path, channel: AlertChannel, site: str, now: datetime.datetime
) -> str:
    """Send the report, and return a summary for the log.

    :param folder: the instance folder.
    :param site: host name of the website.
    :raises DeliveryError: if it cannot be sent.
    :raises StorageError: if the database cannot be used.
    """
    found = active_alerts(take_snapshot(database, folder, now))
    week = figures(database, now)
    channel.send(*compose(week, found, _resolved(database, now), site))
    alerts = counted(len(found), "alert", "alerts")
    return f"{week['received']} received, {week['delivered']} delivered, {alerts}"


def figures(database: Database, now: datetime.datetime) -> dict[str, int]:
    """Return the numbers of leads of the last seven days.

    Those in quarantine are counted apart; of the delivered ones, all deliveries have succeeded.
    """
    leads = select(func.count()).where(Lead.received_at > now - WEEK, Lead.received_at <= now)
    owed = select(Delivery.id).where(
        Delivery.lead_id == Lead.id, Delivery.state != DeliveryState.SENT
    )
    with database.reading() as session:
        wanted = leads.where(~Lead.quarantined)
        counted_by = {
            "received": wanted,
            "delivered": wanted.where(~owed.exists()),
            "quarantined": leads.where(Lead.quarantined),
        }
        return {name: session.scalar(query) or 0 for name, query in counted_by.items()}


def compose(
    week: Mapping[str, int], found: Sequence[Alert], resolved: Sequence[AlertRecord], site: str
) -> tuple[str, str]:
    """Return subject and text."""
    verdict = "Alles in Ordnung"
    if found:
        verdict = counted(len(found), "Störung", "Störungen")
    separator = "; " if found else ": "
    verdict += f"{separator}{_requests(week['received'])}, {week['delivered']} zugestellt"
    text = templates.render(
        "mail/weekly_report.txt",
        verdict=verdict,
        quarantined=week["quarantined"],
        alerts=found,
        resolved=resolved,
        requests=_requests,
        duration=spelled_duration,
        in_german=in_german,
    )
    return f"{site}: {verdict}", text


def _requests(number: int) -> str:
    return counted(number, "Anfrage", "Anfragen")


def _resolved(database: Database, now: datetime.datetime) -> Sequence[AlertRecord]:
    query = (
        select(AlertRecord).where(AlertRecord.cleared_at > now - WEEK).order_by(AlertRecord.since)
    )
    return database.all(query)
