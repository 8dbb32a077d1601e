"""Checks of the live site: whether pages, endpoint and form respond as they should."""

import http.client
import json
import re
import secrets
from collections.abc import Iterator, Mapping

from website.config import origin
from website.exceptions import ConfigurationError
from website.ops.canary.page import ENCODING, ENDPOINT, PAGE, differences, read_form
from website.ops.doctor import live_site, results
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result
from website.ops.service.health import HEADER, token
from website.web import security

HTTP, HTTPS = 80, 443
OK, MOVED, MISSING = 200, range(300, 400), 404


def reach(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the start page."""
    site, settings = context.site, context.settings
    try:
        answer = site.home()
    except live_site.Unreachable as reason:
        key = _reach_failure(str(reason))
        yield result(key, url=settings.base_url, reason=reason, host=settings.host)
        return
    keys = {OK: "site.fine", MISSING: "site.missing"} | dict.fromkeys(MOVED, "site.elsewhere")
    key = keys.get(answer.status, "site.failing")
    yield result(key, url=settings.base_url, status=answer.status)


def _reach_failure(reason: str) -> str:
    if "resolve" in reason:
        return "site.unresolved"
    return "site.untrusted" if "certificate" in reason else "site.unreachable"


def certificate(context: DoctorContext) -> Iterator[CheckResult]:
    """Check how long the certificate is valid."""
    site, settings = context.site, context.settings
    if not settings.is_https:
        if not settings.is_for_others:
            raise NotChecked("the site is reached without encryption, on this machine")
        yield result("certificate.none", url=settings.base_url)
    elif ends := site.ask("/").certificate_ends:
        yield results.certificate(settings.host, ends, context.clock())


def redirect(context: DoctorContext, *, port: int = HTTP) -> Iterator[CheckResult]:
    """Check that http:// redirects to https://."""
    site, settings = context.site, context.settings
    if not settings.is_https:
        raise NotChecked("the site is reached without encryption")
    if settings.port != HTTPS and port == HTTP:
        raise NotChecked(f"the site has a port of its own, {settings.port}")
    site.ask("/")
    try:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        answer = live_site.exchange(
            f"http://{host}:{port}{settings.site_root}", headers={"Host": host}
        )
    except live_site.Unreachable as reason:
        yield result("redirect.unanswered", host=settings.host, reason=reason)
        return
    target, ours = answer.headers.get("Location", ""), settings.own_origin
    key = "redirect.fine" if _origin(target) == ours else "redirect.elsewhere"
    key = key if answer.status in MOVED else "redirect.none"
    yield result(key, host=settings.host, target=target, origin=ours, status=answer.status)


def _origin(address: str) -> str:
    try:
        return origin(address)
    except ValueError:
        return ""


PAGES = ("/", "/kontakt/", *security.POLICIES)
"""One page for each policy, and the form's, by their German paths; every edition has them."""
POLICY = "Content-Security-Policy"

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def address(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the pages were frozen for the address at which they are served."""
    found = _CANONICAL.search(context.site.ask("/").text)
    frozen_for = found[1].rstrip("/") if found else ""
    if frozen_for == context.site.settings.base_url:
        key = "address.fine"
    else:
        key = "address.another" if frozen_for else "address.foreign"
    yield result(key, other=frozen_for, url=context.site.settings.base_url)


def headers(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the security headers against those that the pages need."""
    different: dict[str, list[str]] = {}
    places = [(path, address) for path in PAGES for address in context.in_every_edition(path)]
    for path, address in places:
        answer = context.site.ask(address)
        if answer.status == OK:
            expected = security.headers(
                https=context.site.settings.is_https, hsts=context.settings.hsts, path=path
            )
            for difference in header_differences(answer.headers, expected):
                different.setdefault(difference, []).append(address)
    for difference, paths in different.items():
        yield result("headers.differ", difference=difference, paths=", ".join(paths))
    if not different:
        yield result("headers.fine")


def header_differences(
    found: http.client.HTTPMessage, expected: Mapping[str, str]
) -> Iterator[str]:
    """Yield how the headers of a response differ from the expected ones."""
    for name, value in expected.items():
        values = found.get_all(name) or []
        if name == POLICY:  # some hosts join several; browsers then obey each
            values = [one.strip() for joined in values for one in joined.split(",")]
        if not values:
            yield f"the header {name} is missing"
        elif value not in values:
            yield f"the header {name} differs: {_difference(values[-1], value)}"


def _difference(found: str, expected: str) -> str:
    """Return the parts that only one of two values has."""
    have, need = ([part.strip() for part in text.split(";")] for text in (found, expected))
    missing = [part for part in need if part not in have]
    added = [part for part in have if part not in need]
    parts = [f"lacks '{part}'" for part in missing] + [f"has '{part}'" for part in added]
    return ", ".join(parts) or "the order"


def compression(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that pages are compressed."""
    context.site.ask("/")
    home = context.site.home()
    coding = home.headers.get("Content-Encoding", "")
    key = "compression.fine" if coding in {"br", "gzip", "zstd"} else "compression.none"
    yield result(key, coding=coding)


def missing_page(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that a missing page is answered with 404 and the page for that."""
    wrong = [found for start in context.in_every_edition("/") for found in _missing(context, start)]
    yield from wrong or [result("missing-pages.fine")]


def _missing(context: DoctorContext, start: str) -> Iterator[CheckResult]:
    """Check a missing page below the start page of an edition."""
    address = f"{start}doctor-{secrets.token_hex(6)}/"
    answer = context.site.ask(address)
    if answer.status != MISSING:
        yield result("missing-pages.found", address=address, status=answer.status)
    elif _title(answer.text) != _title(context.site.ask(f"{start}404.html").text):
        yield result("missing-pages.other-page", address=address, start=start)


def _title(page: str) -> str:
    found = _TITLE.search(page)
    return found[1].strip() if found else ""


INCOMPLETE, FORBIDDEN, NOT_ALLOWED = 422, 403, 405
PROXY_ALONE = {502, 503, 504}
"""Status codes of a web server that does not reach the endpoint behind it."""
CLAIMED = "192.0.2.77"
"""An address reserved for documentation (RFC 5737)."""


def health(context: DoctorContext) -> Iterator[CheckResult]:
    """Check through the public address that the endpoint is running and can store leads."""
    alive = context.site.ask("/healthz")
    if (alive.status, alive.text) != (OK, "ok\n"):
        yield _no_endpoint("/healthz", alive.status)
        return
    ready = context.site.ask("/readyz", headers=_signed(context))
    reason = ready.text.strip()[:200] if ready.media_type == "text/plain" else ""
    key = "endpoint.fine" if ready.status == OK else "endpoint.not-ready"
    yield result(key, status=ready.status, reason=reason or "without a reason")


def _signed(context: DoctorContext) -> dict[str, str]:
    """Return the headers that prove the website's secret, so that the response has a reason."""
    try:
        return {HEADER: token(context.keys)}
    except (NotChecked, ConfigurationError):
        return {}


def request(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that an empty form reaches the endpoint, which refuses it and stores nothing."""
    endpoints = context.in_every_edition(ENDPOINT)
    wrong = [found for endpoint in endpoints for found in _refused(context, endpoint)]
    yield from wrong or [result("request.fine")]


def _refused(context: DoctorContext, endpoint: str) -> Iterator[CheckResult]:
    """Check the endpoint of one edition."""
    ours = context.settings.own_origin
    headers = {"Content-Type": ENCODING, "Origin": ours}
    answer = context.site.ask(endpoint, method="POST", body=b"", headers=headers)
    if answer.status == FORBIDDEN:
        yield result("request.foreign", origin=ours)
    elif answer.status != INCOMPLETE or read_form(answer.text) is None:
        yield _no_endpoint(f"POST {endpoint}", answer.status)


def form(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the public form matches the endpoint."""
    answer = context.site.ask(PAGE)
    if answer.status != OK:
        yield result("form.no-page", page=PAGE, status=answer.status)
        return
    shown = read_form(answer.text)
    if shown is None:
        yield result("form.none", page=PAGE)
        return
    questions = context.library.questionnaire.questions
    action = context.settings.site_root + ENDPOINT[1:]
    wrong = differences(shown, questions, action=action)
    found = [result("form.out-of-step", page=PAGE, difference=sentence) for sentence in wrong]
    yield from found or [result("form.fine")]


def proxies(context: DoctorContext) -> Iterator[CheckResult]:
    """Check what the endpoint makes of a forged client address."""
    question = {HEADER: token(context.keys), "X-Forwarded-For": CLAIMED}
    answer = context.site.ask("/healthz", headers=question)
    if answer.media_type != "application/json":
        if answer.status == OK and answer.text == "ok\n":
            yield result("proxies.other-secret")
            return
        raise NotChecked("the endpoint cannot be reached")
    yield judge_forwarding(json.loads(answer.text))


def judge_forwarding(seen: dict[str, str]) -> CheckResult:
    """Return the result for how the endpoint saw a request with a forged client address."""
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
