"""System status for operators: alerts, jobs and deliveries, without personal data."""

import datetime
from collections.abc import Mapping
from typing import Any

from flask import flash, render_template
from werkzeug import Response

from website.inbox.blueprint import actor, blueprint
from website.infra import clock
from website.infra.text import counted
from website.leads.deliveries import DeliveryFilter
from website.leads.models import DeliveryState
from website.ops.monitoring import health_history
from website.ops.monitoring.alerts import active_alerts, is_overdue
from website.ops.monitoring.health_snapshot import take_snapshot
from website.ops.monitoring.jobs import CALENDARS, TABLE, is_running, next_start
from website.ops.monitoring.models import JobRun
from website.staff.access import Action, go_to, requires
from website.web.services import services

SHOWN = 50


@blueprint.get("/betrieb/")
@requires(Action.SEE_HEALTH)
def health() -> str:
    """Render alerts, scheduled jobs, failing deliveries, and charts of the last thirty days."""
    moment = clock.now()
    snapshot = take_snapshot(services().leads.database, services().settings.instance_dir, moment)
    choice = DeliveryFilter(states=(DeliveryState.DEAD, DeliveryState.PENDING))
    found = services().leads.deliveries.find(choice, limit=SHOWN)
    return render_template(
        "inbox/health.html",
        alerts=active_alerts(snapshot),
        snapshot=snapshot,
        jobs=_jobs(snapshot.jobs, moment),
        failing=[one for one in found if one.attempts],
        days=health_history.days(services().leads.database, moment),
        now=moment,
    )


@blueprint.post("/betrieb/senden")
@requires(Action.SEE_HEALTH)
def send_now() -> Response:
    """Retry all failed deliveries now, after their cause was fixed."""
    deliveries = services().leads.deliveries
    count = deliveries.send_now(DeliveryFilter(), actor=actor())
    count += deliveries.send_again(DeliveryFilter(states=(DeliveryState.DEAD,)), actor=actor())
    messages = counted(count, "Nachricht wird", "Nachrichten werden")
    flash(f"{messages} jetzt noch einmal gesendet." if count else "Es wartet keine Nachricht.")
    return go_to("inbox.health")


def _jobs(jobs: Mapping[str, JobRun], moment: datetime.datetime) -> list[dict[str, Any]]:
    """Return the worker's jobs, overdue and failed ones first."""
    rows = [
        {
            "name": TABLE.get(row.name, {}).get("german", row.name),
            "succeeded_at": row.succeeded_at,
            "next_start": next_start(row, moment, CALENDARS.get(row.name)),
            "is_running": is_running(row, moment),
            "is_overdue": is_overdue(row, moment),
            "error": row.error,
        }
        for row in jobs.values()
    ]
    return sorted(rows, key=lambda job: (not job["is_overdue"], not job["error"], job["name"]))
