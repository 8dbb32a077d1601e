"""Which concerns somebody is told of, and when: a small account of what stands and what is over.

A alert is told when it has stood for two looks, again after a day, and once more when it is over.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.infra import leases, moments
from website.ops.monitoring.alerts import IMMEDIATE, kind_of
from website.ops.monitoring.models import Alarm

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from website.ops.monitoring.alerts import Alert, AlertKind

STOOD = datetime.timedelta(seconds=50)
"""What is seen only once passes by itself: somewhat less than the minute between two looks."""
AGAIN = datetime.timedelta(days=1)
LEASE = datetime.timedelta(minutes=2)
"""Longer than telling may take; after a failure it is tried again then."""
KEPT = datetime.timedelta(days=8)
"""After the all-clear, for the weekly mail."""


@dataclass
class AlertState:
    """What stands, and what is over, at one moment."""

    alarms: list[Alarm]
    now: datetime.datetime

    def follow(
        self, found: Iterable[Alert], suppressed_kinds: Collection[AlertKind] = ()
    ) -> tuple[list[Alarm], list[Alarm]]:
        """Enter what was found, and what was not found any more.

        :param suppressed_kinds: what could not be judged, and so stays as it is.
        :returns: alarms that are new, and those to be forgotten.
        """
        known = {alarm.key: alarm for alarm in self.alarms}
        concerns = {alert.key: alert for alert in found}
        new = [
            Alarm(key=alert.key, since=self.now)
            for alert in concerns.values()
            if alert.key not in known
        ]
        self.alarms += new
        for alarm in self.alarms:
            if alert := concerns.get(alarm.key):
                self._stands(alarm)
                if self._is_untold(alarm):
                    alarm.text, alarm.advice = alert.text, alert.advice
            elif alarm.over_since is None and kind_of(alarm.key) not in suppressed_kinds:
                alarm.over_since = self.now
        gone = [alarm for alarm in self.alarms if self._is_forgotten(alarm)]
        self.alarms = [alarm for alarm in self.alarms if alarm not in gone]
        return new, gone

    def claim(self) -> list[Alarm]:
        """Take what is to be told now, so that nobody else tells it meanwhile."""
        due = [alarm for alarm in self.alarms if self._is_due(alarm)]
        for alarm in due:
            alarm.leased_until = self.now + LEASE
        return due

    def told(self, claimed: Iterable[Alarm]) -> None:
        """Note that somebody has been told of alarms, as they were when they were claimed."""
        stood = {alarm.key: alarm.over_since is None for alarm in claimed}
        for alarm in self.alarms:
            if alarm.key in stood:
                alarm.leased_until = None
                if stood[alarm.key]:
                    alarm.told_at = self.now
                else:
                    alarm.cleared_at = self.now

    def _stands(self, alarm: Alarm) -> None:
        if alarm.cleared_at:  # it has come back
            alarm.since, alarm.told_at, alarm.cleared_at = self.now, None, None
        alarm.over_since = None

    def _is_untold(self, alarm: Alarm) -> bool:
        """Whether its next telling is of what is seen now; what is over quotes what was told."""
        return alarm.told_at is None or self._age(alarm.told_at) >= AGAIN

    def _is_due(self, alarm: Alarm) -> bool:
        if self._is_leased(alarm):
            return False
        if alarm.over_since is None:
            told = alarm.told_at
            again = told is None or self._age(told) >= AGAIN
            return again and (kind_of(alarm.key) in IMMEDIATE or self._age(alarm.since) >= STOOD)
        return alarm.cleared_at is None and self._age(alarm.over_since) >= STOOD

    def _age(self, moment: datetime.datetime) -> datetime.timedelta:
        return moments.age(moment, self.now)

    def _is_leased(self, alarm: Alarm) -> bool:
        return leases.is_taken(alarm, self.now, LEASE)

    def _is_forgotten(self, alarm: Alarm) -> bool:
        if alarm.over_since is None or self._is_leased(alarm):
            return False
        if alarm.told_at is None:
            return True  # it passed before anybody was told
        return alarm.cleared_at is not None and self._age(alarm.cleared_at) > KEPT
