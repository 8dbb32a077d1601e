"""What the law wants on the legal pages, and nowhere on the site.

Sources: Art. 13 DSGVO (privacy), § 5 DDG (footer), § 7 UWG (mails), and the
chambers of commerce's notes on them. Finds what was forgotten or mistyped; is no legal advice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from website.checking.check_context import LEGAL_PAGES
from website.checking.rules import SiteRule, TextRule
from website.content.models import Insert
from website.content.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.checking.check_context import SiteContext, TextContext
    from website.checking.rules import Found, FoundAnywhere

STALE_AFTER_DAYS, OLD_AFTER_DAYS = 365, 304
"""A year, and ten months."""

NEEDED_INSERTS = {
    "impressum": ("anbieter",),
    "datenschutz": ("verantwortlicher", "formularfelder", "aufbewahrung", "empfaenger"),
}
"""They are made from the same data as the form and the deleting of requests, so none is
forgotten."""

RIGHTS = {
    "15": "Auskunft",
    "16": "Berichtigung",
    "17": "Löschung",
    "18": "Einschränkung",
    "20": "Übertragung",
    "21": "Widerspruch",
    "77": "Beschwerde bei der Aufsichtsbehörde",
}

OBSOLETE = re.compile(
    r"\bTMG\b|\bTTDSG\b|\bRStV\b|Telemediengesetz\w*|Rundfunkstaatsvertrag\w*"
    r"|ec\.europa\.eu/(?:consumers/)?odr|OS-Plattform|Online-Streitbeilegung\w*"
)
_DISCLAIMER = re.compile(
    r"Haftungsausschluss|Haftung für (?:Links|Inhalte)|Abmahnung ohne vorherigen"
)
_ADVERTISING = re.compile(
    r"Newsletter|Rabatt|Angebot des Monats|Sonderangebot|Gutschein|jetzt sparen", re.IGNORECASE
)
_LINK = re.compile(r"https?://[^\s<>]+")
_MAY_BE_LINKED = frozenset({"", "/", "/impressum/", "/datenschutz/"})


def _obsolete(subject: TextContext) -> Found:
    for line, row in subject.rows:
        yield from ((line, _replaced(found[0])) for found in OBSOLETE.finditer(row))
    for passage in subject.fields:
        for found in OBSOLETE.finditer(passage.text):
            yield passage.line, _replaced(found[0])


def _replaced(name: str) -> str:
    return (
        f"„{name}“ gilt nicht mehr und kann abgemahnt werden. Seit 2024 heißen die Gesetze DDG "
        "(statt TMG) und TDDDG (statt TTDSG), § 18 MStV steht statt § 55 RStV; die OS-Plattform "
        "ist geschlossen."
    )


def _disclaimer(subject: TextContext) -> Found:
    if subject.is_legal:
        for line, row in subject.rows:
            if found := _DISCLAIMER.search(row):
                yield (
                    line,
                    f"„{found[0]}“ hat rechtlich keine Wirkung. Lassen Sie den Abschnitt weg.",
                )


def _insert_missing(site: SiteContext) -> FoundAnywhere:
    for name, needed in NEEDED_INSERTS.items():
        page = site.library.pages.get(name)
        if page is None:
            continue
        there = {
            part.name for part in site.library.rendered(page).parts if isinstance(part, Insert)
        }
        for insert in needed:
            if insert not in there:
                yield (
                    page.text.label,
                    page.text.line,
                    (
                        f"Auf dieser Seite fehlt der Baustein „{insert}“. Er nennt, was das Gesetz "
                        "verlangt, aus den Angaben in website.toml und im Formular. Fügen Sie zwei "
                        f"Zeilen ein: „/// baustein | {insert}“ und „///“."
                    ),
                )


def _right_missing(site: SiteContext) -> FoundAnywhere:
    page = site.library.pages.get("datenschutz")
    if page is None:
        return
    named = set(re.findall(r"\b(?:Art\.|Artikel)\s(\d+)", page.text.body))
    for span in re.finditer(r"\bArt\.\s(\d+)\s?(?:[–-]|bis)\s?(\d+)", page.text.body):
        named |= {str(number) for number in range(int(span[1]), min(int(span[2]), 99) + 1)}
    for article, right in RIGHTS.items():
        if article not in named:
            yield (
                page.text.label,
                page.text.line,
                f"Hier fehlt ein Recht der Besucher: {right} (Art. {article} DSGVO).",
            )


def _stale(site: SiteContext) -> FoundAnywhere:
    for label, line, days in _ages(site):
        if days > STALE_AFTER_DAYS:
            yield (
                label,
                line,
                "Dieser Stand ist älter als ein Jahr. Prüfen Sie, ob alles noch stimmt.",
            )


def _soon_stale(site: SiteContext) -> FoundAnywhere:
    for label, line, days in _ages(site):
        if OLD_AFTER_DAYS < days <= STALE_AFTER_DAYS:
            yield (
                label,
                line,
                (
                    "Dieser Stand ist bald ein Jahr alt. Prüfen Sie ihn, und setzen Sie das neue "
                    "Datum."
                ),
            )


def _ages(site: SiteContext) -> Iterator[tuple[str, int, int]]:
    today = site.library.today
    if as_of := site.library.site.provider.as_of:
        yield site.label("website.toml"), site.line("provider", "as_of"), (today - as_of).days
    for subject in site.subjects:
        updated = subject.item.updated
        if subject.is_legal and updated:
            yield subject.text.label, subject.line("updated"), (today - updated).days


def _legal_navigation(site: SiteContext) -> FoundAnywhere:
    there = {(item.label, item.address) for item in site.library.site.legal_navigation}
    for name in LEGAL_PAGES:
        label = name.capitalize()
        if (label, site.library.addresses.page(name)) not in there:
            yield (
                site.label("website.toml"),
                site.line("legal_navigation"),
                (
                    f"In der Fußzeile fehlt „{label}“: [[legal_navigation]] mit "
                    f'label = "{label}" und to = "/{name}/". '
                    "Von jeder Seite muss man hinkommen (§ 5 DDG)."
                ),
            )


def _confirmation(site: SiteContext) -> FoundAnywhere:
    confirmation = site.library.site.confirmation
    label = site.label("website.toml")
    if found := _ADVERTISING.search(f"{confirmation.subject} {confirmation.text}"):
        yield (
            label,
            site.line("confirmation", "text"),
            (
                f"„{found[0]}“ macht aus der Bestätigung Werbung; die braucht eine Einwilligung "
                "(§ 7 UWG)."
            ),
        )
    for link in _LINK.findall(confirmation.text):
        if urlsplit(link).path not in _MAY_BE_LINKED:
            yield (
                label,
                site.line("confirmation", "text"),
                f"{link}: Die Bestätigung verlinkt nur Startseite, Impressum und Datenschutz.",
            )


RULES = (
    SiteRule("legal-navigation", Severity.ERROR, _legal_navigation),
    SiteRule("insert-missing", Severity.ERROR, _insert_missing),
    SiteRule("right-missing", Severity.ERROR, _right_missing),
    SiteRule("stale", Severity.ERROR, _stale),
    SiteRule("soon-stale", Severity.WARNING, _soon_stale),
    SiteRule("confirmation", Severity.ERROR, _confirmation),
)
TEXT_RULES = (
    TextRule("obsolete-law", Severity.ERROR, _obsolete),
    TextRule("disclaimer", Severity.HINT, _disclaimer),
)
