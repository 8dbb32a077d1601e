"""The visual motif of the site: a row of upright bars, one of them red.

It stands before the wordmark, on covers and social cards, on the start page and where a page is
missing. Everything is measured in units of which a bar is 8 wide and a gap 4.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

BAR = 8
GAP = 4

COVER_BARS = 13
"""As many as fit a cover's width of 160 units, with 4 at either side."""

_LOWEST = 14 / 90
_HIGHEST = 76 / 90
"""Of a cover's height."""

_MIXED = 0.4
_UNEVEN = 0.12
"""How much a second shape, and chance, may change the first: no two covers shall be alike."""

_SHAPES: tuple[Callable[[float], float], ...] = (
    lambda place: 1 / (1 + 4 * place),  # falls: a few carry most
    lambda place: place**1.6,  # rises
    lambda place: (2 * place - 1) ** 2,  # a valley
    lambda place: 1 - (2 * place - 1) ** 2,  # a hill
    lambda place: 0.5 + 0.5 * math.cos(3 * math.pi * place),  # a wave
)


@dataclass(frozen=True)
class Motif:
    """A row of bars, one of them red."""

    heights: tuple[int, ...]
    red: int
    """Index of the bar that fills the gap."""

    @property
    def width(self) -> int:
        """Units from the first bar's left edge to the last one's right edge."""
        return len(self.heights) * (BAR + GAP) - GAP

    @property
    def height(self) -> int:
        """Units of a cover of 16 to 9 with a gap at either side of the bars."""
        return round((self.width + 2 * GAP) * 9 / 16)


LOGO = Motif((13, 18, 16, 20, 11), 3)
"""Before the wordmark, 20 units high."""


def of_figures(figures: Sequence[float], red: int) -> Motif:
    """Return the bars of some figures, none of them below zero.

    :param red: index of the bar that fills the gap.
    """
    highest = max(figures)
    return _scaled([figure / highest for figure in figures], red, lowest=0.02)


def path(heights: Sequence[int], height: int, red: int) -> str:
    """Return the path of an SVG, of that height, for all bars but the red one."""
    return "".join(
        f"M{number * (BAR + GAP)} {height}v-{bar}"
        for number, bar in enumerate(heights)
        if number != red
    )


def cover(name: str) -> Motif:
    """Return the bars of the article or page of that name: always the same ones."""
    first, second, weight, red, *uneven = hashlib.sha256(name.encode()).digest()
    shape, other = _SHAPES[first % len(_SHAPES)], _SHAPES[second % len(_SHAPES)]
    places = [number / (COVER_BARS - 1) for number in range(COVER_BARS)]
    share = weight / 255 * _MIXED
    parts = [
        (1 - share) * shape(place) + share * other(place) - _UNEVEN * byte / 255
        for place, byte in zip(places, uneven, strict=False)
    ]
    highest = max(parts)
    parts = [max(part, 0) / highest for part in parts]
    return _scaled(parts, 2 + red % (COVER_BARS - 4), lowest=_LOWEST)


def _scaled(parts: Sequence[float], red: int, *, lowest: float) -> Motif:
    """Return bars with heights relative to the highest one, each high enough to be seen."""
    height = Motif((0,) * len(parts), red).height
    return Motif(
        tuple(round(height * (lowest + (_HIGHEST - lowest) * part)) for part in parts), red
    )
