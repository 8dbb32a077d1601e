"""The site as web servers need to know it: address, headers, policies of each part, redirects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from website.config import Settings
from website.content.addresses import Addresses
from website.content.library import Library
from website.web import security

POLICY = "Content-Security-Policy"

ASK_AGAIN = "public, no-cache"
"""Cache-Control of pages: cache them, but revalidate each time."""

FINGERPRINTED = r"\.[0-9a-f]{10}\.\w+$"
"""Pattern for paths of files that never change, in a syntax that every web server supports."""

_PLAIN = re.compile(r"[^\x00-\x1f\x7f\"\\{}$]+\Z")
"""Text without characters that have a meaning in configuration files."""


@dataclass(frozen=True)
class HostedSite:
    """The address of the site, and the headers of its responses."""

    settings: Settings
    translated: tuple[Addresses, ...] = ()
    """The addresses of each edition in a language other than German."""

    @classmethod
    def of(cls, settings: Settings, library: Library | None = None) -> HostedSite:
        """Return the site for given settings and content; without content, in German only."""
        others = library.every_edition[1:] if library else ()
        translated = tuple(edition.addresses for edition in others)
        return cls(settings, translated)

    @property
    def root(self) -> str:
        """The path of the site, ending with a slash."""
        return self.settings.site_root

    @property
    def editions(self) -> tuple[Addresses, ...]:
        """The addresses of all editions; German last, because its root contains the others."""
        return (*self.translated, Addresses(self.root))

    @property
    def listen_url(self) -> str:
        """Scheme, host and port, always explicit."""
        scheme = "https" if self.settings.is_https else "http"
        return f"{scheme}://{self.settings.host}:{self.settings.port}"

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of every response, by name."""
        every = security.headers(https=self.settings.is_https, hsts=self.settings.hsts)
        return {name: value for name, value in every.items() if name != POLICY}

    @property
    def policies(self) -> Mapping[str, str]:
        """The policies that differ from the common one, by path prefix."""
        return {
            path: security.written(rules)
            for start, rules in security.POLICIES.items()
            for path in self.paths(start)
        }

    def policy(self, path: str) -> str:
        """Return the policy of the page at a path."""
        found = (policy for start, policy in self.policies.items() if path.startswith(start))
        return next(found, security.policy())

    def paths(self, german: str) -> tuple[str, ...]:
        """Return the path in each edition of a path in German."""
        return tuple(edition.at(german.removeprefix("/")) for edition in self.editions)


def redirects(library: Library) -> Iterator[tuple[str, str]]:
    """Yield the old paths of articles, decoded as browsers request them, with the new ones.

    An old path redirects with and without its final slash, unless it belongs to something else
    today.
    """
    editions = library.every_edition
    taken = {unquote(address) for edition in editions for address in edition.own_addresses}
    for edition in editions:
        yield from _redirects(edition, taken)


def _redirects(library: Library, taken: set[str]) -> Iterator[tuple[str, str]]:
    for item in library.public_items:
        for alias in item.aliases:
            paths = _spellings(library.addresses.at_root(unquote(alias)))
            if taken.isdisjoint(paths) and _PLAIN.match(paths[0]):
                taken.update(paths)
                for path in paths:
                    yield path, quote(item.address, safe="/")


def _spellings(path: str) -> tuple[str, ...]:
    bare = path.rstrip("/")
    return (path,) if "." in bare.rpartition("/")[2] else (bare, f"{bare}/")
