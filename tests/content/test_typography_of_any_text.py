"""What holds for every text, in each language that has rules for its setting."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.typesetting import SET_IN_ENGLISH, SET_IN_GERMAN, Typesetting
from website.content import typography
from website.content.languages import Language

in_each_language = pytest.mark.parametrize(
    "typesetting", [SET_IN_GERMAN, SET_IN_ENGLISH], ids=lambda each: each.language.code
)


@in_each_language
@settings(max_examples=4 * settings.default.max_examples)
@given(st.data())
def test_setting_twice_is_setting_once(typesetting: Typesetting, data: st.DataObject) -> None:
    once = typesetting.set_text(data.draw(typesetting.texts))
    assert typesetting.set_text(once) == once


@in_each_language
@pytest.mark.parametrize("text", ["0 -- 0 Uhr"])
def test_two_hyphens_before_hours_are_set_once_and_for_all(
    typesetting: Typesetting, text: str
) -> None:
    once = typesetting.set_text(text)
    assert typesetting.set_text(once) == once


@in_each_language
@settings(max_examples=4 * settings.default.max_examples)
@given(st.data())
def test_only_quotes_dashes_dots_and_spaces_change(
    typesetting: Typesetting, data: st.DataObject
) -> None:
    text = data.draw(typesetting.texts)
    assert typesetting.kept(typesetting.set_text(text)) == typesetting.kept(text)


@in_each_language
@settings(max_examples=4 * settings.default.max_examples)
@given(st.data())
def test_runs_are_set_like_the_whole_text(typesetting: Typesetting, data: st.DataObject) -> None:
    runs = data.draw(st.lists(typesetting.texts, max_size=6))
    result = typesetting.set_runs(runs)
    assert "".join(result) == typesetting.set_text("".join(runs))
    assert [typesetting.kept(run) for run in result] == [typesetting.kept(run) for run in runs]


@in_each_language
@settings(max_examples=2 * settings.default.max_examples)
@given(st.data(), st.integers(min_value=0), st.integers(min_value=0))
def test_any_cut_gives_the_same_text(
    typesetting: Typesetting, data: st.DataObject, first: int, second: int
) -> None:
    text = data.draw(typesetting.texts)
    low, high = sorted(cut % (len(text) + 1) for cut in (first, second))
    runs = [text[:low], text[low:high], text[high:]]
    assert "".join(typesetting.set_runs(runs)) == typesetting.set_text(text)


@in_each_language
@settings(max_examples=4 * settings.default.max_examples)
@given(st.data())
def test_a_text_is_set_alike_beside_every_sign_that_patterns_need(
    typesetting: Typesetting, data: st.DataObject
) -> None:
    alone = [typography.SKIPPED, data.draw(typesetting.texts)]
    assert typesetting.set_runs(["Satz ... § - ", *alone])[1:] == typesetting.set_runs(alone)


@in_each_language
@pytest.mark.parametrize(
    "piece",
    ["'a ", '"a ', "„", "“", "a.", "1-", "5 - ", "a/", "...", "x'y@", "ab", "£5-", "1,5"],
)
def test_a_long_monotonous_text_is_no_trap(typesetting: Typesetting, piece: str) -> None:
    text = piece * (20_000 // len(piece))
    assert typesetting.kept(typesetting.set_text(text)) == typesetting.kept(text)


def test_a_text_in_a_language_without_rules_stays_as_it_was_typed() -> None:
    text = '"Mot" - l\'autre... 8 %'
    assert typography.set_text(text, Language("fr", "français")) == text
