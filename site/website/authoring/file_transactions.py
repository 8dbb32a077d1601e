"""Transactions on content files: changes to several files are all applied, or none."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from website.content import files
from website.editorial.moving import Changes
from website.exceptions import AuthoringError
from website.infra import disk


def apply(changes: Changes, folder: Path) -> None:
    """Write and delete files of a content folder.

    :raises AuthoringError: if a file cannot be written; every file is then as it was.
    """
    before: Changes = {}
    try:
        for name, data in changes.items():
            path = folder / name
            before[name] = path.read_bytes() if path.exists() else None
            _write(path, data)
    except OSError as error:
        for name, old in before.items():
            with contextlib.suppress(OSError):
                _write(folder / name, old)
        raise AuthoringError(
            f"{error.filename or folder} lässt sich nicht schreiben: {error.strerror}. "
            "Es ist alles, wie es war."
        ) from error


@contextlib.contextmanager
def tried(changes: Changes, folder: Path) -> Iterator[Path]:
    """Apply changes to a temporary copy of the content."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        for file in files.survey_all(folder):
            if file.state:
                (copy / file.name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.path, copy / file.name)
        apply(changes, copy)
        yield copy


def _write(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        disk.replace(path.resolve(), data)
