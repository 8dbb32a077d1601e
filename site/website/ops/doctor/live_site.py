"""The live site: requests to it like those of a visitor's browser."""

import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from website.config import Settings
from website.exceptions import WebsiteError
from website.infra import http_client, network
from website.infra.http_client import HttpResponse
from website.ops.doctor.results import NotChecked

TIMEOUT = 15.0
"""Seconds for a request with its response."""
AGENT = "website-doctor/1"


class Unreachable(WebsiteError):  # noqa: N818 - says why
    """A site does not answer; the text is the reason, in words of this machine."""


class LiveSite:
    """A site at the URL of its settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._home: HttpResponse | Unreachable | None = None

    def home(self) -> HttpResponse:
        """Return the start page, which is fetched once.

        :raises Unreachable: if the site does not answer.
        """
        with self._lock:
            if self._home is None:
                try:
                    url = f"{self.settings.base_url}/"
                    self._home = exchange(url, headers={"Accept-Encoding": "br, gzip"})
                except Unreachable as reason:
                    self._home = reason
        if isinstance(self._home, Unreachable):
            raise self._home
        return self._home

    def ask(self, path: str, *, method: str = "GET", **options: Any) -> HttpResponse:  # noqa: ANN401
        """Send a request to a path below the URL of the site.

        :param options: see :func:`exchange`.
        :raises NotChecked: if the site does not answer at all, which another check reports.
        :raises Unreachable: if it answers, but not to this.
        """
        try:
            self.home()
        except Unreachable as reason:
            raise NotChecked(f"the site cannot be reached: {reason}") from reason
        try:
            return exchange(self.settings.base_url + path, method=method, **options)
        except Unreachable as reason:
            raise Unreachable(f"{method} {path} gets no answer: {reason}") from reason


def exchange(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> HttpResponse:
    """Send one request without following redirects.

    :raises Unreachable: if there is no response.
    """
    sent = {"User-Agent": AGENT, "Connection": "close", **(headers or {})}
    try:
        return http_client.request(url, timeout=TIMEOUT, method=method, headers=sent, body=body)
    except OSError as error:
        raise Unreachable(_reason(error, urlsplit(url).hostname or "")) from error


def _reason(error: OSError, host: str) -> str:
    if isinstance(error, socket.gaierror):
        return f"the name {host} does not resolve"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    return network.reason(error)
