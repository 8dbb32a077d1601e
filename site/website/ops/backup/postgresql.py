"""Copying of all rows of a PostgreSQL database into a file of SQLite, and back.

So a backup is the same whichever database it is of, needs none of PostgreSQL's programs, and can be
restored into either.
"""

import contextlib
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Inspector,
    Integer,
    MetaData,
    Table,
    exc,
    false,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy import table as table_named
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from website.exceptions import BackupError
from website.infra.database import connect, storage_errors
from website.infra.postgresql import parameters, without_limit
from website.leads import migrations
from website.ops.backup import msg, sqlite

ENDING = 2.0
"""Seconds for which the server may still list connections that were just closed."""
BATCH = 200
"""Rows that are copied at once; some hold whole texts."""
_REVISIONS = "alembic_version"
"""The table of the migrations, which is written by these alone."""

_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND application_name = :name"
)
_OF_EXTENSIONS = text(
    "SELECT relname FROM pg_class JOIN pg_depend ON objid = pg_class.oid "
    "WHERE classid = CAST('pg_class' AS regclass) AND deptype = 'e' AND pg_table_is_visible(objid)"
)
_OF_INDEXES = text("SELECT name FROM pragma_table_list WHERE type <> 'table'")
_NO_HURRY = (
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeout = '1min'",
    "SET LOCAL TIME ZONE 'UTC'",
    "SET LOCAL row_security = off",
)
"""For the transaction that copies; SQLite stores times without their zone, and it is better to fail
than to copy only what a policy shows."""


def holds_data(url: str) -> bool:
    """Return whether there is a row in any table.

    :raises StorageError: if the database cannot be used.
    """
    with _connected(url) as connection:
        tables = map(table_named, _names(connection) - {_REVISIONS})
        rows = (select(literal(1)).select_from(table).limit(1) for table in tables)
        return any(map(connection.scalar, rows))


def references(url: str) -> set[str]:
    """Return the reference numbers of all leads; none if there is no such table.

    :raises StorageError: if the database cannot be used.
    """
    with _connected(url) as connection, contextlib.suppress(exc.ProgrammingError):
        return set(connection.execute(text("SELECT reference FROM leads")).scalars())
    return set()


def refuse_if_used(url: str) -> None:
    """Check that no process of the website is connected to a database.

    :raises BackupError: if one is, even if idle.
    :raises StorageError: if the database cannot be used.
    """
    with _connected(url, isolation_level="AUTOCOMMIT") as connection:
        _refuse_others(connection)


def copy(url: str, target: Path) -> None:
    """Copy all rows as they are at one moment into a new file, without indexes and constraints.

    Only changes of the schema have to wait for it.

    :raises BackupError: if a table holds what SQLite cannot.
    :raises StorageError: if the database cannot be used.
    """
    target.touch(mode=0o600, exist_ok=False)
    with _connected(url) as source:
        names = _names(source)
    with _connected(url, isolation_level="REPEATABLE READ") as source, _file(target) as file:
        _take_time(source)
        # Before the first query, which decides on the moment: a table that is changed after that
        # would look empty.
        for name in names:
            source.exec_driver_sql(f"LOCK TABLE {_quoted(source, name)} IN ACCESS SHARE MODE")
        for table in _tables(source, _names(source)):
            table.create(file)
            _copy(table, source, file)
    sqlite.leave_log(target)
    sqlite.check(target)


def as_database(copied: Path, revision: str, target: Path) -> None:
    """Make a database of the website from a file that :func:`copy` has made.

    :param revision: of its migrations; empty if there was none yet.
    :raises StorageError: if it cannot be written.
    """
    with _file(copied) as source, _file(target) as file:
        if revision:
            migrations.create(file, revision)
        _fill(file, source)


def replace(url: str, file: Path) -> None:
    """Replace all tables of a database by those of a file, in one transaction.

    :param file: a database of the website, up to date.
    :raises BackupError: if a process of the website is connected to it; then nothing was changed.
    :raises ConfigurationError: if the database cannot hold every text.
    :raises StorageError: if it cannot be used, or has no room; then nothing was changed.
    """
    with _connected(url) as target, _file(file) as source:
        _take_time(target)
        for name in _names(target):
            target.exec_driver_sql(f"DROP TABLE {_quoted(target, name)} CASCADE")
        _refuse_others(target)  # now nobody can write any more
        migrations.create(target)
        for table in _fill(target, source):
            _advance_sequences(table, target)


