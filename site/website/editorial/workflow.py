"""The editorial workflow: which steps are allowed in which state, and to whom.

Published texts have no state; edits are working copies, which end when they are live.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from website.editorial import msg


class CopyState(StrEnum):
    """The state of a working copy."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"


ASKED = {CopyState.SCHEDULED, CopyState.PUBLISHING}
"""States of copies whose publication was requested."""


class Step(StrEnum):
    """A step of the workflow."""

    SUBMIT = "submit"
    REJECT = "reject"
    """Back to draft, by a chief editor or by an author who continues writing."""
    APPROVE = "approve"
    PUBLISH = "publish"
    """Immediately or scheduled."""
    UNSCHEDULE = "unschedule"
    DISCARD = "discard"


@dataclass(frozen=True)
class Actor:
    """Who saves a working copy or takes a step, and when."""

    staff: int
    """The number of an account; 0 for the website itself."""
    now: datetime.datetime
    is_chief: bool = False


_FROM = {
    Step.SUBMIT: {CopyState.DRAFT},
    Step.REJECT: {CopyState.REVIEW, CopyState.APPROVED},
    Step.APPROVE: {CopyState.DRAFT, CopyState.REVIEW},
    Step.PUBLISH: {CopyState.APPROVED},
    Step.UNSCHEDULE: {CopyState.SCHEDULED},
    Step.DISCARD: {CopyState.DRAFT, CopyState.REVIEW, CopyState.APPROVED},
}
_OF_CHIEFS = {Step.APPROVE, Step.PUBLISH, Step.UNSCHEDULE}
_OF_WRITERS = {
    Step.REJECT: "an diesem Text geschrieben",
    Step.DISCARD: "diesen Entwurf begonnen",
}
"""Steps of authors and chief editors, with the German description of the authors."""
SHORTEST_REASON = 3
"""Minimum characters of a reason."""


def refusal(
    step: Step, state: CopyState, by: Actor, *, authors: Sequence[int], reason: str = ""
) -> str:
    """Return the German reason why somebody may not take a step; empty if they may.

    Authors are all who have edited the copy, the first editor first. An author may approve it only
    with a reason; a copy that was not submitted may be approved only by an author. Of the authors,
    only the first may discard it.
    """
    is_author = by.staff in authors
    if state not in _FROM[step]:
        return msg("workflow.state", state=msg(f"states.{state}"))
    if step in _OF_CHIEFS and not by.is_chief:
        return "Das darf nur die Chefredaktion."
    if step is Step.APPROVE:
        if is_author and len(reason.strip()) < SHORTEST_REASON:
            return msg("workflow.own")
        if state is CopyState.DRAFT and not is_author:
            return "Dieser Text ist noch nicht zur Prüfung eingereicht."
    writers = authors[:1] if step is Step.DISCARD else authors
    if step in _OF_WRITERS and not (by.is_chief or by.staff in writers):
        return f"Das darf nur, wer {_OF_WRITERS[step]} hat, und die Chefredaktion."
    return ""
