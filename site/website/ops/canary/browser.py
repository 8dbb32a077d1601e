"""Browser: fetches pages and sends forms with the headers that browsers send.

Nothing is kept between two requests: no cookie, no cache. Every function raises OSError if no
response comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from website.infra import http_client

TIMEOUT = 20.0
"""Seconds for one response, name lookup included; visitors would be gone by then."""
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
    """The response to one request."""

    url: str
    """Its address."""
    status: int
    location: str
    """Where it redirects to, as an absolute address; empty if nowhere."""
    text: str


def open_page(url: str, *, by: str = "") -> Response:
    """Fetch a page, and follow redirects on the same host.

    :param by: the page that links there.
    """
    headers = _FROM_A_PAGE | {"Referer": by} if by else _FROM_NOWHERE
    response = _exchange("GET", url, headers)
    for _ in range(MOST_REDIRECTS):
        onward = response.location
        if response.status not in REDIRECTS or origin(onward) != origin(url):
            break
        response = _exchange("GET", onward, headers)
    return response


def send_form(url: str, fields: Sequence[tuple[str, str]], *, by: str) -> Response:
    """Send a form from a page; a redirect is not followed."""
    headers = _FROM_A_PAGE | {
        "Origin": origin(by),
        "Referer": by,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return _exchange("POST", url, headers, urlencode(fields).encode("ascii"))


def _exchange(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> Response:
    sent = _ALWAYS | dict(headers)
    response = http_client.request(url, timeout=TIMEOUT, method=method, headers=sent, body=body)
    location = response.headers.get("Location", "")
    return Response(url, response.status, urljoin(url, location) if location else "", response.text)


def origin(url: str) -> str:
    """Return the origin of an address as browsers write it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{parts.scheme}://{host}{port}"
