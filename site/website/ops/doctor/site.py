"""The live site: whether it can be reached, and is encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from website.config import Settings, is_this_machine
from website.ops.doctor import live_site, results
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result

HTTP, HTTPS = 80, 443
OK, MOVED, MISSING = 200, range(300, 400), 404


def reach(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the start page."""
    site = context.site
    try:
        answer = site.home()
    except live_site.Unreachable as reason:
        key = _reach_failure(str(reason))
        yield result(key, url=site.base_url, reason=reason, host=site.host)
        return
    keys = {OK: "site.fine", MISSING: "site.missing"} | dict.fromkeys(MOVED, "site.elsewhere")
    key = keys.get(answer.status, "site.failing")
    yield result(key, url=site.base_url, status=answer.status)


def _reach_failure(reason: str) -> str:
    if "resolve" in reason:
        return "site.unresolved"
    return "site.untrusted" if "certificate" in reason else "site.unreachable"


def certificate(context: DoctorContext) -> Iterator[CheckResult]:
    """Check how long the certificate is valid."""
    site = context.site
    if not site.is_https:
        if is_this_machine(site.host):
            raise NotChecked("the site is reached without encryption, on this machine")
        yield result("certificate.none", url=site.base_url)
    elif ends := site.ask("/").certificate_ends:
        yield results.certificate(site.host, ends, context.clock())


def redirect(context: DoctorContext, *, port: int = HTTP) -> Iterator[CheckResult]:
    """Check that http:// redirects to https://."""
    site = context.site
    if not site.is_https:
        raise NotChecked("the site is reached without encryption")
    if site.port != HTTPS and port == HTTP:
        raise NotChecked(f"the site has a port of its own, {site.port}")
    site.ask("/")
    try:
        host = f"[{site.host}]" if ":" in site.host else site.host
        answer = live_site.exchange(f"http://{host}:{port}{site.root}/", headers={"Host": host})
    except live_site.Unreachable as reason:
        yield result("redirect.unanswered", host=site.host, reason=reason)
        return
    target, origin = answer.headers.get("Location", ""), context.settings.own_origin
    key = "redirect.fine" if _origin(target) == origin else "redirect.elsewhere"
    key = key if answer.status in MOVED else "redirect.none"
    yield result(key, host=site.host, target=target, origin=origin, status=answer.status)


def _origin(address: str) -> str:
    try:
        return Settings(base_url=address).own_origin
    except ValueError:
        return ""
