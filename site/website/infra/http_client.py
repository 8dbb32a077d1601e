"""HTTP client: sends one request within a deadline, and follows no redirects."""

import contextlib
import datetime
import errno
import http.client
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from website.exceptions import DeliveryError
from website.infra import network

MAX_BODY = 2 * 1024**2
"""Bytes of a response that are read at most."""


@dataclass(frozen=True)
class HttpResponse:
    """A response; its body is not decompressed."""

    url: str
    """That of the request."""
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    certificate_ends: datetime.datetime | None

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        """The absolute address to which the response redirects; empty if it does not."""
        location = self.headers.get("Location", "")
        return urljoin(self.url, location) if location else ""

    @property
    def media_type(self) -> str:
        """The type that the response declares."""
        return self.headers.get_content_type()


@contextlib.contextmanager
def delivery_errors(receiver: str) -> Iterator[None]:
    """Turn errors of connections into DeliveryError.

    :param receiver: how the message names it, instead of by its address.
    """
    try:
        yield
    except OSError as error:
        reason = network.reason(error)
        raise DeliveryError(f"{receiver} cannot be reached: {reason}") from error


@contextlib.contextmanager
def connected(
    url: str,
    *,
    timeout: float,
    encryption: ssl.SSLContext | None = None,
    resolve: network.Resolve = network.resolve,
) -> Iterator[http.client.HTTPConnection]:
    """Connect to the host of a URL, for one request and its response.

    :param timeout: seconds until the connection is cut, whatever it is waiting for.
    :param encryption: TLS settings for https, by default the certificates that this machine trusts.
    :raises OSError: if it fails, or the answer is not HTTP.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    is_https = parts.scheme == "https"
    port, deadline = parts.port or (443 if is_https else 80), network.Deadline(timeout)
    tls = (encryption or ssl.create_default_context()) if is_https else None
    with network.opened(host, port, deadline, encryption=tls, resolve=resolve) as connection:
        try:
            client = (
                http.client.HTTPSConnection(host, port, context=tls)
                if tls
                else http.client.HTTPConnection(host, port)
            )
            client.sock = connection
            yield client
        except http.client.HTTPException as error:
            if isinstance(error, OSError):  # the other side has closed the connection
                raise
            raise OSError(errno.EPROTO, type(error).__name__) from error


def request(
    url: str,
    *,
    timeout: float,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    encryption: ssl.SSLContext | None = None,
) -> HttpResponse:
    """Send a request and return the response; parameters as for :func:`connected`.

    :raises OSError: if no response comes.
    """
    with connected(url, timeout=timeout, encryption=encryption) as connection:
        certificate_ends = network.certificate_end(connection.sock)
        connection.request(method, target_of(url), body, dict(headers or {}))
        response = connection.getresponse()
        body = response.read(MAX_BODY)
        return HttpResponse(url, response.status, response.headers, body, certificate_ends)


def target_of(url: str) -> str:
    """Return the path of a URL with its query, as a request names it (RFC 9112, 3.2.1)."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
