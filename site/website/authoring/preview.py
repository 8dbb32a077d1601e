"""The site as it will be, drafts included, read anew whenever a file has changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import render_template
from werkzeug.exceptions import NotFound

from website.content.library import REQUIRED_PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from flask import Flask


def keep_fresh(
    app: Flask,
    folders: Iterable[Path],
    refresh: Callable[[], None],
    tell: Callable[[str], None],
) -> None:
    """Read content and assets anew before a request when any of their files has changed.

    :param tell: told every problem of the content after each change.
    """
    watched = tuple(folders)
    seen = [""]

    @app.before_request
    def read_what_changed() -> str | None:
        current = state(watched)
        if current != seen[0]:
            seen[0] = current
            refresh()
            for problem in app.extensions["library"].check():
                tell(str(problem))
        missing = set(REQUIRED_PAGES) - set(app.extensions["library"].pages)
        return _problems(app) if missing else None

    @app.errorhandler(NotFound)
    def broken_or_not_there(error: NotFound) -> tuple[str, int] | NotFound:
        """A file that cannot be read has no page; what is wrong with it takes its place."""
        return (_problems(app), 404) if app.extensions["library"].problems else error


def state(folders: Iterable[Path]) -> str:
    """Give a digest of the names, sizes and times of all files below some folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _problems(app: Flask) -> str:
    return render_template("errors/problems.html", problems=app.extensions["library"].problems)
