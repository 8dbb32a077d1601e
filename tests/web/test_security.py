"""What every answer carries, and where none leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from support.applications import real_content
from support.sqlite import migrated
from website import create_app
from website.config import Hsts, Settings
from website.exceptions import ConfigurationError
from website.ops.deploy import hosting_files
from website.ops.deploy.web_server_rules import HostedSite
from website.ops.service.static_site import one_machine
from website.web import security
from website.web.services import services

HSTS = {
    "host": "max-age=63072000",
    "subdomains": "max-age=63072000; includeSubDomains",
    "preload": "max-age=63072000; includeSubDomains; preload",
}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        folder = migrated(tmp_path / "instance")
        known = Settings(instance_dir=folder, **settings)  # type: ignore[arg-type]
        made.append(create_app(known, before=real_content()))
        return made[-1]

    yield make
    for app in made:
        services(app).leads.close()


def addresses(app: Flask) -> Iterator[str]:
    """Yield every address of the application without its final slash, or with one too many."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        yield from (path.rstrip("/"), f"/{path}", path.replace("/", "//"), f"{path}/")


@pytest.mark.slow
@pytest.mark.parametrize("base_url", ["https://www.example.org", "https://www.example.org/website"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8443", "www.example.org"])
def test_no_redirect_leads_to_the_host_that_the_request_names(
    make: Callable[..., Flask], tmp_path: Path, base_url: str, host: str
) -> None:
    app = make(base_url=base_url)
    settings = services(app).settings
    (tmp_path / "build/artikel").mkdir(parents=True)
    (tmp_path / "build/artikel/index.html").write_text("x")
    client = Client(one_machine(app, tmp_path / "build", partial(HostedSite.of, settings)))
    redirects = 0
    for path in {*addresses(app), "/artikel", "//evil.example/artikel"}:
        asked = {"PATH_INFO": settings.site_root.rstrip("/") + path, "HTTP_HOST": host}
        answer = client.get("/", environ_overrides=asked, buffered=True)
        told = answer.headers.get("Location")
        if told is not None:
            redirects += 1
            assert not re.match(r"[a-z]+:|[/\\\\]{2}", told), (path, told)
            assert host not in answer.text, path
    assert redirects > 10


def test_the_path_of_the_site_without_its_slash_leads_to_the_site(
    make: Callable[..., Flask], tmp_path: Path
) -> None:
    app = make(base_url="https://www.example.org/website")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/index.html").write_text("x")
    client = Client(
        one_machine(app, tmp_path / "build", partial(HostedSite.of, services(app).settings))
    )
    answer = client.get("/website", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, "/website/")


def test_a_form_sent_without_the_final_slash_goes_on_with_what_was_typed(
    make: Callable[..., Flask],
) -> None:
    answer = make().test_client().post("/posteingang/export?x=1", data={"art": "csv"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/posteingang/export/?x=1")
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", HSTS)
def test_what_lies_below_the_host_is_bound_to_https_only_where_the_operator_says_so(
    make: Callable[..., Flask], tmp_path: Path, name: str
) -> None:
    environ = {"WEBSITE_BASE_URL": "https://www.example.org"}
    assert Settings.from_environment(environ).hsts is Hsts.HOST
    settings = Settings.from_environment(environ | {"WEBSITE_HSTS": name})
    site = HostedSite.of(settings)
    assert site.headers["Strict-Transport-Security"] == HSTS[name]
    app = make(base_url=settings.base_url, hsts=settings.hsts)
    (tmp_path / "build").mkdir()
    (tmp_path / "build/index.html").write_text("x")
    client = Client(
        one_machine(app, tmp_path / "build", partial(HostedSite.of, services(app).settings))
    )
    for path in ("/", "/healthz", "/posteingang/anmelden", "/posteingang", "/gibt-es-nicht"):
        assert client.get(path, buffered=True).headers["Strict-Transport-Security"] == HSTS[name], (
            path
        )
    place: dict[str, object] = {"endpoint": "127.0.0.1:8000", "endpoint_paths": (), "redirects": ()}
    written = (
        hosting_files.web_server("nginx.conf", site, tmp_path, certificates="/etc", **place),  # type: ignore[arg-type]
        hosting_files.web_server("Caddyfile", site, tmp_path, **place),  # type: ignore[arg-type]
    )
    for text in written:
        assert f'Strict-Transport-Security "{HSTS[name]}"' in text


def test_a_wrong_word_for_it_is_refused_with_the_right_ones() -> None:
    with pytest.raises(ConfigurationError, match="host, subdomains or preload"):
        Settings.from_environment({"WEBSITE_HSTS": "yes"})


def test_without_https_browsers_are_not_told_to_stay_with_it() -> None:
    assert "Strict-Transport-Security" not in security.headers(https=False, hsts=Hsts.PRELOAD)
