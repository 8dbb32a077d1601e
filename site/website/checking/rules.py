"""What a rule is: a name, how much it matters, and a function that finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from website.checking.check_context import SiteContext, TextContext
from website.content.problems import Problem, Severity

Found = Iterable[tuple[int, str]]
"""Lines of the text's file, and what to do about each."""

FoundAnywhere = Iterable[tuple[str, int, str]]
"""Files, lines, and what to do."""


@dataclass(frozen=True)
class TextRule:
    """Looks at one article or page by itself."""

    name: str
    severity: Severity
    find: Callable[[TextContext], Found]

    def problems(self, subject: TextContext) -> Iterator[Problem]:
        """Yield what it finds in a text."""
        is_public = subject.library.is_public(subject.item)
        for line, message in self.find(subject):
            yield Problem(subject.text.label, line, message, self.severity, is_public, self.name)


@dataclass(frozen=True)
class SiteRule:
    """Looks at several files together."""

    name: str
    severity: Severity
    find: Callable[[SiteContext], FoundAnywhere]

    def problems(self, site: SiteContext) -> Iterator[Problem]:
        """Yield what it finds anywhere."""
        for path, line, message in self.find(site):
            yield Problem(path, line, message, self.severity, rule=self.name)
