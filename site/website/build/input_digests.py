"""What every page is made from, as digests: when one of them changes, all pages are made again.

Texts are no part of it: each page is made from others, see :mod:`website.build.dependencies`.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from website.config import ROOT
from website.web.services import services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask


def of_code(root: Path = ROOT) -> str:
    """Digest our own code, Python, and which versions of which packages are installed."""
    installed = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    return _digest(
        sys.version,
        *sorted(folder.name for folder in installed),
        *_files(root, [root / "freeze.py", *(root / "site" / "website").rglob("*.py")]),
    )


def of_every_page(app: Flask) -> str:
    """Digest what all pages have in common, besides the code."""
    library, assets = services(app).library, services(app).assets
    root = Path(app.root_path)
    return _digest(
        services(app).settings.base_url,
        services(app).settings.hsts.value,
        repr(library.site),
        repr(library.request_topics),
        *assets.addresses,
        *_files(root, (path for path in (root / "templates").rglob("*") if path.is_file())),
    )


def _files(root: Path, paths: Iterable[Path]) -> list[str]:
    return [
        f"{path.relative_to(root).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(paths)
    ]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
