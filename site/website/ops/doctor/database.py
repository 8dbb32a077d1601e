"""Checks of the database: whether leads can be stored durably."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine

from website.exceptions import ConfigurationError, StorageError
from website.infra.database import file_of
from website.leads import migrations
from website.leads.store import LeadStore
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, advice, result

STEPS = 10_000
"""Instructions of SQLite between two checks of the time limit."""
PATIENCE = 15.0
"""Seconds for checking the whole file."""
SLOW = 0.25
"""Seconds for storing a lead, for which every visitor waits."""
ADVICE = "database-advice"


def storing(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that a row can be stored as durably as a lead; it is deleted again."""
    began = time.monotonic()
    try:
        LeadStore(context.database, clock=context.clock).check_writable()
    except StorageError as problem:
        if not _is_known_to_be_old(context):
            yield result("database.broken", problem=problem, advice=advice(ADVICE, problem))
            return
        raise NotChecked("the database is not up to date") from problem
    seconds = (time.monotonic() - began) / 2
    key = "database.slow" if seconds > SLOW else "database.fine"
    yield result(key, seconds=seconds, ms=seconds * 1000)


def _is_known_to_be_old(context: DoctorContext) -> bool:
    try:
        return not migrations.is_current(context.database.engine)
    except (ConfigurationError, StorageError):
        return False


def version(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the schema is up to date."""
    try:
        is_current = migrations.is_current(context.database.engine)
    except StorageError as problem:
        raise NotChecked("the database cannot be read") from problem
    yield result("database.current" if is_current else "database.old")


def integrity(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the whole file of SQLite, within a time limit."""
    file = file_of(context.settings)
    if not file:
        raise NotChecked("PostgreSQL looks after that itself (checksums, pg_amcheck)")
    if not file.exists():
        raise NotChecked("there is no database yet")
    try:
        yield _quick_check(file)
    except sqlite3.Error as problem:
        yield result("database.unreadable", problem=problem, advice=advice(ADVICE, problem))


def _quick_check(file: Path) -> CheckResult:
    until = time.monotonic() + PATIENCE
    address = f"file:{quote(str(file))}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return result("database.large", patience=PATIENCE)
    if found == ("ok",):
        return result("database.undamaged")
    return result("database.damaged", advice=advice(ADVICE, sqlite3.DatabaseError("malformed")))


def server(context: DoctorContext) -> Iterator[CheckResult]:
    """Check PostgreSQL's settings for durability and privacy."""
    if context.settings.is_one_machine:
        raise NotChecked("the database is a file")
    found = _shown(context.database.engine)
    yield from [*_wrong(found)] or [result("database.server-fine")]


def _shown(engine: Engine) -> dict[str, str]:
    names = ("fsync", "full_page_writes", "synchronous_commit", "log_error_verbosity")
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names}


def _wrong(found: dict[str, str]) -> Iterator[CheckResult]:
    for name in ("fsync", "full_page_writes"):
        if found[name] != "on":
            yield result("database.fragile", name=name, value=found[name])
    if found["synchronous_commit"] == "off":
        yield result("database.confirms-early")
    if found["log_error_verbosity"] != "terse":
        yield result("database.verbose", value=found["log_error_verbosity"])
