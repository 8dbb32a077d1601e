"""A draft is read by whoever has its link, while that works."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select

from website.editorial.share_links import VALID_FOR, ShareLink, ShareLinks
from website.editorial.workflow import Actor
from website.editorial.working_copies import WorkingCopies
from website.infra.database import Database

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
FILE = "artikel/neu.md"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def links(database: Database) -> ShareLinks:
    return ShareLinks(database)


def test_a_link_works_until_it_expires(links: ShareLinks) -> None:
    token = links.create(FILE, 1, NOW, version=5)
    link = links.open(token, NOW + VALID_FOR - MINUTE)
    assert link
    assert (link.file, link.version, link.created_by) == (FILE, 5, 1)
    assert links.open(token, NOW + VALID_FOR) is None
    assert links.open(f"{token}x", NOW) is None
    assert links.open("", NOW) is None


def test_a_revoked_link_works_no_more_and_the_others_do(links: ShareLinks) -> None:
    first, second = links.create(FILE, 1, NOW), links.create(FILE, 2, NOW)
    newest, oldest = links.of(FILE, NOW)
    assert newest.created_by == 2
    assert not links.revoke("artikel/anderer.md", oldest.id)
    assert links.revoke(FILE, oldest.id)
    assert not links.revoke(FILE, oldest.id)
    assert links.open(first, NOW) is None
    assert links.open(second, NOW)
    assert [link.opened_at for link in links.of(FILE, NOW)] == [NOW]


def test_the_database_holds_no_token(links: ShareLinks, database: Database) -> None:
    token = links.create(FILE, 1, NOW)
    with database.reading() as session:
        assert token not in str(session.execute(select(ShareLink.__table__)).all())


def test_a_clock_that_was_ahead_makes_no_link_that_works_longer(links: ShareLinks) -> None:
    token = links.create(FILE, 1, NOW + datetime.timedelta(days=400))
    assert links.open(token, NOW) is None


def test_links_that_work_no_more_are_deleted(links: ShareLinks, database: Database) -> None:
    links.create(FILE, 1, NOW)
    kept = links.create(FILE, 1, NOW + VALID_FOR)
    links.tidy(NOW + VALID_FOR + MINUTE)
    with database.reading() as session:
        assert len(session.scalars(select(ShareLink)).all()) == 1
    assert links.open(kept, NOW + VALID_FOR + MINUTE)


def test_a_version_that_is_shared_is_kept(links: ShareLinks, database: Database) -> None:
    copies = WorkingCopies(database)

    def save(seen: int, data: bytes) -> int:
        copy = copies.save(FILE, seen, data, Actor(1, NOW), official=None, commit="c", auto=True)
        assert copy
        return copy.version

    first = save(0, b"eins")
    second = save(first, b"zwei")
    save(second, b"drei")
    links.create(FILE, 1, NOW, version=first)
    copies.thin(NOW + datetime.timedelta(days=2))
    assert copies.at(FILE, first) == b"eins"
    assert copies.at(FILE, second) is None
