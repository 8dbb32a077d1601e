"""What pages for staff show whatever their room: its sections, and the names of accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import request

from website.staff.access.permissions import at_root, staff_url
from website.staff.access.roles import Action, may
from website.web.services import services


@dataclass(frozen=True)
class Section:
    """One entry of a room's navigation."""

    label: str
    address: str
    is_here: bool


def sections(entries: Sequence[tuple[str, str, Action]]) -> Iterator[Section]:
    """Yield the sections of a room that the person signed in may use.

    :param entries: label, endpoint and what one must be allowed to do; the first is the room's
        start page, below which all others lie.
    """
    here, start = at_root(request.path), entries[0][1]
    for label, endpoint, action in entries:
        if may(action):
            address = staff_url(endpoint)
            is_below = endpoint != start and here.startswith(address)
            yield Section(label, address, is_below or here == address)


def names() -> dict[int, str]:
    """Return the name of every account."""
    found: dict[int, str] = services().accounts.directory.names()
    return found
