"""What is made beside the pages when all of them are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.content.library import SEARCH
from website.freezing import compression, search_index

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


def finish(app: Flask, folder: Path, *, release: bool) -> None:
    """Add to a folder of frozen pages what is made from them as they are.

    :param release: also what takes long, for the visitors' sake.
    """
    if SEARCH in app.extensions["library"].pages:
        search_index.make(folder)
    if release:
        compression.compress(folder, app.extensions["cache"])
