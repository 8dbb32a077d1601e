"""Periodic jobs: delete expired data and due leads, shrink the database.

They may run beside the site at any time, in any process, repeatedly. Each returns a summary for the
log, without personal data.
"""

import datetime
import logging
import sqlite3
import time
from pathlib import Path

from website.infra.clock import german_day
from website.infra.database import Database
from website.infra.sqlite import BUSY_TIMEOUT
from website.infra.text import counted
from website.leads import fingerprints, rate_limit
from website.leads.erasure_log import ErasureLog
from website.leads.retention import STUCK, Purge, Retention, empty_log

log = logging.getLogger(__name__)

MUCH = 0.25
"""Share of SQLite's file that must be free before it is vacuumed."""
WORTHWHILE = 4 * 1024 * 1024
"""Bytes that must be free before it is vacuumed."""
LARGEST = 64 * 1024 * 1024
"""Maximum bytes of data to rewrite. Writers wait meanwhile, and give up after
sqlite.BUSY_TIMEOUT."""


def tidy(database: Database, now: datetime.datetime) -> None:
    """Delete expired fingerprints and visits.

    :raises StorageError: if the database cannot be used now.
    """
    with database.writing() as session:
        fingerprints.forget_expired(session, now)
        rate_limit.forget_old(session, now)


def purge_due(
    database: Database,
    retention: Retention,
    mails: Path,
    erasures: ErasureLog,
    now: datetime.datetime,
) -> str:
    """Delete leads whose retention period is over, and old entries of the erasure log.

    Leads with open deliveries are kept. If that lasts long because deliveries were given up, a
    warning asks the operator to decide.

    :param mails: folder of mails that were written to files instead of being sent.
    :raises StorageError: if the database or the erasure log cannot be used now.
    """
    purge = Purge(database, retention, mails, lambda: now)
    deleted = purge.run(actor="housekeeping")
    erasures.forget(now)
    left, today = purge.due(), german_day(now)
    if stuck := sum(lead.is_stuck(today) for lead in left):
        log.warning(
            "%s been kept for %d days beyond their time, only because deliveries were given up. "
            "'flask --app website leads purge --dry-run' shows which, and what to do.",
            counted(stuck, "lead has", "leads have"),
            STUCK.days,
        )
    held_back = counted(len(left), "lead", "leads")
    return f"deleted {deleted}; {held_back} held back, {stuck} of them for somebody to decide"


def vacuum(database: Database, now: datetime.datetime) -> str:  # noqa: ARG001 - as every job
    """Shrink SQLite's file, if that is worthwhile and fast enough for waiting writers.

    Free pages do no harm: they are overwritten (``secure_delete``) and reused. PostgreSQL has
    autovacuum.

    :raises StorageError: if the database cannot be used now.
    """
    if database.engine.dialect.name != "sqlite":
        return "nothing to do: PostgreSQL looks after itself"
    with database.unmanaged() as connection:
        page, pages, free = (
            connection.cursor().execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "page_count", "freelist_count")
        )
        if free * page < WORTHWHILE or free < pages * MUCH:
            return f"not worthwhile: {free} of {counted(pages, 'page', 'pages')} free"
        if (pages - free) * page > LARGEST:
            return (
                f"{free} of {pages} pages free, but the rest takes too long to rewrite "
                "while the site runs"
            )
        begun = time.monotonic()
        connection.cursor().execute("PRAGMA busy_timeout=0")
        try:
            connection.cursor().execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return "put off: another process was writing"
        finally:
            connection.cursor().execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT * 1000)}")
        seconds = time.monotonic() - begun
    empty_log(database)
    return f"{free} of {pages} pages given back in {seconds:.1f} s"
