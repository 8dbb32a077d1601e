"""What a visitor reads when something went wrong: what happened, what to do, in German."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import HTTPException

from website.web.services import services

blueprint = Blueprint("errors", __name__)

MESSAGES = {
    400: (
        "Die Anfrage war nicht zu verstehen",
        "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
    ),
    403: (
        "Von dort nehmen wir keine Anfragen an",
        "Öffnen Sie unsere Kontaktseite und senden Sie Ihre Anfrage von dort.",
    ),
    405: (
        "Diese Adresse lässt sich nicht direkt aufrufen",
        "Öffnen Sie unsere Kontaktseite, um uns eine Anfrage zu senden.",
    ),
    410: (
        "Diese Bestätigung gilt nicht mehr",
        "Ihre Anfrage geht nicht verloren. Wenn es eilt, wenden Sie sich direkt an uns.",
    ),
    413: (
        "Die Anfrage ist zu groß",
        "Gehen Sie zurück und kürzen Sie Ihren Text. Anhänge senden Sie uns per E-Mail.",
    ),
    415: (
        "Dieses Format nehmen wir nicht an",
        "Öffnen Sie unsere Kontaktseite und senden Sie Ihre Anfrage von dort.",
    ),
    429: (
        "Das waren sehr viele Anfragen auf einmal",
        "Warten Sie einige Minuten und versuchen Sie es noch einmal, oder rufen Sie uns an.",
    ),
    500: (
        "Bei uns ist etwas schiefgegangen",
        "Versuchen Sie es in einigen Minuten noch einmal, oder wenden Sie sich direkt an uns.",
    ),
    503: (
        "Das geht gerade nicht",
        "Versuchen Sie es in einigen Minuten noch einmal, oder wenden Sie sich direkt an uns.",
    ),
}


@blueprint.app_errorhandler(HTTPException)
def http_error(error: HTTPException) -> tuple[str, int]:
    """Answer every HTTP error with a page that helps."""
    code = error.code or 500
    if code == 404:  # noqa: PLR2004 - the code is the name
        page = services().library.page("404")
        return render_template("pages/not_found.html", page=page), 404
    title, advice = MESSAGES.get(code) or MESSAGES[400 if code < 500 else 500]  # noqa: PLR2004
    return render_template("errors/error.html", title=title, advice=advice), code
