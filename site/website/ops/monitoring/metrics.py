"""Prometheus metrics: counters of this process, and gauges of the website's health.

No label contains anything that a visitor has sent.
"""

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from website.exceptions import StorageError
from website.infra import clock as clocks
from website.infra import toml_tables
from website.infra.clock import Clock
from website.infra.database import Database
from website.leads.statistics import Responses
from website.ops.monitoring.alerts import active_alerts
from website.ops.monitoring.health_history import recent_responses
from website.ops.monitoring.health_snapshot import HealthSnapshot, take_snapshot

OUTCOMES = (
    "accepted",
    "quarantined",
    "refused",
    "foreign",
    "too-large",
    "rate-limited",
    "not-stored",
)
"""Outcomes of a posted form."""

Value = float | Mapping[str, float]


class Counters:
    """The counters of one process since its start."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "website_http_request_duration_seconds",
            "Requests of the endpoint, and how long they took.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._submissions = Counter(
            "website_submissions",
            "Forms sent to the endpoint, by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        for outcome in OUTCOMES:  # so that a rate is there before the first
            self._submissions.labels(outcome)
        self.forwarded_untrusted = Counter(
            "website_untrusted_forwarded_requests",
            "Requests whose X-Forwarded-For was not believed: no trusted proxy had sent it.",
            registry=self.registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by its route's pattern and the class of its status."""
        self._requests.labels(method, route, f"{status // 100}xx").observe(seconds)

    def submission(self, outcome: str) -> None:
        """Count a form by one of ``OUTCOMES``."""
        self._submissions.labels(outcome).inc()


def registry_of(database: Database, folder: Path, counters: Counters | None) -> CollectorRegistry:
    """Return the metrics of one process; without counters, only those that all processes share."""
    registry = counters.registry if counters else CollectorRegistry()
    registry.register(Health(database, folder))
    ProcessCollector(registry=registry)
    return registry


class Health(Collector):
    """Takes a snapshot of the website's health whenever Prometheus scrapes it."""

    def __init__(self, database: Database, folder: Path, *, clock: Clock = clocks.now) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Return nothing: names alone would already need the database at registration."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; only the first one if the database cannot be used."""
        now = self._clock()
        try:
            snapshot = take_snapshot(self._database, self._folder, now)
            responses = recent_responses(self._database, now)
        except StorageError:
            values: dict[str, Value] = {"website_database_usable": 0}
        else:
            values = _values(snapshot, responses)
        for name, value in values.items():
            yield _gauge(name, value)


def _values(snapshot: HealthSnapshot, responses: Responses) -> dict[str, Value]:
    """Return the values of the gauges; of those with a label, by its value."""

    def age(moment: datetime.datetime | None) -> float:
        return (snapshot.at - moment).total_seconds() if moment else 0.0

    backlog, disk, jobs = snapshot.backlog, snapshot.disk, snapshot.jobs
    accepted = snapshot.received - snapshot.quarantined
    times = {"0.5": responses.median, "0.9": responses.nine_of_ten}
    values: dict[str, Value] = {
        "website_database_usable": 1,
        "website_deliveries": {"pending": backlog.pending, "dead": backlog.dead},
        "website_delivery_oldest_age_seconds": age(backlog.oldest),
        "website_delivery_neglected_seconds": age(snapshot.neglected_since),
        "website_leads_last_day": {"accepted": accepted, "quarantined": snapshot.quarantined},
        "website_leads_quarantined_usual": snapshot.usually_quarantined,
        "website_first_response_seconds": {
            key: time.total_seconds() for key, time in times.items() if time is not None
        },
        "website_first_response_missing": responses.unanswered,
        "website_job_age_seconds": {
            name: age(row.succeeded_at or row.known_since) for name, row in jobs.items()
        },
        "website_job_patience_seconds": {name: row.patience for name, row in jobs.items()},
        "website_job_failing": {name: bool(row.error) for name, row in jobs.items()},
        "website_disk_free_bytes": disk.free,
        "website_disk_size_bytes": disk.total,
        "website_concern": {alert.key: 1 for alert in active_alerts(snapshot)},
    }
    canary = jobs.get("canary")
    if canary and canary.succeeded_at:
        values["website_canary_age_seconds"] = age(canary.succeeded_at)
    return values


def _gauge(name: str, value: Value) -> Metric:
    gauge = toml_tables.beside(__file__, "metrics.toml")[name]
    if not isinstance(value, Mapping):
        return GaugeMetricFamily(name, gauge["meaning"], value=value)
    family = GaugeMetricFamily(name, gauge["meaning"], labels=[gauge["label"]])
    for key, each in value.items():
        family.add_metric([key], each)
    return family
