"""Redirects from the old addresses of texts."""

from collections.abc import Container, Iterable
from urllib.parse import unquote

from website.content.addresses import Addresses
from website.content.models import Item

_PAGES = (".html", ".htm")


def by_old_address(
    items: Iterable[Item], addresses: Addresses, taken: Container[str]
) -> dict[str, Item]:
    """Return the public texts by those of their old addresses that can be served as pages.

    Addresses that a host would not serve as a page (``/artikel.php``) are left out.

    :param items: the public texts.
    :param taken: addresses of other pages, which are left out, too.
    """
    found: dict[str, Item] = {}
    for item in items:
        for alias in item.aliases:
            path = unquote(alias)
            is_page = path.endswith(("/", *_PAGES))
            address = addresses.at_root(path if is_page else f"{path}/")
            if _can_be_a_page(alias) and address not in taken:
                found.setdefault(address, item)
    return found


def _can_be_a_page(alias: str) -> bool:
    """Return whether a path stays within the site's folder and has the ending of a page."""
    segments = unquote(alias).strip("/").split("/")
    if any(segment in {"", ".", ".."} for segment in segments) or "\0" in segments[-1]:
        return False
    return alias.endswith(("/", *_PAGES)) or "." not in segments[-1]
