"""What stands on a social card."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """The texts of one card, besides the wordmark."""

    topic: str = ""
    title: str = ""
    foot: str = ""
