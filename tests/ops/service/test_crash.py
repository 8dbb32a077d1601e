"""Everything is killed under load; what was acknowledged is there afterwards, and is delivered.

Two rounds: benchmarks/crash.py does thirty.
"""

from __future__ import annotations

from pathlib import Path

from support import crashes
from support.groups import Site
from support.postgres import running_postgres


def test_no_acknowledged_lead_is_lost_when_all_processes_are_killed(tmp_path: Path) -> None:
    outcome = crashes.crash(Site(tmp_path), rounds=2)
    assert outcome.acknowledged
    assert outcome.good, outcome


def test_nor_is_one_when_postgresql_is_killed_with_them(tmp_path: Path) -> None:
    with running_postgres({}) as server, server.database() as address:
        site = Site(tmp_path, address)
        outcome = crashes.crash(site, rounds=2, server=server)
    assert outcome.database_crashes == 1
    assert outcome.acknowledged
    assert outcome.good, outcome
