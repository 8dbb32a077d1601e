"""Which links to other websites are looked at, and which count as broken."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from website.editorial import external_links
from website.editorial.external_links import AGAIN, EVERY, ExternalLinks, Use

if TYPE_CHECKING:
    from website.infra.database import Database

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
ONE, TWO = "https://eins.example/a", "https://zwei.example/"


@pytest.fixture
def links(database: Database) -> ExternalLinks:
    return ExternalLinks(database)


def test_addresses_are_found_without_what_stands_around_them() -> None:
    texts = {
        "a.md": (
            b"---\r\nurl: https://a.example/x?y=1\r\n---\r\n[A](https://b.example/w_(x)) und "
            b"<https://c.example/>, https://d.example. (https://e.example/f)\r\n`https://a.example/x?y=1`"
        ),
        "latin.md": "https://größe.example".encode("latin-1"),
    }
    assert external_links.find(texts) == {
        "https://a.example/x?y=1": [Use("a.md", 2), Use("a.md", 5)],
        "https://b.example/w_(x)": [Use("a.md", 4)],
        "https://c.example/": [Use("a.md", 4)],
        "https://d.example": [Use("a.md", 4)],
        "https://e.example/f": [Use("a.md", 4)],
    }


def test_each_is_looked_at_once_a_week_and_a_failure_the_next_day(links: ExternalLinks) -> None:
    assert links.due({ONE, TWO}, NOW, 1) == [ONE]
    links.record(ONE, "", NOW)
    assert links.due({ONE, TWO}, NOW, 5) == [TWO]
    links.record(TWO, "Die Website antwortet nicht.", NOW)
    assert links.due({ONE, TWO}, NOW + AGAIN, 5) == [TWO]
    assert links.due({ONE, TWO}, NOW + EVERY, 5) == [ONE, TWO]


def test_a_link_is_broken_when_it_has_failed_twice_and_whole_when_it_works(
    links: ExternalLinks,
) -> None:
    links.due({ONE}, NOW, 5)
    links.record(ONE, "Die Seite gibt es nicht mehr.", NOW)
    assert links.broken() == []
    links.record(ONE, "Die Seite gibt es nicht mehr.", NOW + AGAIN)
    [link] = links.broken()
    assert (link.url, link.failures) == (ONE, 2)
    links.record(ONE, "", NOW + 2 * AGAIN)
    assert links.broken() == []


def test_what_no_text_names_any_more_is_forgotten(links: ExternalLinks) -> None:
    links.due({ONE}, NOW, 5)
    links.record(ONE, "weg", NOW)
    links.record(ONE, "weg", NOW)
    assert links.due({TWO}, NOW, 5) == [TWO]
    assert links.broken() == []
