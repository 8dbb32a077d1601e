"""Two questions a supervisor asks: is the process up, and can it do its work?"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request

from website.exceptions import StorageError
from website.leads import clock
from website.leads.clock import in_german
from website.operations import forwarding
from website.watching.concerns import NEGLECTED

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers; to doctor also how its request arrived."""
    asked = request.headers.get(forwarding.HEADER)
    if asked and forwarding.is_ours(current_app.extensions["leads"].keys, asked):
        trusted = current_app.extensions["settings"].trusted_proxies
        return _uncached(jsonify(forwarding.seen(request, trusted)))
    return _answer(200, "ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether a lead could be stored now, and whether somebody delivers what is due."""
    leads = current_app.extensions["leads"]
    try:
        leads.store.check_writable()
        since = leads.deliveries.neglected_since()
    except StorageError as error:
        return _answer(503, str(error))
    if since and clock.now() - since > NEGLECTED:
        return _answer(503, f"Nothing is delivered since {in_german(since)}: is 'deliver' running?")
    return _answer(200, "ok")


def _answer(status: int, text: str) -> Response:
    return _uncached(Response(text + "\n", status, mimetype="text/plain"))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
