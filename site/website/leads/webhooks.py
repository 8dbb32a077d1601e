"""Webhooks that notify another program of leads, by Standard Webhooks 1.0.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

A message has the same identifier and bytes at every attempt; only the timestamp, and with it the
signature, changes. The receiver's host name is resolved once for each attempt, and the connection
goes to the address that was checked, which prevents DNS rebinding into our own network.
"""

import base64
import binascii
import contextlib
import datetime
import http.client
import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from standardwebhooks import Webhook

from website.config import Settings, is_this_machine
from website.exceptions import ConfigurationError, DeliveryError
from website.infra import http_client, network
from website.infra.text import clean, clean_line
from website.leads import msg
from website.leads.models import Lead, LeadStatus

TIMEOUT = 20.0
"""Seconds for a whole attempt; the specification recommends 15 to 30."""

MOST_READ = 65_536
"""Bytes of a response that are read; only its status matters."""

KEY_PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
MOST_KEYS = 2
GONE = 410
VERSION = 1
"""Version of ``data``. Answers may be added; existing fields keep their meaning."""


def body(lead: Lead) -> bytes:
    """Return the message about a lead as it arrived, so that it never changes."""
    received_at = lead.received_at.isoformat().replace("+00:00", "Z")
    content = {
        "type": "lead.created",
        "timestamp": received_at,
        "data": {
            "version": VERSION,
            "reference": lead.reference,
            "received_at": received_at,
            "status": LeadStatus.NEW,
            "source": clean_line(lead.source) if lead.source else None,
            "language": lead.language,
            "answers": {name: clean(str(answer)) for name, answer in lead.stored_answers.items()},
        },
    }
    return json.dumps(content, separators=(",", ":")).encode("ascii")


@dataclass(frozen=True)
class Endpoint:
    """The receiver of messages, and the keys that sign them."""

    url: str = field(repr=False)
    """May contain a secret, so it is never logged."""
    keys: tuple[Webhook, ...] = field(repr=False)

    @property
    def host(self) -> str:
        """The host of the URL."""
        return urlsplit(self.url).hostname or ""

    def headers(self, identifier: str, moment: datetime.datetime, content: bytes) -> dict[str, str]:
        """Return the headers of a message, signed with each key."""
        text = content.decode("ascii")
        signatures = [key.sign(identifier, moment, text) for key in self.keys]
        return {
            "Content-Type": "application/json",
            "User-Agent": "website-webhooks/1",
            "Connection": "close",
            "webhook-id": identifier,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    def admits(self, address: str) -> bool:
        """Return whether to connect to an IP address of the host.

        An address that is configured literally is always allowed.
        """
        if network.is_literal(self.host):
            return True
        if is_this_machine(self.host):
            return is_this_machine(address)
        return network.is_public(address)


@dataclass(frozen=True)
class Poster:
    """Sends messages to one endpoint."""

    endpoint: Endpoint
    timeout: float = TIMEOUT
    resolve: network.Resolve = network.resolve
    encryption: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, content: bytes, headers: Mapping[str, str]) -> None:
        """Send a message; return when the receiver has confirmed it (2xx).

        :raises DeliveryError: if not; its text contains neither URL nor response.
        """
        with self._open() as client:
            target = http_client.target_of(self.endpoint.url)
            client.request("POST", target, content, dict(headers))
            response = client.getresponse()
            # The status has come; how the rest comes changes nothing.
            with contextlib.suppress(OSError, http.client.HTTPException):
                response.read(MOST_READ)
        if response.status not in range(200, 300):
            raise _refusal(response.status)

    def reach(self) -> datetime.datetime | None:
        """Connect without sending a message.

        :returns: the end of the certificate's validity, if there is one.
        :raises DeliveryError: if that fails.
        """
        with self._open() as client:
            return network.certificate_end(client.sock)

    @contextlib.contextmanager
    def _open(self) -> Iterator[http.client.HTTPConnection]:
        with (
            http_client.delivery_errors("The webhook's receiver"),
            http_client.connected(
                self.endpoint.url,
                timeout=self.timeout,
                encryption=self.encryption,
                resolve=self._addresses,
            ) as client,
        ):
            yield client

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the receiver's addresses, if all of them are allowed."""
        addresses = self.resolve(host, port)
        if not all(map(self.endpoint.admits, addresses)):
            raise DeliveryError(msg("webhooks.not-public"))
        return addresses


def endpoint_of(settings: Settings) -> Endpoint | None:
    """Return the configured receiver, or None.

    :raises ConfigurationError: if the settings are invalid or unsafe; its text has no secrets.
    """
    if not settings.webhook_url:
        return None
    parts = _parts(settings.webhook_url)
    if not (parts.scheme == "https" or is_this_machine(parts.hostname or "")):
        raise ConfigurationError(msg("webhooks.unencrypted"))
    if "@" in parts.netloc:
        raise ConfigurationError(msg("webhooks.login"))
    return Endpoint(settings.webhook_url, _keys(settings.webhook_secret))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna")
    except ValueError:
        pass
    else:
        is_plain = url.isascii() and url.isprintable() and " " not in url
        if is_plain and parts.scheme in {"https", "http"} and host and port != 0:
            return parts
    raise ConfigurationError(msg("webhooks.url"))


def _keys(secrets: Sequence[str]) -> tuple[Webhook, ...]:
    if not secrets:
        raise ConfigurationError(msg("webhooks.no-secret"))
    if len(secrets) > MOST_KEYS:
        raise ConfigurationError(msg("webhooks.many-secrets"))
    return tuple(map(_key, secrets))


def _key(secret: str) -> Webhook:
    written = secret.removeprefix(KEY_PREFIX)
    try:
        key = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(KEY_PREFIX) or len(key) not in KEY_BYTES:
        raise ConfigurationError(msg("webhooks.secret"))
    return Webhook(key)


def _refusal(status: int) -> DeliveryError:
    if status in range(300, 400):
        return DeliveryError(msg("webhooks.redirect", status=status))
    return DeliveryError(f"The webhook's receiver answered {status}", permanent=status == GONE)
