"""Two questions a supervisor asks: is the process up, and can it do its work?"""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from website.exceptions import StorageError

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return _answer(200, "ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether a lead could be stored now."""
    try:
        current_app.extensions["leads"].check_writable()
    except StorageError as error:
        return _answer(503, str(error))
    return _answer(200, "ok")


def _answer(status: int, text: str) -> Response:
    response = Response(text + "\n", status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
