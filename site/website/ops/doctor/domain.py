"""Checks of the sender's domain: DNS records by which receivers verify mails.

SPF: RFC 7208. DKIM: RFC 6376. DMARC: RFC 7489. Without an answer from the DNS, nothing is reported
as wrong.
"""

from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.resolver

from website.config import is_this_machine
from website.infra import toml_tables
from website.leads.deliveries import domain_of
from website.ops.doctor.context import DoctorContext
from website.ops.doctor.results import CheckResult, NotChecked, result

_NAMES = toml_tables.beside(__file__, "names.toml")


def spf(context: DoctorContext) -> Iterator[CheckResult]:
    """Check which servers may send for the domain."""
    domain = _domain(context)
    records = [text for text in _texts(context, domain) if _tag(text) == "v=spf1"]
    if not records:
        key = "spf.missing"
    elif len(records) > 1:
        key = "spf.several"
    else:
        key = "spf.everybody" if {"+all", "all"} & set(records[0].split()) else "spf.fine"
    yield result(key, domain=domain, count=len(records))


def dkim(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that there is a key for signatures."""
    domain = _domain(context)
    if not context.dkim_selectors:
        yield _common_dkim(context, domain)
        return
    for selector in context.dkim_selectors:
        key = "dkim.fine" if _has_key(context, selector, domain) else "dkim.missing"
        yield result(key, domain=domain, selector=selector)


def _common_dkim(context: DoctorContext, domain: str) -> CheckResult:
    for selector in _NAMES["selectors"]:
        if _has_key(context, selector, domain):
            return result("dkim.fine", domain=domain, selector=selector)
    return result("dkim.unknown", domain=domain)


def _has_key(context: DoctorContext, selector: str, domain: str) -> bool:
    """Return whether there is a key; an empty one is revoked."""
    for text in _texts(context, f"{selector}._domainkey.{domain}"):
        tags = dict(part.strip().partition("=")[::2] for part in text.split(";"))
        if tags.get("p", "").strip():
            return True
    return False


def dmarc(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that there is a policy for forged mails."""
    domain = _domain(context)
    for name in _upwards(domain):
        records = [text for text in _texts(context, f"_dmarc.{name}") if _tag(text) == "v=DMARC1"]
        if records:
            yield result("dmarc.fine", name=name)
            return
    yield result("dmarc.missing", domain=domain)


def mx(context: DoctorContext) -> Iterator[CheckResult]:
    """Check that the domain accepts mail, such as bounces."""
    domain = _domain(context)
    servers = [str(record.exchange).rstrip(".") for record in _ask(context, domain, "MX")]
    if any(servers):
        key = "mx.fine"
    else:
        has_address = not servers and _ask(context, domain, "A")
        key = "mx.at-its-address" if has_address else "mx.missing"
    yield result(key, domain=domain)


def _domain(context: DoctorContext) -> str:
    if not context.settings.smtp_url:
        raise NotChecked("no mail server is set")
    domain = domain_of(context.settings.mail_from)
    if is_this_machine(domain) or "." not in domain or domain.endswith(tuple(_NAMES["reserved"])):
        raise NotChecked(f"{domain} is no name of the internet")
    return domain


def _upwards(domain: str) -> Iterator[str]:
    """Yield a domain and its parents, except the top level."""
    parts = domain.split(".")
    for start in range(len(parts) - 1):
        yield ".".join(parts[start:])


def _tag(text: str) -> str:
    return text.replace(";", " ").split(" ", 1)[0]


def _texts(context: DoctorContext, name: str) -> list[str]:
    return [
        b"".join(record.strings).decode("ascii", "replace") for record in _ask(context, name, "TXT")
    ]


def _ask(context: DoctorContext, name: str, kind: str) -> list[Any]:
    """Return the records of a name; none if there are none."""
    try:
        resolver = context.resolver()
        return list(resolver.resolve(name, kind, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as problem:
        raise NotChecked(f"no DNS answers here ({type(problem).__name__})") from problem
