"""Which cards there are, and when they are drawn anew."""

from __future__ import annotations

from pathlib import Path

from support.content import Content
from support.site import ROOT
from website.content.cards import Cards
from website.infra.cache import Cache

FONT = ROOT / "static/fonts/schibsted-grotesk.woff2"


def test_there_is_a_card_for_each_article_and_one_for_the_site(content: Content) -> None:
    content.article("eins")
    content.article("zwei")
    content.article("entwurf", status="draft")
    names = _cards(content).names
    assert sorted(name.partition(".")[0] for name in names) == ["eins", "website", "zwei"]


def test_another_title_makes_another_card_and_another_text_does_not(content: Content) -> None:
    file = content.article("eins")
    first = set(_cards(content).names)
    file.write_text(file.read_text() + "\nMehr Text.\n")
    assert set(_cards(content).names) == first
    content.article("eins", title="Ein besserer Titel")
    assert len(set(_cards(content).names) & first) == 1  # the site's card is the same


def test_another_font_makes_other_cards(content: Content, tmp_path: Path) -> None:
    font = tmp_path / "font.woff2"
    font.write_bytes(FONT.read_bytes())
    first = _cards(content, font).site.name
    font.write_bytes(FONT.read_bytes() + b"\0")
    assert _cards(content, font).site.name != first


def test_naming_the_cards_draws_none_and_drawing_happens_once(
    content: Content, tmp_path: Path
) -> None:
    content.article("eins")
    cards, cache = _cards(content), Cache(tmp_path / "cache")
    assert cards.names
    assert not cache.folder.exists()
    path = cards.make(cards.site, cache)
    drawn = path.stat().st_mtime_ns
    assert cards.make(cards.site, cache) == path
    assert path.stat().st_mtime_ns == drawn


def test_the_alternative_says_what_stands_on_the_card(content: Content) -> None:
    content.article("eins", title="Ein Titel")
    article = content.load().article("eins")
    assert article
    assert _cards(content).of(article).alt == "Interim Profis: Ein Titel"


def _cards(content: Content, font: Path = FONT) -> Cards:
    return Cards(content.load(), font)
