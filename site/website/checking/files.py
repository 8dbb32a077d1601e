"""Checks across files: addresses, titles, lists, unused images, and agreement of editions."""

from collections import defaultdict
from collections.abc import Iterator

from website.checking.check_context import ACCESSIBILITY, SiteContext, TextContext
from website.checking.punctuation import invisible_in
from website.checking.rules import Found, FoundAnywhere, Rule, site_rule, text_rule
from website.content import kinds, published, text_files
from website.content.files import RIGHTS, WORDS, FileKind, same_name
from website.content.images import wide_name
from website.content.kinds import OTHER_PAGES
from website.content.languages import GERMAN
from website.content.library import Library
from website.content.problems import msg
from website.content.sitedata import TRANSLATED_PATHS
from website.content.value_reader import shown
from website.exceptions import UnreadableFile
from website.infra import disk


@site_rule("address-taken")
def _two_with_one_address(rule: Rule, site: SiteContext) -> FoundAnywhere:
    owners: dict[str, list[TextContext]] = defaultdict(list)
    for subject in site.subjects:
        owners[subject.item.address].append(subject)
    taken = {topic.address for topic in site.library.site.topics}
    taken |= {site.library.addresses.request(topic) for topic in site.library.request_topics}
    others = (each for each in site.library.every_edition if each is not site.library)
    taken |= {other.addresses.root for other in others}
    for address, subjects in owners.items():
        for subject in subjects if len(subjects) > 1 or address in taken else ():
            yield subject.text.label, 1, rule.message(address=address)


@site_rule("alias-taken")
def _alias_taken(rule: Rule, site: SiteContext) -> FoundAnywhere:
    owners: dict[str, list[tuple[TextContext, int]]] = defaultdict(list)
    for subject in site.subjects:
        for index, alias in enumerate(subject.item.aliases):
            owners[_below_root(site.library, alias)].append((subject, index))
    answered = _answered_by_pages(site.library)
    for alias, named in owners.items():
        case = "page" if alias in answered else "twice" if len(named) > 1 else ""
        for subject, index in named if case else ():
            line = subject.line("aliases", index)
            yield subject.text.label, line, rule.message(case, alias=alias)


@site_rule("vanished-address")
def _vanished(rule: Rule, site: SiteContext) -> FoundAnywhere:
    answered = _answered_by_pages(site.library)
    answered |= {
        _below_root(edition, alias)
        for edition in site.library.every_edition
        for item in edition.public_items
        for alias in item.aliases
    }
    for line, address in published.rows(site.library.folder):
        if address.startswith("/") and _plain(address) not in answered:
            yield site.label(published.NAME), line, rule.message(address=address)


def _answered_by_pages(library: Library) -> set[str]:
    unreadable = {address for edition in library.every_edition for address in edition.reachable}
    root = library.addresses.at_site_root("/")
    below = {f"/{address.removeprefix(root)}" for address in unreadable}
    return {_plain(address) for address in (*library.promised, *below)}


def _below_root(library: Library, alias: str) -> str:
    """Return an old address of an edition, written from the root of all of them."""
    addresses = library.addresses
    address = addresses.at_root(alias).removeprefix(addresses.at_site_root("/"))
    return _plain(f"/{address}")


def _plain(address: str) -> str:
    return address.rstrip("/")


@site_rule("unreadable-list")
def _unreadable_list(_rule: Rule, site: SiteContext) -> FoundAnywhere:
    for name, rows in _lists(site):
        if isinstance(rows, OSError):
            yield site.label(name), 1, text_files.unreadable(rows)
        elif isinstance(rows, UnreadableFile):
            yield site.label(name), rows.line, str(rows)
        else:
            conflicts = [line for line, row in rows if row.startswith("=======")]
            yield from ((site.label(name), line, msg("advice.conflict")) for line in conflicts)


@site_rule("invisible-in-list")
def _invisible_in_list(_rule: Rule, site: SiteContext) -> FoundAnywhere:
    for name, rows in _lists(site):
        for line, row in () if isinstance(rows, Exception) else rows:
            if message := invisible_in(row):
                yield site.label(name), line, message


def _lists(
    site: SiteContext,
) -> Iterator[tuple[str, list[tuple[int, str]] | OSError | UnreadableFile]]:
    """Yield the plain-text lists: their rows with lines, or the error on reading."""
    for name in (published.NAME, published.FORM_KEYS, WORDS, RIGHTS):
        path = site.library.folder / name
        try:
            text = text_files.read(path) if disk.exists(path) else ""
        except (OSError, UnreadableFile) as error:
            yield name, error
        else:
            yield name, list(enumerate(text.split("\n"), start=1))


@site_rule("no-address")
def _no_address(rule: Rule, site: SiteContext) -> FoundAnywhere:
    for line, row in published.rows(site.library.folder):
        if not row.startswith(("/", "=======")):
            yield site.label(published.NAME), line, rule.message(row=shown(row))


@site_rule("same-title", "same-description")
def _said_twice(rule: Rule, site: SiteContext) -> FoundAnywhere:
    key = rule.row["key"]
    first: dict[str, TextContext] = {}
    for subject in site.subjects:
        value = getattr(subject.item, key).strip().lower()
        if value and value in first:
            message = rule.message(key=key, other=first[value].text.label)
            yield subject.text.label, subject.line(key), message
        first.setdefault(value, subject)


@site_rule("unused-image")
def _unused(rule: Rule, site: SiteContext) -> FoundAnywhere:
    used = {subject.image_path(file) for subject in site.subjects for _, file, _ in subject.images}
    used |= {same_name(wide_name(name)) for name in used}
    for file in site.library.file_cache.files:
        is_to_be_used = file.kind in {FileKind.IMAGE, FileKind.OTHER}
        if is_to_be_used and same_name(file.name) not in used:
            yield site.label(file.name), 1, rule.message(file.kind.value)


@site_rule("unlinked-article")
def _unlinked(rule: Rule, site: SiteContext) -> FoundAnywhere:
    """Find texts that no other text links to."""
    linked = {
        link.target.partition("#")[0].rpartition("/")[2]
        for subject in site.subjects
        for link in site.library.rendered(subject.item).links
    }
    dated = [item for item in site.library.public_items if item.kind.is_dated]
    for item in dated if len(dated) >= rule.row["fewest"] else ():
        if item.text.path.name not in linked:
            yield item.text.label, 1, rule.message()


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
    paths |= {kind.address for kind in kinds.KINDS} | {*TRANSLATED_PATHS, "anfrage/aufgabe"}
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
