"""What real processes log and count of hostile requests: no word of whoever sent them."""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from support.processes import Flask, run_flask
from support.site import free_port, wait_for
from support.waiting import wait_until

MARKER = "Zaubertrank"
VISITOR = "203.0.113.77"
PLAIN = {
    "message": f"Uns fehlt jemand für unsere Großkunden, sagt {MARKER}.",
    "company": f"{MARKER} GmbH",
    "name": f"Jörg {MARKER}",
    "email": f"{MARKER}@firma.example",
}
HOSTILE = {
    "message": f"{MARKER}\r\nERROR website: {MARKER} %s {{}} [url=https://{MARKER}.example]",
    "company": f"{MARKER} GmbH",
    "name": f"Dr. {MARKER}\x00\x1b[2J",
    "email": f"{MARKER}@firma.example",
    "phone": f"0711 {MARKER}",
}
AS_BROWSER = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
    "Accept-Language": "de",
    "User-Agent": f"Mozilla/5.0 {MARKER}",
    "X-Forwarded-For": VISITOR,
    "Referer": f"https://x.example/?{MARKER}",
}


@dataclass(frozen=True)
class LoggedSite:
    url: str
    metrics: str
    log: Path

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> int:
        sent = (
            AS_BROWSER
            | {"Origin": self.url}
            | {name.replace("_", "-"): value for name, value in headers.items()}
        )
        address = urlsplit(self.url).netloc
        with closing(http.client.HTTPConnection(address, timeout=60)) as connection:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            response.read()
            return response.status

    def submit(self, form: dict[str, str]) -> int:
        return self.send("POST", "/anfrage", urlencode(form).encode())

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def samples(self) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        with urlopen(self.metrics, timeout=60) as answer:
            text = answer.read().decode()
        assert MARKER not in text
        assert VISITOR not in text
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def sample(self, name: str, **labels: str) -> float:
        return self.samples()[name, frozenset(labels.items())]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoggedSite]:
    """Serve and deliver with a log of JSON and with metrics, and send what is hostile once."""
    folder = tmp_path_factory.mktemp("site")
    port, other = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    environ = os.environ | {
        "WEBSITE_BASE_URL": url,
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
        "WEBSITE_METRICS": f"127.0.0.1:{other}",
        "WEBSITE_LOG": "json",
    }
    words = ("serve", "--port", str(port), "--build", str(folder / "build"))
    with (folder / "log").open("wb") as log:
        process = Flask(environ, *words, out=log)
    try:
        wait_for(f"{url}/readyz", process)
        site = LoggedSite(url, f"http://127.0.0.1:{other}/metrics", folder / "log")
        assault(site)
        yield site
    finally:
        process.terminate()
        process.wait(90)


def assault(site: LoggedSite) -> None:
    marked = quote(f"{MARKER}@firma.example")
    answers = [
        site.submit(PLAIN),
        site.submit(HOSTILE),
        site.submit(PLAIN | {"message": ""}),
        site.submit(PLAIN | {"message": MARKER * 50_000}),
        site.send("POST", "/anfrage", b"", Sec_Fetch_Site="cross-site", Origin=f"https://{MARKER}"),
        site.send("POST", "/anfrage", f"message=%ff{MARKER}".encode("latin-1")),
        site.send("GET", f"/{marked}?mail={marked}"),
        site.send("GET", f"/anfrage/{marked}"),
        site.send("GET", f"/anfrage/BBBB-BBBB?{marked}"),
        site.send(f"{MARKER.upper()}", "/anfrage"),
        site.send("POST", "/anfrage/bestaetigen", urlencode({"token": MARKER}).encode()),
        site.send("POST", "/posteingang/anmelden", urlencode({"email": f"{MARKER}@x.de"}).encode()),
    ]
    assert answers[:5] == [303, 200, 422, 413, 403], answers
    assert 500 not in answers
    wait_until(lambda: "sent at attempt 1" in site.log.read_text(), "delivered")


