"""Who does what next, and the calendar: planned, to be reviewed, overdue."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from flask import Flask
from lxml import html

from support.content import Content
from support.editor import Writer
from website.editor.blueprint import editor_state
from website.editorial.publications import Publication
from website.editorial.workflow import Actor
from website.infra import clock

NAME = "artikel/ein-artikel"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def dated(content: Content) -> Callable[..., None]:
    """Return what changes the official article."""

    def change(**days: datetime.date) -> None:
        keys = {key: day.isoformat() for key, day in days.items()}
        content.article("ein-artikel", reviewed_by="Erika Muster", ai="none", **keys)

    return change


def section(page: html.HtmlElement, title: str) -> str:
    """Return the text of the section with a heading; nothing if there is none."""
    found = [
        each.getparent().text_content()
        for each in page.cssselect("section h2")
        if each.text_content() == title
    ]
    return " ".join("".join(found).split())


@pytest.mark.slow
def test_the_page_says_whose_turn_it_is(erik: Writer, carla: Writer) -> None:
    assert "Kein Text ist in Arbeit" in section(erik.get("/planung/"), "Als Nächstes")
    erik.save(NAME, text="Neu.")
    assert "Erik Berg schreibt weiter" in section(erik.get("/planung/"), "Als Nächstes")
    carla.save(NAME, text="Neuer.")
    page = erik.get("/planung/")
    assert "Erik Berg oder Carla Holm schreibt weiter" in section(page, "Als Nächstes")
    erik.save(NAME, schritt="einreichen")
    assert "Chefredaktion prüft" in section(erik.get("/planung/"), "Als Nächstes")


def test_a_text_that_is_planned_by_its_date_stands_in_its_month(
    dated: Callable[..., None], erik: Writer
) -> None:
    day = clock.today() + 40 * DAY
    dated(date=day)
    page = erik.get("/planung/")
    months = " ".join(each.text_content() for each in page.cssselect("section h2"))
    assert str(day.year) in months
    assert f"{day:%d.%m.%Y}" in page.text_content()
    assert "geht live" in page.text_content()


def test_a_review_that_is_due_is_overdue_and_a_later_one_is_not(
    dated: Callable[..., None], erik: Writer
) -> None:
    dated(review_by=clock.today() - DAY)
    assert "wieder prüfen" in section(erik.get("/planung/"), "Überfällig")


def test_a_later_review_is_in_the_calendar(dated: Callable[..., None], erik: Writer) -> None:
    dated(review_by=clock.today() + DAY)
    page = erik.get("/planung/")
    assert not section(page, "Überfällig")
    assert "wieder prüfen" in page.text_content()


@pytest.mark.slow
def test_a_scheduled_text_is_planned_and_says_what_stops_it(
    app: Flask, erik: Writer, carla: Writer
) -> None:
    erik.save(NAME, text="Neu.")
    erik.save(NAME, schritt="einreichen")
    carla.save(NAME, schritt="freigeben")
    state, copy = editor_state(app), carla.copy(NAME)
    assert copy
    now, due = clock.now(), clock.now() + 3 * DAY
    later = Publication(kind="publish", actor="Carla", subject="x", requested_at=now, due_at=due)
    chief = Actor(carla.staff.id, now, is_chief=True)
    state.copies.publish(copy.file, copy.version, chief, later)
    page = carla.get("/planung/")
    assert not section(page, "Überfällig")
    local = due.astimezone(clock.GERMANY)
    assert f"{local:%d.%m.%Y, %H:%M}" in page.text_content()
    state.publications.warn(later.id, "Der Text hat einen Fehler.", "")
    assert "Der Text hat einen Fehler." in section(carla.get("/planung/"), "Überfällig")
