"""Kills the running site under load, again and again, and looks for what was acknowledged."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path

from support.groups import START, Site, running
from support.postgres import PostgreSQL
from support.processes import children
from support.questionnaire import questionnaire
from support.senders import requests, send_without_pause
from support.waiting import wait_until
from website.config import Settings
from website.infra import clock
from website.leads.deliveries import DeliveryFilter
from website.leads.models import Delivery, DeliveryState
from website.leads.outbox import LEASE
from website.leads.services import open_leads, open_outbox

CONNECTIONS = 8
BEFORE_A_CRASH = (0.3, 1.5)
"""Seconds of load, at the least and at the most."""
DRAIN = 300.0
"""Seconds in which it must have delivered what is due after the last crash."""


@dataclass(frozen=True)
class Outcome:
    """What is left after all crashes."""

    rounds: int
    database_crashes: int
    acknowledged: int
    """References that a client has received with a 303."""
    lost: tuple[str, ...]
    """Those of them that nobody finds any more."""
    undelivered: tuple[str, ...]
    """Deliveries that are still owed, withheld or given up, and why."""
    without_mail: tuple[str, ...]
    """Acknowledged, but no mail tells of them."""
    mailed_twice: tuple[str, ...]
    """Told of under two identifiers, so that a mail program could not see the repetition."""
    intact: bool
    """Whether the database finds nothing wrong in itself."""

    @property
    def good(self) -> bool:
        """Whether every promise was kept."""
        broken = (self.lost, self.undelivered, self.without_mail, self.mailed_twice)
        return self.intact and not any(broken)


def crash(site: Site, *, rounds: int, server: PostgreSQL | None = None) -> Outcome:
    """Crash a site under load so many times, and look what is left.

    :param server: its database, which is killed with it in every third round, from the first on.
    """
    acknowledged: set[str] = set()
    database_crashes = 0
    for number in range(rounds):
        site.start()
        with futures.ThreadPoolExecutor(1) as pool:
            sending = pool.submit(
                send_without_pause,
                site.port,
                requests(site.port),
                connections=CONNECTIONS,
                seconds=START,
            )
            time.sleep(random.uniform(*BEFORE_A_CRASH))  # noqa: S311 - nothing here is secret
            if server and number % 3 == 0:
                kill(server)
                database_crashes += 1
            site.kill()
            acknowledged |= {
                answer.reference for answer in sending.result() if answer.status == 303
            }
        if server and number % 3 == 0:
            server.start()
    with running(site):
        _wait_until_nothing_is_due(site.settings)
    deliver_what_died(site.settings)
    return _outcome(site, rounds, database_crashes, acknowledged)


def kill(server: PostgreSQL) -> None:
    """Kill every process of a database server without a word."""
    ((folder,),) = server.execute("SHOW data_directory")
    leader = int((Path(folder) / "postmaster.pid").read_text().split()[0])
    started = children(leader)
    server.stop(signal.SIGKILL)
    for child in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    wait_until(
        lambda: not any(Path(f"/proc/{child}/exe").exists() for child in started),
        "all processes of PostgreSQL gone",
        START,
    )


def deliver_what_died(settings: Settings) -> None:
    """Deliver what killed processes had taken, as happens by itself after their leases."""
    outbox = open_outbox(settings, questionnaire)
    later = LEASE + datetime.timedelta(minutes=1)
    try:
        dataclasses.replace(outbox, clock=lambda: clock.now() + later).deliver_due()
    finally:
        outbox.database.close()


def _wait_until_nothing_is_due(settings: Settings) -> None:
    leads = open_leads(settings, questionnaire)
    try:
        wait_until(
            lambda: leads.deliveries.neglected_since() is None, "all that is due delivered", DRAIN
        )
    finally:
        leads.close()


def _outcome(site: Site, rounds: int, database_crashes: int, acknowledged: set[str]) -> Outcome:
    listed = set(site.flask("leads", "list", "--references").split())
    mails = Counter(site.mails())
    return Outcome(
        rounds=rounds,
        database_crashes=database_crashes,
        acknowledged=len(acknowledged),
        lost=tuple(sorted(acknowledged - listed)),
        undelivered=_undelivered(site.settings),
        without_mail=tuple(sorted(acknowledged - mails.keys())),
        mailed_twice=tuple(reference for reference, count in mails.items() if count > 1),
        intact=_is_intact(site.settings),
    )


def _undelivered(settings: Settings) -> tuple[str, ...]:
    leads = open_leads(settings, questionnaire)
    try:
        states = tuple(state for state in DeliveryState if state is not DeliveryState.SENT)
        return tuple(map(_told, leads.deliveries.find(DeliveryFilter(states=states))))
    finally:
        leads.close()


def _told(delivery: Delivery) -> str:
    return f"{delivery.lead.reference} {delivery.state}: {delivery.attempts}, {delivery.last_error}"


def _is_intact(settings: Settings) -> bool:
    """Ask SQLite; PostgreSQL has no such question, it would not have started."""
    if not settings.is_one_machine:
        return True
    file = settings.instance_dir / "website.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as database:
        return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
