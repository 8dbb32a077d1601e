"""The endpoint behind the live site: whether requests reach it, and the form fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.exceptions import ConfigurationError
from website.leads.questions import QUESTIONS
from website.ops.canary.page import ENDPOINT, differences, read_form
from website.ops.doctor.pages import REPRINT
from website.ops.doctor.results import NotChecked, error, ok
from website.ops.doctor.site import IS_IT_RUNNING, MISSING, OK
from website.ops.service import proxy_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult

PAGE = "/kontakt/"
INCOMPLETE, FORBIDDEN, NOT_ALLOWED = 422, 403, 405
PROXY_ALONE = {502, 503, 504}
"""What a web server answers that does not reach what is behind it."""


def health(context: DoctorContext) -> Iterator[CheckResult]:
    """Ask the endpoint through the public address whether it is up and can store."""
    context.needs("WEBSITE_BASE_URL")
    alive = context.site.ask("/healthz")
    if (alive.status, alive.text) != (OK, "ok\n"):
        yield error(*_no_endpoint("/healthz", alive.status))
        return
    ready = context.site.ask("/readyz", headers=_signed(context))
    if ready.status == OK:
        yield ok("the endpoint is up, and can store requests")
        return
    told = ready.text.strip() if ready.media_type == "text/plain" else ""
    yield error(
        f"the endpoint is up, but not ready ({ready.status}) {told[:200]}".rstrip(),
        "The findings on database and worker say why; if they are fine, the service runs with "
        "other settings than this command.",
    )


def _signed(context: DoctorContext) -> dict[str, str]:
    """Ask so that one is told why; whoever has not the website's secret is not."""
    try:
        return {proxy_check.HEADER: proxy_check.question(context.keys)}
    except (NotChecked, ConfigurationError):
        return {}


def request(context: DoctorContext) -> Iterator[CheckResult]:
    """Send an empty form. The endpoint refuses it, so nothing is stored and no limit counts it."""
    context.needs("WEBSITE_BASE_URL")
    answer = context.site.ask(
        ENDPOINT,
        method="POST",
        body=b"",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": context.settings.own_origin,
        },
    )
    if answer.status == INCOMPLETE and read_form(answer.text):
        yield ok("requests reach the endpoint, which refuses an empty one as it should")
    elif answer.status == FORBIDDEN:
        yield error(
            f"the endpoint takes a request from {context.settings.own_origin} for a foreign one "
            "(403)",
            "The service runs with another WEBSITE_BASE_URL than this command: set the same.",
        )
    else:
        yield error(*_no_endpoint(f"POST {ENDPOINT}", answer.status))


def form(context: DoctorContext) -> Iterator[CheckResult]:
    """Compare the form that visitors see with what the endpoint asks."""
    context.needs("WEBSITE_BASE_URL")
    answer = context.site.ask(PAGE)
    if answer.status != OK:
        yield error(
            f"the page of the form, {PAGE}, is answered {answer.status}",
            "Freeze the pages ('python freeze.py'), and let the web server show the build.",
        )
        return
    shown = read_form(answer.text)
    if shown is None:
        yield error(f"{PAGE} has no form", "Look at the page, and freeze the site anew.")
        return
    told = differences(shown, QUESTIONS, action=f"{context.site.root}{ENDPOINT}")
    for sentence in told:
        yield error(
            f"{PAGE} is out of step with the endpoint: {sentence}",
            "Freeze the site with the version of the code that runs, and publish it.",
        )
    if not told:
        yield ok("the form on the page asks what the endpoint expects")


def _no_endpoint(what: str, status: int) -> tuple[str, str]:
    if status in PROXY_ALONE:
        return f"{what} is answered {status}: nothing answers behind the web server", IS_IT_RUNNING
    if status in {OK, MISSING, NOT_ALLOWED}:
        return f"{what} does not reach the endpoint (answered {status})", (
            f"The web server does not pass it on: every request is lost. {REPRINT}"
        )
    return f"{what} is answered {status}", IS_IT_RUNNING
