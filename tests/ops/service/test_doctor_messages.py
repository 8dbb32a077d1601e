from __future__ import annotations

import re
import tomllib

import pytest

from support.site import ROOT
from website.ops.doctor.operation import DELIVERIES
from website.ops.doctor.results import Level, result

FOLDER = ROOT / "site/website/ops/doctor"
MESSAGES = tomllib.loads((FOLDER / "messages.toml").read_text("utf-8"))
ADVICE = {group: texts for group, texts in MESSAGES.items() if group.endswith("-advice")}
KEYS = {
    f"{group}.{name}": message
    for group, messages in MESSAGES.items()
    if group not in ADVICE
    for name, message in messages.items()
}


def test_every_message_is_reported_and_every_reported_one_is_there() -> None:
    source = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.py"))
    named = set(re.findall(r'"([a-z-]+\.[a-z-]+)"', source))
    groups = {key.partition(".")[0] for key in KEYS}
    reported = {key for key in named if key.partition(".")[0] in groups} - {"website.test"}
    assert reported | {f"deliveries.{kind}" for kind in DELIVERIES} == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_message_has_a_level_and_what_is_not_right_a_next_step(key: str) -> None:
    level, *more = KEYS[key]
    assert Level[level.upper()] in Level
    is_right = level in {"ok", "unchecked"}
    assert more == ([] if is_right or key == "content.no-checkout" else ["next"])


def test_advice_ends_with_what_fits_every_error() -> None:
    assert all(list(texts)[-1] == "" for texts in ADVICE.values())


@pytest.mark.parametrize(
    ("key", "values", "seen"),
    [
        ("content.wrong", {"count": 1, "first": "x"}, "1 error in the content"),
        ("content.wrong", {"count": 2, "first": "x"}, "2 errors in the content"),
        ("content.fine", {"count": 1}, "1 published article can"),
        ("backups.fine", {"hours": 1}, "1 hour old"),
        ("deliveries.fine", {"pending": 1}, "1 message waits for"),
        ("deliveries.fine", {"pending": 0}, "0 messages wait for"),
    ],
)
def test_one_is_told_from_many(key: str, values: dict[str, object], seen: str) -> None:
    assert seen in result(key, **values).seen
