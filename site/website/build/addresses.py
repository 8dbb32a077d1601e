"""Addresses of all files of a build. What is not listed here is not published."""

from collections.abc import Iterator

from website.ops.deploy import speculation_rules
from website.web.services import Services

SHARED = (
    "/sitemap.xml",
    "/robots.txt",
    "/_headers",
    "/_redirects",
    speculation_rules.PATH,
)
"""Files that exist once, for all editions together."""

OF_EDITION = ("/feed.xml", "/feed.json", "/404.html", "/413.html", "/503.html")


def public_addresses(shared: Services) -> Iterator[str]:
    """Yield the addresses of the build, some of them more than once."""
    for edition in shared.editions.values():
        library, addresses = edition.library, edition.library.addresses
        yield from library.titles
        yield from library.redirects
        for name in sorted(library.image_names):
            yield addresses.image(name)
        for name in sorted(edition.cards.names):
            yield addresses.card(name)
        for path in OF_EDITION:
            yield addresses.at_root(path)
    german = shared.german
    for path in SHARED:
        yield german.addresses.at_root(path)
    if german.has_security_contact:
        yield german.addresses.security_contact
    yield from shared.assets.addresses
