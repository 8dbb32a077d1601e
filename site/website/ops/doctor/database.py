"""The database: whether leads can be stored, and are kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine

from website.exceptions import ConfigurationError, StorageError
from website.leads import migrations
from website.leads.store import LeadStore
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, unchecked, warning

STEPS = 10_000
"""Instructions of SQLite between two checks of the time limit."""
PATIENCE = 15.0
"""Seconds for looking through the whole file."""
SLOW = 0.25
"""Seconds for storing, which every visitor waits for."""

ADVICE = {
    "There is no database": "Start the website once, which makes it. If it has run before: is "
    "WEBSITE_INSTANCE_DIR or WEBSITE_DATABASE_URL the same as that of the service?",
    "readonly": "Give the service's user the right to write the database and its folder (chown), "
    "or mount the disk for writing again ('dmesg' tells why it was not).",
    "read-only": "The server is a standby or was set to read only: name the server that writes in "
    "WEBSITE_DATABASE_URL.",
    "full": "Make room on the disk at once: no request can be stored.",
    "disk I/O error": "The disk is full (see 'disk space') or fails ('dmesg' tells): make room at "
    "once, or get the data off it.",
    "No space": "Make room on the database's disk at once: no request can be stored.",
    "locked": "Another process has been writing for more than five seconds: look which one has the "
    "file open ('fuser').",
    "unable to open": "Give the service's user the right to read and write the database and its "
    "folder (chown).",
    "not a database": "The file is no database. Stop the website, keep the file, and restore the "
    "last backup.",
    "malformed": "It is damaged. Stop the website, keep the file, and restore the last backup.",
    "authentication": "Correct user and password in WEBSITE_DATABASE_URL.",
    "connection": "Is the database server running, and is WEBSITE_DATABASE_URL right?",
}
OTHERWISE = "The log of the database or of the system says more."


def storing(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that a row can be stored as durably as a lead; it is deleted again."""
    began = time.monotonic()
    try:
        LeadStore(context.database, clock=context.clock).check_writable()
    except StorageError as problem:
        if not _is_known_to_be_old(context):
            yield error(str(problem), _advice(problem))
            return
        raise NotChecked("the database is not up to date") from problem
    seconds = (time.monotonic() - began) / 2
    if seconds > SLOW:
        yield warning(
            f"storing works, but takes {seconds:.1f} s",
            "Every visitor who sends waits that long: is the disk slow, or the network to it?",
        )
    else:
        yield ok(f"storing works ({seconds * 1000:.0f} ms)")


def _is_known_to_be_old(context: DoctorContext) -> bool:
    try:
        return not migrations.is_current(context.database.engine)
    except (ConfigurationError, StorageError):
        return False


def version(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the schema is that of this version."""
    try:
        is_current = migrations.is_current(context.database.engine)
    except StorageError as problem:
        raise NotChecked("the database cannot be read") from problem
    if is_current:
        yield ok("the tables are those of this version")
    else:
        yield warning(
            "the tables are those of an older version",
            "Restart the website: it brings them up to date when it starts.",
        )


def integrity(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the whole file of SQLite, as far as there is time."""
    context.needs("WEBSITE_DATABASE_URL", "WEBSITE_INSTANCE_DIR")
    if not context.database_file:
        raise NotChecked("PostgreSQL looks after that itself (checksums, pg_amcheck)")
    if not context.database_file.exists():
        raise NotChecked("there is no database yet")
    try:
        yield _quick_check(context.database_file)
    except sqlite3.Error as problem:
        yield error(f"the database cannot be looked through: {problem}", _advice(problem))


def _quick_check(file: Path) -> CheckResult:
    until = time.monotonic() + PATIENCE
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)
    try:
        connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return unchecked(
            f"looking through the database takes more than {PATIENCE:.0f} s; "
            "'PRAGMA integrity_check' in the sqlite3 shell takes all the time it needs"
        )
    finally:
        connection.close()
    if found == ("ok",):
        return ok("the database file is undamaged")
    return error("the database file is damaged", ADVICE["malformed"])


def server(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the settings of PostgreSQL that keep leads safe and secret."""
    context.needs("WEBSITE_DATABASE_URL", "WEBSITE_INSTANCE_DIR")
    if context.database_file:
        raise NotChecked("the database is a file")
    found = _shown(context.database.engine)
    wrong = [*_wrong(found)]
    yield from wrong
    if not wrong:
        yield ok("PostgreSQL keeps what it confirms, and words of requests out of its log")


def _shown(engine: Engine) -> dict[str, str]:
    names = ("fsync", "full_page_writes", "synchronous_commit", "log_error_verbosity")
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names}


def _wrong(found: dict[str, str]) -> Iterator[CheckResult]:
    for name in ("fsync", "full_page_writes"):
        if found[name] != "on":
            yield error(
                f"PostgreSQL has {name} = {found[name]}: a crash can damage the whole database",
                f"Set {name} = on in postgresql.conf, and reload.",
            )
    if found["synchronous_commit"] == "off":
        yield error(
            "PostgreSQL confirms before it has written (synchronous_commit = off)",
            "Take synchronous_commit out of the options in WEBSITE_DATABASE_URL.",
        )
    if found["log_error_verbosity"] != "terse":
        yield warning(
            f"PostgreSQL's log may hold words of requests (log_error_verbosity = "
            f"{found['log_error_verbosity']})",
            "Set log_error_verbosity = terse in postgresql.conf, and reload.",
        )


def _advice(problem: Exception) -> str:
    message = str(problem)
    return next((advice for words, advice in ADVICE.items() if words in message), OTHERWISE)
