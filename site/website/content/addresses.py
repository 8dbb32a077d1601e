"""Where everything public lies. Addresses are promises: once published, they stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from website.content import kinds

if TYPE_CHECKING:
    from website.content.kinds import Kind
    from website.content.models import Item


@dataclass(frozen=True)
class Addresses:
    """Builds addresses below ``root``, which begins and ends with a slash."""

    root: str = "/"

    def item(self, kind: Kind[Item], name: str) -> str:
        """Return the address of a text of some kind."""
        return f"{self.root}{kind.address}/{name}/" if kind.address else self.page(name)

    def of_file(self, file: str) -> str:
        """Return the address of a text by its file, named from the content folder."""
        if found := kinds.of_file(file):
            return self.item(*found)
        return self.at_root(f"/{file.removesuffix(kinds.TEXT)}/")

    def checklist(self, article: str) -> str:
        """Return the address of an article's checklists as a page of their own, by its name."""
        return f"{self.item(kinds.ARTICLES, article)}checkliste/"

    def all_of(self, kind: Kind[Item], page: int = 1) -> str:
        """Return the address of one page of the list of a kind."""
        first = f"{self.root}{kind.address}/"
        return first if page == 1 else f"{first}seite/{page}/"

    def articles(self, page: int = 1) -> str:
        """Return the address of one page of the article list."""
        return self.all_of(kinds.ARTICLES, page)

    def topic(self, slug: str, page: int = 1) -> str:
        """Return the address of one page of a topic."""
        first = f"{self.root}themen/{slug}/"
        return first if page == 1 else f"{first}seite/{page}/"

    def page(self, name: str) -> str:
        """Return the address of the page from ``seiten/<name>.md``."""
        return self.root if name == "index" else f"{self.root}{name}/"

    def request(self, topic: str = "") -> str:
        """Return the address of the request form, with a topic chosen already or none."""
        return f"{self.root}kontakt/{topic}/" if topic else self.page("kontakt")

    def image(self, name: str) -> str:
        """Return the address of an image under its fingerprinted name."""
        return f"{self.root}bilder/{name}"

    def card(self, name: str) -> str:
        """Return the address of a social card under its fingerprinted name."""
        return f"{self.root}karten/{name}"

    @property
    def security_contact(self) -> str:
        """Return the address at which RFC 9116 wants the contact for holes."""
        return self.at_root("/.well-known/security.txt")

    def at_root(self, path: str) -> str:
        """Return a path, written from ``/``, below the site's root."""
        return self.root + path.removeprefix("/")
