"""Lists of all addresses and form keys that were ever public, one per line.

A published address must keep working, as a page or as a redirect (``aliases``) to another one. A
release adds its addresses to the list, and nothing is removed from it. Lists may be merged in any
order.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

from website.content import text_files
from website.exceptions import UnreadableFile
from website.infra import disk

log = logging.getLogger(__name__)

NAME = "adressen.txt"
FORM_KEYS = "formular-schluessel.txt"
"""The same for the keys of the form's questions and choices, under which leads are stored."""


def read(folder: Path) -> tuple[str, ...]:
    """Return the addresses, as below the root ``/``; none where there is no list yet."""
    return tuple(address for _, address in rows(folder))


def rows(folder: Path, name: str = NAME) -> tuple[tuple[int, str], ...]:
    """Return the published rows with their lines; empty where the list cannot be read."""
    try:
        text = text_files.read(folder / name)
    except (OSError, UnreadableFile):
        return ()
    found = enumerate((row.strip() for row in text.split("\n")), start=1)
    return tuple((line, address) for line, address in found if address)


def add(folder: Path, new: Iterable[str], name: str = NAME) -> None:
    """Add new rows to a list, and keep it sorted.

    :raises UnreadableFile: if there is a list that cannot be read; it stays as it is.
    :raises OSError: if it cannot be written.
    """
    path = folder / name
    lines = text_files.read(path).split("\n") if path.exists() else []
    known = {line.strip() for line in lines} - {""}
    if not known.issuperset(new := set(new)):
        text = "".join(f"{row}\n" for row in sorted(known | new))
        disk.replace(path, text.encode())


def record(folder: Path, addresses: Iterable[str], form_keys: Iterable[str]) -> None:
    """Add the addresses and form keys of a release that has gone live to the lists.

    Where a list cannot be written, the log says what to add to it.
    """
    for name, held, separator in ((NAME, addresses, " "), (FORM_KEYS, form_keys, ", ")):
        known = {row for _, row in rows(folder, name)}
        new = [row for row in held if row not in known]
        try:
            add(folder, new, name)
        except (OSError, UnreadableFile) as error:
            message = "%s/%s lässt sich nicht ergänzen: %s Tragen Sie dort ein: %s"
            log.warning(message, folder.name, name, error, separator.join(new))
