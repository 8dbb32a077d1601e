"""What machines fetch from the build: feed, sitemap, robots.txt."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import feedparser
from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
BASE = "http://127.0.0.1:8000"


def test_the_feed_is_atom_as_rfc_4287_wants_it(build: Path) -> None:
    data = (build / "feed.xml").read_bytes()
    feed = etree.fromstring(data)
    for path in ("a:id", "a:title", "a:updated", "a:author/a:name", "a:link[@rel='self']"):
        assert len(feed.xpath(path, namespaces=ATOM)) == 1, path
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert len(entries) == 5
    ids = feed.xpath("a:entry/a:id/text()", namespaces=ATOM)
    assert len(set(ids)) == len(entries)
    for entry in entries:
        for path in ("a:title", "a:updated", "a:published", "a:link[@rel='alternate']"):
            assert len(entry.xpath(path, namespaces=ATOM)) == 1, path
        moment = datetime.datetime.fromisoformat(entry.findtext("a:updated", namespaces=ATOM))
        assert moment.tzinfo
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    for entry in parsed.entries:
        assert 'href="/' not in entry.content[0].value
        assert "<h2" in entry.content[0].value


def test_the_sitemap_lists_every_page_with_the_date_of_its_content(build: Path) -> None:
    tree = etree.fromstring((build / "sitemap.xml").read_bytes())
    listed = dict(
        zip(
            tree.xpath("s:url/s:loc/text()", namespaces=SITEMAP),
            tree.xpath("s:url/s:lastmod/text()", namespaces=SITEMAP),
            strict=True,
        )
    )
    pages = {
        f"{BASE}/{path.relative_to(build).parent.as_posix()}/".replace("/./", "/")
        for path in build.rglob("index.html")
        if path.parent.parent.name != "kontakt"  # the form with a topic chosen is the form
    }
    assert set(listed) == pages
    assert listed[f"{BASE}/impressum/"] == "2026-11-23"


def test_robots_are_sent_to_the_sitemap_and_away_from_requests(build: Path) -> None:
    assert (build / "robots.txt").read_text() == (
        f"User-agent: *\nDisallow: /anfrage\nSitemap: {BASE}/sitemap.xml\n"
    )
