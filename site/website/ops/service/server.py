"""The server process of a machine: serves pages and endpoint, and keeps delivery running.

Uses waitress (see docs/decisions/0001-wsgi-server.md). Delivery runs in a process of its own, so
that a hanging mail server blocks no thread of the server.
"""

import copy
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import waitress.server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import Error

from website.config import EDITOR
from website.infra import templates
from website.ops.service.child_processes import GRACE, ChildProcess
from website.web.security import headers

log = logging.getLogger(__name__)

THREADS = 8
CONNECTIONS = 900
"""Slow clients cost a file descriptor each; a process usually has 1,024."""
LARGEST_BODY = 1024 * 1024
"""Bytes. More than the application accepts, so that visitors get its error page and keep their
text."""
LARGEST_UPLOAD = 22 * 1024 * 1024
"""Bytes of uploads by editors; more than the editor accepts, so that it answers."""
SWITCHED = 0.001
"""Seconds after which a computing thread, such as a preview, yields to another one; by default 5
ms, and a request to the endpoint waits for that up to ten times."""
ARRIVING = 0.3
"""Seconds that a new connection has to send its request before the server stops."""
RESTART_AFTER = 2.0
"""Seconds before a delivery process that has ended is restarted."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # the library has no types
    """A request parser that allows larger bodies where editors upload images."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header, and choose the limit of the body by the path."""
        super().parse_header(header_plus)
        if EDITOR in self.path:
            self.adj: Any = copy.copy(self.adj)
            self.adj.max_request_body_size = LARGEST_UPLOAD


class _Refusal(ErrorTask):  # type: ignore[misc]  # the library has no types
    """Answers requests that waitress itself refuses with a page of ours.

    Only requests that no browser sends get here, and those that are far too large.
    """

    def execute(self) -> None:
        """Send our page instead of waitress's own text."""
        self.request.error = _OurPage(self.request.error)
        super().execute()


class _OurPage:
    def __init__(self, error: Error) -> None:
        self._error = error

    def to_response(self, _ident: str | None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status, headers and body as waitress expects them."""
        page = templates.render("errors/refused.html", status=self._error.code).encode()
        fields = [("Content-Type", "text/html; charset=utf-8"), *headers(https=False).items()]
        return f"{self._error.code} {self._error.reason}", fields, page


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection."""

    parser_class = _Parser
    error_task_class = _Refusal


class Server:
    """waitress, stopped without dropping a request that has arrived.

    :param sockets: listening sockets to serve on, instead of the address.
    :raises OSError: if the address is taken, unknown or not allowed.
    """

    def __init__(
        self,
        application: WSGIApplication,
        host: str,
        port: int,
        *,
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        where: dict[str, Any] = {"host": host, "port": port}
        if sockets:
            where = {"sockets": list(sockets)}
        else:
            socket.getaddrinfo(host, port)  # waitress does not say why a host is unknown
        self._server = waitress.server.create_server(
            application,
            **where,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            channel_timeout=30,
            cleanup_interval=10,
            max_request_header_size=32 * 1024,
            max_request_body_size=LARGEST_BODY,
            # Which proxies to trust is decided where an address is needed: client_ip.py.
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
        self._server.channel_class = _Channel
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)

    def run(self) -> None:
        """Serve until a signal to stop, then finish the requests that have arrived."""
        on_stop(self._stop)
        # Shells start background jobs with SIGINT ignored; stopping relies on it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.setswitchinterval(SWITCHED)
        self._server.run()

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        on_stop(lambda *_: None)  # the end of a session sends several
        self._server.accepting = False
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        until = time.monotonic() + GRACE
        time.sleep(ARRIVING)
        while time.monotonic() < until and self._busy():
            time.sleep(0.05)
        # waitress ends its loop cleanly on KeyboardInterrupt, and on nothing else.
        os.kill(os.getpid(), signal.SIGINT)

    def _busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(
            channel.requests or channel.request or channel.total_outbufs_len for channel in channels
        )


def on_stop(stop: Callable[[int, FrameType | None], object]) -> None:
    """Call a function at SIGTERM, and at SIGHUP unless it is ignored, as ``nohup`` has it."""
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, stop)


def inherited_sockets(environ: Mapping[str, str] = os.environ) -> list[socket.socket]:
    """Return the listening sockets that this process has inherited.

    systemd keeps them open while the service restarts, so that visitors wait a moment instead of
    being refused (sd_listen_fds(3)).
    """
    if environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    first = 3
    numbers = range(first, first + int(environ.get("LISTEN_FDS", "0")))
    return [socket.socket(fileno=number) for number in numbers]


def run(server: Server, *, deliver_for: Path | None) -> None:
    """Serve until stopped.

    :param deliver_for: also deliver, in a child process, for these frozen pages.
    """
    words = ("Delivery", "flask", "--app", "website", "deliver", "--forever")
    delivery = ChildProcess(*words, build=deliver_for, again=RESTART_AFTER) if deliver_for else None
    try:
        server.run()
    finally:
        if delivery:
            delivery.stop()
