"""Social cards: the picture that goes with a link when somebody shares a page.

Which cards there are and how they are named is known without drawing one;
:mod:`website.content.cards.drawing` makes the picture when it is first asked for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import PIL

from website.content.cards import drawing
from website.content.cards.wording import Wording

if TYPE_CHECKING:
    from website.content.library import Library
    from website.content.models import Article
    from website.infra.cache import Cache

SIZE = (1200, 630)
"""Pixels: what the networks cut least from (Open Graph, 1.91:1)."""

_DRAWING = Path(__file__).with_name("drawing.py")


@dataclass(frozen=True)
class Card:
    """One card, drawn or not."""

    name: str
    """Of its file, with a fingerprint of all it is made from."""
    address: str
    alt: str
    wording: Wording
    width: int = SIZE[0]
    height: int = SIZE[1]


class Cards:
    """The cards of a site: one for each article, and one for every other page."""

    def __init__(self, library: Library, font: Path) -> None:
        self._library = library
        self._font = font
        self._of_articles: dict[str, Card] = {}

    @cached_property
    def site(self) -> Card:
        """The card of all pages that are no article."""
        site = self._library.site
        wording = Wording(title=site.motto, foot=site.description)
        return self._card("website", f"{site.name}: {site.motto}", wording)

    def article(self, article: Article) -> Card:
        """Give the card of an article."""
        if article.slug not in self._of_articles:
            self._of_articles[article.slug] = self._of_article(article)
        return self._of_articles[article.slug]

    @cached_property
    def names(self) -> dict[str, Card]:
        """Every card by the name of its file."""
        cards = [self.site, *(self.article(item) for item in self._library.articles)]
        return {card.name: card for card in cards}

    def make(self, card: Card, cache: Cache) -> Path:
        """Give the file of a card; the first time, this takes some milliseconds."""
        return cache.file(f"karten/{card.name}", lambda: self._draw(card))

    def _of_article(self, article: Article) -> Card:
        site = self._library.site
        topic = self._library.topic_of(article)
        wording = Wording(topic.title if topic else "", article.title, site.motto)
        return self._card(article.slug, f"{site.name}: {article.title}", wording)

    def _draw(self, card: Card) -> bytes:
        return drawing.draw(card.wording, SIZE, self._font.read_bytes())

    def _card(self, slug: str, alt: str, wording: Wording) -> Card:
        parts = repr(((wording.topic, wording.title, wording.foot), SIZE, self._look)).encode()
        name = f"{slug}.{hashlib.sha256(parts).hexdigest()[:10]}.png"
        return Card(name, self._library.addresses.card(name), alt, wording)

    @cached_property
    def _look(self) -> tuple[str, ...]:
        """What all cards have in common. The drawing's own text is the version of the layout."""
        files = (self._font, _DRAWING)
        digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
        return (*digests, PIL.__version__)
