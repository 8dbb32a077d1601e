"""Digests of everything a build is made from: code, settings, content, templates, static files."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from website.config import ROOT
from website.infra import clock, disk, folders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from website.build.targets import BuildTarget
    from website.config import Settings


@dataclass(frozen=True)
class Inputs:
    """Digests of what a build is made from."""

    code: str
    """Digest of our code, Python, and the versions of installed packages."""
    options: str
    """Settings, target, strictness and the current day."""
    files: Mapping[str, str]
    """Digest of each content, template and static file, by path."""
    templates: tuple[str, ...]
    """Paths of the templates among them."""

    @property
    def digest(self) -> str:
        """Digest of all inputs."""
        return digest(self.code, self.options, *_lines(self.files, self.files))

    @property
    def of_templates(self) -> str:
        """Digest of all templates."""
        return digest(*_lines(self.files, self.templates))


def read(settings: Settings, target: BuildTarget, root: Path, *, strict: bool) -> Inputs:
    """Read and digest everything a build is made from.

    :param root: folder of the checkout.
    :param strict: whether the build is refused for any error.
    """
    content, templates, static = (
        sorted(found.path for found in folders.walk(folder))
        for folder in (settings.content_dir, root / "templates", root / "static")
    )
    files = {path: _content(path) for path in (*content, *templates, *static)}
    options = repr((settings, target, strict, clock.today()))
    return Inputs(_code(), options, files, tuple(templates))


@functools.cache
def _code() -> str:
    """Return a digest of the code and tables as this process first found them."""
    installed = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    folder = ROOT / "site" / "website"
    sources = [ROOT / "freeze.py", *sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")])]
    digests = {path.relative_to(ROOT).as_posix(): _content(str(path)) for path in sources}
    packages = sorted(folder.name for folder in installed)
    return digest(sys.version, *packages, *_lines(digests, digests))


def _content(path: str) -> str:
    try:
        return hashlib.sha256(disk.read(path)).hexdigest()
    except OSError:
        # Just deleted, or unreadable; the code that needs it reports that.
        return ""


def _lines(digests: Mapping[str, str], paths: Iterable[str]) -> list[str]:
    return [f"{path} {digests[path]}" for path in paths]


def digest(*parts: str) -> str:
    """Return a digest of some texts in their order."""
    return hashlib.sha256(os.fsencode("\0".join(parts))).hexdigest()
