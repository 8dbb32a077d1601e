"""The commands of authors and operators."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask

from support.content import Content
from support.sqlite import migrated
from website import create_app
from website.cli import common
from website.config import Settings
from website.leads.deliveries import DeliveryFilter
from website.leads.intake import Submission
from website.leads.models import Delivery, DeliveryState
from website.web.services import services

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
    app = create_app(
        Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    )
    yield app
    services(app).leads.close()


def send(app: Flask, oddities: tuple[str, ...] = (), **changes: str) -> str:
    """Send a request, and give its number."""
    submission = Submission(answers=REQUEST | changes, oddities=oddities)
    reference: str = services(app).leads.intake.take(submission).reference
    return reference


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=words)


@pytest.mark.parametrize("stdin", [None, io.StringIO(), io.StringIO("vielleicht\n")])
def test_what_nobody_agrees_to_is_not_done(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    with pytest.raises(click.ClickException, match="or agree with --yes"):
        common.confirm("Really?", yes=False)


@pytest.mark.parametrize("limit", ["0", "-1", "99999999999999999999"])
def test_a_list_has_a_limit(run: Callable[..., Result], limit: str) -> None:
    assert run("leads", "list", "--limit", limit).exit_code == 2
    assert run("leads", "deliveries", "--limit", limit).exit_code == 2


@pytest.mark.parametrize("command", ["reset", "disable", "enable"])
def test_an_address_that_is_no_text_is_that_of_no_account(
    run: Callable[..., Result], command: str
) -> None:
    result = run("staff", command, "\udcff")
    assert result.exit_code == 1
    assert "There is no account" in result.stderr


def test_requests_are_listed_newest_first(app: Flask, run: Callable[..., Result]) -> None:
    first = send(app)
    second = send(app, company="Zweite AG")
    lines = run("leads", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [second, first]
    assert lines[0].endswith("Zweite AG")
    assert "pending" in lines[0]


def test_a_request_is_shown_whole_with_its_deliveries(
    app: Flask, run: Callable[..., Result]
) -> None:
    reference = send(app)
    shown = run("leads", "show", reference.lower()).output
    assert "  Erste Zeile\n  Zweite Zeile" in shown
    assert "Key Account Management aufbauen" in shown
    assert "mail to anfragen@localhost: pending, attempt 0" in shown


def test_an_unknown_request_is_told_with_the_next_step(run: Callable[..., Result]) -> None:
    result = run("leads", "show", "BBBB-BBBB")
    assert result.exit_code == 1
    assert "There is no request BBBB-BBBB." in result.output
    assert "leads list" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["leads", "list"], "No requests yet."),
        (["leads", "list", "--quarantine"], "No requests in quarantine."),
        (["leads", "deliveries"], "No deliveries."),
        (["staff", "list"], "No accounts yet."),
    ],
)
def test_an_empty_list_is_said_to_people_and_empty_for_programs(
    run: Callable[..., Result], words: list[str], said: str
) -> None:
    result = run(*words)
    assert said in result.stderr
    assert not result.stdout


def test_deliver_writes_the_mail_once(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    reference = send(app)
    assert run("deliver").stdout == "1 sent, 0 to be tried again, 0 given up\n"
    assert run("deliver").stdout == "0 sent, 0 to be tried again, 0 given up\n"
    (mail,) = (tmp_path / "instance/mail").glob("*.eml")
    assert reference in mail.name
    assert ": sent, attempt 1" in run("leads", "show", reference).output


def test_the_numbers_alone_are_listed_one_a_line(app: Flask, run: Callable[..., Result]) -> None:
    numbers = [send(app, company=f"Firma {n}") for n in range(60)]
    assert run("leads", "list", "--references").stdout.split("\n") == [*reversed(numbers), ""]


def test_how_far_the_staff_are_is_written_down(app: Flask, run: Callable[..., Result]) -> None:
    number = send(app)
    assert run("leads", "status", number, "in-progress").stdout == f"{number} is in-progress now.\n"
    assert "in-progress" in run("leads", "list").output
    assert run("leads", "status", number, "verkauft").exit_code == 2


def test_whoever_the_system_has_no_name_for_can_change_a_request(
    app: Flask, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    number = send(app)
    assert run("leads", "status", number, "in-progress").exit_code == 0
    store = services(app).leads.store
    lead = store.get(number)
    assert lead
    assert "operator website" in [event.actor for event in store.events(lead)]


def test_the_quarantine_is_listed_with_reasons_and_released(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    number = send(app, oddities=("trap", "no-browser", "no-language"))
    wanted = send(app, company="Andere AG")
    listed = run("leads", "list", "--quarantine", "--references").stdout.split()
    assert listed == [number]
    assert "suspected (" in run("leads", "list").output
    shown = run("leads", "show", number).output
    assert "In quarantine" in shown
    assert "+4  Ein Feld ist ausgefüllt, das Menschen nicht sehen" in shown
    assert "mail to anfragen@localhost: withheld" in shown
    run("deliver")
    assert len(list((tmp_path / "instance/mail").glob("*.eml"))) == 1
    assert run("leads", "release", number).exit_code == 0
    run("deliver")
    assert {file.name.split("-", 1)[1][:9] for file in (tmp_path / "instance/mail").iterdir()} == {
        number,
        wanted,
    }
    again = run("leads", "release", number)
    assert again.exit_code == 1
    assert "is not in quarantine" in again.output


def kill_deliveries(app: Flask, reference: str) -> None:
    """Give a lead's deliveries up, as after the last attempt."""
    leads = services(app).leads
    with leads.database.writing() as session:
        for delivery in leads.deliveries.find(DeliveryFilter(references=(reference,))):
            session.get_one(Delivery, delivery.id).state = DeliveryState.DEAD


