"""Dumping a PostgreSQL database while others write to it, and restoring it from a dump.

Uses PostgreSQL's own programs, of the server's version or a newer one: only they support every kind
of object, and guarantee that later versions can read their dumps.
"""

import contextlib
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, exc, inspect, text
from sqlalchemy.engine import make_url

from website.exceptions import BackupError
from website.infra.database import connect, storage_errors
from website.infra.postgresql import parameters, without_limit
from website.ops.backup import msg

FILE = "website.dump"
"""Name of the dump in the archive, in PostgreSQL's custom format."""

PROGRAM_FOLDERS = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs, one folder for each version; elsewhere they are in PATH."""
ENDING = 2.0
"""Seconds for which the server may still list connections that were just closed."""
LONGEST = 6_600
"""Seconds for one program; less than the lease of the job (ops/monitoring/jobs.toml)."""
LOCK_WAIT = 60_000
"""Milliseconds to wait for a table that is locked."""

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_MAJOR = 10_000
"""``server_version_num`` is 150018 for 15.18."""


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's client programs of one version."""

    folder: Path
    version: int

    def run(self, url: str, program: str, *options: str | Path) -> None:
        """Run a program on a database.

        :raises BackupError: with its error message, which names tables and settings, but contains
            no data.
        """
        target, environ = _address(url)
        command = [self.folder / program, f"--dbname={target}", *options]
        _run(command, environ)

    def script(self, dump: Path, target: Path) -> None:
        """Convert a dump to SQL, written into an existing file."""
        options = ("--no-owner", "--no-privileges", f"--file={target}")
        _run([self.folder / "pg_restore", *options, dump], dict(os.environ))


def programs(version: int) -> Programs:
    """Return PostgreSQL's programs of a server's version, or of the next newer one.

    :raises BackupError: if there are none.
    """
    found = sorted(_installed(), key=lambda one: one.version)
    for candidate in found:
        if candidate.version >= version:
            return candidate
    older = f"only those of {found[-1].version}" if found else "none"
    raise BackupError(
        msg("create.programs-missing", version=version, older=older, folders=PROGRAM_FOLDERS)
    )


def dump(url: str, target: Path) -> tuple[dict[str, int], str]:
    """Dump a database as it is at one moment. Only changes of the schema have to wait for it.

    :returns: the number of rows of each table, and the revision of the migrations, at that moment.
    :raises BackupError: if the programs are missing or fail.
    :raises StorageError: if the database cannot be used.
    """
    with _connected(url, isolation_level="REPEATABLE READ") as connection:
        wanted = programs(_version(connection))
        # It must be there until the dump has begun, however long that takes.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        without_limit(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        found, revision = _counts(connection), _revision(connection)
        target.touch(mode=0o600, exist_ok=False)
        wanted.run(
            url,
            "pg_dump",
            "--format=custom",
            "--compress=0",  # the archive is compressed as a whole
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--lock-wait-timeout={LOCK_WAIT}",
            f"--file={target}",
        )
        wanted.script(target, Path(os.devnull))  # what can be written so can be read
    return found, revision


def holds_data(url: str) -> bool:
    """Return whether there is a row in any table.

    :raises StorageError: if the database cannot be used.
    """
    with _connected(url) as connection:
        found = _counts(connection)
    return any(count for table, count in found.items() if table != "alembic_version")


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
    name = {"name": parameters("connection")["application_name"]}
    until = time.monotonic() + ENDING
    # A transaction of its own each time: within one the server keeps giving the same answer.
    with _connected(url, isolation_level="AUTOCOMMIT") as connection:
        while others := connection.execute(_OTHERS, name).scalar_one():
            if time.monotonic() > until:
                break
            time.sleep(0.1)
    if others:
        raise BackupError(msg("restore.database-in-use", others=others))


