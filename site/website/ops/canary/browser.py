"""Asks for pages and sends forms with the headers that browsers send."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from website.infra import network

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIMEOUT = 20.0
"""Seconds for one answer, from the name's address on; visitors would be gone by then."""
LARGEST = 2 * 1024**2
"""Bytes of an answer that are read."""
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_ALWAYS = {
    "User-Agent": "Mozilla/5.0 (compatible; website-canary/1)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "de-DE,de;q=0.9",
    "Accept-Encoding": "identity",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
    "Connection": "close",
}
_FROM_A_PAGE = {"Sec-Fetch-Site": "same-origin"}
_FROM_NOWHERE = {"Sec-Fetch-Site": "none"}


@dataclass(frozen=True)
class Response:
    """What came back."""

    url: str
    """Where it came from."""
    status: int
    location: str
    """Where it leads on to, in full; empty if nowhere."""
    text: str


@dataclass(frozen=True)
class Browser:
    """Keeps nothing between two requests: no cookie, no cache.

    Every method raises OSError or HTTPException if no answer comes.
    """

    timeout: float = TIMEOUT
    encryption: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def open(self, url: str, *, by: str = "") -> Response:
        """Get a page, and follow where it leads to on the same host.

        :param by: the page that led there.
        """
        headers = _FROM_A_PAGE | {"Referer": by} if by else _FROM_NOWHERE
        response = self._exchange("GET", url, headers)
        for _ in range(MOST_REDIRECTS):
            onward = response.location
            if response.status not in REDIRECTS or origin(onward) != origin(url):
                break
            response = self._exchange("GET", onward, headers)
        return response

    def send(self, url: str, fields: Sequence[tuple[str, str]], *, by: str) -> Response:
        """Send a form from a page; where the answer leads to is not followed."""
        headers = _FROM_A_PAGE | {
            "Origin": origin(by),
            "Referer": by,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self._exchange("POST", url, headers, urlencode(fields).encode("ascii"))

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> Response:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        is_https = parts.scheme == "https"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with network.speaking_http(
            host,
            parts.port or (443 if is_https else 80),
            network.Deadline(self.timeout),
            encryption=self.encryption if is_https else None,
        ) as connection:
            connection.request(method, target, content, _ALWAYS | dict(headers))
            response = connection.getresponse()
            location = response.headers.get("Location", "")
            text = response.read(LARGEST).decode("utf-8", "replace")
        return Response(url, response.status, urljoin(url, location) if location else "", text)


def origin(url: str) -> str:
    """Write the origin of an address as browsers do."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{parts.scheme}://{host}{port}"
