"""Social cards, the preview images of shared links (``og:image``).

Listing and naming cards draws none of them; :mod:`website.content.cards.drawing` draws a card when
it is first requested.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import PIL

from website.content import motif
from website.content.cards import drawing
from website.content.cards.drawing import Wording
from website.content.library import Library
from website.content.models import Item
from website.infra.cache import Cache

SIZE = (1200, 630)
"""Pixels: what the networks cut least from (Open Graph, 1.91:1)."""

_DRAWING = Path(__file__).with_name("drawing.py")


@dataclass(frozen=True)
class Card:
    """A social card, whether its file has been drawn yet or not."""

    name: str
    """Of its file, with a fingerprint of all it is made from."""
    address: str
    alt: str
    wording: Wording
    width: int = SIZE[0]
    height: int = SIZE[1]


@dataclass(eq=False)
class Cards:
    """The social cards of an edition: one for the site, one for each text whose kind has cards."""

    library: Library
    font: Path
    _own: dict[str, Card] = field(default_factory=dict)

    @cached_property
    def site(self) -> Card:
        """The card of pages that have none of their own."""
        site = self.library.site
        wording = Wording("", site.motto, site.description, motif.cover(site.name))
        return self._card("website", f"{site.name}: {site.motto}", wording)

    def of(self, item: Item) -> Card:
        """Return the card of a text: its own where its kind has some, else that of the site."""
        if not item.kind.has_card:
            return self.site
        if item.address not in self._own:
            self._own[item.address] = self._of_item(item)
        return self._own[item.address]

    @cached_property
    def names(self) -> dict[str, Card]:
        """Every card by the name of its file."""
        cards = [self.site, *map(self.of, self.library.public_items)]
        return {card.name: card for card in cards}

    def make(self, card: Card, cache: Cache) -> Path:
        """Return the file of a card; the first time, this takes some milliseconds."""
        return cache.file(
            f"karten/{card.name}",
            lambda: drawing.draw(card.wording, SIZE, self.font.read_bytes()),
        )

    def _of_item(self, item: Item) -> Card:
        site = self.library.site
        topic = self.library.topic_of(item)
        wording = Wording(topic.title if topic else "", item.title, site.motto, item.cover)
        return self._card(item.name, f"{site.name}: {item.title}", wording)

    def _card(self, slug: str, alt: str, wording: Wording) -> Card:
        parts = repr((wording, SIZE, self._look)).encode()
        name = f"{slug}.{hashlib.sha256(parts).hexdigest()[:10]}.png"
        return Card(name, self.library.addresses.card(name), alt, wording)

    @cached_property
    def _look(self) -> tuple[str, ...]:
        """Digests of what all cards depend on: font, layout code (as its version) and Pillow."""
        files = (self.font, _DRAWING, Path(motif.__file__))
        digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
        return (*digests, PIL.__version__)
