"""Asks the live site, as a visitor's browser would, and looks at how it answers."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from website.exceptions import WebsiteError
from website.infra import network
from website.ops.doctor.results import NotChecked

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

TIMEOUT = 15.0
"""Seconds for a question with its answer."""
MOST_READ = 2_000_000
"""Bytes of an answer."""
AGENT = "website-doctor/1"


@dataclass(frozen=True)
class LiveResponse:
    """What came back, not unpacked."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    certificate_ends: datetime.datetime | None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def media_type(self) -> str:
        """What the body is said to be."""
        return self.headers.get_content_type()


class Unreachable(WebsiteError):  # noqa: N818 - says why
    """A site does not answer; its text says why, in words of this machine."""


class LiveSite:
    """A site at an address, which may have a path."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self.is_https = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.is_https else 80)
        self.netloc = parts.netloc
        self.root = parts.path.rstrip("/")
        self.base_url = base_url
        self._lock = threading.Lock()
        self._home: LiveResponse | Unreachable | None = None

    def home(self) -> LiveResponse:
        """Give the start page, which is fetched once.

        :raises Unreachable: if the site does not answer.
        """
        with self._lock:
            if self._home is None:
                try:
                    self._home = self._exchange("/", headers={"Accept-Encoding": "br, gzip"})
                except Unreachable as reason:
                    self._home = reason
        if isinstance(self._home, Unreachable):
            raise self._home
        return self._home

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> LiveResponse:
        """Ask for what lies below the site's address.

        :raises NotChecked: if the site does not answer at all, which is told elsewhere.
        :raises Unreachable: if it does, but not to this.
        """
        try:
            self.home()
        except Unreachable as reason:
            raise NotChecked(f"the site cannot be reached: {reason}") from reason
        try:
            return self._exchange(path, method=method, headers=headers, body=body)
        except Unreachable as reason:
            raise Unreachable(f"{method} {path} gets no answer: {reason}") from reason

    def _exchange(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> LiveResponse:
        sent = {"User-Agent": AGENT, "Host": self.netloc, "Connection": "close", **(headers or {})}
        try:
            return exchange(
                self.host, self.port, self.root + path, https=self.is_https,
                method=method, headers=sent, body=body,
            )  # fmt: skip
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(why(error, self.host)) from error


def exchange(  # noqa: PLR0913 - what HTTP has
    host: str,
    port: int,
    path: str,
    *,
    https: bool,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> LiveResponse:
    """Ask once, and follow no redirect.

    :raises OSError: or HTTPException, if no answer comes.
    """
    encryption = ssl.create_default_context() if https else None
    with network.speaking_http(
        host, port, network.Deadline(TIMEOUT), encryption=encryption
    ) as connection:
        ends = network.certificate_end(connection.sock)
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return LiveResponse(response.status, response.headers, response.read(MOST_READ), ends)


def why(error: Exception, host: str) -> str:
    """Say why no answer came."""
    if isinstance(error, socket.gaierror):
        return f"the name {host} does not resolve"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    return network.reason(error)
