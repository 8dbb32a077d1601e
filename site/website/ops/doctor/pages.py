"""The live pages: whether the web server sends them as they were built."""

from __future__ import annotations

import http.client
import re
import secrets
from collections.abc import Iterator, Mapping

from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, error, ok, warning
from website.ops.doctor.site import MISSING, OK
from website.web import security

PAGES = ("/", "/kontakt/", *security.POLICIES)
"""One page for each policy, and the form's, in German words; every edition has them."""
POLICY = "Content-Security-Policy"
REPRINT = (
    "Write the web server's configuration anew: 'flask --app website deploy-files DIR'; "
    "other hosts read _headers in the build."
)

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def address(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the pages were frozen for the address at which they are served."""
    context.needs("WEBSITE_BASE_URL")
    found = _CANONICAL.search(context.site.ask("/").text)
    frozen_for = found[1].rstrip("/") if found else ""
    if frozen_for == context.site.base_url:
        yield ok("the pages were frozen for this address")
    elif frozen_for:
        yield error(
            f"the pages were frozen for {frozen_for}, and tell search engines so",
            f"python freeze.py --release --base-url {context.site.base_url}",
        )
    else:
        yield error(
            "the start page is none of ours",
            "Is this the address of the site, and does the web server show the build?",
        )


def headers(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the security headers against those that the pages need."""
    context.needs("WEBSITE_BASE_URL", "WEBSITE_HSTS")
    different: dict[str, list[str]] = {}
    places = [(path, address) for path in PAGES for address in context.in_every_edition(path)]
    for path, address in places:
        answer = context.site.ask(address)
        if answer.status == OK:
            expected = security.headers(
                https=context.site.is_https, hsts=context.settings.hsts, path=path
            )
            for difference in differences(answer.headers, expected):
                different.setdefault(difference, []).append(address)
    for difference, paths in different.items():
        yield warning(f"{difference} (at {', '.join(paths)})", REPRINT)
    if not different:
        yield ok("security headers and policies are as the pages need them")


def differences(found: http.client.HTTPMessage, expected: Mapping[str, str]) -> Iterator[str]:
    """Yield how the headers of a response differ from the expected."""
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
    """Check that pages are sent compressed."""
    context.needs("WEBSITE_BASE_URL")
    context.site.ask("/")
    home = context.site.home()
    coding = home.headers.get("Content-Encoding", "")
    if coding in {"br", "gzip", "zstd"}:
        yield ok(f"pages are sent compressed ({coding})")
    else:
        yield warning(
            "pages are sent uncompressed",
            "Publish with 'freeze.py --release', which compresses, and let the web server send it.",
        )


def missing_page(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that a missing page is answered with 404 and the page for that."""
    context.needs("WEBSITE_BASE_URL")
    wrong = [found for start in context.in_every_edition("/") for found in _missing(context, start)]
    yield from wrong or [ok("what does not exist is answered by the page that says so")]


def _missing(context: DoctorContext, start: str) -> Iterator[CheckResult]:
    """Check what does not exist below the start page of an edition."""
    address = f"{start}doctor-{secrets.token_hex(6)}/"
    answer = context.site.ask(address)
    if answer.status != MISSING:
        yield warning(
            f"an address that does not exist ({address}) is answered {answer.status}, not 404",
            f"Search engines would take it for a page. {REPRINT}",
        )
    elif _title(answer.text) != _title(context.site.ask(f"{start}404.html").text):
        yield warning(
            f"an address that does not exist ({address}) is answered 404, but not by the page "
            "that helps on",
            f"Let the web server answer with {start}404.html. {REPRINT}",
        )


def _title(page: str) -> str:
    found = _TITLE.search(page)
    return found[1].strip() if found else ""
