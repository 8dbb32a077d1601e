"""Every address that a build consists of. What is not listed here is not published."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.assets import Assets
    from website.cards import Cards
    from website.content.library import Library

FIXED = ("/feed.xml", "/sitemap.xml", "/robots.txt", "/404.html")


def public_addresses(library: Library, assets: Assets, cards: Cards) -> Iterator[str]:
    """List the addresses of the build, each once."""
    addresses = library.addresses
    for page in library.public_pages:
        yield page.address
    for topic in library.request_topics:
        yield addresses.request(topic)
    for article in library.articles:
        yield article.address
    yield from library.moved
    for shown in library.list_pages(library.articles):
        yield addresses.articles(shown.number)
    for subject in library.site.topics:
        for shown in library.list_pages(library.in_topic(subject)):
            yield addresses.topic(subject.slug, shown.number)
    for name in sorted(library.image_names):
        yield addresses.image(name)
    for name in sorted(cards.names):
        yield addresses.card(name)
    for path in FIXED:
        yield addresses.at_root(path)
    yield from assets.addresses
