"""Other websites are asked politely, and only what is surely gone counts as broken."""

from __future__ import annotations

import http.server
import threading
from typing import TYPE_CHECKING

import pytest

from support.leads import NOON
from website.config import Settings
from website.editorial.external_links import ExternalLinks
from website.editorial.workspace import Workspace
from website.infra import network
from website.publishing import link_checks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from website.infra.database import Database


class _Site(http.server.BaseHTTPRequestHandler):
    """Answers ``/404`` with 404, and so on; ``/loop`` leads to itself, ``/on`` to ``/200``."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        self.send_response(int(name) if name.isdigit() else 302)
        if name in {"loop", "on"}:
            self.send_header("Location", "/loop" if name == "loop" else "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/200", ""),
        ("/on", ""),
        ("/302", ""),
        ("/403", ""),
        ("/429", ""),
        ("/404", "Die Seite gibt es nicht mehr."),
        ("/410", "Die Seite gibt es nicht mehr."),
        ("/500", "Die Website meldet einen Fehler (500)."),
        ("/loop", "Die Adresse leitet im Kreis weiter."),
    ],
)
def test_an_answer_says_whether_a_page_is_there(url: str, path: str, reason: str) -> None:
    assert link_checks.reason_of(url + path, resolve=network.resolve) == reason


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "https://[", "ftp://x.example/", "https:///x"]
)
def test_what_is_no_address_or_nobody_answers_is_named(address: str) -> None:
    reason = link_checks.reason_of(address, resolve=network.resolve)
    assert reason == "Die Website antwortet nicht."


def test_nobody_looks_into_our_own_network(url: str) -> None:
    assert link_checks.reason_of(f"{url}/200") == "Die Website antwortet nicht."


def test_a_machine_without_internet_blames_no_link(
    database: Database, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_checks, "PAUSE", 0)
    workspace = Workspace.of(Settings(instance_dir=tmp_path))
    workspace.content.mkdir(parents=True)
    file = workspace.content / "a.md"
    file.write_text(f"[a]({url}/200) [b]({url}/404)")
    for _ in range(3):
        link_checks.check_some(database, workspace, NOON)
    assert ExternalLinks(database).broken() == []
    monkeypatch.setattr(link_checks, "public_only", network.resolve)
    for _ in range(2):
        assert link_checks.check_some(database, workspace, NOON) == "2 links checked"
        ExternalLinks(database).record(f"{url}/200", "", NOON.replace(year=2020))
        ExternalLinks(database).record(f"{url}/404", "weg", NOON.replace(year=2020))
    assert [link.url for link in ExternalLinks(database).broken()] == [f"{url}/404"]
