"""From which network address a request came, told by the connection and by our own proxies."""

import ipaddress
import re
from collections.abc import Sequence

from flask import Request

from website.config import Network

Host = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORT = re.compile(r"\A(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?\Z")


def sender(request: Request, trusted: Sequence[Network]) -> str:
    """Return the network address that a request came from, see :func:`address`."""
    forwarded_for = request.headers.get("X-Forwarded-For", "")
    return address(request.environ.get("REMOTE_ADDR", ""), forwarded_for, trusted)


def is_forwarded_untrusted(request: Request, trusted: Sequence[Network]) -> bool:
    """Return whether ``X-Forwarded-For`` came from where none of our own proxies is.

    From anybody that means nothing; in every request, that a proxy was not named.
    """
    remote = request.environ.get("REMOTE_ADDR", "")
    return "X-Forwarded-For" in request.headers and not is_in(remote, trusted)


def address(remote: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Return the visitor's network address.

    Each proxy adds to ``X-Forwarded-For`` where its request came from. So the header is read from
    its end, and only as long as the hop that told it is one of ours: anybody can send the rest.
    What is no address is not believed either: nobody inside our networks is without a limit.

    :param remote: where the connection came from.
    :param trusted: networks of our own proxies.
    """
    hop = _host(remote)
    for claimed in reversed(forwarded_for.split(",")):
        found = _PORT.match(claimed.strip())
        claim = _host((found[1] or found[2]) if found else claimed.strip())
        if hop is None or claim is None or not _lies_in(hop, trusted):
            break
        hop = claim
    return str(hop or "")


def is_in(hop: str, networks: Sequence[Network]) -> bool:
    """Whether a network address lies in one of these networks."""
    host = _host(hop)
    return host is not None and _lies_in(host, networks)


def _lies_in(host: Host, networks: Sequence[Network]) -> bool:
    return any(host in network for network in networks)


def _host(text: str) -> Host | None:
    """Read a network address; one of IPv4 within IPv6 (RFC 4291, 2.5.5.2) as what it is."""
    try:
        host = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(host, "ipv4_mapped", None) or host
