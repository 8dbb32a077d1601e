"""Fetching pages and sending forms with the headers of a browser.

Nothing is kept between two requests: no cookies, no cache. Every function raises OSError if there
is no response.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from website.config import origin
from website.infra import http_client
from website.infra.http_client import HttpResponse

TIMEOUT = 20.0
"""Seconds for one response, including the DNS query; visitors would be gone by then."""
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


def open_page(url: str, *, by: str = "") -> HttpResponse:
    """Fetch a page, following redirects on the same host.

    :param by: the page with the link.
    """
    headers = _FROM_A_PAGE | {"Referer": by} if by else _FROM_NOWHERE
    response = _exchange("GET", url, headers)
    for _ in range(MOST_REDIRECTS):
        onward = response.location
        if response.status not in REDIRECTS or origin(onward) != origin(url):
            break
        response = _exchange("GET", onward, headers)
    return response


def send_form(url: str, fields: Sequence[tuple[str, str]], *, by: str) -> HttpResponse:
    """Send a form from a page; redirects are not followed."""
    headers = _FROM_A_PAGE | {
        "Origin": origin(by),
        "Referer": by,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return _exchange("POST", url, headers, urlencode(fields).encode("ascii"))


def _exchange(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> HttpResponse:
    sent = _ALWAYS | dict(headers)
    return http_client.request(url, timeout=TIMEOUT, method=method, headers=sent, body=body)
