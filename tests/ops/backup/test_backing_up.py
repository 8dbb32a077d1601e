"""What a backup is: one file, private, whole, and nothing that anybody else can read."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest

from support.backups import PUBLIC_HALF, Agency, Pair
from support.disks import disk, filled
from support.postgres import ON_SQLITE
from website.editorial.repository import Repository
from website.exceptions import BackupError
from website.ops.backup import encryption, rotation, sqlite, workdir


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


def opened_by_age(backup: Path, keys: Pair, member: str) -> bytes:
    """Read a file of a backup without our program, as docs/backups.md says."""
    age = subprocess.run(
        ["age", "--decrypt", "-i", keys.file, backup], check=True, stdout=subprocess.PIPE
    )
    return subprocess.run(
        ["tar", "xzO", member], check=True, input=age.stdout, stdout=subprocess.PIPE
    ).stdout


def test_a_backup_is_one_private_file_and_nothing_else_is_left(agency: Agency) -> None:
    agency.take()
    backup = agency.back_up()
    assert backup.parent == agency.settings.backups
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700
    assert files(backup.parent) == {backup.name}
    assert not list(agency.settings.instance_dir.glob(f"{workdir.PREFIX}*/"))


def test_the_age_tool_opens_it_and_its_manifest_tells_what_is_in_it(
    agency: Agency, keys: Pair
) -> None:
    taken = agency.take(3)
    backup = agency.back_up()
    manifest = json.loads(opened_by_age(backup, keys, "manifest.json"))
    assert manifest["counts"]["leads"] == len(taken)
    assert manifest["counts"]["deliveries"] == len(taken)
    assert manifest["counts"]["staff"] == 0
    assert manifest["revision"]
    assert rotation.moment_of(backup.name) == rotation.newest(backup.parent)
    assert manifest["made_at"] == rotation.newest(backup.parent).isoformat()  # type: ignore[union-attr]
    if agency.settings.is_one_machine:
        kept = (agency.settings.instance_dir / "secret.key").read_bytes()
        assert opened_by_age(backup, keys, "secret.key") == kept
    else:
        assert "secret.key" not in manifest["files"], "it stands in the settings of each machine"
    database = opened_by_age(backup, keys, "website.sqlite3")
    assert all(reference.encode() in database for reference in taken)


@ON_SQLITE
def test_nobody_can_read_it_without_the_key(agency: Agency) -> None:
    agency.take()
    content = agency.back_up().read_bytes()
    assert content.startswith(encryption.BEGINNING)
    assert b"website" not in content
    assert b"SQLite" not in content


@ON_SQLITE
def test_without_a_key_nothing_is_written_unless_that_is_wanted(
    tmp_path: Path, database_url: str
) -> None:
    agency = Agency.at(tmp_path / "instance", database_url)
    agency.take()
    result = agency.run("backup")
    assert result.exit_code == 1
    assert "WEBSITE_BACKUP_RECIPIENT is not set" in result.output
    assert "age-keygen -o backup.key" in result.output
    assert not agency.settings.backups.exists()
    plain = agency.back_up("--plain")
    with tarfile.open(plain) as archive:
        assert archive.getnames() == ["manifest.json", "website.sqlite3", "secret.key"]
    assert "NOT encrypted" in agency.run("backups").output


@ON_SQLITE
def test_caches_mails_and_older_backups_are_not_in_it(agency: Agency, keys: Pair) -> None:
    agency.take()
    for name in ("cache/x.sqlite3", "mail/x.eml"):
        path = agency.settings.instance_dir / name
        path.parent.mkdir()
        path.write_text("words")
    agency.back_up()
    manifest = json.loads(opened_by_age(agency.back_up(), keys, "manifest.json"))
    assert set(manifest["files"]) == {"website.sqlite3", "secret.key"}


@ON_SQLITE
def test_what_a_killed_process_left_is_cleared_away(agency: Agency) -> None:
    agency.take()
    left = agency.settings.instance_dir / f"{workdir.PREFIX}abc"
    left.mkdir()
    (left / "website.sqlite3").write_text("in clear")
    agency.back_up()
    assert not left.exists()


@ON_SQLITE
def test_a_damaged_database_gives_no_backup(agency: Agency) -> None:
    agency.take(30)
    with agency.database.open("r+b") as file:
        file.seek(20_000)
        file.write(b"\xff" * 8_000)
    result = agency.run("backup")
    assert result.exit_code == 1
    assert "damaged" in result.output or "cannot be copied" in result.output
    assert rotation.backups_in(agency.settings.backups) == []


@ON_SQLITE
def test_a_database_that_is_locked_for_good_is_not_waited_for(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.take()
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT", 0.1)
    with contextlib.closing(sqlite3.connect(agency.database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        result = agency.run("backup")
    assert result.exit_code == 1
    assert "cannot be copied: database is locked" in result.output


@ON_SQLITE
@pytest.mark.parametrize("full", ["of the backups", "of the database"])
def test_a_full_disk_is_named_with_the_next_step(agency: Agency, tmp_path: Path, full: str) -> None:
    agency.take(30)
    folder = agency.settings.instance_dir if full == "of the database" else tmp_path / "small"
    kept = shutil.copytree(folder, tmp_path / "kept") if folder.exists() else None
    if kept:
        shutil.rmtree(folder)
    with disk(folder, megabytes=1):
        if kept:
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        with filled(folder):
            result = agency.run("backup", tmp_path / "away" if kept else folder)
    assert result.exit_code == 1
    assert f"df -h {folder}" in result.output
    assert "Make room" in result.output
    assert "damaged" not in result.output


def test_a_disk_that_fills_while_a_backup_is_encrypted_is_named(tmp_path: Path) -> None:
    source = tmp_path / "packed"
    source.write_bytes(bytes(2_000_000))
    keys = encryption.recipients([PUBLIC_HALF])
    small = tmp_path / "small"
    told = pytest.raises(BackupError, match=f"cannot be written: .* df -h {small}")
    with disk(small, megabytes=1), told:
        encryption.encrypt(source, small / "packed.age", keys)


@ON_SQLITE
def test_a_file_that_cannot_be_read_is_named_not_the_folder_that_can(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> bool:
        raise PermissionError(13, "Permission denied", "redaktion/repo.git/HEAD")

    agency.take()
    monkeypatch.setattr(Repository, "exists", property(fail))
    result = agency.run("backup")
    assert result.exit_code == 1
    assert "Error: redaktion/repo.git/HEAD cannot be used: Permission denied" in result.output


@ON_SQLITE
def test_a_place_that_cannot_be_written_is_named(agency: Agency, tmp_path: Path) -> None:
    agency.take()
    (tmp_path / "file").touch()
    result = agency.run("backup", tmp_path / "file" / "folder")
    assert result.exit_code == 1
    assert f"{tmp_path}/file/folder" in result.output
    assert "cannot be written: Not a directory" in result.output


@ON_SQLITE
def test_one_process_at_a_time_makes_a_backup(agency: Agency) -> None:
    agency.take()
    with workdir.folder(agency.settings):
        result = agency.run("backup")
    assert result.exit_code == 1
    assert "Another process is making or restoring a backup now" in result.output


@ON_SQLITE
def test_a_public_key_that_is_cut_off_is_refused(agency: Agency, keys: Pair) -> None:
    short = Agency.at(agency.settings.instance_dir, WEBSITE_BACKUP_RECIPIENT=keys.public[:-1])
    short.take()
    result = short.run("backup")
    assert result.exit_code == 1
    assert "no whole public key of age" in result.output


def test_every_owner_of_a_configured_key_can_read_it(tmp_path: Path) -> None:
    pairs = [Pair(tmp_path, f"{number}.key") for number in range(2)]
    (tmp_path / "text").write_text("Text")
    encryption.encrypt(
        tmp_path / "text", tmp_path / "sealed", encryption.recipients([p.public for p in pairs])
    )
    for number, pair in enumerate(pairs):
        target = tmp_path / f"opened-{number}"
        encryption.decrypt(tmp_path / "sealed", target, encryption.identities(pair.file, str))
        assert target.read_text() == "Text"
