"""The commands that delete what is due, and that tell and erase what is kept of a person."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update
from time_machine import travel

from support.content import Content
from support.sqlite import migrated
from website import create_app, retention_periods
from website.config import Settings
from website.leads.intake import Submission
from website.leads.models import Delivery, DeliveryState, LeadStatus
from website.web.services import services

Run = Callable[..., Result]


REQUEST = {
    "topic": "kam-aufbauen",
    "message": "Erste Zeile\nZweite Zeile",
    "company": "Müller & Söhne GmbH",
    "name": "Jörg Weiß",
    "email": "joerg@firma.example",
}

NOW = "2026-11-24 12:00 +0000"
NOW_IN_GERMANY = "Dienstag, 24. November 2026, 13:00 Uhr (MEZ)"
IN_A_YEAR = "2027-11-24 12:00 +0000"


@pytest.fixture
def app(content: Content, tmp_path: Path) -> Iterator[Flask]:
    content.article()
    app = create_app(
        Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))
    )
    yield app
    services(app).leads.close()


@pytest.fixture
def run(app: Flask) -> Run:
    runner = app.test_cli_runner()
    return lambda *words, **options: runner.invoke(args=words, **options)


def send(app: Flask, **changes: str) -> str:
    """Send a request, and give its number."""
    submission = Submission(answers=REQUEST | changes)
    reference: str = services(app).leads.intake.take(submission).reference
    return reference


def owe(app: Flask, reference: str, state: DeliveryState) -> None:
    """Put what is owed for a request into a state."""
    lead = services(app).leads.store.get(reference)
    with services(app).leads.database.writing() as session:
        mine = update(Delivery).where(Delivery.lead_id == lead.id)
        session.execute(mine.values(state=state))


def kept(app: Flask) -> list[str]:
    return list(services(app).leads.store.references())


def test_what_is_due_is_shown_first_and_deleted_on_demand(app: Flask, run: Run) -> None:
    with travel(NOW, tick=False):
        number = send(app)
        run("deliver")
    with travel(IN_A_YEAR, tick=False):
        shown = run("leads", "purge", "--dry-run").stdout.splitlines()
        assert shown == [
            f"{number}  new          last contact {NOW_IN_GERMANY}  due since 2027-05-25",
            "1 request would be deleted.",
        ]
        assert kept(app) == [number]
        assert run("leads", "purge").stdout == ("Deleted: 1 lead, 1 delivery (0 undelivered).\n")
        assert kept(app) == []
        assert run("leads", "purge").stdout.startswith("Deleted: 0 leads")


def test_what_somebody_is_still_to_be_told_of_is_named_with_the_next_step(
    app: Flask, run: Run
) -> None:
    with travel(NOW, tick=False):
        dead = send(app)
        owe(app, dead, DeliveryState.DEAD)
        pending = send(app, company="Zweite AG")
    with travel(IN_A_YEAR, tick=False):
        for words in (["--dry-run"], []):
            lines = run("leads", "purge", *words).stdout.splitlines()
            assert lines[1].startswith("2 requests stay although their time is over")
            assert lines[2:4] == [
                f"{dead}  dead  due since 2027-05-25",
                f"{pending}  pending  due since 2027-05-25",
            ]
            assert f"'flask --app website leads redeliver --dead {dead}'" in lines[4]
            assert "'flask --app website deliver'" in lines[5]
        assert sorted(kept(app)) == sorted([dead, pending])
        assert run("leads", "redeliver", "--dead", dead).stdout == "1 delivery is owed again.\n"
        run("deliver")
        assert run("leads", "purge").stdout == ("Deleted: 2 leads, 2 deliveries (0 undelivered).\n")


def test_what_was_given_up_for_long_is_deleted_by_decision_only(app: Flask, run: Run) -> None:
    with travel(NOW, tick=False):
        dead = send(app)
        owe(app, dead, DeliveryState.DEAD)
        pending = send(app, company="Zweite AG")
    with travel(IN_A_YEAR, tick=False):
        assert "1 has stayed for 30 days only because" in run("leads", "purge").output
        shown = run("leads", "purge", "--given-up", "--dry-run").stdout
        assert shown.startswith(dead)
        assert sorted(kept(app)) == sorted([dead, pending])
        output = run("leads", "purge", "--given-up").stdout
        assert output.startswith("Deleted: 1 lead, 1 delivery (1 undelivered).")
        assert kept(app) == [pending]


def test_periods_come_from_the_sites_data(app: Flask, run: Run, content: Content) -> None:
    with travel(NOW, tick=False):
        number = send(app)
        run("deliver")
    data = (content.folder / "website.toml").read_text()
    content.write("website.toml", data + "\n[privacy.retention]\nnew_months = 18\n")
    app = create_app(services(app).settings)
    with travel(IN_A_YEAR, tick=False):
        app.test_cli_runner().invoke(args=["leads", "purge"])
        assert kept(app) == [number]
    with travel("2028-06-24 12:00 +0000", tick=False):
        app.test_cli_runner().invoke(args=["leads", "purge"])
        assert kept(app) == []
    services(app).leads.close()


@pytest.mark.parametrize(
    "mistake", ["\n[privacy.retention]\nnew_month = 60\n", '\n[privacy.retention]\n"kaputt\n']
)
def test_nothing_is_deleted_while_the_periods_are_in_doubt(
    app: Flask, run: Run, content: Content, mistake: str
) -> None:
    with travel(NOW, tick=False):
        number = send(app)
        run("deliver")
    data = (content.folder / "website.toml").read_text()
    content.write("website.toml", data + mistake)
    app = create_app(services(app).settings)
    with travel(IN_A_YEAR, tick=False):
        result = app.test_cli_runner().invoke(args=["leads", "purge"])
    assert result.exit_code == 1
    assert "Nothing is deleted while the periods are in doubt" in result.output
    assert "content/website.toml:" in result.output
    assert kept(app) == [number]
    services(app).leads.close()


def test_every_status_has_a_period(app: Flask) -> None:
    retention = retention_periods.retention(services(app).library)
    assert set(retention.by_status) == set(LeadStatus)
    for period in (*retention.by_status.values(), retention.suspected):
        assert period.days or period.months or period.years_from_end_of_year


def test_erasing_asks_first_and_says_what_it_cannot_do(app: Flask, run: Run) -> None:
    number = send(app)
    run("deliver")
    other = send(app, email="anders@firma.example", message="Fragen Sie joerg@firma.example")
    result = run("leads", "erase", "JOERG@firma.example", input="n\n")
    assert result.exit_code == 1
    assert number in result.output
    assert "Erase all of this for good? [y/N]" in result.output
    assert len(kept(app)) == 2
    result = run("leads", "erase", "JOERG@firma.example")
    assert result.exit_code == 1
    assert "Nobody can be asked here, so nothing was changed." in result.output
    assert "agree with --yes" in result.output
    assert len(kept(app)) == 2
    result = run("leads", "erase", "Jörg Weiß <JOERG@firma.example>", "--yes")
    assert "Erased: 1 lead, 1 delivery (0 undelivered)." in result.output
    assert "- what was sent already: mail to anfragen@localhost" in result.output
    assert "- backups" in result.output
    assert "Others wrote this address into their requests" in result.output
    assert result.output.rstrip().endswith(other)
    assert kept(app) == [other]
    assert run("leads", "erase", "joerg@firma.example").stdout.startswith(
        "There is no such request."
    )


def test_erasing_says_that_nobody_will_be_told_and_what_the_law_may_want(
    app: Flask, run: Run
) -> None:
    number = send(app)
    run("leads", "status", number, "won")
    output = run("leads", "erase", "joerg@firma.example", "--yes").output
    assert "Not everybody has been told of these yet, nor will be." in output
    assert "§ 257 HGB" in output
    assert "(1 undelivered)" in output
    assert "sent already" not in output


def test_what_is_no_address_erases_nothing(app: Flask, run: Run) -> None:
    send(app, email="")
    for words in ("", "joerg"):
        result = run("leads", "erase", words, "--yes")
        assert result.exit_code == 2
        assert "This is no e-mail address, nor the number of a request." in result.output
    assert len(kept(app)) == 1


def test_an_export_is_shown_or_written_for_its_owner_only(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    number = send(app)
    shown = json.loads(run("leads", "export", "Joerg@Firma.example").stdout)
    assert [request["reference"] for request in shown["requests"]] == [number]
    paths = tmp_path / "auskunft.json", tmp_path / "auskunft.html"
    words = ("leads", "export", "joerg@firma.example", "--output", paths[0], "--html", paths[1])
    result = run(*map(str, words))
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(paths[0].read_text())["requests"] == shown["requests"]
    assert "Jörg Weiß" in paths[1].read_text()
    assert 'href="http://127.0.0.1:8000/datenschutz/"' in paths[1].read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    result = run(*map(str, words))
    assert result.exit_code == 1
    assert f"{paths[0]}: File exists. Move away what is there" in result.output
