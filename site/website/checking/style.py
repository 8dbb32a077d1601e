"""Checks of structure and style: headings, sections, sentences, passive voice, form of address."""

import math
from collections.abc import Iterator

from website.checking.check_context import TextContext
from website.checking.rules import Found, Rule, text_rule
from website.checking.sentences import WORD
from website.content.outline import PROSE, Passage, PassageKind

DEEPEST_HEADING = 3


@text_rule("skipped-level")
def _skipped_level(rule: Rule, subject: TextContext) -> Found:
    above = 1
    for heading in subject.headings:
        if heading.level > above + 1:
            yield heading.line, rule.message(heading=heading.text, marks="#" * (above + 1))
        above = heading.level


@text_rule("deep-heading")
def _too_deep(rule: Rule, subject: TextContext) -> Found:
    for heading in subject.headings:
        if heading.level > DEEPEST_HEADING:
            yield heading.line, rule.message()


@text_rule("empty-section")
def _empty_section(rule: Rule, subject: TextContext) -> Found:
    before: Passage | None = None
    for passage in (*subject.body, None):
        is_heading = passage is not None and passage.kind is PassageKind.HEADING
        is_end = passage is None or (is_heading and before and passage.level <= before.level)
        if before is not None and is_end:
            yield before.line, rule.message(heading=before.text)
        before = passage if is_heading else None


@text_rule("same-heading")
def _same_heading(rule: Rule, subject: TextContext) -> Found:
    seen: set[str] = set()
    for heading in subject.headings:
        if heading.text.lower() in seen:
            yield heading.line, rule.message(heading=heading.text)
        seen.add(heading.text.lower())


@text_rule("long-section")
def _long_section(rule: Rule, subject: TextContext) -> Found:
    for line, name, words in () if subject.is_legal else _sections(subject):
        if words > rule.row["above"]:
            where = f"Der Abschnitt „{name}“" if name else "Der Anfang ohne Überschrift"
            yield line, rule.message(where=where, words=words)


def _sections(subject: TextContext) -> Iterator[tuple[int, str, int]]:
    line, name, words = subject.text.line, "", 0
    for passage in subject.body:
        if passage.kind is PassageKind.HEADING:
            yield line, name, words
            line, name, words = passage.line, passage.text, 0
        elif passage.kind in PROSE:
            words += len(WORD.findall(passage.text))
    yield line, name, words


@text_rule("long-paragraph")
def _long_paragraph(rule: Rule, subject: TextContext) -> Found:
    for passage in subject.prose:
        count = sum(1 for _ in subject.sentences_of(passage))
        if count > rule.row["above"]:
            yield passage.line, rule.message(count=count)


@text_rule("cut-by-search")
def _cut_by_search(rule: Rule, subject: TextContext) -> Found:
    for key, longest in rule.row["longest"].items():
        count = len(getattr(subject.item, key))
        if count > longest:
            yield subject.line(key), rule.message(key=key, count=count, longest=longest)


@text_rule("short-description")
def _short_description(rule: Rule, subject: TextContext) -> Found:
    count, fewest = len(subject.item.description), rule.row["below"]
    if 0 < count < fewest:
        yield subject.line("description"), rule.message(count=count, fewest=fewest)


@text_rule("description-is-title")
def _description_is_title(rule: Rule, subject: TextContext) -> Found:
    if subject.item.description.strip(" .!") == subject.item.title.strip(" .!") != "":
        yield subject.line("description"), rule.message()


@text_rule("no-summary")
def _no_summary(rule: Rule, subject: TextContext) -> Found:
    if subject.is_dated and not subject.item.summary:
        yield subject.line("title"), rule.message()


@text_rule("summary-length")
def _summary_length(rule: Rule, subject: TextContext) -> Found:
    points, row = subject.item.summary, rule.row
    if points and not row["fewest"] <= len(points) <= row["most"]:
        noun = "Punkt" if len(points) == 1 else "Punkte"
        yield subject.line("summary"), rule.message("points", count=len(points), points=noun)
    words = sum(len(WORD.findall(point)) for point in points)
    if words > row["above"]:
        yield subject.line("summary"), rule.message("words", words=words, longest=row["above"])


@text_rule("link-label")
def _label_says_nothing(rule: Rule, subject: TextContext) -> Found:
    for link in subject.outline.links:
        if rule.pattern(subject.language).fullmatch(link.label.strip()):
            yield link.line, rule.message(label=link.label.strip())


@text_rule("long-sentence", "too-long-sentence")
def _long(rule: Rule, subject: TextContext) -> Found:
    for sentence in subject.sentences:
        count = len(sentence.words)
        if rule.row["above"] < count <= rule.row.get("up_to", math.inf):
            yield sentence.line, rule.message(beginning=sentence.beginning, count=count)


@text_rule("hard-to-read", "rather-hard-to-read")
def _hard(rule: Rule, subject: TextContext) -> Found:
    if subject.readability.light == rule.row["light"]:
        yield subject.text.line, rule.message()


@text_rule("many-nouns")
def _many_nouns(rule: Rule, subject: TextContext) -> Found:
    for sentence in subject.sentences:
        nouns = rule.pattern().findall(sentence.text)
        if len(nouns) >= rule.row["fewest"]:
            yield sentence.line, rule.message(count=len(nouns), nouns=", ".join(nouns))


@text_rule("much-passive")
def _much_passive(rule: Rule, subject: TextContext) -> Found:
    sentences, pattern = subject.sentences, rule.pattern(subject.language)
    passive = [each for each in sentences if pattern.search(each.text[: rule.row["read"]])]
    is_much = len(passive) > rule.row["above"] * len(sentences)
    if is_much and len(sentences) >= rule.row["fewest"]:
        sign = rule.row["sign"][subject.language]
        yield passive[0].line, rule.message(count=len(passive), all=len(sentences), sign=sign)


@text_rule("word-twice")
def _twice(rule: Rule, subject: TextContext) -> Found:
    for passage in subject.passages:
        for found in rule.pattern().finditer(passage.text):
            if found[1] not in rule.row["may_be"]:
                yield passage.line_at(found.start(1)), rule.message(word=found[1])
