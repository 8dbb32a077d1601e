"""What is wrong with a file, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Report = Callable[[int, str], None]
"""Takes a line and a sentence; whoever reads a file reports through it."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: where it stands, and a German sentence that says how to mend it."""

    path: str
    """From the project's folder: ``content/artikel/x.md``."""
    line: int
    """Counted from 1."""
    message: str
    blocks: bool = field(default=True, compare=False)
    """Whether it stops a freeze. What only concerns a draft does not."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"
