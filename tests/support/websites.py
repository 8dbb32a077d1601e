"""Another website on this machine: real HTTP, with answers as a test wants them."""

from __future__ import annotations

import contextlib
import http.server
import threading
import time
from collections.abc import Iterator


class OtherWebsite:
    """Answers each path as ``answers`` has it: a status, or a status with a redirect's target."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: dict[str, tuple[int, str]] = {}
        self.refuses_head = False
        self.stalls = 0.0
        """Seconds until each answer."""
        self.asked: list[tuple[str, str]] = []
        """Method and path of each request."""
        self.headers: list[dict[str, str]] = []
        self.times: list[tuple[float, float]] = []
        """Begin and end of each request."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextlib.contextmanager
def other_website() -> Iterator[OtherWebsite]:
    """Run a website until the block ends."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            begin = time.monotonic()
            site.asked.append((self.command, self.path))
            site.headers.append(dict(self.headers))
            time.sleep(site.stalls)
            status, location = site.answers.get(self.path, (200, ""))
            if site.refuses_head and self.command == "HEAD":
                status = 501
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()
            site.times.append((begin, time.monotonic()))

        do_GET = do_HEAD  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = OtherWebsite(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
