"""How long the inbox takes to find requests among many: ``python benchmarks/inbox.py``.

Prints the milliseconds of each view's queries, the median and the slowest of some rounds; on SQLite
in a new file, and on PostgreSQL where WEBSITE_DATABASE_URL names an empty database.
"""

from __future__ import annotations

import datetime
import os
import statistics
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from export import fill
from website.infra.database import connect
from website.leads.models import LeadStatus
from website.leads.statistics import Statistics
from website.leads.worklist import OPEN, DueFilter, Order, Wanted, Worklist

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15


def main(count: int) -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("WEBSITE_DATABASE_URL") or f"sqlite:///{folder}/inbox.sqlite3"
        fill(url, count)
        database = connect(url)
        worklist, figures = Worklist(database), Statistics(database)
        with database.reading() as session:
            some = worklist.page(Wanted()).leads[0]
            print(f"{count} requests, {session.get_bind().dialect.name}")
        print(f"{'view':42}{'median ms':>10}{'slowest':>9}{'found':>8}")
        for name, wanted in views(some.company).items():
            report(name, lambda wanted=wanted: worklist.page(wanted).total)
        report("last page", lambda: worklist.page(Wanted(), number=10**6).total)
        report("first screen", lambda: worklist.today().new.total)
        report("figures at a glance", lambda: figures.at_a_glance(answer_within=4).waiting)
        report("same company", lambda: len(worklist.alike(some)))
        year = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=365)
        report("charts of a year", lambda: len(figures.since(year).weeks))
        database.close()


def views(company: str) -> dict[str, Wanted]:
    """Name what the staff look for."""
    return {
        "newest": Wanted(),
        "by company": Wanted(order=Order.COMPANY),
        "open": Wanted(statuses=OPEN),
        "won": Wanted(statuses=(LeadStatus.WON,)),
        "unanswered, oldest first": Wanted(due=DueFilter.UNANSWERED, order=Order.OLDEST),
        "of one owner": Wanted(owner_id=1),
        "of one topic": Wanted(topic="schulung"),
        "search: a company": Wanted(text=company),
        "search: a common word's beginning": Wanted(text="k"),
        "search and filter": Wanted(text=company, statuses=OPEN),
        "search: nothing": Wanted(text="gibtesnicht"),
    }


def report(name: str, view: Callable[[], int]) -> None:
    """Take the time of one view."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        found = view()
        taken.append((time.perf_counter() - begun) * 1000)
    print(f"{name:42}{statistics.median(taken):10.1f}{max(taken):9.1f}{found:8}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
