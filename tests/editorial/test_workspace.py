"""The checkout and the repository exchange content, and neither loses what was written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.repository import commit_to_main, parents
from website.config import Settings
from website.editorial.repository import Message, Person
from website.editorial.workspace import CHECKOUT, Workspace, live_settings
from website.exceptions import MergeConflict, RepositoryError

A, B = "artikel/a.md", "artikel/b.md"
LINES = b"".join(b"Zeile %d\n" % number for number in range(1, 21))
EVA = Person("Eva")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    checkout = tmp_path / "checkout" / "content"
    for path, data in {A: LINES, B: b"B\n", "website.toml": b""}.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_bytes(data)
    made = Workspace(tmp_path / "instance", checkout)
    made.open()
    return made


def publish(workspace: Workspace, path: str, data: bytes | None) -> None:
    repository = workspace.repository
    commit_to_main(repository, {path: data}, repository.main, EVA, Message("Neu"))


def test_the_first_start_takes_the_checkout_over(workspace: Workspace) -> None:
    repository = workspace.repository
    assert (workspace.content / A).read_bytes() == LINES
    assert repository.resolve(CHECKOUT) == repository.main
    assert workspace.push() == ""
    workspace.open()
    assert repository.count_since("") == 1


@pytest.mark.parametrize("file", ["", "kein-inhalt/brief.txt"])
def test_a_folder_without_content_is_not_taken_over(tmp_path: Path, file: str) -> None:
    wrong = tmp_path / "kein-inhalt"
    if file:
        wrong.mkdir()
        (tmp_path / file).write_text("Privat")
    made = Workspace(tmp_path / "instance", wrong)
    with pytest.raises(RepositoryError, match=f"{wrong} is no content folder"):
        made.open()
    assert not made.exists


def test_a_checkout_that_is_gone_deletes_no_text(workspace: Workspace) -> None:
    workspace.checkout = workspace.checkout.parent / "verlegt"
    for act in (workspace.snapshot, workspace.push, workspace.pull):
        with pytest.raises(RepositoryError, match="is no content folder"):
            act()


@pytest.mark.parametrize("name", [A, "artikel"])
def test_what_cannot_be_read_is_not_taken_for_deleted(workspace: Workspace, name: str) -> None:
    place = workspace.checkout / name
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    place.symlink_to(place.name)
    with pytest.raises(RepositoryError, match=f"{place} cannot be read, and would be taken for"):
        workspace.snapshot()
    place.unlink()
    new = workspace.checkout / "neu.md"
    new.symlink_to("nirgends")
    with pytest.raises(RepositoryError, match=f"{new} cannot be read"):
        workspace.snapshot()
    new.unlink()
    assert workspace.snapshot()


def test_services_read_what_is_official(workspace: Workspace, tmp_path: Path) -> None:
    settings = Settings(content_dir=workspace.checkout, instance_dir=tmp_path / "instance")
    assert live_settings(settings).content_dir == workspace.content
    elsewhere = Settings(content_dir=workspace.checkout, instance_dir=tmp_path / "other")
    assert live_settings(elsewhere) == elsewhere


def test_what_was_published_comes_to_the_checkout_beside_what_was_edited(
    workspace: Workspace,
) -> None:
    publish(workspace, A, LINES.replace(b"Zeile 2\n", b"Eva\n"))
    (workspace.checkout / A).write_bytes(LINES.replace(b"Zeile 19\n", b"Tim\n"))
    (workspace.checkout / "neu.md").write_bytes(b"neu")
    assert workspace.missing_in_checkout() == 1
    assert workspace.pull() == [A]
    both = LINES.replace(b"Zeile 2\n", b"Eva\n").replace(b"Zeile 19\n", b"Tim\n")
    assert (workspace.checkout / A).read_bytes() == both
    assert workspace.missing_in_checkout() == 0
    commit, repository = workspace.push(), workspace.repository
    assert parents(repository, commit) == [repository.main]
    changes = repository.changes(repository.main, commit)
    assert {change.path for change in changes} == {A, "neu.md"}
    assert workspace.push() == commit


def test_a_deleted_file_and_a_renamed_one_come_along(workspace: Workspace) -> None:
    repository = workspace.repository
    commit_to_main(
        repository, {A: None, "artikel/c.md": LINES, B: None}, repository.main, EVA, Message("Viel")
    )
    assert workspace.pull() == [A, B, "artikel/c.md"]
    found = {path.name: path.read_bytes() for path in (workspace.checkout / "artikel").iterdir()}
    assert found == {"c.md": LINES}


def test_the_same_lines_on_both_sides_change_nothing(workspace: Workspace) -> None:
    publish(workspace, A, b"Eva\n")
    (workspace.checkout / A).write_bytes(b"Tim\n")
    with pytest.raises(MergeConflict) as conflict:
        workspace.pull()
    assert conflict.value.files == (A,)
    assert (workspace.checkout / A).read_bytes() == b"Tim\n"
    assert workspace.missing_in_checkout() == 1


def test_what_programs_leave_beside_is_not_taken_over(workspace: Workspace) -> None:
    (workspace.checkout / ".a.md.swp").write_bytes(b"x")
    (workspace.checkout / "Thumbs.db").write_bytes(b"x")
    assert workspace.push() == ""


def test_a_checkout_that_cannot_be_written_keeps_its_base(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(workspace, A, b"neu")
    before = workspace.repository.resolve(CHECKOUT)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "a.md")

    monkeypatch.setattr("website.editorial.workspace.disk.replace", refuse)
    with pytest.raises(RepositoryError, match="Permission denied"):
        workspace.pull()
    assert workspace.repository.resolve(CHECKOUT) == before
