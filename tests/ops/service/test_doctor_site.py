"""Doctor in front of a live site that runs as operators run it, and that is broken for real."""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import certificates
from support.content import Content
from support.doctor import MAILS, command
from support.endpoint import serving
from support.house import PASSWORD, SECRET, House
from support.site import free_port
from website.ops.doctor import CheckResult, DoctorContext, Level, site


@pytest.fixture(autouse=True)
def trusting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(house.certificate.file))


def only(findings: list[CheckResult]) -> CheckResult:
    [found] = findings
    return found


def test_a_healthy_website_has_no_error_and_shows_no_secret(house: House) -> None:
    done = command(house.environ, "--json", "--send-test-mail")
    told = json.loads(done.stdout)
    levels = {finding["check"]: finding["level"] for finding in told["findings"]}
    assert all(levels[name] in {"ok", "warning"} for name in ("disk", "database"))  # may be busy
    bad = {name for name, level in levels.items() if level in {"error", "warning"}}
    assert bad <= {"disk", "database"}
    assert told["ok"]
    assert done.returncode == 0
    assert {
        levels[name]
        for name in (
            "settings", "content", "secret", "file rights", "file owner",
            "database version", "database file", "mail server", "test mail", "site", "address",
            "certificate", "headers", "compression", "missing pages", "endpoint", "request", "form",
            "proxies", "deliveries", "jobs", "quarantine",
        )
    } == {"ok"}  # fmt: skip
    [mail] = house.mail_server.mails
    assert mail["To"] == MAILS
    for secret in (SECRET, PASSWORD, MAILS, "website@agentur.example"):
        assert secret not in done.stdout + done.stderr


def test_looking_stores_nothing_and_counts_against_nobody(house: House) -> None:
    """Were it counted, the sixth request within ten minutes would be suspected."""
    for _ in range(8):
        assert only(house.look("request")).level is Level.OK
    summary = only(house.look("quarantine"))
    assert summary.seen == "0 requests in 24 hours, 0 of them in quarantine"


def test_a_web_process_that_is_gone(house: House) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    with house.front(endpoint=nobody) as url:
        for name, what in (("endpoint", "/healthz"), ("request", "POST /anfrage")):
            found = only(house.look(name, WEBSITE_BASE_URL=url))
            assert found.level is Level.ERROR
            assert found.seen == f"{what} is answered 502: nothing answers behind the web server"
            assert "flask --app website serve" in found.advice
    found = only(house.look("site", WEBSITE_BASE_URL=f"http://{nobody}"))
    assert (found.level, found.seen) == (
        Level.ERROR,
        f"http://{nobody} cannot be reached: Connection refused",
    )


def test_a_name_that_does_not_resolve_is_told_once(house: House) -> None:
    findings = house.look(
        "site", "headers", "endpoint", WEBSITE_BASE_URL="http://gibt-es-nicht.invalid"
    )
    assert findings[0].level is Level.ERROR
    assert "the name gibt-es-nicht.invalid does not resolve" in findings[0].seen
    assert findings[0].advice.startswith("Enter gibt-es-nicht.invalid into the DNS")
    assert {finding.level for finding in findings[1:]} == {Level.UNCHECKED}


def test_a_route_that_the_proxy_does_not_have(house: House) -> None:
    def forget(text: str) -> str:
        assert "anfrage|" in text
        return text.replace("anfrage|", "")

    with house.front(change=forget) as url:
        found = only(house.look("request", WEBSITE_BASE_URL=url))
        assert found.level is Level.ERROR
        assert "POST /anfrage does not reach the endpoint" in found.seen
        assert "deploy-files" in found.advice
        assert only(house.look("endpoint", WEBSITE_BASE_URL=url)).level is Level.OK


