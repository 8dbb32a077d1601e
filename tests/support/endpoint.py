"""The endpoint as a process of its own, and requests as browsers send them."""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from werkzeug.serving import make_server

from support import processes
from support.visitor import BROWSER
from website import create_app

SERVE = """
from werkzeug.serving import make_server
from website import create_app
server = make_server("127.0.0.1", 0, create_app(), threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""


@contextlib.contextmanager
def serving(
    folder: Path, *, port: int = 0, environ: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """Run the endpoint alone until the block ends, when it is killed; yield its address.

    :param folder: its instance folder.
    :param port: any that is free, unless given.
    :param environ: its other settings.
    """
    settings = os.environ | dict(environ) | {"WEBSITE_INSTANCE_DIR": str(folder)}
    with processes.running(_serve, port, settings) as connection:
        yield f"http://127.0.0.1:{connection.recv()}"


@contextlib.contextmanager
def serving_within(command: Sequence[str], folder: Path) -> Iterator[str]:
    """Run the endpoint by a command that runs another one, in other circumstances."""
    process = subprocess.Popen(
        [*command, sys.executable, "-c", SERVE],
        env=os.environ | {"WEBSITE_INSTANCE_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        with process.stdout as told:
            yield f"http://127.0.0.1:{int(told.readline())}"
    finally:
        process.kill()
        process.wait()


def _serve(connection: Connection, port: int, environ: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    server = make_server("127.0.0.1", port, create_app(), threaded=True)
    connection.send(server.port)
    server.serve_forever()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes

    @property
    def reference(self) -> str:
        """The number of the lead, if the answer is a thank-you."""
        assert self.status == 303, self.body.decode()
        return self.location.rpartition("/")[2]


def post(url: str, form: Mapping[str, str], **headers: str) -> Answer:
    """Send a form to the endpoint of a site."""
    from_here = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    sent = BROWSER | from_here | {name.replace("_", "-"): text for name, text in headers.items()}
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    with contextlib.closing(connection):
        connection.request("POST", "/anfrage", urlencode(form), sent)
        response = connection.getresponse()
        return Answer(response.status, response.headers.get("Location", ""), response.read())
