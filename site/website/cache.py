"""Files that take long to make, kept by what they are made from, so that each is made once."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Cache:
    """A folder of made files. It may be deleted at any time; what is asked for is made anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, make: Callable[[], bytes]) -> Path:
        """Give a file, made now if it is not there yet.

        Safe with other threads and processes: a file appears under its name only when whole, and
        two that make the same one at once make the same bytes.

        :param name: holds a fingerprint of everything the file is made from.
        """
        path = self.folder / name
        if not path.exists():
            _write(path, make())
        return path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            # Without it a machine that loses power may keep the name and lose the content.
            os.fsync(file.fileno())
        # Temporary files are for nobody else; another user may run the next build.
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
