"""What Prometheus is told: what this process has counted, and what can be seen of the website.

No label holds what a visitor has sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from website.exceptions import StorageError
from website.infra import clock as clocks
from website.ops.monitoring.alerts import active_alerts
from website.ops.monitoring.health_history import recent_responses
from website.ops.monitoring.health_snapshot import take_snapshot

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_client import Metric

    from website.infra.clock import Clock
    from website.infra.database import Database
    from website.leads.statistics import Responses
    from website.ops.monitoring.health_snapshot import HealthSnapshot

OUTCOMES = (
    "accepted",
    "quarantined",
    "refused",
    "foreign",
    "too-large",
    "rate-limited",
    "not-stored",
)
"""What may become of a form that was sent."""


class Counters:
    """What one process counts from its start on."""

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
    """Join all that is told by one process; without counters, what all of them can see."""
    registry = counters.registry if counters else CollectorRegistry()
    registry.register(Health(database, folder))
    ProcessCollector(registry=registry)
    return registry


class Health(Collector):
    """Looks at the website's health each time it is asked."""

    def __init__(self, database: Database, folder: Path, *, clock: Clock = clocks.now) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: that would mean to look at the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Tell what can be seen now."""
        now = self._clock()
        usable = GaugeMetricFamily("website_database_usable", "Whether the database can be read.")
        try:
            snapshot = take_snapshot(self._database, self._folder, now)
            responses = recent_responses(self._database, now)
        except StorageError:
            usable.add_metric([], 0)
            yield usable
            return
        usable.add_metric([], 1)
        yield usable
        yield from _of_deliveries(snapshot)
        yield from _of_leads(snapshot, responses)
        yield from _of_jobs(snapshot)
        yield _one("website_disk_free_bytes", "Room left beside the database.", snapshot.disk.free)
        yield _one("website_disk_size_bytes", "All room of that disk.", snapshot.disk.total)
        standing = GaugeMetricFamily(
            "website_concern",
            "What the website itself finds wrong, as at its status page.",
            labels=["key"],
        )
        for alert in active_alerts(snapshot):
            standing.add_metric([alert.key], 1)
        yield standing


def _of_deliveries(snapshot: HealthSnapshot) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "website_deliveries", "Messages not delivered yet, or given up.", labels=["state"]
    )
    waiting.add_metric(["pending"], snapshot.backlog.pending)
    waiting.add_metric(["dead"], snapshot.backlog.dead)
    yield waiting
    yield _one(
        "website_delivery_oldest_age_seconds",
        "Age of the oldest message not delivered yet; 0 if there is none.",
        _age(snapshot, snapshot.backlog.oldest),
    )
    yield _one(
        "website_delivery_neglected_seconds",
        "How long the oldest due message has waited for its attempt; 0 if there is none.",
        _age(snapshot, snapshot.neglected_since),
    )


def _of_leads(snapshot: HealthSnapshot, responses: Responses) -> Iterator[Metric]:
    received = GaugeMetricFamily(
        "website_leads_last_day", "Leads of the last 24 hours.", labels=["outcome"]
    )
    received.add_metric(["accepted"], snapshot.received - snapshot.quarantined)
    received.add_metric(["quarantined"], snapshot.quarantined)
    yield received
    yield _one(
        "website_leads_quarantined_usual",
        "Leads in quarantine a day, on average over the four weeks before.",
        snapshot.usually_quarantined,
    )
    times = GaugeMetricFamily(
        "website_first_response_seconds",
        "Time to the first response to the leads of the last seven days.",
        labels=["quantile"],
    )
    for quantile, time in (("0.5", responses.median), ("0.9", responses.nine_of_ten)):
        if time is not None:
            times.add_metric([quantile], time.total_seconds())
    yield times
    yield _one(
        "website_first_response_missing",
        "Leads of the last seven days without a response.",
        responses.unanswered,
    )


def _of_jobs(snapshot: HealthSnapshot) -> Iterator[Metric]:
    age = GaugeMetricFamily(
        "website_job_age_seconds",
        "Time since a job last succeeded, or since it is known if it never did.",
        labels=["job"],
    )
    patience = GaugeMetricFamily(
        "website_job_patience_seconds", "Age from which on something is wrong.", labels=["job"]
    )
    failing = GaugeMetricFamily(
        "website_job_failing", "Whether a job has failed since it last succeeded.", labels=["job"]
    )
    for name, job in snapshot.jobs.items():
        age.add_metric([name], _age(snapshot, job.succeeded_at or job.known_since))
        patience.add_metric([name], job.patience)
        failing.add_metric([name], bool(job.error))
    yield from (age, patience, failing)
    canary = snapshot.jobs.get("canary")
    if canary and canary.succeeded_at:
        yield _one(
            "website_canary_age_seconds",
            "Time since the canary last came through.",
            _age(snapshot, canary.succeeded_at),
        )


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _age(snapshot: HealthSnapshot, moment: datetime.datetime | None) -> float:
    return (snapshot.at - moment).total_seconds() if moment else 0.0
