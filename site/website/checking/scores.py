"""How hard a text is to read, by the usual formulas for German.

Sources: Toni Amstad, „Wie verständlich sind unsere Zeitungen?“ (1978), after Flesch's Reading Ease;
Richard Bamberger, Erich Vanecek, „Lesen – Verstehen – Lernen – Schreiben“ (1984), first Wiener
Sachtextformel; Carl-Hugo Björnsson, „Läsbarhet“ (1968), LIX. They count syllables and words, and
know nothing of sense; so authors are shown a traffic light, not decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from website.checking import syllables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from website.checking.sentences import Sentence

LONG_WORD = 6
"""Letters; what has more is long (LIX, Wiener Sachtextformel)."""

MANY_SYLLABLES = 3

ENOUGH_WORDS = 60
"""Below, one long word tips the scale, and no light is right."""


@dataclass(frozen=True)
class Limits:
    """Where a text begins to be hard, by each formula."""

    amstad: float
    wiener: float
    lix: float


HARD = Limits(amstad=50, wiener=11, lix=50)
TOO_HARD = Limits(amstad=35, wiener=13, lix=58)


class Light(StrEnum):
    """One answer for people."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        """What staff read."""
        return {"green": "gut lesbar", "yellow": "etwas schwer", "red": "schwer lesbar"}[self]


@dataclass(frozen=True)
class Readability:
    """The measures of one text; all zero where it has no words."""

    words: int = 0
    sentences: int = 0
    amstad: float = 0.0
    """From below 0, very hard, to 100, very easy."""
    wiener: float = 0.0
    """School years that it takes to understand, about 4 to 15."""
    lix: float = 0.0
    """Below 40 easy, above 60 very hard."""

    @property
    def light(self) -> Light:
        """Red if two of the three formulas call it too hard, yellow if any of them warns."""
        if self.words < ENOUGH_WORDS:
            return Light.GREEN
        if sum(self._is_beyond(TOO_HARD)) > 1:
            return Light.RED
        return Light.YELLOW if any(self._is_beyond(HARD)) else Light.GREEN

    def _is_beyond(self, limits: Limits) -> tuple[bool, bool, bool]:
        return self.amstad < limits.amstad, self.wiener > limits.wiener, self.lix > limits.lix


def measure(sentences: Sequence[Sentence]) -> Readability:
    """Measure running text."""
    words = [(word, syllables.count(word)) for s in sentences for word in s.words]
    count = sum(1 for s in sentences if s.words)
    if not words:
        return Readability()
    total = len(words)
    per_sentence = total / count
    long = 100 * sum(len(word) > LONG_WORD for word, _ in words) / total
    many = 100 * sum(number >= MANY_SYLLABLES for _, number in words) / total
    single = 100 * sum(number == 1 for _, number in words) / total
    per_word = sum(number for _, number in words) / total
    return Readability(
        words=total,
        sentences=count,
        amstad=180 - per_sentence - 58.5 * per_word,
        wiener=(0.1935 * many + 0.1672 * per_sentence + 0.1297 * long - 0.0327 * single - 0.875),
        lix=per_sentence + long,
    )
