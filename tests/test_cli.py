"""The commands of authors and operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from website import create_app
from website.config import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from flask import Flask

    from support.content import Content

REQUEST = {
    "topic": "kam-aufbauen",
    "message": "Erste Zeile\nZweite Zeile",
    "company": "Müller & Söhne GmbH",
    "name": "Jörg Weiß",
    "email": "joerg@firma.example",
}


@pytest.fixture
def app(content: Content, tmp_path: Path) -> Iterator[Flask]:
    content.article()
    app = create_app(Settings(content_dir=content.folder, instance_dir=tmp_path / "instance"))
    yield app
    app.extensions["leads"].close()


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=words)


def test_check_names_every_problem_and_fails(content: Content, tmp_path: Path) -> None:
    content.article("schlecht", date="gestern")
    content.article("auch", topic="kuchen")
    app = create_app(Settings(content_dir=content.folder, instance_dir=tmp_path / "instance"))
    result = app.test_cli_runner().invoke(args=["check"])
    assert result.exit_code == 1
    assert [line.split(": ")[0] for line in result.output.splitlines()] == [
        "content/artikel/auch.md:5",
        "content/artikel/schlecht.md:4",
    ]
    app.extensions["leads"].close()


def test_check_is_content_with_good_content(run: Callable[..., Result]) -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.output.startswith("Keine Fehler.")


def test_requests_are_listed_newest_first(app: Flask, run: Callable[..., Result]) -> None:
    first = app.extensions["leads"].add(REQUEST).reference
    second = app.extensions["leads"].add(REQUEST | {"company": "Zweite AG"}).reference
    lines = run("leads", "list").output.splitlines()
    assert [line.split()[0] for line in lines] == [second, first]
    assert lines[0].endswith("Zweite AG")
    assert "pending" in lines[0]


def test_a_request_is_shown_whole_with_its_deliveries(
    app: Flask, run: Callable[..., Result]
) -> None:
    reference = app.extensions["leads"].add(REQUEST).reference
    shown = run("leads", "show", reference.lower()).output
    assert "  Erste Zeile\n  Zweite Zeile" in shown
    assert "Key-Account-Management aufbauen" in shown
    assert "mail to anfragen@localhost: pending, attempt 0" in shown


def test_an_unknown_request_is_told_with_the_next_step(run: Callable[..., Result]) -> None:
    result = run("leads", "show", "BBBB-BBBB")
    assert result.exit_code == 1
    assert "There is no request BBBB-BBBB." in result.output
    assert "leads list" in result.output


def test_deliver_writes_the_mail_once(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    reference = app.extensions["leads"].add(REQUEST).reference
    assert run("deliver").output == "1 sent, 0 to be tried again, 0 given up\n"
    assert run("deliver").output == "0 sent, 0 to be tried again, 0 given up\n"
    (mail,) = (tmp_path / "instance/mail").glob("*.eml")
    assert reference in mail.name
    assert ": sent, attempt 1" in run("leads", "show", reference).output
