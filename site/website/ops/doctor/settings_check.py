"""Checks of settings: which are wrong, and whether they are safe for a public website.

On this machine alone everything is allowed, so that newcomers can start; a public website does not
start while a safety check fails. ``doctor`` reports the same.
"""

import ipaddress
import logging
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from website.checking.check_context import LEGAL_PAGES
from website.config import KNOWN, LEADS_AT_HOME, Settings
from website.exceptions import ConfigurationError
from website.infra import keyed_hashes, network
from website.infra.database import file_of
from website.infra.mail_transport import transport_for
from website.leads import webhooks
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result
from website.ops.monitoring.alert_channels import channels_for

log = logging.getLogger(__name__)


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that every setting is usable."""
    problems = [*context.wrong.values(), *_of_parts(context.settings)]
    for problem in problems:
        yield result("settings.wrong", problem=problem)
    for problem in context.misspelt:
        yield result("settings.misspelt", problem=problem)
    if not (problems or context.misspelt):
        yield result("settings.fine", base_url=context.settings.base_url)


def safety(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that nothing prevents a public website from starting."""
    context.needs(*KNOWN)
    if not context.settings.is_for_others:
        raise NotChecked("the site is for this machine only")
    yield from [*unsafe(context.settings)] or [result("safety.fine")]


def _of_parts(settings: Settings) -> Iterator[str]:
    """Yield errors of settings that are parsed only where they are used."""
    for part in (transport_for, webhooks.endpoint_of, channels_for):
        try:
            part(settings)
        except ConfigurationError as problem:
            yield str(problem)


def unsafe(settings: Settings) -> Iterator[CheckResult]:
    """Yield what prevents a public website from starting."""
    if not settings.is_https:
        yield result("safety.unencrypted", base_url=settings.base_url)
    if not settings.smtp_url:
        yield result("safety.no-mail-server")
    if LEADS_AT_HOME in settings.leads_to:
        yield result("safety.nobody-reads", address=LEADS_AT_HOME)
    if everybody := [str(each) for each in settings.trusted_proxies if each.prefixlen == 0]:
        yield result("safety.proxies", everybody=", ".join(everybody))
    if settings.metrics and _is_for_everybody(settings.metrics[0]):
        yield result("safety.metrics", host=settings.metrics[0])
    files = private_files(settings)
    if readable := [path for path in files if path.stat().st_mode & stat.S_IRWXO]:
        yield result("safety.file-rights", names=" ".join(map(str, readable)))


def require(settings: Settings, build: Path | None = None) -> None:
    """Refuse to start a public website that is unsafe; only log the same for one on this machine.

    :param build: the frozen pages to be served.
    :raises ConfigurationError: with all reasons; also if a setting is wrong.
    """
    if wrong := [*_of_parts(settings)]:
        raise ConfigurationError("\n".join(wrong))
    found = [*unsafe(settings), *(_frozen_elsewhere(settings, build) if build else ())]
    if build and not (build / "index.html").is_file():
        log.warning(
            "There are no pages in %s: publish them ('flask --app website content publish') or let "
            "another server show them",
            build,
        )
    if build and settings.is_for_others and _shows_placeholders(build):
        log.warning("The pages in %s show placeholders: they are no release", build)
    if found and settings.is_for_others:
        listed = "\n".join(f"- {each.seen}. {each.advice}" for each in found)
        raise ConfigurationError(
            f"Not started, because others reach {settings.base_url}, and:\n{listed}"
        )
    for each in found:
        log.info("Only on this machine: %s", each.seen)


def private_files(settings: Settings) -> Iterator[Path]:
    """Yield existing paths that contain leads or secrets, the instance folder first."""
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
            files = (path for path in place.iterdir() if path.is_file())
            yield from sorted(path for path in files if path.suffix != ".lock")


def _frozen_elsewhere(settings: Settings, build: Path) -> Iterator[CheckResult]:
    text = _text(build / "robots.txt")
    found = re.search(r"^Sitemap: (.+)/sitemap\.xml$", text, re.MULTILINE)
    if found and found[1] != settings.base_url:
        values = {"build": build, "other": found[1], "base_url": settings.base_url}
        yield result("safety.frozen-elsewhere", **values)


def _shows_placeholders(build: Path) -> bool:
    pages = (_text(build / name / "index.html") for name in ("", "kontakt", *LEGAL_PAGES))
    return any('class="open-facts"' in page for page in pages)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError:
        return ""


def _is_for_everybody(host: str) -> bool:
    try:
        addresses = network.resolve(host, 0)
    except OSError:
        return False  # nothing can answer there, which is reported when it is opened
    return any(
        network.is_public(address) or ipaddress.ip_address(address).is_unspecified
        for address in addresses
    )
