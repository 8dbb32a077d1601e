"""Whether a text reads more like advertising than like a request, learned from examples.

Fixed lists of words fail on forms: a printing house may ask for "SEO", a lender for "Kredite", and
the worst advertising names none of it. So each word, pair of words and beginning of a word has a
weight, by how much more often it stands in one kind of example than in the other (logistic
regression). The weights stand in ``text_classifier.json`` and are only looked up here;
``tests/leads/training`` has the examples and the script that trains on them.
"""

import functools
import itertools
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from website.infra.text import folded

MODEL = Path(__file__).with_name("text_classifier.json")
SCALE = 100
"""Weights are kept as whole numbers: hundredths."""
ENOUGH = 32
"""Known features, of some 25 words, from which on a text tells all it can. Advertising has to
explain itself; a question of one line reads like one thing as well as the other."""
SURE = 3.0
"""Odds, as a logarithm, beyond which nothing becomes surer: a short text may not make up for what
it lacks by one strong word."""
BEGINNING = 6
"""Letters by which long words are known in all their forms."""

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class TextClassifier:
    """A bias, and a weight for each feature."""

    bias: float
    weights: Mapping[str, int]

    def log_odds(self, words: Sequence[str]) -> float:
        """Return the logarithm of the odds that a text is advertising and not a request.

        Calibrated as far as the examples are like what comes.
        """
        weights = self.weights
        known = [weights[feature] for feature in features(words) if feature in weights]
        odds = self.bias + sum(known) / SCALE / math.sqrt(len(known) or 1)
        return max(-SURE, min(SURE, odds)) * min(1.0, len(known) / ENOUGH)


@functools.cache
def trained() -> TextClassifier:
    """Return the trained classifier, which is read once."""
    data = json.loads(MODEL.read_text())
    return TextClassifier(data["bias"], data["weights"])


def words(text: str) -> list[str]:
    """Return the words of a text, in one spelling."""
    return _WORD.findall(folded(text))


def features(words: Sequence[str]) -> set[str]:
    """Return all of a text that can have a weight."""
    pairs = (f"{first} {second}" for first, second in itertools.pairwise(words))
    beginnings = (f"{word[:BEGINNING]}*" for word in words if len(word) > BEGINNING)
    return {*words, *pairs, *beginnings}
