"""Every address that a build consists of. What is not listed here is not published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.ops.deploy import speculation_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.content.cards import Cards
    from website.content.library import Library
    from website.web.assets import Assets

FIXED = (
    "/feed.xml",
    "/feed.json",
    "/sitemap.xml",
    "/robots.txt",
    "/404.html",
    "/413.html",
    "/503.html",
    "/_headers",
    "/_redirects",
    speculation_rules.PATH,
)


def public_addresses(library: Library, assets: Assets, cards: Cards) -> Iterator[str]:
    """Return the addresses of the build, each once."""
    addresses = library.addresses
    yield from library.titles
    yield from library.moved
    for name in sorted(library.image_names):
        yield addresses.image(name)
    for name in sorted(cards.names):
        yield addresses.card(name)
    yield from _for_machines(library)
    yield from assets.addresses


def _for_machines(library: Library) -> Iterator[str]:
    for path in FIXED:
        yield library.addresses.at_root(path)
    if library.has_security_contact:
        yield library.addresses.security_contact
