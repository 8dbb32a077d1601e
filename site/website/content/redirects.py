"""Old addresses of texts: what must lead on to the new one, on hosts that cannot redirect."""

from collections.abc import Container, Iterable
from urllib.parse import unquote

from website.content.addresses import Addresses
from website.content.models import Item

_PAGES = (".html", ".htm")


def old_addresses(
    items: Iterable[Item], addresses: Addresses, taken: Container[str]
) -> dict[str, Item]:
    """Return what everybody may read by each of its old addresses at which a page can lie.

    Left out is what a host would not serve as a page (``/artikel.php``).

    :param items: what everybody may read.
    :param taken: addresses of something else, which are left out, too.
    """
    found: dict[str, Item] = {}
    for item in items:
        for alias in item.aliases:
            address = addresses.at_root(_as_page(unquote(alias)))
            if _can_be_a_page(alias) and address not in taken:
                found.setdefault(address, item)
    return found


def _as_page(alias: str) -> str:
    return alias if alias.endswith(("/", *_PAGES)) else f"{alias}/"


def _can_be_a_page(alias: str) -> bool:
    """Refuse what leads out of the site's folder, or has an ending that is no page's."""
    segments = unquote(alias).strip("/").split("/")
    if any(segment in {"", ".", ".."} for segment in segments) or "\0" in segments[-1]:
        return False
    return alias.endswith(("/", *_PAGES)) or "." not in segments[-1]