def test_a_service_that_runs_under_another_address(house: House) -> None:
    with house.front() as url:
        found = only(house.look("request", WEBSITE_BASE_URL=url))
        assert found.level is Level.ERROR
        assert "for a foreign one (403)" in found.seen
        frozen_for = only(house.look("address", WEBSITE_BASE_URL=url))
        assert frozen_for.level is Level.ERROR
        assert house.environ["WEBSITE_BASE_URL"] in frozen_for.seen
        assert f"--base-url {url}" in frozen_for.advice


def test_a_form_that_is_out_of_step_with_the_endpoint(house: House, tmp_path: Path) -> None:
    build = tmp_path / "build"
    shutil.copytree(house.build.resolve(), build)
    page = build / "kontakt/index.html"
    for packed in page.parent.glob("index.html.*"):
        packed.unlink()
    page.write_text(page.read_text().replace('name="company"', 'name="firma"'))
    with house.front(build=build) as url:
        findings = house.look("form", WEBSITE_BASE_URL=url)
    told = " ".join(finding.seen for finding in findings)
    assert {finding.level for finding in findings} == {Level.ERROR}
    assert "The field firma is unknown to the endpoint." in told
    assert "The field company is missing from the page" in told


@pytest.mark.parametrize(
    ("days", "level"), [(5.5, Level.ERROR), (15.5, Level.WARNING), (-1, Level.ERROR)]
)
def test_a_certificate_near_its_end(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: float, level: Level
) -> None:
    certificate = certificates.make(tmp_path / "tls", days=days)
    both = tmp_path / "trusted.pem"
    both.write_bytes(certificate.file.read_bytes() + house.certificate.file.read_bytes())
    with house.front(certificate=certificate) as url:
        monkeypatch.setenv("SSL_CERT_FILE", str(both))
        site, ends = house.look("site", "certificate", WEBSITE_BASE_URL=url)
    if days > 0:
        assert (site.level, ends.level) == (Level.OK, level)
        assert f"holds for {int(days)} more days" in ends.seen
        assert "Renew it" in ends.advice
    else:
        assert (site.level, ends.level) == (level, Level.UNCHECKED)
        assert "certificate has expired" in site.seen


def test_headers_that_differ_are_named(house: House) -> None:
    def loosen(text: str) -> str:
        text = text.replace('"strict-origin-when-cross-origin"', '"no-referrer"')
        text = text.replace("add_header X-Frame-Options", "add_header X-Other")
        return text.replace("form-action 'self'", "form-action *")

    with house.front(change=loosen) as url:
        findings = house.look("headers", WEBSITE_BASE_URL=url)
    told = "\n".join(finding.seen for finding in findings)
    assert {finding.level for finding in findings} == {Level.WARNING}
    assert "the header X-Frame-Options is missing (at /, /kontakt/, /werkzeuge/, /suche/)" in told
    assert (
        "the header Referrer-Policy differs: lacks 'strict-origin-when-cross-origin', "
        "has 'no-referrer'"
    ) in told
    assert (
        "Content-Security-Policy differs: lacks 'form-action 'self'', has 'form-action *'" in told
    )


def test_pages_that_are_sent_uncompressed_or_instead_of_404(house: House) -> None:
    def change(text: str) -> str:
        text = text.replace("gzip on;", "gzip off;").replace("_static on;", "_static off;")
        return text.replace("error_page 404 /404.html", "error_page 404 =200 /404.html")

    with house.front(change=change) as url:
        compressed, missing = house.look("compression", "missing pages", WEBSITE_BASE_URL=url)
    assert (compressed.level, compressed.seen) == (Level.WARNING, "pages are sent uncompressed")
    assert missing.level is Level.WARNING
    assert "is answered 200, not 404" in missing.seen


def test_an_endpoint_that_hangs_up(house: House) -> None:
    """Behind a web server that goes on showing pages."""

    def hang_up(text: str) -> str:
        return text.replace(f"proxy_pass http://{house.endpoint};", "return 444;")

    with house.front(change=hang_up) as url:
        site, *others = house.look("site", "endpoint", "request", WEBSITE_BASE_URL=url)
    assert site.level is Level.OK
    assert {finding.level for finding in others} == {Level.ERROR}
    assert others[1].seen.startswith("POST /anfrage gets no answer: ")


