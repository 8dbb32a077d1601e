"""URL paths of everything public, in every edition. Published addresses must keep working."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from website.content import kinds
from website.content.models import TEXT, Item, Kind

PAGE, CHECKLIST = "seite", "checkliste"
"""Parts of paths: of a long list, and of what an article has for printing."""

DEEPEST = 8
"""Parts of a path that may have other words in an edition. Visitors may send thousands."""


@dataclass(frozen=True)
class Addresses:
    """Builder of the URL paths below ``root``, which begins and ends with a slash.

    Code uses the German paths; editions in other languages translate them by a table.
    """

    root: str = "/"
    """Of the edition."""
    site_root: str = ""
    """Of all editions together, where it is not that of this one."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The edition's path for a German one, both without slashes at their ends. The longest row that
    a path begins with counts; what follows it stays."""

    def at(self, path: str) -> str:
        """Return the address of a path in German words: ``anfrage/bestaetigen``.

        A trailing slash is kept.
        """
        return self.at_root(self._translated(path) if self.words else path)

    def item(self, kind: Kind[Item], name: str) -> str:
        """Return the address of a text of some kind."""
        return self.at(f"{kind.address}/{name}/") if kind.address else self.page(name)

    def of_file(self, file: str) -> str:
        """Return the address of a text by its file, named from the content folder."""
        if found := kinds.of_file(file):
            return self.item(*found)
        return self.at(f"{file.removesuffix(TEXT)}/")

    def checklist(self, article: str) -> str:
        """Return the address of an article's checklists as a page of their own, by its name."""
        return self.at(f"{kinds.ARTICLES.address}/{article}/{CHECKLIST}/")

    def all_of(self, kind: Kind[Item], page: int = 1) -> str:
        """Return the address of one page of the list of a kind."""
        return self._page_of_list(kind.address, page)

    def articles(self, page: int = 1) -> str:
        """Return the address of one page of the article list."""
        return self.all_of(kinds.ARTICLES, page)

    def topic(self, slug: str, page: int = 1) -> str:
        """Return the address of one page of a topic."""
        return self._page_of_list(f"themen/{slug}", page)

    def page(self, name: str) -> str:
        """Return the address of the page from ``seiten/<name>.md``."""
        return self.root if name == "index" else self.at(f"{name}/")

    def request(self, topic: str = "") -> str:
        """Return the address of the request form, with a topic chosen already or none."""
        return self.at(f"kontakt/{topic}/") if topic else self.page("kontakt")

    def image(self, name: str) -> str:
        """Return the address of an image under its fingerprinted name."""
        return self.at_site_root(f"bilder/{name}")

    def card(self, name: str) -> str:
        """Return the address of a social card under its fingerprinted name."""
        return self.at_site_root(f"karten/{name}")

    @property
    def security_contact(self) -> str:
        """Return the address at which RFC 9116 wants the contact for holes."""
        return self.at_site_root("/.well-known/security.txt")

    def at_root(self, path: str) -> str:
        """Return the address of a path in the edition's own words, written from its root."""
        return self.root + path.removeprefix("/")

    def at_site_root(self, path: str) -> str:
        """Return the address of a path that is written from the root of all editions."""
        return (self.site_root or self.root) + path.removeprefix("/")

    def german_path(self, address: str) -> str | None:
        """Return the path in German words that has an address; None where none has it.

        It begins with a slash, and ends with one if the address does.
        """
        if not address.startswith(self.root):
            return None
        path = address.removeprefix(self.root)
        if not self.words:
            return f"/{path}"
        german = self._in_german(path)
        return f"/{german}" if self.at(german) == address else None

    def _page_of_list(self, path: str, page: int) -> str:
        return self.at(f"{path}/" if page == 1 else f"{path}/{PAGE}/{page}/")

    def _translated(self, path: str) -> str:
        page, checklist = self._parts
        return _in_other_words(path, self.words, {PAGE: page, CHECKLIST: checklist})

    def _in_german(self, path: str) -> str:
        page, checklist = self._parts
        return _in_other_words(path, self._german_words, {page: PAGE, checklist: CHECKLIST})

    @cached_property
    def _parts(self) -> tuple[str, str]:
        return self.words.get(PAGE, PAGE), self.words.get(CHECKLIST, CHECKLIST)

    @cached_property
    def _german_words(self) -> dict[str, str]:
        return {word: german for german, word in self.words.items()}


def _in_other_words(path: str, words: Mapping[str, str], parts: Mapping[str, str]) -> str:
    """Return a path in other words; a slash at its end stays.

    :param parts: the words of what stands below a path: one page of a list, or a checklist.
    """
    bare = path.strip("/")
    slash = "/" if path.endswith("/") and bare else ""
    return _with_part(bare, words, parts) + slash


def _with_part(path: str, words: Mapping[str, str], parts: Mapping[str, str]) -> str:
    above, _, last = path.rpartition("/")
    if above and last in parts and not last.isdecimal():
        return f"{_looked_up(above, words)}/{parts[last]}"
    listed, _, page = above.rpartition("/")
    if listed and page in parts and last.isdecimal():
        return f"{_looked_up(listed, words)}/{parts[page]}/{last}"
    return _looked_up(path, words)


def _looked_up(path: str, words: Mapping[str, str]) -> str:
    parts = path.split("/", DEEPEST)
    for count in range(min(len(parts), DEEPEST), 0, -1):
        if (found := words.get("/".join(parts[:count]))) is not None:
            return "/".join([found, *parts[count:]])
    return path
