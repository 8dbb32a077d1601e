"""Client IP address of a request behind trusted proxies."""

import ipaddress
import re
from collections.abc import Sequence

from flask import Request

from website.config import Network

Host = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORT = re.compile(r"\A(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?\Z")


def sender(request: Request, trusted: Sequence[Network]) -> str:
    """Return the client IP address of a request, see :func:`address`."""
    forwarded_for = request.headers.get("X-Forwarded-For", "")
    return address(request.environ.get("REMOTE_ADDR", ""), forwarded_for, trusted)


def is_forwarded_untrusted(request: Request, trusted: Sequence[Network]) -> bool:
    """Return whether ``X-Forwarded-For`` was sent from outside the trusted networks.

    In a single request, that means nothing; in every request, it means that the settings lack a
    proxy.
    """
    remote = request.environ.get("REMOTE_ADDR", "")
    return "X-Forwarded-For" in request.headers and not is_in(remote, trusted)


def address(remote: str, forwarded_for: str, trusted: Sequence[Network]) -> str:
    """Return the visitor's IP address.

    Each proxy appends to ``X-Forwarded-For`` the address it received the request from. So the
    header is read from its end, as long as the host that appended an entry is trusted: clients can
    send anything before that. Reading stops at an entry that is no IP address, so nobody escapes
    rate limits by sending one.

    :param remote: address of the TCP connection's peer.
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
    """Return whether an IP address is in one of these networks."""
    host = _host(hop)
    return host is not None and _lies_in(host, networks)


def _lies_in(host: Host, networks: Sequence[Network]) -> bool:
    return any(host in network for network in networks)


def _host(text: str) -> Host | None:
    """Parse an IP address; an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) becomes an IPv4 one."""
    try:
        host = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(host, "ipv4_mapped", None) or host