def restore(url: str, source: Path, expected: Mapping[str, int]) -> None:
    """Replace all tables of a database by those of a dump, in one transaction.

    The rows are counted before it is committed.

    :raises BackupError: if anything fails; then nothing was changed.
    :raises StorageError: if the database cannot be used.
    """
    with _connected(url) as connection:
        wanted = programs(_version(connection))
        gone, schema = connection.execute(_REMOVALS).scalars().all(), _schema(connection)
    script = source.with_name("restore.sql")
    script.touch(mode=0o600, exist_ok=False)
    wanted.script(source, script)
    drop = [f"--command={sql}" for sql in (f"SET lock_timeout = {LOCK_WAIT}", *gone)]
    check = [f"--command={_counted(schema, *each)}" for each in expected.items()]
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
    output = f"--output={os.devnull}"
    wanted.run(url, "psql", *options, output, *drop, f"--file={script}", *check)


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND application_name = :name"
)
_REMOVALS = text(
    "SELECT format('DROP TABLE %I.%I CASCADE', schemaname, tablename) FROM pg_tables "
    "WHERE schemaname = current_schema() "
    "UNION ALL "
    "SELECT format('DROP ROUTINE %s CASCADE', oid\\:\\:regprocedure) FROM pg_proc "
    "WHERE pronamespace = CAST(current_schema() AS regnamespace) AND NOT EXISTS "
    "(SELECT FROM pg_depend WHERE classid = CAST('pg_proc' AS regclass) "
    "AND objid = pg_proc.oid AND deptype = 'e')"
)
"""Drops what a dump contains; what belongs to an extension stays."""


@contextlib.contextmanager
def _connected(url: str, **options: str) -> Iterator[Connection]:
    with (
        contextlib.closing(connect(url)) as database,
        storage_errors(),
        database.engine.execution_options(**options).begin() as connection,
    ):
        yield connection


def _version(connection: Connection) -> int:
    number = connection.execute(text("SHOW server_version_num")).scalar_one()
    return int(number) // _MAJOR


def _schema(connection: Connection) -> str:
    schema: str = connection.execute(
        text("SELECT quote_ident(coalesce(current_schema(), 'public'))")
    ).scalar_one()
    return schema


def _counts(connection: Connection) -> dict[str, int]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    return {
        table: connection.exec_driver_sql(f"SELECT count(*) FROM {quote(table)}").scalar_one()  # noqa: S608
        for table in inspect(connection).get_table_names()
    }


def _revision(connection: Connection) -> str:
    with contextlib.suppress(exc.ProgrammingError), connection.begin_nested():
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    return ""


def _counted(schema: str, table: str, rows: int) -> str:
    """Return SQL that fails unless a table has the expected number of rows."""
    name = f'{schema}."{table.replace(chr(34), chr(34) * 2)}"'
    return (
        f"DO $check$ BEGIN IF (SELECT count(*) FROM {name}) <> {int(rows)} THEN "  # noqa: S608
        f"RAISE EXCEPTION 'other rows than the manifest says: {name}'; END IF; END $check$"
    )


def _installed() -> Iterator[Programs]:
    places = [*PROGRAM_FOLDERS.glob("*/bin"), *map(Path, os.get_exec_path())]
    for folder in places:
        if all((folder / name).is_file() for name in ("pg_dump", "pg_restore", "psql")):
            shown = subprocess.run(  # noqa: S603 - a program of PostgreSQL
                [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
            )
            if found := _VERSION.search(shown.stdout):
                yield Programs(folder, int(found[1]))


def _address(url: str) -> tuple[str, dict[str, str]]:
    """Return libpq's connection string, and the environment with the password.

    The former is visible in the machine's list of processes.
    """
    address = make_url(url)
    _, options = address.get_dialect()().create_connect_args(address)
    password = options.pop("password", None)
    environ = dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})
    environ["PGAPPNAME"] = "website-backup"
    own = parameters("connection")
    del own["application_name"]
    return make_conninfo(**{**own, **options}), environ


def _run(command: list[str | Path], environ: dict[str, str]) -> None:
    program = Path(command[0]).name
    try:
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL
            command,
            env=environ,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise BackupError(f"{program} did not end within {LONGEST // 60} minutes") from error
    except OSError as error:
        raise BackupError(f"{program} cannot be run: {error.strerror}") from error
    if done.returncode:
        raise BackupError(f"{program} failed: {_last_words(done.stderr)}")


def _last_words(output: str) -> str:
    """Return a program's error message, without details and contexts, which may contain data."""
    errors = [line.strip() for line in output.splitlines() if "error" in line.lower()]
    return errors[0] if errors else "it gave no reason"
