"""What readers of feeds get: the newest texts as a whole."""

from __future__ import annotations

import re
from typing import Any

from website.content.cards import Cards
from website.content.library import Library
from website.content.models import Item
from website.infra.clock import midnight
from website.web.templating import absolute

LENGTH = 20


def json_feed(library: Library, cards: Cards) -> dict[str, Any]:
    """Return a JSON Feed (jsonfeed.org, version 1.1)."""
    addresses, site = library.addresses, library.site
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": library.language.gettext("%(site)s: Ratgeber") % {"site": site.name},
        "home_page_url": absolute(addresses.articles()),
        "feed_url": absolute(addresses.at_root("/feed.json")),
        "description": library.page("artikel").description,
        "language": library.language.tag,
        "authors": [{"name": site.name, "url": absolute(addresses.page("index"))}],
        "items": [_item(item, library, cards) for item in library.feed_items[:LENGTH]],
    }


def _item(item: Item, library: Library, cards: Cards) -> dict[str, Any]:
    topic = library.topic_of(item)
    html = library.rendered(item).html
    found = {
        "id": absolute(item.address),
        "url": absolute(item.address),
        "title": item.title,
        "summary": item.description,
        "content_html": with_absolute_addresses(html, item.address),
        "image": absolute(cards.of(item).address),
        "date_published": item.date and midnight(item.date).isoformat(),
        "date_modified": item.modified and midnight(item.modified).isoformat(),
        "authors": [{"name": item.author}] if item.author else None,
        "tags": [*filter(None, [topic.title if topic else item.topic]), *item.tags],
    }
    return {name: value for name, value in found.items() if value}


def with_absolute_addresses(html: str, address: str) -> str:
    """Return a text's HTML with absolute addresses, readable away from its page."""
    origin = absolute("")
    # A feed reader shows what the oldest browser does; addresses of sources would need care.
    html = re.sub(r"<source [^>]*>", "", html)
    html = html.replace('href="/', f'href="{origin}/').replace('src="/', f'src="{origin}/')
    return html.replace('href="#', f'href="{origin}{address}#')
