"""Debian's nginx and Caddy serve a release as the one-machine server does."""

from __future__ import annotations

import gzip
import http.client
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest

from support import certificates, terminal
from support.released import Released
from support.site import free_port, release
from support.web_servers import WebServer, off_port_80, running_endpoint, running_web_server
from website.config import Settings
from website.exceptions import ConfigurationError
from website.ops.deploy import hosting_files
from website.ops.deploy.web_server_rules import HostedSite
from website.web.security import CONTENT_SECURITY_POLICY, POLICIES, SVG_POLICY, headers, written

FOREVER = "public, max-age=31536000, immutable"
FILES = {"nginx": "nginx.conf", "caddy": "Caddyfile"}
ASK_AGAIN = "public, no-cache"
COMMON = written(CONTENT_SECURITY_POLICY)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def server(
    request: pytest.FixtureRequest, released: Released, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    folder = tmp_path_factory.mktemp(request.param)
    with running_endpoint() as endpoint:
        text = configuration(request.param, released.build, released, endpoint)
        with running_web_server(request.param, text, released.port, folder) as running:
            yield running


def configuration(
    name: str, build: Path, released: Released, endpoint: str, *options: str, base_url: str = ""
) -> str:
    """Have a configuration written as an operator does."""
    environ = {
        "WEBSITE_BASE_URL": base_url or released.base_url,
        "WEBSITE_CONTENT_DIR": str(released.content.folder),
        "WEBSITE_INSTANCE_DIR": str(released.content.folder.parent / "instance"),
    }
    with tempfile.TemporaryDirectory() as folder:
        words = ("--build", str(build), "--endpoint", endpoint, *options)
        terminal.flask(environ, "deploy-files", folder, *words)
        return (Path(folder) / FILES[name]).read_text()


def test_pages_carry_every_header_once_and_are_asked_for_again(server: WebServer) -> None:
    for path in ("/", "/artikel/neu/", "/feed.xml"):
        answer = server.get(path)
        assert answer.status == 200
        for name, value in headers(https=False).items():
            assert answer.headers.get_all(name) == [value], (path, name)
        assert answer.headers.get_all("Cache-Control") == [ASK_AGAIN], path


def test_browsers_learn_which_pages_they_may_fetch_beforehand(server: WebServer) -> None:
    [told] = server.get("/artikel/neu/").headers.get_all("Speculation-Rules") or []
    rules = server.get(told.strip('"'))
    assert rules.status == 200
    assert rules.headers.get_content_type() == "application/speculationrules+json"
    for tool in ("/werkzeuge/kundenkonzentration/", "/en/tools/kundenkonzentration/"):
        assert "Speculation-Rules" not in server.get(tool).headers


def test_each_part_has_its_own_policy(server: WebServer, released: Released) -> None:
    expected = {
        "/werkzeuge/kundenkonzentration/": written(POLICIES["/werkzeuge/"]),
        "/en/tools/kundenkonzentration/": written(POLICIES["/werkzeuge/"]),
        "/kontakt/": COMMON,
        "/en/contact/": COMMON,
        released.file("bilder/bild.*.svg"): SVG_POLICY,
    }
    for path, policy in expected.items():
        assert server.get(path).headers.get_all("Content-Security-Policy") == [policy], path


def test_files_named_by_their_content_are_kept(server: WebServer, released: Released) -> None:
    kinds = {"static/site.*.css": "text/css", "static/js/proof.*.js": "text/javascript"}
    kinds |= {"static/fonts/schibsted-grotesk.*.woff2": "font/woff2"}
    kinds |= {"karten/neu.*.png": "image/png", "bilder/bild.*.svg": "image/svg+xml"}
    for pattern, kind in kinds.items():
        answer = server.get(released.file(pattern))
        assert answer.headers.get_all("Cache-Control") == [FOREVER], pattern
        assert answer.headers.get_content_type() == kind, pattern


def test_what_was_compressed_for_the_release_is_sent(server: WebServer, released: Released) -> None:
    for path in ("/artikel/neu/", released.file("static/site.*.css")):
        file = released.build / path.lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        plain = server.get(path)
        assert plain.body == file.read_bytes()
        assert "Content-Encoding" not in plain.headers
        for accept, kind, unpack in (
            ("gzip", "gzip", gzip.decompress),
            ("gzip, br", "br", brotli.decompress),
        ):
            packed = server.get(path, accept=accept)
            variant = file.with_name(file.name + {"gzip": ".gz", "br": ".br"}[kind])
            assert packed.headers["Content-Encoding"] == kind
            assert "Accept-Encoding" in packed.headers["Vary"]
            assert packed.body == variant.read_bytes()
            assert unpack(packed.body) == plain.body
            assert packed.headers["Content-Type"] == plain.headers["Content-Type"]


def test_old_addresses_lead_to_the_new_one(server: WebServer) -> None:
    for old in ("/artikel/alt/", "/artikel/alt", "/uralt.html", quote("/über-uns/")):
        answer = server.get(old)
        assert (answer.status, answer.headers["Location"]) == (301, "/artikel/neu/"), old
    assert server.get("/kontakt/").status == 200


def test_what_is_missing_is_answered_by_the_page_that_says_so(
    server: WebServer, released: Released
) -> None:
    page = (released.build / "404.html").read_bytes()
    for path in ("/gibt-es-nicht/", "/static/site.0123456789.css", "/_headers", "/_redirects"):
        answer = server.get(path)
        assert answer.status == 404
        assert answer.headers.get_all("Cache-Control") == [ASK_AGAIN]
        assert answer.headers.get_all("Content-Security-Policy") == [COMMON]
        assert answer.body == page, path


def test_requests_and_inbox_are_passed_on_and_nothing_else_is(server: WebServer) -> None:
    for path in ("/anfrage", "/anfrage/IP-1", "/posteingang/", "/healthz", "/readyz"):
        answer = server.get(path)
        assert answer.body.decode() == f"GET {path} for 127.0.0.1"
        assert answer.headers.get_all("Content-Security-Policy") == ["of the endpoint"]
    assert server.get("/anfrage", method="POST").body.startswith(b"POST /anfrage")
    assert server.get("/anfragen").status == 404


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_what_a_web_server_cannot_pass_on_is_answered_by_our_page(
    name: str, released: Released, tmp_path: Path
) -> None:
    port, nobody = free_port(), f"127.0.0.1:{free_port()}"
    base_url = f"http://127.0.0.1:{port}"
    text = configuration(name, released.build, released, nobody, base_url=base_url)
    with running_web_server(name, text, port, tmp_path) as server:
        for method in ("GET", "POST"):
            answer = server.get("/en/enquiry", method=method, body=b"message=Hallo")
            assert answer.body == (released.build / "en/503.html").read_bytes()
            answer = server.get("/anfrage", method=method, body=b"message=Hallo")
            assert answer.status == 502
            assert answer.body == (released.build / "503.html").read_bytes()
            assert answer.headers.get_all("Content-Security-Policy") == [COMMON]
            assert answer.headers.get_all("Cache-Control") == [ASK_AGAIN]
            assert answer.headers.get_content_type() == "text/html"
    page = (released.build / "503.html").read_text()
    assert "Ihr Text ist nicht verloren" in page
    assert 'content="noindex"' in page


def test_each_edition_has_its_own_error_page_and_endpoint(
    server: WebServer, released: Released
) -> None:
    for path in ("/en/nothing", "/en/articles/nothing/", "/en/anfrage"):
        answer = server.get(path)
        assert answer.status == 404
        assert answer.body == (released.build / "en/404.html").read_bytes()
    answer = server.get("/en/enquiry/ABC", method="POST", body=b"message=Hello")
    assert answer.body.startswith(b"POST /en/enquiry/ABC")
    assert server.get("/en/articles/ein-artikel/").status == 404
    assert server.get("/en/articles/an-article/").status == 200


def test_editors_may_send_large_images(server: WebServer) -> None:
    answer = server.get("/redaktion/bibliothek/neu", method="POST", body=b"x" * 2_000_000)
    assert answer.status == 200


def test_nginx_says_by_our_page_that_a_request_is_too_large(
    server: WebServer, released: Released
) -> None:
    if server.name == "caddy":
        pytest.skip("Caddy knows no limit; the endpoint answers itself")
    answer = server.get("/anfrage", method="POST", body=b"x" * 2_000_000)
    assert answer.status == 413
    assert answer.body == (released.build / "413.html").read_bytes()
    assert "Ihr Text steht dort noch" in answer.body.decode()


def test_the_site_is_reached_by_either_version_of_ip(server: WebServer) -> None:
    for host in ("127.0.0.1", "::1"):
        assert server.get("/", host=host).status == 200, host


def test_every_answer_of_nginx_stays_with_https(released: Released, tmp_path: Path) -> None:
    """Also those that it gives itself: redirects, refusals, and what it cannot pass on."""
    certificates.make(tmp_path / "tls", days=9)
    port = free_port()
    base_url = f"https://127.0.0.1:{port}"
    options = ("--certificates", str(tmp_path / "tls"))
    with running_endpoint() as endpoint:
        text = configuration(
            "nginx", released.build, released, endpoint, *options, base_url=base_url
        )
        assert f"return 301 {base_url}$request_uri" in text
        assert "listen [::]:80;" in text
        with running_web_server("nginx", off_port_80(text), port, tmp_path):
            for path in ("/", "/artikel/alt/", "/gibt-es-nicht/", "/_headers", "/anfrage"):
                asked = http.client.HTTPSConnection(
                    "127.0.0.1",
                    port,
                    context=ssl._create_unverified_context(),  # noqa: S323, SLF001
                )
                asked.request("GET", path)
                answer = asked.getresponse()
                told = answer.headers.get_all("Strict-Transport-Security")
                assert told == ["max-age=63072000"], path
                asked.close()


def test_a_site_below_a_path_is_served_there(released: Released, tmp_path: Path) -> None:
    port = free_port()
    base_url = f"http://127.0.0.1:{port}/auf/tritt"
    build = tmp_path / "build"
    release(released.content.folder, build, base_url)
    for name in ("nginx", "caddy"):
        folder = tmp_path / name
        folder.mkdir()
        with running_endpoint() as endpoint:
            text = configuration(name, build, released, endpoint, base_url=base_url)
            with running_web_server(name, text, port, folder) as server:
                assert server.get("/auf/tritt/artikel/neu/").status == 200
                tool = server.get("/auf/tritt/werkzeuge/kundenkonzentration/")
                assert "connect-src 'none'" in tool.headers["Content-Security-Policy"]
                assert server.get("/auf/tritt/artikel/alt/").headers["Location"] == (
                    "/auf/tritt/artikel/neu/"
                )
                assert server.get("/auf/tritt/gibt-es-nicht").status == 404
                assert b"<h1" in server.get("/auf/tritt/gibt-es-nicht").body
                assert server.get("/auf/tritt/anfrage").body.startswith(b"GET /auf/tritt/anfrage")
                assert server.get("/artikel/neu/").status == 404


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("https://www.example.org", "https://www.example.org"),
        ("https://www.example.org:8443", "https://www.example.org:8443"),
        ("https://www.example.org:8443/auf", "https://www.example.org:8443"),
    ],
)
def test_who_comes_unencrypted_is_led_to_the_port_of_the_site(
    tmp_path: Path, base_url: str, origin: str
) -> None:
    site = HostedSite(Settings(base_url=base_url))
    place = {"endpoint": "127.0.0.1:1", "certificates": "/tls"}
    text = hosting_files.web_server(
        "nginx.conf", site, tmp_path, **place, endpoint_paths=[], redirects=[]
    )
    assert f"return 301 {origin}$request_uri;" in text
    files = hosting_files.container_files(site, with_postgresql=False)
    assert f'"{site.settings.port}:{site.settings.port}"' in files["compose.yaml"]


@pytest.mark.parametrize("name", ["/srv/meine website", '/srv/"x"', "/srv/100%", "/srv/$x", "/a;b"])
def test_a_path_that_a_file_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    site = HostedSite(Settings(base_url="https://www.example.org"))
    place = {"endpoint": "127.0.0.1:1", "certificates": "/tls"}
    for file in FILES.values():
        with pytest.raises(ConfigurationError, match="Nothing was written"):
            hosting_files.web_server(
                file, site, tmp_path / name, **place, endpoint_paths=[], redirects=[]
            )


def test_no_setting_begins_a_line_of_its_own() -> None:
    environ = {"WEBSITE_LEADS_TO": "a@example.org\nWEBSITE_SECRET_KEY=x"}
    with pytest.raises(ConfigurationError, match="Nothing was written"):
        hosting_files.settings_file(environ, ())
