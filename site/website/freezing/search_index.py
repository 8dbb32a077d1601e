"""The index of the site's search, which browsers search by themselves (Pagefind).

It is cut into parts, each with an index of its own, so that an edit costs the part that it is in.
Which page is in which part follows from its path and the number of parts, and from nothing else;
so a part is what a build from nothing would make of it. Browsers search all parts.
"""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pagefind_bin import get_executable

from website.cache import digest
from website.exceptions import FreezeError
from website.freezing.searched import searched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
    scratch: Path
    """A folder that may be written to, and is gone afterwards."""
    parts: int
    jobs: int = 1

    def make(self, pages: Mapping[str, str], before: Keys) -> Keys:
        """Make the parts of which another page has become, or that are not there.

        :param pages: what is searched, as digests, by the path of its page.
        :param before: the parts that are there, as this gave them.
        :raises FreezeError: if it fails.
        """
        paths: dict[int, list[str]] = {number: [] for number in range(self.parts)}
        for path in sorted(pages):
            paths[int(digest(path.encode()), 16) % self.parts].append(path)
        keys = {number: _key(self.parts, pages, held) for number, held in paths.items()}
        changed = [number for number in keys if before.get(number) != keys[number]]
        for number in before.keys() - keys.keys():
            shutil.rmtree(self.folder / folder_of(number))
        try:
            with ThreadPoolExecutor(self.jobs) as pool:
                list(pool.map(lambda number: self._make(number, paths[number]), changed))
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)
        return keys

    def _make(self, number: int, paths: Sequence[str]) -> None:
        source, target = self.scratch / str(number), self.folder / folder_of(number)
        for path in paths:
            page = source / path
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(searched((self.folder / path).read_text("utf-8")), "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        command = [get_executable(), "--quiet", "--site", source, "--output-path", target]
        result = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own words
        if result.returncode:
            raise FreezeError(f"/{FOLDER}/: {result.stderr.strip() or result.stdout.strip()}")
        for pattern in (*NEEDLESS, *(SHARED if number else ())):
            for needless in target.glob(pattern):
                needless.unlink()


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
