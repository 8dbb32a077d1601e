"""Which instance a command works on: said, and never another one beside that of the services."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click import Command, Group
from click.testing import CliRunner, Result
from sqlalchemy import text

from support import terminal
from support.content import Content
from support.postgres import PostgreSQL
from support.processes import run_flask
from support.site import PUBLIC, ROOT, freeze
from support.sqlite import migrated
from website import create_app
from website.cli import backups, doctor, instances
from website.config import Settings
from website.exceptions import ConfigurationError
from website.infra.commands import GermanCommand, OperatorCommand
from website.infra.database import connect
from website.ops.deploy import systemd
from website.web.services import services

OF_AN_APPLICATION = (
    ["leads", "list"], ["leads", "purge", "--dry-run"], ["leads", "export", "a@b.example"],
    ["leads", "demo", "--count", "1"], ["staff", "list"], ["deliver"], ["canary"],
    ["staff", "add", "a@b.example", "A", "--role", "sales"], ["deploy-files", "files"],
    ["content", "log"],
)  # fmt: skip
WITHOUT = ("backup", "backups", "restore", "take-over", "doctor")


def _flask(environ: Mapping[str, str], *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run_flask(os.environ | environ, *words, cwd=cwd)


@pytest.mark.parametrize("words", OF_AN_APPLICATION, ids=" ".join)
def test_every_command_says_on_standard_error_which_instance_it_works_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(
        base_url="https://www.example.org", instance_dir=migrated(tmp_path / "instance")
    )
    result = _invoked(settings, words)
    told = f"Instance: https://www.example.org, {tmp_path}/instance/website.sqlite3\n"
    assert result.stderr.startswith(told)
    assert "Instance" not in result.stdout


@pytest.mark.parametrize(
    "words", [["leads", "list"], ["backups"], ["check", "--help"]], ids=" ".join
)
def test_a_misspelt_setting_is_told_by_every_command(tmp_path: Path, words: list[str]) -> None:
    environ = {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance"), "WEBSITE_LEDS_TO": "a@b.example"}
    done = _flask(environ, *words, cwd=ROOT)
    assert done.returncode == 0
    assert done.stderr.count("WEBSITE_LEDS_TO is set, but there is no such setting (did you") == 1


def test_no_command_is_left_out_but_those_of_authors_and_what_logs_it(tmp_path: Path) -> None:
    app = create_app(Settings(instance_dir=migrated(tmp_path / "instance")))
    services(app).leads.close()
    authors = {"check", "new", "publish", "unpublish", "rename", "preview"}
    assert set(app.cli.commands) == {words[0] for words in OF_AN_APPLICATION} | authors | {"serve"}
    for command in map(_without, WITHOUT):
        assert isinstance(command, OperatorCommand)
    for name, command in app.cli.commands.items():
        known = GermanCommand if name in authors else OperatorCommand
        each = command.commands.values() if isinstance(command, Group) else [command]
        assert all(isinstance(one, known) for one in each)


@pytest.mark.parametrize("name", WITHOUT)
def test_so_do_those_that_need_no_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("WEBSITE_INSTANCE_DIR", str(migrated(tmp_path / "instance")))
    (tmp_path / "file").touch()
    words = [str(tmp_path / "file")] if name in {"restore", "take-over"} else []
    result = CliRunner().invoke(_without(name), words)
    assert f", {tmp_path}/instance/website.sqlite3\n" in result.stderr


@pytest.mark.parametrize(
    "url", ["website", "postgresql+psycopg://user:a@b:c@db/website", "mysql://db/website"]
)
@pytest.mark.parametrize("command", ["list", "doctor"])
def test_an_unusable_database_url_is_reported_by_doctor_and_stops_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, command: str
) -> None:
    monkeypatch.setenv("WEBSITE_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("WEBSITE_SECRET_KEY", "x" * 32)
    monkeypatch.setenv("WEBSITE_DATABASE_URL", url)
    if command == "doctor":
        result = CliRunner().invoke(_without("doctor"))
        assert result.exit_code == 1
        assert "database            WEBSITE_DATABASE_URL cannot be used" in result.stdout
    else:
        with pytest.raises(ConfigurationError, match="WEBSITE_DATABASE_URL cannot be used"):
            create_app()


def test_no_password_of_a_database_is_said() -> None:
    url = "postgresql+psycopg://website:geheim@db.example.org:5432/leads?password=geheim"
    told = instances.described(Settings(database_url=url, secret_key="x" * 32))
    assert told == "http://127.0.0.1:8000, PostgreSQL leads on db.example.org"


# Beside the services


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a unit for this checkout, as ``deploy-files`` writes it."""
    unit = tmp_path / "website.service"
    unit.write_text(f"[Service]\nUser=website\nWorkingDirectory={ROOT}\n")
    monkeypatch.setattr(systemd, "INSTALLED", tmp_path)
    return unit


