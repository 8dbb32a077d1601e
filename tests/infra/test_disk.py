"""Whole files: seen complete or not at all, with the rights and the owner that they had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from website.infra import disk


def test_a_file_that_is_replaced_keeps_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(0o640)
    disk.replace(file, b"new", durable=True)
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [*tmp_path.iterdir()] == [file]


def test_a_new_file_gets_the_rights_that_are_asked_for(tmp_path: Path) -> None:
    disk.replace(tmp_path / "folder/file", b"x", mode=disk.PRIVATE)
    assert (tmp_path / "folder/file").stat().st_mode & 0o777 == 0o600


def test_a_file_that_fails_half_way_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    with pytest.raises(TypeError), disk.replacing(file) as draft:
        draft.write("no bytes")  # type: ignore[arg-type]
    assert file.read_text() == "old"
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_writes_over_stays_with_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    os.chown(file, 65534, 65534)
    disk.replace(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


def test_no_folder_above_a_private_one_is_made_for_others(tmp_path: Path) -> None:
    for _ in range(2):
        disk.make_private(tmp_path / "instance/redaktion")
    folders = tmp_path / "instance", tmp_path / "instance/redaktion"
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        disk.make_private(tmp_path / "file")
    with pytest.raises(NotADirectoryError):
        disk.make_private(tmp_path / "file/below")


def test_of_two_that_create_a_file_both_see_the_first(tmp_path: Path) -> None:
    disk.create(tmp_path / "file", b"first")
    disk.create(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_text() == "first"
    assert [*tmp_path.iterdir()] == [tmp_path / "file"]
