"""A backup becomes an instance's data as a whole, or what was there stays as it was."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import re
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, select, text, update
from time_machine import travel

from support.backups import HIDDEN, PASSPHRASE, PUBLIC_HALF, SECRET, Agency, Pair
from support.doctor import look
from support.postgres import ON_POSTGRESQL, ON_SQLITE, PostgreSQL
from support.processes import run_flask
from support.repository import commit_to_main
from support.threads import together
from support.waiting import wait_until
from website import create_app
from website.cli.staff import staff
from website.editorial.repository import Message, Person, Repository
from website.editorial.workspace import Workspace
from website.exceptions import ConfigurationError, RepositoryError, StorageError
from website.infra import clock, unfinished_restore
from website.infra.database import connect, for_migrating
from website.infra.keyed_hashes import open_keys
from website.leads.deliveries import DeliveryFilter
from website.leads.erasure_log import ErasureLog
from website.leads.models import Delivery, DeliveryState, Event
from website.ops.backup import (
    archive,
    encryption,
    postgresql,
    restore_backup,
    rotation,
    sqlite,
    workdir,
)
from website.ops.doctor.results import Level
from website.staff.accounts import open_accounts
from website.staff.accounts.models import Staff
from website.web.services import services


def everything(agency: Agency) -> dict[str, bytes]:
    """Read all files of an instance; of PostgreSQL all rows of its requests."""
    files = {
        str(path): path.read_bytes()
        for path in agency.settings.instance_dir.rglob("*")
        if path.is_file() and not path.name.endswith((".lock", "-shm", "-wal"))
    }
    return files | dict.fromkeys(agency.references(), b"")


def damaged(backup: Path, how: str) -> Path:
    """Write a copy of a backup in which something is wrong."""
    content = backup.read_bytes()
    middle = len(content) // 2
    copy = backup.with_name(f"{how}.age")
    copy.write_bytes(
        {
            "cut off": content[:middle],
            "cut off at its head": content[:100],
            "changed": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "empty": b"",
            "of something else": b"PK\x03\x04" * 1000,
        }[how]
    )
    return copy


def open_secret(agency: Agency) -> str:
    """Return the secret of an instance, as another one would have it in its settings."""
    file = agency.settings.instance_dir / "secret.key"
    return file.read_text() if file.exists() else agency.settings.secret_key


def sign_in(agency: Agency) -> str:
    """Make an account with an app, sign it in, and give the session's token."""
    leads = agency.open()
    accounts = open_accounts(leads.database, leads.keys, base_url="http://a.test", name="A")
    person: Staff = accounts.directory.add("anna.berg@agentur.example", "Anna Berg", ["sales"])
    token = accounts.sessions.open(person, "Firefox")
    assert accounts.sessions.find(token)
    leads.close()
    return token


def test_requests_accounts_and_secret_are_restored_elsewhere(
    agency: Agency, elsewhere: Agency, keys: Pair
) -> None:
    taken = set(agency.take(5))
    token = sign_in(agency)
    backup = agency.back_up()
    agency.take()
    result = elsewhere.run("restore", backup, "--identity", keys.file)
    assert result.exit_code == 0, result.output
    assert ", leads 5" in result.output
    assert "5 deliveries are pending" in result.output
    assert elsewhere.references() == taken
    leads = elsewhere.open()
    accounts = open_accounts(leads.database, leads.keys, base_url="http://a.test", name="A")
    assert accounts.directory.find("anna.berg@agentur.example")
    assert leads.keys.key("any") == open_keys(agency.settings).key("any"), "the same secret"
    assert accounts.sessions.find(token) is None, "who was signed out since must not be in again"
    leads.close()


def test_a_dry_run_looks_and_changes_nothing(agency: Agency, elsewhere: Agency, keys: Pair) -> None:
    agency.take(2)
    backup = agency.back_up()
    result = elsewhere.run("restore", backup, "--identity", keys.file, "--dry-run")
    assert result.exit_code == 0
    assert ", leads 2" in result.output
    assert "The backup is whole. Nothing was changed." in result.output
    assert elsewhere.references() == set()


