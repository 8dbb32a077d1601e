"""Startup checks: whether the settings are safe for a website that others can reach.

On this machine alone everything is allowed, so that a newcomer can begin; a website for others does
not start while one of these checks fails. ``doctor`` reports the same.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from website.config import LEADS_AT_HOME, Settings
from website.exceptions import ConfigurationError
from website.infra import keyed_hashes, network
from website.infra.database import file_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unsafe:
    """One reason not to start."""

    seen: str
    advice: str

    def __str__(self) -> str:
        return f"{self.seen}. {self.advice}"


def unsafe(settings: Settings) -> list[Unsafe]:
    """Return what keeps a website for others from starting."""
    return [
        *_encryption(settings),
        *_recipients(settings),
        *_proxies(settings),
        *_metrics(settings),
        *_permissions(settings),
    ]


def require(settings: Settings, build: Path | None = None) -> None:
    """Refuse to start an unsafe website for others; log the same of one for this machine.

    :param build: the frozen pages to be served.
    :raises ConfigurationError: with every reason.
    """
    found = [*unsafe(settings), *(_frozen_elsewhere(settings, build) if build else ())]
    if build and settings.is_for_others and _shows_placeholders(build):
        log.warning("The pages in %s show placeholders: they are no release", build)
    if found and settings.is_for_others:
        listed = "\n".join(f"- {each}" for each in found)
        raise ConfigurationError(
            f"Not started, because others reach {settings.base_url}, and:\n{listed}"
        )
    for each in found:
        log.info("Only on this machine: %s", each.seen)


def private_files(settings: Settings) -> Iterator[Path]:
    """Yield existing paths that hold leads or secrets, the instance folder first."""
    folder = settings.instance_dir
    places = [folder]
    if secret := keyed_hashes.file_of(settings):
        places.append(secret)
    if database := file_of(settings):
        places += [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
    yield from (place for place in places if place.exists())
    for place in (settings.mails, settings.backups):
        if place.is_dir():
            yield place
            yield from sorted(path for path in place.iterdir() if path.is_file())


def _encryption(settings: Settings) -> Iterator[Unsafe]:
    if not settings.is_https:
        yield Unsafe(
            f"WEBSITE_BASE_URL is {settings.base_url}: requests would travel unencrypted",
            "Put a web server with a certificate in front (deploy-files writes its configuration) "
            "and let it begin with https://.",
        )


def _recipients(settings: Settings) -> Iterator[Unsafe]:
    if not settings.smtp_url:
        yield Unsafe(
            "WEBSITE_SMTP_URL is not set: nobody would be told of a request",
            "Set it to your mail server, with WEBSITE_LEADS_TO and WEBSITE_MAIL_FROM.",
        )
    if LEADS_AT_HOME in settings.leads_to:
        yield Unsafe(
            f"WEBSITE_LEADS_TO is {LEADS_AT_HOME}, which nobody reads",
            "Set it to the addresses of those who answer.",
        )


def _frozen_elsewhere(settings: Settings, build: Path) -> Iterator[Unsafe]:
    text = _text(build / "robots.txt")
    found = re.search(r"^Sitemap: (.+)/sitemap\.xml$", text, re.MULTILINE)
    if found and found[1] != settings.base_url:
        yield Unsafe(
            f"The pages in {build} were frozen for {found[1]}",
            f"Freeze them for {settings.base_url} first: 'freeze.py --release', where a command "
            "'website' is installed 'website freeze --release'.",
        )


def _shows_placeholders(build: Path) -> bool:
    return 'class="open-snapshot"' in _text(build / "index.html")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError:
        return ""


def _proxies(settings: Settings) -> Iterator[Unsafe]:
    if everybody := [str(each) for each in settings.trusted_proxies if each.prefixlen == 0]:
        yield Unsafe(
            f"WEBSITE_TRUSTED_PROXIES holds {', '.join(everybody)}: anybody could pretend to be "
            "somebody else, and be past every limit",
            "Name the addresses of your own proxies only.",
        )


def _metrics(settings: Settings) -> Iterator[Unsafe]:
    if settings.metrics and _is_for_everybody(settings.metrics[0]):
        yield Unsafe(
            f"WEBSITE_METRICS is on {settings.metrics[0]}, where visitors may reach it, without a "
            "password",
            "Name an address of this machine that only your own network reaches: 127.0.0.1:9100.",
        )


def _is_for_everybody(host: str) -> bool:
    try:
        addresses = network.resolve(host, 0)
    except OSError:
        return False  # nothing can answer there, which is reported when it is opened
    return any(
        network.is_public(address) or ipaddress.ip_address(address).is_unspecified
        for address in addresses
    )


def _permissions(settings: Settings) -> Iterator[Unsafe]:
    files = private_files(settings)
    if readable := [path for path in files if path.stat().st_mode & stat.S_IRWXO]:
        names = " ".join(map(str, readable))
        yield Unsafe(f"Open to every user of the machine: {names}", f"chmod go= {names}")
