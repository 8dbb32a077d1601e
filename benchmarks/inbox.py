"""Benchmark of the inbox's pages with many requests.

    .venv/bin/python benchmarks/inbox.py [--requests 50000] [--database sqlite|postgresql|both]

Fills a database with invented requests of the last year, most of them completed, and opens each
page as a browser does, signed in. Prints the milliseconds from the request to the complete page:
the median and the maximum of some rounds, and the median CPU time of this process (without that of
PostgreSQL's server).
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

import click
from flask.testing import FlaskClient
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from export import fill
from support import staff
from support.postgres import running_postgres
from website import create_app
from website.config import Settings
from website.infra.database import connect
from website.leads.models import Lead
from website.leads.store import Wanted
from website.staff.access import StaffRole
from website.web.services import services

ROUNDS = 9
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
STATES = (
    "UPDATE leads SET status = 'in-progress' WHERE id % 40 > 0 AND status IN ('new', 'qualified')",
    "UPDATE leads SET answered_at = NULL WHERE status = 'new'",
    "UPDATE leads SET quarantined = true WHERE id % 50 = 0",
)
"""What is done to the invented requests: most are answered, some suspected."""


@click.command()
@click.option("--requests", "count", default=50_000, show_default=True)
@click.option("--database", type=click.Choice([*NAMES, "both"]), default="both", show_default=True)
def main(count: int, database: str) -> None:
    for name in NAMES if database == "both" else [database]:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder}/website.sqlite3"
            if name == "postgresql":
                server = stack.enter_context(running_postgres({}))
                url = stack.enter_context(server.database())
            prepare(url, count)
            settings = Settings(instance_dir=folder, database_url=url, secret_key="x" * 40)
            app = create_app(settings)
            client = staff.signed_in(app, staff.account(app, *StaffRole))
            opened = services(app).leads
            some = opened.store.page(Wanted(), number=3).leads[0]
            print(f"\n{NAMES[name]}, {count:,} requests\n\n| Page | median ms | slowest | CPU ms |")
            print("|---|---:|---:|---:|")
            for label, path in pages(some).items():
                report(label, client, f"/posteingang/{path}")
            opened.close()


def prepare(url: str, count: int) -> None:
    """Fill the database."""
    fill(url, count)
    database = connect(url)
    with database.writing() as session:
        for statement in STATES:
            session.execute(text(statement))
    if database.engine.dialect.name == "postgresql":  # which does so by itself, after a while
        engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    database.close()


def pages(some: Lead) -> dict[str, str]:
    """Return the pages that staff open."""
    surname = some.name.split()[-1]
    slip = surname[:3] + surname[4:]
    return {
        "Heute": "",
        "Anfragen": "anfragen/",
        "the last page": "anfragen/?seite=99999",
        "by company": "anfragen/?sortierung=company",
        "open": "anfragen/?stand=offen",
        "of one owner": "anfragen/?zustaendig=1",
        "of one topic": "anfragen/?thema=schulung",
        "of one tag": "anfragen/?schlagwort=Wir",
        "search: a name": f"anfragen/?suche={surname}",
        "search: a name with a slip": f"anfragen/?suche={slip}",
        "search: a part of a name": "anfragen/?suche=hofer",
        "search: a word that all have": "anfragen/?suche=kunden",
        "search: one letter": "anfragen/?suche=k",
        "search: nothing": "anfragen/?suche=gibtesnicht",
        "one request": f"anfragen/{some.reference}",
        "one request of a search": f"anfragen/{some.reference}?suche=kunden",
        "Quarantäne": "quarantaene/",
        "Auswertung, 12 months": "zahlen/?zeitraum=12-monate",
        "Export": "export/",
        "Datenschutz": "datenschutz/",
        "Systemstatus": "betrieb/",
    }


def report(label: str, client: FlaskClient, path: str) -> None:
    """Measure the time of one page."""
    taken, spent = [], []
    for _ in range(ROUNDS):
        begun, busy = time.perf_counter(), time.process_time()
        answer = client.get(path)
        taken.append((time.perf_counter() - begun) * 1000)
        spent.append((time.process_time() - busy) * 1000)
        if answer.status_code != 200:  # noqa: PLR2004
            raise SystemExit(f"{path}: {answer.status}")
    times = (statistics.median(taken), max(taken), statistics.median(spent))
    print(f"| {label} | {' | '.join(f'{each:.0f}' for each in times)} |", flush=True)


if __name__ == "__main__":
    main()