def test_data_that_are_there_are_replaced_by_force_only_and_kept(
    agency: Agency, keys: Pair
) -> None:
    before = set(agency.take(2))
    backup = agency.back_up()
    late = set(agency.take(1))
    refused = agency.run("restore", backup, "--identity", keys.file)
    assert refused.exit_code == 1
    assert "holds data already" in refused.output
    assert agency.references() == before | late
    result = agency.run("restore", backup, "--identity", keys.file, "--force")
    assert result.exit_code == 0, result.output
    assert agency.references() == before
    (kept,) = agency.settings.instance_dir.glob("replaced-*")
    assert f"is kept in {kept}" in result.output
    assert f"These were here before, and are not now: {', '.join(late)}\n" in result.output
    with contextlib.closing(sqlite3.connect(kept / "website.sqlite3")) as old:
        assert old.execute("SELECT count(*) FROM leads").fetchone() == (3,)
    assert kept.stat().st_mode & 0o777 == 0o700


def test_a_database_in_use_is_not_touched_even_by_force(agency: Agency, keys: Pair) -> None:
    agency.take()
    backup = agency.back_up()
    running = agency.open()
    try:
        result = agency.run("restore", backup, "--identity", keys.file, "--force")
    finally:
        running.close()
    assert result.exit_code == 1
    assert re.search(r"has the database .* open|connections? to the database", result.output)
    assert "Nothing was changed" in result.output
    assert not list(agency.settings.instance_dir.glob("replaced-*"))


@ON_SQLITE
@pytest.mark.parametrize(
    "how", ["cut off", "cut off at its head", "changed", "empty", "of something else"]
)
def test_a_damaged_backup_is_refused_and_changes_nothing(
    agency: Agency, keys: Pair, how: str
) -> None:
    agency.take(3)
    backup = damaged(agency.back_up(), how)
    before = everything(agency)
    result = agency.run("restore", backup, "--identity", keys.file, "--force")
    assert result.exit_code == 1
    assert re.search(r"Error: .*(damaged|no backup|cannot be opened)", result.output)
    assert everything(agency) == before


def test_another_key_opens_nothing_and_changes_nothing(agency: Agency, tmp_path: Path) -> None:
    agency.take()
    backup = agency.back_up()
    before = everything(agency)
    other = Pair(tmp_path, "other.key")
    result = agency.run("restore", backup, "--identity", other.file, "--force")
    assert result.exit_code == 1
    assert f"{backup} cannot be opened: it was made for another key." in result.output
    assert everything(agency) == before
    result = agency.run("restore", backup, "--force")
    assert result.exit_code == 2
    assert "name the key file with --identity" in result.output
    result = agency.run("restore", backup, "--identity", backup, fed="x\n")
    assert result.exit_code == 1
    assert "The key file" in result.output


@ON_SQLITE
def test_a_key_file_may_be_behind_a_passphrase(
    agency: Agency, elsewhere: Agency, tmp_path: Path
) -> None:
    hidden = tmp_path / "backup.key.age"
    hidden.write_text(HIDDEN)
    own = Agency.at(agency.settings.instance_dir, WEBSITE_BACKUP_RECIPIENT=PUBLIC_HALF)
    taken = own.take()
    backup = own.back_up()
    result = elsewhere.run("restore", backup, "--identity", hidden)
    assert result.exit_code == 1
    assert "Nobody can be asked here, so nothing was changed." in result.output
    assert f"age --decrypt --output backup.key {hidden}" in result.output
    result = elsewhere.run("restore", backup, "--identity", hidden, fed="falsch\n")
    assert result.exit_code == 1
    assert "the passphrase is wrong" in result.output
    result = elsewhere.run("restore", backup, "--identity", hidden, fed=f"{PASSPHRASE}\n")
    assert result.exit_code == 0, result.output
    assert elsewhere.references() == set(taken)


@ON_SQLITE
def test_a_database_that_cannot_be_read_any_more_is_replaced_by_force(
    agency: Agency, keys: Pair
) -> None:
    taken = set(agency.take())
    backup = agency.back_up()
    agency.database.write_bytes(b"no database " * 1000)
    refused = agency.run("restore", backup, "--identity", keys.file)
    assert refused.exit_code == 1
    assert "is no database that can be read" in refused.output
    words = ("restore", str(backup), "--identity", str(keys.file), "--force")
    restored = run_flask(os.environ | agency.environ, *words)
    assert restored.returncode == 0, restored.stderr
    assert agency.references() == taken
    (kept,) = agency.settings.instance_dir.glob("replaced-*")
    assert (kept / "website.sqlite3").read_bytes().startswith(b"no database")


