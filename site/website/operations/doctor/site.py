"""The live site: whether it is reached, and answers as it should."""

from __future__ import annotations

import re
import secrets
from html import unescape
from typing import TYPE_CHECKING

from website import security
from website.leads import network
from website.operations.doctor import certificates, visiting
from website.operations.doctor.findings import NotChecked, error, ok, warning

if TYPE_CHECKING:
    import http.client
    from collections.abc import Iterator, Mapping

    from website.operations.doctor.case import Case
    from website.operations.doctor.findings import Finding

FORM = "/anfrage"
PAGES = ("/", "/kontakt/", *security.POLICIES)
"""One page for each policy, and the form's."""
POLICY = "Content-Security-Policy"
REPRINT = (
    "Write the web server's configuration anew: 'flask --app website web-server nginx' (or caddy); "
    "other hosts read _headers in the build."
)
IS_IT_RUNNING = (
    "Is 'flask --app website serve' running ('systemctl status', its log), and does the web server "
    "in front of it point to it?"
)
OK, MOVED, MISSING, INCOMPLETE = 200, range(300, 400), 404, 422
FORBIDDEN, NOT_ALLOWED = 403, 405
PROXY_ALONE = {502, 503, 504}
"""What a web server answers that does not reach what is behind it."""

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ACTION = re.compile(r'<form\b[^>]*\baction="([^"]*)"')


def reach(case: Case) -> Iterator[Finding]:
    """Ask for the start page."""
    case.needs("WEBSITE_BASE_URL")
    site = case.site
    try:
        answer = site.home()
    except visiting.Unreachable as reason:
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


def certificate(case: Case) -> Iterator[Finding]:
    """Look how long the certificate holds."""
    case.needs("WEBSITE_BASE_URL")
    site = case.site
    if not site.is_https:
        if network.is_this_machine(site.host):
            raise NotChecked("the site is reached without encryption, on this machine")
        yield error(
            f"{site.base_url} is not encrypted",
            "Get a certificate (Caddy does so by itself), and set WEBSITE_BASE_URL to https://….",
        )
        return
    ends = site.ask("/").certificate_ends
    if ends:
        yield certificates.judge(site.host, ends, case.clock())


def redirect(case: Case, *, port: int = 80) -> Iterator[Finding]:
    """See whether who comes without encryption is led to it."""
    case.needs("WEBSITE_BASE_URL")
    site = case.site
    if not site.is_https:
        raise NotChecked("the site is reached without encryption")
    site.ask("/")
    try:
        answer = visiting.exchange(
            site.host, port, site.root + "/", https=False, headers={"Host": site.host}
        )
    except OSError as problem:
        reason = visiting.why(problem, site.host)
        yield warning(
            f"http://{site.host} does not answer: {reason}",
            "Let the web server listen on port 80 and lead to https: visitors type no https://.",
        )
        return
    target = answer.headers.get("Location", "")
    if answer.status in MOVED and target.startswith("https://"):
        yield ok(f"http://{site.host} leads to https")
    else:
        yield error(
            f"http://{site.host} answers {answer.status} instead of leading to https",
            "Let the web server redirect port 80 to https.",
        )


def headers(case: Case) -> Iterator[Finding]:
    """Compare the security headers with those that the pages were made for."""
    case.needs("WEBSITE_BASE_URL")
    different: dict[str, list[str]] = {}
    for path in PAGES:
        answer = case.site.ask(path)
        if answer.status == OK:
            expected = security.headers(https=case.site.is_https, path=path)
            for told in differences(answer.headers, expected):
                different.setdefault(told, []).append(path)
    for told, paths in different.items():
        yield warning(f"{told} (at {', '.join(paths)})", REPRINT)
    if not different:
        yield ok("security headers and policies are as the pages need them")


def differences(found: http.client.HTTPMessage, expected: Mapping[str, str]) -> Iterator[str]:
    """Tell how the headers of an answer differ."""
    for name, value in expected.items():
        values = found.get_all(name) or []
        if name == POLICY:  # some hosts join several; browsers then obey each
            values = [one.strip() for joined in values for one in joined.split(",")]
        if not values:
            yield f"the header {name} is missing"
        elif value not in values:
            yield f"the header {name} differs: {_difference(values[-1], value)}"


