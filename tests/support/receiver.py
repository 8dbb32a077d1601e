"""A real receiver of webhooks on this machine that answers as a test tells it to."""

from __future__ import annotations

import contextlib
import http.server
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass

STALL = "stall"
"""Instead of an answer: say nothing until the other side gives up."""
DROP = "drop"
"""Instead of an answer: hang up."""
LOSE = "lose"
"""Take the message, but hang up before the answer."""
DRIP = "drip"
"""Answer without an end, a little at a time."""
FLOOD = "flood"
"""Confirm, and go on without an end."""


@dataclass(frozen=True)
class Message:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    content: bytes


class Receiver:
    """Takes every message, unless told otherwise.

    ``answers`` holds what the next requests get instead, one after the other: a status, or one of
    the words above.
    """

    def __init__(self) -> None:
        self.answers: list[int | str] = []
        self.requests: list[Message] = []
        """Everything that was asked."""
        self.taken: list[Message] = []
        """What was taken over."""
        self.sent = 0
        """Bytes that went out with FLOOD."""
        self._over = threading.Event()
        self._server: http.server.ThreadingHTTPServer | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/leads?token=secret-in-the-address"

    @contextlib.contextmanager
    def running(self, *, encryption: ssl.SSLContext | None = None) -> Iterator[Receiver]:
        """Run until the block ends; afterwards nobody answers at the port."""
        server = _Server(("127.0.0.1", self.port), _Handler)
        server.receiver = self
        if encryption:
            server.socket = encryption.wrap_socket(server.socket, server_side=True)
        self.port = server.server_address[1]
        self._over.clear()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def take(self, message: Message) -> int | str:
        """Note a request, and say what is answered."""
        self.requests.append(message)
        answer = self.answers.pop(0) if self.answers else 204
        if answer in {LOSE, FLOOD} or (isinstance(answer, int) and 200 <= answer < 300):
            self.taken.append(message)
        return answer

    def wait(self, seconds: float) -> bool:
        """Wait; says whether the receiver has been ended."""
        return self._over.wait(seconds)


class _Server(http.server.ThreadingHTTPServer):
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that would not prove trust in our certificate."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        receiver = self.server.receiver
        content = self.rfile.read(int(self.headers["Content-Length"]))
        answer = receiver.take(Message(self.path, dict(self.headers), content))
        self.close_connection = True
        if isinstance(answer, int):
            self._say(answer)
        elif answer == STALL:
            receiver.wait(60)
        elif answer == DRIP:
            self.wfile.write(b"HTTP/1.1 ")
            self._go_on(receiver, b"2", 0.05)
        elif answer == FLOOD:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            self._go_on(receiver, b"x" * 65_536, 0)

    def do_GET(self) -> None:
        """Note what only a client that follows redirects asks for."""
        assert isinstance(self.server, _Server)
        self.server.receiver.requests.append(Message(self.path, dict(self.headers), b""))
        self._say(200)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def _say(self, status: int) -> None:
        self.send_response(status, "Zaubertrank")
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _go_on(self, receiver: Receiver, piece: bytes, pause: float) -> None:
        with contextlib.suppress(OSError):
            for _ in range(2000):
                if receiver.wait(pause):
                    return
                self.wfile.write(piece)
                receiver.sent += len(piece)
