"""Checks of what the law requires on the legal pages and forbids elsewhere.

Finds what was forgotten or mistyped; is no legal advice.
"""

import math
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from website.checking.check_context import LEGAL_PAGES, SiteContext, TextContext
from website.checking.legal_notice import FULL_NAME
from website.checking.rules import Found, FoundAnywhere, Rule, site_rule, text_rule
from website.content.models import AiUse, Insert, PublicationStatus, TextContent
from website.content.problems import is_placeholder


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
    if "barrierefreiheit" in site.library.pages:
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
    """Yield file, line and age in days of each fact whose day somebody noted."""
    data = site.library.site
    days = (("provider", "as_of", data.provider.as_of),
            ("accessibility", "tested_on", data.accessibility.tested_on))  # fmt: skip
    for table, key, day in days:
        if day:
            yield site.data_label, site.line(table, key), (site.library.today - day).days


def _pages(site: SiteContext) -> Iterator[tuple[str, int, int]]:
    """Yield file, line and age in days of each legal page whose day somebody noted."""
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
