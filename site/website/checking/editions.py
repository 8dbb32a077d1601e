"""Whether the editions of the site agree: legal pages, addresses, and translations that are old."""

from website.checking.check_context import SiteContext, TextContext
from website.checking.rules import Found, FoundAnywhere, Rule, site_rule, text_rule
from website.content import kinds
from website.content.kinds import OTHER_PAGES
from website.content.languages import GERMAN
from website.content.library import Library
from website.content.translated_site_data import WORDS

ACCESSIBILITY = "barrierefreiheit"
"""The legal page that every edition has or none; the others are required in each."""


@site_rule("legal-page-missing")
def _no_accessibility_page(rule: Rule, site: SiteContext) -> FoundAnywhere:
    if ACCESSIBILITY in site.library.pages:
        return
    elsewhere = (other.pages.get(ACCESSIBILITY) for other in site.library.every_edition)
    if page := next(filter(None, elsewhere), None):
        yield site.label(OTHER_PAGES.file(ACCESSIBILITY)), 1, rule.message(page=page.text.label)


@site_rule("address-of-nothing")
def _address_of_nothing(rule: Rule, site: SiteContext) -> FoundAnywhere:
    known = _german_paths(site.library.editions[GERMAN.code])
    for path in site.library.addresses.words:
        if path not in known:
            yield site.data_label, site.line("addresses", path), rule.message(path=path)


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


@text_rule("stale-translation")
def _stale_translation(rule: Rule, subject: TextContext) -> Found:
    item = subject.item
    if original := subject.library.newer_original(item):
        label, newer = original.text.label, original.modified
        message = rule.message(original=label, newer=newer, older=item.modified)
        yield subject.line("updated" if item.updated else "date"), message