def test_without_their_settings_no_application_is_made_where_services_are_installed(
    installed: Path,
) -> None:
    with pytest.raises(ConfigurationError, match="say 'website …' instead"):
        create_app(Settings())
    installed.write_text("[Service]\nWorkingDirectory=/srv/another\n")
    instances.require_named(Settings())
    installed.unlink()
    instances.require_named(Settings())


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", WITHOUT)
def test_nor_does_any_other_command_begin(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("WEBSITE_INSTANCE_DIR")
    words = [str(Path(__file__))] if name in {"restore", "take-over"} else []
    result = CliRunner().invoke(_without(name), words)
    assert result.exit_code == 1
    assert "say 'website …' instead" in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("words", [[], ["--release", *PUBLIC], ["--rollback"]], ids=" ".join)
def test_nor_does_a_freeze(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("WEBSITE_")]:
        monkeypatch.delenv(name)
    output = tmp_path / "build"
    refused = freeze("--output", output, *words, check=False)
    assert refused.returncode == 1
    assert "„website freeze …“" in refused.stderr
    assert not output.exists()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "given",
    [
        {"base_url": "https://www.example.org"},
        {"instance_dir": Path("/srv/trial")},
        {"database_url": "postgresql+psycopg://website@db/leads", "secret_key": "x" * 32},
    ],
    ids=lambda given: next(iter(given)),
)
def test_with_an_instance_that_was_named_they_do(given: dict[str, object]) -> None:
    instances.require_named(Settings(**given))  # type: ignore[arg-type]


# What is newer than the code


@pytest.mark.parametrize(
    "words", [["serve"], ["check"], ["staff", "list"], ["deliver"]], ids=" ".join
)
def test_a_newer_database_ends_each_command_with_a_sentence(
    tmp_path: Path, words: list[str]
) -> None:
    instance = migrated(tmp_path / "instance")
    _age(f"sqlite:///{instance}/website.sqlite3")
    result = _flask({"WEBSITE_INSTANCE_DIR": str(instance)}, *words, cwd=tmp_path)
    assert result.returncode == 1
    assert "Error: The database was changed by a newer version of the website" in result.stderr
    assert "Install that version again, or restore the backup" in result.stderr
    assert "Traceback" not in result.stderr


def test_so_does_one_of_postgresql(postgres: PostgreSQL, tmp_path: Path) -> None:
    with postgres.database() as url:
        _age(url)
        environ = {"WEBSITE_DATABASE_URL": url, "WEBSITE_SECRET_KEY": "x" * 32}
        result = _flask(environ, "leads", "list", cwd=tmp_path)
    assert "newer version of the website" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_cannot_be_used_is_a_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "website.sqlite3").write_text("no database at all, but words " * 100)
    result = _flask({"WEBSITE_INSTANCE_DIR": str(tmp_path)}, "leads", "list", cwd=tmp_path)
    assert result.returncode == 1
    assert "Error: The database cannot be used now: file is not a database. 'flask" in result.stderr
    assert result.stderr.endswith("doctor' says what to do.\n")
    assert "Traceback" not in result.stderr


# The command that has the settings

RUNS = """#!{python}
import os, subprocess, sys
words = sys.argv[1:]
options, command = words[: words.index("--")], words[words.index("--") + 1 :]
values = dict(word.lstrip("-").split("=", 1) for word in options if "=" in word)
if os.path.exists(there := "/usr/bin/systemd-run"):
    known = subprocess.run([there, "--help"], capture_output=True, text=True).stdout
    for option in options:
        assert option.split("=")[0] in known, option
environ = {{"PATH": os.environ["PATH"], "PYTHONPATH": os.environ["PYTHONPATH"]}}
for word in options:
    if word.startswith("--setenv="):
        environ.update([word.removeprefix("--setenv=").split("=", 1)])
for line in open({environment!r}):
    if line.strip() and not line.startswith("#"):
        environ.update([line.rstrip().split("=", 1)])
environ["RAN_AS"] = values["uid"]
os.chdir(values["working-directory"])
os.execve(command[0], command, environ)
"""


