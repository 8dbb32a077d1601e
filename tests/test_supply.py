"""What is installed is what is written down: versions, hashes, licences."""

from __future__ import annotations

import re
import tomllib

import pytest

from licences import LOCKS, ROOT, document, is_free, licence, pinned

NAMES = [name for lock in LOCKS for name, _ in pinned(ROOT / lock)]


def test_both_lists_of_versions_say_the_same() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert lines[-1] == "-e ."
    assert [tuple(line.split("==")) for line in lines[:-1]] == pinned(ROOT / "requirements.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_is_held_fast_by_hashes(lock: str) -> None:
    entries = re.split(r"^(?=\S)", (ROOT / lock).read_text(), flags=re.MULTILINE)
    wanted = [entry for entry in entries if "==" in entry.partition("\n")[0]]
    assert len(wanted) == len(pinned(ROOT / lock))
    assert not [entry.split()[0] for entry in wanted if "--hash=sha256:" not in entry]


def test_every_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[<>=]", each)[0].lower() for each in project["dependencies"]}
    assert names <= {name.lower() for name, _ in pinned(ROOT / "requirements.lock")}


def test_the_locks_name_no_server() -> None:
    for name in (*LOCKS, "requirements.txt"):
        assert "://" not in (ROOT / name).read_text()


@pytest.mark.slow
def test_the_list_of_licences_is_of_today() -> None:
    assert (ROOT / "docs/licences.md").read_text() == document(), "run 'make licences'"


@pytest.mark.parametrize("name", NAMES)
def test_everything_may_be_used_freely(name: str) -> None:
    assert is_free(licence(name)), f"{name}: {licence(name)}"


@pytest.mark.parametrize(
    ("words", "free"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_a_licence_is_free_if_one_may_choose_a_free_one(words: str, free: bool) -> None:
    assert is_free(words) is free
