"""The live site: whether it can be reached, and is encrypted."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

from website.config import Settings, is_this_machine
from website.ops.doctor import live_site, results
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, error, ok, warning

IS_IT_RUNNING = (
    "Is 'flask --app website serve' running ('systemctl status', its log), and does the web server "
    "in front of it point to it?"
)
HTTP, HTTPS = 80, 443
OK, MOVED, MISSING = 200, range(300, 400), 404


def reach(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the start page."""
    context.needs("WEBSITE_BASE_URL")
    site = context.site
    try:
        answer = site.home()
    except live_site.Unreachable as reason:
        yield error(f"{site.base_url} cannot be reached: {reason}", _advice(str(reason), site.host))
        return
    if answer.status == OK:
        yield ok(f"{site.base_url} answers")
    elif answer.status in MOVED:
        yield error(
            f"{site.base_url} leads elsewhere ({answer.status})",
            "Set WEBSITE_BASE_URL to the address at which visitors see the pages.",
        )
    elif answer.status == MISSING:
        yield error(
            f"{site.base_url} answers 404: there is no start page",
            "Freeze the pages ('python freeze.py'), and let the web server show the build.",
        )
    else:
        yield error(f"{site.base_url} answers {answer.status}", IS_IT_RUNNING)


def _advice(reason: str, host: str) -> str:
    if "resolve" in reason:
        return f"Enter {host} into the DNS, or correct WEBSITE_BASE_URL."
    if "certificate" in reason:
        return f"Get a certificate for {host} that browsers trust, with its whole chain."
    return IS_IT_RUNNING


def certificate(context: DoctorContext) -> Iterator[CheckResult]:
    """Check how long the certificate is valid."""
    context.needs("WEBSITE_BASE_URL")
    site = context.site
    if not site.is_https:
        if is_this_machine(site.host):
            raise NotChecked("the site is reached without encryption, on this machine")
        yield error(
            f"{site.base_url} is not encrypted",
            "Get a certificate (Caddy does so by itself), and set WEBSITE_BASE_URL to https://….",
        )
        return
    ends = site.ask("/").certificate_ends
    if ends:
        yield results.certificate(site.host, ends, context.clock())


def redirect(context: DoctorContext, *, port: int = HTTP) -> Iterator[CheckResult]:
    """Check that http:// redirects to https://."""
    context.needs("WEBSITE_BASE_URL")
    site = context.site
    if not site.is_https:
        raise NotChecked("the site is reached without encryption")
    if site.port != HTTPS and port == HTTP:
        raise NotChecked(f"the site has a port of its own, {site.port}")
    site.ask("/")
    try:
        host = f"[{site.host}]" if ":" in site.host else site.host
        answer = live_site.exchange(f"http://{host}:{port}{site.root}/", headers={"Host": host})
    except (OSError, http.client.HTTPException) as problem:
        reason = live_site.why(problem, site.host)
        yield warning(
            f"http://{site.host} does not answer: {reason}",
            "Let the web server listen on port 80 and lead to https: visitors type no https://.",
        )
        return
    target = answer.headers.get("Location", "")
    if answer.status in MOVED and _origin(target) == context.settings.own_origin:
        yield ok(f"http://{site.host} leads to https")
    elif answer.status in MOVED:
        yield error(
            f"http://{site.host} leads to {target}, which is not at {context.settings.own_origin}",
            "Let the web server redirect port 80 to the address of the site, with its port.",
        )
    else:
        yield error(
            f"http://{site.host} answers {answer.status} instead of leading to https",
            "Let the web server redirect port 80 to https.",
        )


def _origin(address: str) -> str:
    try:
        return Settings(base_url=address).own_origin
    except ValueError:
        return ""
