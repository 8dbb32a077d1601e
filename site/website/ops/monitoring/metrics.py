"""Metrics for Prometheus: counters of this process, and gauges of the website's health.

No label holds what a visitor has sent.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from website.exceptions import StorageError
from website.infra import clock as clocks
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
"""Of a form that was posted."""


class Counters:
    """The counters of one process, from its start on."""

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
    """Return the metrics of one process; without counters, only those that are the same in all."""
    registry = counters.registry if counters else CollectorRegistry()
    registry.register(Health(database, folder))
    ProcessCollector(registry=registry)
    return registry


class Health(Collector):
    """Takes a snapshot of the website's health each time Prometheus asks."""

    def __init__(self, database: Database, folder: Path, *, clock: Clock = clocks.now) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Return nothing: names alone would need the database already at registration."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; only the first while the database cannot be used."""
        now = self._clock()
        usable = "website_database_usable", "Whether the database can be read."
        try:
            snapshot = take_snapshot(self._database, self._folder, now)
            responses = recent_responses(self._database, now)
        except StorageError:
            yield _gauge(*usable, 0)
            return
        yield _gauge(*usable, 1)
        yield from _gauges(snapshot, responses)


def _gauges(snapshot: HealthSnapshot, responses: Responses) -> Iterator[Metric]:
    def age(moment: datetime.datetime | None) -> float:
        return (snapshot.at - moment).total_seconds() if moment else 0.0

    backlog, disk, jobs = snapshot.backlog, snapshot.disk, snapshot.jobs
    yield _gauge(
        "website_deliveries",
        "Messages not delivered yet, or given up.",
        state={"pending": backlog.pending, "dead": backlog.dead},
    )
    yield _gauge(
        "website_delivery_oldest_age_seconds",
        "Age of the oldest message not delivered yet; 0 if there is none.",
        age(backlog.oldest),
    )
    yield _gauge(
        "website_delivery_neglected_seconds",
        "How long the oldest due message has waited for its attempt; 0 if there is none.",
        age(snapshot.neglected_since),
    )
    accepted = snapshot.received - snapshot.quarantined
    yield _gauge(
        "website_leads_last_day",
        "Leads of the last 24 hours.",
        outcome={"accepted": accepted, "quarantined": snapshot.quarantined},
    )
    yield _gauge(
        "website_leads_quarantined_usual",
        "Leads in quarantine a day, on average over the four weeks before.",
        snapshot.usually_quarantined,
    )
    times = {"0.5": responses.median, "0.9": responses.nine_of_ten}
    yield _gauge(
        "website_first_response_seconds",
        "Time to the first response to the leads of the last seven days.",
        quantile={key: time.total_seconds() for key, time in times.items() if time is not None},
    )
    yield _gauge(
        "website_first_response_missing",
        "Leads of the last seven days without a response.",
        responses.unanswered,
    )
    yield _gauge(
        "website_job_age_seconds",
        "Time since a job last succeeded, or since it is known if it never did.",
        job={name: age(row.succeeded_at or row.known_since) for name, row in jobs.items()},
    )
    yield _gauge(
        "website_job_patience_seconds",
        "Age of a job from which on something is wrong.",
        job={name: row.patience for name, row in jobs.items()},
    )
    yield _gauge(
        "website_job_failing",
        "Whether a job has failed since it last succeeded.",
        job={name: bool(row.error) for name, row in jobs.items()},
    )
    canary = jobs.get("canary")
    if canary and canary.succeeded_at:
        meaning = "Time since the canary last came through."
        yield _gauge("website_canary_age_seconds", meaning, age(canary.succeeded_at))
    yield _gauge("website_disk_free_bytes", "Free room on the database's disk.", disk.free)
    yield _gauge("website_disk_size_bytes", "Size of the database's disk.", disk.total)
    yield _gauge(
        "website_concern",
        "What the website itself finds wrong, as on its status page.",
        key={alert.key: 1 for alert in active_alerts(snapshot)},
    )


def _gauge(
    name: str, meaning: str, value: float | None = None, **by_label: Mapping[str, float]
) -> Metric:
    """Return a gauge with one value, or with several by one label."""
    if not by_label:
        return GaugeMetricFamily(name, meaning, value=value)
    [(label, values)] = by_label.items()
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for key, each in values.items():
        family.add_metric([key], each)
    return family
