"""Checks of the content: runs the rules and returns problems in plain German.

Errors block a release, warnings should be corrected, hints are suggestions. Each subject has a
table of rules, ``<subject>.toml``; where a rule needs more than a pattern, a function in the module
of the same name checks one text (:class:`TextContext`) or the whole site.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from website.checking import (  # noqa: F401 - their functions find what the tables name
    claims,
    files,
    images,
    law,
    links,
    markup,
    punctuation,
    rules,
    sources,
    spelling,
    style,
)
from website.checking.check_context import SiteContext, TextContext
from website.checking.readability import Light, Readability
from website.checking.rules import Rule
from website.config import ROOT
from website.content import library_problems
from website.content.library import Library
from website.content.models import Item
from website.content.problems import Problem, Severity

__all__ = ["Light", "Readability", "check", "check_data", "check_item", "errors"]

TEXT_RULES = tuple(rule for rule in rules.table().values() if not rule.is_of_site)
SITE_RULES = tuple(rule for rule in rules.table().values() if rule.is_of_site)


def check(library: Library, root: Path = ROOT) -> tuple[Problem, ...]:
    """Return every problem of every file of every edition, sorted by place.

    :param root: the checkout, whose templates and static files are looked at too.
    """
    return tuple(sorted(_in_every_edition(library, root, SITE_RULES)))


def errors(library: Library, changed: Collection[str], root: Path = ROOT) -> tuple[Problem, ...]:
    """Return the errors that block the release of some changed files.

    Only changed texts are checked by themselves: in the others, only links, images and the rules
    for the whole site can be affected.

    :param changed: the files, named from the content folder.
    :param root: the checkout, whose templates and static files are looked at too.
    """
    labels = {library.label(file) for file in changed}
    grave = [rule for rule in SITE_RULES if rule.severity is Severity.ERROR]
    found = _in_every_edition(library, root, grave, labels)
    return tuple(sorted(problem for problem in found if problem.blocks))


def check_item(
    library: Library, item: Item, context: TextContext | None = None
) -> tuple[Problem, ...]:
    """Return the problems of one text, sorted by place. Fast enough to run while typing.

    :param library: of any edition.
    :param context: of the text, where the caller uses it, too.
    """
    edition, label = library.edition_of(item), item.text.label
    found = [p for p in (*edition.problems, *edition.open_facts) if p.path == label]
    found += library_problems.of_text(edition, item)
    found += _of_text(context or TextContext(edition, item))
    return tuple(sorted(set(found)))


def check_data(library: Library, file: str, root: Path = ROOT) -> tuple[Problem, ...]:
    """Return the problems of a TOML file of the content, sorted by place.

    Texts are not checked, though a change of the data may affect them.

    :param file: named from the content folder.
    """
    label = library.label(file)
    edition, _ = library.in_edition(file)
    found = [*edition.problems, *edition.open_facts]
    if edition.is_readable:
        found += library_problems.of_navigation(edition)
        of_data = [rule for rule in SITE_RULES if rule.row.get("of_data")]
        found += _of_site(_site(edition, root), of_data)
    return tuple(sorted({problem for problem in found if problem.path == label}))


def _in_every_edition(
    library: Library,
    root: Path,
    site_rules: Collection[Rule],
    labels: Collection[str] | None = None,
) -> set[Problem]:
    """Return what is found in all editions, each problem once.

    :param labels: of the texts that are looked at, each by itself; without it all are.
    """
    found: set[Problem] = set()
    for edition in library.every_edition:
        found.update(library_problems.every(edition))
        if edition.is_readable:
            site = _site(edition, root)
            found.update(edition.open_facts)
            for subject in site.subjects:
                if labels is None or subject.text.label in labels:
                    found.update(_of_text(subject))
            found.update(_of_site(site, site_rules))
    return found


def _site(edition: Library, root: Path) -> SiteContext:
    return SiteContext(edition, root if edition.is_german else None)


def _of_text(subject: TextContext) -> Iterator[Problem]:
    for rule in TEXT_RULES:
        if rule.applies_to(subject.language):
            yield from rule.check_text(subject)


def _of_site(site: SiteContext, site_rules: Iterable[Rule]) -> Iterator[Problem]:
    for rule in site_rules:
        if rule.applies_to(site.language):
            yield from rule.check_site(site)
