"""What a language brings to the setting of its texts, and what several share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from website.content.typography.quotes import DASH, ELLIPSIS, Quotes

Edits = Callable[[str], Iterable[tuple[int, str]]]
"""Yields positions in a text, and what is to stand there."""


NARROW_SPACE, FULL_SPACE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"

# Setting once must be enough: a pattern that looks at what another rule may rewrite also accepts
# what that rule writes, so a space of any kind, either dash, three dots or the ellipsis. Patterns
# begin with a literal or a set of characters: that makes the search fast.
GAP = f"[ \n{FULL_SPACE}{NARROW_SPACE}]"
STROKE = f"[-{DASH}]"
FIRST = rf"[0-9](?<![\w.,:/+{ELLIPSIS}{DASH}-][0-9])(?<![0-9]\s[0-9])(?<![0-9]\s{STROKE}\s[0-9])"
"""The first digit of what is no longer number, date, telephone number or identifier."""


@dataclass(frozen=True)
class Rules:
    """How a language is set."""

    quotes: Quotes
    ranges: Edits
    """Writes dashes between numbers."""
    seams: Edits
    """Holds together what belongs together."""
