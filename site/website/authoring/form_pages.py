"""The pages with which the form answers, at addresses of their own in the preview.

Visitors see them only after a request; their authors want to look at them without sending one.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from website.infra import clock
from website.infra.clock import in_german
from website.web.services import services

blueprint = Blueprint("answers", __name__)

EXAMPLE = "ABCD-2345"
"""A number as requests have it."""


@blueprint.get("/danke/")
def thanks() -> str:
    """Show the thanks for a request."""
    return render_template(
        "contact/thanks.html",
        page=services().library.page("danke"),
        reference=EXAMPLE,
        received=in_german(clock.now()),
    )


@blueprint.get("/bestaetigen/")
def confirm() -> str:
    """Render the page that asks suspected visitors to confirm."""
    return render_template(
        "contact/confirm.html",
        page=services().library.page("bestaetigen"),
        token="",
        answers=[
            (services().library.questionnaire.question("message").heading, "Text der Anfrage")
        ],
    )
