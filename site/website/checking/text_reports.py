"""What is wrong with each text and how well it reads, found out once for as long as it holds."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from website import checking
from website.checking import Readability
from website.checking.check_context import TextContext
from website.content.library import Library
from website.content.models import Item
from website.content.problems import Problem, Severity


@dataclass(frozen=True)
class TextReport:
    """What was found out about one text."""

    problems: tuple[Problem, ...]
    """The gravest first."""
    readability: Readability

    @property
    def counts(self) -> dict[Severity, int]:
        """How many problems there are of each severity, without those there are none of."""
        return count(self.problems)


class TextReports:
    """Findings of all texts. Safe to ask from several threads."""

    def __init__(self) -> None:
        self._kept: dict[Path, _Kept] = {}
        self._lock = threading.Lock()
        self.is_ready = True
        """Whether asking takes milliseconds: the dictionary has been read, or nobody can wait."""

    def of(self, library: Library, item: Item) -> TextReport:
        """Return what is found out about a text; the first time, this takes some milliseconds."""
        # Two who ask at once wait for one answer, instead of both working on it.
        with self._lock:
            return self.known(library, item) or self._find(library, item)

    def known(self, library: Library, item: Item) -> TextReport | None:
        """Return what is found out already, if it still holds."""
        kept = self._kept.get(item.text.path)
        if kept is None or kept.item is not item:
            return None
        edition = library.edition_of(item)
        if kept.edition is not edition:
            # Links and images break without a change of the text that holds them.
            if kept.in_text != edition.check_text(item):
                return None
            kept.edition = edition
        return kept.finding

    def missing(self, library: Library) -> list[Item]:
        """List the texts that have never been looked through as they are now."""
        kept = self._kept
        return [
            i for i in library.every_item if (k := kept.get(i.text.path)) is None or k.item is not i
        ]

    def _find(self, library: Library, item: Item) -> TextReport:
        edition = library.edition_of(item)
        in_text = edition.check_text(item)
        context = TextContext(edition, item)
        problems = by_severity(checking.check_item(edition, item, context))
        finding = TextReport(problems, context.readability)
        self._kept[item.text.path] = _Kept(item, in_text, finding, edition)
        return finding


@dataclass
class _Kept:
    item: Item
    in_text: tuple[Problem, ...]
    """What the library says of the text itself."""
    finding: TextReport
    edition: Library
    """The last in which it was found to hold."""


def by_severity(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems, most severe first, then in reading order."""
    order = list(Severity)
    return tuple(sorted(problems, key=lambda problem: (order.index(problem.severity), problem)))


def count(problems: Sequence[Problem]) -> dict[Severity, int]:
    """Count the problems of each severity, without those there are none of."""
    counts = Counter(problem.severity for problem in problems)
    return {severity: counts[severity] for severity in Severity if counts[severity]}
