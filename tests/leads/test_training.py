"""The text classifier was trained on these examples, and on nothing it is tested with."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from website.leads.spam import content, text_classifier

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def train() -> Any:
    spec = importlib.util.spec_from_file_location("train", HERE / "training" / "train.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model() -> Any:
    return json.loads(text_classifier.MODEL.read_text())


def test_the_model_was_trained_on_these_examples(train: Any, model: Any) -> None:
    assert model["examples"] == train.digest(), "run python tests/leads/training/train.py"


@pytest.mark.slow
def test_it_weighs_what_occurs_in_several_examples_and_nothing_else(train: Any, model: Any) -> None:
    rows, labels = train.training_set()
    assert len(rows) == len(labels) > 1000
    assert set(labels) == {0, 1}
    assert {feature for row in rows for feature in row} == set(model["weights"])


def test_it_tells_its_own_examples_apart(train: Any) -> None:
    classifier = text_classifier.trained()
    for kind, sign in (("wanted", -1), ("advertising", 1)):
        odds = [
            classifier.log_odds(text_classifier.words(content.unsigned(text)))
            for text in train.read(kind)
        ]
        assert sum(sign * one > 0 for one in odds) > 0.95 * len(odds), kind


def test_no_message_of_the_corpus_is_among_the_examples(train: Any) -> None:
    examples = {
        tuple(text_classifier.words(text)) for kind in train.KINDS for text in train.read(kind)
    }
    for kind in ("wanted", "spam"):
        for line in (HERE / "corpus" / f"{kind}.jsonl").read_text().splitlines():
            message = json.loads(line)["answers"]["message"]
            assert tuple(text_classifier.words(message)) not in examples
