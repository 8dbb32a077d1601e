"""What a build works with: what is there from the last, and where the next grows."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from website.build import build_cache, dirsync, input_digests
from website.build.build_cache import Beside, Memory
from website.infra.cache import Blobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.build.output_snapshot import Standing
    from website.build.targets import BuildTarget
    from website.content.library import Before


@dataclass
class BuildContext:
    """What a build works with; held by one build at a time."""

    place: BuildTarget
    found: Standing
    memory: Memory
    beside: Beside
    blobs: Blobs
    jobs: int = 1
    standing: dirsync.TreeState = field(default_factory=dirsync.TreeState)
    """What is live when the build is done."""

    @property
    def before(self) -> Before | None:
        """What was read and rendered for the last build, of the same code."""
        if found := self.memory.before:
            found.texts.blobs = self.blobs
        return found


@contextlib.contextmanager
def opened(
    place: BuildTarget, found: Standing, *, jobs: int = 1, clean: bool = False
) -> Iterator[BuildContext]:
    """Open the workshop of a place that is :func:`memory.locked`.

    :param found: what is in its folders.
    :param clean: forget what was there, to make everything anew.
    """
    kept = place.workshop / "texts.sqlite3"
    code = input_digests.of_code()
    if clean:
        kept.unlink(missing_ok=True)
    known, beside = Memory(code), Beside(code)
    if not clean:
        known = build_cache.load(place.workshop / "memory", code, Memory)
        beside = build_cache.load(place.workshop / "beside", code, Beside)
    blobs = Blobs(kept)
    try:
        yield BuildContext(place, found, known, beside, blobs, jobs)
    finally:
        blobs.close()
