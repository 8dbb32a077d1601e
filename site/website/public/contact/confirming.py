"""The second step for those whose request is suspected and whose browser could prove nothing.

The request is stored already. A signed token says which one it is; it opens nothing but this step.
"""

from __future__ import annotations

from itsdangerous import BadData, URLSafeTimedSerializer

from website.infra.keyed_hashes import Keys

VALID = 24 * 60 * 60
"""Seconds in which a request can be confirmed."""


def token(keys: Keys, reference: str) -> str:
    """Return the token for a request."""
    return _serializer(keys).dumps(reference)


def reference(keys: Keys, text: str) -> str | None:
    """Read a token; nothing if it is not ours, or too old."""
    try:
        return str(_serializer(keys).loads(text, max_age=VALID))
    except BadData:
        return None


def _serializer(keys: Keys) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(keys.key("confirming"))
