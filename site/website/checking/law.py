"""What the law wants on the legal pages, and nowhere on the site.

Sources: Art. 13 DSGVO (privacy), § 5 DDG (footer), § 7 UWG (mails), and the
chambers of commerce's notes on them. Finds what was forgotten or mistyped; is no legal advice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from website.checking.check_context import LEGAL_PAGES, SiteContext, TextContext
from website.checking.provider import FULL_NAME
from website.checking.rules import Found, FoundAnywhere, SiteRule, TextRule
from website.content.models import AiUse, Insert, PublicationStatus
from website.content.placeholders import is_placeholder
from website.content.problems import Severity

STALE_AFTER_DAYS, OLD_AFTER_DAYS = 365, 304
"""A year, and ten months."""

NEEDED_INSERTS = {
    "impressum": ("anbieter",),
    "datenschutz": (
        "verantwortlicher",
        "formularfelder",
        "eingangsbestaetigung",
        "aufbewahrung",
        "empfaenger",
    ),
    "barrierefreiheit": ("barrierefreiheit",),
}
"""They are made from the same data as the form and the deleting of requests, so none is
forgotten."""

NEEDED_WORDS = (
    (
        {"de": r"Art\.\s28\b", "en": r"\bArticle\s28\b"},
        "dass Dienstleister Daten in Ihrem Auftrag verarbeiten (Art. 28 DSGVO)",
    ),
    (
        {"de": r"Art\.\s6\sAbs\.\s1\sBuchst\.\sc\b", "en": r"\bArticle\s6\(1\)\(c\)"},
        "warum Sie Geschäftsbriefe aufbewahren (Art. 6 Abs. 1 Buchst. c DSGVO)",
    ),
    (
        {
            "de": r"§\s25\sAbs\.\s2\b[^§]*\bTDDDG\b",
            "en": r"\b[Ss]ection\s25\(2\)(?:(?!\b[Ss]ection\b).)*\bTDDDG\b",
        },
        "warum es kein Banner braucht (§ 25 Abs. 2 TDDDG)",
    ),
    (
        {
            "de": r"Posteingang[^\n]*\bCookie\b|\bCookie\b[^\n]*Posteingang",
            "en": r"\b[Ii]nbox\b[^\n]*\bcookie\b|\bcookie\b[^\n]*\binbox\b",
        },
        "dass der Posteingang für Mitarbeiter ein Cookie setzt",
    ),
    (
        {"de": r"\bStatistik", "en": r"\b[Ss]tatistic"},
        "dass Anfragen in Ihre Statistik eingehen",
    ),
    (
        {
            "de": r"\bLinkedIn\b|\bsozial\w+\sNetzwerk",
            "en": r"\bLinkedIn\b|\bsocial\s(?:network|media)",
        },
        "was die Links zum Weitergeben eines Beitrags tun",
    ),
)
"""Patterns, by language, of what the privacy page must say of every site made with this software,
and what is missing without them."""

_LABELS = {"de": {"impressum": "Impressum", "datenschutz": "Datenschutz"}}
"""How the links to them must be called, where a language has words that everybody knows."""
_OBJECTION = {"de": "Widerspr", "en": "object"}
"""What the title of its section must say."""

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
    r"|ec\.europa\.eu/(?:consumers/)?odr|OS-Plattform|\bODR platform|Online-Streitbeilegung\w*"
)
_DISCLAIMER = re.compile(
    r"Haftungsausschluss|Haftung für (?:Links|Inhalte)|Abmahnung ohne vorherigen"
    r"|\b[Dd]isclaimer|\b[Ll]iability for (?:the )?(?:content|links|external)"
)
_ADVERTISING = re.compile(
    r"Newsletter|Rabatt|Angebot des Monats|Sonderangebot|Gutschein|jetzt sparen|\bdiscount"
    r"|special offer|voucher|save now",
    re.IGNORECASE,
)
_HEDGE = {
    "de": re.compile(
        r"\b(?:(?:ist|wird|falls|sofern|wenn) (?:\w+ )?(?:eingeschaltet|aktiviert)|gegebenenfalls"
        r"|ggf\.|unter Umständen)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:(?:is|if|when|where) (?:\w+ )?(?:switched on|enabled|activated)"
        r"|(?:where|if) (?:applicable|appropriate)|under certain circumstances"
        r"|as the case may be)\b",
        re.IGNORECASE,
    ),
}
_LINK = re.compile(r"https?://[^\s<>]+")


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


def _hedge(subject: TextContext) -> Found:
    if subject.is_legal:
        for line, row in subject.rows:
            for found in _HEDGE[subject.language].finditer(row):
                yield (
                    line,
                    (
                        f"„{found[0]}“: Sagen Sie, was wirklich geschieht, nicht, was sein könnte "
                        "(Art. 13 DSGVO)."
                    ),
                )


def _ai_unsaid(subject: TextContext) -> Found:
    # Of dated texts the reader notes it as a missing fact.
    if _informs(subject) and not subject.is_dated and subject.item.ai is None:
        yield (
            subject.line("ai"),
            (
                "Die Angabe „ai“ fehlt. Schreiben Sie, ob der Text mit KI entstanden ist: none "
                "(ohne), assisted (teilweise) oder generated (ganz)."
            ),
        )


def _unreviewed(subject: TextContext) -> Found:
    item = subject.item
    if (_informs(subject) or item.ai not in {None, AiUse.NONE}) and not item.reviewed_by:
        yield (
            subject.line("reviewed_by"),
            (
                "Die Angabe „reviewed_by“ fehlt. Tragen Sie ein, wer den Text fachlich geprüft "
                "hat: Texte mit KI brauchen sonst einen Hinweis (Art. 50 Abs. 4 KI-VO)."
            ),
        )


def _no_editor(subject: TextContext) -> Found:
    responsible = subject.item.responsible
    if responsible and not is_placeholder(responsible) and len(responsible.split()) < FULL_NAME:
        yield subject.line("responsible"), "Nennen Sie hier einen Menschen mit Vor- und Nachnamen."


def _informs(subject: TextContext) -> bool:
    """Return whether readers take a text for guidance: an article, or a page with sources."""
    item = subject.item
    return item.status is PublicationStatus.PUBLISHED and bool(subject.is_dated or item.sources)


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
    named = set(re.findall(r"\b(?:Art\.|Artikel|Articles?)\s(\d+)", page.text.body))
    for span in re.finditer(
        r"\b(?:Art\.|Articles)\s(\d+)\s?(?:[–-]|bis|to)\s?(\d+)", page.text.body
    ):
        named |= {str(number) for number in range(int(span[1]), min(int(span[2]), 99) + 1)}
    for article, right in RIGHTS.items():
        if article not in named:
            yield (
                page.text.label,
                page.text.line,
                f"Hier fehlt ein Recht der Besucher: {right} (Art. {article} DSGVO).",
            )


def _unnamed(site: SiteContext) -> FoundAnywhere:
    page = site.library.pages.get("datenschutz")
    if page is None:
        return
    for patterns, what in NEEDED_WORDS:
        if not re.search(patterns[site.language], page.text.body, re.DOTALL):
            yield page.text.label, page.text.line, f"Auf dieser Seite fehlt, {what}."


def _objection(site: SiteContext) -> FoundAnywhere:
    """The right to object is presented apart from all else (Art. 21 Abs. 4 DSGVO)."""
    page = site.library.pages.get("datenschutz")
    if page is None or not re.search(r"\b(?:Art\.|Article)\s21\b", page.text.body):
        return
    line, title, rows = page.text.line, "", list[str]()
    sections = [(line, title, rows)]
    for line, row in enumerate(page.text.body.split("\n"), start=page.text.line):
        if found := re.match(r"##+ (.*)", row):
            rows = []
            sections.append((line, found[1], rows))
        rows.append(row)
    for line, title, rows in sections:
        named = re.findall(r"\b(?:Art\.|Articles?)\s(\d+)\b", "\n".join(rows))
        is_titled = _OBJECTION[site.language] in title
        if "21" in named and (not is_titled or {"15", "16", "17", "18", "20"} & {*named}):
            yield (
                page.text.label,
                line,
                (
                    "Das Widerspruchsrecht (Art. 21 DSGVO) braucht einen Abschnitt für sich, mit "
                    "„Widerspruch“ (auf Englisch „object“) in der Überschrift und getrennt von "
                    "den anderen Rechten (Art. 21 Abs. 4 DSGVO)."
                ),
            )


def _accessibility(site: SiteContext) -> FoundAnywhere:
    if "barrierefreiheit" not in site.library.pages:
        return
    tested = site.library.site.accessibility
    for key, what in (
        ("scope", "für welche Seiten die Erklärung gilt"),
        ("tested_on", "wann zuletzt geprüft wurde"),
        ("method", "wie geprüft wurde"),
        ("result", "was dabei herauskam"),
        ("gaps", "welche Lücken bekannt sind"),
    ):
        if not getattr(tested, key):
            yield (
                site.label("website.toml"),
                site.line("accessibility", key),
                f"In [accessibility] fehlt „{key}“: {what}.",
            )


def _stale_facts(site: SiteContext) -> FoundAnywhere:
    return _older(_facts(site))


def _stale_pages(site: SiteContext) -> FoundAnywhere:
    return _older(_pages(site))


def _soon_stale_facts(site: SiteContext) -> FoundAnywhere:
    return _old(_facts(site))


def _soon_stale_pages(site: SiteContext) -> FoundAnywhere:
    return _old(_pages(site))


def _older(ages: Iterable[tuple[str, int, int]]) -> FoundAnywhere:
    for label, line, days in ages:
        if days > STALE_AFTER_DAYS:
            yield (
                label,
                line,
                "Dieser Stand ist älter als ein Jahr. Prüfen Sie, ob alles noch stimmt.",
            )


def _old(ages: Iterable[tuple[str, int, int]]) -> FoundAnywhere:
    for label, line, days in ages:
        if OLD_AFTER_DAYS < days <= STALE_AFTER_DAYS:
            yield (
                label,
                line,
                (
                    "Dieser Stand ist bald ein Jahr alt. Prüfen Sie ihn, und setzen Sie das neue "
                    "Datum."
                ),
            )


def _facts(site: SiteContext) -> Iterator[tuple[str, int, int]]:
    """Yield file, line and age in days of each fact whose day somebody noted."""
    today = site.library.today
    if as_of := site.library.site.provider.as_of:
        yield site.label("website.toml"), site.line("provider", "as_of"), (today - as_of).days
    if tested_on := site.library.site.accessibility.tested_on:
        line = site.line("accessibility", "tested_on")
        yield site.label("website.toml"), line, (today - tested_on).days


def _pages(site: SiteContext) -> Iterator[tuple[str, int, int]]:
    """Yield file, line and age in days of each legal page whose day somebody noted."""
    for subject in site.subjects:
        updated = subject.item.updated
        if subject.is_legal and updated:
            age = (site.library.today - updated).days
            yield subject.text.label, subject.line("updated"), age


def _legal_navigation(site: SiteContext) -> FoundAnywhere:
    addresses = site.library.addresses
    labels = _LABELS.get(site.language, {})
    there = [(item.address, item.label) for item in site.library.site.legal_navigation]
    for name in LEGAL_PAGES:
        address, label = addresses.page(name), labels.get(name)
        if not any(at == address and label in {None, called} for at, called in there):
            title = label or name.capitalize()
            yield (
                site.label("website.toml"),
                site.line("legal_navigation"),
                (
                    f"In der Fußzeile fehlt „{title}“: [[legal_navigation]] mit "
                    f'label = "{title}" und to = "/{address.removeprefix(addresses.root)}". '
                    "Von jeder Seite muss man hinkommen (§ 5 DDG)."
                ),
            )


def _confirmation(site: SiteContext) -> FoundAnywhere:
    confirmation = site.library.site.confirmation
    label = site.label("website.toml")
    addresses = site.library.addresses
    may_be_linked = {"", "/", addresses.root, *map(addresses.page, LEGAL_PAGES)}
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
        if urlsplit(link).path not in may_be_linked:
            yield (
                label,
                site.line("confirmation", "text"),
                f"{link}: Die Bestätigung verlinkt nur Startseite, Impressum und Datenschutz.",
            )


DATA_RULES = (
    SiteRule("legal-navigation", Severity.ERROR, _legal_navigation),
    SiteRule("accessibility", Severity.ERROR, _accessibility),
    SiteRule("stale", Severity.ERROR, _stale_facts),
    SiteRule("soon-stale", Severity.WARNING, _soon_stale_facts),
    SiteRule("stale-page", Severity.ERROR, _stale_pages),
    SiteRule("soon-stale-page", Severity.WARNING, _soon_stale_pages),
    SiteRule("confirmation", Severity.ERROR, _confirmation),
)
"""Those that ``website.toml`` can break without any text."""
RULES = (
    *DATA_RULES,
    SiteRule("insert-missing", Severity.ERROR, _insert_missing),
    SiteRule("right-missing", Severity.ERROR, _right_missing),
    SiteRule("privacy-incomplete", Severity.ERROR, _unnamed),
    SiteRule("objection-section", Severity.ERROR, _objection),
)
TEXT_RULES = (
    TextRule("obsolete-law", Severity.ERROR, _obsolete),
    TextRule("disclaimer", Severity.HINT, _disclaimer),
    TextRule("hedge", Severity.ERROR, _hedge),
    TextRule("ai-unsaid", Severity.ERROR, _ai_unsaid),
    TextRule("unreviewed", Severity.ERROR, _unreviewed),
    TextRule("no-editor", Severity.ERROR, _no_editor),
)
