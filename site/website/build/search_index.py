"""The search index, which browsers search by themselves (Pagefind).

Each edition has its own. It is cut into parts, each an index by itself, so that an edit costs the
part that it is in. Which page is in which part follows from its path and the number of parts, and
from nothing else; so a part is what a build from nothing would make of it. Browsers search all
parts of their edition.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from website.build import searched_text
from website.build.pagefind import Pagefind
from website.content.library import Library
from website.infra.cache import digest

_PART = re.compile(r"(.*/index/[0-9]+)/")

NEEDLESS = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")
"""Pagefind's own form and what goes with it; and stems of a language that no page is written in."""

SHARED = ("pagefind*.js", "wasm.*")
"""What searches, whatever the index: the first part's serves for all."""


@dataclass(frozen=True)
class EditionIndex:
    """The index of one edition; its paths are those of files in the build."""

    root: str
    """Of its pages."""
    folder: str
    """Where its parts lie."""
    parts: int

    def part(self, number: int) -> str:
        """Return the folder of a part."""
        return f"{self.folder}/{number}"

    def part_with(self, page: str) -> str:
        """Return the folder of the part that a page is in."""
        return self.part(int(digest(page.encode()), 16) % self.parts)


def indexes(library: Library) -> tuple[EditionIndex, ...]:
    """Return the index of every edition; one without search has no parts."""
    below = len(library.addresses.root)
    return tuple(
        EditionIndex(
            edition.addresses.root[below:],
            edition.addresses.at("suche/index")[below:],
            edition.search_parts,
        )
        for edition in library.every_edition
    )


def write(
    folder: Path,
    pages: Mapping[str, str],
    *,
    indexes: Sequence[EditionIndex],
    kept: Mapping[str, str],
    jobs: int,
) -> dict[str, str]:
    """Write each part of the index that is not there yet.

    :param folder: of frozen pages.
    :param pages: a digest of what is searched of each page, by its path.
    :param kept: the parts that are there, as this returned them.
    :returns: the digest of the pages in each part, by the part's folder.
    :raises FreezeError: if Pagefind fails.
    """
    held: dict[str, list[str]] = {}
    digests: dict[str, str] = {}
    for index, paths in _of_editions(indexes, pages):
        parts: dict[str, list[str]] = {index.part(number): [] for number in range(index.parts)}
        for path in paths if index.parts else ():
            parts[index.part_with(path)].append(path)
        digests |= {part: _digest(index.parts, pages, inside) for part, inside in parts.items()}
        held |= parts
    changed = [part for part in digests if kept.get(part) != digests[part]]
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda part: _write_part(folder, part, held[part]), changed))
    return digests


def _of_editions(
    indexes: Sequence[EditionIndex], pages: Mapping[str, str]
) -> Iterator[tuple[EditionIndex, list[str]]]:
    """Yield each index with the pages of its edition, sorted; the German one lies around others."""
    for index in indexes:
        others = tuple(each.root for each in indexes if each.root.startswith(index.root))
        others = tuple(root for root in others if root != index.root)
        yield (
            index,
            [
                path
                for path in sorted(pages)
                if path.startswith(index.root) and not path.startswith(others)
            ],
        )


def _write_part(folder: Path, part: str, paths: Sequence[str]) -> None:
    target = folder / part
    shutil.rmtree(target, ignore_errors=True)
    needless = (*NEEDLESS, *(() if part.endswith("/0") else SHARED))
    with Pagefind() as process:
        for path in paths:
            process.add(path, searched_text.cut((folder / path).read_text("utf-8")))
        for path, content in process.files():
            if not any(fnmatch(path, pattern) for pattern in needless):
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(content)


def part_of(path: str) -> str:
    """Return the folder of the part that a file of a build lies in, if it does in any."""
    found = _PART.match(path)
    return found[1] if found else ""


def _digest(parts: int, pages: Mapping[str, str], paths: Sequence[str]) -> str:
    return digest(repr((parts, [(path, pages[path]) for path in paths])).encode())
