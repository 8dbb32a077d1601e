"""Spam score of a request: the sum of its signals, and whether it goes to quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from website.leads import rate_limit
from website.leads.spam.proof_of_work import Verification
from website.leads.spam.signals import SIGNALS, Signal

SUSPICIOUS = 5
"""Points from which on a lead goes to quarantine. No single oddity of an honest visitor (a filled
honeypot, a missing proof, an old browser) reaches it, as tests/leads/test_corpus.py checks."""


@dataclass(frozen=True)
class Score:
    """The spam signals of a request."""

    found: tuple[Signal, ...]

    @property
    def points(self) -> int:
        """The sum of points. May be negative."""
        return sum(signal.points for signal in self.found)

    @property
    def suspicious(self) -> bool:
        """Whether the lead goes to quarantine."""
        return self.points >= SUSPICIOUS

    @property
    def proven(self) -> bool:
        """Whether a valid proof of work was sent."""
        return SIGNALS["proven"] in self.found

    @property
    def reasons(self) -> list[list[object]]:
        """Names and points, for storing."""
        return [[signal.name, signal.points] for signal in self.found]


def score(
    found: Sequence[Signal],
    *,
    oddities: Sequence[str],
    proof: Verification,
    pace: rate_limit.Pace,
    repeated: bool,
    known_language: bool = False,
) -> Score:
    """Return the score of a request.

    :param found: signals in its answers, see ``content.signals_in``.
    :param oddities: names of signals from the HTTP request.
    :param repeated: whether the same message was sent before, with other answers.
    :param known_language: see ``content.in_known_language``.
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
    """Reduce a score that only relies on what honest companies do as well, such as links."""
    certain = (s.points for s in score.found if s.points < 0 or s.certain)
    if not score.suspicious or sum(certain) >= SUSPICIOUS:
        return score
    excess = score.points - SUSPICIOUS + 1
    return Score((*score.found, replace(SIGNALS["in-doubt"], points=-excess)))
