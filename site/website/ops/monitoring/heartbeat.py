"""Looks every minute whether all is well, and tells somebody if not.

The worker and the web process both do, so that each notices when the other is gone. What is told is
written down in the database, and so told by one of them; only that the database cannot be used each
process must remember by itself, and one of a machine speaks.
"""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING

from sqlalchemy import select

from website.exceptions import StorageError
from website.infra import clock as clocks
from website.infra import locks, moments
from website.infra.database import insert_new
from website.ops.monitoring import alert_channels, alert_messages
from website.ops.monitoring.alert_state import AlertState
from website.ops.monitoring.alerts import SILENCE, active_alerts, database_alert, suppressed_kinds
from website.ops.monitoring.health_snapshot import take_snapshot
from website.ops.monitoring.models import Alarm, ProcessStatus

if TYPE_CHECKING:
    import datetime
    import threading
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from website.infra.clock import Clock
    from website.infra.database import Database
    from website.ops.monitoring.alert_channels import AlertChannel

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two looks."""


class Heartbeat:
    """What one process does to watch over the website.

    :param folder: the instance folder.
    :param role: which kind of process this is: ``web`` or ``worker``.
    :param site: host of the website, for the messages.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        channels: Sequence[AlertChannel],
        *,
        role: str,
        site: str,
        clock: Clock = clocks.now,
    ) -> None:
        self._database = database
        self._folder = folder
        self._channels = channels
        self._role = role
        self._site = site
        self._clock = clock
        self._outage: list[Alarm] = []
        self._turn = MachineLock(folder)

    def run_forever(self, stop: threading.Event) -> None:
        """Look until told to stop, whatever happens."""
        while not stop.is_set():
            try:
                self.check()
            except Exception:
                log.exception("The watch failed")
            stop.wait(EVERY)

    def check(self) -> None:
        """Look once, and tell what is to be told."""
        now = self._clock()
        try:
            self._look(now)
        except StorageError as error:
            self._without_database(now, str(error))
        else:
            self._without_database(now, "")

    def _look(self, now: datetime.datetime) -> None:
        before = self._sign_in(now)
        snapshot = take_snapshot(self._database, self._folder, now, seen=before)
        with self._database.writing() as session:
            account = _account(session, now)
            left_open = suppressed_kinds(snapshot)
            found = [one for one in active_alerts(snapshot) if one.kind not in left_open]
            new, gone = account.follow(found, left_open)
            session.add_all(new)
            for alarm in gone:
                session.delete(alarm)
            due = account.claim()
        if due and self._tell(due):
            with self._database.writing() as session:
                _account(session, now).told(due)

    def _sign_in(self, now: datetime.datetime) -> datetime.datetime:
        """Note that this process looks now.

        :returns: when it has looked before; now if never.
        """
        with self._database.writing() as session:
            insert_new(session, ProcessStatus, role=self._role, since=now, looked_at=now)
            row = session.get_one(ProcessStatus, self._role, with_for_update=True)
            before = row.looked_at
            if moments.age(before, now) > SILENCE or moments.is_ahead(row.since, now):
                row.since = now
            row.looked_at = now
            return before

    def _without_database(self, now: datetime.datetime, reason: str) -> None:
        """Do the same for the outage of the database, from memory."""
        account = AlertState(self._outage, now)
        account.follow([database_alert(reason)] if reason else [])
        if account.alarms and self._turn.acquire():
            due = account.claim()
            if due and self._tell(due):
                account.told(due)
        self._outage = [alarm for alarm in account.alarms if not alarm.cleared_at]
        if not self._outage:
            self._turn.release()

    def _tell(self, alarms: Sequence[Alarm]) -> bool:
        return alert_channels.send(self._channels, *alert_messages.compose(alarms, self._site))


class MachineLock:
    """Whose turn it is to speak on this machine: one process's, until that ends.

    A lock on the folder itself needs no room on the disk, and no right to write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: int | None = None

    def acquire(self) -> bool:
        """Take the turn, if nobody else has it. In doubt rather speak twice than never."""
        if self._held is not None:
            return True
        try:
            number = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return True
        try:
            is_ours = locks.take(number)
        except OSError:
            os.close(number)
            return True
        if is_ours:
            self._held = number
        else:
            os.close(number)
        return is_ours

    def release(self) -> None:
        """Let others speak."""
        if self._held is not None:
            with contextlib.suppress(OSError):
                os.close(self._held)
            self._held = None


def _account(session: Session, now: datetime.datetime) -> AlertState:
    # One process at a time, also on PostgreSQL: two would enter the same alert.
    session.scalars(select(ProcessStatus).order_by(ProcessStatus.role).with_for_update()).all()
    return AlertState([*session.scalars(select(Alarm).with_for_update())], now)
