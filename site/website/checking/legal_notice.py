"""Checks of the provider identification: complete and plausible.

Finds what was forgotten or mistyped; is no legal advice.
"""

import re
from collections.abc import Iterator
from dataclasses import fields

from website import mailboxes
from website.checking.check_context import SiteContext
from website.checking.rules import FoundAnywhere, Rule, site_rule
from website.content.problems import is_placeholder
from website.content.sitedata import Provider
from website.exceptions import MailboxError

FULL_NAME, SHORTEST_PHONE = 2, 6
"""Words of a name, digits of a telephone number."""

_NONE = frozenset({"", "keine", "keiner", "keines", "nicht bestellt"})

Faults = Iterator[tuple[str, str]]
"""Keys of the provider's data, each with the case of the message."""


@site_rule("provider")
def _provider(rule: Rule, site: SiteContext) -> FoundAnywhere:
    provider = site.library.site.provider
    faults = (*_place(provider), *_register(rule, provider), *_identity(rule, provider))
    for key, case in faults:
        number = provider.register_number.strip()
        yield site.data_label, site.line("provider", key), rule.message(case, number=number)
    people: list[tuple[tuple[str | int, ...], str]]
    people = [(("responsible_editor",), provider.responsible_editor)]
    for index, person in enumerate(provider.representatives):
        people.append((("representatives", index), person.name))
    for at, name in people:
        if case := _wrong_name(rule, name):
            yield site.data_label, site.line("provider", *at), rule.message(case, name=name)


def _place(provider: Provider) -> Faults:
    in_germany = provider.country.strip().lower() in {"deutschland", "germany", "de"}
    code, address = provider.postal_code, provider.responsible_editor_address
    if in_germany and _is_given(code) and not re.fullmatch(r"\d{5}", code):
        yield "postal_code", "postal_code"
    for key in ("street", "responsible_editor_address"):
        value = getattr(provider, key)
        if _is_given(value) and "postfach" in value.lower():
            yield key, "post_box"
    if _is_given(address) and not re.search(r"\b\d{4,5}\b", address):
        yield "responsible_editor_address", "editor_address"


def _register(rule: Rule, provider: Provider) -> Faults:
    if not _is_given(provider.legal_form) or not _is_given(provider.register_number):
        return
    number = provider.register_number.strip()
    form = f"{provider.legal_form} {provider.company}"
    is_registered = bool(rule.pattern("registered").search(form))
    if is_registered and not rule.pattern("register_number").fullmatch(number):
        yield "register_number", "register_number"
    elif rule.pattern("hrb").search(provider.legal_form) and number.startswith("HRA"):
        yield "register_number", "hrb"
    if is_registered and provider.register_court.strip().lower() in _NONE:
        yield "register_court", "register_court"


def _identity(rule: Rule, provider: Provider) -> Faults:
    for key in ("vat_id", "business_id"):
        value = getattr(provider, key)
        if _is_given(value) and not rule.pattern(key).fullmatch(value.strip()):
            yield key, key
    if rule.pattern("permit").search(provider.permit) and "Bundesagentur" not in provider.permit:
        yield "permit", "permit"
    is_alone = rule.pattern("alone").search(provider.legal_form)
    if _is_given(provider.legal_form) and not is_alone and not provider.representatives:
        yield "legal_form", "representatives"
    if bool(provider.capital) is not bool(provider.outstanding_contributions):
        yield "capital" if provider.capital else "outstanding_contributions", "capital"


def _wrong_name(rule: Rule, name: str) -> str:
    if not _is_given(name):
        return ""
    if rule.pattern("abbreviated").match(name):
        return "first_name"
    is_short = len(name.split()) < FULL_NAME
    return "person" if is_short or rule.pattern("registered").search(name) else ""


@site_rule("reachable")
def _reachable(rule: Rule, site: SiteContext) -> FoundAnywhere:
    data = site.library.site
    for table, contact in (("provider", data.provider), ("contact", data.contact)):
        if _is_given(contact.email) and not _is_address(contact.email):
            yield site.data_label, site.line(table, "email"), rule.message("email")
        if _is_given(contact.phone) and len(re.sub(r"\D", "", contact.phone)) < SHORTEST_PHONE:
            yield site.data_label, site.line(table, "phone"), rule.message("phone")


def _is_address(text: str) -> bool:
    """Return whether a text is a bare address that the whole internet knows."""
    try:
        found = mailboxes.read(text)
    except MailboxError:
        return False
    return found.address.casefold() == text.casefold() and "." in text.rpartition("@")[2]


@site_rule("dummy")
def _dummy(rule: Rule, site: SiteContext) -> FoundAnywhere:
    for table in ("provider", "contact", "privacy"):
        data = getattr(site.library.site, table)
        for key, text in ((each.name, getattr(data, each.name)) for each in fields(data)):
            given = text if isinstance(text, str) and _is_given(text) else ""
            line = site.library.site.lines.get((table, key), 1)
            if found := rule.pattern("dummy").search(given):
                yield site.data_label, line, rule.message("dummy", found=found[0])
            elif rule.pattern("tax_number").search(given):
                yield site.data_label, line, rule.message("tax_number")


def _is_given(value: str) -> bool:
    return bool(value) and not is_placeholder(value)
