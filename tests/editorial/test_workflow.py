"""Who may take which step from where."""

from __future__ import annotations

import datetime
import itertools

import pytest

from website.editorial import msg, workflow
from website.editorial.workflow import Actor, CopyState, Step

NOW = datetime.datetime(2026, 11, 28, 9, tzinfo=datetime.UTC)
ANNA, BERND = 1, 2
"""Anna writes."""


def allowed(
    step: Step, state: CopyState, staff: int, *, is_chief: bool = True, reason: str = ""
) -> bool:
    by = Actor(staff, NOW, is_chief)
    return not workflow.refusal(step, state, by, authors=[ANNA], reason=reason)


def test_an_author_approves_nothing_of_their_own_without_a_reason() -> None:
    for state in CopyState:
        assert not allowed(Step.APPROVE, state, ANNA)
        assert not allowed(Step.APPROVE, state, ANNA, reason=" . ")
    assert allowed(Step.APPROVE, CopyState.REVIEW, ANNA, reason="Eilmeldung, niemand sonst da")
    assert allowed(Step.APPROVE, CopyState.DRAFT, ANNA, reason="Eilmeldung, niemand sonst da")


def test_another_approves_what_was_submitted() -> None:
    assert allowed(Step.APPROVE, CopyState.REVIEW, BERND)
    assert not allowed(Step.APPROVE, CopyState.DRAFT, BERND)
    assert not allowed(Step.APPROVE, CopyState.DRAFT, BERND, reason="weil ich es will")


@pytest.mark.parametrize("step", [Step.APPROVE, Step.PUBLISH, Step.UNSCHEDULE])
def test_editors_neither_approve_nor_publish(step: Step) -> None:
    for state, staff in itertools.product(CopyState, (ANNA, BERND)):
        assert not allowed(step, state, staff, is_chief=False, reason="weil ich es will")


def test_only_what_is_approved_is_published() -> None:
    found = {state for state in CopyState if allowed(Step.PUBLISH, state, BERND)}
    assert found == {CopyState.APPROVED}


def test_authors_take_back_and_discard_what_they_wrote_and_nothing_else() -> None:
    for step in (Step.REJECT, Step.DISCARD):
        assert allowed(step, CopyState.REVIEW, ANNA, is_chief=False)
        assert not allowed(step, CopyState.REVIEW, BERND, is_chief=False)
        assert allowed(step, CopyState.REVIEW, BERND)
        assert not allowed(step, CopyState.PUBLISHING, BERND)


def test_who_joined_in_takes_back_but_only_who_began_discards() -> None:
    for step, is_allowed in ((Step.REJECT, True), (Step.DISCARD, False)):
        by = Actor(BERND, NOW)
        found = workflow.refusal(step, CopyState.REVIEW, by, authors=[ANNA, BERND])
        assert (not found) is is_allowed


def test_every_state_has_a_german_name_and_every_refusal_is_a_sentence() -> None:
    assert len({msg(f"states.{state}") for state in CopyState}) == len(CopyState)
    for step, state in itertools.product(Step, CopyState):
        text = workflow.refusal(step, state, Actor(ANNA, NOW), authors=[ANNA])
        assert not text or text.endswith(".")
