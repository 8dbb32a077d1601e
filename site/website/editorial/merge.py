"""Merges what two people have made of one text, line by line.

As ``git merge-file --diff3`` does it: changes of different lines are merged, changes of the same or
of neighbouring lines are a conflict, unless they are the same. Git itself is not asked, because it
marks conflicts by lines that a text may hold itself, and ends a last line that has no end.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SMALL = 64
"""Lines that ``difflib`` may compare in both texts: it takes their square."""


def matching(old: Sequence[object], new: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Yield the places of lines in the new text and in the old that are the same, in order.

    What is the same at both ends is taken first; between them, lines that occur once in both texts
    part what is left (patience diff), so that long texts take no longer than they are long.
    """
    todo = [(0, len(old), 0, len(new))]
    while todo:
        a, a_end, b, b_end = todo.pop()
        while a < a_end and b < b_end and old[a] == new[b]:
            yield b, a
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            yield b_end, a_end
        if a == a_end or b == b_end:
            continue
        if anchors := _anchors(old, new, (a, a_end, b, b_end)):
            bounds = itertools.pairwise([(a, b), *anchors, (a_end, b_end)])
            todo += [(a1, a2, b1, b2) for (a1, b1), (a2, b2) in bounds]
        elif a_end - a <= SMALL and b_end - b <= SMALL:
            blocks = SequenceMatcher(None, old[a:a_end], new[b:b_end], autojunk=False)
            for block in blocks.get_matching_blocks():
                yield from ((b + block.b + i, a + block.a + i) for i in range(block.size))


def _anchors(
    old: Sequence[object], new: Sequence[object], span: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    """Return the lines that occur once in both spans, as far as they keep their order."""
    a, a_end, b, b_end = span
    in_old, in_new = _once(old, a, a_end), _once(new, b, b_end)
    one, other = [row for row in in_old if row in in_new], [row for row in in_new if row in in_old]
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    rows = [row for block in blocks for row in one[block.a : block.a + block.size]]
    return [(in_old[row], in_new[row]) for row in rows]


def _once(rows: Sequence[object], start: int, end: int) -> dict[object, int]:
    """Return the places of the lines of a span that occur in it once."""
    counts = Counter(rows[start:end])
    return {row: place for place, row in enumerate(rows[start:end], start) if counts[row] == 1}


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
