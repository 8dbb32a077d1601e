"""All content of the site together: what there is, how it hangs together, what is wrong with it."""

from __future__ import annotations

import difflib
import math
import posixpath
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from website.content import images, sitedata, slugs, variants
from website.content.addresses import Addresses
from website.content.blocks import TOOLS
from website.content.file_cache import FileCache
from website.content.models import Article, ListPage, Page, PublicationStatus, Topic
from website.content.placeholders import is_placeholder
from website.content.postprocess import resolve
from website.content.problems import Problem
from website.content.redirects import old_addresses
from website.content.related import RelatedArticles
from website.content.rendered_texts import Texts
from website.content.text_reader import Known
from website.content.value_reader import line_of
from website.exceptions import ImageError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from website.content.models import Image, Link, Rendered, TextContent
    from website.content.sitedata import SiteData
    from website.content.variants import Variant

RELATED = 3

_NAMED = 8
"""Anchors that a message lists."""

REQUIRED_PAGES = (
    "index", "kontakt", "bestaetigen", "danke", "impressum", "datenschutz", "404", "artikel",
)  # fmt: skip
"""Without these the site has no start, no form, no legal ground."""

PAGES_WITHOUT_ADDRESS = frozenset({"404", "bestaetigen", "danke", "artikel"})
"""Texts shown at an address that is not made from their file's name."""

SEARCH = "suche"
"""The page that one searches on; no search engine should lead to it."""

_UNPUBLISHED = {
    Article: "meint einen unveröffentlichten Artikel. Veröffentlichen Sie ihn zugleich, oder "
    "nehmen Sie den Link heraus.",
    Page: "meint eine unveröffentlichte Seite. Veröffentlichen Sie sie zugleich, oder nehmen Sie "
    "den Link heraus.",
}

ARTICLES_IN_PART = 64
"""At least so many articles for each part of the search's index."""
MOST_PARTS = 16


