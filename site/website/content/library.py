"""The library: all content of an edition, with lookups, rendering, links and problems."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any, cast

from website.content import (
    files,
    images,
    kinds,
    languages,
    questionnaire_file,
    redirects,
    reply_templates,
    sitedata,
)
from website.content.addresses import Addresses
from website.content.blocks import TOOLS
from website.content.images import Variant
from website.content.kinds import (
    ARTICLES,
    PAGE_KINDS,
    SEARCH,
    TOOL_PAGES,
    Article,
    Page,
    pages_without_address,
)
from website.content.languages import GERMAN, Language
from website.content.models import (
    Alternate,
    Image,
    Item,
    ItemT_co,
    Kind,
    ListPage,
    Rendered,
    TextContent,
    Topic,
)
from website.content.problems import Problem, is_placeholder
from website.content.related import RelatedArticles
from website.content.rendering import Placed, Texts
from website.content.reply_templates import ReplyTemplate
from website.content.sitedata import SiteData
from website.content.text_reader import FileCache, Reader
from website.exceptions import ImageError
from website.infra import paging
from website.questionnaire import Questionnaire

RELATED = 3

ARTICLES_IN_PART = 64
"""At least so many articles for each part of the search's index."""
MOST_PARTS = 16


@dataclass
class Library:
    """The content of one edition as one audience may see it.

    ``public_items`` are those that are public on a day, or all of them for authors (see
    :func:`load`). Texts are rendered when first asked for and kept.
    """

    folder: Path
    addresses: Addresses
    site: SiteData
    items: tuple[Item, ...]
    """Every text, whether public or not; those of a kind in their order."""
    public_items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    """What is wrong with front matter and site data."""
    questionnaire: Questionnaire
    """What the request form asks."""
    reply_templates: tuple[ReplyTemplate, ...]
    today: datetime.date
    open_facts: tuple[Problem, ...]
    """Placeholders of what would be public; a release must not contain any."""
    file_cache: FileCache
    texts: Texts
    editions: Mapping[str, Library] = field(default_factory=dict, repr=False)
    """Every edition by its language, itself among them; the German one is the first."""
    _rendered: dict[str, tuple[Rendered, tuple[Problem, ...]]] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The language of its texts."""
        return self.site.language

    @property
    def is_german(self) -> bool:
        """Whether this is the German edition, which the others translate."""
        return self.language.code == GERMAN.code

    @property
    def every_edition(self) -> tuple[Library, ...]:
        """All editions, the German one first."""
        return tuple(self.editions.values())

    @property
    def unreadable_files(self) -> Iterator[str]:
        """The files of all editions that should hold a text and cannot be read."""
        for edition in self.every_edition:
            for cached in edition.file_cache.kept.values():
                if cached.item is None:
                    yield cached.label.partition("/")[2]

    @property
    def every_item(self) -> Iterator[Item]:
        """All texts of all editions, the German ones first."""
        return (item for edition in self.every_edition for item in edition.items)

    @property
    def every_problem(self) -> tuple[Problem, ...]:
        """The problems of front matter and site data of all editions."""
        return tuple(problem for each in self.every_edition for problem in each.problems)

    @cached_property
    def every_open_fact(self) -> frozenset[Problem]:
        """The placeholders in what would be public, in all editions."""
        return frozenset(fact for each in self.every_edition for fact in each.open_facts)

    def label(self, file: str) -> str:
        """Return a file, named from the folder, as authors know it."""
        return files.label(self.folder, file)

    def content_file(self, file: str) -> str:
        """Return a file, named from this edition's folder, as named from that of all editions."""
        return self.label(file).partition("/")[2]

    def in_edition(self, file: str) -> tuple[Library, str]:
        """Return the edition that a file belongs to, and its name from that edition's folder.

        :param file: named from this edition's folder.
        """
        code, slash, rest = file.partition("/")
        other = self.editions.get(code) if self.is_german and slash else None
        return (other, rest) if other else (self, file)

    @cached_property
    def image_names(self) -> dict[str, Variant]:
        """All image variants by their fingerprinted file names.

        The files need not exist yet: :func:`website.content.images.make` creates them.
        """
        return {
            variant.name: variant
            for item in self.public_items
            for variant in self.variants_of(item)
        }

    @property
    def is_readable(self) -> bool:
        """Whether site data and questionnaire, on which everything else depends, could be read."""
        return self.site.is_readable and self.questionnaire.is_readable

    @property
    def request_topics(self) -> tuple[str, ...]:
        """The topics offered by the request form; each has a form of its own."""
        return tuple(key for key, _ in self.questionnaire.topics)

    def of_kind(self, kind: Kind[ItemT_co]) -> tuple[ItemT_co, ...]:
        """Return the public texts of a kind: what is dated newest first, the rest by name."""
        return cast("tuple[ItemT_co, ...]", self._by_kind.get(kind, ()))

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The public articles, newest first."""
        return self.of_kind(ARTICLES)

    @property
    def feed_items(self) -> tuple[Item, ...]:
        """The entries of the feeds, newest first."""
        items = [item for item in self.public_items if item.kind.in_feed]
        return tuple(sorted(items, key=lambda item: item.date or datetime.date.max, reverse=True))

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """The public pages by their file's name. Required ones are always there."""
        return {item.name: item for kind in PAGE_KINDS for item in self.of_kind(kind)}

    def article(self, name: str) -> Article | None:
        """Return an article by its name."""
        position = self._positions.get(ARTICLES.file(name))
        return None if position is None else self.articles[position]

    def page(self, name: str) -> Page:
        """Return a page by its file's name. Required ones are always there.

        Where an edition's own page cannot be read, the German one is returned.
        """
        return self.pages.get(name) or self.editions[GERMAN.code].pages[name]

    def page_above(self, kind: Kind[Item]) -> Page | None:
        """Return the page with the text above the list of a kind."""
        return self.pages.get(kind.address)

    def item_at(self, address: str) -> Item | None:
        """Return the text that visitors find at an address."""
        return self._at.get(address)

    @property
    def addressed_items(self) -> tuple[Item, ...]:
        """The public texts that have an address of their own."""
        return tuple(self._at.values())

    def public_file(self, file: str) -> Item | None:
        """Return the public text in a file, named relative to the content folder."""
        return self.by_file[file] if file in self._positions else None

    def in_topic(self, topic: Topic) -> tuple[Article, ...]:
        """Return the articles of a topic, newest first."""
        return self._by_topic.get(topic.slug, ())

    def listed(self, group: Kind[Item] | Topic, number: int) -> ListPage | None:
        """Return one page of the texts of a kind or a topic; None where there is no such page."""
        items = self.in_topic(group) if isinstance(group, Topic) else self.of_kind(group)
        return self._list_page(items, number)

    def list_pages(self, items: Sequence[Item]) -> tuple[ListPage, ...]:
        """Return the pages of a list; an empty list has one empty page."""
        found: list[ListPage] = []
        while page := self._list_page(items, len(found) + 1):
            found.append(page)
        return tuple(found)

    def _list_page(self, items: Sequence[Item], number: int) -> ListPage | None:
        size = self.site.articles_per_page
        count = paging.count(len(items), size)
        shown = tuple(items[(number - 1) * size : number * size])
        return ListPage(number, count, shown) if 1 <= number <= count else None

    def topic_of(self, item: Item) -> Topic | None:
        """Return the topic of a text; None where it has none."""
        return self.site.topic(item.topic)

    @cached_property
    def tools(self) -> tuple[Page, ...]:
        """The pages that show a tool, in the order of :data:`blocks.TOOLS`."""
        return self._tools_named(TOOLS)

    def tools_for(self, article: Article) -> tuple[Page, ...]:
        """Return the tools that an article names, in its order."""
        return self._tools_named(article.tools)

    def _tools_named(self, names: Iterable[str]) -> tuple[Page, ...]:
        shown = {page.name: page for page in self.of_kind(TOOL_PAGES)}
        return tuple(shown[name] for name in names if name in shown)

    def articles_about(self, tool: Page) -> tuple[Article, ...]:
        """Return the articles that name a tool, newest first."""
        return tuple(article for article in self.articles if tool.name in article.tools)

    def related(self, article: Article) -> tuple[Article, ...]:
        """Return related articles: by common tags, then by topic, then the newest."""
        nearest = self._related.nearest(article, self._positions.get(article.text.file))
        return tuple(self.articles[position] for position in islice(nearest, RELATED))

    def neighbours(self, item: Item) -> tuple[Item | None, Item | None]:
        """Return the text of the same kind before and the one after, in order of date."""
        same = self.of_kind(item.kind)
        index = self._positions[item.text.file]
        older = same[index + 1] if index + 1 < len(same) else None
        newer = same[index - 1] if index else None
        return older, newer

    def rendered(self, item: Item) -> Rendered:
        """Return a text as HTML."""
        rendered, _ = self.render(item)
        if self.texts.blobs is None:
            return rendered
        parts = self.texts.html(self._placed(item))
        return replace(rendered, parts=parts)

    def picture(self, item: Item) -> Image | None:
        """Return the picture at the head of a text; None where it has none to show."""
        if item.image is None:
            return None
        try:
            return self._image(item.text, item.image.file)
        except ImageError:
            return None

    def foreign_pieces(self, text: str) -> list[tuple[str, str]]:
        """Split a plain text into pieces and their languages; ``""`` is the site's own."""
        return self.texts.renderer.foreign_pieces(text)

    def with_text(self, file: str, data: bytes) -> Library:
        """Return the same content with other bytes in one file, drafts included.

        Nothing is written, and no other file is read again.

        :param file: named from the content folder; there need be no such file.
        :raises LookupError: if the file is none that is read.
        """
        edition, inner = self.in_edition(file)
        if edition is not self:
            return self._with_edition(edition.with_text(inner, data))
        found = kinds.of_file(file)
        if found is None:
            return self._with_data(file, data)
        reader = Reader(self.folder, file, self.file_cache.known, data)
        read = reader.read(*found)
        mine = [read] if read else []

        def without(items: Iterable[Item]) -> list[Item]:
            return [item for item in items if item.text.file != file]

        return self._replaced(
            items=tuple(sorted([*without(self.items), *mine], key=in_order)),
            public_items=tuple(sorted([*without(self.public_items), *mine], key=in_order)),
            problems=(*_elsewhere(self.problems, reader.label), *reader.problems),
            open_facts=(*_elsewhere(self.open_facts, reader.label), *reader.open_facts),
            _rendered={},
        )

    def _with_data(self, file: str, data: bytes) -> Library:
        """Return the same texts with other bytes in a TOML file."""
        label, folder = self.label(file), self.folder
        site, questionnaire, replies = self.site, self.questionnaire, self.reply_templates
        open_facts: list[Problem] = []
        if file == sitedata.NAME:
            site, problems, open_facts = self._read_site(data)
        elif file == questionnaire_file.NAME:
            questionnaire, problems = self._read_questionnaire(data)
        elif file == reply_templates.NAME:
            replies, problems = reply_templates.read(folder, data)
        elif file == files.WORDS:
            problems = []
        elif file == languages.NAME and not self.is_german:
            problems = []
            translations = languages.read_catalogue(
                folder,
                lambda line, message: problems.append(Problem(label, line, message)),
                data=data,
            )
            site = replace(site, language=replace(self.language, translations=translations))
        else:
            raise LookupError(file)
        return self._replaced(
            site=site,
            questionnaire=questionnaire,
            reply_templates=replies,
            problems=(*_elsewhere(self.problems, label), *problems),
            open_facts=(*_elsewhere(self.open_facts, label), *open_facts),
            _rendered={},
        )

    def _read_site(self, data: bytes) -> sitedata.Read:
        if self.is_german:
            return sitedata.read(self.folder, self.addresses, data)
        german = self.editions[GERMAN.code]
        return sitedata.read_translation(
            self.folder, self.addresses.site_root, german.problems, data, self.language.translations
        )[1]

    def _read_questionnaire(self, data: bytes) -> tuple[Questionnaire, list[Problem]]:
        if self.is_german:
            return questionnaire_file.read(self.folder, data)
        german = self.editions[GERMAN.code].questionnaire
        return questionnaire_file.read_translation(self.folder, german, self.language, data)

    def _replaced(self, **changes: Any) -> Library:  # noqa: ANN401 - of several fields
        changed = replace(self, **changes)
        changed.editions = {**self.editions, self.language.code: changed}
        return changed

    def _with_edition(self, edition: Library) -> Library:
        changed = self._replaced()
        changed.editions = {**changed.editions, edition.language.code: edition}
        edition.editions = changed.editions
        return changed

    def edition_of(self, item: Item) -> Library:
        """Return the edition that a text belongs to."""
        code, _ = kinds.edition_and_file(item.text.content_file)
        return self.editions[code or GERMAN.code]

    def item_in(self, file: str) -> Item | None:
        """Return the text in a file, named from the content folder; None if it has none."""
        edition, inner = self.in_edition(file)
        return edition.by_file.get(inner)

    def counterparts(self, item: Item) -> dict[str, Item | None]:
        """Return the same text in each other language, by the language; None where it has none.

        :param item: of any edition. Texts in files of the same name are the same.
        """
        own = self.edition_of(item)
        return {
            code: other.by_file.get(item.text.file)
            for code, other in self.editions.items()
            if other is not own
        }

    def newer_original(self, item: Item) -> Item | None:
        """Return the German text that was changed on a later day than its translation.

        :param item: of any edition; the German one has no original.
        """
        original = self.counterparts(item).get(GERMAN.code)
        if original is None or original.modified is None or item.modified is None:
            return None
        return original if original.modified > item.modified else None

    def is_public(self, item: Item) -> bool:
        """Return whether visitors may read a text, of any edition."""
        return item.text.file in self.edition_of(item)._positions  # noqa: SLF001 - as above

    def render(self, item: Item) -> tuple[Rendered, tuple[Problem, ...]]:
        """Return a text, without its HTML where that lies apart, and what is wrong with it."""
        text = item.text
        if text.label not in self._rendered:
            rendered, found = self.texts.render(self._placed(item))
            problems = tuple(Problem(text.label, line, message) for line, message in found)
            self._rendered[text.label] = rendered, problems
        return self._rendered[text.label]

    def unrendered(self) -> list[Item]:
        """Return the items whose texts are not rendered as they are now."""
        return [item for item in self.items if not self.texts.holds(self._placed(item))]

    def _placed(self, item: Item) -> Placed:
        below_picture = self.picture(item) is not None
        return Placed(item.text, posixpath.dirname(item.text.file), self._image, below_picture)

    def _image(self, text: TextContent, file: str) -> Image:
        original = self.original(text, file)
        return images.shown(original, self.addresses.image, _wide(original))

    def original(self, text: TextContent, file: str) -> images.Original:
        """Return an image beside a text.

        :raises ImageError: if it is missing, or cannot be shown.
        """
        return images.examine(images.find(self._real_folder, text.path.parent, file))

    def variants_of(self, item: Item) -> Iterator[Variant]:
        """Yield every file that shows an image of one text."""
        for original in self._originals(item):
            yield from images.variants(original)

    def _originals(self, item: Item) -> Iterable[images.Original]:
        """Yield the images that can be shown with a text."""
        for file in self.render(item)[0].images:
            original = self.original(item.text, file)
            yield original
            if wide := _wide(original):
                yield wide
        if item.image and self.picture(item):
            yield self.original(item.text, item.image.file)

    @cached_property
    def _by_kind(self) -> dict[Kind[Item], tuple[Item, ...]]:
        found: dict[Kind[Item], list[Item]] = {}
        for item in self.public_items:
            found.setdefault(item.kind, []).append(item)
        return {kind: tuple(items) for kind, items in found.items()}

    @cached_property
    def _related(self) -> RelatedArticles:
        return RelatedArticles(self.articles)

    @cached_property
    def _by_topic(self) -> dict[str, tuple[Article, ...]]:
        found: dict[str, list[Article]] = {}
        for article in self.articles:
            found.setdefault(article.topic, []).append(article)
        return {slug: tuple(articles) for slug, articles in found.items()}

    @cached_property
    def _real_folder(self) -> Path:
        return self.folder.resolve()

    @cached_property
    def _positions(self) -> dict[str, int]:
        """The position of each public text among those of its kind, by file."""
        lists = self._by_kind.values()
        return {item.text.file: position for each in lists for position, item in enumerate(each)}

    @cached_property
    def by_file(self) -> dict[str, Item]:
        """Every text by its file."""
        return {item.text.file: item for item in self.items}

    @cached_property
    def _at(self) -> dict[str, Item]:
        without = pages_without_address()
        return {
            item.address: item
            for item in reversed(self.public_items)  # the first that has an address keeps it
            if item.kind.address or item.name not in without
        }

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """All addresses at which visitors find a page or a feed."""
        return frozenset(
            [
                *self._at,
                *(topic.address for topic in self.site.topics),
                *(self.addresses.all_of(kind) for kind in kinds.KINDS if kind.list_template),
                self.addresses.at_root("/feed.xml"),
            ]
        )

    @property
    def promised(self) -> tuple[str, ...]:
        """The addresses of all editions that a release promises to keep, as below the root ``/``.

        Pages of long lists are not among them: they come and go with the number of articles.
        """
        root = self.addresses.at_site_root("/")
        found: set[str] = set()
        for edition in self.every_edition:
            found |= edition.own_addresses
            found |= {edition.addresses.request(topic) for topic in edition.request_topics}
        return tuple(sorted("/" + address.removeprefix(root) for address in found))

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The own addresses, and those of files that cannot be read now.

        Their problems are reported once, not for every link to them.
        """
        return self.own_addresses | frozenset(self.unreadable_addresses.values())

    @cached_property
    def unreadable_addresses(self) -> dict[str, str]:
        """The addresses of files that cannot be read, by file."""
        cached_files = self.file_cache.kept.values()
        files = [cached.file for cached in cached_files if cached.item is None]
        return {file: self.addresses.of_file(file) for file in files}

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles of all pages made from the content, by address."""
        found = {address: item.title for address, item in self._at.items()}
        # Where a page cannot be read, a service goes on without it.
        form = self.pages["kontakt"].title if "kontakt" in self.pages else ""
        found |= {
            self.addresses.checklist(article.name): f"Checkliste: {article.title}"
            for article in self.articles
            if article.has_checklist
        }
        found |= {self.addresses.request(topic): form for topic in self.request_topics}
        for title, items, address_of in self.lists:
            for shown in self.list_pages(items):
                found[address_of(shown.number)] = title
        return found

    @property
    def lists(self) -> Iterator[tuple[str, Sequence[Item], Callable[[int], str]]]:
        """The paginated lists: title, texts, and a function from page number to address."""
        for kind in kinds.KINDS:
            if kind.list_template:
                head = self.page_above(kind)
                items = self.of_kind(kind)
                yield head.title if head else "", items, partial(self.addresses.all_of, kind)
        for topic in self.site.topics:
            address_of = partial(self.addresses.topic, topic.slug)
            yield topic.title, self.in_topic(topic), address_of

    def alternates(self, address: str) -> tuple[Alternate, ...]:
        """Return the counterparts of a page in the other editions, or the nearest pages there.

        The nearest is the page above it, and at last the start page.
        """
        path = self.addresses.german_path(address)
        return tuple(other.alternate(path) for other in self.other_editions) if path else ()

    def translations(self, address: str) -> tuple[tuple[str, str], ...]:
        """Return codes and addresses of a page in all languages; empty if it has one alone.

        Without the region: its readers are everywhere.
        """
        path = self.addresses.german_path(address) or ""
        found = [
            (other.language.code, other._by_german_path[path])  # noqa: SLF001 - of another of its kind
            for other in self.other_editions
            if path in other._by_german_path  # noqa: SLF001
        ]
        return tuple(sorted([(self.language.code, address), *found])) if found else ()

    def alternate(self, path: str) -> Alternate:
        """Return the page of this edition at a path in German words, or the nearest there is."""
        nearest = path if path.endswith("/") else f"{path}/"
        while nearest not in self._by_german_path:
            nearest = nearest.rstrip("/").rpartition("/")[0] + "/"
        address = self._by_german_path[nearest]
        return Alternate(
            self.language.tag,
            self.language.name,
            address,
            self.titles.get(address, ""),
            nearest == path,
            self.language.gettext("Diese Seite gibt es nicht auf Deutsch."),
        )

    @cached_property
    def _by_german_path(self) -> dict[str, str]:
        """The addresses of the start page and all others, by their paths in German words."""
        every = (self.addresses.root, *self.titles)
        return {path: address for address in every if (path := self.addresses.german_path(address))}

    @property
    def other_editions(self) -> Iterator[Library]:
        """All editions but this one."""
        return (edition for edition in self.every_edition if edition is not self)

    @property
    def every_title(self) -> dict[str, str]:
        """Return the titles of all editions by their addresses."""
        return dict(pair for each in self.every_edition for pair in each.titles.items())

    def title_at(self, address: str) -> str:
        """Return the title of what visitors of any edition read at an address.

        Empty where there is no page, so only addresses of the site become links.
        """
        for each in self.every_edition:
            if target := each.redirect_from(address):
                return target.title
        titles = (each.titles.get(address) for each in self.every_edition)
        return next(filter(None, titles), "")

    @cached_property
    def redirects(self) -> dict[str, Item]:
        """The texts by the old addresses that redirect to them."""
        return redirects.by_old_address(self.public_items, self.addresses, self.own_addresses)

    def redirect_from(self, address: str) -> Item | None:
        """Return the text to which an old address redirects."""
        return self.redirects.get(address)

    @property
    def search_parts(self) -> int:
        """Return the number of parts of the search index: a power of two, or 0 without search.

        More parts make searches slower (each has some 20 kB), fewer make edits slower.
        """
        if SEARCH not in self.pages:
            return 0
        dated = sum(item.kind.is_dated for item in self.public_items)
        wanted = max(dated // ARTICLES_IN_PART, 1)
        return min(1 << (wanted.bit_length() - 1), MOST_PARTS)

    @property
    def has_security_contact(self) -> bool:
        """Whether there is a contact for reports of vulnerabilities."""
        return not is_placeholder(self.site.contact.email)


def in_order(item: Item) -> tuple[int, int, str]:
    """Return a sort key: by kind, then newest first, then by name."""
    day = item.date.toordinal() if item.date else 10**7
    return kinds.KINDS.index(item.kind), -day, item.name


def _elsewhere(problems: Iterable[Problem], label: str) -> list[Problem]:
    """Return the problems of all files but one."""
    return [problem for problem in problems if problem.path != label]


def _wide(original: images.Original) -> images.Original | None:
    """Return the graphic that is shown instead of another where the page is wide.

    :raises ImageError: if it cannot be shown.
    """
    path = images.wide_of(original.path)
    return images.examine(path) if path else None
