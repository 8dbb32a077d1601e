"""The endpoint behind the live site: whether requests reach it, and the form and proxies fit it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from website.exceptions import ConfigurationError
from website.ops.canary.page import ENDPOINT, PAGE, differences, read_form
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.pages import REPRINT
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, warning
from website.ops.doctor.site import IS_IT_RUNNING, MISSING, OK
from website.ops.service import proxy_check

INCOMPLETE, FORBIDDEN, NOT_ALLOWED = 422, 403, 405
PROXY_ALONE = {502, 503, 504}
"""Status of a web server that does not reach the endpoint behind it."""
CLAIMED = "192.0.2.77"
"""Reserved for documentation (RFC 5737)."""


def health(context: DoctorContext) -> Iterator[CheckResult]:
    """Check through the public address that the endpoint is up and can store leads."""
    context.needs("WEBSITE_BASE_URL")
    alive = context.site.ask("/healthz")
    if (alive.status, alive.text) != (OK, "ok\n"):
        yield error(*_no_endpoint("/healthz", alive.status))
        return
    ready = context.site.ask("/readyz", headers=_signed(context))
    if ready.status == OK:
        yield ok("the endpoint is up, and can store requests")
        return
    reason = ready.text.strip() if ready.media_type == "text/plain" else ""
    yield error(
        f"the endpoint is up, but not ready ({ready.status}) {reason[:200]}".rstrip(),
        "The findings on database and worker say why; if they are fine, the service runs with "
        "other settings than this command.",
    )


def _signed(context: DoctorContext) -> dict[str, str]:
    """Return the headers that prove the website's secret, so that reasons are given."""
    try:
        return {proxy_check.HEADER: proxy_check.token(context.keys)}
    except (NotChecked, ConfigurationError):
        return {}


def request(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that an empty form reaches the endpoint, which refuses it and stores nothing."""
    context.needs("WEBSITE_BASE_URL")
    endpoints = context.in_every_edition(ENDPOINT)
    wrong = [found for endpoint in endpoints for found in _refused(context, endpoint)]
    yield from wrong or [ok("requests reach the endpoint, which refuses an empty one as it should")]


def _refused(context: DoctorContext, endpoint: str) -> Iterator[CheckResult]:
    """Check the endpoint of one edition."""
    answer = context.site.ask(
        endpoint,
        method="POST",
        body=b"",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": context.settings.own_origin,
        },
    )
    if answer.status == FORBIDDEN:
        yield error(
            f"the endpoint takes a request from {context.settings.own_origin} for a foreign one "
            "(403)",
            "The service runs with another WEBSITE_BASE_URL than this command: set the same.",
        )
    elif answer.status != INCOMPLETE or not read_form(answer.text):
        yield error(*_no_endpoint(f"POST {endpoint}", answer.status))


def form(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the public form fits the endpoint."""
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
    mismatches = differences(
        shown, context.library.questionnaire.questions, action=f"{context.site.root}{ENDPOINT}"
    )
    for sentence in mismatches:
        yield error(
            f"{PAGE} is out of step with the endpoint: {sentence}",
            "Freeze the site with the version of the code that runs, and publish it.",
        )
    if not mismatches:
        yield ok("the form on the page asks what the endpoint expects")


def proxies(context: DoctorContext) -> Iterator[CheckResult]:
    """Check what the endpoint makes of a forged sender address."""
    context.needs("WEBSITE_BASE_URL")
    question = {proxy_check.HEADER: proxy_check.token(context.keys), "X-Forwarded-For": CLAIMED}
    answer = context.site.ask("/healthz", headers=question)
    if answer.media_type != "application/json":
        if answer.status == OK and answer.text == "ok\n":
            yield error(
                "the endpoint does not know this command's secret",
                "Run doctor with the settings of the service. With several machines: set the same "
                "WEBSITE_SECRET_KEY on each, and set their clocks.",
            )
            return
        raise NotChecked("the endpoint cannot be reached")
    yield judge_forwarding(json.loads(answer.text))


def judge_forwarding(seen: dict[str, str]) -> CheckResult:
    """Return the result for how the endpoint saw a request with a forged sender."""
    connection, forwarded, sender = seen["connection"], seen["forwarded"], seen["sender"]
    if sender == CLAIMED:
        return error(
            f"the endpoint believed a forged X-Forwarded-For that came through {connection}",
            "Anybody can get round the limits. Let the proxy set the header itself ('deploy-files' "
            "writes it so), and let nobody but the proxy reach the endpoint's port.",
        )
    if seen["trusted"] == "yes":
        return ok(f"the endpoint knows visitors apart behind the proxy at {connection}")
    if forwarded and forwarded != CLAIMED:
        return warning(
            f"X-Forwarded-For arrives from {connection}, which is not in WEBSITE_TRUSTED_PROXIES: "
            "all visitors look like one, and share one limit",
            f"If {connection} is your own proxy, set WEBSITE_TRUSTED_PROXIES={connection} and "
            "restart.",
        )
    return ok("the endpoint is reached without a proxy, and believes no forged sender")


def _no_endpoint(what: str, status: int) -> tuple[str, str]:
    if status in PROXY_ALONE:
        return f"{what} is answered {status}: nothing answers behind the web server", IS_IT_RUNNING
    if status in {OK, MISSING, NOT_ALLOWED}:
        return f"{what} does not reach the endpoint (answered {status})", (
            f"The web server does not pass it on: every request is lost. {REPRINT}"
        )
    return f"{what} is answered {status}", IS_IT_RUNNING
