"""Which requests the staff are shown, on both databases."""

from __future__ import annotations

import datetime

import pytest

from support.leads import ANSWERS, HandClock, Sender
from website.leads import store as store_module
from website.leads.models import LeadStatus
from website.leads.store import DueFilter, LeadStore, Order, ResultPage, Wanted
from website.leads.workflow import LeadChange, LeadEntry, LeadWork, Workflow

TODAY = datetime.date(2026, 11, 23)


def numbers(page: ResultPage) -> list[str]:
    return [lead.reference for lead in page.leads]


def test_pages_follow_each_other_and_one_beyond_the_last_is_the_last(
    send: Sender, store: LeadStore
) -> None:
    sent = [send().reference for _ in range(5)]
    first, second, beyond = (
        store.page(Wanted(order=Order.OLDEST), number=number, size=2) for number in (1, 2, 99)
    )
    assert numbers(first) + numbers(second) == sent[:4]
    assert (numbers(beyond), beyond.number, beyond.count, beyond.total) == (sent[4:], 3, 3, 5)


def test_no_requests_are_one_empty_page(store: LeadStore) -> None:
    page = store.page(Wanted(), number=7)
    assert (numbers(page), page.number, page.count, page.total) == ([], 1, 1, 0)


def test_what_waits_longest_stands_first_and_what_is_done_nowhere(
    send: Sender, workflow: Workflow, store: LeadStore, clock: HandClock
) -> None:
    sent = [send().reference for _ in range(6) if clock.forward(hours=1) is None]
    workflow.change(
        sent[2:4], LeadChange(status=LeadStatus.QUALIFIED, follow_up_on=TODAY), actor="x"
    )
    workflow.change(
        [sent[3]], LeadChange(follow_up_on=TODAY - datetime.timedelta(days=1)), actor="x"
    )
    workflow.record(sent[4], LeadEntry(answered=True), actor="x")
    workflow.change([sent[5]], LeadChange(status=LeadStatus.WON), actor="x")
    today = store.today()
    assert numbers(today.new) == sent[:2]
    assert numbers(today.follow_up) == [sent[3], sent[2]]
    assert numbers(today.in_progress) == [sent[4]]


def test_a_follow_up_is_due_on_its_day_whatever_became_of_the_request(
    send: Sender, workflow: Workflow, store: LeadStore
) -> None:
    new, old, won, done = (send().reference for _ in range(4))
    workflow.change([old], LeadChange(status=LeadStatus.QUALIFIED), actor="x")
    workflow.change([won, done], LeadChange(status=LeadStatus.WON), actor="x")
    workflow.change([new, old, won], LeadChange(follow_up_on=TODAY), actor="x")
    wanted = Wanted(due=DueFilter.FOLLOW_UP, order=Order.FOLLOW_UP)
    assert numbers(store.today().follow_up) == numbers(store.page(wanted)) == [new, old, won]


def test_what_nobody_has_touched_for_longest_comes_first(
    send: Sender, workflow: Workflow, store: LeadStore, clock: HandClock
) -> None:
    sent = [send().reference for _ in range(3) if clock.forward(hours=1) is None]
    clock.forward(hours=1)
    workflow.record(sent[0], LeadEntry(note="Ruft an"), actor="x")
    untouched = [sent[1], sent[2], sent[0]]
    assert numbers(store.page(Wanted(order=Order.UNTOUCHED))) == untouched
    wanted = Wanted(order=Order.UNTOUCHED, text="müller")
    assert numbers(store.page(wanted)) == untouched
    assert [lead.reference for lead in store.every(wanted)] == untouched


def test_a_day_is_a_german_one(send: Sender, store: LeadStore, clock: HandClock) -> None:
    clock.moment = datetime.datetime(2026, 11, 23, 23, 30, tzinfo=datetime.UTC)  # 0:30 there
    number = send().reference
    tuesday = datetime.date(2026, 11, 24)
    assert numbers(store.page(Wanted(since=tuesday, until=tuesday))) == [number]
    assert numbers(store.page(Wanted(until=TODAY))) == []


def test_filters_narrow_each_other(send: Sender, workflow: Workflow, store: LeadStore) -> None:
    first, second = send(source="/artikel/a/").reference, send(source="/artikel/b/").reference
    work = LeadWork(status=LeadStatus.IN_PROGRESS, owner_id=1, follow_up_on=TODAY, tags=("Messe",))
    workflow.record(first, LeadEntry(work=work, version=1), actor="x")
    for wanted in (
        Wanted(statuses=(LeadStatus.IN_PROGRESS, LeadStatus.WON)),
        Wanted(owner_id=1),
        Wanted(due=DueFilter.FOLLOW_UP),
        Wanted(source="/artikel/a/"),
        Wanted(tag="Messe"),
        Wanted(text="müller", topic=ANSWERS["topic"], tag="Messe", owner_id=1),
    ):
        assert numbers(store.page(wanted)) == [first], wanted
    assert numbers(store.page(Wanted(no_owner=True, due=DueFilter.UNANSWERED))) == [second]
    assert numbers(store.page(Wanted(tag="Messe", no_owner=True))) == []


def test_all_that_is_found_is_given_however_much_it_is(
    send: Sender, workflow: Workflow, store: LeadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "AT_A_TIME", 2)
    sent = [send().reference for _ in range(5)]
    workflow.change(sent[:1], LeadChange(tag="Messe"), actor="x")
    found = list(store.every(Wanted(order=Order.OLDEST)))
    assert [lead.reference for lead in found] == sent
    assert found[0].tags == ("Messe",)
    assert store.tags() == ["Messe"]


def test_suspected_requests_are_found_only_where_they_are_asked_for(
    send: Sender, store: LeadStore
) -> None:
    kept = send().reference
    suspected = send(oddities=("no-browser", "no-language", "untold-origin")).reference
    assert numbers(store.page(Wanted())) == [kept]
    assert numbers(store.page(Wanted(quarantined=True))) == [suspected]
