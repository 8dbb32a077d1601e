"""All rows go from PostgreSQL into a file and back, and from a file of SQLite to PostgreSQL."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Enum, func, insert, select, text
from sqlalchemy.engine import make_url

from support.backups import Agency
from support.leads import Sender
from support.postgres import PostgreSQL
from support.questionnaire import questionnaire
from support.waiting import wait_until
from website import create_app
from website.config import Settings
from website.exceptions import BackupError, StorageError
from website.infra import clock
from website.infra.database import Database, connect
from website.leads import migrations
from website.leads.models import Base, Lead, Moment
from website.leads.services import open_leads
from website.ops.backup import postgresql, sqlite
from website.web.services import services
from website_demo import Demo

SECRET = "the same secret on each machine, and long enough"  # noqa: S105 - of the tests

NOWHERE = "postgresql+psycopg://nobody@/nothing?host=/nowhere"


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the database of a website that was in use."""
    app = create_app(Settings(instance_dir=tmp_path / "instance", secret_key=SECRET))
    opened = services(app).leads
    Demo(opened.intake, ["/artikel/neu/"], [1], clock.now(), 7).fill(30)
    services(app).accounts.directory.add("anna@agentur.example", "Anna Berg", ("sales",))
    opened.close()
    return tmp_path / "instance/website.sqlite3"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


def test_everything_is_there_afterwards_and_goes_on(
    file: Path, postgres: PostgreSQL, tmp_path: Path, place: Path
) -> None:
    old = open_leads(Settings(instance_dir=file.parent, secret_key=SECRET), questionnaire)
    before = counts(old.database)
    with old.database.reading() as session:
        references = session.scalars(select(Lead.reference)).all()
    old.close()
    with postgres.database(template="template0") as url:
        copied = postgresql.take_over(file, url, place)
        new = open_leads(
            Settings(instance_dir=tmp_path, database_url=url, secret_key=SECRET), questionnaire
        )
        assert counts(new.database) == before
        assert copied["leads"] == before["leads"] == 30
        assert copied["staff"] == 1
        receipt = Sender(new.intake)()
        assert new.store.get(receipt.reference) is not None
        assert all(new.store.get(reference) for reference in references)
        with pytest.raises(BackupError, match="in use already"):
            postgresql.take_over(file, url, place)
        assert counts(new.database)["leads"] == before["leads"] + 1
        new.close()


def test_a_database_that_a_process_uses_is_not_replaced(
    file: Path, postgres: PostgreSQL, place: Path
) -> None:
    with postgres.database() as url, contextlib.closing(connect(url)) as other:
        assert not any(counts(other).values())
        with pytest.raises(BackupError, match="1 connection to the database"):
            postgresql.take_over(file, url, place)
        assert not any(counts(other).values())


@pytest.mark.parametrize("revision", ["0017", "head"])
def test_a_copy_that_a_restore_has_kept_is_taken_over(
    postgres: PostgreSQL, tmp_path: Path, place: Path, revision: str
) -> None:
    copied = tmp_path / "copied"
    with postgres.database(template="template0") as first, postgres.database() as second:
        with contextlib.closing(connect(first)) as database, database.engine.begin() as connection:
            migrations.create(connection, revision)
            connection.execute(
                text(
                    "INSERT INTO text_versions (file, data, saved_by, saved_at, is_automatic, tab)"
                    " VALUES ('a.md', '\\xff', 1, now(), true, '')"
                )
            )
        postgresql.copy(first, copied)
        before = sqlite.revision(copied)
        assert postgresql.take_over(copied, second, place)["text_versions"] == 1
        assert sqlite.revision(copied) == before
        with contextlib.closing(connect(second)) as database:
            assert counts(database)["text_versions"] == 1


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 100])
def test_a_file_without_data_is_named(tmp_path: Path, place: Path, content: bytes | None) -> None:
    file = tmp_path / "other.sqlite3"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BackupError, match=f"{file} is missing, empty, or no database. Nothing"):
        postgresql.take_over(file, NOWHERE, place)
    assert content is None or file.read_bytes() == content


def test_a_file_that_a_running_website_writes_to_is_refused(file: Path, place: Path) -> None:
    """What came in afterwards would be lost."""
    running = open_leads(Settings(instance_dir=file.parent, secret_key=SECRET), questionnaire)
    with running.database.reading(), pytest.raises(BackupError, match=f"has the database {file}"):
        postgresql.take_over(file, NOWHERE, place)
    running.close()


