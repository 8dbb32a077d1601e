"""What of the last build can stay as it is, and what must be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.build.addresses import public_addresses
from website.build.search_index import part_of
from website.web.assets import NAMED_BY_CONTENT
from website.web.services import services

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Flask

    from website.build.build_cache import Beside, Made
    from website.build.build_context import BuildContext
    from website.build.dependencies import Answers
    from website.build.dirsync import Signature, TreeState
    from website.build.search_index import Keys


@dataclass(frozen=True)
class Plan:
    """Which files there will be, and which of them stand already."""

    paths: dict[str, str]
    """The path of each address."""
    kept: dict[str, Made]
    index: Keys
    """The parts of the search's index that stand as they were written."""
    index_files: list[str]
    others_changed: bool
    """Whether anything else is live than what the last build has put beside the pages."""

    @property
    def missing(self) -> list[str]:
        """The addresses that must be made."""
        return [address for address in self.paths if address not in self.kept]


def plan(app: Flask, workshop: BuildContext, common: str, answers: Answers) -> Plan:
    """Keep each file that is still what we wrote, if it would be made from the same today.

    :param common: a digest of what all pages are made from.
    """
    root = services(app).settings.site_root
    library = services(app).library
    public = public_addresses(library, services(app).assets, services(app).cards)
    paths = {address: path_of(address) for address in (at.removeprefix(root) for at in public)}
    standing, last = workshop.found.current, workshop.memory
    kept: dict[str, Made] = {}
    for address, path in paths.items():
        made = last.made.get(address)
        if made is None or standing.files.get(path) != made.signature:
            continue
        is_same = last.common == common and answers.key(made.questions) == made.key
        if is_same or address.startswith(NAMED_BY_CONTENT):
            kept[address] = made
    beside = others(standing, paths.values())
    index = _kept_parts(workshop.beside, beside, library.search_parts)
    files = [path for path in beside if part_of(path) in index]
    return Plan(paths, kept, index, files, others_changed=beside != workshop.beside.finished)


def _kept_parts(last: Beside, beside: Mapping[str, Signature], count: int) -> Keys:
    """Keep each part of the search's index of which every file is still what we wrote."""
    differ = {path for path, _ in last.finished.items() ^ beside.items()}
    touched = {part_of(path) for path in differ}
    return {
        number: key
        for number, key in last.index.items()
        if number < count and number not in touched
    }


def others(standing: TreeState, pages: Iterable[str]) -> dict[str, Signature]:
    """Give the files that are no pages: what was made from the pages when all were there."""
    paths = set(pages)
    return {path: state for path, state in standing.files.items() if path not in paths}


def path_of(address: str) -> str:
    """Say which file Frozen-Flask makes of an address."""
    return f"{address}index.html" if not address or address.endswith("/") else address
