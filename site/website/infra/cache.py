"""A cache of files that take long to make, each named by what it is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.infra import disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Cache:
    """A folder of made files. It may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, make: Callable[[], bytes]) -> Path:
        """Return a file, made now if it is not there yet.

        Safe with other threads and processes: a file appears under its name only when whole, and
        two that make the same one at once make the same bytes.

        :param name: holds a fingerprint of everything the file is made from.
        """
        path = self.folder / name
        if not path.exists():
            # The instance folder, where requests and secrets will lie too.
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            disk.replace(path, make(), durable=True)
        return path