def test_no_line_of_any_process_holds_personal_data(site: LoggedSite) -> None:
    log = site.log.read_text()
    assert "sent at attempt 1" in log
    for word in (MARKER, VISITOR, "firma.example"):
        assert word.casefold() not in log.casefold(), word


def test_every_line_is_json_and_the_lead_is_named_by_both_processes(site: LoggedSite) -> None:
    lines = site.lines()
    stored = next(line for line in lines if line["message"].endswith("stored"))
    sent = next(line for line in lines if "sent at attempt 1" in line["message"])
    assert stored["lead"] == sent["lead"]
    assert (stored["process"], sent["process"]) == ("web", "worker")


def test_every_request_has_a_line_with_its_route_and_nothing_of_its_address(
    site: LoggedSite,
) -> None:
    told = {
        (each["method"], each["route"], each["status"]) for each in site.lines() if "route" in each
    }
    assert ("POST", "/anfrage", 303) in told
    assert ("GET", "/anfrage/<reference>", 404) in told
    assert ("GET", "(none)", 404) in told
    assert any(method == "other" for method, _, _ in told)
    assert not any(route in {"/readyz", "/healthz"} for _, route, _ in told)


def test_an_untrusted_forwarded_address_is_warned_of_once_and_counted(site: LoggedSite) -> None:
    warned = [line for line in site.lines() if "WEBSITE_TRUSTED_PROXIES" in line["message"]]
    assert len(warned) == 1
    assert site.sample("website_untrusted_forwarded_requests_total") >= 10


def test_requests_are_counted_by_route_and_class_of_status(site: LoggedSite) -> None:
    labels = {"method": "POST", "route": "/anfrage", "status": "3xx"}
    assert site.sample("website_http_request_duration_seconds_count", **labels) == 1
    assert site.sample("website_http_request_duration_seconds_sum", **labels) > 0


@pytest.mark.parametrize(
    ("outcome", "count"),
    [
        ("accepted", 1),
        ("quarantined", 1),
        ("too-large", 1),
        ("foreign", 1),
        ("rate-limited", 0),
        ("not-stored", 0),
    ],
)
def test_forms_are_counted_by_what_became_of_them(
    site: LoggedSite, outcome: str, count: int
) -> None:
    assert site.sample("website_submissions_total", outcome=outcome) == count


def test_the_health_of_the_website_is_measured(site: LoggedSite) -> None:
    assert site.sample("website_database_usable") == 1
    assert site.sample("website_deliveries", state="dead") == 0
    assert site.sample("website_leads_last_day", outcome="accepted") == 1
    assert site.sample("website_disk_free_bytes") > 0
    assert site.sample("website_job_age_seconds", job="observe") < 300
    assert site.sample("process_cpu_seconds_total") > 0


def test_metrics_are_not_on_the_public_address(site: LoggedSite) -> None:
    assert site.send("GET", "/metrics") == 404


def test_a_worker_of_its_own_gives_metrics_too(tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    environ = os.environ | {"WEBSITE_INSTANCE_DIR": str(tmp_path), "WEBSITE_METRICS": address}
    process = Flask(environ, "deliver", "--forever")
    try:
        url = f"http://{address}/metrics"
        wait_for(url, process)
        with urlopen(url, timeout=60) as answer:
            text = answer.read().decode()
        assert "website_database_usable 1.0" in text
        assert "website_submissions" not in text, "it takes none"
    finally:
        process.terminate()
        assert process.wait(90) == 0


def test_an_address_for_metrics_that_is_taken_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        environ = os.environ | {"WEBSITE_INSTANCE_DIR": str(tmp_path), "WEBSITE_METRICS": address}
        ended = run_flask(environ, "serve", "--port", str(free_port()))
    assert ended.returncode == 1
    assert f"Metrics cannot be given on {address}" in ended.stderr
    assert "Set WEBSITE_METRICS to another address" in ended.stderr
