"""The instance's secret: without it sessions, proofs and apps for signing in cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.infra import disk
from website.infra.keys import FILE, Keys, open_keys

if TYPE_CHECKING:
    from pathlib import Path

    from website.config import Settings

_MARK = 16
"""Hexadecimal digits: enough to tell two secrets apart, far too few to find one."""


def mark(settings: Settings) -> str:
    """Give by what the secret in use is known again."""
    return mark_of(open_keys(settings))


def mark_of(keys: Keys) -> str:
    """Give by what a secret is known again."""
    return keys.digest("mark of backups", "")[:_MARK]


def put_in_place(settings: Settings, new: Path) -> None:
    """Make a secret from a backup the instance's, in one step."""
    path = settings.instance_dir / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    disk.replace(path, new.read_bytes(), durable=True, mode=disk.PRIVATE)
    disk.sync(path.parent)
