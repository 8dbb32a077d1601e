"""Check of this machine's clock against those of the machines that it talks to."""

import contextlib
import datetime
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from sqlalchemy import text

from website.config import is_this_machine
from website.exceptions import WebsiteError
from website.infra.http_client import HttpResponse
from website.infra.text import counted
from website.leads import webhooks
from website.ops.doctor import live_site
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, Level, NotChecked, result

Comparison = tuple[str, datetime.timedelta, bool]
"""Who answered, how far its clock is ahead of ours, and whether it is this machine."""

OFF = datetime.timedelta(seconds=30)
FAR_OFF = datetime.timedelta(minutes=5)
"""Beyond this, receivers of webhooks refuse signatures (Standard Webhooks), and sign-in codes
fail."""


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Check against the clocks of the site's host, the webhook and the database."""
    compared = [*_compared(context)]
    if not compared:
        raise NotChecked("nobody was there to compare the clock with")
    name, difference, _ = _furthest(compared)
    seconds = round(difference.total_seconds())
    if abs(difference) <= OFF:
        if all(is_here for *_, is_here in compared):
            raise NotChecked("only this machine itself answered; 'timedatectl' tells more")
        yield result("clock.fine", names=", ".join(name for name, *_ in compared))
        return
    level = Level.ERROR if abs(difference) > FAR_OFF else Level.WARNING
    way = "behind" if seconds > 0 else "ahead of"
    yield result("clock.off", seconds=abs(seconds), way=way, name=name).at(level)


def check_as_job(context: DoctorContext) -> str:
    """Check as a scheduled job of the worker.

    :returns: the number of clocks that were compared.
    :raises WebsiteError: if the clock is so far off that something fails because of it.
    """
    others = [*_compared(context)]
    if others and abs((furthest := _furthest(others))[1]) > FAR_OFF:
        name, difference, _ = furthest
        minutes = round(abs(difference) / datetime.timedelta(minutes=1))
        way = "nach" if difference > datetime.timedelta() else "vor"
        raise WebsiteError(f"Die Uhr geht gegenüber {name} um {minutes} Minuten {way}.")
    return f"compared with {counted(len(others), 'other', 'others')}"


def _furthest(compared: Sequence[Comparison]) -> Comparison:
    return max(compared, key=lambda one: abs(one[1]))


def _compared(context: DoctorContext) -> Iterator[Comparison]:
    """Yield comparisons with all that answer."""
    for source in (_site, _webhook, _database):
        with contextlib.suppress(NotChecked, WebsiteError):
            yield from source(context)


def _site(context: DoctorContext) -> Iterator[Comparison]:
    began = context.clock()
    # Not cached: the first answer may be kept by something in between.
    answer = context.site.ask("/healthz", headers={"Cache-Control": "no-cache"})
    yield from _difference(context.site.settings.host, answer, began, context)


def _webhook(context: DoctorContext) -> Iterator[Comparison]:
    endpoint = webhooks.endpoint_of(context.settings)
    if endpoint and urlsplit(endpoint.url).scheme == "https":
        began = context.clock()
        answer = live_site.exchange(urljoin(endpoint.url, "/"), method="HEAD")
        yield from _difference(endpoint.host, answer, began, context)


def _database(context: DoctorContext) -> Iterator[Comparison]:
    if context.settings.is_one_machine:
        return
    with context.database.reading() as session:
        began = context.clock()
        there = session.scalar(text("SELECT clock_timestamp()"))
    if there:
        url = context.database.engine.url
        host = str(url.query.get("host") or url.host or "/")
        is_here = host.startswith("/") or is_this_machine(host)
        yield "the database server", there - began, is_here


def _difference(
    host: str, answer: HttpResponse, began: datetime.datetime, context: DoctorContext
) -> Iterator[Comparison]:
    date = answer.headers.get("Date")
    if not date:
        return
    there = parsedate_to_datetime(date).astimezone(datetime.UTC)
    there += datetime.timedelta(seconds=int(answer.headers.get("Age", "0")))
    # The header has whole seconds, rounded down; half of the way was still to go.
    here = began + (context.clock() - began) / 2
    yield host, there + datetime.timedelta(seconds=0.5) - here, is_this_machine(host)
