"""Readability of texts by the usual formulas for their language.

For German: Toni Amstad, „Wie verständlich sind unsere Zeitungen?“ (1978), after Flesch's Reading
Ease; Richard Bamberger, Erich Vanecek, „Lesen – Verstehen – Lernen – Schreiben“ (1984), first
Wiener Sachtextformel; Carl-Hugo Björnsson, „Läsbarhet“ (1968), LIX. For English: Rudolf Flesch, “A
new readability yardstick”, Journal of Applied Psychology 32 (1948), Reading Ease, with the limits
of his “How to Write Plain English” (1979). They count syllables and words, and know nothing
of sense; so authors are shown a traffic light, not decimals.

Syllables are counted as they are spoken. In German „ie“ and „eu“ are one sound, „-tion“, „-ial“ and
„-ien“ are one syllable („Situation“ has four), „be-“ and „ge-“ keep theirs („beenden“); English
words common in German texts are corrected by name. In English most final “e”, “-es” and “-ed” are
silent, and “i” before a vowel often is a syllable.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from website.checking.sentences import Sentence
from website.infra.toml_tables import beside

LONG_WORD = 6
"""Letters; what has more is long (LIX, Wiener Sachtextformel)."""

MANY_SYLLABLES = 3

ENOUGH_WORDS = 60

_VOWELS = "aeiouyäöüàáâèéêëîïôûœæ"
_GROUPS = re.compile(f"eau|aa|ee|oo|ie|ei|ai|au|äu|eu|ou|ey|ay|oy|oi|[{_VOWELS}]")
_SILENT = re.compile("(?<=q)u")
_GLIDE = re.compile(f"([{_VOWELS}][^{_VOWELS}]+)i(?=[aoä])")
"""An unstressed „i“ before another vowel, but not in the first syllable: „Material“, „Dialog“."""
_CONSONANT_Y = re.compile("y(?=[aeiou])")
_SEAM = re.compile(
    r"\b[bg]e(?=e(?!re|t\b|te|st))|be(?=auf|ur|un|inh)|ko(?=o)|e(?=en\b|um\b)|(?:(?<!l)g|ph"
    r"|[nr]t)i(?=en\b)"
)
"""Ends a syllable, although its vowel and the next look like one sound."""
_RULE = beside(__file__, "style.toml")["hard-to-read"]
_CORRECTIONS: Mapping[str, Mapping[str, int]] = _RULE["syllables"]
"""Of words that a language has from elsewhere, or that follow no rule: how many more they have."""
_SILENT_ENDING = re.compile(
    r"(?:(?<![aeiouyl])e|(?<=[aeiouyr]l)e|(?<![aeioudt])ed|(?<![aeiouycghlsxz])es"
    r"|(?<=[aeiou]l)es)\Z|(?<=[^aeiouy])e(?=(?:ful|fully|less|ly|ments?|ness|place|thing"
    r"|times?|ty|where|work)\Z)"
)
_HEARD = re.compile(r"(?<=[aeou]y)(?=[aeiou])|(?<=[aeouy])(?=ing)")
_ENGLISH_SEAM = re.compile(
    r"i(?=at|e(?:nc|nt|r|ty?\b|ty)|um|us\b)(?<![^s]ci(?=en))(?<!ti(?=en))|(?<![cgstx])i(?=a|o(?!n|rs?\b))"
    r"|e(?=um|at[eio]|as?\b(?<=[dr]ea)|as\b(?<=[dr]eas))|(?<=cr)e(?=at\b)|(?<![gq])u(?=a)|u(?=ous)"
)
"""Ends a syllable, although its vowel and the next stand together: “supplier”, “area”, “manual”."""
_ENGLISH_GROUPS = re.compile("[aeiouy]+")


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

    :param language: a language code that :func:`syllables` knows.
    """
    words = [(word, syllables(word, language)) for s in sentences for word in s.words]
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


@functools.lru_cache(maxsize=50_000)
def syllables(word: str, language: str) -> int:
    """Return the number of syllables of a word, of all its parts in „Key-Account“.

    :param language: the code of a language that this module knows.
    """
    parts = re.split(r"[^\w]+", word.lower())
    return sum(_OF_PART[language](part) for part in parts if part) or 1


def _of_english(part: str) -> int:
    if part == "s":  # of the genitive
        return 0
    spoken = _HEARD.sub("-", _SILENT_ENDING.sub("", _SILENT.sub("", part)))
    spoken = _ENGLISH_SEAM.sub(lambda found: f"{found[0]}-", spoken)
    corrections = sum(more for stem, more in _CORRECTIONS["en"].items() if stem in part)
    return max(1, len(_ENGLISH_GROUPS.findall(spoken)) + corrections)


def _of_german(part: str) -> int:
    spoken = _GLIDE.sub(r"\1j", _CONSONANT_Y.sub("j", _SILENT.sub("", part)))
    spoken = _SEAM.sub(lambda found: f"{found[0]}-", spoken)
    corrections = sum(more for stem, more in _CORRECTIONS["de"].items() if stem in part)
    return max(1, len(_GROUPS.findall(spoken)) + corrections)


_OF_PART = {"de": _of_german, "en": _of_english}
