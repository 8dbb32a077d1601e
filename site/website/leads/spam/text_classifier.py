"""Text classifier: whether a text reads like advertising or like a request.

Fixed word lists fail here: a printing house may ask for "SEO", and the worst advertising uses no
such word. The classifier is a logistic regression over words, pairs of words and beginnings of
words. Its weights are in ``text_classifier.json``; ``tests/leads/training`` has the examples and
the script that trains it.
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
"""Weights are stored as integers, in hundredths."""
ENOUGH = 32
"""Number of known features, about 25 words, from which on the result is not damped. One line is not
enough to tell advertising from a request."""
SURE = 3.0
"""Limit of the log odds, so that a single strong word does not decide about a short text."""
BEGINNING = 6
"""Letters of the beginning by which long words are recognised in all their forms."""

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class TextClassifier:
    """A logistic regression: a bias, and a weight for each feature."""

    bias: float
    weights: Mapping[str, int]

    def log_odds(self, words: Sequence[str]) -> float:
        """Return the logarithm of the odds that a text is advertising and not a request.

        Calibrated as far as the training examples are representative.
        """
        weights = self.weights
        known = [weights[feature] for feature in features(words) if feature in weights]
        odds = self.bias + sum(known) / SCALE / math.sqrt(len(known) or 1)
        return max(-SURE, min(SURE, odds)) * min(1.0, len(known) / ENOUGH)


@functools.cache
def trained() -> TextClassifier:
    """Return the trained classifier, cached."""
    data = json.loads(MODEL.read_text())
    return TextClassifier(data["bias"], data["weights"])


def words(text: str) -> list[str]:
    """Return the folded words of a text."""
    return _WORD.findall(folded(text))


def features(words: Sequence[str]) -> set[str]:
    """Return the features of a text: words, pairs of words, beginnings of words."""
    pairs = (f"{first} {second}" for first, second in itertools.pairwise(words))
    beginnings = (f"{word[:BEGINNING]}*" for word in words if len(word) > BEGINNING)
    return {*words, *pairs, *beginnings}
