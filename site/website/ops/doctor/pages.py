"""The live pages: whether the web server sends them as they were built."""

from __future__ import annotations

import http.client
import re
import secrets
from collections.abc import Iterator, Mapping

from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, result
from website.ops.doctor.site import MISSING, OK
from website.web import security

PAGES = ("/", "/kontakt/", *security.POLICIES)
"""One page for each policy, and the form's, in German words; every edition has them."""
POLICY = "Content-Security-Policy"

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def address(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the pages were frozen for the address at which they are served."""
    found = _CANONICAL.search(context.site.ask("/").text)
    frozen_for = found[1].rstrip("/") if found else ""
    if frozen_for == context.site.base_url:
        key = "address.fine"
    else:
        key = "address.another" if frozen_for else "address.foreign"
    yield result(key, other=frozen_for, url=context.site.base_url)


def headers(context: DoctorContext) -> Iterator[CheckResult]:
    """Check the security headers against those that the pages need."""
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
        yield result("headers.differ", difference=difference, paths=", ".join(paths))
    if not different:
        yield result("headers.fine")


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
    """Check what does not exist below the start page of an edition."""
    address = f"{start}doctor-{secrets.token_hex(6)}/"
    answer = context.site.ask(address)
    if answer.status != MISSING:
        yield result("missing-pages.found", address=address, status=answer.status)
    elif _title(answer.text) != _title(context.site.ask(f"{start}404.html").text):
        yield result("missing-pages.other-page", address=address, start=start)


def _title(page: str) -> str:
    found = _TITLE.search(page)
    return found[1].strip() if found else ""
