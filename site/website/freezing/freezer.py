"""One freeze, from content to a folder that any web server can serve.

Frozen-Flask writes the pages into a folder beside the destination; only when all of them are
there does it take the destination's place. A freeze that fails leaves everything as it was.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import flask_frozen

from website import checking
from website.exceptions import ContentError, FreezeError
from website.freezing.addresses import public_addresses

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from website.content.library import Library

    Progress = Callable[[int, int], None]
    """Told after each page: how many are done, of how many."""


def check(library: Library, *, release: bool) -> None:
    """Refuse to freeze content that has errors.

    :param release: look for every error there is, also for facts that are placeholders; without,
        only for what would break a page.
    :raises ContentError: with every error of every file.
    """
    found = checking.check(library) if release else library.check()
    if errors := [problem for problem in found if problem.blocks]:
        raise ContentError(errors)


def freeze(app: Flask, destination: Path, progress: Progress) -> int:
    """Write the site to a folder, which is replaced as a whole.

    :returns: the number of files written.
    :raises FreezeError: naming the address that could not be frozen.
    """
    root = app.extensions["settings"].site_root
    shared = (app.extensions[name] for name in ("library", "assets", "cards"))
    addresses = tuple("/" + address.removeprefix(root) for address in public_addresses(*shared))
    destination.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f"{destination.name}.", dir=destination.parent))
    try:
        _write(app, staging, addresses, progress)
        _replace(destination, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return len(addresses)


def _write(app: Flask, folder: Path, addresses: tuple[str, ...], progress: Progress) -> None:
    app.config.update(
        FREEZER_DESTINATION=str(folder),
        FREEZER_BASE_URL=app.extensions["settings"].base_url + "/",
        FREEZER_REDIRECT_POLICY="error",
        FREEZER_REMOVE_EXTRA_FILES=False,
        PROPAGATE_EXCEPTIONS=True,
    )
    freezer = flask_frozen.Freezer(
        app, with_static_files=False, with_no_argument_rules=False, log_url_for=False
    )
    freezer.register_generator(lambda: addresses)
    done = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", flask_frozen.FrozenFlaskWarning)
        # Which addresses there are is our decision, so rules without one are no mistake.
        warnings.simplefilter("ignore", flask_frozen.MissingURLGeneratorWarning)
        try:
            for done, _ in enumerate(freezer.freeze_yield(), start=1):
                progress(done, len(addresses))
        except Exception as error:
            raise FreezeError(f"{addresses[done]}: {error}") from error


def _replace(destination: Path, staging: Path) -> None:
    staging.chmod(0o755)
    if not destination.exists():
        staging.rename(destination)
        return
    old = Path(tempfile.mkdtemp(prefix=f"{destination.name}.", dir=destination.parent)) / "old"
    destination.rename(old)
    try:
        staging.rename(destination)
    except OSError:
        old.rename(destination)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
