"""What is exported of a lead, in which order and under which heading."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from website.leads import labels
from website.leads.models import COLUMNS, Lead
from website.questionnaire import FORMER, Question, QuestionKind, Questionnaire

Value = str | int | datetime.datetime | datetime.date | None
"""What stands in a cell; each kind of file has its own way to write it."""

WIDE, NARROW, USUAL = 60, 12, 22
"""Widths of columns, in characters."""


@dataclass(frozen=True)
class Column:
    """One column. Its name, and what ``stored`` gives, do not change when our wording does."""

    name: str
    heading: str
    display: Callable[[Lead], Value]
    """What people read."""
    stored: Callable[[Lead], Value]
    """What programs read: the keys of what was chosen."""
    width: int = USUAL


def of(owners: Mapping[int, str], questionnaire: Questionnaire) -> Sequence[Column]:
    """Return every column.

    :param owners: names by the numbers of the accounts.
    """
    former = _same("former", FORMER.staff_title, _former(questionnaire), WIDE)
    return (*_of_work(owners), *map(_of_question, questionnaire.questions), former)


def _of_work(owners: Mapping[int, str]) -> Sequence[Column]:
    def owner(lead: Lead) -> Value:
        number = lead.owner_id
        return "" if number is None else owners.get(number, f"Konto {number}")

    return (
        _same("number", "Nummer", lambda lead: lead.reference, NARROW),
        _same("received", "Eingegangen", lambda lead: lead.received_at, 17),
        Column(
            "status",
            "Status",
            lambda lead: labels.STATUS[lead.status],
            lambda lead: lead.status.value,
            NARROW,
        ),
        _same("owner", "Zuständig", owner),
        _same("follow_up", "Wiedervorlage", lambda lead: lead.follow_up_on, 14),
        _same("answered", "erste Antwort", lambda lead: lead.answered_at, 17),
        _same("answered_after", "Minuten bis zur ersten Antwort", _minutes, NARROW),
        _same("tags", "Schlagwörter", lambda lead: ", ".join(lead.tags)),
        Column("lost_reason", "Absagegrund", _lost_reason, lambda lead: lead.lost_reason, USUAL),
        _same("source", "Seite", lambda lead: lead.source, 30),
        Column(
            "language",
            "Sprache",
            lambda lead: labels.language(lead.language),
            lambda lead: lead.language,
            NARROW,
        ),
    )


def _same(name: str, heading: str, value: Callable[[Lead], Value], width: int = USUAL) -> Column:
    return Column(name, heading, value, value, width)


def _of_question(question: Question) -> Column:
    answer = _answer_to(question.name)

    def display(lead: Lead) -> Value:
        return question.display(answer(lead))

    width = WIDE if question.kind is QuestionKind.LONG_TEXT else USUAL
    return Column(
        question.name,
        question.heading,
        display if question.kind.is_chosen else answer,
        answer,
        width,
    )


def _answer_to(name: str) -> Callable[[Lead], str]:
    # Not by Lead.answer(), which gathers all of them for each column of each row.
    if name in COLUMNS:
        return lambda lead: getattr(lead, name) or ""
    return lambda lead: str(lead.answers.get(name) or "")


def _minutes(lead: Lead) -> Value:
    if lead.answered_at is None:
        return None
    return int((lead.answered_at - lead.received_at).total_seconds() // 60)


def _lost_reason(lead: Lead) -> Value:
    return labels.LOST_REASON[lead.lost_reason] if lead.lost_reason else None


def _former(questionnaire: Questionnaire) -> Callable[[Lead], Value]:
    """Return what writes the answers to questions that are no longer asked.

    They share a column: which they are shows only at the end.
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
