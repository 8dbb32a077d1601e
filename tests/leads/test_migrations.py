from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from support.leads import ANSWERS
from website import leads
from website.config import Settings
from website.exceptions import ConfigurationError, StorageError
from website.leads.database import connect
from website.leads.migrations import migrate
from website.leads.models import Base

if TYPE_CHECKING:
    from pathlib import Path

    from website.leads.database import Database

OPEN = """
import sys
from pathlib import Path
from website import leads
from website.config import Settings
store = leads.open_store(Settings(instance_dir=Path(sys.argv[1])))
store.check_writable()
store.close()
"""


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    settings = Settings(instance_dir=tmp_path)
    store = leads.open_store(settings)
    number = store.add(ANSWERS).reference
    store.close()
    store = leads.open_store(settings)
    assert store.get(number)
    store.close()


def test_processes_that_start_together_do_not_collide(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(tmp_path / "instance")]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]


def test_a_new_database_that_another_process_is_writing_is_waited_for(tmp_path: Path) -> None:
    settings = Settings(instance_dir=tmp_path)
    path = tmp_path / "website.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, other.execute, ["COMMIT"])
    release.start()
    database = connect(settings.database)
    migrate(database.engine)
    release.join()
    other.close()
    database.close()


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigurationError, match=r"newer version .*9999.* restore the backup"):
        migrate(database.engine)


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = Settings(instance_dir=tmp_path)
    database = connect(settings.database)
    with database.writing() as session:  # in the way of the second step
        session.connection().exec_driver_sql("CREATE TABLE deliveries (id INTEGER)")
    with pytest.raises(StorageError):
        migrate(database.engine)
    with database.writing() as session:
        tables = session.connection().exec_driver_sql("SELECT name FROM sqlite_master").scalars()
        assert set(tables) == {"deliveries"}
        session.connection().exec_driver_sql("DROP TABLE deliveries")
    migrate(database.engine)
    database.close()