def take_over(file: Path, url: str, place: Path) -> Mapping[str, int]:
    """Copy every row from a file of SQLite into an empty database, all or nothing.

    :param file: a database of the website, or what :func:`copy` has made of one; not changed.
    :param place: an empty folder, for a copy that is migrated to this version.
    :returns: the number of rows of each table.
    :raises BackupError: if there is nothing to copy, a process has the file open, or the database
        is in use or not empty.
    :raises ConfigurationError: if a newer version of the website has made the file.
    :raises StorageError: if a database cannot be used. Nothing was copied then.
    """
    revision = sqlite.revision(file) if sqlite.holds_data(file) else ""
    if not revision:
        raise BackupError(f"{file} is missing, empty, or no database. Nothing was copied.")
    if holds_data(url):
        raise BackupError(msg("take-over.occupied"))
    migrations.check_known(revision)
    new = place / sqlite.FILE
    as_database(file, revision, new)
    with contextlib.closing(connect(f"sqlite:///{new}")) as database:
        migrations.migrate(database.engine)
    replace(url, new)
    return sqlite.counts(new)


@contextlib.contextmanager
def _connected(url: str, **options: str) -> Iterator[Connection]:
    with (
        contextlib.closing(connect(url)) as database,
        storage_errors(),
        database.engine.execution_options(**options).begin() as connection,
    ):
        yield connection


@contextlib.contextmanager
def _file(path: Path) -> Iterator[Connection]:
    with (
        contextlib.closing(connect(f"sqlite:///{path}")) as database,
        database.connected_for_writing() as connection,
    ):
        yield connection


def _refuse_others(connection: Connection) -> None:
    name = {"name": parameters("connection")["application_name"]}
    until = time.monotonic() + ENDING
    while others := connection.execute(_OTHERS, name).scalar_one():
        if time.monotonic() > until:
            raise BackupError(msg("restore.database-in-use", others=others))
        time.sleep(0.1)
        # Within a transaction the server would give the same answer again.
        connection.execute(select(func.pg_stat_clear_snapshot()))


def _take_time(connection: Connection) -> None:
    without_limit(connection)
    for statement in _NO_HURRY:
        connection.execute(text(statement))


def _tables(connection: Connection, names: Collection[str]) -> list[Table]:
    """Return some tables, those that others refer to first."""
    inspector, metadata = inspect(connection), MetaData()
    ordered = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name in names]
    return [Table(name, metadata, *_columns(inspector, name)) for name in ordered if name]


def _columns(inspector: Inspector, table: str) -> list[Column[Any]]:
    """Return a table's columns, with types that each database knows."""
    try:
        rows = inspector.get_columns(table)
        columns = [Column(row["name"], row["type"].as_generic()) for row in rows]
        for column in columns:
            column.type.compile(dialect=SQLiteDialect())
    except (NotImplementedError, exc.CompileError) as error:
        raise BackupError(msg("create.other-table", table=table)) from error
    return columns


def _names(connection: Connection) -> set[str]:
    """Return the names of all tables, except those of extensions and of full-text indexes."""
    kept = _OF_EXTENSIONS if connection.dialect.name == "postgresql" else _OF_INDEXES
    return {*inspect(connection).get_table_names()} - {*connection.scalars(kept)}


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)


def _fill(target: Connection, source: Connection) -> list[Table]:
    """Copy the rows of all tables that both databases have, and return these tables."""
    tables = _tables(target, (_names(target) & _names(source)) - {_REVISIONS})
    for table in tables:
        _copy(table, source, target)
    return tables


def _copy(table: Table, source: Connection, target: Connection) -> None:
    found = source.execute(select(table), execution_options={"yield_per": BATCH})
    for batch in found.mappings().partitions():
        target.execute(insert(table), [dict(row) for row in batch])


def _advance_sequences(table: Table, target: Connection) -> None:
    """Set the sequences of a table's columns beyond their greatest values."""
    for column in table.columns:
        if isinstance(column.type, Integer):
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            following = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            target.execute(select(func.setval(sequence, following, false())))
