"""The context of checks: settings, and what several checks share. Creates no files."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import dns.resolver

from website.config import KNOWN, Settings, misspelt
from website.content.library import Library
from website.content.loading import load
from website.editorial.workspace import live_settings
from website.exceptions import ConfigurationError, StorageError
from website.infra import clock as clocks
from website.infra import keyed_hashes, running_instance
from website.infra.database import Database, connect, file_of
from website.ops.doctor.live_site import LiveSite
from website.ops.doctor.results import NotChecked

Made = TypeVar("Made")

SHORTEST_OMITTED = 6
"""Characters. Shorter secrets would also match ordinary words."""

SHOWN = {
    "WEBSITE_BASE_URL",
    "WEBSITE_TRUSTED_PROXIES",
    "WEBSITE_CONFIRMATION_MAIL",
    "WEBSITE_ANSWER_WITHIN_HOURS",
}
"""Settings without secrets, whose values may appear in messages."""
DNS_LIFETIME = 6.0
"""Seconds for one DNS query, including retries."""


def dns_of_this_machine() -> dns.resolver.Resolver:
    """Return a resolver that uses this machine's name servers."""
    resolver = dns.resolver.Resolver()
    resolver.lifetime = DNS_LIFETIME
    return resolver


@dataclass(frozen=True, kw_only=True)
class DoctorContext:
    """The configured website, and the options of the command."""

    settings: Settings
    wrong: Mapping[str, str] = field(default_factory=dict)
    """The variables that cannot be parsed, each with its error as a sentence."""
    misspelt: tuple[str, ...] = ()
    """Variables that look like settings but are not, as sentences."""
    send_test_mail: bool = False
    send_test_webhook: bool = False
    dkim_selectors: tuple[str, ...] = ()
    clock: clocks.Clock = clocks.now
    resolver: Callable[[], dns.resolver.Resolver] = dns_of_this_machine
    hidden: tuple[str, ...] = ()
    """More secrets: values of settings that cannot be parsed."""
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], **options: Any) -> DoctorContext:  # noqa: ANN401
        """Parse the settings, and keep the errors of those that are unusable.

        :param options: other attributes.
        """
        usable, wrong = _read(environ)
        return cls(
            settings=usable,
            wrong=wrong,
            misspelt=tuple(misspelt(environ)),
            hidden=tuple(environ[name] for name in wrong if name not in SHOWN),
            **options,
        )

    def needs(self, *variables: str) -> None:
        """Require settings that the check depends on.

        :raises NotChecked: if one of them cannot be parsed.
        """
        for name in variables:
            if name in self.wrong:
                raise NotChecked(f"{name} cannot be used, see the settings")

    def from_settings(self, make: Callable[..., Made], **options: float) -> Made:
        """Return what a function makes of the settings.

        :raises NotChecked: if it cannot use them, which another check reports.
        """
        try:
            return make(self.settings, **options)
        except ConfigurationError as problem:
            raise NotChecked("its settings cannot be used, see the settings") from problem

    @property
    def site(self) -> LiveSite:
        """The live site: one object for all checks, which remembers whether it was reached.

        :raises NotChecked: if the settings are unusable.
        """
        self.needs("WEBSITE_BASE_URL")
        return self._once(LiveSite, self.settings)

    @property
    def library(self) -> Library:
        """The content, loaded once, as the service does when it starts.

        :raises NotChecked: if the settings are unusable.
        """
        self.needs("WEBSITE_CONTENT_DIR", "WEBSITE_BASE_URL")
        return self._once(self._load)

    def _load(self) -> Library:
        folder = live_settings(self.settings).content_dir
        return load(folder, today=self.clock().date(), root=self.settings.site_root)

    def in_every_edition(self, path: str) -> list[str]:
        """Return the path in each edition of a path in German, relative to the root of the site."""
        root = self.settings.site_root
        every = (each.addresses.at(path.removeprefix("/")) for each in self.library.every_edition)
        return ["/" + address.removeprefix(root) for address in every]

    @property
    def keys(self) -> keyed_hashes.Keys:
        """The keys of the running website.

        :raises NotChecked: if there is no secret yet.
        """
        self.needs("WEBSITE_SECRET_KEY", "WEBSITE_INSTANCE_DIR")
        file = keyed_hashes.file_of(self.settings)
        if file and not file.exists():
            raise NotChecked("there is no secret yet")
        return keyed_hashes.open_keys(self.settings)

    @property
    def database(self) -> Database:
        """The website's database, opened once.

        :raises NotChecked: if the settings are unusable.
        :raises StorageError: if its file does not exist.
        """
        self.needs("WEBSITE_DATABASE_URL", "WEBSITE_INSTANCE_DIR")
        file = file_of(self.settings)
        if file and not file.exists():
            raise StorageError(f"There is no database at {file}")
        return self._once(connect, self.settings.database)

    def close(self) -> None:
        """Close the database, if it was opened."""
        if connect in self._made:
            self._made[connect].close()

    def _once(self, make: Callable[..., Made], *arguments: object) -> Made:
        """Return the result of a function, which only the first check that needs it calls."""
        with self._lock:
            if make not in self._made:
                self._made[make] = make(*arguments)
            made: Made = self._made[make]
            return made

    @functools.cached_property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must never be shown, the longest first."""
        found = {*self.hidden, *_secrets(self.settings)}
        long_enough = {secret for secret in found if len(secret) >= SHORTEST_OMITTED}
        return tuple(sorted(long_enough, key=len, reverse=True))


def _secrets(given: Settings) -> Iterable[str]:
    yield from (given.secret_key, *given.webhook_secret)
    yield from (*given.leads_to, *given.alarm_to, given.canary_to)
    # Of a webhook's address everything except the host may be secret.
    whole = (given.webhook_url, given.alarm_url)
    logins = (given.smtp_url, given.alarm_smtp_url, given.database_url, given.content_remote)
    for url in (*logins, *whole):
        with contextlib.suppress(ValueError):
            parts = urlsplit(url)
            yield from (parts.password or "", unquote(parts.password or ""))
            yield from (parts.query, parts.path) if url in whole else ()


def _read(environ: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """Parse the settings one by one, so that one error does not hide others.

    :returns: settings from what could be parsed, and the error of each variable that could not.
    """
    taken: dict[str, str] = {}
    left = {name: environ[name] for name in KNOWN if environ.get(name, "").strip()}
    while True:
        wrong: dict[str, str] = {}
        for name, value in left.items():
            try:
                Settings.from_environment(taken | {name: value})
            except ConfigurationError as problem:
                wrong[name] = str(problem)
            else:
                taken[name] = value
        if len(wrong) == len(left):  # some need others, which are tried first the next time
            return running_instance.known(Settings.from_environment(taken), taken), wrong
        left = {name: left[name] for name in wrong}
