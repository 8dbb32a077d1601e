"""Settings: read once, refused with a sentence, and documented."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from support.site import ROOT
from website.config import Settings, require_checkout
from website.exceptions import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_set_means_a_site_on_this_machine() -> None:
    settings = Settings.from_environment({})
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.content_dir == ROOT / "content"
    assert settings.database == f"sqlite:///{ROOT}/instance/website.sqlite3"
    assert settings.site_root == "/"


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert Settings.from_environment({"WEBSITE_BASE_URL": " "}) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("address", "root", "origin"),
    [
        ("https://www.beispiel.test/", "/", "https://www.beispiel.test"),
        ("https://beispiel.test:8443/auf/tritt/", "/auf/tritt/", "https://beispiel.test:8443"),
        ("https://WWW.Beispiel.test:443", "/", "https://www.beispiel.test"),
        ("https://müller.test", "/", "https://xn--mller-kva.test"),
    ],
)
def test_an_address_says_root_and_origin(address: str, root: str, origin: str) -> None:
    settings = Settings.from_environment({"WEBSITE_BASE_URL": address})
    assert settings.site_root == root
    assert settings.own_origins == {origin}


@pytest.mark.parametrize("address", ["www.beispiel.test", "ftp://x", "https://", "https://x/?a=b"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_BASE_URL"):
        Settings.from_environment({"WEBSITE_BASE_URL": address})


def test_other_origins_are_allowed_by_name() -> None:
    settings = Settings.from_environment(
        {"WEBSITE_ALLOWED_ORIGINS": "https://a.test, https://b.test"}
    )
    assert settings.own_origins == {"http://127.0.0.1:8000", "https://a.test", "https://b.test"}


def test_a_mail_server_without_addresses_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_LEADS_TO and WEBSITE_MAIL_FROM"):
        Settings.from_environment({"WEBSITE_SMTP_URL": "smtp://localhost"})


def test_a_copy_without_its_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="content, templates, static not found"):
        require_checkout(tmp_path)


def test_the_readme_explains_every_setting() -> None:
    readme = (ROOT / "README.md").read_text()
    for field in dataclasses.fields(Settings):
        assert f"`WEBSITE_{field.name.upper()}`" in readme


@pytest.mark.parametrize("text", ["9100", "127.0.0.1", "127.0.0.1:x", ":9100", "a:1/metrics"])
def test_a_useless_address_for_metrics_is_named_with_an_example(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"WEBSITE_METRICS.*127\.0\.0\.1:9100"):
        Settings.from_environment({"WEBSITE_METRICS": text})


def test_metrics_may_be_given_on_any_address_of_the_machine() -> None:
    for text, address in (("127.0.0.1:9100", ("127.0.0.1", 9100)), ("[::1]:9100", ("::1", 9100))):
        assert Settings.from_environment({"WEBSITE_METRICS": text}).metrics == address
    assert Settings.from_environment({}).metrics is None


def test_an_unknown_style_of_the_log_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_LOG is 'xml'; it should be json or text"):
        Settings.from_environment({"WEBSITE_LOG": "xml"})
