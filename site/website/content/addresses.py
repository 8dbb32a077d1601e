"""Where everything public lies. Addresses are promises: once published, they stay."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Addresses:
    """Builds addresses below ``root``, which begins and ends with a slash."""

    root: str = "/"

    def article(self, slug: str) -> str:
        """Give the address of one article."""
        return f"{self.root}artikel/{slug}/"

    def articles(self, page: int = 1) -> str:
        """Give the address of one page of the article list."""
        return f"{self.root}artikel/" if page == 1 else f"{self.root}artikel/seite/{page}/"

    def topic(self, slug: str, page: int = 1) -> str:
        """Give the address of one page of a topic."""
        first = f"{self.root}themen/{slug}/"
        return first if page == 1 else f"{first}seite/{page}/"

    def page(self, name: str) -> str:
        """Give the address of the page from ``seiten/<name>.md``."""
        return self.root if name == "index" else f"{self.root}{name}/"

    def request(self, topic: str = "") -> str:
        """Give the address of the request form, with a topic chosen already or none."""
        return f"{self.root}kontakt/{topic}/" if topic else self.page("kontakt")

    def image(self, name: str) -> str:
        """Give the address of an image under its fingerprinted name."""
        return f"{self.root}bilder/{name}"

    def card(self, name: str) -> str:
        """Give the address of a social card under its fingerprinted name."""
        return f"{self.root}karten/{name}"

    @property
    def security_contact(self) -> str:
        """Give the address at which RFC 9116 wants the contact for holes."""
        return self.at_root("/.well-known/security.txt")

    def at_root(self, path: str) -> str:
        """Put a path of the site, written from ``/``, below the root."""
        return self.root + path.removeprefix("/")
