"""Benchmark of the most expensive requests that anybody can send, in time and memory.

    python benchmarks/hostile.py

Each body has the maximum size and consists of one repeated piece that is slow to parse
(``support/hostile``), in one field. Time is CPU time, the minimum of three runs; memory is Python's
own peak. The limits are 50 ms and 10 MB, because such requests can be sent without end.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from flask.testing import FlaskClient

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.hostile import UNITS, URLENCODED, flood
from support.visitor import browser
from website import create_app
from website.config import Settings
from website.questionnaire import TECHNICAL

FIELDS = ("message", "email", "company", *(field.name for field in TECHNICAL))
SHOWN = 8


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        client = browser(create_app(Settings(instance_dir=Path(folder))))
        send(client, b"")
        rows = [
            (milliseconds(client, body), megabytes(client, body), name, ascii(unit))
            for name in FIELDS
            for unit in UNITS
            for body in [flood(name, unit)]
        ]
    print("| Field | Full of | Processor | Memory |")
    print("|---|---|---:|---:|")
    dearest = [*sorted(rows, reverse=True)[:SHOWN], max(rows, key=lambda row: row[1])]
    for time_taken, memory, name, unit in dearest:
        print(f"| {name} | `{unit}` | {time_taken:.0f} ms | {memory:.1f} MB |")


def send(client: FlaskClient, body: bytes) -> None:
    client.post("/anfrage", data=body, content_type=URLENCODED)


def milliseconds(client: FlaskClient, body: bytes) -> float:
    def once() -> float:
        began = time.process_time()
        send(client, body)
        return time.process_time() - began

    return min(once() for _ in range(3)) * 1000


def megabytes(client: FlaskClient, body: bytes) -> float:
    tracemalloc.start()
    send(client, body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


if __name__ == "__main__":
    main()
