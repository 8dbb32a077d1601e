"""Links to other websites: asked politely and safely, and broken only after a second failure."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator

import pytest

from support.content import ARTICLE, Content
from support.websites import OtherWebsite, other_website
from website.content.loading import load
from website.editorial.external_links import ExternalLinks, linked_from
from website.editorial.link_checker import LinkChecker, LinkOutcome
from website.infra.database import Database

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
ADDRESS = "https://www.example.org/studie"
GONE = LinkOutcome("Seite nicht gefunden (404)")


def checker(**changes: object) -> LinkChecker:
    """Return a checker that may ask this machine."""
    usual = {"agent": "test", "pause": 0.0, "timeout": 2.0, "allows": lambda ip: ip == "127.0.0.1"}
    return LinkChecker(**usual | changes)  # type: ignore[arg-type]


@pytest.fixture
def site() -> Iterator[OtherWebsite]:
    with other_website() as running:
        yield running


def test_a_page_that_is_there_is_asked_for_once_and_without_its_content(
    site: OtherWebsite,
) -> None:
    assert checker().check(site.url("/a?b=ü c#d")) == LinkOutcome()
    assert site.asked == [("HEAD", "/a?b=%C3%BC%20c")]
    (headers,) = site.headers
    assert set(headers) == {"Host", "User-Agent", "Accept", "Connection", "Accept-Encoding"}
    assert headers["User-Agent"] == "test"


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (404, "Seite nicht gefunden (404)"),
        (410, "Seite nicht gefunden (410)"),
        (500, "Der Server meldet einen Fehler (500)"),
        (400, "Der Server lehnt die Anfrage ab (400)"),
        (403, ""),
        (429, ""),
        (999, ""),
    ],
)
def test_only_what_nobody_can_read_fails(site: OtherWebsite, status: int, failure: str) -> None:
    site.answers["/a"] = (status, "")
    assert checker().check(site.url("/a")).failure == failure
    assert [method for method, _ in site.asked] == ["HEAD", "GET"]


def test_a_server_that_knows_no_head_is_asked_otherwise(site: OtherWebsite) -> None:
    site.refuses_head = True
    assert checker().check(site.url("/a")) == LinkOutcome()


def test_a_permanent_redirect_proposes_where_it_leads(site: OtherWebsite) -> None:
    site.answers |= {"/a": (301, "/b"), "/b": (308, site.url("/c"))}
    assert checker().check(site.url("/a#teil")) == LinkOutcome(moved_to=site.url("/c#teil"))
    site.answers["/b"] = (302, "/c")
    assert checker().check(site.url("/a")) == LinkOutcome(moved_to=site.url("/b"))
    site.answers["/a"] = (302, "/b")
    assert checker().check(site.url("/a")) == LinkOutcome()
    site.answers |= {"/a": (301, "/c"), "/c": (404, "")}
    assert checker().check(site.url("/a")) == GONE


def test_redirects_are_followed_five_times(site: OtherWebsite) -> None:
    site.answers |= {f"/{number}": (302, f"/{number + 1}") for number in range(6)}
    assert checker().check(site.url("/1")) == LinkOutcome()
    assert checker().check(site.url("/0")).failure == "leitet immer weiter, ohne anzukommen"
    assert ("HEAD", "/6") in site.asked


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://[", "javascript:x"])
def test_a_redirect_to_no_address_of_the_web_fails(site: OtherWebsite, target: str) -> None:
    site.answers["/a"] = (302, target)
    assert checker().check(site.url("/a")).failure == "Die Adresse, zu der er führt, ist ungültig"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"])
def test_nothing_is_asked_of_this_machine(site: OtherWebsite, host: str) -> None:
    usual = LinkChecker(agent="test", pause=0.0)
    assert "nicht öffentlich" in usual.check(site.url("/", host)).failure
    assert site.asked == []


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.2"])
def test_no_redirect_leads_into_a_private_network(site: OtherWebsite, host: str) -> None:
    site.answers["/a"] = (301, f"http://{host}/")
    outcome = checker().check(site.url("/a"))
    assert "nicht öffentlich" in outcome.failure
    assert not outcome.moved_to


def test_a_server_that_is_silent_or_away_fails(site: OtherWebsite) -> None:
    site.stalls = 1.0
    assert "nicht rechtzeitig" in checker(timeout=0.2).check(site.url("/a")).failure
    away = checker().check("http://127.0.0.1:9/")
    assert (away.failure, away.is_reached) == (
        "Mit dem Server kommt keine Verbindung zustande", False
    )  # fmt: skip
    unknown = checker().check("http://gibt-es-nicht.invalid/")
    assert unknown.failure == "Der Server wird nicht gefunden"


def test_one_host_gets_one_request_at_a_time_with_a_pause(site: OtherWebsite) -> None:
    site.stalls = 0.02
    addresses = [site.url(f"/{number}") for number in range(4)]
    found = dict(checker(pause=0.1).check_all(addresses))
    assert found == dict.fromkeys(addresses, LinkOutcome())
    times = sorted(site.times)
    pauses = [begin - end for (_, end), (begin, _) in itertools.pairwise(times)]
    assert len(pauses) == 3
    assert min(pauses) > 0.05


def test_where_nobody_answers_nothing_is_found() -> None:
    addresses = [f"http://host-{number}.invalid/" for number in range(3)]
    assert dict(checker().check_all(addresses)) == {}
    assert len(dict(checker().check_all(addresses[:2]))) == 2


def test_an_answer_waits_for_no_slower_website(site: OtherWebsite) -> None:
    site.stalls = 0.3
    away, slow = "http://localhost:9/", site.url("/a")
    found = checker(allows=lambda _: True).check_all([slow, away])
    assert next(found)[0] == away
    assert site.times == []
    assert dict(found) == {slow: LinkOutcome()}


def test_what_would_take_too_long_is_left_for_the_next_time(site: OtherWebsite) -> None:
    assert dict(checker(budget=0.0).check_all([site.url("/a")])) == {}


def test_a_link_is_broken_when_it_fails_again_after_a_day(database: Database) -> None:
    links = ExternalLinks(database)
    links.update({ADDRESS: ["artikel/a.md"]})
    assert links.due(NOW) == [ADDRESS]
    for moment, outcome, is_broken in (
        (NOW, GONE, False),
        (NOW + HOUR, GONE, False),
        (NOW + DAY, GONE, True),
        (NOW + 2 * DAY, LinkOutcome(), False),
        (NOW + 3 * DAY, GONE, False),
    ):
        links.record({ADDRESS: outcome}, moment)
        (link,) = links.all()
        assert (link.is_broken, link.failure) == (is_broken, outcome.failure), moment
    assert link.failing_since == NOW + 3 * DAY


def test_links_are_checked_weekly_and_failing_ones_daily(database: Database) -> None:
    links = ExternalLinks(database)
    other = "https://www.example.com/"
    links.update({ADDRESS: ["artikel/a.md"], other: ["artikel/a.md"]})
    links.record({ADDRESS: GONE, other: LinkOutcome()}, NOW)
    assert links.due(NOW + DAY - HOUR) == []
    assert links.due(NOW + DAY) == [ADDRESS]
    assert links.due(NOW + 7 * DAY) == [ADDRESS, other]
    assert links.due(NOW - DAY) == [ADDRESS, other], "a clock that was ahead delays nothing"


def test_what_an_editor_asks_for_is_due_at_once(database: Database) -> None:
    links = ExternalLinks(database)
    links.update({ADDRESS: [], "https://www.example.com/": []})
    links.record(dict.fromkeys(links.due(NOW), LinkOutcome()), NOW)
    link = links.all()[-1]
    assert links.ask(NOW, link.id)
    assert links.due(NOW) == [link.address]
    links.record({link.address: LinkOutcome(moved_to=f"{ADDRESS}/neu")}, NOW)
    assert links.due(NOW) == []
    assert links.ask(NOW)
    assert len(links.due(NOW)) == 2
    assert not links.ask(NOW, 4711)


def test_links_that_stand_in_no_text_are_forgotten_and_the_others_kept(database: Database) -> None:
    links = ExternalLinks(database)
    links.update({ADDRESS: ["artikel/a.md"], "https://www.example.com/": ["artikel/a.md"]})
    links.record({ADDRESS: GONE}, NOW)
    links.update({ADDRESS: ["artikel/a.md", "artikel/b.md"]})
    (link,) = links.all()
    assert (link.address, link.failing_since) == (ADDRESS, NOW)
    assert link.texts == ["artikel/a.md", "artikel/b.md"]


def test_links_and_sources_of_public_texts_are_found(content: Content) -> None:
    link = f"[Eine]({ADDRESS})"
    source = "[{title: Studie, url: 'https://quelle.example.org/'}]"
    content.article("a", f"{ARTICLE}\n{link}, {link}, [eigene](b.md)\n", sources=source)
    content.article("b", f"{ARTICLE}\n{link} [falsch](http://[x) <a@example.org>\n")
    content.article("c", f"{ARTICLE}\n[x](https://entwurf.example.org/)\n", status="draft")
    found = linked_from(load(content.folder, today=NOW.date()))
    assert found[ADDRESS] == ["artikel/a.md", "artikel/b.md"]
    assert found["https://quelle.example.org/"] == ["artikel/a.md"]
    assert not any("entwurf" in address or "[" in address for address in found)
