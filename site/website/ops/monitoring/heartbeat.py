"""Heartbeat: every minute each process signs in, checks the website's health and sends alerts.

The worker and the web process both do, so that each notices if the other is gone. The database
records what was sent, so that only one of them sends it. If the database cannot be used, each
process remembers that itself, and one process of a machine sends the alert.
"""

import contextlib
import datetime
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from website.config import Settings
from website.exceptions import StorageError
from website.infra import clock as clocks
from website.infra import clock_skew, locks
from website.infra.database import Database, insert_new
from website.ops.monitoring import alert_channels, alerts
from website.ops.monitoring.health_snapshot import take_snapshot
from website.ops.monitoring.models import AlertRecord, ProcessStatus

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two checks."""


@dataclass
class Heartbeat:
    """The heartbeat of one process."""

    database: Database
    folder: Path
    """The instance folder."""
    channels: Sequence[alert_channels.AlertChannel]
    _: KW_ONLY
    role: str
    """The kind of process: ``web`` or ``worker``."""
    site: str
    """Host name of the website, for messages."""
    clock: clocks.Clock = clocks.now
    _outage: list[AlertRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = MachineLock(self.folder)

    def run_forever(self, stop: threading.Event) -> None:
        """Check repeatedly until stopped, whatever fails."""
        while not stop.is_set():
            try:
                self.check()
            except Exception:
                log.exception("The heartbeat failed")
            stop.wait(EVERY)

    def check(self) -> None:
        """Check once, and send what is due."""
        now = self.clock()
        try:
            self._check(now)
        except StorageError as error:
            self._without_database(now, str(error))
        else:
            self._without_database(now, "")

    def _check(self, now: datetime.datetime) -> None:
        before = self._record(now)
        snapshot = take_snapshot(self.database, self.folder, now, seen=before)
        with self.database.writing() as session:
            state = _alert_state(session, now)
            suppressed = alerts.suppressed_kinds(snapshot)
            found = [one for one in alerts.active_alerts(snapshot) if one.kind not in suppressed]
            new, gone = state.update(found, suppressed)
            session.add_all(new)
            for record in gone:
                session.delete(record)
            due = state.claim()
        if due and self._send(due):
            with self.database.writing() as session:
                _alert_state(session, now).mark_sent(due)

    def _record(self, now: datetime.datetime) -> datetime.datetime:
        """Record that this process is alive.

        :returns: the previous heartbeat; now if there was none.
        """
        with self.database.writing() as session:
            insert_new(session, ProcessStatus, role=self.role, since=now, looked_at=now)
            row = session.get_one(ProcessStatus, self.role, with_for_update=True)
            before = row.looked_at
            if clock_skew.age(before, now) > alerts.SILENCE or clock_skew.is_ahead(row.since, now):
                row.since = now
            row.looked_at = now
            return before

    def _without_database(self, now: datetime.datetime, reason: str) -> None:
        """Check the database alone, with the state in memory.

        :param reason: why it cannot be used; empty if it can.
        """
        state = alerts.AlertState(self._outage, now)
        state.update([alerts.database_alert(reason)] if reason else [])
        if state.records and self._lock.acquire():
            due = state.claim()
            if due and self._send(due):
                state.mark_sent(due)
        self._outage = [record for record in state.records if not record.cleared_at]
        if not self._outage:
            self._lock.release()

    def _send(self, records: Sequence[AlertRecord]) -> bool:
        return alert_channels.send(self.channels, *alerts.message(records, self.site))


@contextlib.contextmanager
def running(database: Database, settings: Settings, role: str) -> Iterator[None]:
    """Run the heartbeat of a process in a thread during a block, if any channel is configured.

    :param role: ``web`` or ``worker``.
    :raises ConfigurationError: if a channel is unusable.
    """
    channels = alert_channels.channels_for(settings)
    if not channels:
        yield
        return
    stop = threading.Event()
    heartbeat = Heartbeat(database, settings.instance_dir, channels, role=role, site=settings.host)
    # A check under way may wait for a dead mail server: the process does not.
    threading.Thread(
        target=heartbeat.run_forever, args=(stop,), name="heartbeat", daemon=True
    ).start()
    try:
        yield
    finally:
        stop.set()


class MachineLock:
    """Held by the one process of a machine that sends alerts, until it ends.

    A lock on the folder itself needs no space on the disk, and no permission to write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: int | None = None

    def acquire(self) -> bool:
        """Return whether this process holds the lock now; also true if locking is impossible."""
        try:
            if self._opened is None:
                self._opened = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            return locks.take(self._opened)
        except OSError:
            return True

    def release(self) -> None:
        """Release the lock."""
        if self._opened is not None:
            with contextlib.suppress(OSError):
                os.close(self._opened)
            self._opened = None


def _alert_state(session: Session, now: datetime.datetime) -> alerts.AlertState:
    # One process at a time, also on PostgreSQL: two would enter the same alert.
    session.scalars(select(ProcessStatus).order_by(ProcessStatus.role).with_for_update()).all()
    return alerts.AlertState([*session.scalars(select(AlertRecord).with_for_update())], now)
