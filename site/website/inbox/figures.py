"""The figures as pictures, over a time that the staff choose."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request

from website.inbox import charts
from website.inbox.blueprint import blueprint
from website.infra import clock
from website.leads.labels import LOST_REASON
from website.leads.statistics import first_monday
from website.staff.access import Action, requires
from website.web.services import services

PERIODS: Mapping[str, tuple[str, int]] = {
    "12-wochen": ("12 Wochen", 12),
    "6-monate": ("6 Monate", 26),
    "12-monate": ("12 Monate", 52),
}
"""By the address's parameter: label, and weeks."""
USUAL = "6-monate"


@blueprint.get("/zahlen/")
@requires(Action.READ)
def figures() -> str:
    """Show the figures; a period that there is none of means the usual one."""
    asked = request.args.get("zeitraum", USUAL)
    chosen = asked if asked in PERIODS else USUAL
    day = first_monday(clock.today(), PERIODS[chosen][1])
    found = services().leads.statistics.since(day)
    topics = services().leads.questionnaire().question("topic")
    return render_template(
        "inbox/figures.html",
        since=day,
        chosen=chosen,
        periods=PERIODS,
        charts=(
            charts.weekly(found.weeks),
            charts.responses(found.months),
            charts.sources(found.sources, services().german.every_title),
            charts.topics(found.topics, dict(topics.choices)),
            charts.funnel(found.funnel),
            charts.lost(found.funnel, LOST_REASON),
        ),
    )