@dataclass
class Library:
    """The content as one visitor group may see it.

    ``articles`` and ``pages`` hold what is public on a day, or everything for authors (see
    :func:`load`); articles newest first. Texts are rendered when first asked for and kept.
    """

    folder: Path
    addresses: Addresses
    site: SiteData
    every_page: Mapping[str, Page]
    pages: Mapping[str, Page]
    every_article: tuple[Article, ...]
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    """What is wrong with front matter and site data."""
    request_topics: tuple[str, ...]
    """What the request form lets one choose; each has a form of its own."""
    today: datetime.date
    open_facts: tuple[Problem, ...]
    """Placeholders of what would be public; a release must not contain any."""
    readings: FileCache
    texts: Texts
    _rendered: dict[Path, tuple[Rendered, tuple[Problem, ...]]] = field(default_factory=dict)

    @cached_property
    def image_names(self) -> dict[str, Variant]:
        """Give every file that shows an image of a text by its fingerprinted name.

        What is listed need not be made yet: :func:`website.content.variants.make` does that.
        """
        items: list[Article | Page] = [*self.articles, *self.pages.values()]
        return {
            variant.name: variant
            for item in items
            for original in self._originals(item)
            for variant in variants.of(original)
        }

    def article(self, slug: str) -> Article | None:
        """Find an article."""
        position = self._positions.get(slug)
        return None if position is None else self.articles[position]

    def page(self, name: str) -> Page:
        """Find a page by its file's name. Required ones are always there."""
        return self.pages[name]

    def in_topic(self, topic: Topic) -> tuple[Article, ...]:
        """List a topic's articles, newest first."""
        return self._by_topic.get(topic.slug, ())

    def listed(self, topic: Topic | None, number: int) -> ListPage | None:
        """Give one page of a topic's articles, or of all; nothing where there is no such page."""
        articles = self.articles if topic is None else self.in_topic(topic)
        is_there = 1 <= number <= self._page_count(articles)
        return self._list_page(articles, number) if is_there else None

    def list_pages(self, articles: Sequence[Article]) -> tuple[ListPage, ...]:
        """Cut a list of articles into pages; an empty list has one empty page."""
        count = self._page_count(articles)
        return tuple(self._list_page(articles, number) for number in range(1, count + 1))

    def _page_count(self, articles: Sequence[Article]) -> int:
        return max(1, math.ceil(len(articles) / self.site.articles_per_page))

    def _list_page(self, articles: Sequence[Article], number: int) -> ListPage:
        size = self.site.articles_per_page
        shown = tuple(articles[(number - 1) * size : number * size])
        return ListPage(number, self._page_count(articles), shown)

    def topic_of(self, article: Article) -> Topic | None:
        """Find the topic of an article."""
        return self.site.topic(article.topic)

    @cached_property
    def tools(self) -> tuple[Page, ...]:
        """List the pages that show a tool, in the order of :data:`blocks.TOOLS`."""
        shown = {page.tool: page for page in self.pages.values() if page.tool}
        return tuple(shown[name] for name in TOOLS if name in shown)

    def tools_for(self, article: Article) -> tuple[Page, ...]:
        """List the tools that help with an article's subject, in its order."""
        if not article.tools:
            return ()
        shown = {page.tool: page for page in self.tools}
        return tuple(shown[name] for name in article.tools if name in shown)

    def articles_about(self, tool: Page) -> tuple[Article, ...]:
        """List the articles that a tool helps with, newest first."""
        return tuple(article for article in self.articles if tool.tool in article.tools)

    def related(self, article: Article) -> tuple[Article, ...]:
        """Choose what to read next: by common tags, then by topic, then the newest."""
        nearest = self._related.nearest(article, self._positions.get(article.slug))
        return tuple(self.articles[position] for position in islice(nearest, RELATED))

    def neighbours(self, article: Article) -> tuple[Article | None, Article | None]:
        """Give the article before and the one after, in order of date."""
        index = self._positions[article.slug]
        older = self.articles[index + 1] if index + 1 < len(self.articles) else None
        newer = self.articles[index - 1] if index else None
        return older, newer

    def rendered(self, item: Article | Page) -> Rendered:
        """Give the text of an article or page as HTML."""
        return self._render(item)[0]

    def picture(self, article: Article) -> Image | None:
        """Give the picture at the head of an article; nothing where it has none to show."""
        if article.image is None:
            return None
        try:
            return self._image(article.text, article.image.file)
        except ImageError:
            return None

    def foreign_pieces(self, text: str) -> list[tuple[str, str]]:
        """Cut a plain text into pieces and their languages; ``""`` is the site's own."""
        return self.texts.renderer.foreign_pieces(text)

    def check(self) -> tuple[Problem, ...]:
        """Find every problem of every file, sorted by place.

        Site data that cannot be read are told alone: what else is wrong follows from that.
        """
        if not self.site.is_readable:
            return self.problems
        found = list(self.problems)
        for item in self.items:
            found += self.check_text(item)
        found += self._broken_navigation()
        return tuple(sorted(set(found)))

    def check_text(self, item: Article | Page) -> tuple[Problem, ...]:
        """Find the problems of one text, below its front matter."""
        found = (*self._render(item)[1], *self._broken_links(item), *self._broken_picture(item))
        is_public = self.is_public(item)
        return tuple(replace(problem, is_public=is_public) for problem in found)

    def is_public(self, item: Article | Page) -> bool:
        """Say whether visitors may read an article or page."""
        if isinstance(item, Page):
            return item.name in self.pages
        return item.slug in self._positions

    @property
    def items(self) -> tuple[Article | Page, ...]:
        """Every page and every article, whether public or not."""
        return *self.every_page.values(), *self.every_article

    def _render(self, item: Article | Page) -> tuple[Rendered, tuple[Problem, ...]]:
        text = item.text
        if text.path not in self._rendered:
            rendered, found = self.texts.render(
                text,
                self._folder_of(item),
                self._image,
                below_picture=self._is_below_picture(item),
            )
            problems = tuple(Problem(text.label, line, message) for line, message in found)
            self._rendered[text.path] = rendered, problems
        return self._rendered[text.path]

    def _folder_of(self, item: Article | Page) -> str:
        """Name the folder of a text, from the content folder."""
        return posixpath.dirname(item.text.label.partition("/")[2])

    def unrendered(self) -> list[Article | Page]:
        """List the items whose texts must be rendered before they can be shown or checked."""
        return [item for item in self.items if not self._is_rendered(item)]

    def _is_rendered(self, item: Article | Page) -> bool:
        below_picture = self._is_below_picture(item)
        return self.texts.holds(item.text, self._image, below_picture=below_picture)

    def _is_below_picture(self, item: Article | Page) -> bool:
        return isinstance(item, Article) and self.picture(item) is not None

    def _image(self, text: TextContent, file: str) -> Image:
        return variants.shown(self._original(text, file), self.addresses.image)

    def _original(self, text: TextContent, file: str) -> images.Original:
        """Find an image beside a text.

        :raises ImageError: if it is missing, or cannot be shown.
        """
        return images.examine(images.find(self._real_folder, text.path.parent, file))

    def _originals(self, item: Article | Page) -> Iterable[images.Original]:
        """List the images that can be shown with an article or page."""
        for file in self.rendered(item).images:
            yield self._original(item.text, file)
        if isinstance(item, Article) and item.image and self.picture(item):
            yield self._original(item.text, item.image.file)

    def _broken_picture(self, item: Article | Page) -> Iterable[Problem]:
        if not isinstance(item, Article) or item.image is None:
            return
        try:
            self._original(item.text, item.image.file)
        except ImageError as error:
            message = f"Das Bild „{item.image.file}“ {error}"
            yield Problem(item.text.label, item.image.line, message)

    def _broken_links(self, item: Article | Page) -> Iterable[Problem]:
        for link in self.rendered(item).links:
            if message := self._broken(item, link):
                yield Problem(item.text.label, link.line, message)

    def _broken(self, item: Article | Page, link: Link) -> str:
        path, _, anchor = link.target.partition("#")
        if path.startswith("/"):
            address = self.addresses.at_root(path)
            return "" if address in self.reachable else f"{path} {self._why_missing(address)}"
        file = resolve(self._folder_of(item), path) if path else ""
        target = self._file(file) if path else item
        if target is None:
            is_told = file in self._unreadable
            message = (
                f"Der Link „{link.target}“ meint eine Datei, die es nicht gibt: {file}."
                f"{self._meant_file(file)}"
            )
            return "" if is_told else message
        if path and not self.is_public(target):
            return f"Der Link „{link.target}“ {_UNPUBLISHED[type(target)]}"
        anchors = [heading.anchor for heading in self.rendered(target).headings] if anchor else []
        if anchor and slugs.anchor(anchor) not in anchors:
            return (
                f"Der Link „{link.target}“ meint eine Überschrift, die es dort nicht gibt."
                f"{_meant(slugs.anchor(anchor), anchors)}"
            )
        return ""

    def _meant_file(self, file: str) -> str:
        near = difflib.get_close_matches(file, sorted(self._files), n=1, cutoff=0.75)
        return (
            f" Meinten Sie {near[0]}?" if near else " Prüfen Sie ihren Namen und den Weg dorthin."
        )

    def _file(self, path: str) -> Article | Page | None:
        return self._files.get(path)

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
        return {article.slug: position for position, article in enumerate(self.articles)}

    @cached_property
    def _files(self) -> dict[str, Article | Page]:
        """Every text by its file, named from the content folder."""
        return {item.text.label.partition("/")[2]: item for item in self.items}

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        """Every address at which visitors find something to read."""
        return frozenset(
            [page.address for page in self.public_pages]
            + [article.address for article in self.articles]
            + [topic.address for topic in self.site.topics]
            + [self.addresses.articles(), self.addresses.at_root("/feed.xml")]
        )

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Every such address, and those of files that nobody can read now.

        What is wrong with these is told of them, not of all that lead there.
        """
        return self.own_addresses | frozenset(self._unreadable.values())

    @cached_property
    def _unreadable(self) -> dict[str, str]:
        """The addresses of files that cannot be read, by the files."""
        found: dict[str, str] = {}
        for reading in self.readings.kept.values():
            if reading.item is None:
                file = reading.label.partition("/")[2]
                kind, _, name = file.removesuffix(".md").partition("/")
                of = self.addresses.article if kind == "artikel" else self.addresses.page
                found[file] = of(name)
        return found

    @cached_property
    def titles(self) -> dict[str, str]:
        """Give the title of what visitors read at each address that is made from the content."""
        # Where a page cannot be read, a service goes on without it.
        form, articles = (
            self.pages[name].title if name in self.pages else "" for name in ("kontakt", "artikel")
        )
        found = {page.address: page.title for page in self.public_pages}
        found |= {self.addresses.request(topic): form for topic in self.request_topics}
        found |= {article.address: article.title for article in self.articles}
        for shown in self.list_pages(self.articles):
            found[self.addresses.articles(shown.number)] = articles
        for subject in self.site.topics:
            for shown in self.list_pages(self.in_topic(subject)):
                found[self.addresses.topic(subject.slug, shown.number)] = subject.title
        return found

    def title_at(self, address: str) -> str:
        """Return the title of what visitors read at an address; nothing where there is no page.

        Whatever it answers for is an address of ours, which may become a link.
        """
        if moved := self.moved_from(address):
            return moved.title
        return self.titles.get(address, "")

    @cached_property
    def moved(self) -> dict[str, Article]:
        """Give the articles by the old addresses that lead to them."""
        return old_addresses(self)

    def moved_from(self, address: str) -> Article | None:
        """Find the article that an old address leads to."""
        return self.moved.get(address)

    @property
    def public_pages(self) -> tuple[Page, ...]:
        """Pages that have an address of their own."""
        return tuple(p for p in self.pages.values() if p.name not in PAGES_WITHOUT_ADDRESS)

    @property
    def search_parts(self) -> int:
        """Say into how many parts the search's index is cut: a power of two, none without search.

        More cost each search (of each part some 20 kB), fewer cost each edit.
        """
        if SEARCH not in self.pages:
            return 0
        wanted = max(len(self.articles) // ARTICLES_IN_PART, 1)
        return min(1 << (wanted.bit_length() - 1), MOST_PARTS)

    @property
    def has_security_contact(self) -> bool:
        """Whether there is somebody to tell of a hole in the site."""
        return not is_placeholder(self.site.contact.email)

    def _why_missing(self, address: str) -> str:
        """Say why visitors find nothing at an address, and what to do about it."""
        hidden = next((item for item in self.items if item.address == address), None)
        if hidden is None:
            near = difflib.get_close_matches(address, sorted(self.reachable), n=1)
            hint = f"Meinten Sie „{near[0]}“?" if near else "Prüfen Sie, wie die Adresse heißt."
            return f"gibt es nicht. {hint}"
        return (
            f"ist noch nicht veröffentlicht: {hidden.text.label}. Veröffentlichen Sie es zuerst, "
            "oder nehmen Sie den Verweis heraus."
        )

    def _broken_navigation(self) -> Iterable[Problem]:
        label = f"{self.folder.name}/website.toml"
        for menu in ("navigation", "legal_navigation"):
            for index, item in enumerate(getattr(self.site, menu)):
                if item.address not in self.reachable:
                    why = self._why_missing(item.address)
                    message = f"Die Navigation führt zu „{item.address}“. Das {why}"
                    yield Problem(label, line_of(self.site.lines, (menu, index, "to")), message)


@dataclass
class Before:
    """As much of an earlier library as helps to read the next."""

    readings: FileCache
    texts: Texts


def load(
    folder: Path,
    *,
    request_topics: Collection[str],
    today: datetime.date,
    root: str = "/",
    with_unpublished: bool = False,
    before: Library | Before | None = None,
) -> Library:
    """Read all content below a folder.

    Never raises for what authors wrote: a broken file is left out and told of in ``problems``.

    :param request_topics: what the request form lets one choose, for calls to action.
    :param today: articles dated later are not public yet.
    :param root: the path under which the site lies, ending with a slash.
    :param with_unpublished: show drafts, reviews and future articles too, for authors.
    :param before: the same folder as it was; what has not changed since is not read again.
    """
    addresses = Addresses(root)
    site, problems, open_facts = sitedata.read(
        folder / "website.toml", f"{folder.name}/website.toml", addresses
    )
    of_site = tuple(problems)
    known = Known([topic.slug for topic in site.topics], request_topics, addresses)
    readings = FileCache(folder, known, before.readings if before else None)
    texts = before.texts if before else Texts(addresses, site.foreign_terms)
    articles: list[Article] = []
    for reading in readings.articles():
        problems += reading.problems
        if isinstance(reading.item, Article):
            articles.append(reading.item)
            if with_unpublished or reading.item.is_public(today):
                open_facts += reading.open_facts
    pages: dict[str, Page] = {}
    for reading in readings.pages():
        problems += reading.problems
        if isinstance(reading.item, Page):
            pages[reading.item.name] = reading.item
            open_facts += reading.open_facts
            problems += _must_be_public(reading.item)
    problems += [
        Problem(
            f"{folder.name}/seiten/{name}.md",
            1,
            "Diese Seite fehlt; die Site braucht sie. Legen Sie die Datei an.",
        )
        for name in REQUIRED_PAGES
        if name not in pages and not (folder / "seiten" / f"{name}.md").exists()
    ]
    problems += readings.strays
    ordered = tuple(sorted(articles, key=_newest_first))
    shown = tuple(a for a in ordered if with_unpublished or a.is_public(today))
    return Library(
        folder=folder,
        addresses=addresses,
        site=site,
        every_page=pages,
        pages={
            name: page
            for name, page in pages.items()
            if with_unpublished
            or page.status is PublicationStatus.PUBLISHED
            or name in REQUIRED_PAGES
        },
        every_article=ordered,
        articles=shown,
        problems=tuple(problems if site.is_readable else of_site),
        request_topics=tuple(request_topics),
        today=today,
        open_facts=tuple(open_facts),
        readings=readings,
        texts=texts.or_anew(addresses, site.foreign_terms),
    )


def _must_be_public(page: Page) -> Iterable[Problem]:
    if page.status is not PublicationStatus.PUBLISHED and page.name in REQUIRED_PAGES:
        message = "Ohne diese Seite geht die Website nicht. Löschen Sie die Zeile „status“."
        yield Problem(page.text.label, line_of(page.text.lines, ("status",)), message)


def _meant(anchor: str, anchors: Sequence[str]) -> str:
    """Name the anchor that was probably meant, else those there are."""
    if near := difflib.get_close_matches(anchor, anchors, n=1):
        return f" Meinten Sie „#{near[0]}“?"
    named = ", ".join(f"#{each}" for each in anchors[:_NAMED])
    if not named:
        return " Der Text hat keine: Löschen Sie, was ab „#“ steht."
    return f" Nehmen Sie eine von diesen: {named}."


def _newest_first(article: Article) -> tuple[int, str]:
    return -(article.date.toordinal() if article.date else 10**7), article.slug
