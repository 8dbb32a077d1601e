"""What readers of feeds get: the newest articles as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from website.public.pages.dates import midnight
from website.web.templating import absolute

if TYPE_CHECKING:
    from website.content.cards import Cards
    from website.content.library import Library
    from website.content.models import Article

LENGTH = 20


def json_feed(library: Library, cards: Cards) -> dict[str, Any]:
    """Put together a JSON Feed (jsonfeed.org, version 1.1)."""
    addresses, site = library.addresses, library.site
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{site.name}: Ratgeber",
        "home_page_url": absolute(addresses.articles()),
        "feed_url": absolute(addresses.at_root("/feed.json")),
        "description": library.page("artikel").description,
        "language": "de",
        "authors": [{"name": site.name, "url": absolute(addresses.page("index"))}],
        "items": [_item(article, library, cards) for article in library.articles[:LENGTH]],
    }


def _item(article: Article, library: Library, cards: Cards) -> dict[str, Any]:
    topic = library.topic_of(article)
    html = library.rendered(article).html
    item = {
        "id": absolute(article.address),
        "url": absolute(article.address),
        "title": article.title,
        "summary": article.description,
        "content_html": with_absolute_addresses(html, article.address),
        "image": absolute(cards.article(article).address),
        "date_published": article.date and midnight(article.date).isoformat(),
        "date_modified": article.modified and midnight(article.modified).isoformat(),
        "authors": [{"name": article.author}] if article.author else None,
        "tags": [topic.title if topic else article.topic, *article.tags],
    }
    return {name: value for name, value in item.items() if value}


def with_absolute_addresses(html: str, address: str) -> str:
    """Make a text readable away from its page."""
    origin = absolute("")
    # A feed reader shows what the oldest browser does; addresses of sources would need care.
    html = re.sub(r"<source [^>]*>", "", html)
    html = html.replace('href="/', f'href="{origin}/').replace('src="/', f'src="{origin}/')
    return html.replace('href="#', f'href="{origin}{address}#')
