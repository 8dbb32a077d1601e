"""How hard a text is to read, by the usual formulas for its language.

For German: Toni Amstad, „Wie verständlich sind unsere Zeitungen?“ (1978), after Flesch's Reading
Ease; Richard Bamberger, Erich Vanecek, „Lesen – Verstehen – Lernen – Schreiben“ (1984), first
Wiener Sachtextformel; Carl-Hugo Björnsson, „Läsbarhet“ (1968), LIX. For English: Rudolf Flesch, “A
new readability yardstick”, Journal of Applied Psychology 32 (1948), Reading Ease, with the limits
of his “How to Write Plain English” (1979). They count syllables and words, and know nothing
of sense; so authors are shown a traffic light, not decimals.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from website.checking import syllables
from website.checking.sentences import Sentence

LONG_WORD = 6
"""Letters; what has more is long (LIX, Wiener Sachtextformel)."""

MANY_SYLLABLES = 3

ENOUGH_WORDS = 60


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
    """How hard one text is to read; easy where it has hardly any words."""

    words: int = 0
    sentences: int = 0
    light: Light = Light.GREEN


@dataclass(frozen=True)
class Counts:
    """What the formulas count."""

    sentences: int
    words: tuple[tuple[str, int], ...]
    """Each with its syllables."""

    @property
    def per_sentence(self) -> float:
        """Words of a sentence."""
        return len(self.words) / self.sentences

    @property
    def per_word(self) -> float:
        """Syllables of a word."""
        return sum(number for _, number in self.words) / len(self.words)

    @property
    def long(self) -> float:
        """Per cent of words with many letters."""
        return self._share(len(word) > LONG_WORD for word, _ in self.words)

    @property
    def many(self) -> float:
        """Per cent of words with many syllables."""
        return self._share(number >= MANY_SYLLABLES for _, number in self.words)

    @property
    def single(self) -> float:
        """Per cent of words with one syllable."""
        return self._share(number == 1 for _, number in self.words)

    def _share(self, of: Iterable[bool]) -> float:
        return 100 * sum(of) / len(self.words)


def amstad(counts: Counts) -> float:
    """Return from below 0, very hard, to 100, very easy."""
    return 180 - counts.per_sentence - 58.5 * counts.per_word


def wiener(counts: Counts) -> float:
    """Return the school years that it takes to understand, about 4 to 15."""
    return (
        0.1935 * counts.many
        + 0.1672 * counts.per_sentence
        + 0.1297 * counts.long
        - 0.0327 * counts.single
        - 0.875
    )


def lix(counts: Counts) -> float:
    """Return below 40 easy, above 60 very hard."""
    return counts.per_sentence + counts.long


def flesch(counts: Counts) -> float:
    """Return from below 0, very hard, to 100, very easy."""
    return 206.835 - 1.015 * counts.per_sentence - 84.6 * counts.per_word


def _german(counts: Counts) -> Light:
    """Red if two of the three formulas call it too hard, yellow if any of them warns."""
    ease, years, length = amstad(counts), wiener(counts), lix(counts)
    if sum((ease < 35, years > 13, length > 58)) > 1:  # noqa: PLR2004 - on the formulas' scales
        return Light.RED
    return Light.YELLOW if ease < 50 or years > 11 or length > 50 else Light.GREEN  # noqa: PLR2004


def _english(counts: Counts) -> Light:
    """Red if the text is “very difficult”, yellow if it is “difficult”, in Flesch's words."""
    ease = flesch(counts)
    if ease < 30:  # noqa: PLR2004 - on the formula's scale
        return Light.RED
    return Light.YELLOW if ease < 50 else Light.GREEN  # noqa: PLR2004 - on the formula's scale


_LIGHTS: Mapping[str, Callable[[Counts], Light]] = {"de": _german, "en": _english}


def count(sentences: Sequence[Sentence], language: str) -> Counts:
    """Count what the formulas need.

    :param language: the code of one that :mod:`website.checking.syllables` knows.
    """
    words = tuple((word, syllables.count(word, language)) for s in sentences for word in s.words)
    return Counts(sum(1 for s in sentences if s.words), words)


def measure(sentences: Sequence[Sentence], language: str) -> Readability:
    """Measure running text.

    :param language: its code; a text in one without formula counts as easy.
    """
    total = sum(len(s.words) for s in sentences)
    number = sum(1 for s in sentences if s.words)
    # Of a short text, one long word tips the scale, and no light is right.
    if language not in _LIGHTS or total < ENOUGH_WORDS:
        return Readability(total, number)
    return Readability(total, number, _LIGHTS[language](count(sentences, language)))
