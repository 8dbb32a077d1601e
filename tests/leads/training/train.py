"""Train the spam filter's text classifier on the examples beside this file.

    pip install scikit-learn
    python tests/leads/training/train.py

Writes ``site/website/leads/spam/text_classifier.json``. Needed only when examples have changed; a
test fails when that is forgotten. The messages in ``tests/leads/corpus`` are never trained on: they
measure how well it works.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

from website.leads.spam.content import unsigned
from website.leads.spam.text_classifier import MODEL, SCALE, features, words

HERE = Path(__file__).parent
KINDS = ("wanted", "advertising")
SEEN = 2
"""Examples a feature must occur in to get a weight: what occurs in one says nothing."""
STRENGTH = 60.0
"""Inverse strength of regularisation: weak, for the rows are normalised and the weights few."""


def main() -> None:
    """Train, and write the model."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import normalize

    rows, labels = training_set()
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced")
    model.fit(normalize(vectorizer.fit_transform(rows)), labels)
    weights = {
        name: round(weight * SCALE)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
    }
    trained = {
        "examples": digest(),
        "bias": round(float(model.intercept_[0]), 3),
        "weights": dict(sorted(weights.items())),
    }
    MODEL.write_text(json.dumps(trained, ensure_ascii=False, indent=0) + "\n")
    print(f"{len(weights)} weights from {len(rows)} examples")


def training_set() -> tuple[list[dict[str, int]], list[int]]:
    """Return the features of each example that can get a weight, and which kind it is of."""
    kinds = [read(kind) for kind in KINDS]
    texts = [features(words(unsigned(text))) for kind in kinds for text in kind]
    labels = [label for label, kind in enumerate(kinds) for _ in kind]
    seen = Counter(feature for text in texts for feature in text)
    return [{feature: 1 for feature in text if seen[feature] >= SEEN} for text in texts], labels


def read(kind: str) -> list[str]:
    """Return the examples of one kind, which are separated by lines with a per cent sign."""
    content = (HERE / f"{kind}.txt").read_text()
    return [text.strip() for text in f"\n{content}\n".split("\n%\n") if text.strip()]


def digest() -> str:
    """Return what changes with any example."""
    content = b"".join((HERE / f"{kind}.txt").read_bytes() for kind in KINDS)
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