def _difference(found: str, expected: str) -> str:
    """Name the parts of two values that the other has not."""
    have, need = ([part.strip() for part in text.split(";")] for text in (found, expected))
    missing = [part for part in need if part not in have]
    added = [part for part in have if part not in need]
    told = [f"lacks '{part}'" for part in missing] + [f"has '{part}'" for part in added]
    return ", ".join(told) or "the order"


def compression(case: Case) -> Iterator[Finding]:
    """See whether pages are sent compressed."""
    case.needs("WEBSITE_BASE_URL")
    case.site.ask("/")
    home = case.site.home()
    coding = home.headers.get("Content-Encoding", "")
    if coding in {"br", "gzip", "zstd"}:
        yield ok(f"pages are sent compressed ({coding})")
    else:
        yield warning(
            "pages are sent uncompressed",
            "Publish with 'freeze.py --release', which compresses, and let the web server send it.",
        )


def missing_page(case: Case) -> Iterator[Finding]:
    """See whether what does not exist is answered by the page that says so."""
    case.needs("WEBSITE_BASE_URL")
    answer = case.site.ask(f"/doctor-{secrets.token_hex(6)}/")
    if answer.status != MISSING:
        yield warning(
            f"an address that does not exist is answered {answer.status}, not 404",
            f"Search engines would take it for a page. {REPRINT}",
        )
    elif _title(answer.text) != _title(case.site.ask("/404.html").text):
        yield warning(
            "an address that does not exist is answered 404, but not by the page that helps on",
            f"Let the web server answer with 404.html. {REPRINT}",
        )
    else:
        yield ok("what does not exist is answered by the page that says so")


def health(case: Case) -> Iterator[Finding]:
    """Ask the endpoint through the public address whether it is up and can store."""
    case.needs("WEBSITE_BASE_URL")
    alive = case.site.ask("/healthz")
    if (alive.status, alive.text) != (OK, "ok\n"):
        yield error(*_no_endpoint("/healthz", alive.status))
        return
    ready = case.site.ask("/readyz")
    if ready.status == OK:
        yield ok("the endpoint is up, and can store requests")
        return
    told = ready.text.strip() if ready.media_type == "text/plain" else ""
    yield error(
        f"the endpoint is up, but not ready ({ready.status}) {told[:200]}".rstrip(),
        "The findings on database and worker say why; if they are fine, the service runs with "
        "other settings than this command.",
    )


def form(case: Case) -> Iterator[Finding]:
    """Send an empty form. The endpoint refuses it, so nothing is stored and no limit counts it."""
    case.needs("WEBSITE_BASE_URL")
    answer = case.site.ask(
        FORM,
        method="POST",
        body=b"",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": case.settings.own_origin,
        },
    )
    action = unescape(found[1]) if (found := _ACTION.search(answer.text)) else ""
    if answer.status == INCOMPLETE and action.endswith(FORM):
        yield ok("requests reach the endpoint, which refuses an empty one as it should")
    elif answer.status == FORBIDDEN:
        yield error(
            f"the endpoint takes a request from {case.settings.own_origin} for a foreign one (403)",
            "The service runs with another WEBSITE_BASE_URL than this command: set the same.",
        )
    else:
        yield error(*_no_endpoint(f"POST {FORM}", answer.status))


def _no_endpoint(what: str, status: int) -> tuple[str, str]:
    if status in PROXY_ALONE:
        return f"{what} is answered {status}: nothing answers behind the web server", IS_IT_RUNNING
    if status in {OK, MISSING, NOT_ALLOWED}:
        return f"{what} does not reach the endpoint (answered {status})", (
            f"The web server does not pass it on: every request is lost. {REPRINT}"
        )
    return f"{what} is answered {status}", IS_IT_RUNNING


def _title(page: str) -> str:
    found = _TITLE.search(page)
    return found[1].strip() if found else ""
