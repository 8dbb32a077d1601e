"""The response pages of the request form, at addresses of their own in the preview.

Visitors see them only after a request; their authors want to look at them without sending one.
"""

from flask import Blueprint, render_template

from website.infra import clock
from website.web.services import services

blueprint = Blueprint("answers", __name__)

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
