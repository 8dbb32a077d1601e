"""The first screen: what to do next."""

import datetime

from flask import render_template

from website.inbox.blueprint import blueprint
from website.infra import clock
from website.leads import office_hours
from website.staff.access import Action, names, requires
from website.web.services import services


@blueprint.get("/")
@requires(Action.READ)
def today() -> str:
    """Show what is new, what is due, what goes on, and the figures at a glance."""
    hours = services().settings.answer_within_hours
    return render_template(
        "inbox/today.html",
        today=services().leads.store.today(),
        glance=services().leads.statistics.at_a_glance(answer_within=hours),
        late=late(),
        hours=hours,
        names=names(),
        now=clock.now(),
        this_day=this_day(),
    )


def late() -> datetime.datetime:
    """Return the moment before which an unanswered lead came in too long ago."""
    return office_hours.before(clock.now(), services().settings.answer_within_hours)


def this_day() -> datetime.date:
    """Return the day it is in Germany."""
    return clock.today()
