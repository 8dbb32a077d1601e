"""An article appears on its day by itself, and a build that fails is told and harms nothing."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.builds import contents
from support.content import Content
from support.jobs import run_due
from support.leads import HandClock
from support.site import freeze
from support.sqlite import migrated
from website.config import Settings
from website.infra import clock as clocks
from website.infra.clock import GERMANY
from website.infra.database import Database, connect
from website.ops.monitoring.alerts import active_alerts
from website.ops.monitoring.health_snapshot import take_snapshot
from website.ops.monitoring.jobs import Schedule, next_morning
from website.ops.monitoring.models import JobRun
from website.ops.service.publishing_service import is_due, publishing

DAY = datetime.timedelta(days=1)


@pytest.fixture
def settings(content: Content, tmp_path: Path) -> Settings:
    content.article("alt")
    return Settings(content_dir=content.folder, instance_dir=migrated(tmp_path / "instance"))


@pytest.fixture
def build(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Freeze the content, as if that had been three days ago."""
    monkeypatch.setenv("WEBSITE_CONTENT_DIR", str(settings.content_dir))
    output = tmp_path / "build"
    freeze("--output", output)
    made(output, clocks.now() - 3 * DAY)
    return output


@pytest.fixture
def opened(settings: Settings) -> Iterator[Database]:
    database = connect(settings.database)
    yield database
    database.close()


def made(build: Path, moment: datetime.datetime) -> None:
    os.utime(build, (moment.timestamp(), moment.timestamp()))


def noon(*, days_ago: int) -> HandClock:
    """Return a clock; a build asks no clock of ours, so that of a test ends at this day."""
    clock = HandClock()
    day = clocks.today() - days_ago * DAY
    clock.moment = datetime.datetime.combine(day, datetime.time(12), GERMANY)
    return clock


def article(content: Content, slug: str, day: datetime.date, **fields: str) -> None:
    content.article(slug, date=str(day), **fields)


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_it_looks_just_after_each_german_midnight(minutes: int) -> None:
    after = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=minutes)
    then = next_morning(after).astimezone(GERMANY)
    assert (then.hour, then.minute) == (0, 2)
    # A day has 25 hours once a year.
    assert after < then <= after + datetime.timedelta(hours=25)


def test_an_article_is_online_when_its_day_has_come(
    content: Content, settings: Settings, build: Path, opened: Database
) -> None:
    clock = noon(days_ago=2)
    schedule = Schedule(opened, [publishing(settings, build)], clock=clock)
    schedule.register()
    assert run_due(schedule) == 0
    article(content, "neu", clocks.today())
    clock.forward(days=1)
    run_due(schedule)
    assert run_of(opened).outcome == "no page due"
    assert not (build / "artikel/neu").exists()
    clock.forward(days=1)
    run_due(schedule)
    assert run_of(opened).outcome == "pages made"
    assert (build / "artikel/neu/index.html").exists()


def test_a_build_that_fails_leaves_the_pages_and_is_an_alert(
    content: Content, settings: Settings, build: Path, opened: Database
) -> None:
    before = contents(build)
    article(content, "neu", clocks.today(), topic="gibt-es-nicht")
    clock = noon(days_ago=1)
    schedule = Schedule(opened, [publishing(settings, build)], clock=clock)
    schedule.register()
    clock.forward(days=1)
    run_due(schedule)
    clock.forward(minutes=6)
    run_due(schedule)
    assert contents(build) == before
    found = active_alerts(take_snapshot(opened, settings.instance_dir, clock()))
    [alert] = [one for one in found if one.about == "pages"]
    assert alert.text.startswith("Das Veröffentlichen geplanter Artikel ist 2-mal gescheitert")
    assert "content/artikel/neu.md:" in alert.text
    assert "bleibt, wie es war" in alert.text
    assert "Die bisherige Website bleibt online." in alert.advice


def test_what_is_no_news_of_the_day_waits_for_whoever_publishes(
    content: Content, settings: Settings, build: Path
) -> None:
    now = clocks.now()
    article(content, "nachgereicht", clocks.today() - 10 * DAY)
    assert not is_due(settings, build, now)
    article(content, "entwurf", clocks.today(), status="draft")
    article(content, "morgen", clocks.today() + DAY)
    assert not is_due(settings, build, now)
    made(build, now - 40 * DAY)
    assert is_due(settings, build, now)


def test_without_pages_there_is_nothing_to_make_again(settings: Settings, tmp_path: Path) -> None:
    job = publishing(settings, tmp_path / "missing")
    assert job.run(clocks.now()) == "there are no pages"
    assert not (tmp_path / "missing").exists()


def run_of(database: Database) -> JobRun:
    with database.reading() as session:
        return session.get_one(JobRun, "pages")
