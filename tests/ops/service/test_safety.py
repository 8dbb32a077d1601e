"""What a website for others must not start with."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import replace
from pathlib import Path

import pytest

from support.content import Content
from support.processes import run_flask
from support.site import freeze
from website.config import Settings
from website.exceptions import ConfigurationError
from website.mailboxes import Mailbox
from website.ops.doctor import settings_check


@pytest.fixture
def safe(tmp_path: Path) -> Settings:
    (tmp_path / "instance").mkdir(mode=0o700)
    return Settings(
        base_url="https://www.example.org",
        instance_dir=tmp_path / "instance",
        smtp_url="smtp://mail.example.org",
        leads_to=("vertrieb@example.org",),
        mail_from=Mailbox("website@example.org"),
    )


def test_a_website_that_is_set_up_starts(safe: Settings) -> None:
    assert [*settings_check.unsafe(safe)] == []
    settings_check.require(safe)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"base_url": "http://www.example.org"}, "WEBSITE_BASE_URL"),
        ({"smtp_url": ""}, "WEBSITE_SMTP_URL"),
        ({"leads_to": ("anfragen@localhost",)}, "WEBSITE_LEADS_TO"),
        (
            {"trusted_proxies": (ipaddress.ip_network("0.0.0.0/0"),)},
            "WEBSITE_TRUSTED_PROXIES",
        ),
        ({"trusted_proxies": (ipaddress.ip_network("::/0"),)}, "WEBSITE_TRUSTED_PROXIES"),
        ({"metrics": ("0.0.0.0", 9100)}, "WEBSITE_METRICS"),  # noqa: S104 - refused
        ({"metrics": ("::", 9100)}, "WEBSITE_METRICS"),
        ({"metrics": ("203.0.114.7", 9100)}, "WEBSITE_METRICS"),
        ({"metrics": ("2a01:4f8::1", 9100)}, "WEBSITE_METRICS"),
    ],
)
def test_each_unsafe_setting_is_refused_with_a_next_step(
    safe: Settings, change: dict[str, object], named: str
) -> None:
    (found,) = settings_check.unsafe(replace(safe, **change))  # type: ignore[arg-type]
    assert named in found.seen
    assert found.advice.endswith(".")


@pytest.mark.parametrize("name", ["", "secret.key", "website.sqlite3", "mail", "backups/a.age"])
def test_what_every_user_of_the_machine_can_read_is_refused(safe: Settings, name: str) -> None:
    path = safe.instance_dir / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if name == "mail":
        path.mkdir(mode=0o700)
    elif name:
        path.touch(mode=0o600)
    assert [*settings_check.unsafe(safe)] == []
    path.chmod(path.stat().st_mode | 0o004)
    (found,) = settings_check.unsafe(safe)
    assert str(path) in found.advice


def test_a_lock_holds_nothing_that_others_may_not_read(safe: Settings) -> None:
    safe.backups.mkdir(mode=0o700)
    (safe.backups / ".erased.lock").touch(mode=0o644)
    assert [*settings_check.unsafe(safe)] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "10.1.2.3", "fd00::1"])
def test_metrics_may_be_on_an_address_that_visitors_cannot_reach(safe: Settings, host: str) -> None:
    assert [*settings_check.unsafe(replace(safe, metrics=(host, 9100)))] == []


def test_on_this_machine_alone_everything_is_allowed(safe: Settings) -> None:
    for base_url in ("http://127.0.0.1:8000", "http://localhost", "https://[::1]"):
        settings_check.require(replace(safe, base_url=base_url, smtp_url=""))
    with pytest.raises(ConfigurationError):
        settings_check.require(replace(safe, smtp_url=""))


@pytest.mark.parametrize("base_url", ["https://www.example.org", "http://127.0.0.1:8000"])
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"smtp_url": "smtp://mail:port"}, "WEBSITE_SMTP_URL should look like"),
        ({"alarm_smtp_url": "mail"}, "WEBSITE_ALARM_SMTP_URL should look like"),
    ],
)
def test_nothing_starts_with_a_setting_that_its_delivery_could_not_use(
    safe: Settings, base_url: str, change: dict[str, str], named: str
) -> None:
    wrong = replace(safe, base_url=base_url, alarm_to=("a@example.org",), **change)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match=named):
        settings_check.require(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("command", [("serve", "--port", "8999"), ("deliver", "--forever")])
def test_the_commands_do_not_start_and_name_every_reason_at_once(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    environ = os.environ | {
        "WEBSITE_BASE_URL": "http://www.example.org",
        "WEBSITE_INSTANCE_DIR": str(tmp_path / "instance"),
    }
    refused = run_flask(environ, *command)
    assert refused.returncode == 1
    for named in ("WEBSITE_BASE_URL", "WEBSITE_SMTP_URL", "WEBSITE_LEADS_TO"):
        assert named in refused.stderr
    assert "Traceback" not in refused.stderr


# What it is going to serve


def frozen(folder: Path, base_url: str, start: str = "") -> Path:
    folder.mkdir()
    (folder / "robots.txt").write_text(f"User-agent: *\nSitemap: {base_url}/sitemap.xml\n")
    (folder / "index.html").write_text(start)
    return folder


def test_pages_of_another_address_are_not_shown_to_others(safe: Settings, tmp_path: Path) -> None:
    settings_check.require(safe, tmp_path / "missing")
    settings_check.require(safe, frozen(tmp_path / "right", "https://www.example.org"))
    for number, base_url in enumerate(("http://127.0.0.1:8000", "https://www.example.org/auf")):
        build = frozen(tmp_path / f"wrong-{number}", base_url)
        with pytest.raises(ConfigurationError) as refused:
            settings_check.require(safe, build)
        assert f"The pages in {build} were frozen for {base_url}" in str(refused.value)
        assert "freeze --release" in str(refused.value)
        settings_check.require(replace(safe, base_url="http://127.0.0.1:9000"), build)


def test_missing_pages_are_said(
    safe: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings_check.require(safe, tmp_path / "missing")
    settings_check.require(Settings(), tmp_path / "missing")
    assert caplog.text.count(f"There are no pages in {tmp_path}/missing") == 2
    settings_check.require(safe, frozen(tmp_path / "right", "https://www.example.org"))
    settings_check.require(safe)
    assert caplog.text.count("There are no pages") == 2


def test_placeholders_in_the_pages_are_said(
    safe: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    start = '<aside class="open-facts">'
    settings_check.require(safe, frozen(tmp_path / "build", "https://www.example.org", start))
    assert "show placeholders" in caplog.text


def test_a_real_build_is_known_by_its_address_and_its_placeholders(
    safe: Settings, content: Content, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = content.folder / "website.toml"
    site.write_text(site.read_text().replace('name = "Erika Muster"', 'name = "PLATZHALTER"'))
    freeze("--content", content.folder, "--output", tmp_path / "build")
    with pytest.raises(ConfigurationError, match="were frozen for http://127"):
        settings_check.require(safe, tmp_path / "build")
    assert "show placeholders" in caplog.text
