"""What only shows when all files are seen together: addresses, titles, images left over."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable

from website.checking.author_lists import WORDS
from website.checking.check_context import SiteContext, TextContext
from website.checking.punctuation import invisible_in
from website.checking.rules import FoundAnywhere, SiteRule
from website.content import published, text_files
from website.content.files import RIGHTS, FileKind, same_name
from website.content.images import wide_name
from website.content.library import Library
from website.content.problems import Severity
from website.content.value_reader import shown
from website.exceptions import UnreadableFile


def _two_with_one_address(site: SiteContext) -> FoundAnywhere:
    owners: dict[str, list[TextContext]] = defaultdict(list)
    for subject in site.subjects:
        owners[subject.item.address].append(subject)
    taken = {topic.address for topic in site.library.site.topics}
    taken |= {site.library.addresses.request(topic) for topic in site.library.request_topics}
    others = (each for each in site.library.every_edition if each is not site.library)
    taken |= {other.addresses.root for other in others}
    for address, subjects in owners.items():
        if len(subjects) > 1 or address in taken:
            for subject in subjects:
                yield (
                    subject.text.label,
                    1,
                    (
                        f"Die Adresse {address} hat schon eine andere Seite. Geben Sie der Datei "
                        "einen anderen Namen."
                    ),
                )


def _alias_taken(site: SiteContext) -> FoundAnywhere:
    owners: dict[str, list[tuple[TextContext, int]]] = defaultdict(list)
    for subject in site.subjects:
        for index, alias in enumerate(subject.item.aliases):
            owners[_below_root(site.library, alias)].append((subject, index))
    answered = _answered_by_pages(site.library)
    for alias, named in owners.items():
        for subject, index in named:
            line = subject.line("aliases", index)
            if alias in answered:
                message = (
                    f"Unter der alten Adresse {alias}/ liegt eine Seite. Löschen Sie die Zeile."
                )
                yield subject.text.label, line, message
            elif len(named) > 1:
                message = f"Die alte Adresse {alias}/ steht zweimal da. Löschen Sie eine davon."
                yield subject.text.label, line, message


def _vanished(site: SiteContext) -> FoundAnywhere:
    answered = _answered_by_pages(site.library)
    answered |= {
        _below_root(edition, alias)
        for edition in site.library.every_edition
        for item in edition.public_items
        for alias in item.aliases
    }
    for line, address in published.rows(site.library.folder):
        if address.startswith("/") and _plain(address) not in answered:
            yield (
                site.label(published.NAME),
                line,
                (
                    f"{address} war veröffentlicht, und nun gibt es die Adresse nicht mehr. "
                    "Schreiben Sie sie zu den alten Adressen des Artikels, der an ihre Stelle "
                    "tritt: "
                    f"aliases: [{address}]"
                ),
            )


def _answered_by_pages(library: Library) -> set[str]:
    unreadable = {address for edition in library.every_edition for address in edition.reachable}
    root = library.addresses.at_site_root("/")
    below = {f"/{address.removeprefix(root)}" for address in unreadable}
    return {_plain(address) for address in (*published.promised(library), *below)}


def _below_root(library: Library, alias: str) -> str:
    """Return an old address of an edition, written from the root of all of them."""
    addresses = library.addresses
    address = addresses.at_root(alias).removeprefix(addresses.at_site_root("/"))
    return _plain(f"/{address}")


def _unreadable_list(site: SiteContext) -> FoundAnywhere:
    for name in (published.NAME, published.FORM_KEYS, WORDS, RIGHTS):
        path = site.library.folder / name
        try:
            rows = text_files.read(path).split("\n") if path.exists() else []
        except OSError as error:
            yield site.label(name), 1, f"Die Datei lässt sich nicht lesen ({error.strerror})."
            continue
        except UnreadableFile as error:
            yield site.label(name), error.line, str(error)
            continue
        for line, row in enumerate(rows, start=1):
            if row.startswith("======="):
                message = "Hier steht „=======“ aus einem Konflikt von git. Löschen Sie die Zeile."
                yield site.label(name), line, message


def _invisible_in_list(site: SiteContext) -> FoundAnywhere:
    for name in (published.NAME, published.FORM_KEYS, WORDS, RIGHTS):
        with contextlib.suppress(OSError, UnreadableFile):
            for line, row in enumerate(
                text_files.read(site.library.folder / name).split("\n"), start=1
            ):
                if message := invisible_in(row):
                    yield site.label(name), line, message


def _no_address(site: SiteContext) -> FoundAnywhere:
    for line, row in published.rows(site.library.folder):
        if not row.startswith(("/", "=======")):
            message = f"„{shown(row)}“ ist keine Adresse; sie beginnt mit /. Löschen Sie die Zeile."
            yield site.label(published.NAME), line, message


def _plain(address: str) -> str:
    return address.rstrip("/")


def _said_twice(
    key: str, of: Callable[[TextContext], str]
) -> Callable[[SiteContext], FoundAnywhere]:
    """Return a rule that finds texts with the same value in their front matter."""

    def find(site: SiteContext) -> FoundAnywhere:
        first: dict[str, TextContext] = {}
        for subject in site.subjects:
            value = of(subject).strip().lower()
            if value and value in first:
                yield (
                    subject.text.label,
                    subject.line(key),
                    (
                        f"„{key}“ steht genauso in {first[value].text.label}. In Suchergebnissen "
                        "wären beide nicht zu unterscheiden."
                    ),
                )
            first.setdefault(value, subject)

    return find


def _unused(site: SiteContext) -> FoundAnywhere:
    used = {subject.image_path(file) for subject in site.subjects for _, file, _ in subject.images}
    used |= {same_name(wide_name(name)) for name in used}
    for file in site.library.file_cache.files:
        if file.kind in _NOT_USED and same_name(file.name) not in used:
            yield site.label(file.name), 1, _NOT_USED[file.kind]


_NOT_USED = {
    FileKind.IMAGE: (
        "Dieses Bild wird in keinem Text verwendet. Löschen Sie es, wenn es niemand braucht."
    ),
    FileKind.OTHER: (
        "Diese Datei wird nicht veröffentlicht: Die Website besteht aus Texten und Bildern. "
        "Bewahren Sie sie anderswo auf."
    ),
}


def _unlinked(site: SiteContext) -> FoundAnywhere:
    """A text that no other leads to is found by few."""
    linked = {
        link.target.partition("#")[0].rpartition("/")[2]
        for subject in site.subjects
        for link in site.library.rendered(subject.item).links
    }
    dated = [item for item in site.library.public_items if item.kind.is_dated]
    if len(dated) < FEW_TEXTS:
        return
    for item in dated:
        if item.text.path.name not in linked:
            yield (
                item.text.label,
                1,
                "Kein anderer Text führt zu diesem Text. Setzen Sie einen Link, wo er hilft.",
            )


FEW_TEXTS = 3

RULES = (
    SiteRule("address-taken", Severity.ERROR, _two_with_one_address),
    SiteRule("alias-taken", Severity.ERROR, _alias_taken),
    SiteRule("unreadable-list", Severity.ERROR, _unreadable_list),
    SiteRule("invisible-in-list", Severity.WARNING, _invisible_in_list),
    SiteRule("no-address", Severity.ERROR, _no_address),
    SiteRule("vanished-address", Severity.ERROR, _vanished),
    SiteRule("same-title", Severity.WARNING, _said_twice("title", lambda s: s.item.title)),
    SiteRule(
        "same-description",
        Severity.WARNING,
        _said_twice("description", lambda s: s.item.description),
    ),
    SiteRule("unused-image", Severity.WARNING, _unused),
    SiteRule("unlinked-article", Severity.HINT, _unlinked),
)
