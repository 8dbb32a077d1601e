"""Checks of style: sentence length, nominal style, passive voice, filler, form of address."""

import math

from website.checking.check_context import TextContext
from website.checking.rules import Found, Rule, text_rule


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
    passive = [sentence for sentence in sentences if pattern.search(sentence.text)]
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
