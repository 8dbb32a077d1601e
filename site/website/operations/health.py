"""Two questions a supervisor asks: is the process up, and can it do its work?"""

from __future__ import annotations

import datetime

from flask import Blueprint, Response, current_app, jsonify, request

from website.exceptions import StorageError
from website.leads import clock
from website.operations import forwarding
from website.watching.concerns import NEGLECTED

blueprint = Blueprint("health", __name__)


FRESH = datetime.timedelta(seconds=1)
"""How long a write proves that the next would succeed: anybody may ask, and it is dear."""


class Proof:
    """That the database took a write just now. A failure is never remembered."""

    def __init__(self) -> None:
        self._at: datetime.datetime | None = None

    @property
    def is_fresh(self) -> bool:
        """Say whether it still holds."""
        zero = datetime.timedelta()
        return self._at is not None and zero <= clock.now() - self._at < FRESH

    def renew(self) -> None:
        """Let it hold from now."""
        self._at = clock.now()


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
    proof = current_app.extensions.setdefault("readiness", Proof())
    try:
        if not proof.is_fresh:
            leads.store.check_writable()
            proof.renew()
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
    return _uncached(Response(text + "\n", status, mimetype="text/plain"))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