def test_what_was_given_up_is_seen_and_sent_again(
    app: Flask, run: Callable[..., Result], tmp_path: Path
) -> None:
    dead, alive = send(app), send(app, company="Andere AG")
    kill_deliveries(app, dead)
    listed = run("leads", "deliveries", "--state", "dead").output
    assert dead in listed
    assert alive not in listed
    assert run("leads", "redeliver", "--dead").stdout == "1 delivery is owed again.\n"
    assert run("leads", "redeliver", "--dead").stdout == "0 deliveries are owed again.\n"
    assert run("deliver").stdout == "2 sent, 0 to be tried again, 0 given up\n"
    assert run("leads", "deliveries", "--state", "dead").stdout == ""
    before = {path.name: path.read_bytes() for path in (tmp_path / "instance/mail").iterdir()}
    assert run("leads", "redeliver", alive.lower()).stdout == "1 delivery is owed again.\n"
    run("deliver")
    after = {path.name: path.read_bytes() for path in (tmp_path / "instance/mail").iterdir()}
    assert after == before, "the same message under the same name"


def test_a_time_range_is_sent_again(app: Flask, run: Callable[..., Result]) -> None:
    send(app)
    run("deliver")
    assert run("leads", "redeliver", "--until", "2020-01-01").stdout.startswith("0 ")
    assert run("leads", "redeliver", "--since", "2020-01-01").stdout.startswith("1 ")
    assert run("leads", "deliveries", "--since", "2020-01-01T08:00").stdout.count("pending") == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_can_be_said(app: Flask, run: Callable[..., Result], day: str) -> None:
    number = send(app)
    shown = [
        number in run("leads", "deliveries", way, day).output for way in ("--since", "--until")
    ]
    assert shown == [day.startswith("0"), day.startswith("9")]


def test_to_send_everything_again_is_refused(run: Callable[..., Result]) -> None:
    result = run("leads", "redeliver")
    assert result.exit_code == 2
    assert "Say which" in result.output
