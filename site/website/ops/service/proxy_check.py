"""Proxy check: how the endpoint sees the sender of a request, for those who have the secret.

Only a request that came the whole way through the proxies shows it. The answer goes to whoever
proves to have the website's secret (``doctor``); to everybody else ``/healthz`` says what it always
says, and ``/readyz`` not why.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence

from flask import Request

from website.config import Network
from website.infra.keyed_hashes import Keys
from website.web import client_ip

HEADER = "Website-Doctor"
PURPOSE = "forwarding"
VALID = datetime.timedelta(minutes=15)
"""Clocks may differ."""


def token(keys: Keys) -> str:
    """Return a value for the header."""
    return keys.sign(PURPOSE, secrets.token_hex(8))


def is_valid(keys: Keys, text: str) -> bool:
    """Return whether a value was made with our secret, not long ago."""
    return keys.read_signed(PURPOSE, text, VALID) is not None


def seen(request: Request, trusted: Sequence[Network]) -> dict[str, str]:
    """Return how a request arrived.

    ``connection`` is the address that it came from, ``trusted`` whether that is a proxy of ours,
    ``forwarded`` what ``X-Forwarded-For`` says, ``sender`` who is taken to have sent it.
    """
    connection = request.environ.get("REMOTE_ADDR", "")
    return {
        "connection": connection,
        "trusted": "yes" if client_ip.is_in(connection, trusted) else "no",
        "forwarded": request.headers.get("X-Forwarded-For", ""),
        "sender": client_ip.sender(request, trusted),
    }
