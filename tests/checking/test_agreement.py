"""Whatever the check lets pass can be built; whatever is odd is told, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.content import Content
from website import checking, create_app
from website.build.freezer import path_of
from website.config import Role, Settings
from website.web.services import services

FIELDS = {
    "title": "Ein Titel", "description": "Eine Beschreibung.", "date": "2026-11-01",
    "updated": "2026-11-02", "author": "Erika Muster", "reviewed_by": "Erika Muster",
    "ai": "assisted", "responsible": "Hans Weber",
    "review_by": "2027-11-01", "topic": "kunden", "tags": "[a, b]", "image": "bild.png",
    "image_alt": "Ein Bild", "summary": "[Eins., Zwei., Drei.]",
    "sources": '[{text: Titel, year: "2024", url: "https://firma.example/"}]',
    "cta": "{topic: sonstiges, text: Schreiben Sie uns.}", "tools": "[kundenkonzentration]",
    "aliases": "[/alt/]", "status": "published",
}  # fmt: skip

ODD = (
    "", "~", "null", "yes", "off", "[]", "{}", "[[]]", "[{}]", "[null]", "[~, [a]]", "{a: b}",
    "{text: {}}", "[{text: [a]}]", "[{text: x, url: 'http://[::1'}]",
    "[{text: x, url: 'https://'}]",
    "[{text: x, url: 'https://a b/'}]", "[{text: x, year: [1]}]", "0", "-1", "01234", "1e999",
    ".nan",
    "12:30", "0001-01-01", "9999-12-31", "2026-02-30", "20261124", "2026-W48-1", "2026-11-24T10:00",
    "24.11.2026", "'  '", '""', '"\\0"', '"\\x08"', '"\\u2028"', '"\\ufffe"', '"\\uFEFF"',
    '"\\e[0m"',
    '"<script>alert(1)</script>"', '"]]>"', '"&amp;&#0;"', '"{{ 1 }}"', '"{% x %}"', '"%s %(x)s"',
    "'\"'", '"\\\\"', "/../../etc/passwd", "[/../x]", "[//evil.example/]", "[/%00/]", "[/%ff/]",
    "[/a/../b/]", "[/alt/, /alt/]", "[/artikel/probe/]", "[/a?b]", "[/ü/]", "[/a%20b/]", "[/.]",
    "[/]",
    "['/x\\y/']", '["/\\0/"]', f"[/{'a' * 300}/]", f"[/{'a/' * 200}]", "[/kontakt/]", "[/bilder/]",
    "[/index.html]", "[/feed.xml]", "[/artikel]", "[/artikel/seite/2/]", "[/a.html/b/]",
    "[/a, /a/b/]",
    "../../website.toml", "/etc/passwd", ".", "..", "bild.png/x", "'bild.png\\0'", "seiten",
    "x" * 200,
    "x" * 70_000, "🎉", "\u202eabc", "a\u0301" * 40, "„A“", "PLATZHALTER", "'PLATZHALTER: x'",
    "&a x",
    "*a", "!x y", "|\n  a\n  b", ">-\n  a\n  b", "- a\n- b", "\n  - a\n  - b", "\n  a: b",
    "A #1", "a: b",
)  # fmt: skip
"""What stands where something else should."""


STATUSES = ("published", "draft")
"""Drafts are in no build; a few tell enough of how they are checked."""


def front_matter(**changes: str) -> str:
    rows = "".join(f"{key}: {value}\n" for key, value in (FIELDS | changes).items())
    return f"---\n{rows}---\n\nEin Absatz.\n"


@pytest.fixture
def house(whole: Content) -> Content:
    whole.image("bild.png")
    text = "---\ntitle: Werkzeug\ndescription: Zum Rechnen.\nupdated: 2026-11-02\n---\n\nText.\n"
    whole.write("seiten/werkzeuge/kundenkonzentration.md", text)
    return whole


def opened(content: Content) -> Flask:
    """Make the application that a build asks for its pages."""
    instance = Path(os.environ["WEBSITE_INSTANCE_DIR"])  # where all tests keep their cards
    return create_app(Settings(content_dir=content.folder, instance_dir=instance), role=Role.FREEZE)


def refused(app: Flask) -> set[str]:
    """Check everything, and give the files that a build would not take."""
    problems = checking.check(services(app).library, services(app).library.folder)
    for problem in problems:
        assert len(problem.message) < 1500, problem.message[:300]
        rows = (services(app).library.folder.parent / problem.path).read_bytes().count(b"\n")
        assert 1 <= problem.line <= rows + 2, problem
    return {problem.path for problem in problems if problem.blocks}


def assert_pages_can_be_made(app: Flask) -> None:
    """Ask for every page that a build makes of articles, by itself and together."""
    library, client = services(app).library, app.test_client()
    cards = services(app).cards
    shown = [article.address for article in library.articles]
    for address in (*shown, *library.redirects, "/", "/artikel/", *TOGETHER):
        answer = client.get(address)
        assert answer.status_code == 200, address
        parts = path_of(address.removeprefix("/")).encode().split(b"/")
        assert all(len(part) < 256 and b"\0" not in part for part in parts), address
        if address.endswith(".xml"):
            ET.fromstring(answer.data)  # noqa: S314 - our own
    for article in library.articles:
        assert cards.of(article)


TOGETHER = ("/feed.xml", "/feed.json", "/sitemap.xml", "/_redirects", "/themen/kunden/")


@pytest.mark.parametrize("field", FIELDS)
def test_what_the_check_lets_pass_can_be_built(house: Content, field: str) -> None:
    """Each odd value is a text of its own; those that are refused are then taken away."""
    for number, value in enumerate((*ODD, FIELDS[field])):
        for status in STATUSES[: 1 + (number % 4 == 0)]:
            own = {"title": f"{status} {number}", "aliases": f"[/alt-{status}-{number}/]"}
            changes = own | {"status": status, field: value}
            house.write(f"artikel/{status}-{number}.md", front_matter(**changes))
    app = opened(house)
    while faulty := refused(app):
        for label in faulty:
            assert label.startswith("content/artikel/"), label
            (house.folder.parent / label).unlink()
        app = opened(house)
    assert len(services(app).library.articles) > 1, "the sound value at least"
    assert_pages_can_be_made(app)


def test_a_whole_text_can_be_built(house: Content) -> None:
    house.write("artikel/probe.md", front_matter())
    app = opened(house)
    assert refused(app) == set()
    assert_pages_can_be_made(app)


VALUES = st.sampled_from(ODD) | st.text(max_size=30)


@given(st.dictionaries(st.sampled_from([*FIELDS]), VALUES, max_size=4))
@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_several_odd_values_at_once_are_told_or_can_be_built(
    house: Content, changes: dict[str, str]
) -> None:
    text = front_matter(**changes)
    house.write("artikel/probe.md", text.encode("utf-8", "surrogatepass"))
    app = opened(house)
    if "content/artikel/probe.md" not in refused(app):
        assert_pages_can_be_made(app)
