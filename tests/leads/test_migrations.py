from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from support.leads import NOON, Sender
from support.postgres import ON_SQLITE, PostgreSQL
from support.questionnaire import questionnaire
from support.sqlite import NAME, migrated
from website.config import Settings
from website.editorial import external_links, publications, share_links  # noqa: F401 - likewise
from website.editorial import models as editorial  # noqa: F401 - adds its tables to Base
from website.exceptions import ConfigurationError, StorageError
from website.infra.database import Database, connect, for_migrating
from website.leads.migrations import migrate
from website.leads.models import Base
from website.leads.services import open_leads
from website.leads.store import LeadStore, Wanted
from website.ops.monitoring import models as watching  # noqa: F401 - likewise
from website.staff.accounts import models  # noqa: F401 - adds its tables to Base

OPEN = """
import sys
from pathlib import Path
from website.leads.services import open_leads
from website.config import Settings
from website.questionnaire import Questionnaire
settings = Settings(database_url=sys.argv[1], instance_dir=Path(sys.argv[2]))
opened = open_leads(settings, Questionnaire)
opened.store.check_writable()
opened.close()
"""

TABLES = {
    "alarms", "alembic_version", "canaries", "deliveries", "editorial_events", "events",
    "external_links", "fingerprints", "job_runs", "lead_tags", "leads", "notes", "observations",
    "passkeys", "publications", "publisher", "search_words", "share_links", "sign_in_attempts",
    "spent_challenges", "staff", "staff_sessions", "text_versions", "visits", "watchers",
    "working_copies",
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty' / 'website.sqlite3'}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgres")
        with server.database(template="template0") as url:
            yield url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    database = connect(empty_url)
    yield database
    database.close()


def test_files_are_named_by_their_revisions_which_follow_one_another() -> None:
    config = Config()
    config.set_main_option("script_location", "website.leads:migrations")
    scripts = list(ScriptDirectory.from_config(config).walk_revisions("base", "heads"))
    names = [Path(script.path).name.partition("_")[0] for script in scripts]
    assert names == [script.revision for script in scripts] == sorted(names, reverse=True)
    assert [script.down_revision for script in scripts] == [*names[1:], None]


@pytest.mark.slow
def test_a_database_that_is_current_needs_no_alembic(tmp_path: Path) -> None:
    instance = migrated(tmp_path / "instance")
    code = OPEN + "\nassert 'alembic' not in sys.modules"
    words = [sys.executable, "-c", code, f"sqlite:///{instance / NAME}", str(instance)]
    subprocess.run(words, check=True)


def tables(database: Database) -> set[str]:
    with database.reading() as session:
        names = inspect(session.connection()).get_table_names()
    return {name for name in names if not is_index(name)}


def is_index(name: str | None) -> bool:
    """Return whether a table or index serves search, which SQLite and PostgreSQL do unlike."""
    return (name or "").startswith("lead_words")


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, *_: not is_index(name)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(
    send: Sender, store: LeadStore, database: Database
) -> None:
    number = send().reference
    migrate(database.engine)
    assert store.get(number)


def upgrade(database: Database, revision: str) -> None:
    """Bring an empty database to the tables of an older version."""
    config = Config()
    config.set_main_option("script_location", "website.leads:migrations")
    with for_migrating(database.engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_what_an_older_version_has_stored_is_kept_whole(empty: Database) -> None:
    """SQLite builds a table anew to change it; what refers to it must not go with the old one."""
    upgrade(empty, "0001")
    with empty.writing() as session:
        moment = {"at": NOON}
        session.execute(
            text(
                "INSERT INTO leads (reference, received_at, status, topic, company, name, email,"
                " answers) VALUES ('BBBB-BBBB', :at, 'won', '', 'Müller', 'Weiß', 'j@x.example',"
                """ '{"message": "Bitte", "phone": "0171 1234567"}')"""
            ),
            moment,
        )
        session.execute(
            text(
                "INSERT INTO deliveries (lead_id, channel, recipient, message_id, state, attempts,"
                " next_attempt_at, created_at)"
                " VALUES (1, 'mail', 'v@x.example', '<m>', 'pending', 3, :at, :at)"
            ),
            moment,
        )
        session.execute(
            text(
                "INSERT INTO events (lead_id, at, actor, action, detail)"
                " VALUES (1, :at, 'visitor', 'received', '')"
            ),
            moment,
        )
    migrate(empty.engine)
    store = LeadStore(empty)
    lead = store.get("BBBB-BBBB")
    assert lead is not None
    assert lead.every_answer == {
        "topic": "",
        "company": "Müller",
        "name": "Weiß",
        "email": "j@x.example",
        "message": "Bitte",
        "phone": "0171 1234567",
    }
    assert LeadStore(empty).page(Wanted(text="+491711234567")).total == 1
    assert (lead.received_at, lead.touched_at, lead.quarantined) == (NOON, NOON, False)
    assert lead.language == "de"
    assert [(owed.message_id, owed.attempts) for owed in lead.deliveries] == [("<m>", 3)]
    assert [event.action for event in store.events(lead)] == ["received"]


def test_publications_that_were_withdrawn_say_so_by_their_state(empty: Database) -> None:
    upgrade(empty, "0018")
    row = text(
        "INSERT INTO publications (kind, source, actor, subject, requested_at, due_at, state,"
        " steps, base, result, error, advice, detail, reasons) VALUES"
        " ('publish', '', 'Eva', 'Titel', :at, :at, 'failed', '[]', '', '', :error, '', '', '[]')"
    )
    with empty.writing() as session:
        for error in ("Zurückgezogen.", "Die Platte ist voll."):
            session.execute(row, {"at": NOON, "error": error})
    migrate(empty.engine)
    failed, withdrawn = publications.Publications(empty).newest(2)
    assert (withdrawn.state, withdrawn.error) == ("withdrawn", "")
    assert (failed.state, failed.error) == ("failed", "Die Platte ist voll.")


def test_follow_ups_that_were_over_with_their_request_do_not_come_back(empty: Database) -> None:
    upgrade(empty, "0020")
    row = text(
        "INSERT INTO leads (reference, received_at, touched_at, status, topic, company, name,"
        " email, answers, spam_points, spam_reasons, quarantined, mailbox, domain, words, version,"
        " follow_up_on) VALUES (:number, :at, :at, :status, '', '', '', '', '{}', 0, '[]', false,"
        " '', '', '', 1, :day)"
    )
    days = {"won": "2026-11-22", "lost": "2126-11-24", "qualified": "2026-11-21"}
    with empty.writing() as session:
        for status, day in days.items():
            values = {"number": status, "at": NOON, "status": status, "day": day}
            session.execute(row, values)
    migrate(empty.engine)
    with empty.reading() as session:
        kept = session.execute(text("SELECT status, follow_up_on FROM leads")).all()
    assert {status: day and str(day) for status, day in kept} == days | {"won": None}


@ON_SQLITE
def test_foreign_keys_are_followed_again_after_a_migration(database: Database) -> None:
    with pytest.raises(StorageError, match="FOREIGN KEY"), database.writing() as session:
        session.execute(text("INSERT INTO fingerprints VALUES ('x', 99, '2026-11-23')"))


@pytest.mark.slow
def test_processes_that_start_together_do_not_collide(empty_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, empty_url, str(tmp_path / "instance")]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0] * 2


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
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match=r"newer version .*9999.* restore the backup"):
        migrate(database.engine)


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    with empty.writing() as session:  # in the way of the second step
        session.execute(text("CREATE TABLE deliveries (id INTEGER)"))
    with pytest.raises(StorageError):
        migrate(empty.engine)
    assert tables(empty) == {"deliveries"}
    with empty.writing() as session:
        session.execute(text("DROP TABLE deliveries"))
    migrate(empty.engine)
    assert tables(empty) == TABLES


def test_the_database_can_be_opened_as_configured(database_url: str, tmp_path: Path) -> None:
    opened = open_leads(Settings(database_url=database_url, instance_dir=tmp_path), questionnaire)
    assert tables(opened.database) == TABLES
    opened.close()
