"""Pages for authors alone: the response pages of the request form, and all design components.

Visitors see the former only after a request; authors want to look at them without sending one.
"""

import datetime
from types import SimpleNamespace

from flask import Blueprint, render_template

from website.infra import clock
from website.web.services import services

blueprint = Blueprint("answers", __name__)
components_blueprint = Blueprint("components", __name__)

EXAMPLE = "ABCD-2345"
"""A number as requests have it."""
EXAMPLE_ANSWER = "…"
"""What stands for the visitor's own words, in every language."""


@blueprint.get("/danke/")
def thanks() -> str:
    """Render the thank-you page of a request."""
    library = services().library
    return render_template(
        "contact/thanks.html",
        page=library.page("danke"),
        reference=EXAMPLE,
        received=library.language.moment(clock.now()),
    )


@blueprint.get("/bestaetigen/")
def confirm() -> str:
    """Render the page that asks visitors suspected of spam to confirm."""
    library = services().library
    return render_template(
        "contact/confirm.html",
        page=library.page("bestaetigen"),
        token="",
        answers=[(library.questionnaire.question("message").heading, EXAMPLE_ANSWER)],
    )


@components_blueprint.get("/_komponenten/")
def components() -> str:
    """Render the components with extreme content, which the template holds."""
    return render_template("pages/components.html", record=SimpleNamespace, day=datetime.date)
