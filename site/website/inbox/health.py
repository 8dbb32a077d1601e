"""Whether requests get through: for operators, without a word of what they say."""

from __future__ import annotations

from flask import render_template

from website.access import Action, requires
from website.inbox.room import blueprint, leads, now
from website.leads.deliveries import Choice
from website.leads.models import State

SHOWN = 50


@blueprint.get("/betrieb/")
@requires(Action.SEE_HEALTH)
def health() -> str:
    """Show what is still to be delivered, and what failed."""
    deliveries = leads().deliveries
    choice = Choice(states=(State.DEAD, State.PENDING))
    return render_template(
        "inbox/health.html",
        backlog=deliveries.backlog(),
        neglected=deliveries.neglected_since(),
        failing=[one for one in deliveries.find(choice, limit=SHOWN) if one.attempts],
        now=now(),
    )
