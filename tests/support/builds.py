"""Builds in this process, of a copy of the checkout that tests may change."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

import website
from support.site import ROOT
from website import factory
from website.build import builder, targets
from website.build.incremental.up_to_date import Outcome
from website.config import Role, Settings
from website.content.loading import Before

COPIED = ("templates", "static")


@dataclass(frozen=True)
class Checkout:
    """Templates and static files of one's own, and some content."""

    root: Path
    content: Path

    @classmethod
    def copied(cls, root: Path, content: Path) -> Checkout:
        """Copy what pages are made from, besides content and code."""
        for name in COPIED:
            shutil.copytree(ROOT / name, root / name)
        return cls(root, content)

    def build(
        self,
        output: Path,
        *,
        jobs: int = 1,
        clean: bool = False,
        release: bool = False,
    ) -> Outcome:
        """Freeze to a folder, in this process."""
        instance = Path(os.environ["WEBSITE_INSTANCE_DIR"])  # where all tests keep their cards
        settings = Settings(content_dir=self.content, instance_dir=instance)
        target = targets.target_of(output, release=release)

        def make(before: Before | None) -> Flask:
            return website.create_app(settings, role=Role.FREEZE, before=before)

        with self._in_use():
            return builder.build(
                target, settings, make, lambda *_: None, root=self.root, jobs=jobs, clean=clean
            )

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(factory, "ROOT", self.root)
            yield


def contents(folder: Path) -> dict[str, bytes]:
    """Read a build: every file by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
