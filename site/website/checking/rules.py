"""The rules of the checks, read from TOML tables: severity, languages, patterns, messages.

The file ``<subject>.toml`` beside this one has a table for each rule: its severity, the languages
whose texts it looks at (all where none are named; facts that stand once are looked at in German),
thresholds, patterns and messages, by language or by what they are for; ``of_data`` where
``website.toml`` can break it without any text. Where a table says ``where``
to look for its pattern, it is all of the rule; else a function of ``<subject>.py`` finds it.
"""

import functools
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from website.checking.check_context import SiteContext, TextContext
from website.content.problems import Problem, Severity
from website.infra import toml_tables
from website.infra.text import shortened

Found = Iterable[tuple[int, str]]
"""Lines of the text's file, and what to do about each."""

FoundAnywhere = Iterable[tuple[str, int, str]]
"""Files, lines, and what to do."""

TextFinder = Callable[["Rule", TextContext], Found]
SiteFinder = Callable[["Rule", SiteContext], FoundAnywhere]
FinderT = TypeVar("FinderT")

AROUND = 60
"""Number of letters to show before and after a match."""
LONGEST_VALUE = 200
"""Number of letters to show of a value in a message."""
LONGEST_SHOWN = 120
"""Number of letters to show of a match."""

_text_finders: dict[str, TextFinder] = {}
_site_finders: dict[str, SiteFinder] = {}


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule, as its table describes it."""

    name: str
    subject: str
    """The name of the file that its table stands in."""
    row: Mapping[str, Any]
    """Its table."""

    @property
    def severity(self) -> Severity:
        """The severity of its problems."""
        return Severity(self.row["severity"])

    @property
    def is_of_site(self) -> bool:
        """Whether it looks at several files together, not at each text by itself."""
        return self.name in _site_finders

    def find(self, subject: TextContext) -> Found:
        """Yield the lines and messages of one article or page."""
        return _text_finders.get(self.name, _matches)(self, subject)

    def check_text(self, subject: TextContext) -> Iterator[Problem]:
        """Yield the problems of one article or page."""
        is_public = subject.library.is_public(subject.item)
        for line, message in self.find(subject):
            yield Problem(subject.text.label, line, message, self.severity, is_public, self.name)

    def check_site(self, site: SiteContext) -> Iterator[Problem]:
        """Yield the problems of several files together."""
        for path, line, message in _site_finders[self.name](self, site):
            yield Problem(path, line, message, self.severity, rule=self.name)

    def applies_to(self, language: str) -> bool:
        """Return whether it looks at texts in a language, named by its code."""
        return language in self.row.get("languages", [language])

    def pattern(self, key: str = "") -> re.Pattern[str]:
        """Return its pattern for a language or a purpose."""
        return self.compiled(_chosen(self.row["pattern"], key))

    def compiled(self, pattern: str | list[str]) -> re.Pattern[str]:
        """Compile a pattern of its table, which may be written in several pieces."""
        return _compiled("".join(pattern), re.MULTILINE if self.row.get("where") == "signs" else 0)

    def message(self, key: str = "", /, **values: object) -> str:
        """Return its message for a language or a case, with values filled in, shortened."""
        shown = {
            name: shortened(value, LONGEST_VALUE) if isinstance(value, str) else value
            for name, value in values.items()
        }
        return toml_tables.filled(_chosen(self.row["message"], key), **shown)


def text_rule(*names: str) -> Callable[[TextFinder], TextFinder]:
    """Register the function of some rules that look at each text by itself."""
    return functools.partial(_registered, _text_finders, names)


def site_rule(*names: str) -> Callable[[SiteFinder], SiteFinder]:
    """Register the function of some rules that look at several files together."""
    return functools.partial(_registered, _site_finders, names)


def _registered(finders: dict[str, FinderT], names: Iterable[str], find: FinderT) -> FinderT:
    finders.update(dict.fromkeys(names, find))
    return find


@functools.cache
def table() -> Mapping[str, Rule]:
    """Return every rule by its name; all functions that find must have been imported."""
    return {
        name: Rule(name, file.stem, row)
        for file in sorted(Path(__file__).parent.glob("*.toml"))
        for name, row in tomllib.loads(file.read_text("utf-8")).items()
    }


def _matches(rule: Rule, subject: TextContext) -> Found:
    """Yield each match of a rule's pattern where its table says to look for it."""
    pattern = rule.pattern(subject.language)
    for first_line, text in _PLACES[rule.row["where"]](subject):
        # Where prose is read, a phrase may go on in the next line.
        read = text.replace("\n", " ") if rule.row["where"] == "prose" else text
        for found in pattern.finditer(read):
            line = first_line + text.count("\n", 0, found.start())
            shown = shortened(found[0], LONGEST_SHOWN).strip().replace("\n", " ")
            yield line, rule.message(subject.language, found=shown, around=around(found))


def around(found: re.Match[str]) -> str:
    """Return a match with the words around it, without letters that are far away."""
    left = re.search(r"\S*\Z", found.string[max(found.start() - AROUND, 0) : found.start()])
    right = re.match(r"\S*", found.string[found.end() : found.end() + AROUND])
    middle = shortened(found[0], LONGEST_SHOWN)
    shown = f"{left[0] if left else ''}{middle}{right[0] if right else ''}"
    return " ".join(shown.split()) if "  " not in shown else shown


_PLACES: Mapping[str, Callable[[TextContext], Iterable[tuple[int, str]]]] = {
    "passages": lambda subject: ((each.line, each.text) for each in subject.passages),
    "prose": lambda subject: ((each.line, each.text) for each in subject.prose),
    "headings": lambda subject: ((each.line, each.text) for each in subject.headings),
    "signs": lambda subject: ((each.line, each.signs or each.text) for each in subject.passages),
    "written": lambda subject: subject.written,
    "legal": lambda subject: subject.rows if subject.is_legal else (),
}
"""What tables call the places of a text, and the pieces of each with their lines."""


def _chosen(value: Any, key: str) -> Any:  # noqa: ANN401 - of a table
    return value[key] if isinstance(value, dict) else value


@functools.cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)
