"""Settings: read once, refused with a sentence, and documented."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from support.site import ROOT
from website.config import SECRETS, SHORTEST_SECRET, Settings, require_checkout
from website.exceptions import ConfigurationError


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
        ("http://[::1]:8000", "/", "http://[::1]:8000"),
    ],
)
def test_an_address_says_root_and_origin(address: str, root: str, origin: str) -> None:
    settings = Settings.from_environment({"WEBSITE_BASE_URL": address})
    assert settings.site_root == root
    assert settings.own_origins == {origin}


@pytest.mark.parametrize(
    "address",
    ["www.beispiel.test", "ftp://x", "https://", "https://x/?a=b", "http://[", "https://[::1",
     "https://a:99999", "https://a:x", f"https://{'a' * 70}.test", "https://:443",
     "https://a b.test", "https://a.test:0", "https://eva:geheim@a.test", "https://-a.test",
     "https://a..test", "https://a.test/../b", "https://a.test/ä", "https://a.test/a b"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_BASE_URL"):
        Settings.from_environment({"WEBSITE_BASE_URL": address})


def test_scheme_and_host_are_written_as_browsers_write_them() -> None:
    settings = Settings.from_environment({"WEBSITE_BASE_URL": "HTTPS://WWW.Beispiel.test/Auf/"})
    assert settings.base_url == "https://www.beispiel.test/Auf"
    assert settings.is_https
    settings = Settings.from_environment({"WEBSITE_BASE_URL": "https://müller.test:443"})
    assert settings.base_url == "https://xn--mller-kva.test"


@pytest.mark.parametrize(
    "origin", ["*", "null", "a.test", "https://", "https://a b", "https://a.test/seite", "ftp://a"]
)
def test_an_origin_that_is_none_is_refused(origin: str) -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_ALLOWED_ORIGINS"):
        Settings.from_environment({"WEBSITE_ALLOWED_ORIGINS": f"https://b.test, {origin}"})


def test_other_origins_are_allowed_by_name() -> None:
    settings = Settings.from_environment(
        {"WEBSITE_ALLOWED_ORIGINS": "https://a.test, https://b.test"}
    )
    assert settings.own_origins == {"http://127.0.0.1:8000", "https://a.test", "https://b.test"}


def test_a_mail_server_without_addresses_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_LEADS_TO and WEBSITE_MAIL_FROM"):
        Settings.from_environment({"WEBSITE_SMTP_URL": "smtp://localhost"})


def test_a_secret_key_for_backups_is_refused_and_not_repeated() -> None:
    secret = "AGE-SECRET-KEY-1QQQQ"  # noqa: S105 - of nobody
    with pytest.raises(ConfigurationError, match="holds a secret key") as refused:
        Settings.from_environment({"WEBSITE_BACKUP_RECIPIENT": secret})
    assert secret not in str(refused.value)


def test_what_is_no_public_key_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="WEBSITE_BACKUP_RECIPIENT holds 'ssh-rsa'"):
        Settings.from_environment({"WEBSITE_BACKUP_RECIPIENT": "age1abc, ssh-rsa"})


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    kind = "https" if name == "alarm_url" else "postgresql+psycopg"
    text = f"{kind}://website@db/website?" + "x" * SHORTEST_SECRET
    (tmp_path / "secret").write_text(f"{text}\n")
    environ = {
        "WEBSITE_LEADS_TO": "a@b.example",
        "WEBSITE_MAIL_FROM": "c@b.example",
        "WEBSITE_ALARM_TO": "d@b.example",
        "WEBSITE_SECRET_KEY": "" if name == "secret_key" else "x" * SHORTEST_SECRET,
        f"WEBSITE_{name.upper()}_FILE": str(tmp_path / "secret"),
    }
    found = getattr(Settings.from_environment(environ), name)
    assert found in (text, (text,))


@pytest.mark.parametrize(
    ("content", "more", "told"),
    [
        (None, {}, "cannot be read: No such file or directory"),
        (b" \n", {}, "which is empty"),
        (b"\xff", {}, "it holds no text"),
        (b"x" * 40, {"WEBSITE_SECRET_KEY": "y" * 40}, "Leave one of them out"),
    ],
)
def test_a_file_that_gives_no_secret_is_named(
    tmp_path: Path, content: bytes | None, more: dict[str, str], told: str
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="WEBSITE_SECRET_KEY_FILE") as refused:
        Settings.from_environment(more | {"WEBSITE_SECRET_KEY_FILE": str(file)})
    assert told in str(refused.value)


def test_backups_lie_in_the_instance_folder_unless_set() -> None:
    settings = Settings.from_environment({"WEBSITE_INSTANCE_DIR": "/srv/a"})
    assert str(settings.backups) == "/srv/a/backups"
    settings = Settings.from_environment({"WEBSITE_BACKUP_DIR": "/srv/b"})
    assert str(settings.backups) == "/srv/b"


def test_a_copy_without_its_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="content, templates, static not found"):
        require_checkout(tmp_path)


def test_every_setting_is_explained() -> None:
    told = (ROOT / "docs/settings.md").read_text()
    for field in dataclasses.fields(Settings):
        assert f"`WEBSITE_{field.name.upper()}`" in told


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("base_url", "www.beispiel.test"), ("editor", "ja"), ("canary", "ja"),
        ("confirmation_mail", "auto"), ("log", "xml"), ("hsts", "all"), ("leads_to", "x, @"),
        ("alarm_to", ","), ("mail_from", "a@b.example, c@d.example"), ("canary_to", "nobody"),
        ("allowed_origins", "http://["), ("secret_key", "short"), ("trusted_proxies", "10.0.0"),
        ("answer_within_hours", "nan"), ("alarm_url", "chat"), ("backup_recipient", "ssh-rsa"),
        ("metrics", "9100"),
    ],
)  # fmt: skip
def test_every_value_that_is_none_is_named_with_its_setting(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"WEBSITE_{name.upper()} (is|holds|has|should)"):
        Settings.from_environment({f"WEBSITE_{name.upper()}": text})


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WEBSITE_LEDS_TO", "WEBSITE_LEADS_TO"), ("WEBSITE_SMPT_URL", "WEBSITE_SMTP_URL"),
        ("website_base_url", "WEBSITE_BASE_URL"), ("WEBSEITE_EDITOR", "WEBSITE_EDITOR"),
        ("WEBSITE_SMTP_URL_FLIE", "WEBSITE_SMTP_URL_FILE"),
        ("WEBSITE_SMTP", "WEBSITE_SMTP_URL"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_told_once_with_the_name_that_was_meant(
    name: str, meant: str, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        Settings.from_environment({name: "x"})
    told = f"{name} is set, but there is no such setting (did you mean {meant}?)."
    assert caplog.text.count(told) == 1


def test_names_that_resemble_none_suggest_none(caplog: pytest.LogCaptureFixture) -> None:
    Settings.from_environment({"WEBSITE_COLOUR": "blue", "WEBKIT_DEBUG": "1", "PATH": "/bin"})
    assert "WEBSITE_COLOUR is set, but there is no such setting. " in caplog.text
    assert "mean" not in caplog.text
    assert "WEBKIT" not in caplog.text
