"""A real PostgreSQL server of our own, with a new database for whoever wants one."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest

from support.processes import children
from website.infra.database import connect
from website.leads.migrations import migrate

DEBIAN = Path("/usr/lib/postgresql")
MIGRATED = "migrated"
"""The database that the others are copies of."""

FAST = {"fsync": "off", "full_page_writes": "off"}
"""What is lost when the machine dies may be lost. Tests of durability take other settings."""
MEMORY = Path("/dev/shm")  # noqa: S108 - for that very reason
"""Where files are quick to make: a database has 300."""
ROOM = 1_000_000_000
"""Bytes that must be free there; containers have less."""

ENDING_WITH_US = ("setpriv", "--pdeathsig=INT")
"""So that nothing goes on when the tests were killed."""

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests of what SQLite alone does, or that take long and have nothing to do with databases."""
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class PostgreSQL:
    """A server that listens nowhere but in its folder."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
        } | dict(settings)
        self._names = (f"database_{number}" for number in itertools.count(1))
        self._process: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make the server's files."""
        self._run(
            "initdb", "--username=website", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*ENDING_WITH_US, _binary("postgres"), *settings],
                stderr=log,
                **self._surroundings(),
            )
        until = time.monotonic() + 30
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < until, "PostgreSQL does not answer"
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it as administrators do; SIGQUIT is as good as a crash."""
        assert self._process is not None
        self._process.send_signal(how)
        try:
            self._process.wait(30)
        finally:
            self._process.kill()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Let all its processes stand still; the system goes on keeping their connections."""
        assert self._process is not None
        parent = self._process.pid
        processes = [parent, *children(parent)]
        for number in processes:
            os.kill(number, signal.SIGSTOP)
        try:
            yield
        finally:
            for number in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGCONT)

    def url(self, name: str = "postgres") -> str:
        """Return the address of a database, as it stands in the settings."""
        return f"postgresql+psycopg://website@/{name}?host={self.folder}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Do something as an administrator, whom a read-only server does not stop."""
        with psycopg.connect(
            host=str(self.folder),
            user="website",
            dbname=database,
            autocommit=True,
            options="-c default_transaction_read_only=off",
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    @cached_property
    def _strategy(self) -> str:
        """How to copy a database: not through the log, the only way until 15, takes half of it."""
        [(version,)] = self.execute("SHOW server_version_num")
        return "STRATEGY FILE_COPY" if int(version) >= 150_000 else ""

    def migrate(self) -> None:
        """Make the database that :meth:`database` copies."""
        self.execute(f"CREATE DATABASE {MIGRATED}")
        database = connect(self.url(MIGRATED))
        migrate(database.engine)
        database.close()

    @contextlib.contextmanager
    def database(self, *, template: str = MIGRATED) -> Iterator[str]:
        """Give the address of a new database with the website's tables, and drop it afterwards."""
        name = next(self._names)
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} {self._strategy}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, program: str, *options: str) -> None:
        done = subprocess.run(
            [_binary(program), *options],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self._surroundings(),
        )
        assert done.returncode == 0, done.stdout

    def _surroundings(self) -> dict[str, Any]:
        environ = {"PATH": os.environ["PATH"], "PGDATA": str(self.folder / "data"), "TZ": "UTC"}
        return {"cwd": self.folder, "env": environ, **_as_nobody_special()}


@contextlib.contextmanager
def running_postgres(settings: Mapping[str, str] = FAST) -> Iterator[PostgreSQL]:
    """Run a server until the block ends.

    :param settings: what its configuration file would hold.
    """
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    folder = Path(
        # Not in pytest's folder: the path of a socket must be short, and others may pass to it.
        tempfile.mkdtemp(prefix="pg-", dir=MEMORY if in_memory else None)
    )
    if user := _as_nobody_special().get("user"):
        shutil.chown(folder, user)
    server = PostgreSQL(folder, settings)
    try:
        server.create()
        server.start()
        try:
            server.migrate()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _as_nobody_special() -> dict[str, Any]:
    """Name the user for whom PostgreSQL runs, for it refuses to run for root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    return {"user": user.pw_name, "group": user.pw_gid, "extra_groups": []}


def _binary(name: str) -> Path:
    versions = sorted(DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name))
    places = [*map(str, reversed(versions)), os.environ["PATH"]]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        pytest.fail("PostgreSQL is missing: run 'make test', which installs Debian's package.")
    return Path(found)
