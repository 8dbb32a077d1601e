"""The addresses that were ever public, one per line in ``content/adressen.txt``.

Addresses are promises: what was published must be answered for good, by a page or by an old address
(``aliases``) of another one. Whoever publishes adds to the list; nobody takes away from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from website.content.library import Library

NAME = "adressen.txt"


def read(folder: Path) -> tuple[str, ...]:
    """List the addresses, as below the root ``/``; none where there is no list yet."""
    return tuple(address for _, address in rows(folder))


def rows(folder: Path) -> tuple[tuple[int, str], ...]:
    """List the addresses with their lines."""
    try:
        text = (folder / NAME).read_text("utf-8-sig", errors="replace")
    except FileNotFoundError:
        return ()
    found = enumerate((row.strip() for row in text.splitlines()), start=1)
    return tuple((line, address) for line, address in found if address)


def add(folder: Path, addresses: Iterable[str]) -> None:
    """Add what is not in the list yet, and keep it sorted."""
    known = set(read(folder))
    if not known.issuperset(addresses := set(addresses)):
        text = "".join(f"{address}\n" for address in sorted(known | addresses))
        (folder / NAME).write_text(text, "utf-8", newline="\n")


def promised(library: Library) -> tuple[str, ...]:
    """List the addresses that are public now and shall stay, as below the root ``/``.

    Pages of long lists are not among them: they come and go with the number of articles.
    """
    root = library.addresses.root
    forms = {library.addresses.request(topic) for topic in library.request_topics}
    found = library.own_addresses | forms
    return tuple(sorted("/" + address.removeprefix(root) for address in found))
