"""Two questions a supervisor asks: is the process up, and can it do its work?"""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from website.exceptions import StorageError
from website.leads import clock
from website.watching.concerns import NEGLECTED

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return _answer(200, "ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether a lead could be stored now, and whether somebody delivers what is due."""
    leads = current_app.extensions["leads"]
    try:
        leads.store.check_writable()
        since = leads.deliveries.neglected_since()
    except StorageError as error:
        return _answer(503, f"{error}. 'flask --app website doctor' on the server says more.")
    if since and clock.now() - since > NEGLECTED:
        return _answer(
            503,
            f"Nothing is delivered since {since:%Y-%m-%d %H:%M} UTC: is 'deliver' running? If not, "
            "start 'flask --app website deliver --forever' again.",
        )
    return _answer(200, "ok")


def _answer(status: int, text: str) -> Response:
    response = Response(text + "\n", status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