@contextlib.contextmanager
def taken(postgres: PostgreSQL, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the address and the name of a database with three leads."""
    with postgres.database() as url:
        Agency.at(folder / "instance", url).take(3)
        yield url, str(make_url(url).database)


def test_a_table_that_is_changed_as_a_backup_begins_is_not_empty_in_it(
    postgres: PostgreSQL, tmp_path: Path
) -> None:
    with (
        taken(postgres, tmp_path) as (url, _),
        contextlib.closing(connect(url)) as database,
        futures.ThreadPoolExecutor(1) as pool,
    ):
        with database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE leads ALTER COLUMN version TYPE bigint"))
            copying = pool.submit(postgresql.copy, url, tmp_path / "copied")
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            wait_until(lambda: connection.scalar(waiting), "somebody waiting for a lock", 60)
        copying.result(60)
        assert sqlite.counts(tmp_path / "copied") == counts(database) | {"alembic_version": 1}


def test_a_role_that_may_not_see_every_row_makes_no_backup(
    postgres: PostgreSQL, tmp_path: Path
) -> None:
    with taken(postgres, tmp_path) as (url, name):
        for change in ("ENABLE", "FORCE"):
            postgres.execute(f"ALTER TABLE leads {change} ROW LEVEL SECURITY", name)
        postgres.execute("CREATE ROLE reader LOGIN")
        postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
        with pytest.raises(StorageError, match='security policy for table "leads"'):
            postgresql.copy(url.replace("website@", "reader@"), tmp_path / "copied")
        postgres.execute("DROP OWNED BY reader; DROP ROLE reader", name)


@pytest.mark.filterwarnings("ignore:Did not recognize type")
@pytest.mark.parametrize("kind", ["tsvector", "int[]", "point"])
def test_a_table_of_somebody_else_that_cannot_be_copied_is_named(
    postgres: PostgreSQL, tmp_path: Path, kind: str
) -> None:
    with postgres.database(template="template0") as url:
        postgres.execute(f"CREATE TABLE odd (value {kind})", str(make_url(url).database))
        assert not postgresql.holds_data(url)
        with pytest.raises(BackupError, match="The table odd is none of the website's"):
            postgresql.copy(url, tmp_path / "copied")


def test_the_tables_of_an_extension_stay(postgres: PostgreSQL, tmp_path: Path) -> None:
    with taken(postgres, tmp_path) as (url, name), postgres.database(template="template0") as new:
        other = str(make_url(new).database)
        for database in (name, other):
            postgres.execute("CREATE TABLE odd AS SELECT 7 AS value", database)
            postgres.execute("ALTER EXTENSION plpgsql ADD TABLE odd", database)
        assert not postgresql.holds_data(new)
        postgresql.copy(url, tmp_path / "copied")
        assert "odd" not in sqlite.counts(tmp_path / "copied")
        revision = sqlite.revision(tmp_path / "copied")
        postgresql.as_database(tmp_path / "copied", revision, tmp_path / "whole")
        postgresql.replace(new, tmp_path / "whole")
        assert postgres.execute("SELECT value FROM odd", other) == [(7,)]


def value(column: Column[Any]) -> object:
    """Return a value of a column that a copy might change."""
    if column.foreign_keys:
        return value(next(iter(column.foreign_keys)).column)
    if isinstance(column.type, Moment):
        return datetime.datetime(2026, 10, 25, 0, 30, 1, 2345, datetime.UTC)  # 2:30 twice
    examples = {
        str: ("Übung „5 €“ & <mehr> \U0001f600\r\n" * 30)[: getattr(column.type, "length", None)],
        bytes: bytes(range(256)),
        int: 7,
        bool: True,
        object: [{"ä": None, "b": [1.5, "", "\u2028"]}],
        datetime.date: datetime.date(2026, 2, 28),
    }
    kind = column.type.python_type
    return next(iter(column.type.enums)) if isinstance(column.type, Enum) else examples[kind]


def rows(database: Database) -> dict[str, list[object]]:
    with database.reading() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: [*map(tuple, session.execute(select(table)))] for table in tables}


def test_no_value_changes_on_the_way_to_a_file_and_back(
    postgres: PostgreSQL, tmp_path: Path
) -> None:
    copied, whole = tmp_path / "copied.sqlite3", tmp_path / "whole.sqlite3"
    with postgres.database() as url, postgres.database(template="template0") as second:
        first = f"{url}&options=-c%20timezone%3DAsia/Tokyo"
        with contextlib.closing(connect(first)) as database:
            with database.connected_for_writing() as connection:
                for table in Base.metadata.sorted_tables:
                    full = {column.name: value(column) for column in table.columns}
                    connection.execute(insert(table).values(full))
            before = rows(database)
        assert all(before.values())
        postgresql.copy(first, copied)
        revision = sqlite.revision(copied)
        assert revision
        postgresql.as_database(copied, revision, whole)
        with contextlib.closing(connect(f"sqlite:///{whole}")) as database:
            assert rows(database) == before
        postgresql.replace(second, whole)
        with contextlib.closing(connect(second)) as database:
            assert rows(database) == before
