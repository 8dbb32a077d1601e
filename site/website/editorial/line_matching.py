"""Finds the lines that two versions of a text have in common."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
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
    once = {row: place for place, row in enumerate(old[a:a_end], start=a)}
    counts, new_counts = Counter(old[a:a_end]), Counter(new[b:b_end])
    pairs = [
        (once[row], place)
        for place, row in enumerate(new[b:b_end], start=b)
        if counts[row] == 1 and new_counts[row] == 1
    ]
    return _longest_rising(pairs)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs of which the first numbers rise, too."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (place, _) in enumerate(pairs):
        at = bisect.bisect_left(tails, place)
        before.append(last[at - 1] if at else -1)
        tails[at : at + 1] = [place]
        last[at : at + 1] = [index]
    chain = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
