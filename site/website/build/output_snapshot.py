"""What a build finds in its folders, looked at while it is still finding out what to do."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Self

from website.build import dirsync
from website.build.workers import Ahead

if TYPE_CHECKING:
    from website.build.dirsync import TreeState
    from website.build.targets import BuildTarget


class Standing:
    """The folders of a place that is :func:`memory.locked`, as they stand when this is made."""

    def __init__(self, place: BuildTarget, jobs: int = 1) -> None:
        walks = [partial(dirsync.walk, folder) for folder in (place.current, place.spare)]
        self._walks = Ahead(walks, jobs)

    @cached_property
    def current(self) -> TreeState:
        """What is live."""
        return self._walks.result(0)

    @cached_property
    def spare(self) -> TreeState:
        """What there is to build on."""
        return self._walks.result(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._walks.close()
