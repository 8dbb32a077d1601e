"""Copying all data from a file of SQLite into an empty PostgreSQL, for several machines."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Integer, Table, func, insert, select, text

from website.editorial import external_links, publications, share_links
from website.editorial import models as editorial
from website.exceptions import BackupError
from website.infra.database import Database, connect
from website.leads.migrations import migrate
from website.leads.models import Base
from website.ops.backup import sqlite
from website.ops.monitoring import models as monitoring
from website.staff.accounts import models as accounts

BATCH = 500
"""Rows sent at once."""

_ALL = (accounts, monitoring, editorial, external_links, publications, share_links)
"""Imported, so that their tables are among those of ``Base``."""


def copy_all(file: Path, target: Database) -> Mapping[str, int]:
    """Copy every row, in one transaction; the file remains unchanged, except for migrations.

    :param file: migrated to this version first.
    :returns: the number of rows copied from each table.
    :raises BackupError: if there is nothing to copy, a process has the file open, or the target is
        not empty.
    :raises StorageError: if a database cannot be used. Nothing was copied then.
    """
    if not sqlite.holds_data(file):
        raise BackupError(f"{file} is missing, empty, or no database. Nothing was copied.")
    with contextlib.closing(connect(f"sqlite:///{file}")) as source:
        migrate(source.engine)
        with source.reading() as rows, target.connected_for_writing() as connection:
            return {
                table.name: _copy(table, rows.connection(), connection)
                for table in Base.metadata.sorted_tables
            }


def _copy(table: Table, source: Connection, target: Connection) -> int:
    if table.name == monitoring.JobRun.__tablename__:
        return 0  # the worker recreates these
    if target.scalar(select(func.count()).select_from(table)):
        raise BackupError(
            f"The database is in use already: its table {table.name} is not empty. Make an empty "
            "one, and take over before anything runs with it."
        )
    found = source.execute(select(table)).mappings()
    count = 0
    while batch := found.fetchmany(BATCH):
        target.execute(insert(table), [dict(row) for row in batch])
        count += len(batch)
    for column in table.primary_key.columns:
        if isinstance(column.type, Integer) and not column.foreign_keys:
            _advance_sequence(table, column.name, target)
    return count


def _advance_sequence(table: Table, column: str, target: Connection) -> None:
    """Set the sequence of a column beyond its greatest value."""
    if target.dialect.name != "postgresql":
        return
    target.execute(
        text(
            f"SELECT setval(sequence, (SELECT COALESCE(MAX({column}), 0) + 1 FROM {table.name}), "  # noqa: S608 - our own names
            "false) FROM pg_get_serial_sequence(:table, :column) AS sequence "
            "WHERE sequence IS NOT NULL"
        ),
        {"table": table.name, "column": column},
    )
