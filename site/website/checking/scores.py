"""Readability of texts by the usual formulas for their language.

For German: Toni Amstad, „Wie verständlich sind unsere Zeitungen?“ (1978), after Flesch's Reading
Ease; Richard Bamberger, Erich Vanecek, „Lesen – Verstehen – Lernen – Schreiben“ (1984), first
Wiener Sachtextformel; Carl-Hugo Björnsson, „Läsbarhet“ (1968), LIX. For English: Rudolf Flesch, “A
new readability yardstick”, Journal of Applied Psychology 32 (1948), Reading Ease, with the limits
of his “How to Write Plain English” (1979). They count syllables and words, and know nothing
of sense; so authors are shown a traffic light, not decimals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from website.checking import syllables
from website.checking.sentences import Sentence

LONG_WORD = 6
"""Letters; what has more is long (LIX, Wiener Sachtextformel)."""

MANY_SYLLABLES = 3

ENOUGH_WORDS = 60


class Light(StrEnum):
    """A traffic light for readability."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        """The German name that staff read."""
        return {"green": "gut lesbar", "yellow": "etwas schwer", "red": "schwer lesbar"}[self]


@dataclass(frozen=True)
class Readability:
    """The readability of a text; green where it has too few words to tell."""

    words: int = 0
    sentences: int = 0
    light: Light = Light.GREEN


@dataclass(frozen=True)
class Formula:
    """A readability formula: a weighted sum of what :func:`count` returns."""

    constant: float
    weights: Mapping[str, float]
    yellow: float
    """The limit beyond which a text is rather hard to read."""
    red: float
    """The limit beyond which it is hard to read."""
    is_ease: bool = False
    """Whether lower values, not higher ones, are harder."""

    def value(self, counts: Mapping[str, float]) -> float:
        """Return the value of the formula for a text."""
        return self.constant + sum(counts[name] * by for name, by in self.weights.items())

    def exceeds(self, value: float, limit: float) -> bool:
        """Return whether a value is harder to read than a limit."""
        return value < limit if self.is_ease else value > limit


AMSTAD = Formula(180, {"per_sentence": -1, "per_word": -58.5}, yellow=50, red=35, is_ease=True)
"""From below 0, very hard, to 100, very easy."""
WIENER = Formula(
    -0.875,
    {"many": 0.1935, "per_sentence": 0.1672, "long": 0.1297, "single": -0.0327},
    yellow=11,
    red=13,
)
"""School years needed to understand a text, about 4 to 15."""
LIX = Formula(0, {"per_sentence": 1, "long": 1}, yellow=50, red=58)
"""Below 40 easy, above 60 very hard."""
FLESCH = Formula(
    206.835, {"per_sentence": -1.015, "per_word": -84.6}, yellow=50, red=30, is_ease=True
)
"""From below 0, very hard, to 100, very easy."""

FORMULAS: Mapping[str, Sequence[Formula]] = {"de": (AMSTAD, WIENER, LIX), "en": (FLESCH,)}
"""By language. A text is yellow if any of them warns, red if most of them call it hard."""


def count(sentences: Sequence[Sentence], language: str) -> dict[str, float]:
    """Return the counts that the formulas need.

    Words per sentence, syllables per word, and the percentages of long words, of words with many
    syllables, and of words with a single one.

    :param language: a language code that :mod:`website.checking.syllables` knows.
    """
    words = [(word, syllables.count(word, language)) for s in sentences for word in s.words]
    number = len(words)
    return {
        "per_sentence": number / sum(1 for s in sentences if s.words),
        "per_word": sum(spoken for _, spoken in words) / number,
        "long": 100 * sum(len(word) > LONG_WORD for word, _ in words) / number,
        "many": 100 * sum(spoken >= MANY_SYLLABLES for _, spoken in words) / number,
        "single": 100 * sum(spoken == 1 for _, spoken in words) / number,
    }


def measure(sentences: Sequence[Sentence], language: str) -> Readability:
    """Return how readable running text is.

    :param language: its code; a text in a language without formulas counts as easy.
    """
    total = sum(len(s.words) for s in sentences)
    number = sum(1 for s in sentences if s.words)
    # Of a short text, one long word tips the scale, and no light is right.
    if language not in FORMULAS or total < ENOUGH_WORDS:
        return Readability(total, number)
    counts = count(sentences, language)
    return Readability(total, number, _light(counts, FORMULAS[language]))


def _light(counts: Mapping[str, float], formulas: Sequence[Formula]) -> Light:
    values = [(formula, formula.value(counts)) for formula in formulas]
    if 2 * sum(each.exceeds(value, each.red) for each, value in values) > len(values):
        return Light.RED
    warns = any(each.exceeds(value, each.yellow) for each, value in values)
    return Light.YELLOW if warns else Light.GREEN
