"""Frozen pages in front of the endpoint: right caching, right headers, always the newest build."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from support.content import Content
from support.site import freeze, release
from website.config import Settings
from website.ops.deploy.web_server_rules import HostedSite
from website.ops.service.static_site import one_machine


@pytest.fixture
def folder(content: Content, tmp_path: Path) -> Path:
    content.article()
    freeze("--content", content.folder, "--output", tmp_path / "build")
    return tmp_path / "build"


class Visitor(Client):
    """Reads each answer to its end, so that the file behind it is closed."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, buffered=True, **kwargs)
        answer.close()
        return answer


@pytest.fixture
def client(folder: Path) -> Client:
    return Visitor(
        one_machine(Response("vom Endpunkt", 404), folder, partial(HostedSite.of, Settings()))
    )


def test_pages_are_asked_for_again_and_fingerprinted_files_kept(
    client: Client, folder: Path
) -> None:
    assert client.get("/artikel/ein-artikel/").headers["Cache-Control"] == "public, no-cache"
    sheet = next(folder.glob("static/site.*.css"))
    answer = client.get(f"/static/{sheet.name}")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/css"


def test_a_page_that_did_not_change_is_not_sent_again(client: Client) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_what_a_release_compressed_is_sent_to_browsers_that_take_it(
    client: Client, content: Content, folder: Path
) -> None:
    release(content.folder, folder)
    for accept, ending in (("gzip, deflate, br", ".br"), ("gzip", ".gz"), ("", "")):
        answer = client.get("/artikel/ein-artikel/", headers={"Accept-Encoding": accept})
        assert answer.data == (folder / f"artikel/ein-artikel/index.html{ending}").read_bytes()
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.mimetype == "text/html"


def test_every_file_carries_the_security_headers(client: Client) -> None:
    for path in ("/", "/feed.xml", "/robots.txt"):
        answer = client.get(path)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Strict-Transport-Security" not in answer.headers


def test_only_the_pages_of_tools_may_connect_to_nothing(client: Client, content: Content) -> None:
    text = (content.folder / "seiten/impressum.md").read_text()
    content.write("seiten/werkzeuge/kundenkonzentration.md", text.replace("Impressum", "Rechnen"))
    freeze("--content", content.folder, "--output", content.folder.parent / "build")
    tool = client.get("/werkzeuge/kundenkonzentration/")
    assert tool.status_code == 200
    assert "connect-src 'none'" in tool.headers["Content-Security-Policy"]
    assert "Speculation-Rules" not in tool.headers
    for path in ("/", "/kontakt/", "/artikel/"):
        page = client.get(path)
        assert "connect-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["Speculation-Rules"] == '"/vorabruf.speculationrules"'


def test_browsers_are_told_to_stay_with_https_where_the_site_has_it(folder: Path) -> None:
    settings = Settings(base_url="https://www.beispiel.test")
    answer = Visitor(one_machine(Response(), folder, partial(HostedSite.of, settings))).get("/")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"


def test_an_address_without_its_slash_leads_to_the_page(client: Client) -> None:
    answer = client.get("/artikel")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("artikel/")


def test_what_is_no_file_is_left_to_the_endpoint(client: Client) -> None:
    assert client.get("/gibt-es-nicht/").text == "vom Endpunkt"
    assert client.post("/anfrage").text == "vom Endpunkt"
    assert client.get("/../content/website.toml").text == "vom Endpunkt"


def test_a_new_build_is_served_without_a_restart(
    client: Client, content: Content, folder: Path
) -> None:
    assert client.get("/artikel/neu/").status_code == 404
    content.article("neu")
    (content.folder / "artikel/ein-artikel.md").unlink()
    freeze("--content", content.folder, "--output", folder)
    assert client.get("/artikel/neu/").status_code == 200
    assert client.get("/artikel/ein-artikel/").status_code == 404


def test_nobody_waits_for_a_look_at_every_file_of_a_new_build(
    client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    real = os.scandir

    def scandir(path: str) -> Any:
        looked.append(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    folder.touch()
    assert client.post("/anfrage").text == "vom Endpunkt"
    assert client.get("/artikel/ein-artikel/").status_code == 200
    assert looked == []


def test_the_endpoint_answers_while_there_is_no_build(tmp_path: Path) -> None:
    client = Visitor(
        one_machine(
            Response("vom Endpunkt"), tmp_path / "fehlt", partial(HostedSite.of, Settings())
        )
    )
    assert client.get("/").text == "vom Endpunkt"


def test_a_site_below_a_path_is_served_there_and_nowhere_else(folder: Path) -> None:
    settings = Settings(base_url="http://localhost/auf/tritt")
    client = Visitor(
        one_machine(Response("vom Endpunkt"), folder, partial(HostedSite.of, settings))
    )
    assert "<h1" in client.get("/auf/tritt/").text
    assert client.get("/auf/tritt/anfrage").text == "vom Endpunkt"
    assert client.get("/").status_code == 404
