"""Changes to several files of the content: all of them or none."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from website.content import files
from website.exceptions import AuthoringError
from website.infra import disk


@dataclass(frozen=True)
class FileTransaction:
    """Files to write and to remove, named from the content folder."""

    written: dict[str, bytes] = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    def apply(self, folder: Path) -> None:
        """Apply the changes.

        :raises AuthoringError: if a file cannot be written; every file is then as it was.
        """
        before: dict[str, bytes | None] = {}
        try:
            for name in (*self.written, *self.removed):
                before[name] = _content(folder / name)
            for name, data in self.written.items():
                disk.replace((folder / name).resolve(), data)
            for name in self.removed:
                (folder / name).unlink()
        except OSError as error:
            for name, old in before.items():
                _restore(folder / name, old)
            raise AuthoringError(
                f"{error.filename or folder} lässt sich nicht schreiben: {error.strerror}. "
                "Es ist alles, wie es war."
            ) from error

    @contextlib.contextmanager
    def tried(self, folder: Path) -> Iterator[Path]:
        """Apply the changes to a temporary copy of the folder."""
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / folder.name
            _copy(folder, copy)
            self.apply(copy)
            yield copy


def _copy(folder: Path, copy: Path) -> None:
    """Copy what the content consists of."""
    for file in files.survey_all(folder):
        if file.state:
            (copy / file.name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, copy / file.name)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _restore(path: Path, data: bytes | None) -> None:
    with contextlib.suppress(OSError):
        if data is None:
            path.unlink(missing_ok=True)
        elif _content(path) != data:
            disk.replace(path.resolve(), data)
