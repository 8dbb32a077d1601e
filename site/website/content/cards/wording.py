"""What stands on a social card."""

from __future__ import annotations

from dataclasses import dataclass

from website.content.motif import Motif


@dataclass(frozen=True)
class Wording:
    """What one card says, besides the wordmark."""

    topic: str = ""
    title: str = ""
    foot: str = ""
    bars: Motif | None = None
    """Stand on the rule."""
