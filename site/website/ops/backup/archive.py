"""Archives of backups: ``tar``, compressed with ``gzip``, beginning with a manifest."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from website.exceptions import BackupError
from website.infra.keyed_hashes import Keys
from website.ops.backup import msg

MANIFEST = "manifest.json"
CONTENT = "content.bundle"
"""The content repository, as a bundle of git."""
FORMAT = 1
"""Version of the manifest's format, increased with each change to it."""
LEVEL = 6
"""Compression level: zlib's default."""

_MARK = 16
"""Hexadecimal digits: enough to tell two secrets apart, far too few to recover one."""

_BROKEN = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The description of a backup, by which a restore checks that it is complete."""

    made_at: datetime.datetime
    """The time of the data."""
    website: str
    """Version of the website that made the backup."""
    revision: str
    """Revision of the database migrations; empty if there was none yet."""
    kind: str
    """The database that it is of, ``sqlite`` or ``postgresql``."""
    counts: Mapping[str, int]
    """Rows of each table."""
    files: Mapping[str, str]
    """SHA-256 of every other file of the archive."""
    secret: str
    """Identifies the secret of the instance, see :func:`mark_of`."""

    def to_json(self) -> str:
        """Return the manifest as JSON."""
        plain = asdict(self) | {"made_at": self.made_at.isoformat(), "format": FORMAT}
        return json.dumps(plain, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Parse a manifest.

        :raises BackupError: if it is none, or of a newer format.
        """
        try:
            plain: dict[str, Any] = json.loads(text)
            found = plain.pop("format")
            if found == FORMAT:
                made_at = datetime.datetime.fromisoformat(plain.pop("made_at"))
                return cls(made_at=made_at, **plain)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupError(f"The backup's {MANIFEST} cannot be read.") from error
        raise BackupError(msg("file.other-format", found=found, known=FORMAT))


def differences(expected: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """Return a sentence for each table whose number of rows differs from the expected one."""
    tables = sorted(expected.keys() | found.keys())
    return [
        f"{table}: {found.get(table, 'missing')} instead of {expected.get(table, 'none')}"
        for table in tables
        if expected.get(table) != found.get(table)
    ]


def mark_of(keys: Keys) -> str:
    """Return a short hash that identifies a secret, but does not reveal it."""
    return keys.digest("mark of backups", "")[:_MARK]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(target: Path, manifest: Manifest, files: Iterable[Path]) -> None:
    """Write an archive; the manifest already contains the digests of the files."""
    target.touch(mode=0o600, exist_ok=False)
    notes = target.with_name(MANIFEST)
    notes.write_text(manifest.to_json(), "utf-8")
    with tarfile.open(target, "w:gz", compresslevel=LEVEL) as archive:
        for path in (notes, *files):
            archive.add(path, path.name, filter=_private)


def unpack(source: Path, folder: Path) -> Manifest:
    """Extract an archive into an empty folder, and compare the files with the manifest.

    Only plain files that the manifest names are extracted.

    :raises BackupError: if a file is missing, damaged or not in the manifest.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            first, *others = archive.getmembers() or [tarfile.TarInfo()]
            file = archive.extractfile(first) if first.name == MANIFEST else None
            if file is None:
                raise BackupError(msg("file.no-backup"))
            manifest = Manifest.from_json(file.read())
            for entry in others:
                if entry.name not in manifest.files or "/" in entry.name or not entry.isreg():
                    raise BackupError(f"The backup holds {entry.name!r}, which it should not.")
            archive.extractall(folder, map(_private, others), filter="data")
    except _BROKEN as error:
        raise BackupError(f"The backup is damaged: {error}. Take another one.") from error
    for name, expected in manifest.files.items():
        if not (folder / name).is_file() or digest(folder / name) != expected:
            raise BackupError(f"The backup is damaged: {name} is not whole. Take another one.")
    return manifest


def _private(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    return entry.replace(mode=0o600, uid=0, gid=0, uname="", gname="", deep=False)
