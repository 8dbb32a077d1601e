"""Benchmark of the time and memory that an export of 50,000 leads takes.

    .venv/bin/python benchmarks/export.py [--leads 50000] [--database URL]

Generates the leads in a new SQLite database, or adds them to the migrated database at the given
URL, and exports all of them as the inbox does, each file format in a process of its own.
"""

from __future__ import annotations

import datetime
import random
import resource
import subprocess
import sys
import tempfile
import time
from typing import Any

import click
from sqlalchemy import insert

from website.config import Settings
from website.content import questionnaire_file
from website.infra.database import connect
from website.leads import exporting, reference, search, search_vocabulary
from website.leads.migrations import migrate
from website.leads.models import COLUMNS, Lead, LeadStatus, LostReason, Tag
from website.leads.store import LeadStore, Wanted
from website.questionnaire import QuestionKind

QUESTIONNAIRE, _ = questionnaire_file.read(Settings().content_dir)
AT_A_TIME = 1_000
TEXT = (
    "Wir suchen für unser Key Account Management eine Führungskraft auf Zeit weil zwei große "
    "Kunden drohen abzuspringen und die Beschwerden seit dem Umbau nicht mehr beantwortet werden"
)
WORDS = TEXT.split()
SYLLABLES = [
    first + rest
    for first in ("B", "D", "F", "G", "H", "K", "L", "M", "N", "R", "Sch", "St", "T", "W")
    for rest in ("al", "ein", "er", "ick", "ing", "old", "or", "um")
]
ENDINGS = ("bach", "berg", "er", "hofer", "ke", "mann", "meier", "müller", "stein", "wald")
BEGINNING = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OPTIONAL = 0.6
"""Share of the optional questions that a lead answers."""


@click.command()
@click.option("--leads", "count", default=50_000, show_default=True)
@click.option("--database", "url", default="", help="Of a database that may be filled.")
@click.option("--kind", type=click.Choice(sorted(exporting.KINDS)), hidden=True)
def main(count: int, url: str, kind: str | None) -> None:
    if kind:
        _export(url, kind)
        return
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/website.sqlite3"
        fill(url, count)
        print("| Kind | Leads | Seconds | Peak RSS in MB | File in MB |")
        print("|---|---:|---:|---:|---:|")
        for name in exporting.KINDS:
            words = [sys.executable, __file__, "--database", url, "--kind", name]
            subprocess.run(words, check=True)


def _export(url: str, kind: str) -> None:
    database = connect(url)
    owners = {number: f"Person {number}" for number in range(1, 6)}
    with tempfile.TemporaryFile() as target:
        began = time.perf_counter()
        leads = LeadStore(database).every(Wanted())
        count = exporting.write(exporting.KINDS[kind], leads, owners, QUESTIONNAIRE, target)
        took = time.perf_counter() - began
        size = target.seek(0, 2) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {kind} | {count:,} | {took:.1f} | {peak:.0f} | {size:.1f} |")


def fill(url: str, count: int) -> None:
    database = connect(url)
    migrate(database.engine)
    chance = random.Random(1)
    for start in range(0, count, AT_A_TIME):
        rows = [_row(chance, number) for number in range(start, min(start + AT_A_TIME, count))]
        with database.writing() as session:
            numbers = session.scalars(insert(Lead).returning(Lead.id), rows).all()
            tags = [{"lead_id": n, "tag": chance.choice(WORDS)[:40]} for n in numbers if n % 3]
            session.execute(insert(Tag), tags)
            for lead_id, row in zip(numbers, rows, strict=True):
                search_vocabulary.add(session.connection(), lead_id, row["words"])
    database.close()


def _row(chance: random.Random, number: int) -> dict[str, Any]:
    answers = {
        question.name: _answer(chance, question.kind, question.choices)
        for question in QUESTIONNAIRE.questions
        if question.required or chance.random() < OPTIONAL
    }
    name, firm = _surname(chance), _surname(chance)
    answers |= {"company": f"{firm}werk {number} GmbH", "name": f"Erika {name}"}
    answers |= {"email": f"{name}@{firm}{number}.example".lower()}
    received = BEGINNING + datetime.timedelta(minutes=9 * number)
    status = chance.choice(list(LeadStatus))
    drawn = _reference(number)
    return {
        "reference": drawn,
        "received_at": received,
        "touched_at": received,
        "status": status,
        "lost_reason": chance.choice(list(LostReason)) if status is LeadStatus.LOST else None,
        "owner_id": chance.choice([None, 1, 2, 3, 4, 5]),
        "answered_at": received + datetime.timedelta(minutes=chance.randrange(5, 5_000)),
        "source": "/artikel/key-account-management-aufbauen/",
        **{column: answers.get(column, "") for column in COLUMNS},
        "answers": {key: text for key, text in answers.items() if key not in COLUMNS},
        **search.derived(drawn, answers, QUESTIONNAIRE),
    }


def _surname(chance: random.Random) -> str:
    """Return a name; they are as varied as in a telephone directory."""
    return chance.choice(SYLLABLES) + chance.choice(SYLLABLES).lower() + chance.choice(ENDINGS)


def _reference(number: int) -> str:
    """Return distinct references, although two drawn at random may be equal."""
    signs = ""
    for _ in range(8):
        number, sign = divmod(number, len(reference.ALPHABET))
        signs += reference.ALPHABET[sign]
    return f"{signs[:4]}-{signs[4:]}"


def _answer(chance: random.Random, kind: QuestionKind, choices: tuple[tuple[str, str], ...]) -> str:
    if choices:
        return chance.choice(choices)[0]
    length = chance.randrange(30, 90) if kind is QuestionKind.LONG_TEXT else chance.randrange(1, 4)
    return " ".join(chance.choices(WORDS, k=length))


if __name__ == "__main__":
    main()
