"""Merges what two people have made of one text, line by line.

As ``git merge-file --diff3`` does it: changes of different lines are merged, changes of the same or
of neighbouring lines are a conflict, unless they are the same. Git itself is not asked, because it
marks conflicts by lines that a text may hold itself, and ends a last line that has no end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from website.editorial.line_matching import matching

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True)
class Conflict:
    """Lines that both have changed, and what they were."""

    mine: bytes
    base: bytes
    theirs: bytes


@dataclass(frozen=True)
class Merged:
    """The merged text, in order: what is settled, and what somebody has to decide."""

    parts: tuple[bytes | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The conflicts, in order."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    @property
    def text(self) -> bytes | None:
        """The whole text; none while there is a conflict."""
        settled = [part for part in self.parts if isinstance(part, bytes)]
        return b"".join(settled) if len(settled) == len(self.parts) else None


def merge(mine: bytes, base: bytes, theirs: bytes) -> Merged:
    """Merge two texts that have been made of one."""
    parts: list[bytes | Conflict] = []
    for part in _chunks(*(_LINE.findall(text) for text in (mine, base, theirs))):
        if isinstance(part, bytes) and parts and isinstance(parts[-1], bytes):
            parts[-1] += part
        elif part:
            parts.append(part)
    return Merged(tuple(parts))


def _chunks(
    mine: list[bytes], base: list[bytes], theirs: list[bytes]
) -> Iterator[bytes | Conflict]:
    """Yield what lies between lines that nobody has changed, and these lines."""
    in_mine, in_theirs = (
        {old: new for new, old in matching(base, text)} for text in (mine, theirs)
    )
    stable = [(line, in_mine[line], in_theirs[line]) for line in sorted(in_mine.keys() & in_theirs)]
    last = (0, 0, 0)
    for place in [*stable, (len(base), len(mine), len(theirs))]:
        chunks = (text[a:b] for text, a, b in zip((base, mine, theirs), last, place, strict=True))
        yield _decided(*map(b"".join, chunks))
        yield b"".join(base[place[0] : place[0] + 1])
        last = (place[0] + 1, place[1] + 1, place[2] + 1)


def _decided(base: bytes, mine: bytes, theirs: bytes) -> bytes | Conflict:
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else Conflict(mine, base, theirs)
