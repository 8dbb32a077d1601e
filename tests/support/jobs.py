"""The worker's jobs, one after the other instead of each in a thread of its own."""

from __future__ import annotations

from website.ops.monitoring.jobs import Schedule


def run_due(schedule: Schedule) -> int:
    """Run what is due as the worker's threads do.

    :returns: how many jobs were started.
    """
    return sum(schedule.run_if_due(job) for job in schedule.jobs)
