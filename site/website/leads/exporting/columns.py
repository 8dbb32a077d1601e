"""The exported fields of a lead, with their order and headings."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from website.leads import labels
from website.leads.models import COLUMNS, Lead
from website.questionnaire import FORMER, Question, QuestionKind, Questionnaire

Value = str | int | datetime.datetime | datetime.date | None
"""The value of a cell, which each format writes in its own way."""

WIDE, NARROW, USUAL, MOMENT = 60, 12, 22, 24
"""Widths of columns, in characters."""


@dataclass(frozen=True)
class Column:
    """A column. Its name and the result of ``stored`` are stable, whatever the wording."""

    name: str
    heading: str
    display: Callable[[Lead], Value]
    """Returns the value for people."""
    stored: Callable[[Lead], Value]
    """Returns the value for programs: keys of choices."""
    width: int = USUAL


def of(owners: Mapping[int, str], questionnaire: Questionnaire) -> Sequence[Column]:
    """Return all columns.

    :param owners: names by account id.
    """
    former = _same("former", FORMER.staff_title, _former(questionnaire), WIDE)
    return (*_of_work(owners), *map(_of_question, questionnaire.questions), former)


def _of_work(owners: Mapping[int, str]) -> Iterator[Column]:
    def owner(lead: Lead) -> Value:
        number = lead.owner_id
        return "" if number is None else owners.get(number, f"Konto {number}")

    yield _same("number", "Nummer", lambda lead: lead.reference, NARROW)
    yield _same("received", "Eingegangen", lambda lead: lead.received_at, MOMENT)
    yield _labelled("status", "Status", labels.STATUS, lambda lead: lead.status, NARROW)
    yield _same("owner", "Zuständig", owner)
    yield _same("follow_up", "Wiedervorlage", lambda lead: lead.follow_up_on, 14)
    yield _same("answered", "erste Antwort", lambda lead: lead.answered_at, MOMENT)
    yield _same("answered_after", "Minuten bis zur ersten Antwort", _minutes, NARROW)
    yield _same("tags", "Schlagwörter", lambda lead: ", ".join(lead.tags))
    yield _labelled("lost_reason", "Absagegrund", labels.LOST_REASON, lambda lead: lead.lost_reason)
    yield _same("source", "Seite", lambda lead: lead.source, 30)
    yield Column("language", "Sprache", _language, lambda lead: lead.language, NARROW)


def _language(lead: Lead) -> Value:
    return labels.language(lead.language)


def _same(name: str, heading: str, value: Callable[[Lead], Value], width: int = USUAL) -> Column:
    return Column(name, heading, value, value, width)


def _labelled(
    name: str,
    heading: str,
    shown: Mapping[str, str],
    value: Callable[[Lead], str | None],
    width: int = USUAL,
) -> Column:
    return Column(name, heading, lambda lead: shown.get(value(lead) or ""), value, width)


def _of_question(question: Question) -> Column:
    answer = _answer_to(question.name)

    def display(lead: Lead) -> Value:
        return question.display(answer(lead))

    width = WIDE if question.kind is QuestionKind.LONG_TEXT else USUAL
    shown = display if question.kind.is_chosen else answer
    return Column(question.name, question.heading, shown, answer, width)


def _answer_to(name: str) -> Callable[[Lead], str]:
    # Not by Lead.answer(), which gathers all of them for each column of each row.
    if name in COLUMNS:
        return lambda lead: getattr(lead, name) or ""
    return lambda lead: str(lead.answers.get(name) or "")


def _minutes(lead: Lead) -> Value:
    if lead.answered_at is None:
        return None
    return int((lead.answered_at - lead.received_at).total_seconds() // 60)


def _former(questionnaire: Questionnaire) -> Callable[[Lead], Value]:
    """Return the function for the column of answers to questions that are no longer asked.

    They share a column, because they are only known after all leads were read.
    """
    asked = {question.name for question in questionnaire.questions}

    def display(lead: Lead) -> Value:
        if lead.answers.keys() <= asked:
            return ""
        return "\n".join(
            f"{question.heading}: {question.display(answer)}"
            for question, answer in questionnaire.answered(lead.every_answer)
            if question.name not in asked
        )

    return display
