"""Marking as answered: once, and whoever does it takes care of a lead that had no owner."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from support.applications import real_content
from support.inbox import ask
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.leads.workflow import LeadEntry
from website.web.services import services


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    folder = migrated(tmp_path / "instance")
    if request.param == "sqlite":
        app = create_app(Settings(instance_dir=folder), before=real_content())
        yield app
        services(app).leads.close()
        return
    with request.getfixturevalue("postgres").database() as url:
        settings = Settings(instance_dir=folder, database_url=url, secret_key="x" * 40)
        app = create_app(settings, before=real_content())
        yield app
        services(app).leads.close()


def actions(app: Flask, number: str) -> list[tuple[str, str, str]]:
    lead = services(app).leads.workflow.open(number)
    events = services(app).leads.store.events(lead)
    told = {"owner", "answered", "status"}
    return [(one.actor, one.action, one.detail) for one in events if one.action in told]


def test_whoever_answers_takes_care_where_nobody_did_and_only_the_first_counts(app: Flask) -> None:
    workflow = services(app).leads.workflow
    number = ask(app)
    first = workflow.record(number, LeadEntry(answered=True, answered_by=1), actor="staff 1")
    second = workflow.record(number, LeadEntry(answered=True, answered_by=2), actor="staff 2")
    assert (first, second) == ({"answered"}, frozenset())
    assert workflow.open(number).owner_id == 1
    assert sorted(actions(app, number)) == [
        ("staff 1", "answered", ""),
        ("staff 1", "owner", "1"),
        ("staff 1", "status", "in-progress"),
    ]
    other = ask(app)
    workflow.record(other, LeadEntry(answered=True), actor="operator")
    assert workflow.open(other).owner_id is None


def test_of_two_who_answer_at_once_one_counts(app: Flask) -> None:
    workflow, number = services(app).leads.workflow, ask(app)
    together = threading.Barrier(4)

    def answer(account: int) -> None:
        together.wait()
        entry = LeadEntry(answered=True, answered_by=account)
        workflow.record(number, entry, actor=f"staff {account}")

    threads = [threading.Thread(target=answer, args=(account,)) for account in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = actions(app, number)
    assert sorted(action for _, action, _ in lines) == ["answered", "owner", "status"]
    assert {actor for actor, _, _ in lines} == {f"staff {workflow.open(number).owner_id}"}
