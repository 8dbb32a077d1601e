"""From a file of SQLite to PostgreSQL, when a second machine shall take requests."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from support.leads import Sender
from support.postgres import PostgreSQL
from support.questionnaire import questionnaire
from website import create_app
from website.config import Settings
from website.exceptions import BackupError
from website.infra import clock
from website.infra.database import Database
from website.leads.models import Base, Lead
from website.leads.services import open_leads
from website.ops.service.move_to_postgresql import copy_all
from website.web.services import services
from website_demo import Demo

SECRET = "the same secret on each machine, and long enough"  # noqa: S105 - of the tests


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


def test_everything_is_there_afterwards_and_goes_on(
    file: Path, postgres: PostgreSQL, tmp_path: Path
) -> None:
    old = open_leads(Settings(instance_dir=file.parent, secret_key=SECRET), questionnaire)
    before = counts(old.database)
    with old.database.reading() as session:
        references = session.scalars(select(Lead.reference)).all()
    old.close()
    with postgres.database(template="template0") as url:
        new = open_leads(
            Settings(instance_dir=tmp_path, database_url=url, secret_key=SECRET), questionnaire
        )
        copied = copy_all(file, new.database)
        assert counts(new.database) == before
        assert copied["leads"] == before["leads"] == 30
        assert copied["staff"] == 1
        receipt = Sender(new.intake)()
        assert new.store.get(receipt.reference) is not None
        assert all(new.store.get(reference) for reference in references)
        with pytest.raises(BackupError, match="in use already"):
            copy_all(file, new.database)
        assert counts(new.database)["leads"] == before["leads"] + 1
        new.close()


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 100])
def test_a_file_without_data_is_named(
    database: Database, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "other.sqlite3"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BackupError, match=f"{file} is missing, empty, or no database. Nothing"):
        copy_all(file, database)
    assert content is None or file.read_bytes() == content


def test_a_file_that_a_running_website_writes_to_is_refused(file: Path, database: Database) -> None:
    """What came in afterwards would be lost."""
    running = open_leads(Settings(instance_dir=file.parent, secret_key=SECRET), questionnaire)
    with running.database.reading(), pytest.raises(BackupError, match=f"has the database {file}"):
        copy_all(file, database)
    running.close()
