"""Whether the editions of the site agree: legal pages, addresses, and translations that are old."""

from __future__ import annotations

from website.checking.check_context import SiteContext, TextContext
from website.checking.rules import Found, FoundAnywhere, SiteRule, TextRule
from website.content import kinds
from website.content.kinds import OTHER_PAGES
from website.content.languages import GERMAN
from website.content.library import Library
from website.content.problems import Severity
from website.content.translated_site_data import WORDS

ACCESSIBILITY = "barrierefreiheit"
"""The legal page that every edition has or none; the others are required in each."""


def _no_accessibility_page(site: SiteContext) -> FoundAnywhere:
    if ACCESSIBILITY in site.library.pages:
        return
    elsewhere = (other.pages.get(ACCESSIBILITY) for other in site.library.every_edition)
    if page := next(filter(None, elsewhere), None):
        message = (
            f"Diese Seite fehlt in dieser Sprache, und es gibt sie als {page.text.label}. "
            "Legen Sie sie auch hier an: Was das Gesetz verlangt, gilt in jeder Sprache."
        )
        yield site.label(OTHER_PAGES.file(ACCESSIBILITY)), 1, message


def _address_of_nothing(site: SiteContext) -> FoundAnywhere:
    library = site.library
    known = _german_paths(library.editions[GERMAN.code])
    for path in library.addresses.words:
        if path not in known:
            yield (
                site.label("website.toml"),
                site.line("addresses", path),
                (
                    f"Auf Deutsch gibt es „{path}“ nicht; diese Zeile hat keine Wirkung. Schreiben "
                    "Sie links den Weg der deutschen Seite, oder löschen Sie die Zeile."
                ),
            )


def _german_paths(german: Library) -> set[str]:
    """Return every path that pages have, and those of the folders above them."""
    addresses = german.addresses
    found = {item.address for item in german.items}
    found |= {topic.address for topic in german.site.topics}
    found |= {addresses.request(topic) for topic in german.request_topics}
    paths = {address.removeprefix(addresses.root).strip("/") for address in found}
    paths |= {kind.address for kind in kinds.KINDS} | {*WORDS, "anfrage/aufgabe"}
    above = {
        path.rsplit("/", count)[0] for path in paths for count in range(1, path.count("/") + 1)
    }
    return paths | above


def _stale_translation(subject: TextContext) -> Found:
    original = subject.library.newer_original(subject.item)
    if original is not None:
        yield (
            subject.line("updated" if subject.item.updated else "date"),
            (
                f"Der deutsche Text ({original.text.label}) ist vom {original.modified}, diese "
                f"Übersetzung vom {subject.item.modified}. Übertragen Sie, was sich geändert hat, "
                "und setzen Sie „updated“."
            ),
        )


RULES = (
    SiteRule("legal-page-missing", Severity.ERROR, _no_accessibility_page),
    SiteRule("address-of-nothing", Severity.WARNING, _address_of_nothing),
)
TEXT_RULES = (TextRule("stale-translation", Severity.WARNING, _stale_translation),)
