"""Ownership of the files at a destination: builds replace and delete only what builds have made.

Each build records the paths it publishes. A file that none of the recent builds has recorded
belongs to somebody else.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from website.build import msg
from website.build.targets import KEPT, BuildTarget
from website.exceptions import FreezeError
from website.infra import disk
from website.infra.dirsync import TreeState
from website.infra.text import listed

NAMED = 3
"""Number of foreign files named in a message."""

LEFT_BY_VIEWERS = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""Files that Finder and Explorer create in folders that somebody opens."""

Noted = dict[str, int]
"""Paths of recent builds, each with the number of the last build that contained it."""


def require(target: BuildTarget) -> None:
    """Check that a destination is new, empty or made by a build.

    :raises FreezeError: if there is a file, or a folder with other content.
    """
    destination = target.destination
    if destination.is_symlink() or not destination.exists():
        return
    if not destination.is_dir():
        raise FreezeError(msg("destination.no-folder", destination=destination))
    # Older versions recorded nothing but their state.
    traces = _file(target), target.work_folder / "state"
    if any(destination.iterdir()) and not any(path.exists() for path in traces):
        raise FreezeError(msg("destination.occupied", destination=destination))


def require_files(target: BuildTarget, live: TreeState) -> None:
    """Check that everything live was made by a build.

    :param live: the files that would be replaced.
    :raises FreezeError: naming the files that were not.
    """
    noted = _read(target)
    # Older versions recorded no paths.
    unknown = sorted(live.files.keys() - noted.keys()) if noted else []
    foreign = [path for path in unknown if path.rpartition("/")[2] not in LEFT_BY_VIEWERS]
    if foreign:
        values = {"destination": target.destination, "listed": listed(foreign, NAMED)}
        raise FreezeError(msg("destination.foreign-files", **values))


def note(target: BuildTarget, paths: Iterable[str]) -> None:
    """Record the paths about to go live, and keep those of releases that may become live again."""
    before = _read(target)
    number = max(before.values(), default=0) + 1
    kept = {path: last for path, last in before.items() if last > number - 2 * KEPT}
    written = json.dumps(kept | dict.fromkeys(paths, number), separators=(",", ":"))
    disk.replace(_file(target), written.encode())


def _read(target: BuildTarget) -> Noted:
    try:
        noted: Noted = json.loads(_file(target).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return noted


def _file(target: BuildTarget) -> Path:
    return target.work_folder / "paths"
