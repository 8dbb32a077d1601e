"""Health probes for supervisors: whether the process runs, and whether it can do its work."""

import datetime
import logging
import secrets
from collections.abc import Sequence

from flask import Blueprint, Request, Response, current_app, jsonify, request

from website.config import Network
from website.exceptions import StorageError
from website.infra import clock
from website.infra.clock_skew import age
from website.infra.keyed_hashes import Keys
from website.ops.monitoring.alerts import NEGLECTED
from website.web import client_ip
from website.web.services import services

log = logging.getLogger(__name__)

blueprint = Blueprint("health", __name__)

HEADER = "Website-Doctor"
"""Sent by requests that prove to know the website's secret: ``/healthz`` then reports how the
request arrived, which only a request through all proxies can show, and ``/readyz`` why the service
is not ready."""
PURPOSE = "forwarding"
VALID = datetime.timedelta(minutes=15)
"""How long a value of the header is valid; clocks may differ."""
FRESH = datetime.timedelta(seconds=1)
"""How long a successful write counts: anybody may request the probe, and writes are expensive."""

NOT_READY = "not ready. The log, and 'flask --app website doctor' on the server, say why."


class WriteCheck:
    """The last successful write. Failures are not cached, and logged once."""

    def __init__(self) -> None:
        self._at: datetime.datetime | None = None
        self._logged = ""

    @property
    def is_fresh(self) -> bool:
        """Whether it is recent enough."""
        zero = datetime.timedelta()
        return self._at is not None and zero <= clock.now() - self._at < FRESH

    def renew(self) -> None:
        """Record a successful write."""
        self._at = clock.now()

    def log(self, reason: str) -> None:
        """Log once why the endpoint is not ready; an empty reason means that it is."""
        if reason and reason != self._logged:
            log.error("Not ready: %s", reason)
        self._logged = reason


@blueprint.get("/healthz")
def alive() -> Response:
    """Report that the process runs, and to doctor also how its request arrived."""
    if _is_doctor():
        trusted = services().settings.trusted_proxies
        return _uncached(jsonify(seen(request, trusted)))
    return _answer(200, "ok")


@blueprint.get("/readyz")
def ready() -> Response:
    """Report whether leads can be stored and are being delivered.

    The reason is for operators only: it is logged, and shown to doctor.
    """
    write_check = current_app.extensions.setdefault("readiness", WriteCheck())
    reason = _obstacle(write_check)
    write_check.log(reason)
    if not reason:
        return _answer(200, "ok")
    return _answer(503, reason if _is_doctor() else NOT_READY)


def _obstacle(write_check: WriteCheck) -> str:
    leads = services().leads
    try:
        if not write_check.is_fresh:
            leads.store.check_writable()
            write_check.renew()
        since = leads.deliveries.neglected_since()
    except StorageError as error:
        return str(error)
    if since and age(since, clock.now()) > NEGLECTED:
        return (
            f"Nothing is delivered since {since:%Y-%m-%d %H:%M} UTC: is 'deliver' running? If not, "
            "start 'flask --app website deliver --forever' again."
        )
    return ""


def _is_doctor() -> bool:
    asked = request.headers.get(HEADER)
    return bool(asked and is_valid(services().leads.keys, asked))


def _answer(status: int, text: str) -> Response:
    return _uncached(Response(text + "\n", status, mimetype="text/plain"))


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def token(keys: Keys) -> str:
    """Return a value for the header."""
    return keys.sign(PURPOSE, secrets.token_hex(8))


def is_valid(keys: Keys, text: str) -> bool:
    """Return whether a value of the header was recently made with our secret."""
    return keys.read_signed(PURPOSE, text, VALID) is not None


def seen(asked: Request, trusted: Sequence[Network]) -> dict[str, str]:
    """Return how a request arrived.

    ``connection`` is the address that it came from, ``trusted`` whether that is a proxy of ours,
    ``forwarded`` the value of ``X-Forwarded-For``, ``sender`` the address that is taken for the
    visitor's.
    """
    connection = asked.environ.get("REMOTE_ADDR", "")
    return {
        "connection": connection,
        "trusted": "yes" if client_ip.is_in(connection, trusted) else "no",
        "forwarded": asked.headers.get("X-Forwarded-For", ""),
        "sender": client_ip.sender(asked, trusted),
    }
