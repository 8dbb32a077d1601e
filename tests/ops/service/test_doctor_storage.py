"""Doctor and files, disks and databases that are broken for real."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from pyrage import x25519
from sqlalchemy import text

from support.disks import disk, filled, mount
from support.doctor import command, look
from support.jobs import run_due
from support.leads import ANSWERS
from support.postgres import PostgreSQL
from support.questionnaire import questionnaire
from website.config import Settings
from website.infra import clock
from website.infra.database import connect
from website.leads.intake import Submission
from website.leads.services import open_leads
from website.ops.backup import create_backup
from website.ops.doctor import CheckResult, Level
from website.ops.doctor import database as database_checks
from website.ops.doctor.files import file_system
from website.ops.monitoring.jobs import Job, Schedule

STORAGE = (
    "secret",
    "file rights",
    "file owner",
    "disk",
    "database",
    "database version",
    "database file",
)


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """Return an instance folder as the website makes it."""
    folder = tmp_path / "instance"
    open_leads(Settings(instance_dir=folder), questionnaire).close()
    return folder


def settings(folder: Path) -> dict[str, str]:
    return {"WEBSITE_INSTANCE_DIR": str(folder), "WEBSITE_BASE_URL": "http://127.0.0.1:1"}


def only(findings: list[CheckResult]) -> CheckResult:
    [found] = findings
    return found


def test_what_the_website_makes_itself_is_right(started: Path) -> None:
    findings = look(settings(started), *STORAGE)
    assert {finding.level for finding in findings} == {Level.OK}, findings
    assert [finding.check for finding in findings] == list(STORAGE)


def test_nothing_is_made_that_is_missing(tmp_path: Path) -> None:
    findings = look(settings(tmp_path / "instance"))
    assert not (tmp_path / "instance").exists()
    missing = next(finding for finding in findings if finding.check == "database")
    assert missing.level is Level.ERROR
    assert "There is no database at" in missing.seen
    assert "Start the website once" in missing.advice


def test_files_that_others_may_read(started: Path) -> None:
    (started / "website.sqlite3").chmod(0o644)
    (started / "secret.key").chmod(0o640)
    (started / "mail").mkdir(mode=0o700)
    mail = started / "mail/a.eml"
    mail.write_text("Ein Text")
    mail.chmod(0o604)
    everybody, group = look(settings(started), "file rights")
    assert (everybody.level, group.level) == (Level.ERROR, Level.WARNING)
    assert everybody.seen.startswith("open to everybody: ")
    assert everybody.advice.split() == [
        "chmod",
        "go=",
        str(started / "website.sqlite3"),
        str(mail),
    ]
    assert group.seen == f"open to its group: {started / 'secret.key'}"


def test_files_of_somebody_else(started: Path) -> None:
    os.chown(started / "website.sqlite3", 65534, -1)
    found = only(look(settings(started), "file owner"))
    assert found.level is Level.ERROR
    assert found.advice == f"chown root {started / 'website.sqlite3'}"
    os.chown(started, 65534, -1)
    assert [finding.level for finding in look(settings(started), "file owner")] == [
        Level.ERROR,
        Level.WARNING,
    ]


def test_a_secret_that_was_cut_off(started: Path) -> None:
    (started / "secret.key").write_text("short")
    found = only(look(settings(started), "secret"))
    assert (found.level, found.seen) == (
        Level.ERROR,
        f"the secret in {started / 'secret.key'} has 5 characters",
    )


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", megabytes=2) as folder:
        open_leads(Settings(instance_dir=folder), questionnaire).close()
        with filled(folder):
            in_memory, writing, room, storing = look(
                settings(folder), "disk", "database", "disk space"
            )
    assert (in_memory.level, writing.level) == (Level.WARNING, Level.ERROR)
    assert "lies in memory (tmpfs)" in in_memory.seen
    assert "No space left on device" in writing.seen
    assert (storing.level, room.level) == (Level.ERROR, Level.ERROR)
    assert "make room" in storing.advice.lower()


def test_a_database_on_a_disk_that_became_read_only(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", megabytes=2) as folder:
        open_leads(Settings(instance_dir=folder), questionnaire).close()
        mount("-o", "remount,ro", folder)
        found = {one.check: one for one in look(settings(folder), "disk", "database")}
    assert found["database"].level is Level.ERROR
    assert "readonly" in found["database"].seen or "unable to open" in found["database"].seen
    assert "right to" in found["database"].advice
    assert "Read-only file system" in found["disk"].seen


UNPRIVILEGED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
"""Root, but held to the rights of files like everybody else."""


def test_a_database_that_the_service_may_only_read(started: Path) -> None:
    (started / "website.sqlite3").chmod(0o444)
    done = command(settings(started), within=UNPRIVILEGED)
    assert done.returncode == 1
    told = " ".join(done.stdout.split())
    assert (
        "✘ database The database cannot be used now: attempt to write a readonly database" in told
    )
    assert "→ Give the service's user the right to write the database" in told


def test_a_file_that_is_no_database_and_one_that_is_damaged(started: Path) -> None:
    file = started / "website.sqlite3"
    whole = file.read_bytes()
    page = 4096
    file.write_bytes(whole[: 2 * page] + b"\xff" * page + whole[3 * page :])
    damaged = only(look(settings(started), "database file"))
    assert damaged.level is Level.ERROR
    assert "restore the last backup" in damaged.advice
    file.write_bytes(b"no database at all" * 1000)
    for found in look(settings(started), "database", "database file"):
        assert found.level is Level.ERROR
        assert "file is not a database" in found.seen
        assert "restore the last backup" in found.advice


def test_a_database_too_large_to_be_looked_through_in_time(
    started: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_checks, "PATIENCE", 0.0)
    monkeypatch.setattr(database_checks, "STEPS", 1)
    found = only(look(settings(started), "database file"))
    assert found.level is Level.UNCHECKED
    assert "takes more than 0 s" in found.seen


def test_a_database_of_an_older_version(started: Path) -> None:
    database = connect(Settings(instance_dir=started).database)
    with database.writing() as session:
        session.execute(text("DROP TABLE job_runs"))
        session.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    database.close()
    version, deliveries = look(settings(started), "database version", "deliveries")
    assert (version.level, deliveries.level) == (Level.WARNING, Level.UNCHECKED)
    assert version.seen == "the tables are those of an older version"
    assert "Restart the website" in version.advice
    assert deliveries.seen == "the database is not up to date"


def test_a_worker_that_is_gone(started: Path) -> None:
    opened = open_leads(Settings(instance_dir=started), questionnaire)
    opened.intake.take(Submission(answers=ANSWERS))
    opened.close()

    def later(minutes: float) -> list[CheckResult]:
        moment = clock.now() + datetime.timedelta(minutes=minutes)
        return look(settings(started), "deliveries", "jobs", clock=lambda: moment)

    waiting, jobs = later(1)
    assert (waiting.level, jobs.level) == (Level.OK, Level.WARNING)
    assert "no worker has ever run" in jobs.seen
    gone = later(6)[0]
    assert gone.level is Level.ERROR
    assert "nobody has tried to deliver since" in gone.seen
    assert "flask --app website deliver --forever" in gone.advice
    told = " ".join(finding.seen for finding in later(16))
    assert "1 message waits for delivery, the oldest since" in told


def test_a_job_that_is_overdue(started: Path) -> None:
    database = connect(Settings(instance_dir=started).database)
    hour = datetime.timedelta(hours=1)
    tidy = Job(name="tidy", every=hour, run=lambda _now: "done", patience=6 * hour)
    schedule = Schedule(database, [tidy])
    schedule.register()
    run_due(schedule)
    database.close()
    assert only(look(settings(started), "jobs")).level is Level.OK
    moment = clock.now() + datetime.timedelta(days=2)
    found = look(settings(started), "jobs", clock=lambda: moment)
    assert {one.level for one in found} == {Level.ERROR}
    assert found[0].seen.startswith("the job 'tidy' is overdue, last done 20")


# Backups


def test_backups_that_are_missing_young_or_old(started: Path) -> None:
    environ = settings(started) | {"WEBSITE_BASE_URL": "https://www.agentur.example"}
    none = only(look(environ, "backups"))
    assert (none.level, "no backups are made" in none.seen) == (Level.WARNING, True)
    assert only(look(settings(started), "backups")).level is Level.UNCHECKED
    environ["WEBSITE_BACKUP_RECIPIENT"] = str(x25519.Identity.generate().to_public())
    missing = only(look(environ, "backups"))
    assert (missing.level, "there is no backup in" in missing.seen) == (Level.ERROR, True)
    own = Settings.from_environment(environ)
    create_backup.make_if_due(own, clock.now())
    assert only(look(environ, "backups")).level is Level.OK
    assert only(look(environ, "file rights")).level is Level.OK
    moment = clock.now() + datetime.timedelta(hours=13)
    old = only(look(environ, "backups", clock=lambda: moment))
    assert (old.level, old.seen.startswith("the newest backup is 13 hours old")) == (
        Level.ERROR,
        True,
    )


# PostgreSQL


def test_a_postgresql_that_may_lose_what_it_confirms(postgres: PostgreSQL, started: Path) -> None:
    """As the tests' own is set: fast."""
    with postgres.database() as url:
        environ = settings(started) | {
            "WEBSITE_DATABASE_URL": url,
            "WEBSITE_SECRET_KEY": "x" * 32,
        }
        findings = look(environ, "database", "database version", "database server", "deliveries")
    told = {finding.seen.partition(":")[0]: finding.level for finding in findings}
    assert told["PostgreSQL has fsync = off"] is Level.ERROR
    assert told["PostgreSQL has full_page_writes = off"] is Level.ERROR
    [log] = [finding for finding in findings if "log_error_verbosity" in finding.seen]
    assert (log.level, "terse" in log.advice) == (Level.WARNING, True)
    others = [finding for finding in findings if finding.check != "database server"]
    assert {finding.level for finding in others} == {Level.OK}