@ON_SQLITE
@pytest.mark.parametrize("killed", ["backup", "restore"])
def test_a_command_that_is_killed_leaves_what_was_there_and_can_be_repeated(
    agency: Agency, keys: Pair, killed: str
) -> None:
    before = set(agency.take(3))
    backup = agency.back_up()
    late = set(agency.take(1))
    options = ("restore", backup, "--identity", keys.file, "--force")
    words = {"backup": ("backup",), "restore": options}[killed]
    with contextlib.closing(sqlite3.connect(agency.database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")  # it waits for that in the midst of its work
        process = agency.start(*words)

        def find() -> list[Path]:
            assert process.poll() is None
            return list(agency.settings.instance_dir.glob(f"{workdir.PREFIX}*/"))

        left = wait_until(find, "a folder of its work", 60)
        process.kill()
        process.wait(60)
    assert left[0].exists(), "it was killed while it worked"
    assert rotation.backups_in(backup.parent) == [
        rotation.Backup(rotation.newest(backup.parent), backup)
    ]
    assert agency.references() == before | late
    result = agency.run(*words)
    assert result.exit_code == 0, result.output
    assert not left[0].exists()
    assert agency.references() == (before if killed == "restore" else before | late)


@ON_POSTGRESQL
@pytest.mark.parametrize(("killed", "lock"), [("backup", "ACCESS EXCLUSIVE"), ("restore", "SHARE")])
def test_a_command_that_is_killed_while_the_server_works_changes_nothing(
    agency: Agency, keys: Pair, postgres: PostgreSQL, killed: str, lock: str
) -> None:
    before = set(agency.take(3))
    backup = agency.back_up()
    late = set(agency.take(1))
    options = ("restore", backup, "--identity", keys.file, "--force")
    words = {"backup": ("backup",), "restore": options}[killed]
    engine = create_engine(agency.settings.database, poolclass=NullPool)
    with engine.begin() as other:
        other.execute(text(f"LOCK TABLE leads IN {lock} MODE"))
        process = agency.start(*words)
        waiting = "SELECT pid FROM pg_locks WHERE NOT granted"
        wait_until(lambda: postgres.execute(waiting), "a wait for the lock", 60)
        process.kill()
        process.wait(60)
    assert agency.references() == before | late
    assert [found.path for found in rotation.backups_in(backup.parent)] == [backup]
    result = agency.run(*words)
    assert result.exit_code == 0, result.output
    assert agency.references() == (before if killed == "restore" else before | late)
    assert not list(agency.settings.instance_dir.glob(f"{workdir.PREFIX}*/"))
    assert not (agency.settings.instance_dir / unfinished_restore.FILE).exists()


def test_a_backup_with_other_rows_than_its_manifest_says_is_refused(
    agency: Agency, keys: Pair, tmp_path: Path
) -> None:
    agency.take(2)
    backup = agency.back_up()
    late = agency.take(1)
    place = tmp_path / "place"
    place.mkdir()
    encryption.decrypt(backup, place / "packed", encryption.identities(keys.file, str))
    (place / "content").mkdir()
    said = archive.unpack(place / "packed", place / "content")
    wrong = archive.Manifest(**vars(said) | {"counts": said.counts | {"leads": 7}})
    forged = tmp_path / "forged.tar.gz"
    archive.pack(forged, wrong, [place / "content" / name for name in said.files])
    result = agency.run("restore", forged, "--force")
    assert result.exit_code == 1
    assert "Not as many rows as the manifest says: leads: 2 instead of 7" in result.output
    assert late[0] in agency.references()
    assert not list(agency.settings.instance_dir.glob("replaced-*"))


@ON_POSTGRESQL
def test_what_an_older_version_has_dumped_names_what_to_do(agency: Agency, tmp_path: Path) -> None:
    agency.take()
    said = archive.unpack(agency.back_up("--plain"), tmp_path)
    dump = tmp_path / "website.dump"
    dump.write_bytes(b"PGDMP")
    files = {dump.name: archive.digest(dump)}
    archive.pack(tmp_path / "old", dataclasses.replace(said, files=files), [dump])
    for option in ("--force", "--dry-run"):
        result = agency.run("restore", tmp_path / "old", option)
        assert result.exit_code == 1
        assert "If it holds website.dump," in result.output
        assert "restore it with the version of the website that made it" in result.output


@ON_POSTGRESQL
def test_a_restore_that_fails_half_way_leaves_all_tables_as_they_were(
    agency: Agency, keys: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("The database cannot be used now: No space left on device")

    before = set(agency.take(2))
    backup = agency.back_up()
    before |= set(agency.take(1))
    monkeypatch.setattr(postgresql, "_advance_sequences", fail)
    result = agency.run("restore", backup, "--identity", keys.file, "--force")
    assert result.exit_code == 1
    assert "No space left on device" in result.output
    assert agency.references() == before
    assert not list(agency.settings.instance_dir.glob("replaced-*"))


@ON_POSTGRESQL
def test_a_database_that_is_used_again_while_a_restore_prepares_is_not_touched(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(agency.take(2))
    backup = agency.back_up("--plain")
    before |= set(agency.take(1))
    with contextlib.ExitStack() as stack:
        prepare = restore_backup.prepare

        def start(*words: Any, **named: Any) -> restore_backup.Finished:
            stack.enter_context(contextlib.closing(agency.open()))
            before.update(agency.take(1))
            return prepare(*words, **named)

        monkeypatch.setattr(restore_backup, "prepare", start)
        result = agency.run("restore", backup, "--force")
    assert result.exit_code == 1
    assert "1 connection to the database" in result.output
    assert agency.references() == before
    assert not list(agency.settings.instance_dir.glob("replaced-*"))


def test_what_is_unpacked_is_for_its_owner_alone_also_if_somebody_packed_it_anew(
    tmp_path: Path,
) -> None:
    content, unpacked = tmp_path / "content.bundle", tmp_path / "unpacked"
    unpacked.mkdir()
    content.write_bytes(b"all texts")
    content.chmod(0o644)
    manifest = archive.Manifest(
        made_at=clock.now(),
        website="1",
        revision="",
        kind="sqlite",
        counts={},
        files={content.name: archive.digest(content)},
        secret="",
    )
    (tmp_path / archive.MANIFEST).write_text(manifest.to_json())
    with tarfile.open(tmp_path / "packed", "w:gz") as packed:
        for name in (archive.MANIFEST, content.name):
            packed.add(tmp_path / name, name)
    assert archive.unpack(tmp_path / "packed", unpacked) == manifest
    assert (unpacked / content.name).stat().st_mode & 0o777 == 0o600


@ON_POSTGRESQL
def test_what_a_newer_version_has_added_to_a_database_gives_way(agency: Agency, keys: Pair) -> None:
    taken = set(agency.take())
    backup = agency.back_up()
    leads = agency.open()
    with leads.database.writing() as session:
        session.execute(text("CREATE TABLE later (lead_id integer REFERENCES leads)"))
    leads.close()
    result = agency.run("restore", backup, "--identity", keys.file, "--force")
    assert result.exit_code == 0, result.output
    assert agency.references() == taken
    with leads.database.reading() as session:
        assert session.scalar(text("SELECT to_regclass('later')")) is None
    leads.close()


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    agency: Agency, elsewhere: Agency, keys: Pair
) -> None:
    database = connect(elsewhere.settings.database)
    config = Config()
    config.set_main_option("script_location", "website.leads:migrations")
    with for_migrating(database.engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO leads (reference, received_at, status, topic, company, name, email,"
                " answers) VALUES ('BBBB-BBBB', :at, 'won', '', 'Müller', 'Weiß', 'j@x.example',"
                """ '{"message": "Bitte"}')"""
            ),
            {"at": clock.now()},
        )
    database.close()
    backup = elsewhere.back_up()
    result = agency.run("restore", backup, "--identity", keys.file)
    assert "revision 0001" in result.output
    assert result.exit_code == 0, result.output
    assert agency.references() == {"BBBB-BBBB"}


def test_a_backup_of_a_newer_version_is_refused(
    agency: Agency, elsewhere: Agency, keys: Pair
) -> None:
    leads = agency.open()
    with leads.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    leads.close()
    result = elsewhere.run("restore", agency.back_up(), "--identity", keys.file)
    assert result.exit_code == 1
    assert "newer version of the website" in result.output
    assert elsewhere.references() == set()


def test_a_backup_of_one_kind_of_database_is_restored_into_the_other(
    agency: Agency, keys: Pair, tmp_path: Path, postgres: PostgreSQL
) -> None:
    taken = set(agency.take(2))
    sign_in(agency)
    backup = agency.back_up()
    with postgres.database(template="template0") as url:
        other = Agency.at(
            tmp_path / "other",
            url if agency.settings.is_one_machine else "",
            WEBSITE_SECRET_KEY=open_secret(agency),
        )
        result = other.run("restore", backup, "--identity", keys.file)
        assert result.exit_code == 0, result.output
        assert other.references() == taken
        new = other.take()
        assert other.references() == taken | set(new)


def test_another_secret_is_refused_unless_that_is_wanted(
    agency: Agency, elsewhere: Agency, keys: Pair
) -> None:
    taken = set(agency.take())
    backup = agency.back_up()
    other = Agency.at(
        elsewhere.settings.instance_dir,
        elsewhere.settings.database_url,
        WEBSITE_SECRET_KEY=SECRET[::-1],
    )
    result = other.run("restore", backup, "--identity", keys.file)
    assert result.exit_code == 1
    assert "WEBSITE_SECRET_KEY" in result.output
    result = other.run("restore", backup, "--identity", keys.file, "--other-secret")
    assert result.exit_code == 0, result.output
    assert other.references() == taken


def test_what_was_erased_since_is_erased_again(
    agency: Agency, elsewhere: Agency, keys: Pair
) -> None:
    kept = set(agency.take())
    leads = agency.open()
    from support.leads import ANSWERS, Sender  # noqa: PLC0415

    gone = Sender(leads.intake)(ANSWERS | {"email": "weg@firma.example"}).reference
    leads.close()
    backup = agency.back_up()
    leads = agency.open()
    subjects = leads.subjects
    subjects.erase(subjects.find("weg@firma.example"), actor="operator")
    leads.close()
    (noted,) = agency.settings.backups.glob("erased-*.txt")
    assert gone not in noted.read_text(), "nobody can tell whom it was about"
    result = elsewhere.run("restore", backup, "--identity", keys.file)
    assert "Erased again, because it was erased since: 1 lead," in result.output
    assert elsewhere.references() == kept
    if elsewhere.settings.is_one_machine:
        assert gone.encode() not in elsewhere.database.read_bytes(), "not even in free space"


def test_what_is_due_by_now_is_deleted_after_a_restore(
    agency: Agency, elsewhere: Agency, keys: Pair
) -> None:
    agency.take(2)
    leads = agency.open()
    with leads.database.writing() as session:
        session.execute(update(Delivery).values(state=DeliveryState.SENT))
    leads.close()
    backup = agency.back_up()
    with travel(clock.now() + datetime.timedelta(days=300), tick=False):
        result = elsewhere.run("restore", backup, "--identity", keys.file)
        assert "its time is over: 2 leads" in result.output
        assert "erase again who asked for it" in result.output
        assert elsewhere.references() == set()


def test_an_operator_can_hold_what_may_have_been_sent_since(
    agency: Agency, elsewhere: Agency, keys: Pair
) -> None:
    agency.take(2)
    backup = agency.back_up()
    result = elsewhere.run("restore", backup, "--identity", keys.file, "--hold")
    assert "2 deliveries are held" in result.output
    leads = elsewhere.open()
    assert (leads.deliveries.backlog().pending, leads.deliveries.backlog().dead) == (0, 2)
    held = leads.deliveries.find(DeliveryFilter(states=(DeliveryState.DEAD,)))
    assert {"maybe sent since" in str(delivery.last_error) for delivery in held} == {True}
    assert (
        leads.deliveries.send_again(DeliveryFilter(states=(DeliveryState.DEAD,)), actor="operator")
        == 2
    )
    with leads.database.reading() as session:
        events = session.scalars(select(Event.action).where(Event.lead_id.is_(None))).all()
    assert "restored" in events
    leads.close()


@ON_SQLITE
def test_the_site_works_on_what_was_restored(agency: Agency, elsewhere: Agency, keys: Pair) -> None:
    agency.take()
    sign_in(agency)
    elsewhere.run("restore", agency.back_up(), "--identity", keys.file)
    app = create_app(elsewhere.settings)
    with app.app_context():
        assert "anna.berg" in CliRunner().invoke(staff, ["list"]).output
    assert app.test_client().get("/readyz").status_code == 200
    services(app).leads.close()


@ON_SQLITE
def test_nothing_that_is_erased_at_the_same_time_is_forgotten(agency: Agency) -> None:
    erasures = ErasureLog(agency.settings.backups, open_keys(agency.settings))
    then = clock.now()
    erasures.note(["2026-AAAAAA"], then - datetime.timedelta(days=61))
    together(20, lambda number: erasures.note([f"2026-{number}"], then))
    (file,) = agency.settings.backups.glob("erased-*.txt")
    assert len(set(file.read_text().splitlines())) == 20


@ON_SQLITE
def test_what_was_erased_is_remembered_for_a_while_only(agency: Agency) -> None:
    erasures = ErasureLog(agency.settings.backups, open_keys(agency.settings))
    then = clock.now()
    erasures.note(["2026-AAAAAA"], then)
    erasures.note(["2026-BBBBBB"], then + datetime.timedelta(days=59))
    (file,) = agency.settings.backups.glob("erased-*.txt")
    assert len(file.read_text().splitlines()) == 2
    erasures.forget(then + datetime.timedelta(days=61))
    assert len(file.read_text().splitlines()) == 1
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("owner", "name", "error"),
    [
        (Repository, "clone", RepositoryError("'git clone' failed: No space left on device")),
        (restore_backup, "prepare", StorageError("database or disk is full.")),
    ],
)
def test_what_cannot_be_prepared_leaves_everything_as_it_was(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    error: Exception,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    agency = Agency.at(tmp_path / "instance", WEBSITE_CONTENT_DIR=str(tmp_path / "content"))
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "website.toml").write_bytes(b"name = 'alt'\n")
    agency.take()
    Workspace.of(agency.settings).open()
    backup = agency.back_up(tmp_path / "backups", "--plain")
    agency.take()
    before = everything(agency) | {str(agency.database): b""}  # its requests are listed
    monkeypatch.setattr(owner, name, fail)
    result = agency.run("restore", backup, "--force")
    assert result.exit_code == 1
    assert f"cannot be prepared: {error} Nothing was changed." in result.output
    assert everything(agency) | {str(agency.database): b""} == before


def test_the_content_repository_comes_back(tmp_path: Path) -> None:
    agency = Agency.at(tmp_path / "instance", WEBSITE_CONTENT_DIR=str(tmp_path / "content"))
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "website.toml").write_bytes(b"name = 'alt'\n")
    agency.take()
    workspace = Workspace.of(agency.settings)
    workspace.open()
    then = workspace.repository.main
    backup = agency.back_up(tmp_path / "backups", "--plain")
    changes = {"website.toml": b"name = 'neu'\n"}
    commit_to_main(workspace.repository, changes, then, Person("Eva"), Message("Neu"))
    result = agency.run("restore", backup, "--force")
    assert result.exit_code == 0, result.output
    again = Workspace.of(agency.settings)
    assert (again.repository.main, again.repository.id) == (then, workspace.repository.id)
    again.repository.verify()
    assert again.push() == ""
    again.open()
    assert (again.content / "website.toml").read_bytes() == b"name = 'alt'\n"
    [kept] = (tmp_path / "instance").glob("replaced-*/redaktion/repo.git")
    assert Repository(kept).read("refs/heads/main", "website.toml") == b"name = 'neu'\n"
    other = Agency.at(tmp_path / "other")
    assert other.run("restore", backup).exit_code == 0
    assert Workspace.of(other.settings).repository.main == then


class Killed(BaseException):
    """The process ends, whatever it was doing."""


@pytest.mark.parametrize("step", ["_replace_secret", "_replace_content"])
def test_a_restore_that_was_cut_off_is_told_until_it_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def die(*_: object) -> None:
        raise Killed

    agency = Agency.at(tmp_path / "instance")
    [first] = agency.take()
    Workspace.of(agency.settings).open()
    backup = agency.back_up(tmp_path / "backups", "--plain")
    agency.take()
    with monkeypatch.context() as patch:
        patch.setattr(restore_backup, step, die)
        with pytest.raises(Killed):
            agency.run("restore", backup, "--force")
    told = "was cut off, so that database, secret and texts may not belong together. Restore it ag"
    assert told in agency.run("backup", tmp_path / "late", "--plain").output
    with pytest.raises(ConfigurationError, match=told):
        create_app(agency.settings)
    [found] = look(agency.environ, "restore")
    assert (found.level, told in found.seen) == (Level.ERROR, True)
    assert "holds data already" in agency.run("restore", backup).output
    with pytest.raises(ConfigurationError, match=told):
        create_app(agency.settings)
    assert agency.run("restore", backup, "--force").exit_code == 0
    assert agency.references() == {first}
    Workspace.of(agency.settings).repository.verify()
    services(create_app(agency.settings)).leads.close()
    [found] = look(agency.environ, "restore")
    assert found.level is Level.OK


def test_a_restore_that_is_refused_leaves_no_note_of_one(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageError("The database cannot be used now: disk full")

    agency.take()
    backup = agency.back_up("--plain")
    agency.take()
    with monkeypatch.context() as patch:
        for owner in (sqlite, postgresql):
            patch.setattr(owner, "replace", fail)
        assert agency.run("restore", backup, "--force").exit_code == 1
    assert not (agency.settings.instance_dir / unfinished_restore.FILE).exists()
