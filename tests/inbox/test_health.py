"""What operators see of the website's health."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select, update

from support import staff
from support.accessibility import violations
from support.inbox import InboxClient, ask
from website.infra import german
from website.infra.clock import now
from website.infra.database import Database
from website.leads.models import Delivery, DeliveryState
from website.ops.monitoring.health_history import record_sample
from website.ops.monitoring.jobs import next_monday, next_morning
from website.ops.monitoring.models import HealthSample, JobRun
from website.staff.access import StaffRole
from website.staff.accounts.models import Staff
from website.web.services import services

PATH = "/posteingang/betrieb/"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def database(app: Flask) -> Database:
    return services(app).leads.database  # type: ignore[no-any-return]


@pytest.fixture
def operator(sign_in: Callable[..., InboxClient]) -> InboxClient:
    return sign_in(StaffRole.OPERATOR)


def job(database: Database, name: str, **fields: object) -> None:
    moment = now()
    usual = {"known_since": moment - 100 * HOUR, "patience": 7200, "every": 3600}
    with database.writing() as session:
        session.merge(JobRun(name=name, **usual | fields))


def break_everything(app: Flask, database: Database) -> None:
    """Let a delivery be given up, and a job fail, and a month be observed."""
    ask(app, company="Geheime Werke")
    with database.writing() as session:
        session.execute(
            update(Delivery).values(
                state=DeliveryState.DEAD, attempts=10, last_error="421 " + "busy" * 30
            )
        )
        for day in range(1, 30):
            session.add(
                HealthSample(
                    at=now() - day * 24 * HOUR,
                    oldest=day * 100,
                    disk_free=day,
                    disk_size=100,
                    response_median=3600 * day,
                    response_tail=36000 * day,
                )
            )
    job(database, "backup", error="The folder cannot be written", started_at=now() - HOUR)


def test_where_all_is_well_the_page_says_so(operator: InboxClient) -> None:
    page = operator.get(PATH)
    assert "Keine Störungen." in page.text_content()
    assert not page.cssselect(".concern")


@pytest.mark.slow
def test_what_is_to_be_done_stands_first_with_its_advice(
    app: Flask, operator: InboxClient, database: Database
) -> None:
    break_everything(app, database)
    page = operator.get(PATH)
    told = page.cssselect("main h2")[0].getparent().text_content()
    assert "Eine Nachricht war nach 10 Versuchen nicht zustellbar." in told
    assert "leads redeliver --dead" in told
    assert "Die Sicherung ist überfällig" in told
    assert "Geheime Werke" not in page.text_content()


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, "die älteste kam gerade eben"), (12, "die älteste kam vor 12 Min.")]
)
def test_the_oldest_delivery_is_as_old_as_its_request(
    app: Flask, operator: InboxClient, database: Database, minutes: int, told: str
) -> None:
    ask(app)
    came = now() - datetime.timedelta(minutes=minutes, seconds=1)
    with database.writing() as session:
        session.execute(update(Delivery).values(created_at=came, next_attempt_at=came))
    assert told in operator.get(PATH).text_content()


@pytest.mark.slow
def test_what_waits_is_sent_when_somebody_says_so(
    app: Flask, operator: InboxClient, database: Database
) -> None:
    break_everything(app, database)
    with database.writing() as session:
        for delivery in session.scalars(select(Delivery)):
            delivery.attempts = 3
            delivery.next_attempt_at = now() + 20 * HOUR
    page = operator.get(PATH)
    assert page.cssselect("form[action$='/betrieb/senden'] button")
    page = operator.post(f"{PATH}senden", {})
    assert "jetzt noch einmal gesendet" in page.text_content()
    with database.reading() as session:
        found = session.scalars(select(Delivery)).all()
    assert found
    assert all(one.next_attempt_at <= now() for one in found if one.state == "pending")
    assert not [one for one in found if one.state == "dead"]


def test_jobs_tell_when_they_last_went_well_and_when_they_go_again(
    operator: InboxClient, database: Database
) -> None:
    started = now() - datetime.timedelta(minutes=10, seconds=30)
    job(database, "tidy", started_at=started, succeeded_at=started)
    job(database, "backup", error="The folder cannot be written", started_at=started)
    first, second = operator.get(PATH).cssselect(".job")
    assert "überfällig" in first.text_content()
    assert "noch nie erfolgreich" in first.text_content()
    assert "The folder cannot be written" in first.text_content()
    assert "in Ordnung" in second.text_content()
    assert "vor 10 Min." in second.text_content()
    assert "wieder in 49 Min." in second.text_content()


@pytest.mark.slow
@pytest.mark.parametrize("ago", [0, 1, 3, 6.9])
def test_what_goes_by_the_calendar_is_due_when_the_calendar_says_so(
    operator: InboxClient, database: Database, ago: float
) -> None:
    known = now() - ago * 24 * HOUR
    if next_monday(known) <= now():
        known = now()
    job(database, "weekly", known_since=known, patience=8 * 86400, every=7 * 86400)
    (told,) = operator.get(PATH).cssselect(".job")
    assert "jetzt fällig" not in told.text_content()
    wanted = german.dative(german.rough_duration(next_monday(known) - now()))
    assert f"wieder in {wanted}" in told.text_content()
    job(database, "weekly", known_since=known, started_at=known, succeeded_at=known, every=1)
    (told,) = operator.get(PATH).cssselect(".job")
    assert f"wieder in {wanted}" in told.text_content()


def test_pages_that_wait_for_midnight_are_not_due_before(
    operator: InboxClient, database: Database
) -> None:
    job(database, "pages", known_since=now(), every=86400)
    (told,) = operator.get(PATH).cssselect(".job")
    assert (
        f"wieder in {german.dative(german.rough_duration(next_morning(now()) - now()))}"
        in told.text_content()
    )


def test_what_was_observed_is_drawn(
    app: Flask, operator: InboxClient, database: Database, tmp_path: Path
) -> None:
    ask(app)
    record_sample(database, tmp_path, now() + HOUR / 60)
    page = operator.get(PATH)
    names = [chart.get("aria-labelledby") for chart in page.cssselect("svg[role=img]")]
    assert names == ["anfragen-titel", "wartend-titel", "platte-titel"]
    assert "1\N{NO-BREAK SPACE}Anfrage in 30 Tagen" in page.text_content()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_and_fits_when_all_goes_wrong(
    app: Flask, chromium: Browser, anna: Staff, database: Database, scheme: str
) -> None:
    break_everything(app, database)
    ask(app, suspicious=True)
    size = {"width": 320, "height": 800}
    with (
        staff.served(app) as url,
        staff.page_of(
            chromium,
            url,
            cookie=staff.cookie(app, anna),
            color_scheme=scheme,
            viewport=size,
            bypass_csp=True,
        ) as page,
    ):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(PATH)
            page.locator(".plot__summary").first.click()
            assert page.locator(".plot__table").first.is_visible(), "without a script, too"
            assert violations(page) == [], width
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), width
