"""Load test of the contact endpoint, compared with a minimal Flask endpoint.

    .venv/bin/python benchmarks/load.py [--rounds 3] [--seconds 3] [--postgres URL]

Ours runs as ``flask --app website serve`` runs it: frozen pages in front, the delivery process
beside it, mails written to files, SQLite or the PostgreSQL database at the given URL (which is left
full of leads). The minimal one is defined below: Flask, WTForms, one INSERT into SQLite with the
same durability, in the same waitress with the same settings. Both receive the same requests, all
different, from 1, 8 and 32 persistent connections that post continuously; only a 303 with a new
reference counts. Rounds are interleaved, and the other server is stopped meanwhile, so that a busy
moment of the machine affects both.

Prints Markdown tables, within four minutes. Client, endpoint and delivery share the machine:
compare only rows of the same run. Linux only: usage is read from /proc.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click
import flask
import wtforms
from wtforms.validators import Email, InputRequired, Length

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.groups import START, Site, running
from support.processes import children
from support.senders import Answer, requests, send_without_pause
from support.site import free_port, freeze
from website.ops.service.server import Server

CONNECTIONS = (1, 8, 32)
ACCEPTED = 303
WARM_UP = 0.5
"""Seconds of load before each measurement, which do not count."""
TOTAL = 200.0
"""Seconds after which no further round begins."""
MADE_BEFOREHAND = 2_000
"""Requests for each second, made before the clock runs."""


@dataclass
class Endpoint:
    """A measured endpoint, and its results."""

    name: str
    port: int
    server: int
    """Process that serves; it leads a process group."""
    delivery: int | None = None
    mail: Path | None = None
    """Where the delivery process writes."""
    figures: dict[int, list[Figures]] = field(default_factory=dict)
    """By the number of connections, one for each round."""


@dataclass(frozen=True)
class Figures:
    """Results of one measurement."""

    accepted: int
    seconds: float
    waits: tuple[float, ...]
    """Of the accepted ones, in seconds."""
    others: int
    """Answers that do not count."""
    cpu: float
    """Seconds of the serving process."""
    memory: float
    """Megabytes of the serving process; what processes share counts in parts (PSS)."""
    delivery_cpu: float
    delivery_memory: float
    delivered: int


@click.command(help=__doc__.split("\n", 1)[0])
@click.option("--rounds", type=click.IntRange(1, 9), default=3, show_default=True)
@click.option("--seconds", default=3.0, show_default=True, help="Of load for each measurement.")
@click.option("--postgres", default="", metavar="URL", help="Database of ours instead of SQLite.")
@click.option("--minimal", type=(int, Path), hidden=True, help="Serve the minimal endpoint.")
def main(rounds: int, seconds: float, postgres: str, minimal: tuple[int, Path] | None) -> None:
    """Print the tables."""
    if minimal:
        port, folder = minimal
        Server(minimal_endpoint(folder), "127.0.0.1", port).run()
        return
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        client = stack.enter_context(futures.ProcessPoolExecutor(1))
        endpoints = [
            stack.enter_context(_ours(folder, postgres)),
            stack.enter_context(_minimal(folder)),
        ]
        for number in range(rounds):
            if time.monotonic() - began > TOTAL:
                print(f"Out of time after {number} rounds", file=sys.stderr)
                break
            for connections, endpoint in itertools.product(CONNECTIONS, endpoints):
                found = _measure(client, endpoint, connections, seconds)
                endpoint.figures.setdefault(connections, []).append(found)
    _print_tables(*endpoints)


def minimal_endpoint(folder: Path) -> flask.Flask:
    """Create the endpoint to compare with."""

    class RequestForm(wtforms.Form):
        message = wtforms.TextAreaField(validators=[InputRequired(), Length(max=5000)])
        company = wtforms.StringField(validators=[InputRequired(), Length(max=200)])
        name = wtforms.StringField(validators=[InputRequired(), Length(max=200)])
        email = wtforms.StringField(validators=[InputRequired(), Email()])
        phone = wtforms.StringField(validators=[Length(max=200)])

    app = flask.Flask(__name__)
    file = folder / "minimal.sqlite3"
    insert = "INSERT INTO leads VALUES (?, ?, ?, ?, ?, ?)"
    idle: list[sqlite3.Connection] = []
    with contextlib.closing(_open(file)) as database:
        database.execute(
            "CREATE TABLE leads (reference TEXT PRIMARY KEY, message TEXT, company TEXT, name TEXT,"
            " email TEXT, phone TEXT)"
        )

    @app.post("/anfrage")
    def submit() -> flask.typing.ResponseReturnValue:
        form = RequestForm(flask.request.form)
        if not form.validate():
            return "", 422
        reference = secrets.token_hex(4)
        try:
            database = idle.pop()
        except IndexError:
            database = _open(file)
        database.execute(insert, (reference, *form.data.values()))  # commits
        idle.append(database)
        return flask.redirect(f"/anfrage/{reference}", 303)

    return app


def _open(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    return database


@contextlib.contextmanager
def _ours(folder: Path, postgres: str) -> Iterator[Endpoint]:
    site = Site(folder, postgres, run=_started)
    freeze("--output", folder / "build", "--base-url", site.settings.base_url)
    with running(site, "--build", str(folder / "build")):
        server = site.process.pid
        (delivery,) = children(server)
        name = "ours, PostgreSQL" if postgres else "ours"
        mail = site.settings.instance_dir / "mail"
        with _standing_still(server):
            yield Endpoint(name, site.port, server, delivery, mail)


def _started(
    environ: dict[str, str], *words: str, err: IO[bytes], leads_group: bool
) -> subprocess.Popen[bytes]:
    """Run a command in an interpreter that has imported and kept nothing else."""
    command = [sys.executable, "-m", "flask", "--app", "website", *words]
    return subprocess.Popen(command, env=environ, stderr=err, start_new_session=leads_group)


@contextlib.contextmanager
def _minimal(folder: Path) -> Iterator[Endpoint]:
    port = free_port()
    command = [sys.executable, __file__, "--minimal", str(port), str(folder)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        _wait_for(port)
        with _standing_still(process.pid):
            yield Endpoint("minimal", port, process.pid)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise click.ClickException("The minimal endpoint does not answer.")


@contextlib.contextmanager
def _standing_still(group: int) -> Iterator[None]:
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


@contextlib.contextmanager
def _awake(group: int) -> Iterator[None]:
    os.killpg(group, signal.SIGCONT)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGSTOP)


def _measure(
    client: futures.Executor, endpoint: Endpoint, connections: int, seconds: float
) -> Figures:
    with _awake(endpoint.server):
        client.submit(_load, endpoint.port, connections, WARM_UP).result()
        before = _usage(endpoint)
        answers, taken = client.submit(_load, endpoint.port, connections, seconds).result()
        after = _usage(endpoint)
    good = {answer.reference: answer.seconds for answer in answers if answer.status == ACCEPTED}
    return Figures(
        accepted=len(good),
        seconds=taken,
        waits=tuple(good.values()),
        others=len(answers) - len(good),
        cpu=after.cpu - before.cpu,
        memory=after.memory,
        delivery_cpu=after.delivery_cpu - before.delivery_cpu,
        delivery_memory=after.delivery_memory,
        delivered=after.delivered - before.delivered,
    )


def _load(port: int, connections: int, seconds: float) -> tuple[list[Answer], float]:
    """Send requests in the client process, and report the time until all were answered."""
    source = requests(port)
    made = list(itertools.islice(source, int(MADE_BEFOREHAND * seconds)))
    began = time.perf_counter()
    answers = send_without_pause(
        port, itertools.chain(made, source), connections=connections, seconds=seconds
    )
    return answers, time.perf_counter() - began


def _usage(endpoint: Endpoint) -> Figures:
    """Return the resources that the processes have used since they were started."""
    return Figures(
        accepted=0,
        seconds=0.0,
        waits=(),
        others=0,
        cpu=_cpu(endpoint.server),
        memory=_memory(endpoint.server),
        delivery_cpu=_cpu(endpoint.delivery) if endpoint.delivery else 0.0,
        delivery_memory=_memory(endpoint.delivery) if endpoint.delivery else 0.0,
        delivered=sum(1 for _ in endpoint.mail.glob("*.eml")) if endpoint.mail else 0,
    )


def _cpu(process: int) -> float:
    """Return the seconds of all threads, in user mode and in the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    return int(rollup.partition("\nPss:")[2].split()[0]) / 1024


