from __future__ import annotations

import datetime
import re
from pathlib import Path

from prometheus_client import CollectorRegistry

from support.leads import NOON
from support.site import ROOT
from website.infra.database import Database, connect
from website.ops.monitoring.metrics import OUTCOMES, Counters, Health
from website.ops.monitoring.models import JobRun

HOUR = datetime.timedelta(hours=1)


def registry(database: Database, folder: Path) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(Health(database, folder, clock=lambda: NOON))
    return made


def test_jobs_are_measured_by_age_and_the_canary_apart(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.add(
            JobRun(name="canary", known_since=NOON - HOUR, patience=60, succeeded_at=NOON - HOUR)
        )
        session.add(JobRun(name="backup", known_since=NOON - HOUR, patience=7200, error="No"))
    found = registry(database, tmp_path)
    assert found.get_sample_value("website_canary_age_seconds") == 3600
    assert found.get_sample_value("website_job_age_seconds", {"job": "backup"}) == 3600
    assert found.get_sample_value("website_job_failing", {"job": "backup"}) == 1
    assert found.get_sample_value("website_job_failing", {"job": "canary"}) == 0
    assert found.get_sample_value("website_concern", {"key": "job:canary"}) == 1
    assert found.get_sample_value("website_concern", {"key": "job:backup"}) is None


def test_what_is_unknown_is_not_zero(database: Database, tmp_path: Path) -> None:
    found = registry(database, tmp_path)
    assert found.get_sample_value("website_canary_age_seconds") is None
    assert found.get_sample_value("website_first_response_seconds", {"quantile": "0.5"}) is None
    assert found.get_sample_value("website_first_response_missing") == 0


def test_a_database_that_cannot_be_used_is_a_metric_and_breaks_nothing(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'not-migrated.sqlite3'}")
    found = registry(database, tmp_path)
    assert found.get_sample_value("website_database_usable") == 0
    database.close()


def test_the_handbook_names_every_metric_and_no_other(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.add(JobRun(name="canary", known_since=NOON, patience=60, succeeded_at=NOON))
    documented = {
        name.removesuffix("_bucket").removesuffix("_count")
        for name in re.findall(r"\bwebsite_\w+", (ROOT / "docs/watching.md").read_text())
    }
    counters = Counters()
    counters.request("GET", "/", 200, 0.1)
    counters.registry.register(Health(database, tmp_path, clock=lambda: NOON))
    given = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in counters.registry.collect()
    }
    assert given == documented


def test_routes_are_counted_by_the_class_of_their_status() -> None:
    counters = Counters()
    for status in (200, 204, 503):
        counters.request("GET", "/", status, 0.1)
    name = "website_http_request_duration_seconds_count"
    for status, count in (("2xx", 2), ("5xx", 1)):
        labels = {"method": "GET", "route": "/", "status": status}
        assert counters.registry.get_sample_value(name, labels) == count


def test_a_rate_is_there_before_the_first_of_its_kind() -> None:
    counters = Counters()
    for outcome in OUTCOMES:
        labels = {"outcome": outcome}
        assert counters.registry.get_sample_value("website_submissions_total", labels) == 0
