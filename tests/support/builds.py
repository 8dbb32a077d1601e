"""Builds in this process, of a copy of the checkout that tests may change."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import website
from support.site import ROOT
from website.config import Role, Settings
from website.freezing import freezer, places, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.freezing.freezer import Outcome

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
        place = places.place_of(output, release=release)
        with self._in_use(), freezer.opened(place, jobs=jobs, clean=clean) as workshop:
            app = website.create_app(settings, role=Role.FREEZE, before=workshop.before)
            texts.render(app.extensions["library"], workshop.blobs, jobs)
            freezer.check(app.extensions["library"], release=False)
            return freezer.freeze(app, workshop, lambda *_: None)

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(website, "ROOT", self.root)
            yield


def contents(folder: Path) -> dict[str, bytes]:
    """Read a build: every file by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
