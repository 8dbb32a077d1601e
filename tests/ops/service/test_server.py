"""The one-machine server as a process: slow clients, broken requests, stopping."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.processes import run_flask
from support.site import Running, running_site
from support.visitor import BROWSER
from support.waiting import wait_until
from website.ops.service.server import Server, on_stop

SLOW = 50
AT_MOST = 15.0
"""Seconds that somebody else may have to wait: far less than slow clients may keep a connection."""


@contextlib.contextmanager
def slow_clients(site: Running) -> Iterator[None]:
    """Hold connections open, half of them in their headers, half in their bodies."""
    stop = threading.Event()
    starts = (
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /anfrage HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nmessage=",
    )
    clients = [connected(site) for _ in range(SLOW)]
    for number, client in enumerate(clients):
        client.sendall(starts[number % 2])

    def drip() -> None:
        while not stop.wait(0.5):
            for client in clients:
                with contextlib.suppress(OSError):
                    client.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for client in clients:
            client.close()


def connected(site: Running) -> socket.socket:
    parts = urlsplit(site.url)
    return socket.create_connection((parts.hostname or "", parts.port or 80), timeout=60)


def test_slow_clients_keep_nobody_else_waiting(running: Running) -> None:
    form = {"message": "Bitte", "company": "Eilig GmbH", "name": "E. Muster", "email": "e@f.de"}
    body = urllib.parse.urlencode(form)
    fields = BROWSER | {"Content-Type": "application/x-www-form-urlencoded"}
    with slow_clients(running):
        time.sleep(1)
        assert _answer(running, "GET", "/") == 200
        assert _answer(running, "GET", "/readyz") == 200
        assert _answer(running, "POST", "/anfrage", body, fields) == 303


def _answer(site: Running, method: str, *request: Any) -> int:
    parts = urlsplit(site.url)
    with contextlib.closing(http.client.HTTPConnection(parts.netloc, timeout=AT_MOST)) as client:
        began = time.monotonic()
        client.request(method, *request)
        status = client.getresponse().status
        assert time.monotonic() - began < AT_MOST
        return status


@pytest.mark.parametrize(
    "request_text",
    [
        b"POST /anfrage HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /anfrage HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
def test_a_broken_request_is_the_senders_fault(running: Running, request_text: bytes) -> None:
    with connected(running) as client:
        client.sendall(request_text)
        status = client.recv(4096).split(b" ", 2)[1:2]
    assert status in ([b"400"], []), status
    with urllib.request.urlopen(running.url + "/readyz", timeout=60) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("path", [b"/anfrage", b"/en/enquiry"])
def test_a_body_of_five_megabytes_gets_an_answer_in_both_languages(
    running: Running, path: bytes
) -> None:
    with connected(running) as client:
        client.sendall(
            b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\nmessage="
        )
        with contextlib.suppress(OSError):
            client.sendall(b"a" * 5_000_000)
        answer = b""
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                answer += piece
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert "Gehen Sie zurück und kürzen Sie Ihren Text." in answer.decode()
    assert "Go back and shorten your text." in answer.decode()
    assert b"Content-Security-Policy: default-src 'none'" in answer


def test_the_server_does_not_say_what_it_is(running: Running) -> None:
    with urllib.request.urlopen(running.url, timeout=60) as answer:
        assert "Server" not in answer.headers


def test_a_port_that_is_taken_is_told_in_a_sentence(running: Running) -> None:
    port = str(urlsplit(running.url).port)
    failed = run_flask(running.environ, "serve", "--port", port)
    assert failed.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use." in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_port_that_the_address_of_the_site_lacks_is_told(
    running: Running, tmp_path: Path
) -> None:
    environ = {"WEBSITE_BASE_URL": "", "WEBSITE_INSTANCE_DIR": str(tmp_path)}
    port = str(urlsplit(running.url).port)
    told = run_flask(running.environ | environ, "serve", "--port", port).stderr
    assert f"Forms sent at http://127.0.0.1:{port} are refused, because WEBSITE_BASE_URL" in told
    assert "which means http://127.0.0.1:8000" in told


def test_a_host_that_is_unknown_is_named() -> None:
    with pytest.raises(socket.gaierror) as failed:
        Server(lambda _environ, _start: [], "unknown.invalid", 8199)
    assert failed.value.strerror


def test_stopping_ends_both_processes_of_a_background_job_too(tmp_path: Path) -> None:
    """Shells start background jobs with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with running_site(tmp_path, frozen=False) as site:
            children = site.children()
            assert len(children) == 1
            site.process.terminate()
            assert site.process.wait(90) == 0
            assert not any(site.is_running(child) for child in children)
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_end_of_the_terminal_ends_both_processes_in_order(tmp_path: Path) -> None:
    """The shell and the system both send SIGHUP, and the session manager may send SIGTERM."""
    with running_site(tmp_path, frozen=False) as site:
        with connected(site) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            time.sleep(0.2)
            for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGHUP):
                site.process.send_signal(number)
            client.sendall(b"Connection: close\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
        assert site.process.wait(90) == 0


@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.SIG_DFL])
def test_what_nohup_started_goes_on(before: signal.Handlers) -> None:
    def stop(*_: object) -> None:
        raise AssertionError

    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGHUP, before)
    try:
        on_stop(stop)
        assert signal.getsignal(signal.SIGTERM) is stop
        assert (signal.getsignal(signal.SIGHUP) is stop) == (before is signal.SIG_DFL)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def test_delivery_that_dies_is_started_again_and_ends_when_the_server_was_killed(
    tmp_path: Path,
) -> None:
    with running_site(tmp_path, frozen=False) as site:
        (first,) = site.children()
        site.kill(first)
        wait_until(lambda: site.children() not in ([], [first]), "started again")
        (second,) = site.children()
        assert second != first
        site.process.kill()
        site.process.wait(90)
        wait_until(lambda: not site.is_running(second), "ended")  # it may still be starting
