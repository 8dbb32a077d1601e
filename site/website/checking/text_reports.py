"""Cached reports of texts: problems and readability, checked again only after changes."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from website import checking
from website.checking import Readability
from website.checking.check_context import TextContext, author_list
from website.content import library_problems
from website.content.files import RIGHTS, WORDS
from website.content.library import Library
from website.content.models import Item
from website.content.problems import Problem, Severity


@dataclass(frozen=True)
class TextReport:
    """The problems and the readability of a text."""

    problems: tuple[Problem, ...]
    """The gravest first."""
    readability: Readability

    @property
    def counts(self) -> dict[Severity, int]:
        """The number of problems of each severity that occurs."""
        return count(self.problems)


class TextReports:
    """Cache of the reports of all texts. Thread-safe."""

    def __init__(self) -> None:
        self._kept: dict[Path, _Kept] = {}
        self._lock = threading.Lock()
        self.is_ready = True
        """Whether a report takes milliseconds: false while the dictionary is being loaded."""

    def of(self, library: Library, item: Item) -> TextReport:
        """Return the report of a text; computing it takes some milliseconds."""
        # Two who ask at once wait for one answer, instead of both working on it.
        with self._lock:
            return self.known(library, item) or self._find(library, item)

    def known(self, library: Library, item: Item) -> TextReport | None:
        """Return the cached report of a text if it is still valid."""
        kept = self._kept.get(item.text.path)
        if kept is None or kept.item is not item:
            return None
        edition = library.edition_of(item)
        if kept.edition is not edition:
            if kept.made_from != _made_from(edition, item):
                return None
            kept.edition = edition
        return kept.finding

    def missing(self, library: Library) -> list[Item]:
        """Return the texts that have not been checked in their current state."""
        return [item for item in library.every_item if self.known(library, item) is None]

    def _find(self, library: Library, item: Item) -> TextReport:
        edition = library.edition_of(item)
        context = TextContext(edition, item)
        problems = by_severity(checking.check_item(edition, item, context))
        finding = TextReport(problems, context.readability)
        self._kept[item.text.path] = _Kept(item, _made_from(edition, item), finding, edition)
        return finding


@dataclass
class _Kept:
    item: Item
    made_from: tuple[object, ...]
    """As :func:`_made_from` returns it."""
    finding: TextReport
    edition: Library
    """The last in which it was found to hold."""


def _made_from(edition: Library, item: Item) -> tuple[object, ...]:
    """Return what a report depends on and what may change without its text.

    Links and images break, authors enter words and rights of images, texts are translated, and
    reviews become due.
    """
    return (
        library_problems.of_text(edition, item),
        edition.newer_original(item),
        edition.site.foreign_terms,
        author_list(edition.folder, WORDS),
        author_list(edition.folder, RIGHTS),
        edition.today,
    )


def by_severity(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems, most severe first, then in reading order."""
    order = list(Severity)
    return tuple(sorted(problems, key=lambda problem: (order.index(problem.severity), problem)))


def count(problems: Sequence[Problem]) -> dict[Severity, int]:
    """Return the number of problems of each severity that occurs."""
    counts = Counter(problem.severity for problem in problems)
    return {severity: counts[severity] for severity in Severity if counts[severity]}
