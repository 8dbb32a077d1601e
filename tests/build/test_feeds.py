"""What machines fetch from the build: feed, sitemap, robots.txt."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import feedparser
import pytest
from lxml import etree, html

from support.content import Content
from support.editions import CODES, edition, in_german
from support.site import freeze

ATOM = {"a": "http://www.w3.org/2005/Atom"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
BASE = "http://127.0.0.1:8000"


def feed_file(build: Path, code: str, name: str) -> Path:
    return build / edition(code).addresses.at(name).lstrip("/")


@pytest.mark.parametrize("code", CODES)
def test_the_feed_is_atom_as_rfc_4287_wants_it(build: Path, code: str) -> None:
    data = feed_file(build, code, "feed.xml").read_bytes()
    feed = etree.fromstring(data)
    assert feed.get(XML_LANG) == edition(code).language.tag
    for path in ("a:id", "a:title", "a:updated", "a:author/a:name", "a:link[@rel='self']"):
        assert len(feed.xpath(path, namespaces=ATOM)) == 1, path
    entries = feed.xpath("a:entry", namespaces=ATOM)
    assert len(entries) == len(edition(code).articles) > 2
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


@pytest.mark.parametrize(
    ("code", "title"), [("de", "Interim Profis: Ratgeber"), ("en", "Interim Profis: Articles")]
)
def test_the_json_feed_tells_the_same_as_the_atom_feed(build: Path, code: str, title: str) -> None:
    feed = json.loads(feed_file(build, code, "feed.json").read_text())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for item in feed["items"]:
        assert len({tag.lower() for tag in item["tags"]}) == len(item["tags"])
    assert feed["feed_url"] == BASE + edition(code).addresses.at("feed.json")
    assert (feed["title"], feed["language"]) == (title, edition(code).language.tag)
    atom = feedparser.parse(feed_file(build, code, "feed.xml").read_bytes())
    for item, entry in zip(feed["items"], atom.entries, strict=True):
        assert item["id"] == item["url"] == entry.id
        assert item["title"] == entry.title
        assert _words(item["content_html"]) == _words(entry.content[0].value)
        assert 'href="/' not in item["content_html"]
        assert item["date_published"] == entry.published
        assert item["date_modified"] == entry.updated
        assert (build / item["image"].removeprefix(f"{BASE}/")).is_file()


def test_holes_can_be_reported_where_somebody_is_named(
    content: Content, build: Path, tmp_path: Path
) -> None:
    assert not (build / ".well-known").exists()
    freeze("--content", content.folder, "--output", tmp_path / "build")
    lines = (tmp_path / "build/.well-known/security.txt").read_text().splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    assert fields["Contact"] == "mailto:kontakt@interim-profis.test"
    assert fields["Canonical"] == f"{BASE}/.well-known/security.txt"
    left = datetime.datetime.fromisoformat(fields["Expires"]) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=360) < left < datetime.timedelta(days=366)


def test_the_sitemap_lists_every_page_with_the_date_of_its_content(build: Path) -> None:
    tree = etree.fromstring((build / "sitemap.xml").read_bytes())
    listed = dict(
        zip(
            tree.xpath("s:url/s:loc/text()", namespaces=SITEMAP),
            tree.xpath("s:url/s:lastmod/text()", namespaces=SITEMAP),
            strict=True,
        )
    )
    pages = [
        f"/{path.relative_to(build).parent.as_posix()}/".replace("/./", "/")
        for path in build.rglob("index.html")
    ]
    # The form with a topic chosen is the form.
    left_out = re.compile(r"/suche/|.*/checkliste/|/kontakt/.+/")
    assert set(listed) == {BASE + at for at in pages if not left_out.fullmatch(in_german(at))}
    assert listed[f"{BASE}/impressum/"] == "2026-11-28"


def test_robots_are_sent_to_the_sitemap_and_away_from_requests(build: Path) -> None:
    assert (build / "robots.txt").read_text() == (
        f"User-agent: *\nDisallow: /anfrage\nDisallow: /en/enquiry\nSitemap: {BASE}/sitemap.xml\n"
    )


def _words(fragment: str) -> list[str]:
    words: list[str] = html.fromstring(fragment).text_content().split()
    return words
