"""Databases of SQLite that have the website's tables already, made by copying a file."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from website.infra.database import connect
from website.leads.migrations import migrate

NAME = "website.sqlite3"


def migrated(instance: Path) -> Path:
    """Put a database into an instance folder that has none, and give the folder.

    Migrating takes longer than most tests, and so does the change to SQLite's WAL, which waits for
    the disk. Those about new databases let the website make theirs.
    """
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = instance / NAME
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_migrated())
    return instance


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        database = connect(f"sqlite:///{file}")
        migrate(database.engine)
        database.close()
        return file.read_bytes()
