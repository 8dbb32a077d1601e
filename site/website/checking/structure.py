"""How a text is built: its headings, sections, key points and links.

Lengths after GOV.UK's content design guidance and the rubric for articles that consultants use:
key points first, one idea per section, links that say where they lead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.checking.sentences import WORD
from website.content.outline import PROSE, Passage, PassageKind
from website.content.problems import Severity

DEEPEST_HEADING = 3

LONGEST_SECTION = 350
"""Words; about two minutes of reading under one heading."""

LONGEST_PARAGRAPH = 6
"""Sentences."""

LONGEST_TITLE = 70
LONGEST_DESCRIPTION = 160
"""Characters that a search result shows before it cuts."""

SHORTEST_DESCRIPTION = 50
"""Characters. What is shorter, search engines replace by something of their own."""

FEWEST_POINTS, MOST_POINTS = 2, 6
LONGEST_SUMMARY = 90
"""Words of all key points together."""

_EMPTY_LABEL = {
    "de": re.compile(
        r"(?:hier|dort|mehr|link|weiter|weiterlesen|klick\w*(?: sie)? hier|mehr erfahren"
        r"|lesen sie mehr|diese[rn]? (?:link|seite|artikel))\s*\.?",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?:here|there|more|link|details|continue|(?:click|see|read) (?:here|more|this)"
        r"|(?:learn|find out) more|th(?:is|e) (?:link|page|article))\s*\.?",
        re.IGNORECASE,
    ),
}


def _skipped_level(subject: TextContext) -> Found:
    above = 1
    for passage in subject.body:
        if passage.kind is not PassageKind.HEADING:
            continue
        if passage.level > above + 1:
            marks = "#" * (above + 1)
            yield (
                passage.line,
                (
                    f"Die Überschrift „{passage.text}“ überspringt eine Ebene. Schreiben Sie "
                    f"„{marks} “."
                ),
            )
        above = passage.level


def _too_deep(subject: TextContext) -> Found:
    for passage in subject.body:
        if passage.kind is PassageKind.HEADING and passage.level > DEEPEST_HEADING:
            yield passage.line, "Diese Überschrift liegt zu tief. Nutzen Sie nur „## “ und „### “."


def _empty_section(subject: TextContext) -> Found:
    before: Passage | None = None
    for passage in subject.body:
        if (
            before is not None
            and passage.kind is PassageKind.HEADING
            and passage.level <= before.level
        ):
            yield before.line, _nothing_below(before)
        before = passage if passage.kind is PassageKind.HEADING else None
    if before is not None:
        yield before.line, _nothing_below(before)


def _nothing_below(heading: Passage) -> str:
    return (
        f"Unter „{heading.text}“ steht kein Text. Schreiben Sie einen, oder löschen Sie die "
        "Überschrift."
    )


def _same_heading(subject: TextContext) -> Found:
    seen: set[str] = set()
    for passage in subject.body:
        if passage.kind is PassageKind.HEADING:
            if passage.text.lower() in seen:
                yield (
                    passage.line,
                    (
                        f"Die Überschrift „{passage.text}“ steht schon weiter oben. Sagen Sie, "
                        "worum es in diesem Abschnitt geht."
                    ),
                )
            seen.add(passage.text.lower())


def _ends_with_full_stop(subject: TextContext) -> Found:
    for passage in subject.body:
        if passage.kind is PassageKind.HEADING and re.search(r"[^.][.,;:]$", passage.text):
            yield passage.line, "Nach einer Überschrift steht kein Punkt und kein Doppelpunkt."


def _long_section(subject: TextContext) -> Found:
    if subject.is_legal:
        return
    for line, name, words in _sections(subject):
        if words > LONGEST_SECTION:
            where = f"Der Abschnitt „{name}“" if name else "Der Anfang ohne Überschrift"
            yield (
                line,
                (
                    f"{where} hat {words} Wörter. Teilen Sie ihn mit Zwischenüberschriften: ein "
                    "Gedanke je Überschrift."
                ),
            )


def _sections(subject: TextContext) -> Iterator[tuple[int, str, int]]:
    line, name, words = subject.text.line, "", 0
    for passage in subject.body:
        if passage.kind is PassageKind.HEADING:
            yield line, name, words
            line, name, words = passage.line, passage.text, 0
        elif passage.kind in PROSE:
            words += len(WORD.findall(passage.text))
    yield line, name, words


def _long_paragraph(subject: TextContext) -> Found:
    for passage in subject.prose:
        count = sum(1 for _ in subject.sentences_of(passage))
        if count > LONGEST_PARAGRAPH:
            yield (
                passage.line,
                f"Dieser Absatz hat {count} Sätze. Trennen Sie ihn mit einer Leerzeile.",
            )


def _cut_by_search(subject: TextContext) -> Found:
    lengths = (
        ("title", subject.item.title, LONGEST_TITLE),
        ("description", subject.item.description, LONGEST_DESCRIPTION),
    )
    for key, text, longest in lengths:
        if len(text) > longest:
            yield (
                subject.line(key),
                (
                    f"„{key}“ hat {len(text)} Zeichen. Suchergebnisse schneiden nach etwa "
                    f"{longest} ab: Kürzen Sie, oder stellen Sie das Wichtige nach vorn."
                ),
            )


def _short_description(subject: TextContext) -> Found:
    length = len(subject.item.description)
    if 0 < length < SHORTEST_DESCRIPTION:
        yield (
            subject.line("description"),
            (
                f"„description“ hat nur {length} Zeichen. Sagen Sie in {SHORTEST_DESCRIPTION} bis "
                "160 Zeichen, was der Leser davon hat: So steht es in den Suchergebnissen."
            ),
        )


def _description_is_title(subject: TextContext) -> Found:
    if subject.item.description.strip(" .!") == subject.item.title.strip(" .!") != "":
        yield (
            subject.line("description"),
            "„description“ wiederholt nur den Titel. Sagen Sie, was der Leser davon hat.",
        )


def _no_summary(subject: TextContext) -> Found:
    if subject.is_dated and not subject.item.summary:
        yield (
            subject.line("title"),
            (
                "„summary“ fehlt. Nennen Sie das Wichtigste in drei bis fünf Punkten, je eine "
                "Zeile mit „- “ davor."
            ),
        )


def _summary_length(subject: TextContext) -> Found:
    if not subject.item.summary:
        return
    count = len(subject.item.summary)
    if not FEWEST_POINTS <= count <= MOST_POINTS:
        yield (
            subject.line("summary"),
            (
                f"„summary“ hat {count} {'Punkt' if count == 1 else 'Punkte'}. Drei bis fünf "
                "liest man."
            ),
        )
    words = sum(len(WORD.findall(point)) for point in subject.item.summary)
    if words > LONGEST_SUMMARY:
        yield (
            subject.line("summary"),
            (
                f"„summary“ hat {words} Wörter. Kürzen Sie auf das Wichtigste, höchstens "
                f"{LONGEST_SUMMARY} Wörter."
            ),
        )


def _label_says_nothing(subject: TextContext) -> Found:
    for link in subject.outline.links:
        if _EMPTY_LABEL[subject.language].fullmatch(link.label.strip()):
            yield (
                link.line,
                (
                    f"Der Link „{link.label.strip()}“ sagt nicht, wohin er führt. Nehmen Sie die "
                    "Worte, um die es geht: Screenreader lesen Links für sich allein vor."
                ),
            )


RULES = (
    TextRule("skipped-level", Severity.WARNING, _skipped_level),
    TextRule("deep-heading", Severity.WARNING, _too_deep),
    TextRule("empty-section", Severity.WARNING, _empty_section),
    TextRule("same-heading", Severity.WARNING, _same_heading),
    TextRule("heading-full-stop", Severity.WARNING, _ends_with_full_stop),
    TextRule("long-section", Severity.HINT, _long_section),
    TextRule("long-paragraph", Severity.HINT, _long_paragraph),
    TextRule("cut-by-search", Severity.WARNING, _cut_by_search),
    TextRule("short-description", Severity.WARNING, _short_description),
    TextRule("description-is-title", Severity.WARNING, _description_is_title),
    TextRule("no-summary", Severity.WARNING, _no_summary),
    TextRule("summary-length", Severity.HINT, _summary_length),
    TextRule("link-label", Severity.WARNING, _label_says_nothing),
)