@pytest.fixture
def command(content: Content, tmp_path: Path) -> list[str]:
    """Return the words that call the installed command, with a stand-in for systemd's."""
    content.article("eins")
    environment = tmp_path / "website.env"
    secret = tmp_path / "secret"
    secret.write_text("y" * 32)
    environ = {
        "WEBSITE_BASE_URL": "https://www.example.org",
        "WEBSITE_INSTANCE_DIR": str(migrated(tmp_path / "instance")),
        "WEBSITE_CONTENT_DIR": str(content.folder),
        "WEBSITE_LEADS_TO": "Vertrieb <vertrieb@example.org>",
        "WEBSITE_SECRET_KEY_FILE": str(secret),
    }
    words = ("deploy-files", str(tmp_path / "files"), "--build", str(tmp_path / "pages/build"))
    terminal.flask(environ, *words)
    environment.write_text((tmp_path / "files/website.env").read_text())
    stand_in = tmp_path / "bin/systemd-run"
    stand_in.parent.mkdir()
    stand_in.write_text(RUNS.format(python=sys.executable, environment=str(environment)))
    stand_in.chmod(0o755)
    path = f"PATH={stand_in.parent}:{os.environ['PATH']}"
    python_path = f"PYTHONPATH={ROOT / 'site'}"
    return ["env", "-i", path, python_path, "SUDO_USER=anna", str(tmp_path / "files/website")]


def test_the_installed_command_has_the_settings_of_the_services(
    command: list[str], tmp_path: Path
) -> None:
    name = "Zoë O'Neill"
    words = ["staff", "add", "zoe@example.org", name, "--role", "sales"]
    made = _run([*command, *words])
    assert "https://www.example.org/posteingang/einladung/" in made.stdout
    assert f"https://www.example.org, {tmp_path}/instance/website.sqlite3" in made.stderr
    environ = {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance")}
    assert name in terminal.flask(environ, "staff", "list").stdout


def test_the_installed_command_freezes_where_the_services_serve(
    command: list[str], tmp_path: Path
) -> None:
    _run([*command, "freeze"])
    assert "https://www.example.org/" in (tmp_path / "pages/build/sitemap.xml").read_text()


def test_the_installed_command_publishes_where_the_services_serve(
    command: list[str], tmp_path: Path
) -> None:
    _run([*command, "content", "publish"])
    assert "https://www.example.org/" in (tmp_path / "pages/build/sitemap.xml").read_text()


def test_the_installed_command_writes_the_same_files_again(
    command: list[str], tmp_path: Path
) -> None:
    # Refused if one of them would differ.
    assert "website.env" in _run([*command, "deploy-files", str(tmp_path / "files")]).stdout


def test_the_installed_command_ends_as_what_it_runs_ends(command: list[str]) -> None:
    refused = _run([*command, "leads", "show", "X"], check=False)
    assert refused.returncode == 1
    assert "There is no request X" in refused.stderr


def test_the_installed_command_asks_for_root(command: list[str], tmp_path: Path) -> None:
    script = (tmp_path / "files/website").read_text().replace("$(id -u)", "1000")
    (tmp_path / "files/website").write_text(script)
    refused = _run([*command, "leads", "list"], check=False)
    assert refused.returncode == 1
    assert "sudo website leads list" in refused.stderr


# Files made for a real address


def test_files_made_for_an_address_are_not_written_over_with_none(
    command: list[str], tmp_path: Path
) -> None:
    assert command
    before = (tmp_path / "files/nginx.conf").read_text()
    environ = {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance")}
    for words in ([], ["--force"]):
        refused = terminal.flask(
            environ, "deploy-files", str(tmp_path / "files"), *words, check=False
        )
        assert refused.returncode == 1
        assert "were made for https://www.example.org" in refused.stderr
    assert (tmp_path / "files/nginx.conf").read_text() == before
    other = environ | {"WEBSITE_BASE_URL": "https://other.example.org"}
    terminal.flask(other, "deploy-files", str(tmp_path / "files"), "--force")


def test_files_of_secrets_stay_named_in_the_settings(command: list[str], tmp_path: Path) -> None:
    assert command
    text = (tmp_path / "files/website.env").read_text()
    assert f"\nWEBSITE_SECRET_KEY_FILE={tmp_path}/secret\n" in text
    assert "y" * 32 not in text


def _invoked(settings: Settings, words: list[str]) -> Result:
    app = create_app(settings)
    try:
        return app.test_cli_runner().invoke(args=words)
    finally:
        services(app).leads.close()


def _without(name: str) -> Command:
    found = {"take-over": backups.take_over_command, "doctor": doctor.doctor}
    return found.get(name) or getattr(backups, name)


def _age(url: str) -> None:
    """Let a newer version of the website have used a database."""
    database = connect(url)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()


def _run(words: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, check=check, capture_output=True, text=True)
