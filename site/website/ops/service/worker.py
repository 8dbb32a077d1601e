"""The worker: the process that delivers leads and runs scheduled jobs."""

import contextlib
import datetime
import functools
import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from website import retention_periods
from website.config import Settings
from website.content.library import Library
from website.content.loading import load
from website.editorial.external_links import ExternalLinks, linked_from
from website.editorial.link_checker import LinkChecker
from website.editorial.share_links import ShareLinks
from website.editorial.working_copies import WorkingCopies
from website.editorial.workspace import Workspace
from website.exceptions import CanaryError, WebsiteError
from website.infra import clock as clocks
from website.infra.database import Database
from website.infra.mail_transport import transport_for
from website.infra.text import counted
from website.leads import housekeeping
from website.leads.outbox import Outbox
from website.leads.services import Leads
from website.ops.backup.create_backup import make_if_due
from website.ops.backup.workdir import clear_replaced
from website.ops.canary.journey import Journey, journey_for
from website.ops.doctor import DoctorContext, clock_check
from website.ops.monitoring import clock_trust, health_history, weekly_report
from website.ops.monitoring.alert_channels import TextMail
from website.ops.monitoring.jobs import LINKS, Job, Schedule, scheduled
from website.ops.publishing import editorial_mails
from website.ops.service import publishing_service
from website.staff import accounts

log = logging.getLogger(__name__)


def run(outbox: Outbox, jobs: Sequence[Job], stop: threading.Event) -> None:
    """Deliver and run jobs until stopped; what has begun is finished first."""
    schedule = Schedule(outbox.database, jobs)
    clockwork = threading.Thread(target=schedule.run_forever, args=(stop,), name="jobs")
    clockwork.start()
    outbox.run_forever(stop)
    clockwork.join()


def jobs(
    leads: Leads, settings: Settings, library: Library, *, build: Path | None = None
) -> list[Job]:
    """Return the scheduled jobs of an instance, depending on its settings.

    :param build: the frozen pages, if this worker publishes them.
    """
    database, folder = leads.database, settings.instance_dir
    found = [scheduled("observe", lambda now: health_history.record_sample(database, folder, now))]
    found += _deleting(leads, settings, library)
    if build:
        found.append(publishing_service.publishing(settings, build, database))
        if settings.is_edited_here and Workspace.of(settings).exists:
            found.append(publishing_service.exchanging(settings, database))
            values = (database, settings, transport_for(settings))
            found.append(scheduled("editors", functools.partial(editorial_mails.send, *values)))
            found.append(checking_links(settings, database))
    if settings.backup_recipient:
        found.append(scheduled("backup", functools.partial(make_if_due, settings)))
    if settings.tries_the_form:
        found.append(trying_the_form(journey_for(settings, leads)))
    if settings.webhook_url or not settings.is_one_machine:
        found.append(comparing_clocks(settings))
    if settings.smtp_url:
        found.append(_reporting(database, settings))
    return found


def trying_the_form(journey: Journey) -> Job:
    """Return the job that sends a canary through the live form."""

    def try_it(_now: datetime.datetime) -> str:
        try:
            return journey.run()
        except CanaryError as error:
            log.error("Canary: %s", error)  # noqa: TRY400 - the sentence says it all
            raise WebsiteError(error.german) from error

    return scheduled("canary", try_it)


def comparing_clocks(settings: Settings, *, clock: clocks.Clock = clocks.now) -> Job:
    """Return the job that compares the clock with those of other machines."""

    def compare(_now: datetime.datetime) -> str:
        with contextlib.closing(DoctorContext(settings=settings, clock=clock)) as context:
            return clock_check.check_as_job(context)

    return scheduled("clock", compare)


def _reporting(database: Database, settings: Settings) -> Job:
    to = settings.alarm_to or settings.leads_to
    channel = TextMail(transport_for(settings), settings.mail_from, to)
    values = (database, settings.instance_dir, channel, settings.host)
    return scheduled("weekly", functools.partial(weekly_report.send, *values))


def checking_links(
    settings: Settings, database: Database, checker: LinkChecker | None = None
) -> Job:
    """Return the job that checks the external links of public texts.

    Each link is checked once a week, one that failed every day, and at once if an editor asks.

    :param checker: by default one that identifies itself as the site.
    """
    agent = f"{settings.host} link checker (+{settings.base_url})"
    asks = checker or LinkChecker(agent=agent)
    links = ExternalLinks(database)

    def check(now: datetime.datetime) -> str:
        today = now.astimezone(clocks.GERMANY).date()
        library = load(settings.content_dir, today=today, root=settings.site_root)
        if library.is_readable:
            links.update(linked_from(library))
        checked = failed = 0
        while due := links.due(now):  # again: editors may have asked meanwhile
            before = checked
            for address, outcome in asks.check_all(due):
                links.record({address: outcome}, now)  # at once: the worker may be restarted
                checked += 1
                failed += bool(outcome.failure)
            if checked == before:
                return "no other website answers: is there a way to the internet?"
            if checked - before < len(due):
                break
        return f"checked {counted(checked, 'link', 'links')}, {failed} failed"

    return scheduled(LINKS, check)


def _deleting(leads: Leads, settings: Settings, library: Library) -> Iterator[Job]:
    database = leads.database

    def tidy(now: datetime.datetime) -> str:
        housekeeping.tidy(database, now)
        accounts.tidy(database, now)
        ShareLinks(database).tidy(now)
        WorkingCopies(database).thin(now)
        left = leads.canaries.forget_old()
        return f"removed {counted(left, 'old canary', 'old canaries')}" if left else "done"

    def purge(now: datetime.datetime) -> str:
        clock_trust.require(database, "purge", now)
        # Read each time: while the periods are in doubt this fails, and becomes an alert.
        kept = retention_periods.retention(library)
        return housekeeping.purge_due(database, kept, settings.mails, leads.subjects.erasures, now)

    def clear(now: datetime.datetime) -> str:
        clock_trust.require(database, "replaced", now)
        return clear_replaced(settings, now)

    yield scheduled("tidy", tidy)
    yield scheduled("purge", purge)
    yield scheduled("replaced", clear)
    yield scheduled("vacuum", lambda now: housekeeping.vacuum(database, now))
