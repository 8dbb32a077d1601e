"""Alert state: which alarms are active or resolved, and when a message on them is due.

An alert is sent when two checks in a row have found it, again after a day, and once more when it is
resolved.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from website.infra import clock_skew, leases
from website.ops.monitoring.alerts import IMMEDIATE, Alert, AlertKind, kind_of
from website.ops.monitoring.models import Alarm

CONFIRM_AFTER = datetime.timedelta(seconds=50)
"""What only one check finds passes by itself: somewhat less than the minute between two."""
REPEAT_AFTER = datetime.timedelta(days=1)
LEASE = datetime.timedelta(minutes=2)
"""Longer than sending may take; after a failure it is tried again then."""
KEPT = datetime.timedelta(days=8)
"""After the all-clear, for the weekly report."""


@dataclass
class AlertState:
    """The alarms at one moment."""

    alarms: list[Alarm]
    now: datetime.datetime

    def update(
        self, found: Iterable[Alert], suppressed: Collection[AlertKind] = ()
    ) -> tuple[list[Alarm], list[Alarm]]:
        """Apply what was found, and what was not found any more.

        :param suppressed: kinds that are not judged now, and so stay as they are.
        :returns: new alarms, and those to be deleted.
        """
        known = {alarm.key: alarm for alarm in self.alarms}
        alerts = {alert.key: alert for alert in found}
        new = [
            Alarm(key=alert.key, since=self.now)
            for alert in alerts.values()
            if alert.key not in known
        ]
        self.alarms += new
        for alarm in self.alarms:
            if alert := alerts.get(alarm.key):
                self._activate(alarm)
                if self._may_change(alarm):
                    alarm.text, alarm.advice = alert.text, alert.advice
            elif alarm.over_since is None and kind_of(alarm.key) not in suppressed:
                alarm.over_since = self.now
        gone = [alarm for alarm in self.alarms if self._is_obsolete(alarm)]
        self.alarms = [alarm for alarm in self.alarms if alarm not in gone]
        return new, gone

    def claim(self) -> list[Alarm]:
        """Lease the alarms that are due, so that no other process sends them meanwhile."""
        due = [alarm for alarm in self.alarms if self._is_due(alarm)]
        for alarm in due:
            alarm.leased_until = self.now + LEASE
        return due

    def mark_sent(self, claimed: Iterable[Alarm]) -> None:
        """Store that alarms have been sent, as they were when they were claimed."""
        was_active = {alarm.key: alarm.over_since is None for alarm in claimed}
        for alarm in self.alarms:
            if alarm.key in was_active:
                alarm.leased_until = None
                if was_active[alarm.key]:
                    alarm.told_at = self.now
                else:
                    alarm.cleared_at = self.now

    def _activate(self, alarm: Alarm) -> None:
        if alarm.cleared_at:  # it has come back
            alarm.since, alarm.told_at, alarm.cleared_at = self.now, None, None
        alarm.over_since = None

    def _may_change(self, alarm: Alarm) -> bool:
        """Return whether its text may change; the all-clear quotes the last one that was sent."""
        return alarm.told_at is None or self._age(alarm.told_at) >= REPEAT_AFTER

    def _is_due(self, alarm: Alarm) -> bool:
        if self._is_leased(alarm):
            return False
        if alarm.over_since is None:
            return self._may_change(alarm) and (
                kind_of(alarm.key) in IMMEDIATE or self._age(alarm.since) >= CONFIRM_AFTER
            )
        return alarm.cleared_at is None and self._age(alarm.over_since) >= CONFIRM_AFTER

    def _age(self, moment: datetime.datetime) -> datetime.timedelta:
        return clock_skew.age(moment, self.now)

    def _is_leased(self, alarm: Alarm) -> bool:
        return leases.is_taken(alarm, self.now, LEASE)

    def _is_obsolete(self, alarm: Alarm) -> bool:
        if alarm.over_since is None or self._is_leased(alarm):
            return False
        if alarm.told_at is None:
            return True  # it passed before it was sent
        return alarm.cleared_at is not None and self._age(alarm.cleared_at) > KEPT
