"""Checks of what the law requires: legal pages, provider identification, reviews, AI labels.

They find omissions and typing errors, and are no legal advice.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import fields
from urllib.parse import urlsplit

from website import mailboxes
from website.checking.check_context import ACCESSIBILITY, LEGAL_PAGES, SiteContext, TextContext
from website.checking.rules import Found, FoundAnywhere, Rule, site_rule, text_rule
from website.content.models import AiUse, Insert, PublicationStatus, TextContent
from website.content.problems import is_none, is_placeholder
from website.content.sitedata import Provider
from website.exceptions import MailboxError

FULL_NAME, SHORTEST_PHONE = 2, 6
"""Words of a name, digits of a telephone number."""

Faults = Iterator[tuple[str, str]]
"""Keys of the provider's data, each with the case of the message."""


@text_rule("ai-unsaid")
def _ai_unsaid(rule: Rule, subject: TextContext) -> Found:
    # Of dated texts the reader notes it as a missing fact.
    if _informs(subject) and not subject.is_dated and subject.item.ai is None:
        yield subject.line("ai"), rule.message()


@text_rule("unreviewed")
def _unreviewed(rule: Rule, subject: TextContext) -> Found:
    item = subject.item
    if (_informs(subject) or item.ai not in {None, AiUse.NONE}) and not item.reviewed_by:
        yield subject.line("reviewed_by"), rule.message()


@text_rule("no-editor")
def _no_editor(rule: Rule, subject: TextContext) -> Found:
    responsible = subject.item.responsible
    if responsible and not is_placeholder(responsible) and len(responsible.split()) < FULL_NAME:
        yield subject.line("responsible"), rule.message()


def _informs(subject: TextContext) -> bool:
    """Return whether readers take a text for guidance: an article, or a page with sources."""
    item = subject.item
    return item.status is PublicationStatus.PUBLISHED and bool(subject.is_dated or item.sources)


@site_rule("insert-missing")
def _insert_missing(rule: Rule, site: SiteContext) -> FoundAnywhere:
    for name, needed in rule.row["needed"].items():
        if page := site.library.pages.get(name):
            parts = site.library.rendered(page).parts
            there = {part.name for part in parts if isinstance(part, Insert)}
            for insert in needed:
                if insert not in there:
                    yield page.text.label, page.text.line, rule.message(insert=insert)


def _privacy_page(site: SiteContext) -> Iterator[TextContent]:
    page = site.library.pages.get("datenschutz")
    yield from [page.text] if page else []


@site_rule("right-missing")
def _right_missing(rule: Rule, site: SiteContext) -> FoundAnywhere:
    for text in _privacy_page(site):
        named = set(rule.pattern("article").findall(text.body))
        for span in rule.pattern("span").finditer(text.body):
            named |= {str(number) for number in range(int(span[1]), min(int(span[2]), 99) + 1)}
        for article, right in rule.row["rights"].items():
            if article not in named:
                yield text.label, text.line, rule.message(right=right, article=article)


@site_rule("privacy-incomplete")
def _unnamed(rule: Rule, site: SiteContext) -> FoundAnywhere:
    for text in _privacy_page(site):
        for needed in rule.row["needed"]:
            if not re.search("".join(needed[site.language]), text.body, re.DOTALL):
                yield text.label, text.line, rule.message(what=needed["what"])


@site_rule("objection-section")
def _objection(rule: Rule, site: SiteContext) -> FoundAnywhere:
    for text in _privacy_page(site):
        sections = _sections(text) if rule.pattern("wanted").search(text.body) else ()
        for line, title, rows in sections:
            named = {*rule.pattern("article").findall("\n".join(rows))}
            is_apart = rule.row["title"][site.language] in title
            if "21" in named and (not is_apart or {"15", "16", "17", "18", "20"} & named):
                yield text.label, line, rule.message()


def _sections(text: TextContent) -> list[tuple[int, str, list[str]]]:
    """Return the sections of a text: their lines, titles and rows."""
    sections: list[tuple[int, str, list[str]]] = [(text.line, "", [])]
    for line, row in enumerate(text.body.split("\n"), start=text.line):
        if found := re.match(r"##+ (.*)", row):
            sections.append((line, found[1], []))
        sections[-1][2].append(row)
    return sections


@site_rule("accessibility")
def _accessibility(rule: Rule, site: SiteContext) -> FoundAnywhere:
    if ACCESSIBILITY in site.library.pages:
        for key, what in rule.row["needed"].items():
            if not getattr(site.library.site.accessibility, key):
                line = site.line("accessibility", key)
                yield site.data_label, line, rule.message(key=key, what=what)


@site_rule("stale", "soon-stale", "stale-page", "soon-stale-page")
def _stale(rule: Rule, site: SiteContext) -> FoundAnywhere:
    ages = _pages(site) if rule.name.endswith("-page") else _facts(site)
    for label, line, days in ages:
        if rule.row["above"] < days <= rule.row.get("up_to", math.inf):
            yield label, line, rule.message()


def _facts(site: SiteContext) -> Iterator[tuple[str, int, int]]:
    """Yield file, line and age in days of each dated fact."""
    data = site.library.site
    days = (("provider", "as_of", data.provider.as_of),
            ("accessibility", "tested_on", data.accessibility.tested_on))  # fmt: skip
    for table, key, day in days:
        if day:
            yield site.data_label, site.line(table, key), (site.library.today - day).days


def _pages(site: SiteContext) -> Iterator[tuple[str, int, int]]:
    """Yield file, line and age in days of each dated legal page."""
    for subject in site.subjects:
        if subject.is_legal and (updated := subject.item.updated):
            age = (site.library.today - updated).days
            yield subject.text.label, subject.line("updated"), age


@site_rule("legal-navigation")
def _legal_navigation(rule: Rule, site: SiteContext) -> FoundAnywhere:
    addresses = site.library.addresses
    labels = rule.row["labels"].get(site.language, {})
    there = [(item.address, item.label) for item in site.library.site.legal_navigation]
    for name in LEGAL_PAGES:
        address, label = addresses.page(name), labels.get(name)
        if not any(at == address and label in {None, called} for at, called in there):
            path = address.removeprefix(addresses.root)
            message = rule.message(title=label or name.capitalize(), path=path)
            yield site.data_label, site.line("legal_navigation"), message


@site_rule("confirmation")
def _confirmation(rule: Rule, site: SiteContext) -> FoundAnywhere:
    mail, addresses = site.library.site.confirmation, site.library.addresses
    may_be_linked = {"", "/", addresses.root, *map(addresses.page, LEGAL_PAGES)}
    line = site.line("confirmation", "text")
    if found := rule.pattern("advertising").search(f"{mail.subject} {mail.text}"):
        yield site.data_label, line, rule.message("advertising", found=found[0])
    for link in rule.pattern("link").findall(mail.text):
        if urlsplit(link).path not in may_be_linked:
            yield site.data_label, line, rule.message("link", link=link)


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
    court = provider.register_court.strip()
    if is_registered and (not court or is_none(court)):
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
