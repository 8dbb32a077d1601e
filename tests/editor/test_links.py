"""Editors see which links to other websites are broken or have moved, and have them checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from lxml import html
from playwright.sync_api import Browser

from support import staff
from support.accessibility import violations
from support.content import ARTICLE, Content
from support.editor import EDITOR, Writer, told
from support.jobs import run_due
from support.websites import OtherWebsite, other_website
from website.editorial.external_links import DAY, ExternalLinks
from website.editorial.link_checker import LinkChecker, LinkOutcome
from website.infra import clock
from website.infra.clock import Clock
from website.ops.monitoring.jobs import Schedule
from website.ops.service.worker import checking_links
from website.web.services import services

PAGE = "/links/"


@pytest.fixture
def site() -> Iterator[OtherWebsite]:
    with other_website() as running:
        yield running


@pytest.fixture
def linked(content: Content, app: Flask, site: OtherWebsite) -> None:
    """Put links into a text: one is broken, one has moved, one works."""
    assert app
    site.answers |= {"/weg": (404, ""), "/alt": (301, "/neu")}
    links = " ".join(f"[x]({site.url(path)})" for path in ("/weg", "/alt", "/gut"))
    content.article("ein-artikel", f"{ARTICLE}\n{links}\n", reviewed_by="Erika Muster", ai="none")


def worker(app: Flask, now: Clock = clock.now) -> Schedule:
    """Return a worker that may ask this machine."""
    shared = services(app)
    usual = LinkChecker(agent="test", pause=0.0, allows=lambda ip: ip == "127.0.0.1")
    job = checking_links(shared.settings, shared.leads.database, usual)
    schedule = Schedule(shared.leads.database, [job], clock=now)
    schedule.register()
    return schedule


def check_twice(app: Flask) -> None:
    """Check the links today and, as it were, yesterday."""
    now = clock.now()
    for moment in (now - DAY, now):
        assert run_due(worker(app, lambda moment=moment: moment)) == 1  # type: ignore[misc]


def section(page: html.HtmlElement, number: str) -> str:
    found = [each.getparent().text_content() for each in page.cssselect(f"#{number}")]
    return " ".join("".join(found).split())


@pytest.mark.usefixtures("linked")
def test_a_link_is_shown_as_broken_only_after_a_second_failure(
    app: Flask, erik: Writer, site: OtherWebsite
) -> None:
    now = clock.now()
    assert run_due(worker(app, lambda: now - DAY)) == 1
    page = erik.get(PAGE)
    assert "Kein Link ist seit einem Tag" in section(page, "kaputt")
    assert site.url("/weg") in section(page, "fraglich")
    assert run_due(worker(app, lambda: now)) == 1
    page = erik.get(PAGE)
    assert f"{site.url('/weg')} Seite nicht gefunden (404), seit" in section(page, "kaputt")
    assert not page.cssselect("#fraglich")
    (text,) = page.xpath("//section[1]//a[contains(@href, 'texte')]")
    assert text.get("href") == f"{EDITOR}/texte/artikel/ein-artikel.md"
    assert f"{site.url('/alt')} Neue Adresse: {site.url('/neu')}" in section(page, "umgezogen")
    assert site.url("/gut") not in page.text_content()


@pytest.mark.usefixtures("linked")
def test_a_chief_editor_replaces_a_moved_address_everywhere(
    app: Flask, erik: Writer, carla: Writer, site: OtherWebsite
) -> None:
    check_twice(app)
    assert not erik.get(PAGE).xpath("//a[contains(@href, 'ersetzen')]")
    (link,) = carla.get(PAGE).xpath("//main//a[contains(@href, 'ersetzen')]")
    page = carla.get(link.get("href").removeprefix(EDITOR))
    assert page.cssselect("#suche")[0].value == site.url("/alt")
    assert page.cssselect("#durch")[0].value == site.url("/neu")


@pytest.mark.usefixtures("linked")
def test_a_link_is_checked_when_an_editor_asks(
    app: Flask, erik: Writer, site: OtherWebsite
) -> None:
    check_twice(app)
    schedule = worker(app)
    assert run_due(schedule) == 0
    site.answers["/weg"] = (200, "")
    (button,) = erik.get(PAGE).xpath("//section[1]//form")
    response = erik.client.post(button.get("action"))
    assert response.status_code == 303
    page = erik.get(PAGE)
    assert "wird jetzt geprüft" in told(page)
    assert "wird geprüft" in section(page, "kaputt")
    site.asked.clear()
    assert run_due(schedule) == 1
    assert site.asked == [("HEAD", "/weg")]
    assert "Kein Link ist seit einem Tag" in section(erik.get(PAGE), "kaputt")
    assert run_due(schedule) == 0


@pytest.mark.usefixtures("linked")
def test_all_links_are_checked_when_an_editor_asks_also_new_ones(
    app: Flask, content: Content, erik: Writer, site: OtherWebsite
) -> None:
    check_twice(app)
    content.article("neu", f"{ARTICLE}\n[x]({site.url('/frisch')})\n")
    site.asked.clear()
    assert erik.client.post(f"{EDITOR}{PAGE}pruefen").status_code == 303
    assert "Alle Links werden jetzt geprüft" in told(erik.get(PAGE))
    assert run_due(worker(app)) == 1
    assert {path for _, path in site.asked} == {"/weg", "/alt", "/neu", "/gut", "/frisch"}


@pytest.mark.usefixtures("linked")
def test_a_run_that_is_cut_off_keeps_what_has_answered(app: Flask) -> None:
    class CutOff(LinkChecker):
        def check_all(self, addresses: Iterable[str]) -> Iterator[tuple[str, LinkOutcome]]:
            yield next(super().check_all(addresses))
            raise KeyboardInterrupt

    database = services(app).leads.database
    checker = CutOff(agent="test", pause=0.0, allows=lambda ip: ip == "127.0.0.1")
    with pytest.raises(KeyboardInterrupt):
        checking_links(services(app).settings, database, checker).run(clock.now())
    links = ExternalLinks(database).all()
    assert sum(link.checked_at is not None for link in links) == 1
    assert len(links) == 3


def test_without_a_worker_the_page_says_so(erik: Writer) -> None:
    erik.client.post(f"{EDITOR}{PAGE}pruefen")
    assert "Zurzeit prüft niemand Links" in told(erik.get(PAGE))
    assert erik.client.post(f"{EDITOR}{PAGE}4711/pruefen").status_code == 404


@pytest.mark.browser
@pytest.mark.usefixtures("linked")
def test_the_page_is_accessible_and_fits_a_phone(
    app: Flask, chromium: Browser, carla: Writer
) -> None:
    check_twice(app)
    cookie = staff.cookie(app, carla.staff)
    with (
        staff.served(app) as url,
        staff.page_of(chromium, url, cookie=cookie, viewport={"width": 360, "height": 700}) as page,
    ):
        page.goto(f"{EDITOR}{PAGE}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
