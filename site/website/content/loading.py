"""Loading of the content of all editions; on reload, only changed files are read."""

import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from website.content import files, questionnaire_file, reply_templates, sitedata
from website.content.addresses import Addresses
from website.content.kinds import KINDS, OTHER_PAGES, required_pages
from website.content.languages import GERMAN
from website.content.library import Library, in_order
from website.content.models import Item, PublicationStatus
from website.content.problems import Problem
from website.content.rendering import Texts
from website.content.text_reader import FileCache, Known
from website.content.value_reader import line_of
from website.infra import disk
from website.questionnaire import Questionnaire


@dataclass
class EditionBefore:
    """The caches of an edition that speed up its next loading."""

    file_cache: FileCache
    texts: Texts


Before = Mapping[str, EditionBefore]
"""The caches of all editions, by language, that speed up the next loading."""


def load(
    folder: Path,
    *,
    today: datetime.date,
    root: str = "/",
    with_unpublished: bool = False,
    before: Library | Before | None = None,
) -> Library:
    """Read all content below a folder: the German edition, with those in other languages.

    Never raises for errors of authors: a broken file is left out and reported in ``problems``.

    :param today: articles dated later are not public yet.
    :param root: the path under which the site lies, ending with a slash.
    :param with_unpublished: show drafts, reviews and future articles too, for authors.
    :param before: the earlier state; files that have not changed since are not read again.
    """
    earlier: Mapping[str, Library | EditionBefore]
    earlier = before.editions if isinstance(before, Library) else before or {}
    readers = _Readers(today, earlier, with_unpublished)
    addresses = Addresses(root)
    of_site = sitedata.read(folder, addresses)
    of_form = questionnaire_file.read(folder)
    editions = {GERMAN.code: _edition(readers, folder, addresses, of_site, of_form)}
    for code, place in files.editions(folder).items():
        words_before = earlier[code].texts.language.translations if code in earlier else None
        addresses, of_edition = sitedata.read_translation(
            place, root, of_site[1], before=words_before
        )
        words = questionnaire_file.read_translation(place, of_form[0], of_edition[0].language)
        editions[code] = _edition(readers, place, addresses, of_edition, words)
    editions[GERMAN.code].problems += tuple(_no_editions(folder))
    for each in editions.values():
        each.editions = editions
    return editions[GERMAN.code]


@dataclass(frozen=True)
class _Readers:
    """The audience for which editions are loaded, and their earlier caches."""

    today: datetime.date
    before: Mapping[str, Library | EditionBefore]
    with_unpublished: bool

    def may_see(self, item: Item) -> bool:
        """Return whether the audience may read a text."""
        is_required = item.kind is OTHER_PAGES and item.name in required_pages()
        return self.with_unpublished or item.is_public(self.today) or is_required


def _edition(
    readers: _Readers,
    folder: Path,
    addresses: Addresses,
    of_site: sitedata.Read,
    of_form: tuple[Questionnaire, list[Problem]],
) -> Library:
    """Read the texts of one edition, whose data have been read."""
    site, found_in_site, facts_of_site = of_site
    questionnaire, found_in_form = of_form
    replies, found_in_replies = reply_templates.read(folder)
    of_data = [*found_in_site, *found_in_form, *found_in_replies]
    before = readers.before.get(site.language.code)
    request_topics = [key for key, _ in questionnaire.topics]
    topics = [topic.slug for topic in site.topics]
    known = Known(topics, request_topics, addresses, site.language)
    file_cache = FileCache(folder, known, before.file_cache if before else None)
    texts = Texts(addresses, site.foreign_terms, language=site.language)
    of_texts = [problem for cached in file_cache.texts() for problem in cached.problems]
    found = [cached.item for cached in file_cache.kept.values() if cached.item]
    items = tuple(sorted(found, key=in_order))
    public = tuple(filter(readers.may_see, items))
    kept = (file_cache.kept[str(item.text.path)] for item in public)
    open_facts = [*facts_of_site, *(fact for cached in kept for fact in cached.open_facts)]
    is_readable = site.is_readable and questionnaire.is_readable
    of_files = [*of_texts, *_required(folder, items), *file_cache.strays]
    return Library(
        folder=folder,
        addresses=addresses,
        site=site,
        items=items,
        public_items=public,
        problems=(*of_data, *of_files) if is_readable else tuple(of_data),
        questionnaire=questionnaire,
        reply_templates=replies,
        today=readers.today,
        open_facts=tuple(open_facts),
        file_cache=file_cache,
        texts=before.texts.or_anew(texts) if before else texts,
    )


def _no_editions(folder: Path) -> Iterable[Problem]:
    """Yield a problem for each folder that looks like an edition and is none."""
    is_content = os.path.isfile(folder / sitedata.NAME)  # noqa: PTH113 - raises nothing
    places = files.entries(folder) if is_content else ()
    own = {kind.folder.partition("/")[0] for kind in KINDS}
    for place in places:
        if place.name not in own and (message := files.why_no_edition(place)):
            yield Problem(files.label(folder, f"{place.name}/{sitedata.NAME}"), 1, message)


def _required(folder: Path, items: Sequence[Item]) -> Iterable[Problem]:
    """Yield the problems of pages that the site requires."""
    pages = {item.name: item for item in items if item.kind is OTHER_PAGES}
    for name in required_pages():
        file = OTHER_PAGES.file(name)
        if name not in pages:
            if not disk.exists(folder / file):
                message = "Diese Seite fehlt; die Website braucht sie. Legen Sie die Datei an."
                yield Problem(files.label(folder, file), 1, message)
        elif pages[name].status is not PublicationStatus.PUBLISHED:
            text = pages[name].text
            message = "Ohne diese Seite geht die Website nicht. Löschen Sie die Zeile „status“."
            yield Problem(text.label, line_of(text.lines, ("status",)), message)