def test_a_postgresql_that_only_reads_or_is_gone(postgres: PostgreSQL, started: Path) -> None:
    with postgres.database() as url:
        environ = settings(started) | {"WEBSITE_SECRET_KEY": "x" * 32}
        reading = f"{url}&options=-c%20default_transaction_read_only%3Don"
        found = only(look(environ | {"WEBSITE_DATABASE_URL": reading}, "database"))
        assert found.level is Level.ERROR
        assert "read-only transaction" in found.seen
        assert "name the server that writes" in found.advice
    gone = f"postgresql+psycopg://website:Zaubertrank@/website?host={started}"
    found = only(look(environ | {"WEBSITE_DATABASE_URL": gone}, "database"))
    assert found.level is Level.ERROR
    assert "Zaubertrank" not in found.seen + found.advice
    assert "Is the database server running" in found.advice


def test_a_clock_that_is_not_that_of_the_database(postgres: PostgreSQL, started: Path) -> None:
    with postgres.database() as url:
        environ = settings(started) | {"WEBSITE_DATABASE_URL": url, "WEBSITE_SECRET_KEY": "x" * 32}
        assert only(look(environ, "clock")).level is Level.UNCHECKED
        moment = clock.now() + datetime.timedelta(minutes=10)
        found = only(look(environ, "clock", clock=lambda: moment))
    assert found.level is Level.ERROR
    assert "s ahead of that of the database server" in found.seen


def test_file_systems_are_known_by_the_longest_mount_point() -> None:
    mounts = (
        "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
        "30 22 0:30 / /srv rw,relatime shared:1 - nfs4 server:/export rw\n"
        "31 30 0:31 / /srv/a\\040b rw - tmpfs tmpfs rw\n"
    )
    for folder, kind in (("/var/lib", "ext4"), ("/srv/x", "nfs4"), ("/srv/a b/c", "tmpfs")):
        assert file_system(Path(folder), mounts) == kind
