"""Database migrations with Alembic, applied at every start.

To change a table: change ``models.py``, then write the next file in ``versions/`` by hand; tests
check that both agree. There are no downgrades, which would lose what the newer tables hold: restore
the backup that was made before.
"""

import functools
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, inspect, select, text

from website.exceptions import ConfigurationError, StorageError
from website.infra import postgresql
from website.infra.database import for_migrating, storage_errors
from website.infra.text import counted
from website.leads import msg

_APPLIED = Table("alembic_version", MetaData(), Column("version_num", String(32)))
"""Where Alembic notes the revision of a database."""


def migrate(engine: Engine) -> None:
    """Apply missing migrations in one transaction. Processes that start together take turns.

    :raises ConfigurationError: if a newer version of the website has used this database, or it
        cannot hold every text.
    :raises StorageError: if the database cannot be used.
    """
    with storage_errors(), engine.connect() as connection:
        _check_encoding(connection)
        if _is_current(connection):
            return
    with storage_errors(), for_migrating(engine).begin() as connection:
        _lock(connection)
        if not _is_current(connection):
            create(connection)
            _check_foreign_keys(connection)


def is_current(engine: Engine) -> bool:
    """Return whether all migrations are applied, without changing anything.

    Raises what :func:`migrate` raises.
    """
    with storage_errors(), engine.connect() as connection:
        _check_encoding(connection)
        return _is_current(connection)


def check_known(revision: str) -> None:
    """Check that this code knows a revision.

    :raises ConfigurationError: if a newer version of the website has made it.
    """
    _refuse_unknown({revision} if revision else set())


def create(connection: Connection, revision: str = "head") -> None:
    """Apply the missing migrations up to a revision, in an empty database all of them.

    :raises ConfigurationError: if the database cannot hold every text.
    """
    _check_encoding(connection)
    # Imported here: it takes a tenth of the start of a process, and most find nothing to migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "website.leads:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@functools.cache
def _revisions() -> tuple[str, ...]:
    """Return every revision, in order; the name of its file begins with it."""
    files = (Path(__file__).parent / "versions").glob("[0-9]*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))


def _is_current(connection: Connection) -> bool:
    found: set[str] = set()
    if inspect(connection).has_table(_APPLIED.name):
        found.update(connection.scalars(select(_APPLIED.c.version_num)))
    _refuse_unknown(found)
    return found == {_revisions()[-1]}


def _refuse_unknown(found: set[str]) -> None:
    if unknown := found - set(_revisions()):
        revisions = ", ".join(sorted(unknown))
        raise ConfigurationError(msg("migrations.newer", revisions=revisions))


def _lock(connection: Connection) -> None:
    # SQLite needs no more than the write lock, which the transaction already has.
    if connection.dialect.name == "postgresql":
        # Large tables take longer than a visitor may be kept waiting.
        postgresql.without_limit(connection)
        connection.execute(text("SET LOCAL lock_timeout = '5min'"))
        postgresql.lock(connection, postgresql.AdvisoryLock.MIGRATION)


def _check_encoding(connection: Connection) -> None:
    """Check that the database can store every character."""
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise ConfigurationError(msg("migrations.encoding", encoding=encoding))


def _check_foreign_keys(connection: Connection) -> None:
    # PostgreSQL has checked every row already.
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise StorageError(
                f"Migrating the database would cut {counted(len(broken), 'row', 'rows')} loose"
            )
