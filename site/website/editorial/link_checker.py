"""Checker of links to other websites.

It is polite: few concurrent requests, one at a time per host with a pause in between, and no
personal data. It is safe: private IP addresses are never contacted, whatever a name or a redirect
points to.
"""

import contextlib
import http
import itertools
import queue
import re
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from website.infra import network
from website.infra.http_client import connected, target_of

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_REFUSES_PROGRAMS = {401, 402, 403, 405, 406, 407, 408, 418, 425, 429, 451, 999}
"""Status codes with which servers reject programs but not browsers. 999 is LinkedIn's."""
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "Das Zertifikat ist ungültig oder abgelaufen"),
    (socket.gaierror, "Der Server wird nicht gefunden"),
    (TimeoutError, "Der Server antwortet nicht rechtzeitig"),
    (ValueError, "Die Adresse, zu der er führt, ist ungültig"),
    (Exception, "Mit dem Server kommt keine Verbindung zustande"),
)
_SAFE = "%/:=&?~#+!$,;'@()*[]|"
"""Characters that are not percent-encoded; non-ASCII letters are (RFC 3987, 3.1)."""
_MANY = 3
"""Number of hosts of which at least one answers unless we are offline."""


@dataclass(frozen=True)
class LinkOutcome:
    """The result of checking an address."""

    failure: str = ""
    """Why the target is not available, in German; empty if it is."""
    moved_to: str = ""
    """Target of a permanent redirect; empty if there is none."""
    is_reached: bool = True
    """Whether any server answered."""


class NotPublic(OSError):  # noqa: N818 - names what happened
    """A host name resolves to an IP address that is not public."""


@dataclass(frozen=True, kw_only=True)
class LinkChecker:
    """Checks addresses of other websites in parallel."""

    agent: str
    """The ``User-Agent`` header."""
    timeout: float = 20.0
    """Seconds per request."""
    pause: float = 2.0
    """Seconds between two requests to one host."""
    at_once: int = 4
    redirects: int = 5
    budget: float = 1_800.0
    """Seconds after which no further address is checked."""
    allows: Callable[[str], bool] = network.is_public
    """Returns whether an IP address may be contacted."""
    encryption: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    _turns: defaultdict[str, threading.Lock] = field(
        default_factory=lambda: defaultdict(threading.Lock), init=False, repr=False
    )

    def check_all(self, addresses: Iterable[str]) -> Iterator[tuple[str, LinkOutcome]]:
        """Yield each address with its outcome, until the time budget is used up.

        Outcomes are held back until a first host has answered: if none of many does, we are offline
        ourselves.
        """
        until = time.monotonic() + self.budget
        waiting: queue.SimpleQueue[Sequence[str]] = queue.SimpleQueue()
        hosts: defaultdict[str, list[str]] = defaultdict(list)
        for address in addresses:
            hosts[urlsplit(address).hostname or ""].append(address)
        for group in hosts.values():
            waiting.put(group)
        answers: queue.SimpleQueue[tuple[str, LinkOutcome] | None] = queue.SimpleQueue()
        stopped = threading.Event()

        def work() -> None:
            try:
                with contextlib.suppress(queue.Empty):
                    while True:
                        for address in waiting.get_nowait():
                            if time.monotonic() < until and not stopped.is_set():
                                answers.put((address, self.check(address)))
            finally:
                answers.put(None)

        # Not a pool's: its threads would keep a process that ends from ending.
        threads = [
            threading.Thread(target=work, daemon=True, name="links")
            for _ in range(min(self.at_once, len(hosts)))
        ]
        for thread in threads:
            thread.start()
        held: list[tuple[str, LinkOutcome]] = []
        is_online = len(hosts) < _MANY
        try:
            for found in itertools.chain.from_iterable(iter(answers.get, None) for _ in threads):
                held.append(found)
                is_online = is_online or found[1].is_reached
                if is_online:
                    yield from held
                    held.clear()
        finally:
            stopped.set()

    def check(self, address: str) -> LinkOutcome:
        """Return the outcome of checking one address."""
        here, moved_to, is_permanent = address, "", True
        for _ in range(self.redirects + 1):
            try:
                status, location = self._ask(here)
                if status not in _REDIRECTS or not location:
                    return LinkOutcome(_failure(status), "" if _failure(status) else moved_to)
                here = _target(here, location)
            except NotPublic:
                return LinkOutcome("führt zu einer Adresse, die nicht öffentlich ist")
            except (OSError, ValueError) as error:
                reason = next(reason for kind, reason in _REASONS if isinstance(error, kind))
                return LinkOutcome(reason, is_reached=here != address)
            is_permanent = is_permanent and status in _PERMANENT
            moved_to = here if is_permanent else moved_to
        return LinkOutcome("leitet immer weiter, ohne anzukommen")

    def _ask(self, address: str) -> tuple[int, str]:
        """Return status and ``Location`` of an address; HEAD is tried first."""
        status, location = self._request("HEAD", address)
        if status >= http.HTTPStatus.BAD_REQUEST:  # many servers know no HEAD
            return self._request("GET", address)
        return status, location

    def _request(self, method: str, address: str) -> tuple[int, str]:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(address)
        target = quote(target_of(address), _SAFE)
        headers = {"User-Agent": self.agent, "Accept": "*/*", "Connection": "close"}
        with (
            self._turn(parts.hostname),
            connected(
                address, timeout=self.timeout, encryption=self.encryption, resolve=self._resolve
            ) as connection,
        ):
            connection.request(method, target, headers=headers)
            with connection.getresponse() as response:
                return response.status, response.headers.get("Location", "").strip()

    @contextlib.contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        """Serialize requests to a host, with a pause after each."""
        with self._turns[host]:
            try:
                yield
            finally:
                time.sleep(self.pause)

    def _resolve(self, host: str, port: int) -> list[str]:
        found = network.resolve(host, port)
        if not all(map(self.allows, found)):
            raise NotPublic
        return found


def _target(here: str, location: str) -> str:
    """Return the target of a redirect; it inherits the fragment (RFC 9110, 10.2.2)."""
    with contextlib.suppress(UnicodeError):  # headers arrive as Latin-1
        location = location.encode("latin-1").decode()
    found, fragment = urljoin(here, re.sub(r"\s", "%20", location)), urldefrag(here).fragment
    return found if not fragment or urldefrag(found).fragment else f"{found}#{fragment}"


def _failure(status: int) -> str:
    if status < http.HTTPStatus.BAD_REQUEST or status in _REFUSES_PROGRAMS:
        return ""
    if status in {404, 410}:
        return f"Seite nicht gefunden ({status})"
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"Der Server meldet einen Fehler ({status})"
    return f"Der Server lehnt die Anfrage ab ({status})"
