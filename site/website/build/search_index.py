"""The search index (Pagefind), which is searched in the browser.

Each edition has its own. It is split into parts, each of them an index, so that an edit rebuilds
only one. Which part a page is in depends on its path and the number of parts alone, so a rebuilt
part equals that of a clean build. Browsers search all parts of their edition.
"""

import re
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
"""Pagefind's own user interface, and its stemmer for pages without a language."""

SHARED = ("pagefind*.js", "wasm.*")
"""The search code, the same for all indexes; only the first part has it."""


@dataclass(frozen=True)
class EditionIndex:
    """Index of one edition; paths are relative to the folder of the build."""

    root: str
    """Path of its pages."""
    folder: str
    """Folder of its parts."""
    parts: int

    def part(self, number: int) -> str:
        """Return the folder of a part."""
        return f"{self.folder}/{number}"

    def part_with(self, page: str) -> str:
        """Return the folder of the part that contains a page."""
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
    """Write each part of the indexes that has changed.

    :param folder: of frozen pages.
    :param pages: digest of the searchable text of each page, by path.
    :param kept: the existing parts, as returned by this function.
    :returns: the digest of the pages in each part, by the part's folder.
    :raises FreezeError: if Pagefind fails.
    """
    held: dict[str, list[str]] = {}
    digests: dict[str, str] = {}
    for index, paths in _of_editions(indexes, pages):
        parts: dict[str, list[str]] = {index.part(number): [] for number in range(index.parts)}
        for path in paths if index.parts else ():
            parts[index.part_with(path)].append(path)
        for part, inside in parts.items():
            made_from = index.parts, [(path, pages[path]) for path in inside]
            digests[part] = digest(repr(made_from).encode())
        held |= parts
    changed = [part for part in digests if kept.get(part) != digests[part]]
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda part: _write_part(folder, part, held[part]), changed))
    return digests


def _of_editions(
    indexes: Sequence[EditionIndex], pages: Mapping[str, str]
) -> Iterator[tuple[EditionIndex, list[str]]]:
    """Yield each index with its pages, sorted; the German pages are those of no other edition."""
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
    needless = (*NEEDLESS, *(() if part.endswith("/0") else SHARED))
    with Pagefind() as process:
        for path in paths:
            process.add(path, searched_text.cut((folder / path).read_text("utf-8")))
        files = {
            target / path: content
            for path, content in process.files()
            if not any(fnmatch(path, pattern) for pattern in needless)
        }
    _fill(target, files)


def _fill(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Make a folder hold some files and no others. Most are there already, linked elsewhere."""
    right = set()
    for path in folder.rglob("*"):
        if path.is_file():
            if files.get(path) == path.read_bytes():
                right.add(path)
            else:
                path.unlink()
    for place in {file.parent for file in files}:
        place.mkdir(parents=True, exist_ok=True)
    for file in files.keys() - right:
        file.write_bytes(files[file])


def part_of(path: str) -> str:
    """Return the folder of the index part that a file belongs to; empty for other files."""
    found = _PART.match(path)
    return found[1] if found else ""
