"""nginx and Caddy of Debian, started with a configuration that the project writes."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.site import free_port

NGINX = """\
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors.log;
include /etc/nginx/modules-enabled/*.conf;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/website.conf;
}}
"""
CADDY = "{{\n\tadmin off\n\tauto_https off\n}}\nimport {folder}/website.conf\n"


def off_port_80(text: str) -> str:
    """Let a site over HTTPS take no port that others use: port 80 has one owner on a machine."""
    for listen, instead in (
        ("    listen 80;\n", f"    listen 127.0.0.1:{free_port()};\n"),
        ("    listen [::]:80;\n", ""),
    ):
        assert text.count(listen) == 1
        text = text.replace(listen, instead)
    return text


@dataclass(frozen=True)
class Answer:
    """What a visitor gets, not unpacked."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class WebServer:
    """A running web server."""

    name: str
    port: int

    def get(
        self,
        path: str,
        *,
        accept: str = "identity",
        method: str = "GET",
        body: bytes | None = None,
        host: str = "127.0.0.1",
    ) -> Answer:
        """Ask for one address."""
        connection = http.client.HTTPConnection(host, self.port, timeout=10)
        with contextlib.suppress(BrokenPipeError):  # refused before all was sent
            connection.request(
                method, path, body, {"Accept-Encoding": accept, "Host": f"127.0.0.1:{self.port}"}
            )
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer


@contextlib.contextmanager
def running_web_server(
    name: str, configuration: str, port: int, folder: Path
) -> Iterator[WebServer]:
    """Start nginx or Caddy, with its files in a folder of its own."""
    (folder / "website.conf").write_text(configuration)
    main = folder / "main"
    main.write_text((NGINX if name == "nginx" else CADDY).format(folder=folder))
    command = {
        "nginx": ["nginx", "-c", str(main), "-e", str(folder / "errors.log")],
        "caddy": ["caddy", "run", "--config", str(main), "--adapter", "caddyfile"],
    }[name]
    environ = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            server = WebServer(name, port)
            _wait_for(server, process, folder / "log")
            yield server
        finally:
            process.terminate()
            try:
                process.wait(15)
            finally:
                process.kill()


@contextlib.contextmanager
def running_endpoint() -> Iterator[str]:
    """Stand in for the endpoint: tell each request back, with a header of its own."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


class _Endpoint(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told = f"{self.command} {self.path} for {self.headers['X-Forwarded-For']}".encode()
        self.send_response(200)
        self.send_header("Content-Security-Policy", "of the endpoint")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _wait_for(server: WebServer, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            server.get("/")
        except ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{server.name} did not answer: {log.read_text()}")
