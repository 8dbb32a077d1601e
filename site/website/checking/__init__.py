"""Everything that is checked in what authors write, and told to them in plain German.

Errors stop a release, warnings should be mended, hints are for the writer. One module per subject
holds its rules: small functions that look at one text (:class:`TextContext`) or at the whole site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.checking import (
    claims,
    files,
    language,
    law,
    links,
    markup,
    pictures,
    provider,
    punctuation,
    review_dates,
    sources,
    spelling,
    structure,
)
from website.checking.check_context import SiteContext, TextContext
from website.checking.scores import Light, Readability
from website.config import ROOT
from website.content.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from website.checking.rules import SiteRule, TextRule
    from website.content.library import Library
    from website.content.models import Item
    from website.content.problems import Problem

__all__ = ["Light", "Readability", "check", "check_data", "check_item", "errors"]

TEXT_RULES: tuple[TextRule, ...] = (
    *structure.RULES,
    *markup.RULES,
    *links.RULES,
    *pictures.RULES,
    *punctuation.RULES,
    *language.RULES,
    *spelling.RULES,
    *claims.RULES,
    *review_dates.RULES,
    *law.TEXT_RULES,
)
SITE_RULES: tuple[SiteRule, ...] = (*files.RULES, *provider.RULES, *law.RULES, *sources.RULES)


def check(library: Library, root: Path = ROOT) -> tuple[Problem, ...]:
    """Return every problem of every file, sorted by place.

    :param root: the checkout, whose templates and static files are looked at too.
    """
    if not library.is_readable:
        return library.check()
    site = SiteContext(library, root)
    found = [*library.check(), *library.open_facts]
    for subject in site.subjects:
        found += _of_text(subject)
    for rule in SITE_RULES:
        found += rule.problems(site)
    return tuple(sorted(set(found)))


def errors(library: Library, files: Collection[str], root: Path = ROOT) -> tuple[Problem, ...]:
    """Return the errors that keep some changed files, or what they break, from visitors.

    Each text by itself is looked at only where it is named: nothing else can have become wrong in
    the others than links, images, and what the rules for the whole site see.

    :param files: what has changed, named from the content folder.
    :param root: the checkout, whose templates and static files are looked at too.
    """
    found = [*library.check()]
    if library.is_readable:
        site = SiteContext(library, root)
        found += library.open_facts
        for subject in site.subjects:
            if subject.text.file in files:
                found += _of_text(subject)
        for rule in SITE_RULES:
            if rule.severity is Severity.ERROR:
                found += rule.problems(site)
    return tuple(sorted({problem for problem in found if problem.blocks}))


def check_item(
    library: Library, item: Item, context: TextContext | None = None
) -> tuple[Problem, ...]:
    """Return the problems of one text, sorted by place. Fast enough to run while it is written.

    :param context: of the text, where somebody else asks it, too.
    """
    label = item.text.label
    found = [p for p in (*library.problems, *library.open_facts) if p.path == label]
    found += library.check_text(item)
    found += _of_text(context or TextContext(library, item))
    return tuple(sorted(set(found)))


def check_data(library: Library, file: str, root: Path = ROOT) -> tuple[Problem, ...]:
    """Return the problems of a TOML file of the content, sorted by place.

    Texts are not looked through: only they can tell what else has become wrong in them.

    :param file: named from the content folder.
    """
    label = library.label(file)
    found = [*library.problems, *library.open_facts]
    if library.is_readable:
        site = SiteContext(library, root)
        found += library.check_navigation()
        for rule in (*provider.RULES, *law.DATA_RULES):
            found += rule.problems(site)
    return tuple(sorted({problem for problem in found if problem.path == label}))


def _of_text(subject: TextContext) -> Iterator[Problem]:
    for rule in TEXT_RULES:
        yield from rule.problems(subject)
