"""The endpoint behind the live site: whether requests reach it, and the form and proxies fit it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from website.exceptions import ConfigurationError
from website.ops.canary.page import ENCODING, ENDPOINT, PAGE, differences, read_form
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result
from website.ops.doctor.site import MISSING, OK
from website.ops.service import proxy_check

INCOMPLETE, FORBIDDEN, NOT_ALLOWED = 422, 403, 405
PROXY_ALONE = {502, 503, 504}
"""Status of a web server that does not reach the endpoint behind it."""
CLAIMED = "192.0.2.77"
"""Reserved for documentation (RFC 5737)."""


def health(context: DoctorContext) -> Iterator[CheckResult]:
    """Check through the public address that the endpoint is up and can store leads."""
    alive = context.site.ask("/healthz")
    if (alive.status, alive.text) != (OK, "ok\n"):
        yield _no_endpoint("/healthz", alive.status)
        return
    ready = context.site.ask("/readyz", headers=_signed(context))
    reason = ready.text.strip()[:200] if ready.media_type == "text/plain" else ""
    key = "endpoint.fine" if ready.status == OK else "endpoint.not-ready"
    yield result(key, status=ready.status, reason=reason or "without a reason")


def _signed(context: DoctorContext) -> dict[str, str]:
    """Return the headers that prove the website's secret, so that reasons are given."""
    try:
        return {proxy_check.HEADER: proxy_check.token(context.keys)}
    except (NotChecked, ConfigurationError):
        return {}


def request(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that an empty form reaches the endpoint, which refuses it and stores nothing."""
    endpoints = context.in_every_edition(ENDPOINT)
    wrong = [found for endpoint in endpoints for found in _refused(context, endpoint)]
    yield from wrong or [result("request.fine")]


def _refused(context: DoctorContext, endpoint: str) -> Iterator[CheckResult]:
    """Check the endpoint of one edition."""
    origin = context.settings.own_origin
    headers = {"Content-Type": ENCODING, "Origin": origin}
    answer = context.site.ask(endpoint, method="POST", body=b"", headers=headers)
    if answer.status == FORBIDDEN:
        yield result("request.foreign", origin=origin)
    elif answer.status != INCOMPLETE or not read_form(answer.text):
        yield _no_endpoint(f"POST {endpoint}", answer.status)


def form(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the public form fits the endpoint."""
    answer = context.site.ask(PAGE)
    if answer.status != OK:
        yield result("form.no-page", page=PAGE, status=answer.status)
        return
    shown = read_form(answer.text)
    if shown is None:
        yield result("form.none", page=PAGE)
        return
    questions = context.library.questionnaire.questions
    wrong = differences(shown, questions, action=f"{context.site.root}{ENDPOINT}")
    found = [result("form.out-of-step", page=PAGE, difference=sentence) for sentence in wrong]
    yield from found or [result("form.fine")]


def proxies(context: DoctorContext) -> Iterator[CheckResult]:
    """Check what the endpoint makes of a forged sender address."""
    question = {proxy_check.HEADER: proxy_check.token(context.keys), "X-Forwarded-For": CLAIMED}
    answer = context.site.ask("/healthz", headers=question)
    if answer.media_type != "application/json":
        if answer.status == OK and answer.text == "ok\n":
            yield result("proxies.other-secret")
            return
        raise NotChecked("the endpoint cannot be reached")
    yield judge_forwarding(json.loads(answer.text))


def judge_forwarding(seen: dict[str, str]) -> CheckResult:
    """Return the result for how the endpoint saw a request with a forged sender."""
    if seen["sender"] == CLAIMED:
        key = "proxies.forged"
    elif seen["trusted"] == "yes":
        key = "proxies.known"
    else:
        is_forwarded = seen["forwarded"] not in {"", CLAIMED}
        key = "proxies.unknown" if is_forwarded else "proxies.none"
    return result(key, connection=seen["connection"])


def _no_endpoint(what: str, status: int) -> CheckResult:
    if status in PROXY_ALONE:
        key = "endpoint.gone"
    else:
        is_another = status in {OK, MISSING, NOT_ALLOWED}
        key = "endpoint.not-reached" if is_another else "endpoint.failing"
    return result(key, what=what, status=status)
