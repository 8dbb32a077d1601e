"""Benchmark of backup and restore, and of the delay for requests stored during a backup.

    .venv/bin/python benchmarks/backup.py [--requests 20000] [--database sqlite|postgresql|both]

Fills a database with invented requests, stores new ones continuously in this process, each with its
deliveries, and runs ``flask --app website backup`` as an operator does. Then restores the file into
an empty instance. Prints a Markdown table: seconds of both commands, including the start of Python,
the file's size, and the time to store a request, with no backup and during one.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from export import fill
from support.backups import Agency, Pair
from support.leads import Sender
from support.postgres import running_postgres

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
QUIET = 5.0
"""Seconds for which requests are taken with no backup."""
LONGEST = 3600.0
"""Seconds for a command."""
HEADS = (
    "Database", "Requests", "Backup s", "MB", "Restore s", "Alone: median ms", "p99", "slowest",
    "During: median ms", "p99", "slowest",
)  # fmt: skip


@click.command(help=__doc__.split("\n", 1)[0])
@click.option("--requests", type=click.IntRange(1, 500_000), default=20_000, show_default=True)
@click.option("--database", type=click.Choice([*NAMES, "both"]), default="both", show_default=True)
def main(requests: int, database: str) -> None:
    """Print the table."""
    print(f"| {' | '.join(HEADS)} |\n|---|{'---:|' * (len(HEADS) - 1)}")
    for name in NAMES if database == "both" else [database]:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            urls = ["sqlite", "sqlite"]
            if name == "postgresql":
                server = stack.enter_context(running_postgres({}))
                urls = [stack.enter_context(server.database()) for _ in range(2)]
            figures = measure(folder, urls, requests)
        told = (f"{figure:,.1f}" for figure in figures)
        print(f"| {NAMES[name]} | {requests:,} | {' | '.join(told)} |")


def measure(folder: Path, urls: list[str], requests: int) -> list[float]:
    """Fill one instance, back it up, and restore it into another."""
    keys = Pair(folder)
    first, second = (
        Agency.at(folder / place, url, WEBSITE_BACKUP_RECIPIENT=keys.public)
        for place, url in zip(("first", "second"), urls, strict=True)
    )
    fill(first.settings.database, requests)
    leads = first.open()
    send = Sender(leads.intake)
    alone = taking(send, lambda: time.sleep(QUIET))
    seconds: list[float] = []
    during = taking(send, lambda: seconds.append(run(first, "backup")))
    leads.close()
    (file,) = first.settings.backups.glob("website-*")
    seconds.append(run(second, "restore", file, "--identity", keys.file))
    return [seconds[0], file.stat().st_size / 1e6, seconds[1], *spread(alone), *spread(during)]


def taking(send: Sender, meanwhile: Callable[[], object]) -> list[float]:
    """Store requests continuously until the block ends, and record the milliseconds of each."""
    done = threading.Event()
    taken: list[float] = []

    def take() -> None:
        while not done.is_set():
            begun = time.perf_counter()
            send()
            taken.append((time.perf_counter() - begun) * 1000)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        meanwhile()
    finally:
        done.set()
        thread.join()
    return taken


def run(agency: Agency, *words: str | Path) -> float:
    """Run a command, and return its duration in seconds."""
    begun = time.perf_counter()
    if agency.start(*words).wait(LONGEST):
        raise click.ClickException(f"{words[0]} failed")
    return time.perf_counter() - begun


def spread(milliseconds: list[float]) -> tuple[float, float, float]:
    """Return the median, the 99th percentile, and the longest."""
    last = statistics.quantiles(milliseconds, n=100)[98]
    return statistics.median(milliseconds), last, max(milliseconds)


if __name__ == "__main__":
    main()
