"""The steps of a publication, each stored with its seconds while it goes on."""

from __future__ import annotations

import time
from typing import Any

from website.editorial.publications import Publications

MERGE, READ, CHECK, BUILD = "merge", "read", "check", "build"
COMMIT, SWITCH, VERIFY, PUSH = "commit", "switch", "verify", "push"


class Steps:
    """The steps of one publication that is running."""

    def __init__(self, publications: Publications, number: int) -> None:
        self._publications = publications
        self._number = number
        self._rows: list[dict[str, Any]] = []
        self._began = 0.0

    def begin(self, name: str) -> None:
        """Begin a step; the one before is over."""
        self.end()
        self._rows.append({"name": name, "seconds": None, "note": ""})
        self._began = time.perf_counter()
        self._publications.record(self._number, steps=list(self._rows))

    def note(self, text: str) -> None:
        """Remark something about the step that goes on, in German."""
        self._rows[-1]["note"] = text

    def end(self) -> list[dict[str, Any]]:
        """End the last step, and return all."""
        if self._rows and self._rows[-1]["seconds"] is None:
            self._rows[-1]["seconds"] = round(time.perf_counter() - self._began, 3)
        return list(self._rows)
