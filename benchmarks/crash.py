"""Durability test: acknowledged requests must survive when all processes are killed under load.

    .venv/bin/python benchmarks/crash.py [--rounds 30] [--database sqlite|postgresql|both]

In each round the site is started as ``make run`` starts it, 8 connections post requests
continuously, and after 0.3 to 1.5 seconds the whole process group is killed by SIGKILL. With
PostgreSQL (a separate server, started for this), every third round also kills all database
processes. After the last round the site is started once more to deliver what is left.

Prints a Markdown table. Fails if a reference that a client has received is not listed afterwards,
has no mail or two different ones, if a delivery remains due, or if SQLite reports a corrupt file.
Thirty rounds take about three minutes on each database. Linux only: processes are found in /proc.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support import crashes
from support.crashes import Outcome
from support.groups import Site
from support.postgres import running_postgres

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEADS = (
    "Database", "Rounds", "Database killed too", "Acknowledged", "Found", "Lost",
    "Without mail", "Sent twice with another id", "Still owed", "Intact",
)  # fmt: skip


@click.command(help=__doc__.split("\n", 1)[0])
@click.option("--rounds", type=click.IntRange(1, 100), default=30, show_default=True)
@click.option("--database", type=click.Choice([*NAMES, "both"]), default="both", show_default=True)
def main(rounds: int, database: str) -> None:
    """Print the table."""
    outcomes: dict[str, Outcome] = {}
    for name in NAMES if database == "both" else [database]:
        print(f"{NAMES[name]}: {rounds} rounds", file=sys.stderr)
        outcomes[name] = _on_sqlite(rounds) if name == "sqlite" else _on_postgresql(rounds)
    print(_table(outcomes))
    for outcome in outcomes.values():
        if not outcome.good:
            print(outcome, file=sys.stderr)
    if not all(outcome.good for outcome in outcomes.values()):
        sys.exit(1)


def _on_sqlite(rounds: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return crashes.crash(Site(Path(folder)), rounds=rounds)


def _on_postgresql(rounds: int) -> Outcome:
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(running_postgres({}))
        address = stack.enter_context(server.database())
        site = Site(Path(folder), address)
        return crashes.crash(site, rounds=rounds, server=server)


def _table(outcomes: dict[str, Outcome]) -> str:
    rows = [f"| {' | '.join(HEADS)} |", f"|---|{'---:|' * (len(HEADS) - 1)}"]
    for name, outcome in outcomes.items():
        figures = (
            outcome.rounds,
            outcome.database_crashes,
            outcome.acknowledged,
            outcome.acknowledged - len(outcome.lost),
            len(outcome.lost),
            len(outcome.without_mail),
            len(outcome.mailed_twice),
            len(outcome.undelivered),
            "yes" if outcome.intact else "**no**",
        )
        rows.append(f"| {' | '.join((NAMES[name], *map(str, figures)))} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
