"""What a request tells of who sent it: the network address, and whether a browser did."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from website.contact.origin import Verdict
from website.leads.spam import signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from werkzeug.datastructures import Headers

    from website.config import Network
    from website.leads.spam.signals import Signal

_PORT = re.compile(r"\A(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?\Z")
_PROGRAM = re.compile(
    r"\A\s*(\Z|(curl|wget|python|httpx?|aiohttp|okhttp|go-http|java|libwww|perl|php|ruby|guzzle"
    r"|node|axios|scrapy|apache-httpclient|postman))",
    re.IGNORECASE,
)
"""How programs name themselves whose authors did not think of it; nothing at all counts too.
Text browsers (w3m, Lynx, Links) name themselves as what they are, and are welcome."""


def address(remote: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Find the visitor's network address.

    Each proxy adds to ``X-Forwarded-For`` where its request came from. So the header is read from
    its end, and only as long as the hop that told it is one of ours: anybody can send the rest.

    :param remote: where the connection came from.
    :param trusted: networks of our own proxies.
    """
    hop = remote
    for claimed in reversed(forwarded_for.split(",")):
        if not claimed.strip() or not _is_in(hop, trusted):
            break
        hop = _without_port(claimed.strip())
    return hop


def oddities(headers: Headers, verdict: Verdict) -> tuple[str, ...]:
    """Name what browsers do not do."""
    return tuple(signal.name for signal in _odd(headers, verdict))


def _odd(headers: Headers, verdict: Verdict) -> Iterator[Signal]:
    is_untold = verdict is Verdict.UNTOLD
    has_no_language = not headers.get("Accept-Language", "").strip()
    if is_untold:
        yield signals.UNTOLD_ORIGIN
    if has_no_language:
        yield signals.NO_LANGUAGE
    if is_untold and has_no_language:
        yield signals.SILENT
    if _PROGRAM.match(headers.get("User-Agent", "")):
        yield signals.NO_BROWSER


def _is_in(hop: str, networks: Sequence[Network]) -> bool:
    try:
        host = ipaddress.ip_address(hop)
    except ValueError:
        return False
    return any(host in network for network in networks)


def _without_port(text: str) -> str:
    found = _PORT.match(text)
    return (found[1] or found[2]) if found else text
