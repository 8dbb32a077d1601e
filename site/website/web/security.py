"""The response headers that every page and file of the site carries.

Source of the set: the tests of MDN's HTTP Observatory.
``connect-src 'self'`` stays because auditors fetch robots.txt from inside the page;
``strict-origin-when-cross-origin`` stays because ``no-referrer`` makes browsers post forms with
``Origin: null``.
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
"""What visitors type there, about their own customers, must not be able to leave the page."""

POLICY_OF_SEARCH = CONTENT_SECURITY_POLICY | {"script-src": "'self' 'wasm-unsafe-eval'"}
"""The index is searched by WebAssembly, in the page or in a worker that lies below it."""

TOOLS = "/werkzeuge/"
"""Below this path no page may connect to anything."""

SEARCH = "/suche/"

TWO_YEARS = 63_072_000

HSTS = {
    Hsts.HOST: f"max-age={TWO_YEARS}",
    Hsts.SUBDOMAINS: f"max-age={TWO_YEARS}; includeSubDomains",
    Hsts.PRELOAD: f"max-age={TWO_YEARS}; includeSubDomains; preload",
}
"""What lies below the site's host, or shall be built into browsers, is the operator's to say."""

POLICIES = {TOOLS: POLICY_OF_TOOLS, SEARCH: POLICY_OF_SEARCH}
"""The parts of the site, by the beginning of their paths, that do not have the common policy."""

SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""For a graphic by itself: it brings its own style sheet (for dark mode), and nothing else."""


def headers(
    *, https: bool, hsts: Hsts = Hsts.HOST, path: str = "/", media_type: str = ""
) -> Mapping[str, str]:
    """Return the headers of one response.

    :param https: whether the site is reached by it; only then is HSTS sent.
    :param hsts: and for what.
    :param path: of the request, below the path of the site.
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
    """Return the Content Security Policy of what lies at a path."""
    if media_type == "image/svg+xml":
        return SVG_POLICY
    found = (rules for start, rules in POLICIES.items() if path.startswith(start))
    return written(next(found, CONTENT_SECURITY_POLICY))


def written(rules: Mapping[str, str]) -> str:
    """Write a policy as the header wants it."""
    return "; ".join(map(" ".join, rules.items()))


def protect(app: Flask, *, https: bool, hsts: Hsts) -> None:
    """Add the headers to every response of an application, and refuse redirects to other hosts."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        response = _staying_here(response)
        kind = response.mimetype or ""
        found = headers(https=https, hsts=hsts, path=request.path, media_type=kind)
        for name, value in found.items():
            response.headers.setdefault(name, value)
        return response


def _staying_here(response: Response) -> Response:
    """Return a redirect whose target names no host.

    We send nobody elsewhere; but where an address lacks its final slash, Werkzeug builds the target
    from the request's ``Host``, which anybody may choose, and ``http:`` behind a proxy.
    """
    location = response.headers.get("Location", "")
    parts = urlsplit(location)
    if not (parts.scheme or parts.netloc):
        return response
    path = "/" + parts.path.lstrip("/\\")
    return redirect(parts._replace(scheme="", netloc="", path=path).geturl(), response.status_code)  # type: ignore[return-value]
