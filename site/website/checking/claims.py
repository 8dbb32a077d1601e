"""Checks of claims: sources of numbers, named authorities, authors and overdue reviews."""

from website.checking import rules
from website.checking.check_context import TextContext
from website.checking.rules import Found, Rule, text_rule
from website.content.models import PublicationStatus


@text_rule("own-number", "number-without-source")
def _number(rule: Rule, subject: TextContext) -> Found:
    """Find numbers without a source: about the agency on its pages, about others in dated texts."""
    is_own = rule.name == "own-number"
    if _has_sources(subject) or subject.is_dated is is_own or (is_own and subject.is_legal):
        return
    own = rules.table()["own-number"]
    example = own.compiled(own.row["example"][subject.language])
    for passage in subject.prose:
        for sentence in () if example.search(passage.text) else subject.sentences_of(passage):
            if found := rule.pattern(subject.language).search(sentence.text):
                shown = found[0].strip()
                yield sentence.line, rule.message(beginning=sentence.beginning, found=shown)


@text_rule("nameless-authority")
def _nameless_authority(rule: Rule, subject: TextContext) -> Found:
    for sentence in () if _has_sources(subject) else subject.sentences:
        if found := rule.pattern(subject.language).search(sentence.text):
            yield sentence.line, rule.message(beginning=sentence.beginning, found=found[0].strip())


def _has_sources(subject: TextContext) -> bool:
    return bool(subject.item.sources) or "[^" in subject.text.body


@text_rule("no-author")
def _nobody_wrote_it(rule: Rule, subject: TextContext) -> Found:
    if _is_finished(subject) and not subject.item.author:
        yield subject.line("title"), rule.message()


@text_rule("old-article")
def _old(rule: Rule, subject: TextContext) -> Found:
    item = subject.item
    if not _is_finished(subject) or item.modified is None:
        return
    if (subject.library.today - item.modified).days > rule.row["above"]:
        yield subject.line("updated" if item.updated else "date"), rule.message()


def _is_finished(subject: TextContext) -> bool:
    return subject.is_dated and subject.item.status is PublicationStatus.PUBLISHED


@text_rule("source-without-year")
def _source_without_year(rule: Rule, subject: TextContext) -> Found:
    for index, source in enumerate(subject.item.sources):
        if not source.year and not rule.pattern().search(source.text):
            yield subject.line("sources", index), rule.message()


@text_rule("review-due")
def _due(rule: Rule, subject: TextContext) -> Found:
    if subject.item.review_is_due(subject.library.today):
        yield subject.line("review_by"), rule.message(day=subject.item.review_by)
