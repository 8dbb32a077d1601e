"""The index of the site's search, which browsers search by themselves (Pagefind).

It is cut into parts, each with an index of its own, so that an edit costs the part that it is in.
Which page is in which part follows from its path and the number of parts, and from nothing else;
so a part is what a build from nothing would make of it. Browsers search all parts.
"""

from __future__ import annotations

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from website.build.pagefind import Pagefind
from website.build.search_names import searched
from website.infra.cache import digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FOLDER = "suche/index"

NEEDLESS = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")
"""Pagefind's own form and what goes with it; and stems of a language that no page is written in."""

SHARED = ("pagefind*.js", "wasm.*")
"""What searches, whatever the index: the first part's serves for all."""

Keys = dict[int, str]
"""What each part is made from: a digest of its pages."""


@dataclass(frozen=True)
class Index:
    """The index of a folder of frozen pages."""

    folder: Path
    parts: int
    """None for a site without search."""
    jobs: int = 1

    @contextlib.contextmanager
    def making(self, pages: Mapping[str, str], before: Keys) -> Iterator[Keys]:
        """Make the parts of which another page has become, or that are not there.

        They are there when the context ends; within it, Pagefind has got all pages and is at work.

        :param pages: what is searched, as digests, by the path of its page.
        :param before: the parts that are there, as this gave them.
        :raises FreezeError: if it fails.
        """
        held: dict[int, list[str]] = {number: [] for number in range(self.parts)}
        for path in sorted(pages) if self.parts else ():
            held[int(digest(path.encode()), 16) % self.parts].append(path)
        keys = {number: _key(self.parts, pages, paths) for number, paths in held.items()}
        changed = [number for number in keys if before.get(number) != keys[number]]
        starts = range(0, len(changed), self.jobs) or [0]  # where nothing has changed, of nothing
        *earlier, last = [changed[start : start + self.jobs] for start in starts]
        for numbers in earlier:
            with self._writing(numbers, held):
                pass
        with self._writing(last, held):
            yield keys

    @contextlib.contextmanager
    def _writing(self, numbers: Sequence[int], held: Mapping[int, list[str]]) -> Iterator[None]:
        with contextlib.ExitStack() as stack, ThreadPoolExecutor(self.jobs) as pool:
            works = [stack.enter_context(Pagefind()) for _ in numbers]
            list(pool.map(self._hand_over, works, [held[number] for number in numbers]))
            yield
            for work, number in zip(works, numbers, strict=True):
                self._write(work, number)

    def _hand_over(self, work: Pagefind, paths: Sequence[str]) -> None:
        for path in paths:
            work.add(path, searched((self.folder / path).read_text("utf-8")))
        work.end()

    def _write(self, work: Pagefind, number: int) -> None:
        target = self.folder / folder_of(number)
        shutil.rmtree(target, ignore_errors=True)
        needless = (*NEEDLESS, *(SHARED if number else ()))
        for path, content in work.files():
            if not any(fnmatch(path, pattern) for pattern in needless):
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(content)


def folder_of(number: int) -> str:
    """Name the folder of a part, with a slash at the end."""
    return f"{FOLDER}/{number}/"


def part_of(path: str) -> int | None:
    """Say to which part a file of a build belongs; nothing where it belongs to none."""
    if not path.startswith(f"{FOLDER}/"):
        return None
    number = path.removeprefix(f"{FOLDER}/").partition("/")[0]
    return int(number) if number.isdecimal() else None


def _key(parts: int, pages: Mapping[str, str], paths: Sequence[str]) -> str:
    return digest(repr((parts, [(path, pages[path]) for path in paths])).encode())
