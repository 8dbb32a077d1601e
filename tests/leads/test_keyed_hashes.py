"""The secret: made once, whole, and never a guessable one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.threads import together
from website.config import Settings
from website.exceptions import ConfigurationError
from website.infra.keyed_hashes import FILE, open_keys


@pytest.mark.parametrize("held", ["", "\n", " " * 64, "x" * 31, "x" * 31 + "\n"])
def test_a_secret_that_can_be_guessed_is_refused_with_a_way_out(tmp_path: Path, held: str) -> None:
    (tmp_path / FILE).write_text(held)
    with pytest.raises(ConfigurationError, match="needs 32") as refused:
        open_keys(Settings(instance_dir=tmp_path))
    assert str(tmp_path / FILE) in str(refused.value)
    assert "backup" in str(refused.value)
    assert (tmp_path / FILE).read_text() == held, "it is nobody's but the operator's to remove"


def test_a_secret_that_is_no_text_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe" * 40)
    with pytest.raises(ConfigurationError, match="needs 32"):
        open_keys(Settings(instance_dir=tmp_path))


def test_what_starts_together_agrees_on_one_secret_and_leaves_nothing_else(tmp_path: Path) -> None:
    settings = Settings(instance_dir=tmp_path / "instance")
    made = together(8, lambda _: open_keys(settings).digest("any", "text"))
    assert len(set(made)) == 1
    assert os.listdir(settings.instance_dir) == [FILE]  # noqa: PTH208 - hidden ones, too
    assert (settings.instance_dir / FILE).stat().st_mode & 0o077 == 0


def test_the_secret_is_on_the_disk_before_its_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, link = os.fsync, os.link

    def synced(number: int) -> None:
        sync(number)
        done.append("synced")

    def linked(*places: Path) -> None:
        done.append("named")
        link(*places)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    open_keys(Settings(instance_dir=tmp_path))
    assert done == ["synced", "named", "synced"]
