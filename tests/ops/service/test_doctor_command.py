"""The command itself: it starts with whatever is broken, hides nothing, and ends in time."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from support.doctor import command, look
from support.questionnaire import questionnaire
from website.config import Settings
from website.exceptions import StorageError
from website.infra.database import connect
from website.leads.services import open_leads
from website.ops.doctor import DoctorContext, Level, run_checks
from website.ops.doctor.results import CheckResult
from website.ops.doctor.runner import Check

NOBODY = "http://127.0.0.1:1"
"""An address at which nobody answers."""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the settings of a website that has been started once."""
    open_leads(Settings(instance_dir=tmp_path / "instance"), questionnaire).close()
    return {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance"), "WEBSITE_BASE_URL": NOBODY}


def test_every_setting_that_is_wrong_is_told_at_once_and_no_secret_with_it(
    environ: dict[str, str],
) -> None:
    broken = environ | {
        "WEBSITE_BASE_URL": "www.agentur.example",
        "WEBSITE_SECRET_KEY": "Zaubertrank",
        "WEBSITE_ANSWER_WITHIN_HOURS": "bald",
        "WEBSITE_SMTP_URL": "https://website:Zauberspruch@mail.agentur.example",
        "WEBSITE_LEADS_TO": "vertrieb@agentur.example",
        "WEBSITE_MAIL_FROM": "website@agentur.example",
        "WEBSITE_WEBHOOK_URL": "http://hooks.agentur.example/Zauberpfad",
        "WEBSITE_SMPT_URL": "smtp://Zauberwort@mail.agentur.example",
    }
    done = command(broken)
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout + done.stderr
    assert "WEBSITE_BASE_URL is 'www.agentur.example'; it should look like" in told
    assert "The length of WEBSITE_SECRET_KEY is 11" in told
    assert "WEBSITE_ANSWER_WITHIN_HOURS is 'bald'" in told
    assert "WEBSITE_SMTP_URL should look like smtp://" in told
    assert "WEBSITE_WEBHOOK_URL must begin with https://" in told
    assert (
        "WEBSITE_SMPT_URL is set, but there is no such setting (did you mean WEBSITE_SMTP_URL?)"
        in told
    )
    assert "– site not checked: WEBSITE_BASE_URL cannot be used" in told
    assert "✔ disk space" in told
    assert "Zauber" not in done.stdout + done.stderr


def test_settings_that_need_each_other_are_no_error_together(environ: dict[str, str]) -> None:
    [found] = look(
        environ
        | {
            "WEBSITE_SMTP_URL": "smtp://127.0.0.1:1",
            "WEBSITE_LEADS_TO": "vertrieb@agentur.example",
            "WEBSITE_MAIL_FROM": "website@agentur.example",
            "WEBSITE_DATABASE_URL": "postgresql+psycopg://website@127.0.0.1:1/website",
            "WEBSITE_SECRET_KEY": "x" * 32,
        },
        "settings",
    )
    assert found.level is Level.OK


def test_a_database_of_a_newer_version_is_a_finding_and_no_traceback(
    environ: dict[str, str], tmp_path: Path
) -> None:
    database = connect(f"sqlite:///{tmp_path / 'instance/website.sqlite3'}")
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    done = command(environ, "--json")
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 1
    found = {one["check"]: one for one in json.loads(done.stdout)["findings"]}
    assert found["database version"]["level"] == "error"
    assert "newer version of the website (revision 9999)" in found["database version"]["seen"]
    assert found["database"]["level"] != "error"


def test_content_that_cannot_be_read_is_a_finding(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    [found] = look(environ | {"WEBSITE_CONTENT_DIR": str(tmp_path / "content")}, "content")
    assert found.level is Level.ERROR
    assert "pages that the service shows are missing or broken: " in found.seen
    assert "kontakt" in found.seen


def test_warnings_alone_are_no_failure(environ: dict[str, str]) -> None:
    warned = look(environ | {"WEBSITE_COLOUR": "blue"}, "settings")
    assert [finding.level for finding in warned] == [Level.WARNING]


def test_a_check_that_breaks_or_does_not_end_hides_none_of_the_others() -> None:
    released = threading.Event()

    def breaks(_context: DoctorContext) -> Iterator[CheckResult]:
        yield CheckResult(Level.OK, "so far")
        raise KeyError("Zaubertrank")

    def refuses(_context: DoctorContext) -> Iterator[CheckResult]:
        raise StorageError("The database cannot be used now")

    def may_not(_context: DoctorContext) -> Iterator[CheckResult]:
        raise PermissionError(errno.EACCES, "Permission denied", "/srv/instance")

    def hangs(_context: DoctorContext) -> Iterator[CheckResult]:
        released.wait(60)
        yield CheckResult(Level.OK, "late")

    def works(_context: DoctorContext) -> Iterator[CheckResult]:
        yield CheckResult(Level.OK, "fine")

    checks = [Check("breaks", breaks), Check("refuses", refuses), Check("may not", may_not)]
    checks.append(Check("hangs", hangs, limit=0.2))
    findings = run_checks(DoctorContext(settings=Settings()), [*checks, Check("works", works)])
    assert not released.is_set()
    released.set()
    assert [(one.check, one.level, one.seen) for one in findings] == [
        ("breaks", Level.OK, "so far"),
        ("breaks", Level.ERROR, "this check itself failed (KeyError)"),
        ("refuses", Level.ERROR, "The database cannot be used now"),
        ("may not", Level.ERROR, "/srv/instance may not be read by the user who runs this"),
        ("hangs", Level.ERROR, "no end after 0.2 seconds"),
        ("works", Level.OK, "fine"),
    ]


def test_secrets_are_left_out_whoever_tells_them() -> None:
    settings = Settings(
        secret_key="Zaubertrank" * 3,
        smtp_url="smtp://website:Zauber%40spruch@mail.agentur.example",
        leads_to=("vertrieb@agentur.example",),
        webhook_url="https://hooks.agentur.example/leads?token=Zauberwort",
        database_url="postgresql+psycopg://website:Zauberstab@host/name",
    )
    told = [
        "Zaubertrank" * 3, "Zauber@spruch", "vertrieb@agentur.example", "token=Zauberwort",
        "Zauberstab",
    ]  # fmt: skip

    def tells(_context: DoctorContext) -> Iterator[CheckResult]:
        for secret in told:
            yield CheckResult(Level.ERROR, f"'{secret}'", f"not '{secret}'")

    findings = run_checks(DoctorContext(settings=settings), [Check("tells", tells)])
    assert {(finding.seen, finding.advice) for finding in findings} == {("'…'", "not '…'")}
