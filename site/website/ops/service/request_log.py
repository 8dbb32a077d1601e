"""Request log: a line and a measurement for each request, by route, never by address."""

import logging
import re
import time
from typing import Any

from flask import Flask, Response, request, request_finished, request_started

from website.ops.monitoring.metrics import Counters
from website.web import client_ip
from website.web.services import services

log = logging.getLogger(__name__)

BEGAN = "website.began"
"""Key in the WSGI environment for the start of a request."""
NOWHERE = "(none)"
"""The route of paths that do not exist."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
"""Other methods are text from the client, and so are not logged."""
_CONVERTER = re.compile(r"<\w+:")
"""The converter in a placeholder of a rule."""
PROBES = frozenset({"health.alive", "health.ready"})
"""Requested every few seconds: only failures are logged."""


def register(app: Flask, counters: Counters) -> None:
    """Log and count the requests of an application."""
    started: list[bool] = []

    def begin(_app: Flask, **_more: Any) -> None:  # noqa: ANN401 - the signal's own
        request.environ[BEGAN] = time.perf_counter()
        trusted = services().settings.trusted_proxies
        if client_ip.is_forwarded_untrusted(request, trusted):
            counters.forwarded_untrusted.inc()
            if not started:
                started.append(True)
                log.warning(
                    "X-Forwarded-For comes from where WEBSITE_TRUSTED_PROXIES names no proxy: it "
                    "is not believed. If your own proxy sends it, all visitors count as one: name "
                    "the proxy there."
                )

    def end(_app: Flask, response: Response, **_more: Any) -> None:  # noqa: ANN401
        seconds = time.perf_counter() - request.environ.get(BEGAN, time.perf_counter())
        route = _CONVERTER.sub("<", request.url_rule.rule) if request.url_rule else NOWHERE
        method = request.method if request.method in METHODS else "other"
        counters.request(method, route, response.status_code, seconds)
        if request.endpoint in PROBES and response.status_code == 200:  # noqa: PLR2004
            return
        ms = round(1000 * seconds, 1)
        log.info(
            "%s %s %d in %s ms",
            method,
            route,
            response.status_code,
            ms,
            extra={"method": method, "route": route, "status": response.status_code, "ms": ms},
        )

    # Not weakly: nothing else holds these.
    request_started.connect(begin, app, weak=False)
    request_finished.connect(end, app, weak=False)
