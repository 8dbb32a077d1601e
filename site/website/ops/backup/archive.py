"""Several files in one: ``tar``, compressed with ``gzip``, with a manifest that is read first."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import tarfile
import zlib
from typing import TYPE_CHECKING

from website.exceptions import BackupError
from website.ops.backup import manifest as manifests
from website.ops.backup.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import IO

LEVEL = 6
"""Of the compression: zlib's own choice."""

_BROKEN = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error)


def digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(target: Path, manifest: Manifest, files: Iterable[Path]) -> None:
    """Write an archive; the manifest names the files' digests."""
    target.touch(mode=0o600, exist_ok=False)
    with tarfile.open(target, "w:gz", compresslevel=LEVEL) as archive:
        _add(archive, manifests.NAME, manifest.to_json().encode(), manifest)
        for path in files:
            entry = archive.gettarinfo(path, path.name)
            entry.mode, entry.uid, entry.gid, entry.uname, entry.gname = 0o600, 0, 0, "", ""
            with path.open("rb") as file:
                archive.addfile(entry, file)


def unpack(source: Path, folder: Path) -> Manifest:
    """Write the files of an archive into an empty folder, and compare them with the manifest.

    No other file than those that the manifest names is written, and nothing but plain files.

    :raises BackupError: if something is missing, damaged or too much.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = Manifest.from_json(_first(archive))
            for entry in archive:
                if entry.name in manifest.files and "/" not in entry.name and entry.isreg():
                    _write(archive.extractfile(entry), folder / entry.name)
                elif entry.name != manifests.NAME:
                    raise BackupError(f"The backup holds {entry.name!r}, which it should not.")
    except _BROKEN as error:
        raise BackupError(f"The backup is damaged: {error}. Take another one.") from error
    for name, expected in manifest.files.items():
        if not (folder / name).is_file() or digest(folder / name) != expected:
            raise BackupError(f"The backup is damaged: {name} is not whole. Take another one.")
    return manifest


def _add(archive: tarfile.TarFile, name: str, content: bytes, manifest: Manifest) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(manifest.made_at.timestamp())
    archive.addfile(entry, io.BytesIO(content))


def _first(archive: tarfile.TarFile) -> bytes:
    entry = archive.next()
    file = archive.extractfile(entry) if entry and entry.name == manifests.NAME else None
    if file is None:
        raise BackupError("The file is no backup of this website: it begins with no manifest.")
    return file.read()


def _write(source: IO[bytes] | None, target: Path) -> None:
    if source is None:
        raise BackupError(f"The backup is damaged: {target.name} is no file.")
    target.touch(mode=0o600, exist_ok=False)
    with target.open("wb") as file:
        shutil.copyfileobj(source, file)
