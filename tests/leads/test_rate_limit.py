from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select

from support.leads import KEYS, NOON, HandClock, Sender
from website.exceptions import TooManyLeads
from website.infra.database import Database
from website.leads import rate_limit
from website.leads.housekeeping import tidy
from website.leads.models import Visit
from website.leads.store import LeadStore


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::1", True),
    ],
)
def test_visitors_are_told_apart_by_what_is_theirs(one: str, other: str, *, same: bool) -> None:
    assert (rate_limit.names(KEYS, one, NOON) == rate_limit.names(KEYS, other, NOON)) is same


def test_what_is_no_address_is_nobody() -> None:
    for text in ("", "unknown", "a.b.c.d", "203.0.113.7, 203.0.113.8"):
        assert rate_limit.names(KEYS, text, NOON) == ()


def test_the_hash_of_a_visitor_changes_every_day_and_counts_on_after_midnight() -> None:
    today, yesterday = rate_limit.names(KEYS, "203.0.113.7", NOON)
    tomorrow = rate_limit.names(KEYS, "203.0.113.7", NOON + datetime.timedelta(days=1))
    assert tomorrow[1] == today
    assert len({today, yesterday, tomorrow[0]}) == 3


def test_many_leads_in_a_short_time_are_a_reason_and_no_more(
    send: Sender, store: LeadStore
) -> None:
    receipts = [send(visitor="203.0.113.7") for _ in range(rate_limit.MANY + 1)]
    reasons = [dict(lead.spam_reasons) for lead in reversed(store.newest())]
    assert ["pace" in found for found in reasons] == [False] * rate_limit.MANY + [True]
    assert not any(receipt.quarantined for receipt in receipts)


@pytest.mark.slow
def test_twenty_colleagues_behind_one_address_all_get_through(send: Sender) -> None:
    assert not any(send(visitor="203.0.113.7").quarantined for _ in range(20))


@pytest.mark.slow
def test_a_flood_from_one_address_ends_and_another_visitor_notices_nothing(
    send: Sender, store: LeadStore, clock: HandClock
) -> None:
    for _ in range(rate_limit.TOO_MANY):
        send(visitor="203.0.113.7")
    with pytest.raises(TooManyLeads):
        send(visitor="203.0.113.7")
    assert send(visitor="203.0.113.8").reference
    assert send(visitor="").reference, "an address that is not known limits nobody"
    assert len(store.newest(100)) == rate_limit.TOO_MANY + 2
    clock.forward(minutes=59)
    with pytest.raises(TooManyLeads):
        send(visitor="203.0.113.7")
    clock.forward(minutes=1)
    assert send(visitor="203.0.113.7").reference


@pytest.mark.slow
def test_midnight_does_not_help_a_flood(send: Sender, clock: HandClock) -> None:
    clock.moment = NOON.replace(hour=23, minute=50)
    for _ in range(rate_limit.TOO_MANY):
        send(visitor="203.0.113.7")
    clock.forward(minutes=20)
    with pytest.raises(TooManyLeads):
        send(visitor="203.0.113.7")


def test_a_week_later_nothing_is_left(send: Sender, database: Database, clock: HandClock) -> None:
    send(visitor="203.0.113.7")
    clock.forward(days=7, seconds=-1)
    tidy(database, clock())
    with database.reading() as session:
        assert len(session.scalars(select(Visit)).all()) == 1
    clock.forward(seconds=1)
    tidy(database, clock())
    with database.reading() as session:
        assert session.scalars(select(Visit)).all() == []
