"""Whatever anybody sends to any live address, the answer is no server error.

Which parameters a view reads is recorded while it reads them, so that new ones are tried too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from flask import Flask, Request
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from support import staff
from support.applications import real_content
from support.leads import ANSWERS
from website import create_app
from website.config import Settings
from website.leads.intake import Submission
from website.staff.access import StaffRole
from website.staff.accounts.models import Staff
from website.web.services import services

LIVE = ("contact_endpoint.", "health.", "inbox.", "staff.")

ODD = (
    "", " ", "0", "-1", "+1", "1e3", "1_0", "²", "①", "٣", "１２３４５６", "٠١٢٣٤٥", "9" * 6,
    "99999999999999999999", "2147483648", "9223372036854775808", "niemand", "offen", "new", "lost",
    "9999-12-31", "0001-01-01", "0000-00-00", "31.12.9999", "2026-02-30", "10000-01-01",
    "2026-١١-٢٨", "\x00", "a\x00b", "\ud800", "\ufeff", "\u202e", "//[", "http://[::1",
    "http://[", "//evil.example", "/\\evil.example", "/posteingang/%00",
    "/posteingang/\r\nX: y", "%", "%00", "%zz", "{}", "[]", "null", '{"a":' * 200, "'", '"',
    "'; --", ":*", "a:*", "\\", "<b>", "é" * 300, "ﷺ" * 300, "x" * 5000, "a@b", "a@b.de", "@",
    "a@" + "b" * 300, "B7KM-29QX", "🏳️‍🌈",
)  # fmt: skip
HEADERS = (
    "Accept", "Accept-Language", "Authorization", "Cookie", "Forwarded", "Host",
    "If-Modified-Since", "If-None-Match", "Origin", "Range", "Referer", "Sec-Fetch-Site",
    "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Website-Canary",
    "X-Website-Forwarding",
)  # fmt: skip


class Recording(ImmutableMultiDict[str, str]):
    """Notes which parameters are asked for."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, type: Any = None) -> list[str]:  # noqa: A002 - Werkzeug's
        self.asked.add(key)
        return super().getlist(key, type)


class RecordingRequest(Request):
    parameter_storage_class = Recording


class Site:
    """An application with a lead and an account, whose answers are looked at."""

    def __init__(self, url: str, folder: Path) -> None:
        configured = Settings(instance_dir=folder, database_url=url)
        self.app: Flask = create_app(configured, before=real_content())
        self.app.request_class = RecordingRequest
        self.staff: Staff = staff.account(self.app, StaffRole.LEAD_ADMIN)
        intake = services(self.app).leads.intake
        self.number: str = intake.take(Submission(answers=ANSWERS)).reference
        self._client: FlaskClient | None = None
        self.parameters: dict[str, set[str]] = defaultdict(set)
        for rule in self.rules:
            self.send(rule, {}, self.path(rule))
        self.recorded = {name: sorted(found) for name, found in self.parameters.items()}

    @property
    def rules(self) -> list[Rule]:
        found = self.app.url_map.iter_rules()
        return sorted((rule for rule in found if rule.endpoint.startswith(LIVE)), key=repr)

    def path(self, rule: Rule, value: str | None = None) -> str:
        """Fill in the parameters of an address."""
        known = (
            value or {"reference": self.number}.get(*rule.arguments, "1") if rule.arguments else ""
        )
        return re.sub(r"<[^>]+>", lambda _: _quoted(known), rule.rule)

    def send(
        self, rule: Rule, values: Mapping[str, str], path: str, **headers: str
    ) -> TestResponse:
        """Send some parameters both ways, as somebody who is signed in."""
        client = self._signed_in()
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        Recording.asked = set()
        encoded = "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in values.items())
        response = client.open(
            path,
            method=method,
            query_string=encoded[:60_000],
            data=encoded if method == "POST" else None,
            content_type="application/x-www-form-urlencoded" if method == "POST" else None,
            headers=headers,
        )
        self.parameters[rule.endpoint] |= Recording.asked
        if method == "POST" and rule.endpoint.startswith("staff.") and response.status_code < 400:
            self._client = None  # who may be signed out
        return response

    def _signed_in(self) -> FlaskClient:
        if self._client is None:
            self._client = staff.signed_in(self.app, self.staff)
        return self._client


def _quoted(text: str) -> str:
    """Write for an address; half a surrogate pair as what no UTF-8 reader takes."""
    return quote(text.encode(errors="surrogatepass"), safe="")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("instance")
    if request.param == "sqlite":
        made = Site("", folder)
        yield made
        services(made.app).leads.close()
        return
    with request.getfixturevalue("postgres").database() as url:
        made = Site(url, folder)
        yield made
        services(made.app).leads.close()


def test_what_views_read_is_known(site: Site) -> None:
    assert {"suche", "stand", "zustaendig", "von", "bis", "seite"} <= site.parameters[
        "inbox.requests"
    ]
    assert "next" in site.parameters["staff.check_password"]
    assert len(site.rules) > 40


def test_no_value_of_a_parameter_is_a_server_error(site: Site) -> None:
    """Every value for all parameters of a view at once, and for the one in its address."""
    failed = []
    for rule in site.rules:
        names = site.recorded[rule.endpoint]
        for value in ODD if names or rule.arguments else ():
            path = site.path(rule, value if rule.arguments else None)
            response = site.send(rule, dict.fromkeys(names, value), path)
            if response.status_code >= 500:
                failed.append((rule.rule, value[:40], response.status_code))
    assert failed == []


def test_no_header_is_a_server_error(site: Site) -> None:
    failed = []
    for rule in site.rules:
        for value in ODD[::3]:
            told = value.encode(errors="replace").decode("latin-1").replace("\n", " ")
            sent = dict.fromkeys(HEADERS, told.replace("\r", " ")[:2000])
            client = site.app.test_client()
            response = client.open(site.path(rule), headers=sent | {"Host": "localhost"})
            if response.status_code >= 500:
                failed.append((rule.rule, value[:40], response.status_code))
    assert failed == []


VALUE = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=40),
    st.integers().map(str),
    st.dates().map(str),
    st.dates().map(lambda day: f"{day:%d.%m.%Y}"),
    st.lists(st.sampled_from(ODD), max_size=3).map("".join),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mixture_of_parameters_is_a_server_error(site: Site, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(site.rules))
    names = st.sampled_from([*site.recorded[rule.endpoint], "x"])
    values = data.draw(st.dictionaries(names, VALUE, max_size=6))
    path = site.path(rule, data.draw(VALUE) if rule.arguments else None)
    response = site.send(rule, values, path)
    assert response.status_code < 500
