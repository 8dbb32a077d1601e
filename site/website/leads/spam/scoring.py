"""The sum of all signals, and whether a person should look first."""

from collections.abc import Sequence
from dataclasses import dataclass

from website.leads import rate_limit
from website.leads.rate_limit import Pace
from website.leads.spam import signals
from website.leads.spam.proof_of_work import Verification
from website.leads.spam.signals import SIGNALS, Signal

SUSPICIOUS = 5
"""Points from which on a lead goes to quarantine. No single oddity of an honest visitor (a filled
trap, a missing proof, an old browser) reaches it; tests/leads/test_corpus.py watches over it."""


@dataclass(frozen=True)
class Score:
    """What was found."""

    found: tuple[Signal, ...]

    @property
    def points(self) -> int:
        """The sum. May be negative."""
        return sum(signal.points for signal in self.found)

    @property
    def suspicious(self) -> bool:
        """Whether the lead goes to quarantine."""
        return self.points >= SUSPICIOUS

    @property
    def proven(self) -> bool:
        """Whether the browser has proven some work."""
        return SIGNALS["proven"] in self.found

    @property
    def reasons(self) -> list[list[object]]:
        """Names and points, as they are stored."""
        return [[signal.name, signal.points] for signal in self.found]


def score(
    found: Sequence[Signal],
    *,
    oddities: Sequence[str],
    proof: Verification,
    pace: Pace,
    repeated: bool,
    known_language: bool = False,
) -> Score:
    """Collect every signal of a lead.

    :param found: what shows in its answers: ``content.signals_in``.
    :param oddities: names of signals that the way of sending gave.
    :param repeated: whether the same message has come before, with other answers.
    :param known_language: whether the message is written in a language that we work in:
        ``content.in_known_language``.
    """
    score = Score(
        (
            *(SIGNALS[name] for name in oddities),
            proof.signal,
            *([SIGNALS["pace"]] if pace.short >= rate_limit.MANY else []),
            *([SIGNALS["repeated"]] if repeated else []),
            *found,
        )
    )
    return _in_doubt(score) if known_language and score.proven else score


def _in_doubt(score: Score) -> Score:
    """Withhold nothing for what honest companies do as well: links, odd names, colleagues."""
    certain = (s.points for s in score.found if s.points < 0 or s.name in signals.CERTAIN)
    if not score.suspicious or sum(certain) >= SUSPICIOUS:
        return score
    return Score((*score.found, signals.in_doubt(score.points - SUSPICIOUS + 1)))