def _print_tables(ours: Endpoint, minimal: Endpoint) -> None:
    heads = "Endpoint|Connections|Accepted/s|p50 ms|p95 ms|p99 ms|CPU ms/lead|Other answers"
    rows = [_row(endpoint, count) for count in CONNECTIONS for endpoint in (ours, minimal)]
    _print_table(heads.split("|"), rows)
    heads = "Connections|Ours/minimal, accepted/s|lowest round|highest|CPU, ours/minimal"
    _print_table(heads.split("|"), [_ratios(ours, minimal, count) for count in CONNECTIONS])
    heads = "Process|Memory (PSS), MB|CPU ms"
    figures = [found for rounds in ours.figures.values() for found in rounds]
    delivered = sum(found.delivered for found in figures)
    per_mail = sum(found.delivery_cpu for found in figures) * 1000 / max(1, delivered)
    rows = [
        [f"{ours.name}: serving", f"{max(found.memory for found in figures):.0f}", "as above"],
        [
            f"{ours.name}: delivering",
            f"{max(found.delivery_memory for found in figures):.0f}",
            f"{per_mail:.2f} a mail",
        ],
        [
            "minimal",
            f"{max(found.memory for rounds in minimal.figures.values() for found in rounds):.0f}",
            "as above",
        ],
    ]
    _print_table(heads.split("|"), rows)


def _row(endpoint: Endpoint, connections: int) -> list[str]:
    rounds = endpoint.figures[connections]
    waits = sorted(itertools.chain.from_iterable(found.waits for found in rounds))
    return [
        endpoint.name,
        str(connections),
        f"{statistics.median(map(_speed, rounds)):.0f}",
        *(f"{waits[int(len(waits) * part)] * 1000:.1f}" for part in (0.5, 0.95, 0.99)),
        f"{statistics.median(map(_cpu_per_lead, rounds)):.2f}",
        str(sum(found.others for found in rounds)),
    ]


def _ratios(ours: Endpoint, minimal: Endpoint, connections: int) -> list[str]:
    pairs = list(zip(ours.figures[connections], minimal.figures[connections], strict=True))
    speeds = [_speed(one) / _speed(other) for one, other in pairs]
    cpu = [_cpu_per_lead(one) / _cpu_per_lead(other) for one, other in pairs]
    shown = (statistics.median(speeds), min(speeds), max(speeds), statistics.median(cpu))
    return [str(connections), *(f"{ratio:.2f}" for ratio in shown)]


def _speed(found: Figures) -> float:
    return found.accepted / found.seconds


def _cpu_per_lead(found: Figures) -> float:
    return found.cpu * 1000 / found.accepted


def _print_table(heads: list[str], rows: list[list[str]]) -> None:
    for row in (heads, ["---", *["---:"] * (len(heads) - 1)], *rows):
        print("| " + " | ".join(row) + " |")
    print()


if __name__ == "__main__":
    main()
