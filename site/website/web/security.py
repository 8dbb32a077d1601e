"""Security headers of all pages and files of the site.

The set follows the tests of MDN's HTTP Observatory. ``connect-src 'self'`` is needed because
auditing tools fetch robots.txt from within the page; ``strict-origin-when-cross-origin`` because
with ``no-referrer`` browsers post forms with ``Origin: null``.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request

from website.config import Hsts

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
"""Tools process confidential data of visitors, which must not leave the page."""

POLICY_OF_SEARCH = CONTENT_SECURITY_POLICY | {"script-src": "'self' 'wasm-unsafe-eval'"}
"""The index is searched by WebAssembly, in the page or in a worker below this path."""

TOOLS = "/werkzeuge/"
"""Pages below this path must not connect to any server."""

SEARCH = "/suche/"

TWO_YEARS = 63_072_000

HSTS = {
    Hsts.HOST: f"max-age={TWO_YEARS}",
    Hsts.SUBDOMAINS: f"max-age={TWO_YEARS}; includeSubDomains",
    Hsts.PRELOAD: f"max-age={TWO_YEARS}; includeSubDomains; preload",
}
"""Header values; whether to include subdomains, or preloading, is the operator's choice."""

POLICIES = {TOOLS: POLICY_OF_TOOLS, SEARCH: POLICY_OF_SEARCH}
"""Exceptions from the common policy, by path prefix."""

SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""For SVG files: they contain a style sheet (for dark mode), and load nothing else."""


def headers(
    *, https: bool, hsts: Hsts = Hsts.HOST, path: str = "/", media_type: str = ""
) -> Mapping[str, str]:
    """Return the headers of a response.

    :param https: whether the site uses HTTPS; only then is HSTS sent.
    :param hsts: scope of HSTS.
    :param path: path of the request, relative to the root of the site.
    """
    found = {
        "Content-Security-Policy": policy(path, media_type),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    }
    return found | {"Strict-Transport-Security": HSTS[hsts]} if https else found


def policy(path: str = "/", media_type: str = "") -> str:
    """Return the Content Security Policy for a path."""
    if media_type == "image/svg+xml":
        return SVG_POLICY
    found = (rules for start, rules in POLICIES.items() if path.startswith(start))
    return written(next(found, CONTENT_SECURITY_POLICY))


def written(rules: Mapping[str, str]) -> str:
    """Return a policy as the value of its header."""
    return "; ".join(map(" ".join, rules.items()))


def protect(app: Flask, *, https: bool, hsts: Hsts) -> None:
    """Add the headers to all responses of an application, and keep redirects on this host."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        response = _staying_here(response)
        kind = response.mimetype or ""
        found = headers(https=https, hsts=hsts, path=request.path, media_type=kind)
        for name, value in found.items():
            response.headers.setdefault(name, value)
        return response


def _staying_here(response: Response) -> Response:
    """Return the response; if it is a redirect, with a relative target.

    We never redirect to other hosts; but if a URL lacks its trailing slash, Werkzeug builds the
    target from the request's ``Host``, which clients may choose, with ``http:`` behind a proxy.
    """
    location = response.headers.get("Location", "")
    parts = urlsplit(location)
    if not (parts.scheme or parts.netloc):
        return response
    path = "/" + parts.path.lstrip("/\\")
    return redirect(parts._replace(scheme="", netloc="", path=path).geturl(), response.status_code)  # type: ignore[return-value]
