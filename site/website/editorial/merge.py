"""Three-way merge of texts, line by line.

It works like ``git merge-file --diff3``: changes to different lines are merged; changes to the same
or adjacent lines conflict, unless they are equal. Git itself is not used, because its conflict
markers may occur in a text, and it adds a newline to a last line without one.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SMALL = 64
"""Maximum lines to compare by ``difflib``, which takes quadratic time."""


def matching(old: Sequence[object], new: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Yield the indices, in the new and the old text, of lines that both have in common.

    Common prefix and suffix come first; the rest is split at lines that occur once in both texts
    (patience diff), so that the time is about linear in the length of the texts.
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
    """Return the indices of lines that occur once in both spans, in the same order."""
    a, a_end, b, b_end = span
    in_old, in_new = _once(old, a, a_end), _once(new, b, b_end)
    one, other = [row for row in in_old if row in in_new], [row for row in in_new if row in in_old]
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    rows = [row for block in blocks for row in one[block.a : block.a + block.size]]
    return [(in_old[row], in_new[row]) for row in rows]


def _once(rows: Sequence[object], start: int, end: int) -> dict[object, int]:
    """Return the indices of lines that occur once in a span."""
    counts = Counter(rows[start:end])
    return {row: place for place, row in enumerate(rows[start:end], start) if counts[row] == 1}


_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True)
class Conflict:
    """Lines changed differently by both sides, with the base version."""

    mine: bytes
    base: bytes
    theirs: bytes


@dataclass(frozen=True)
class Merged:
    """The result of a merge: merged text and conflicts, in order."""

    parts: tuple[bytes | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The conflicts, in order."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    @property
    def text(self) -> bytes | None:
        """The merged text; None if there is a conflict."""
        settled = [part for part in self.parts if isinstance(part, bytes)]
        return b"".join(settled) if len(settled) == len(self.parts) else None


def merge(mine: bytes, base: bytes, theirs: bytes) -> Merged:
    """Merge two edited versions of a base text."""
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
    """Yield stretches of unchanged lines, and the merged stretches between them."""
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
