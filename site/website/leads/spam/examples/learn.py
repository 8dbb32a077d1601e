"""Learn from the examples beside this file what advertising reads like, and what a request.

    pip install scikit-learn
    python site/website/leads/spam/examples/learn.py

Writes ``likeness.json``. Needed only when examples have changed; a test says when that is
forgotten. The messages in ``tests/leads/corpus`` are not learned from: they tell how well it works.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from website.leads.spam.text_classifier import LEARNED, SCALE, features, unsigned, words

HERE = Path(__file__).parent
SEEN = 2
"""Examples a feature must stand in to have a weight: what stands in one says nothing."""
STRENGTH = 60.0
"""Inverse strength of regularisation: weak, for the rows are normalised and the weights few."""


def main() -> None:
    """Learn, and write what was learned."""
    kinds = [read(HERE / "wanted.txt"), read(HERE / "advertising.txt")]
    texts = [features(words(unsigned(text))) for kind in kinds for text in kind]
    labels = [label for label, kind in enumerate(kinds) for _ in kind]
    seen = Counter(feature for text in texts for feature in text)
    rows = [{feature: 1 for feature in text if seen[feature] >= SEEN} for text in texts]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced")
    model.fit(normalize(vectorizer.fit_transform(rows)), labels)
    weights = {
        name: round(weight * SCALE)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
    }
    learned = {
        "examples": digest(),
        "bias": round(float(model.intercept_[0]), 3),
        "weights": dict(sorted(weights.items())),
    }
    LEARNED.write_text(json.dumps(learned, ensure_ascii=False, indent=0) + "\n")
    print(f"{len(weights)} weights from {[len(kind) for kind in kinds]} examples")


def read(path: Path) -> list[str]:
    """Read examples, which are parted by lines with a per cent sign."""
    return [text.strip() for text in f"\n{path.read_text()}\n".split("\n%\n") if text.strip()]


def digest() -> str:
    """Tell these examples from others."""
    content = b"".join((HERE / name).read_bytes() for name in ("wanted.txt", "advertising.txt"))
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
