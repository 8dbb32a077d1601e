"""What a build works with: what is there from the last, and where the next grows."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from website.cache import Blobs
from website.freezing import inputs, memory, trees
from website.freezing.memory import Beside, Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.content.library import Before
    from website.freezing.places import Place
    from website.freezing.standing import Standing


@dataclass
class Workshop:
    """What a build works with; held by one build at a time."""

    place: Place
    found: Standing
    memory: Memory
    beside: Beside
    blobs: Blobs
    jobs: int = 1
    standing: trees.Found = field(default_factory=trees.Found)
    """What is live when the build is done."""

    @property
    def before(self) -> Before | None:
        """What was read and rendered for the last build, of the same code."""
        if found := self.memory.before:
            found.texts.blobs = self.blobs
        return found


@contextlib.contextmanager
def opened(
    place: Place, found: Standing, *, jobs: int = 1, clean: bool = False
) -> Iterator[Workshop]:
    """Open the workshop of a place that is :func:`memory.locked`.

    :param found: what is in its folders.
    :param clean: forget what was there, to make everything anew.
    """
    kept = place.workshop / "texts.sqlite3"
    code = inputs.of_code()
    if clean:
        kept.unlink(missing_ok=True)
    known, beside = Memory(code), Beside(code)
    if not clean:
        known = memory.load(place.workshop / "memory", code, Memory)
        beside = memory.load(place.workshop / "beside", code, Beside)
    blobs = Blobs(kept)
    try:
        yield Workshop(place, found, known, beside, blobs, jobs)
    finally:
        blobs.close()
