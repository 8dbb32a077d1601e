"""The response headers that every page and file of the site carries.

Source of the set: MDN's HTTP Observatory and the notes in research/web-and-law.md, 3.2.
``connect-src 'self'`` stays because auditors fetch robots.txt from inside the page;
``strict-origin-when-cross-origin`` stays because ``no-referrer`` makes browsers post forms with
``Origin: null``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

TWO_YEARS = 63_072_000


def headers(*, https: bool) -> Mapping[str, str]:
    """Give the headers for a site; HSTS only where the site is reached by https."""
    common = {
        "Content-Security-Policy": "; ".join(map(" ".join, CONTENT_SECURITY_POLICY.items())),
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
    return common | {
        "Strict-Transport-Security": f"max-age={TWO_YEARS}; includeSubDomains; preload"
    }


def protect(app: Flask, *, https: bool) -> None:
    """Put the headers on every response of an application."""
    fixed = headers(https=https)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.extend(
            {name: value for name, value in fixed.items() if name not in response.headers}
        )
        return response
