"""The response headers that every page and file of the site carries.

Source of the set: the tests of MDN's HTTP Observatory.
``connect-src 'self'`` stays because auditors fetch robots.txt from inside the page;
``strict-origin-when-cross-origin`` stays because ``no-referrer`` makes browsers post forms with
``Origin: null``.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Response

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

POLICY_OF_TOOLS = CONTENT_SECURITY_POLICY | {"connect-src": "'none'"}
"""What visitors type there, about their own customers, must not be able to leave the page."""

TOOLS = "/werkzeuge/"
"""Below this path no page may connect to anything."""

TWO_YEARS = 63_072_000


SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""For a graphic by itself: it brings its own style sheet (for dark mode), and nothing else."""


def headers(*, https: bool, path: str = "/", media_type: str = "") -> Mapping[str, str]:
    """Give the headers of one response.

    :param https: whether the site is reached by it; only then browsers are told to stay with it.
    :param path: of the request, below the path of the site.
    """
    return _headers(https=https, policy=policy(path, media_type))


def policy(path: str = "/", media_type: str = "") -> str:
    """Write the Content-Security-Policy of one response."""
    if media_type == "image/svg+xml":
        return SVG_POLICY
    chosen = POLICY_OF_TOOLS if path.startswith(TOOLS) else CONTENT_SECURITY_POLICY
    return "; ".join(map(" ".join, chosen.items()))


@functools.cache
def _headers(*, https: bool, policy: str) -> Mapping[str, str]:
    common = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    }
    if not https:
        return common
    hsts = f"max-age={TWO_YEARS}; includeSubDomains; preload"
    return common | {"Strict-Transport-Security": hsts}


def protect(app: Flask, *, https: bool) -> None:
    """Put the headers on every response of an application."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        kind = response.mimetype or ""
        for name, value in headers(https=https, path=request.path, media_type=kind).items():
            response.headers.setdefault(name, value)
        return response