# Proxies


def test_a_proxy_that_nobody_trusts(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (house.environ | {"WEBSITE_TRUSTED_PROXIES": ""}).items():
        monkeypatch.setenv(name, value)
    with (
        serving(tmp_path / "instance") as endpoint,
        house.front(endpoint=endpoint.removeprefix("http://")) as url,
    ):
        found = only(house.look("proxies", WEBSITE_BASE_URL=url))
    assert found.level is Level.WARNING
    assert "X-Forwarded-For arrives from 127.0.0.1, which is not in" in found.seen
    assert "set WEBSITE_TRUSTED_PROXIES=127.0.0.1" in found.advice


def test_an_endpoint_that_believes_what_anybody_claims(house: House) -> None:
    """The endpoint's own port, where a proxy was expected to be the only one."""
    found = only(house.look("proxies", WEBSITE_BASE_URL=f"http://{house.endpoint}"))
    assert found.level is Level.ERROR
    assert "believed a forged X-Forwarded-For" in found.seen


def test_a_machine_that_has_another_secret(house: House) -> None:
    found = only(house.look("proxies", WEBSITE_SECRET_KEY="x" * 40))
    assert found.level is Level.ERROR
    assert "does not know this command's secret" in found.seen


# The clock


@contextlib.contextmanager
def site_in_another_time(seconds: float) -> Iterator[str]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
            return super().date_time_string(time.time() + seconds)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("seconds", "level", "told"),
    [
        (60, Level.WARNING, "s behind that of 127.0.0.1"),
        (-600, Level.ERROR, "s ahead of that of 127.0.0.1"),
        (3, Level.UNCHECKED, "only this machine itself answered"),
    ],
)
def test_a_clock_that_is_off(house: House, seconds: int, level: Level, told: str) -> None:
    with site_in_another_time(seconds) as url:
        found = only(house.look("clock", WEBSITE_BASE_URL=url))
    assert found.level is level
    assert told in found.seen
    if level is not Level.UNCHECKED:
        assert "timedatectl" in found.advice


def test_who_comes_unencrypted_is_led_to_https_or_that_is_told(house: House) -> None:
    plain = free_port()
    for answer, level in (
        ("301 https://$host:PORT$request_uri", Level.OK),
        ("301 https://$host$request_uri", Level.ERROR),
        (f"301 https://$host:{plain}$request_uri", Level.ERROR),
        ("301 /anderswo/", Level.ERROR),
        ("204", Level.ERROR),
    ):
        here = f"server {{ listen 127.0.0.1:{plain}; location / {{ return {answer}; }} }}\n"

        def change(text: str, here: str = here) -> str:
            listening = re.search(r"listen (\d+) ssl", text) or pytest.fail("no port")
            return text + here.replace("PORT", listening[1])

        with house.front(change=change) as url:
            context = DoctorContext.from_environment(house.environ | {"WEBSITE_BASE_URL": url})
            assert only([*site.redirect(context, port=plain)]).level is level
    assert (
        only([*site.redirect(DoctorContext.from_environment(house.environ), port=plain)]).level
        is Level.WARNING
    )


def test_the_form_of_an_edition_that_the_web_server_does_not_know(
    house: House, tmp_path: Path
) -> None:
    content = Content(tmp_path / "content")
    content.edition()
    url = house.environ["WEBSITE_BASE_URL"]
    settings = {
        "WEBSITE_CONTENT_DIR": str(content.folder),
        "WEBSITE_INSTANCE_DIR": str(tmp_path / "instance"),
    }
    found = only(house.look("request", **settings))
    assert found.level is Level.ERROR
    assert "POST /en/enquiry does not reach the endpoint" in found.seen
    assert "deploy-files" in found.advice
    told = DoctorContext.from_environment(settings | {"WEBSITE_BASE_URL": f"{url}/below"})
    assert told.in_every_edition("/suche/") == ["/suche/", "/en/search/"]
