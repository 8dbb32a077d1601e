"""The site as web servers see it: address, headers, policies of each part, redirects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from website.config import Hsts
from website.web import security
from website.web.assets import MEDIA_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from website.config import Settings
    from website.content.library import Library

POLICY = "Content-Security-Policy"

ASK_AGAIN = "public, no-cache"
"""Pages: keep them, but ask each time whether they have changed."""

FINGERPRINTED = r"\.[0-9a-f]{10}\.\w+$"
"""The end of a path whose file never changes, as a pattern that every web server understands."""

ALL_MEDIA_TYPES = MEDIA_TYPES | {
    ".html": "text/html",
    ".json": "application/json",
    ".txt": "text/plain",
}

_PLAIN = re.compile(r"[^\x00-\x1f\x7f\"\\{}$]+\Z")
"""No character that a configuration file could take for its own."""


@dataclass(frozen=True)
class HostedSite:
    """The address of the site, and what its responses carry."""

    base_url: str
    root: str
    hsts: Hsts = Hsts.HOST

    @classmethod
    def of(cls, settings: Settings) -> HostedSite:
        """Return the site that the settings describe."""
        return cls(settings.base_url, settings.site_root, settings.hsts)

    @property
    def is_https(self) -> bool:
        """Whether the site is reached by HTTPS."""
        return self.base_url.startswith("https:")

    @property
    def host(self) -> str:
        """The name of the site's host."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def port(self) -> int:
        """The port that the site is reached at."""
        return urlsplit(self.base_url).port or (443 if self.is_https else 80)

    @property
    def listen_url(self) -> str:
        """Scheme, host and port, always named."""
        return f"{'https' if self.is_https else 'http'}://{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and, unless it is the usual one, port."""
        return self.base_url.removesuffix(self.root.rstrip("/"))

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that are the same for every response, by name."""
        every = security.headers(https=self.is_https, hsts=self.hsts)
        return {name: value for name, value in every.items() if name != POLICY}

    @property
    def policies(self) -> Mapping[str, str]:
        """The policies that differ from the common one, by the paths that they begin at."""
        return {
            self.root + start.removeprefix("/"): security.written(rules)
            for start, rules in security.POLICIES.items()
        }


def redirects(library: Library) -> Iterator[tuple[str, str]]:
    """Yield old addresses of articles as browsers ask for them, decoded, with the new ones.

    An old address holds with and without its final slash. Left out is what is the address of
    something else today.
    """
    taken = {unquote(address) for address in library.own_addresses}
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
