"""Brings the database to the state that the code expects, at every start.

To change a table: change ``models.py``, write the next file in ``versions/`` by hand, and let the
tests say whether both agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from website.exceptions import ConfigurationError
from website.leads.database import for_writing, storage_errors

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

LOCK = 7_264_501
"""Any number, the same in every process: PostgreSQL's advisory lock for migrating."""


def migrate(engine: Engine) -> None:
    """Apply what is missing, all of it or nothing. Processes that start together take turns.

    :raises ConfigurationError: if a newer version of the website has used this database.
    :raises StorageError: if the database cannot be used.
    """
    config = Config()
    config.set_main_option("script_location", "website.leads:migrations")
    scripts = ScriptDirectory.from_config(config)
    with storage_errors(), engine.connect() as connection:
        if _is_current(connection, scripts):
            return
    with storage_errors(), for_writing(engine).begin() as connection:
        _lock(connection)
        if not _is_current(connection, scripts):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _is_current(connection: Connection, scripts: ScriptDirectory) -> bool:
    found = set(MigrationContext.configure(connection).get_current_heads())
    known = {script.revision for script in scripts.walk_revisions()}
    if unknown := found - known:
        raise ConfigurationError(
            f"The database was changed by a newer version of the website (revision "
            f"{', '.join(sorted(unknown))}). Install that version again, or restore the backup "
            "that was made before it."
        )
    return found == set(scripts.get_heads())


def _lock(connection: Connection) -> None:
    # SQLite needs no more than the write lock, which the transaction already has.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
