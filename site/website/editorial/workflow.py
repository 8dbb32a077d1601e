"""From draft to live: which step is allowed from where, and to whom.

A published text has no state: its edit is a working copy, which ends when it is live.
"""

import hashlib
from collections.abc import Sequence
from enum import StrEnum


class CopyState(StrEnum):
    """How far a working copy is."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"

    @property
    def label(self) -> str:
        """The German name."""
        return _LABELS[self]


_LABELS = {
    CopyState.DRAFT: "Entwurf",
    CopyState.REVIEW: "In Prüfung",
    CopyState.APPROVED: "Freigegeben",
    CopyState.SCHEDULED: "Geplant",
    CopyState.PUBLISHING: "Wird veröffentlicht",
}

ASKED = {CopyState.SCHEDULED, CopyState.PUBLISHING}
"""The states of copies whose publication was asked for."""


class Step(StrEnum):
    """What somebody does with a working copy, beside editing it."""

    SUBMIT = "submit"
    REJECT = "reject"
    """Back to draft: by a chief editor, or by an author who wants to go on."""
    APPROVE = "approve"
    PUBLISH = "publish"
    """Now, or at a time."""
    UNSCHEDULE = "unschedule"
    DISCARD = "discard"


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
"""Steps of writers and chief editors, and what makes somebody such a writer."""
SHORTEST_REASON = 3
"""Characters; what is shorter gives no reason."""


def refusal(
    step: Step,
    state: CopyState,
    *,
    authors: Sequence[int],
    staff: int,
    is_chief: bool,
    reason: str = "",
) -> str:
    """Return why somebody may not take a step, in German; nothing if they may.

    Authors are all who have edited the copy since it began, first who began it. None of them
    approves it, unless they say why nobody else does; a text that was not submitted is approved by
    its authors alone. What all of them have written, only the first may discard.
    """
    is_author = staff in authors
    if state not in _FROM[step]:
        return f"Dieser Text steht auf „{state.label}“, das geht jetzt nicht."
    if step in _OF_CHIEFS and not is_chief:
        return "Das darf nur die Chefredaktion."
    if step is Step.APPROVE:
        if is_author and len(reason.strip()) < SHORTEST_REASON:
            return (
                "Sie haben an diesem Text mitgeschrieben. Lassen Sie ihn von jemand anderem "
                "freigeben, oder nennen Sie einen Grund."
            )
        if state is CopyState.DRAFT and not is_author:
            return "Dieser Text ist noch nicht zur Prüfung eingereicht."
    writers = authors[:1] if step is Step.DISCARD else authors
    if step in _OF_WRITERS and not (is_chief or staff in writers):
        return f"Das darf nur, wer {_OF_WRITERS[step]} hat, und die Chefredaktion."
    return ""


def digest(data: bytes) -> str:
    """Return what an approval binds: SHA-256 of the exact bytes."""
    return hashlib.sha256(data).hexdigest()
