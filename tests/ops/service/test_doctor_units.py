"""``doctor``: whether the installed units let the services write where they must."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from website.config import ROOT, Settings
from website.exceptions import BackupError
from website.ops.backup import create_backup
from website.ops.deploy import hosting_files, systemd
from website.ops.doctor import DoctorContext, Level, files
from website.ops.doctor.results import NotChecked


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "instance").mkdir()
    return Settings(instance_dir=tmp_path / "instance")


def install(folder: Path, *written: Path) -> None:
    """Install the units as ``deploy-files`` writes them."""
    machine = hosting_files.Machine(
        checkout=ROOT,
        python=folder / "python",
        build=folder / "pages/build",
        writable=written,
        endpoint="127.0.0.1:8000",
        user="website",
        publishes=True,
    )
    for name, text in hosting_files.machine_files(machine).items():
        (folder / name).write_text(text)


def look(settings: Settings, folder: Path) -> list[tuple[Level, str]]:
    found = files.units(DoctorContext(settings=settings), folder=folder)
    return [(finding.level, f"{finding.seen} {finding.advice}") for finding in found]


def test_units_that_were_written_from_the_settings_are_right(
    settings: Settings, tmp_path: Path
) -> None:
    install(tmp_path, settings.instance_dir)
    [(level, _)] = look(settings, tmp_path)
    assert level is Level.OK


def test_a_folder_for_backups_that_was_set_later_is_told_with_the_remedy(
    settings: Settings, tmp_path: Path
) -> None:
    install(tmp_path, settings.instance_dir)
    (tmp_path / "disk").mkdir()
    later = replace(settings, backup_dir=tmp_path / "disk")
    found = look(later, tmp_path)
    assert [level for level, _ in found] == [Level.ERROR, Level.ERROR]
    for name, (_, told) in zip(systemd.SERVICES, found, strict=True):
        assert told.startswith(f"{name} may not write to {tmp_path}/disk")
        assert "deploy-files" in told
        assert "daemon-reload" in told
    install(tmp_path, settings.instance_dir, tmp_path / "disk")
    [(level, _)] = look(later, tmp_path)
    assert level is Level.OK


def test_a_disk_that_is_not_there_is_told_and_keeps_no_service_from_its_start(
    settings: Settings, tmp_path: Path
) -> None:
    missing = tmp_path / "mnt/backup"
    install(tmp_path, settings.instance_dir, missing)
    [(level, told)] = look(replace(settings, backup_dir=missing), tmp_path)
    assert level is Level.ERROR
    assert f"install -d -o website -m 700 {missing}" in told
    # systemd.exec(5): with a minus, what is missing is passed over.
    assert f"ReadWritePaths={settings.instance_dir} -{missing}\n" in (
        (tmp_path / "website.service").read_text()
    )


def test_without_services_of_this_checkout_nothing_is_said(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(NotChecked):
        look(settings, tmp_path)


def test_a_backup_that_may_not_be_written_says_where_to_look(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(create_backup, "_pack", lambda *_: tmp_path / "packed")
    monkeypatch.setattr(create_backup, "_write", refuse)
    with pytest.raises(BackupError, match=r"Read-only file system\. Is its disk .* units name it"):
        create_backup.make(settings, tmp_path / "disk", plain=True)
