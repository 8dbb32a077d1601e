"""The index of the site's search, which browsers search by themselves (Pagefind).

Searched is what stands in an element with ``data-pagefind-body``, but for :data:`LEFT_OUT`.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from website.exceptions import FreezeError

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "suche/index"

LEFT_OUT = (".breadcrumb", ".byline", ".call-to-action", ".contents", ".neighbours", ".related")
"""What says on one page what others say, and what is no sentence and would spoil an excerpt."""

NEEDLESS = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")
"""Pagefind's own form and what goes with it; and stems of a language that no page is written in."""


def make(folder: Path) -> None:
    """Index the frozen pages of a folder.

    :raises FreezeError: if it fails.
    """
    command = [sys.executable, "-m", "pagefind_bin", "--quiet", "--site", str(folder)]
    command += ["--output-subdir", FOLDER, "--exclude-selectors", ", ".join(LEFT_OUT)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own words
    if result.returncode:
        raise FreezeError(f"/{FOLDER}/: {result.stderr.strip() or result.stdout.strip()}")
    for pattern in NEEDLESS:
        for path in (folder / FOLDER).glob(pattern):
            path.unlink()
