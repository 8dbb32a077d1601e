"""What the commands of authors say where the site's file is broken, or a port is taken."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from support.content import SITE, Content
from support.processes import Flask, run_flask
from support.site import free_port, freeze
from support.sqlite import migrated
from support.waiting import wait_until
from website import create_app
from website.config import Role, Settings
from website.infra.commands import GermanCommand
from website.web.services import services

ALONE = re.compile(
    r'content/website\.toml:1: (?:Fehler: )?Das Anführungszeichen \("\) vor dem Wert wird nicht '
    r'geschlossen\. Schreiben Sie: name = "Interim Profis"\n'
)


@pytest.fixture
def broken(content: Content) -> Content:
    content.article("a")
    content.article("entwurf", status="draft")
    content.write("adressen.txt", "/artikel/weg/\n")
    content.write("website.toml", SITE.replace('Profis"', "Profis", 1))
    return content


@pytest.fixture
def run(content: Content, tmp_path: Path) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        settings = Settings(
            content_dir=content.folder, instance_dir=migrated(tmp_path / "instance")
        )
        app = create_app(settings)
        try:
            return app.test_cli_runner().invoke(args=words)
        finally:
            services(app).leads.close()

    return run


@pytest.mark.parametrize(
    "words",
    [
        ("new", "Ein neuer Artikel"),
        ("new", "Ein neuer Artikel", "--topic", "kunden"),
        ("publish", "entwurf"),
        ("unpublish", "a"),
        ("rename", "a", "b"),
    ],
    ids=" ".join,
)
def test_a_broken_site_file_is_told_alone_and_nothing_is_changed(
    broken: Content, run: Callable[..., Result], words: tuple[str, ...]
) -> None:
    before = {path: path.read_bytes() for path in broken.folder.rglob("*") if path.is_file()}
    result = run(*words)
    assert result.exit_code == 1
    assert ALONE.fullmatch(result.output), result.output
    after = {path: path.read_bytes() for path in broken.folder.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.usefixtures("broken")
def test_the_check_tells_a_broken_site_file_alone(run: Callable[..., Result]) -> None:
    result = run("check")
    assert result.exit_code == 1
    told, last = result.output.splitlines(keepends=True)
    assert ALONE.fullmatch(told)
    assert last.startswith("1 Fehler, keine Warnungen, keine Hinweise. ")


def test_a_build_tells_a_broken_site_file_alone(broken: Content, tmp_path: Path) -> None:
    for option in ((), ("--release", "--base-url", "https://www.firma.example")):
        result = freeze(
            "--content", broken.folder, "--output", tmp_path / "build", *option, check=False
        )
        assert result.returncode == 1
        told = [row for row in result.stderr.splitlines(keepends=True) if ".toml" in row]
        assert len(told) == 1
        assert ALONE.search(told[0])
        assert "1 Fehler." in result.stderr
        assert "artikel/" not in result.stderr


def test_the_preview_shows_a_broken_site_file_alone_on_every_page(
    broken: Content, tmp_path: Path
) -> None:
    settings = Settings(content_dir=broken.folder, instance_dir=migrated(tmp_path / "instance"))
    client = create_app(settings, role=Role.PREVIEW).test_client()
    for address in ("/", "/artikel/a/", "/kontakt/", "/danke/"):
        answer = client.get(address)
        assert answer.status_code == 422
        files = set(re.findall(r"(content/[^<>]+)</code> Zeile", answer.text))
        assert files == {"content/website.toml"}
    assert "content/website.toml" in client.get("/_redaktion/").text
    broken.write("website.toml", SITE)
    assert client.get("/artikel/a/").status_code == 200


@pytest.mark.parametrize("old", ["a.md", "entwurf.md"])
def test_named_files_are_not_said_to_be_right_where_nobody_can_tell(
    broken: Content, run: Callable[..., Result], old: str
) -> None:
    result = run("check", str(broken.folder / "artikel" / old))
    assert result.exit_code == 1
    assert "content/website.toml:1: " in result.output


def start(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return run_flask(os.environ | environ, *words)


def test_a_port_that_is_taken_is_told_in_german_before_any_address(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = start("preview", "--port", str(port), WEBSITE_INSTANCE_DIR=str(tmp_path))
    assert result.returncode == 1
    assert "http://" not in result.stdout + result.stderr
    assert result.stderr.startswith(
        f"Fehler: Auf Port {port} kann die Vorschau nicht antworten: Er"
    )
    assert re.search(r"make preview PORT=\d+", result.stderr)
    assert "Address already in use" not in result.stderr
    assert "Traceback" not in result.stderr


def test_operators_are_told_of_a_taken_port_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = start("serve", "--port", str(port), WEBSITE_INSTANCE_DIR=str(tmp_path))
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith(f"Error: Cannot listen on 127.0.0.1:{port}: ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["preview", "serve"])
@pytest.mark.parametrize("port", ["0", "65536", "-1", "acht"])
def test_a_port_that_cannot_be_is_refused(tmp_path: Path, command: str, port: str) -> None:
    settings = Settings(instance_dir=migrated(tmp_path / "instance"))
    app = create_app(settings)
    result = app.test_cli_runner().invoke(args=[command, "--port", port])
    services(app).leads.close()
    assert result.exit_code == 2
    assert "--port" in result.output


def test_the_service_takes_requests_beside_a_broken_site_file_and_says_so(
    broken: Content, tmp_path: Path
) -> None:
    port = free_port()
    log = tmp_path / "log"
    environ = {
        "WEBSITE_INSTANCE_DIR": str(tmp_path / "instance"),
        "WEBSITE_CONTENT_DIR": str(broken.folder),
        "WEBSITE_BASE_URL": "http://127.0.0.1:80",
    }
    words = ("serve", "--port", str(port), "--build", str(tmp_path / "build"), "--no-deliver")
    with log.open("wb") as file:
        process = Flask(os.environ | environ, *words, out=file)

    def serves() -> bool:
        assert process.poll() is None, log.read_text()
        return "Serving" in log.read_text()

    try:
        wait_until(serves, "served", 60)
    finally:
        process.terminate()
        process.wait(30)
    said = log.read_text()
    assert "content/website.toml:1: " in said
    assert "cannot be read" in said
    assert f" at 127.0.0.1:{port} (Ctrl+C ends it)" in said


AUTHORS = {"check", "new", "preview", "publish", "rename", "unpublish"}
CLICKS_OWN = re.compile(r"Usage|Options|OPTIONS|Try|Error|Show|Missing|Invalid|Got|No such|default")


def test_commands_for_authors_are_german_and_the_others_english() -> None:
    commands = create_app().cli.commands
    assert {name for name, it in commands.items() if isinstance(it, GermanCommand)} == AUTHORS


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("new",), "Die Angabe 'TITEL' fehlt."),
        (("new", "Ein", "Titel"), "Das sind zu viele Angaben. Was zusammengehört, steht in"),
        (("rename", "alt"), "Die Angabe 'NEU' fehlt."),
        (("publish", "--sofort"), "Die Option --sofort gibt es nicht."),
        (("preview", "--port", "0"), "Bei '--port' ist dieser Wert nicht möglich."),
        (("preview", "--port"), "Der Wert der Option --port fehlt, oder er ist zu viel."),
        (("check", "--json=1"), "Der Wert der Option --json fehlt, oder er ist zu viel."),
        (("check", "--format=xml"), "Bei '--format' ist dieser Wert nicht möglich."),
    ],
)
def test_what_was_typed_wrong_is_told_in_german(
    run: Callable[..., Result], words: tuple[str, ...], told: str
) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Aufruf: website {words[0]} [OPTIONEN]")
    assert f"\n\nFehler: {told}" in result.stderr
    assert not CLICKS_OWN.search(result.stderr)


@pytest.mark.parametrize("name", sorted(AUTHORS))
def test_help_for_authors_is_german(run: Callable[..., Result], name: str) -> None:
    result = run(name, "--help")
    assert result.output.startswith("Aufruf: ")
    assert "--help" in result.output
    assert not CLICKS_OWN.search(result.output)


def test_what_freezing_says_is_german() -> None:
    assert not CLICKS_OWN.search(freeze("--help").stdout)
    wrong = freeze("--content", "/nirgends", check=False)
    assert wrong.returncode == 2
    assert "Fehler: Bei '--content' ist dieser Wert nicht möglich." in wrong.stderr
