"""Whether what a text claims can be relied on: numbers with sources, no boasting, a name for it.

The law against unfair competition asks for it (§ 5 UWG), and so do readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.checking.sentences import Sentence
from website.content.models import PublicationStatus
from website.content.problems import Severity

OLD_AFTER_DAYS = 730
"""Two years; guidance that nobody looked at since may have been overtaken."""

_SUPERLATIVE = {
    "de": re.compile(
        r"\b(?:(?:markt|branchen)?führende[mnrs]?|Markt(?:führer|führerschaft)\w*|Nummer (?:1|eins)"
        r"|Nr\. ?1|einzigartige?[mnrs]?|konkurrenzlos\w*|unschlagbar\w*|unübertroffen\w*"
        r"|weltbeste[mnrs]?|(?:der|die|das|den) (?:beste|günstigste|schnellste|größte"
        r"|erfahrenste)n? (?:Agentur|Anbieter\w*|Manager\w*|Interim|Berater\w*|Vermittl\w*"
        r"|Unternehmen (?:für|der)|am Markt)|garantierte[mnrs]? (?:Erfolg|Ergebnis\w*)"
        r"|Erfolgsgarantie|hundertprozentige[mnrs]? Erfolg\w*)\b",
    ),
    "en": re.compile(
        r"\b(?:(?:market|industry)[- ]lead(?:ing|ers?|ership)|leading (?:provider|agency|supplier"
        r"|consultanc\w+|specialists?)|number one|No\. ?1|(?:truly|absolutely) unique|unrivalled"
        r"|unbeatable|unmatched|unsurpassed|second to none|world[- ]class|best[- ]in[- ]class"
        r"|(?:the|our) (?:best|cheapest|fastest|largest|most experienced) (?:agency|provider"
        r"|managers?|interim|consultan\w+|compan(?:y|ies) (?:for|in)|on the market)"
        r"|guaranteed (?:success|results?)|success (?:is )?guaranteed|100% success)\b",
        re.IGNORECASE,
    ),
}
_OWN_NUMBER = {
    "de": re.compile(
        r"\d[\d.]*\+? ?(?:%|Prozent)? ?(?:\w+e[nr]? )?(?:Kunden\b|Projekte[n]?\b|Mandate[n]?\b"
        r"|Manager(?:n|innen)?\b|Einsätze[n]?\b|Unternehmen\b|Jahre[n]? (?:\w+ )?Erfahrung"
        r"|Erfolgsquote|Zufriedenheit|zufrieden\w*|Weiterempfehlung)"
    ),
    "en": re.compile(
        r"\d[\d,]*\+? ?(?:%|per cent)? ?(?:(?:of )?\w+ )?(?:customers|clients|projects|assignments"
        r"|managers|companies|years(?:['’]| of) (?:\w+ )?experience|success rate|satisfaction"
        r"|satisfied|recommendation rate)\b"
    ),
}
_FOREIGN_NUMBER = {
    "de": re.compile(
        r"\d[\d.,]*[ \u00a0\u202f]?(?:%|Prozent) (?:der|des|aller|von|mehr|weniger|höher|niedriger"
        r"|schneller|günstiger|teurer)\b|\b(?:ein|zwei|drei|vier) (?:Drittel|Viertel"
        r"|Fünftel)\b|\b(?:acht|neun|sieben|sechs) von zehn\b|\d[- ]?mal (?:so|mehr|teurer|höher)"
    ),
    "en": re.compile(
        r"\d[\d.,]*[ \u00a0\u202f]?(?:%|per ?cent) (?:of|more|less|fewer|higher|lower|faster"
        r"|cheaper|dearer)\b|\b(?:one|two|three|a) (?:thirds?|quarters?|fifths?) of\b"
        r"|\b(?:nine|eight|seven|six) (?:out of|in) ten\b|\d[- ]times (?:as|more|the)\b"
    ),
}
_AUTHORITY = {
    "de": re.compile(
        r"\b(?:(?:Studien|Untersuchungen|Umfragen|Forscher|Experten|Statistiken) (?:zeigen|belegen"
        r"|sagen|beweisen|haben|gehen)|(?:laut|nach|gemäß) (?:einer|aktuellen"
        r"|neuesten) (?:\w+ )?(?:Studie|Umfrage|Untersuchung)n?"
        r"|[Ww]issenschaftlich (?:erwiesen|belegt|bewiesen)|[Ee]s ist erwiesen)\b"
    ),
    "en": re.compile(
        r"\b(?:(?:[Ss]tudies|[Ss]urveys|[Rr]esearch(?:ers)?|[Ee]xperts|[Ss]tatistics) (?:shows?"
        r"|proves?|says?|suggests?|finds?|found|ha(?:s|ve)|agree)|[Aa]ccording to (?:an?|one|recent"
        r"|the latest) (?:\w+ )?(?:study|studies|surveys?)|(?:scientifically|clearly) proven"
        r"|[Ii]t (?:is|has been) proven)\b"
    ),
}
_EXAMPLE = {
    "de": re.compile(r"\b(?:Beispiel\w*|Rechenbeispiel\w*|erfunden\w*|[Aa]ngenommen|Vorschlag)\b"),
    "en": re.compile(
        r"\b(?:[Ee]xamples?|[Ii]nvented|[Ff]ictitious|[Aa]ssum(?:e|es|ed|ing)|[Ss]uppose"
        r"|[Ss]uggestion)\b"
    ),
}
"""Whoever calls it an example claims nothing."""


def _superlative(subject: TextContext) -> Found:
    for passage in subject.passages:
        for found in _SUPERLATIVE[subject.language].finditer(passage.text):
            yield (
                passage.line_at(found.start()),
                (
                    f"„{found[0]}“ muss man beweisen können (§ 5 UWG). Sagen Sie stattdessen, was "
                    "Sie tun."
                ),
            )


def _own_number(subject: TextContext) -> Found:
    if subject.is_dated or subject.is_legal or _has_sources(subject):
        return
    for sentence in _claims(subject):
        if found := _OWN_NUMBER[subject.language].search(sentence.text):
            yield (
                sentence.line,
                (
                    f"„{found[0].strip()}“: Eine Zahl über die Agentur braucht einen Beleg. "
                    "Nennen Sie ihn unter „sources“ mit Jahr, oder streichen Sie die Zahl."
                ),
            )


def _foreign_number(subject: TextContext) -> Found:
    if not subject.is_dated or _has_sources(subject):
        return
    for sentence in _claims(subject):
        if found := _FOREIGN_NUMBER[subject.language].search(sentence.text):
            yield sentence.line, _source_missing(sentence, found[0])


def _claims(subject: TextContext) -> Iterator[Sentence]:
    """List the sentences of every passage that is no example."""
    for passage in subject.prose:
        if not _EXAMPLE[subject.language].search(passage.text):
            yield from subject.sentences_of(passage)


def _nameless_authority(subject: TextContext) -> Found:
    if _has_sources(subject):
        return
    for sentence in subject.sentences:
        if found := _AUTHORITY[subject.language].search(sentence.text):
            yield sentence.line, _source_missing(sentence, found[0])


def _source_missing(sentence: Sentence, what: str) -> str:
    return (
        f"„{sentence.beginning} …“: Woher stammt „{what.strip()}“? Nennen Sie die Quelle "
        "unter „sources“ mit Jahr, oder lassen Sie die Zahl weg."
    )


def _has_sources(subject: TextContext) -> bool:
    return bool(subject.item.sources) or "[^" in subject.text.body


def _nobody_wrote_it(subject: TextContext) -> Found:
    if _is_finished(subject) and not subject.item.author:
        yield (
            subject.line("title"),
            "„author“ fehlt. Nennen Sie, wer den Text verantwortet: Leser vertrauen Namen.",
        )


def _is_finished(subject: TextContext) -> bool:
    return subject.is_dated and subject.item.status is PublicationStatus.PUBLISHED


def _old(subject: TextContext) -> Found:
    item = subject.item
    if not _is_finished(subject) or item.modified is None:
        return
    age = (subject.library.today - item.modified).days
    if age > OLD_AFTER_DAYS:
        yield (
            subject.line("updated" if item.updated else "date"),
            (
                "Seit zwei Jahren hat niemand diesen Text geändert. Prüfen Sie ihn, und setzen "
                "Sie „updated“."
            ),
        )


def _source_without_year(subject: TextContext) -> Iterator[tuple[int, str]]:
    for index, source in enumerate(subject.item.sources):
        if not source.year and not re.search(
            r"\b(?:19|20)\d\d\b|§|Gesetz|\b(?:Act|Code)\b", source.text
        ):
            yield (
                subject.line("sources", index),
                "Dieser Quelle fehlt das Jahr („year“). Leser wollen wissen, wie alt sie ist.",
            )


RULES = (
    TextRule("superlative", Severity.WARNING, _superlative),
    TextRule("own-number", Severity.ERROR, _own_number),
    TextRule("number-without-source", Severity.WARNING, _foreign_number),
    TextRule("nameless-authority", Severity.WARNING, _nameless_authority),
    TextRule("no-author", Severity.WARNING, _nobody_wrote_it),
    TextRule("old-article", Severity.HINT, _old),
    TextRule("source-without-year", Severity.HINT, _source_without_year),
)
